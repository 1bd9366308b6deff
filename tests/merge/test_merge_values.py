"""Single values: which record is believed, what lost, and whether it differs in substance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from harvester.formats.xml import local
from harvester.merge import merge
from harvester.normalise import normalise
from harvester.record import Container, Date, Description, File, Identifier, Member, RawRecord, Record
from tests.merge.witnesses import CROSSREF, CURATED, EPRINTS, SPIRAL, people, work


@pytest.mark.parametrize(
    ("believed", "other", "chosen"),
    [
        ("SHARING LEADERSHIP IN HOSPITALS", "Sharing leadership in hospitals", "Sharing leadership in hospitals"),
        ("Sharing leadership in…", "Sharing leadership in hospitals", "Sharing leadership in hospitals"),
        ("Sharing leadership in hospitals", "Sharing leadership in Hospitals.", "Sharing leadership in hospitals"),
        ("SHARING LEADERSHIP", "Leading by example", "SHARING LEADERSHIP"),
        ("BRCA1", "Brca1", "BRCA1"),
        ("Sharing leadership. [Review] [33 refs]", "Sharing leadership", "Sharing leadership"),
        ("Sharing leadership [in Leeds]", "Sharing leadership", "Sharing leadership [in Leeds]"),
    ],
)
def test_a_title_is_taken_where_it_can_be_read(believed: str, other: str, chosen: str) -> None:
    assert work((CROSSREF, Record(title=believed)), (SPIRAL, Record(title=other))).record.title == chosen


@pytest.mark.parametrize(
    ("first", "second", "best"),
    [
        ("Background. We asked.", "Background. We asked, and they answered.", 2),
        ("Background. We asked.", "Background. We asked, and they answered …", 1),
        ("Background. We asked.", "<jats:p>Background. We asked.</jats:p>", 1),
        ("Background. We asked.", "Background. We asked &amp; they answered.", 1),
        ("Background. We asked.", "Background. We asked, and they \N{REPLACEMENT CHARACTER}nswered.", 1),
        ("Background. We asked.", "Introduction. " * 1000, 1),  # the paper itself
        ("Background. We asked.", "Background. We asked.", 1),
    ],
)
def test_the_longest_abstract_that_is_clean(first: str, second: str, best: int) -> None:
    merged = work(
        (CROSSREF, Record(descriptions=(Description(first),))), (SPIRAL, Record(descriptions=(Description(second),)))
    )
    assert merged.choices["abstract"].record_id == best
    assert len(merged.record.descriptions) == 1


def test_a_translation_without_a_language_stays_beside_the_abstract() -> None:
    english = Description("We asked nurses how they lead on the ward, and what keeps them from it.", language="en")
    german = Description("Wir fragten Pflegende, wie sie auf Station führen und was sie daran hindert. Und noch mehr.")
    merged = work((CROSSREF, Record(descriptions=(english,))), (SPIRAL, Record(descriptions=(german,))))
    assert merged.record.descriptions == (english, german)
    again = Description("We asked nurses how they lead on the ward, and what keeps them from it; and they told us.")
    merged = work((CROSSREF, Record(descriptions=(english,))), (SPIRAL, Record(descriptions=(again,))))
    assert merged.record.descriptions == (again,)


def test_access_is_told_by_the_repository_that_has_the_file() -> None:
    merged = work(
        (CROSSREF, Record(access="restricted", version="VoR")),
        (SPIRAL, Record(access="metadata-only", version="VoR")),
        (EPRINTS, Record(access="embargoed", embargo_until="2030-01-01", version="AM", files=(File(name="a.pdf"),))),
    )
    assert (merged.record.access, merged.record.embargo_until, merged.record.version) == (
        "embargoed",
        "2030-01-01",
        "AM",
    )
    assert merged.choices["access"].record_id == merged.choices["version"].record_id == 3


def test_an_embargo_is_kept_where_nobody_says_what_access_is() -> None:
    merged = work((CROSSREF, Record(title="T")), (SPIRAL, Record(embargo_until="2030-01-01", start_page="5")))
    assert (merged.record.embargo_until, merged.record.start_page) == ("2030-01-01", "5")
    assert merged.choices["embargo_until"].record_id == merged.choices["start_page"].record_id == 2


def test_an_issn_that_is_known_as_the_electronic_one_is_not_noted_twice() -> None:
    merged = work(
        (CROSSREF, Record(container=Container(title="BMJ Leader", eissn="2398-631X"))),
        (SPIRAL, Record(container=Container(title="BMJ leader", issn="2398-631X", type="journal"))),
    )
    assert merged.record.container == Container(title="BMJ Leader", eissn="2398-631X", type="journal")
    assert [(c.element, c.part, c.position, c.record_id) for c in merged.completions] == [
        ("container", "type", None, 2)
    ]


def test_a_journal_is_the_same_by_either_issn() -> None:
    merged = work(
        (CROSSREF, Record(container=Container(title="BMJ Leader", issn="2398-631X"))),
        (SPIRAL, Record(container=Container(title="BMJ leader (London)", eissn="2398-631X", publisher="BMJ"))),
    )
    assert merged.record.container == Container(title="BMJ Leader", issn="2398-631X", publisher="BMJ")


def test_a_place_is_not_put_together_of_two() -> None:
    first = {"volume": "4", "start_page": "128", "pages": "128"}
    merged = work(
        (CROSSREF, Record(**first)),
        (SPIRAL, Record(volume="5", issue="3", pages="1-9", start_page="1", end_page="9", article_number="7")),
        (EPRINTS, Record(volume="Vol. 04", issue="2", pages="128-134", start_page="128", end_page="134")),
    )
    found = merged.record
    assert (found.volume, found.issue, found.pages, found.start_page, found.end_page) == (
        "4",
        "2",
        "128-134",
        "128",
        "134",
    )
    assert found.article_number is None
    assert merged.choices["pages"].rule == "refined"
    silent = work((CROSSREF, Record(volume="4")), (SPIRAL, Record(issue="3")), (EPRINTS, Record(pages="1-9")))
    assert (silent.record.issue, silent.record.pages) == ("3", "1-9")


@pytest.mark.parametrize(
    ("one", "other", "differing"),
    [
        ({"title": "Sharing leadership"}, {"title": "SHARING LEADERSHIP."}, []),
        ({"title": "Sharing leadership"}, {"title": "Sharing leadership: a review"}, []),
        ({"title": "Colour of leadership in wards"}, {"title": "Color of leadership in wards"}, []),
        ({"title": "Sharing leadership, part 1"}, {"title": "Sharing leadership, part 2"}, ["title"]),
        ({"title": "Sharing leadership"}, {"title": "Of mice"}, ["title"]),
        ({"issued": "2020-09"}, {"issued": "2020"}, []),
        ({"issued": "2020-01"}, {"issued": "2019-12-30"}, ["issued"]),
        ({"issued": "198X"}, {"issued": "1985"}, []),
        ({"issued": "2019/2020"}, {"issued": "2020-03"}, []),
        ({"issued": "198X"}, {"issued": "1991"}, ["issued"]),
        ({"volume": "4"}, {"volume": "Vol. 04"}, []),
        ({"volume": "38"}, {"volume": "38 Suppl 1"}, []),
        ({"volume": "4"}, {"volume": "5"}, ["volume"]),
        ({"pages": "128-134"}, {"pages": "128"}, []),
        ({"pages": "e0128", "start_page": "e0128"}, {"pages": "128-34"}, []),
        ({"pages": "128-134"}, {"pages": "1-7"}, ["pages"]),
        ({"contributors": people("Müller, J")}, {"contributors": people("Mueller, Jo; Roe, P")}, []),
        ({"contributors": people("Bell, A; Roe, P")}, {"contributors": people("Roe, P; Bell, A")}, ["contributors"]),
        ({"publisher": "BMJ"}, {"publisher": "Wiley"}, []),  # not by what a work is found on a shelf
    ],
)
def test_sources_differ_in_substance_or_in_how_they_write_it(
    one: dict[str, Any], other: dict[str, Any], differing: list[str]
) -> None:
    merged = work((CROSSREF, Record(**one)), (SPIRAL, Record(**other)))
    assert [a.element for a in merged.alternatives if a.differs] == differing
    assert {a.record_id for a in merged.alternatives} <= {1, 2}


def test_an_accepted_manuscript_and_what_others_know_of_the_article() -> None:
    merged = work(
        (
            CROSSREF,
            Record(
                title="Sharing leadership",
                type="article",
                contributors=people("Aufegger, L; Darzi, A"),
                identifiers=(Identifier("doi", "10.1136/1"),),
                container=Container(title="BMJ Leader", issn="2398-631X"),
                volume="4",
                issued="2020-09",
                dates=(Date("online", "2020-05-13"),),
                update_status="retraction",
            ),
        ),
        (
            SPIRAL,
            Record(
                title="Sharing leadership",
                type="article",
                contributors=people("Aufegger, Lisa; Darzi, Ara"),
                issued="2020-09-28",
                dates=(Date("accepted", "2020-04-28"), Date("online", "2020-05-13")),
                version="AM",
                access="embargoed",
                embargo_until="2021-05-13",
                files=(File("https://spiral.example/a.docx", version="AM"),),
            ),
        ),
        (
            EPRINTS,
            Record(title="Sharing Leadership", type="other", volume="Vol 4", access="metadata-only", issued="2020"),
        ),
        (CURATED, Record(title="Aufegger: Sharing leadership", contact="library@example.org")),
    )
    record = merged.record
    assert (record.title, record.type, record.volume, record.issued) == (
        "Sharing leadership",
        "article",
        "4",
        "2020-09-28",
    )
    assert [c.name for c in record.contributors] == ["Aufegger, Lisa", "Darzi, Ara"]
    assert (record.version, record.access, record.embargo_until) == ("AM", "embargoed", "2021-05-13")
    assert [(d.type, said) for d, said in zip(record.dates, merged.origins["dates"], strict=True)] == [
        ("online", 1),
        ("accepted", 2),
    ]
    assert (record.update_status, record.contact) == ("retraction", "library@example.org")
    assert [(a.element, a.record_id) for a in merged.alternatives if a.differs] == [("title", 4)]


FORMATS = ("datacite", "didl", "dim", "mets", "mods", "oai_dc", "oai_openaire", "qdc", "rioxx", "uketd_dc", "xoai")


def test_one_item_in_many_formats_is_said_once(shared: Path) -> None:
    members = []
    for number, name in enumerate(FORMATS, 1):
        root = etree.parse(shared / "corpus" / "spiral-16-formats" / f"spiral.{name}.xml").getroot()
        record = next((e for e in root.iter() if isinstance(e.tag, str) and local(e) == "record"), root)
        raw = RawRecord(source="s", identifier="i", format=name, payload=etree.tostring(record, with_tail=False))
        members.append(Member(number, "s", "i", name, 1, normalise(raw, "dspace"), "2026"))
    record = merge(1, "k", members).record
    assert [c.name for c in record.contributors] == ["Aufegger, L", "Alabi, M", "Darzi, A", "Bicknell, C"]
    assert len(record.files) == 1
    assert [f.award_number for f in record.funding if f.award_number] == ["RDB04"]
    assert (record.issued, record.volume, record.pages) == ("2020-09-28", "4", "128-134")
    assert len({(d.type, d.value) for d in record.dates}) == len(record.dates)
    assert [f.code for f in record.findings if f.code in ("authors-differ", "orcid-differs")] == []
