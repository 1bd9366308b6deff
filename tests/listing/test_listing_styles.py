"""A listing in a citation style; and what is said of projects, programmes and studentships."""

from __future__ import annotations

import doctest
import sqlite3
from pathlib import Path

import lxml.html
import pytest
from msgspec.structs import replace
from small_index import create, doi, person, single

from harvester.citation import Citation
from harvester.listing import Listing, Section, check, markdown, styled, styling
from harvester.listing.entries import Entry, Place, undertakings
from harvester.listing.page import load
from harvester.listing.select import items
from harvester.pages import Site, html
from harvester.pages.addresses import Files
from harvester.record import Container, Description, Identifier, Record

EVIL = "<script>alert(1)</script> & \"q\" 'a'"
SECTIONS = (Section("Works", type=("article", "web-opinion", "project", "studentship")),)


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    journal = Container(title="BMJ Leader", type="journal")
    works = [
        single(
            1,
            Record(
                title='Doctors\' boards: "sharing" leadership',
                contributors=(person("Aufegger", "Lisa"), person("Darzi", "Ara")),
                identifiers=(doi("10.1136/leader-2020-000228"),),
                issued="2020-09-28",
                type="article",
                container=journal,
                volume="4",
                issue="3",
                pages="128-134",
                update_status="retraction",
            ),
        ),
        single(
            2,
            Record(
                title="Unfinished business",
                contributors=(person("Kirkpatrick", "Ian"),),
                url="https://www.example.org/unfinished-business",
                issued="2021-01-29",
                type="web-opinion",
            ),
            "curated",
        ),
        single(
            3, Record(title=EVIL, identifiers=(doi("10.1/<b>x"),), issued="2019", type="article", container=journal)
        ),
        single(4, Record(title="No link at all", issued="2018", type="article")),
        single(
            5,
            Record(
                title="Learning wards",
                type="project",
                issued="2017",
                descriptions=(
                    Description("How wards learn. See https://example.org/wards. " + "word " * 100, "summary"),
                ),
            ),
            "curated",
        ),
        single(
            6,
            Record(title="PhD studentship", type="studentship", identifiers=(Identifier("handle", "1/2"),)),
            "curated",
        ),
    ]
    found = sqlite3.connect(create(tmp_path / "index.db", works))
    found.executemany(
        "insert into institutions values (5, ?, ?, null, null, null, ?, 50)",
        [
            (0, "University of Example", "host"),
            (1, "A trust", "partner"),
            (2, "B trust", "partner"),
            (3, "The regulator", "commissioner"),
        ],
    )
    rows = items(found, {"l": Listing("L", sections=SECTIONS)})
    found.executemany("insert into listing_items values (?, ?, ?, ?, ?, ?, ?)", rows)
    found.commit()
    return found


def shown(db: sqlite3.Connection, style: str) -> dict[str, lxml.html.HtmlElement]:
    page = load(db, "l", Listing("L", sections=SECTIONS, style=style))
    site = Site(title="E", listings={})
    root = lxml.html.fromstring(html.listing(page, "l", site, Files()))
    return {e.key: root.get_element_by_id(e.anchor) for s in page.sections for e in s.entries}


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (
            "reading-list",
            'Aufegger, L., Darzi, A. Doctors\' boards: "sharing" leadership. 28 September 2020.'
            " https://doi.org/10.1136/leader-2020-000228",
        ),
        (
            "bmj",
            "Aufegger L, Darzi A. Doctors’ boards: ‘sharing’ leadership. BMJ Leader. 2020;4:128–34."
            " doi: 10.1136/leader-2020-000228",
        ),
        (
            "vancouver",
            "Aufegger L, Darzi A. Doctors’ boards: ‘sharing’ leadership. BMJ Leader. 2020 Sep 28;4(3):128–34."
            " doi:10.1136/leader-2020-000228",
        ),
        (
            "harvard",
            "Aufegger, L. and Darzi, A. (2020) ‘Doctors’ boards: “sharing” leadership’, BMJ Leader, 4(3), pp. 128–134."
            " Available at: https://doi.org/10.1136/leader-2020-000228.",
        ),
        (
            "apa",
            "Aufegger, L., & Darzi, A. (2020). Doctors’ boards: “sharing” leadership. BMJ Leader, 4(3), 128–134."
            " https://doi.org/10.1136/leader-2020-000228",
        ),
    ],
)
def test_each_style(db: sqlite3.Connection, style: str, text: str) -> None:
    found = shown(db, style)
    mark, cited = found["doi:10.1136/leader-2020-000228"][:2]
    assert words(mark).startswith("Retracted.")
    assert words(cited).replace("‘sharing’", "“sharing”") == text.replace("‘sharing’", "“sharing”")
    assert cited.xpath(".//a/@href") == [
        "work/doi/10.1136/leader-2020-000228.html",
        "https://doi.org/10.1136/leader-2020-000228",
    ]
    assert "sharing" in words(cited.xpath(".//a[@class='title']")[0])
    assert cited.xpath(".//span[@class='Z3988']")
    opinion = found["local:curated:2"][0]
    assert opinion.xpath(".//a/@href")[-1] == "https://www.example.org/unfinished-business"
    assert words(found["local:crossref:4"][0]).count("No link at all") == 1


@pytest.mark.parametrize("style", ["bmj", "vancouver", "harvard", "apa"])
def test_what_comes_from_outside_stays_text(db: sqlite3.Connection, style: str) -> None:
    hostile = shown(db, style)["doi:10.1/<b>x"]
    assert not hostile.xpath(".//script | .//b")
    assert "<script>alert(1)</script>" in words(hostile)
    page = load(db, "l", Listing("L", sections=SECTIONS, style=style))
    text = markdown.render(page)
    assert "<script" not in text.replace("\\<script", "")


def test_markdown_keeps_italics_and_links(db: sqlite3.Connection) -> None:
    text = markdown.render(load(db, "l", Listing("L", sections=SECTIONS, style="apa")))
    assert "*BMJ Leader*, *4*(3), 128–134. <https://doi.org/10.1136/leader-2020-000228>" in text
    bmj = markdown.render(load(db, "l", Listing("L", sections=SECTIONS, style="bmj")))
    assert "<https://www.example.org/unfinished-business>" in bmj


def test_an_entry_whose_title_is_written_otherwise_has_a_link_all_the_same() -> None:
    entry = Entry(
        "a", Citation("", "As It Was", "", ""), "", "", (), (), "", place=Place(doi="10.1/x"), styled="<i>As it is</i>."
    )
    found = lxml.html.fromstring(f"<p>{html._citation(entry, 'work/x.html')}</p>")
    assert found.xpath(".//a[@href='work/x.html']")[0].text_content() == "Details of As It Was"
    linked = replace(
        entry, styled="As It Was. doi:10.1/X", citation=Citation("", "As It Was", "", "https://doi.org/10.1/x")
    )
    assert lxml.html.fromstring(f"<p>{html._citation(linked, '')}</p>").xpath(".//a/@href") == [
        "https://doi.org/10.1/x"
    ]
    odd = replace(
        entry, styled='<span style="x">A</span><a href="b">c</a>', citation=Citation("", "", "", "https://e.org/")
    )
    assert str(html._citation(odd)) == '<span dir="auto">Ac <a href="https://e.org/">https://e.org/</a></span>'


def test_an_entry_is_made_once(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(styled, "_made", {})
    db.execute("insert into digests select id, randomblob(16) from works")
    first = styled.cited(db, [1, 2], "bmj")
    monkeypatch.setattr(styled.styles, "cited", lambda *_, **__: "made again")
    assert styled.cited(db, [2, 1], "bmj") == {2: first[2], 1: first[1]}
    db.execute("update digests set digest = randomblob(16) where work_id = 2")
    assert styled.cited(db, [1, 2], "bmj") == {1: first[1], 2: "made again"}


def test_what_is_kept_is_bounded(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(styled, "_made", {})
    monkeypatch.setattr(styled, "_KEPT", 1)
    db.execute("insert into digests select id, randomblob(16) from works")
    first = styled.cited(db, [1], "bmj")
    assert styled.cited(db, [1, 2], "bmj")[1] == first[1]
    assert len(styled._made) == 1


def test_a_style_that_there_is_not() -> None:
    assert list(check(Listing("L", style="bmjj"))) == [("style", "'bmjj' is no citation style; did you mean 'bmj'?")]
    ((_, said),) = check(Listing("L", style="chicago"))
    assert said.endswith("there are apa, bmj, harvard, reading-list, vancouver")


def test_projects_say_whose_they_are_and_what(db: sqlite3.Connection) -> None:
    told = undertakings(db, [1, 5, 6])
    assert set(told) == {5}
    assert told[5].startswith(
        "University of Example; with A trust and B trust; commissioned by The regulator. How wards learn."
    )
    assert told[5].endswith("word …")
    project = shown(db, "reading-list")["local:curated:5"]
    (about,) = project.xpath("p[@class='about']")
    assert about.xpath("a/@href") == ["https://example.org/wards"]


@pytest.mark.parametrize("module", [styled, styling])
def test_doctests(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
