"""The listing as a reader sees it."""

from __future__ import annotations

import doctest
import os
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest
import small_index
from hypothesis import given
from hypothesis import strategies as st
from small_index import BUILT

from harvester.errors import StoreError
from harvester.listing import Listing, Section, dates, entries, markdown, prose
from harvester.listing.page import load, sources
from harvester.listing.select import items
from harvester.pages import Site, addresses, downloads, html, publishing
from harvester.record import Record

LISTING = Listing(
    "The evidence <base>",
    "Leadership in health care.\n\nSee https://www.example.org/research?a=1&b=2.",
    (
        Section("Research opportunities", "Open studentships.", type=("studentship",)),
        Section("Articles", type=("article",)),
        Section("Theses", type=("thesis",)),
        Section("Programmes"),
    ),
)


def site(
    db: sqlite3.Connection, listings: dict[str, Listing], folder: Path, *, generated: datetime | None = None
) -> list[Path]:
    """The site with the listings alone: their pages, the entrance first."""
    shown = Site(title="Evidence", listings=listings, works="none")
    return list(publishing.publish(db, shown, folder, generated=generated).files)


@pytest.fixture
def db(writer: sqlite3.Connection) -> sqlite3.Connection:
    writer.executemany(
        "insert into listing_items values (?, ?, ?, ?, ?, ?, ?)", items(writer, {"evidence-base": LISTING})
    )
    writer.commit()
    return writer


@pytest.fixture
def page(db: sqlite3.Connection, tmp_path: Path) -> lxml.html.HtmlElement:
    index, _ = site(db, {"evidence-base": LISTING}, tmp_path)
    return lxml.html.fromstring(index.read_text("utf-8"))


def entry(page: lxml.html.HtmlElement, key: str) -> lxml.html.HtmlElement:
    return page.get_element_by_id(key)


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("module", [dates, markdown, prose])
def test_doctests(module: object) -> None:
    failed, attempted = doctest.testmod(module)  # type: ignore[arg-type]
    assert attempted
    assert not failed


def test_landmarks_and_headings(page: lxml.html.HtmlElement) -> None:
    assert page.get("lang") == "en"
    assert [words(h) for h in page.iter("h1")] == ["The evidence <base>"]
    sections = ["Research opportunities", "Articles", "Theses", "Programmes"]
    assert [words(h) for h in page.iter("h2")] == [*sections, "About this page"]
    assert [words(a) for a in page.xpath("//nav//a")] == sections
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.xpath(f"//{landmark}")) == 1
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not [i for i in ids if re.search(r"\s", i)]
    for link in page.xpath("//a[starts-with(@href, '#')]"):
        assert link.get("href")[1:] in ids
    assert words(page.xpath("//body/a")[0]) == "Skip to the entries"
    assert not page.xpath("//script | //@style | //@onclick | //img")


def test_entries_have_the_form_of_the_reading_list(page: lxml.html.HtmlElement) -> None:
    sharing = entry(page, "doi:10.1136/leader-2020-000228")
    assert words(sharing[0]) == (
        "Aufegger, L., Alabi, M., Darzi, A. et al. Sharing leadership: current attitudes. 28 September 2020. "
        "https://doi.org/10.1136/leader-2020-000228"
    )
    assert sharing.xpath(".//cite/text()") == ["Sharing leadership: current attitudes"]
    assert sharing.xpath(".//time/@datetime") == ["2020-09-28"]
    opinion = entry(page, "local:curated:4")
    assert words(opinion) == (
        "Kirkpatrick, I. Unfinished business. 29 January 2021. https://www.example.org/unfinished-business"
        " Opinion. See https://www.example.org/more."
    )
    assert opinion.xpath(".//p[@class='note']/a/@href") == ["https://www.example.org/more"]


def test_repository_copies_stand_beside_the_doi(page: lxml.html.HtmlElement) -> None:
    copies = entry(page, "doi:10.1136/leader-2020-000228").xpath(".//p[@class='copies']")
    assert [words(c) for c in copies] == ["Accepted version in Spiral"]
    assert copies[0].xpath("a/@href") == ["https://spiral.example.org/1/shared.docx"]
    thesis = entry(page, "hdl:10044/1/3")
    assert words(thesis[0]).endswith("2019. https://hdl.handle.net/10044/1/3")
    assert words(thesis[1]) == "Copy in Spiral, under embargo until 1 January 2027"
    assert thesis.xpath(".//cite/@lang") == ["fr"]


def test_warnings_are_said_in_words_before_the_entry(page: lxml.html.HtmlElement) -> None:
    retracted = entry(page, "doi:10.1136/leader-2021-1")
    assert [words(p) for p in retracted] == [
        "Retracted. Its findings are not to be relied on. See the notice of retraction, 5 January 2022.",
        "Corrected. Read it together with its correction.",
        "Doe, A. What went wrong? March 2021. https://doi.org/10.1136/leader-2021-1",
    ]
    assert retracted[0].xpath(".//a/@href") == ["https://doi.org/10.1136/leader-2021-9"]
    doubted = "Expression of concern. Its editors doubt it; rely on it with care."
    assert words(entry(page, "local:crossref:6")[0]) == doubted
    assert "2 of them are retracted, withdrawn or in doubt" in words(page.xpath("//footer")[0])


def test_a_notice_without_relation_is_still_marked(db: sqlite3.Connection) -> None:
    db.execute("delete from work_updates")
    (marked,) = (
        e for s in load(db, "evidence-base", LISTING).sections for e in s.entries if e.anchor.endswith("2021-1")
    )
    assert [(m.word, m.link, m.grave) for m in marked.marks] == [("Retracted", "", True)]


def test_a_notice_that_only_pubmed_names_is_linked(db: sqlite3.Connection) -> None:
    db.execute("update work_updates set scheme = 'pmid', notice = '20137807' where type = 'retraction'")
    (marked,) = (
        e for s in load(db, "evidence-base", LISTING).sections for e in s.entries if e.anchor.endswith("2021-1")
    )
    assert marked.marks[0].link == "https://pubmed.ncbi.nlm.nih.gov/20137807/"


def test_footer_says_where_it_comes_from(page: lxml.html.HtmlElement) -> None:
    footer = page.xpath("//footer")[0]
    assert "8 entries in 4 sections." in words(footer)
    assert footer.xpath(".//p//time/@datetime") == [BUILT]
    assert [[words(cell) for cell in row] for row in footer.xpath(".//tbody/tr")] == [
        ["BMJ Leader", "5", "22 November 2026, 02:49 UTC"],
        ["Spiral", "2", "none yet (the latest harvest was not complete)"],
        ["Curated entries", "2", "22 November 2026, 02:49 UTC"],
    ]


def test_hostile_values_stay_text(db: sqlite3.Connection, tmp_path: Path, page: lxml.html.HtmlElement) -> None:
    hostile = entry(page, "local:crossref:6")
    assert words(hostile[1]) == (
        "<img src=x onerror=alert(1)>. </title><script>alert('x')</script> \"q\" & evil *md* [a](javascript:alert(1)) <b>. "
        "Spring 2021."
    )
    assert not hostile.xpath(".//a")
    own = {"index.html", "about.html", "listing.md", *(f"listing.{d.ending}" for d in downloads.of_many().values())}
    assert all(re.match(r"https?://|#", link) or link in own for link in page.xpath("//@href"))
    _, text = site(db, {"evidence-base": LISTING}, tmp_path)
    line = next(line for line in text.read_text("utf-8").splitlines() if "alert" in line)
    assert line == (
        r"- **Expression of concern.** Its editors doubt it; rely on it with care."
        r" \<img src=x onerror=alert(1)\>. *\</title\>\<script\>alert('x')\</script\> "
        r'"q" \& evil \*md\* \[a\](javascript:alert(1)) \<b\>*. Spring 2021.'
    )


def test_markdown(db: sqlite3.Connection, tmp_path: Path) -> None:
    _, path = site(db, {"evidence-base": LISTING}, tmp_path)
    text = path.read_text("utf-8")
    assert text.startswith(
        "# The evidence \\<base\\>\n\nLeadership in health care.\n\nSee <https://www.example.org/research?a=1&b=2>.\n\n"
        "## Research opportunities\n\nOpen studentships.\n\n- *PhD studentship*. <https://example.org/phd>\n\n## Articles\n"
    )
    assert (
        "- Aufegger, L., Alabi, M., Darzi, A. et al. *Sharing leadership: current attitudes*. 28 September 2020. "
        "<https://doi.org/10.1136/leader-2020-000228>\n"
        "  - Accepted version in Spiral: <https://spiral.example.org/1/shared.docx>\n"
    ) in text
    assert (
        "- **Retracted.** Its findings are not to be relied on. See the notice of retraction, 5 January 2022:"
        " <https://doi.org/10.1136/leader-2021-9>. **Corrected.** Read it together with its correction."
        " Doe, A. *What went wrong?* March 2021. <https://doi.org/10.1136/leader-2021-1>\n"
    ) in text
    assert "## Programmes\n\nNo entries at present.\n" in text
    assert "- BMJ Leader: 5 records, last complete harvest 22 November 2026, 02:49 UTC\n" in text


def test_an_unchanged_index_gives_the_same_bytes_and_touches_nothing(db: sqlite3.Connection, tmp_path: Path) -> None:
    files = site(db, {"evidence-base": LISTING}, tmp_path / "new" / "site")
    before = [(f.read_bytes(), f.stat().st_ino, f.stat().st_mtime_ns) for f in files]
    assert site(db, {"evidence-base": LISTING}, tmp_path / "new" / "site") == files
    assert [(f.read_bytes(), f.stat().st_ino, f.stat().st_mtime_ns) for f in files] == before
    stamped = site(
        db, {"evidence-base": LISTING}, tmp_path / "new" / "site", generated=datetime(2026, 11, 23, tzinfo=UTC)
    )
    assert "Written 23 November 2026, 00:00 UTC." in stamped[1].read_text("utf-8")
    assert stamped[0].stat().st_ino != before[0][1], "replaced by renaming"
    assert {"index.html", "listing.md"} < {p.name for p in (tmp_path / "new" / "site").iterdir()}
    assert (stamped[0].stat().st_mode & 0o777) == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_several_listings_have_a_folder_each(db: sqlite3.Connection, tmp_path: Path) -> None:
    french = Listing("Lectures", language="fr", sections=(Section("Thèses", "Voici."),))
    entrance, *pages = site(db, {"evidence-base": LISTING, "lectures": french}, tmp_path)
    assert [str(p.relative_to(tmp_path)) for p in pages] == [
        "evidence-base/index.html", "evidence-base/listing.md", "lectures/index.html", "lectures/listing.md",
    ]  # fmt: skip
    overview = lxml.html.fromstring(entrance.read_text("utf-8"))
    assert overview.xpath("//main//li/a/@href") == ["evidence-base/index.html", "lectures/index.html"]
    assert overview.xpath("//main//li/a/@lang") == ["fr"]
    lectures = lxml.html.fromstring(pages[2].read_text("utf-8"))
    assert lectures.get("lang") == "en"
    assert lectures.xpath("//h1/@lang | //h2/@lang | //section/div/@lang") == ["fr", "fr", "fr"]
    assert site(db, {}, tmp_path) == []


def test_entries_of_sections_that_were_renamed_are_not_lost(db: sqlite3.Connection) -> None:
    shown = load(db, "evidence-base", Listing("L", sections=(Section("Theses"),)))
    assert [(s.title, len(s.entries)) for s in shown.sections] == [
        ("Theses", 1), ("Research opportunities", 1), ("Articles", 6),
    ]  # fmt: skip


def test_a_folder_that_cannot_be_written(db: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        site(db, {"evidence-base": LISTING}, tmp_path / "file" / "site")
    (tmp_path / "site" / "index.html").mkdir(parents=True)
    with pytest.raises(StoreError, match=r"index\.html: cannot be written"):
        site(db, {"evidence-base": LISTING}, tmp_path / "site")
    assert list((tmp_path / "site" / "index.html").iterdir()) == [], "a folder of somebody else's"


@given(st.text(), st.text(), st.text())
def test_any_text_survives(title: str, note: str, introduction: str) -> None:
    from harvester.citation import Citation
    from harvester.listing.entries import Entry
    from harvester.listing.page import Page, SectionShown

    item = Entry("a", Citation(title, title, title, ""), title, title, (), (), note)
    shown = Page(title, introduction, title, (SectionShown("s", title, note, (item,)),), (), "", "")
    document = lxml.html.document_fromstring(html.listing(shown, "l", Site(title="L", listings={}), addresses.Files()))
    assert len(document.xpath("//cite")) == (1 if title.rstrip() else 0)
    assert document.xpath("count(//h2)") == 2
    assert not document.xpath("//script | //img | //b")
    plain = re.sub(r"\\.|<https?://[^>]*>", "", markdown.render(shown))
    assert "<" not in plain.replace("<https", "")
    assert list(prose.pieces(note)) == list(prose.pieces(note))
    assert "".join(piece for piece, _ in prose.pieces(note)) == note


def test_of_thousands_of_authors_a_list_reads_the_first(tmp_path: Path) -> None:
    people = tuple(small_index.person(f"Aad{n}", "Georges") for n in range(3000))
    works = [small_index.single(1, Record(title="T", contributors=people, identifiers=(small_index.doi("10.5555/1"),)))]
    with closing(sqlite3.connect(small_index.create(tmp_path / "index.db", works))) as db:
        (entry,) = entries.entries(db, [1]).values()
    assert entry.citation.authors == "Aad0, G., Aad1, G., Aad2, G. et al."
    assert len(entry.place.authors) == entries.PEOPLE


def test_records_of_sources_are_counted_anew_when_the_index_has_changed(tmp_path: Path) -> None:
    path = small_index.create(tmp_path / "index.db", [small_index.single(1, Record(title="One"))])

    def counted() -> int:
        with closing(sqlite3.connect(path)) as db:
            return sum(source.records for source in sources(db))

    assert counted() == 1
    with closing(sqlite3.connect(path)) as db:
        columns = "work_id, source, identifier, format, datestamp, change, title, joined_by, added, record"
        db.execute(f"insert into records select id + 1, {columns} from records")
        db.execute("update meta set value = '2026-11-23T00:00:00+00:00' where name = 'built'")
        db.commit()
    assert counted() == 2
