"""Works as MARCXML: read back by our own reader and by pymarc, in XML and in ISO 2709."""

from __future__ import annotations

import io

import pymarc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from export.generated import works
from export.works import ALL, ARTICLE, CHAPTER, CORRECTED, HOSTILE, RETRACTED, STUDENTSHIP, THESIS, work
from harvester.formats import marc21, marcxml, writer
from harvester.formats.marc.write import fixed
from harvester.normalise import normalise
from harvester.record import (
    Contributor,
    Event,
    Identifier,
    Institution,
    License,
    RawRecord,
    Record,
    Relation,
    Subject,
    Title,
    Work,
)


def text(found: list[Work]) -> str:
    return "".join(writer("marcxml")(found))


def read(one: Work) -> Record:
    raw = RawRecord(source="t", identifier=one.key, format="marcxml", payload=text([one]).encode())
    return normalise(raw)


def carried(record: Record) -> Record:
    """A record without what MARC cannot say: dates but of publication, creation, copyright; which ISSN is electronic."""
    container = record.container
    if container is not None and container.eissn:
        container = structs.replace(container, issn=container.issn or container.eissn, eissn=None)
    issns = {i.value for i in record.identifiers if i.scheme in ("issn", "eissn")}
    kept = [i for i in record.identifiers if i.scheme not in ("local", "url", "issn", "eissn", "oai")]
    return structs.replace(
        record,
        type_raw=(),
        identifiers=tuple(
            sorted(
                [structs.replace(i, raw=None) for i in kept]
                + [Identifier("issn", each, "container") for each in issns],
                key=lambda i: (i.scheme, i.value),
            )
        ),
        url=None,
        contributors=tuple([structs.replace(c, raw=None) for c in record.contributors]),
        container=container,
        dates=tuple(
            sorted(
                {
                    structs.replace(d, raw=None)
                    for d in record.dates
                    if d.type in ("created", "copyrighted") and d.value != record.issued
                },
                key=str,
            )
        ),
        descriptions=tuple(
            sorted(
                [structs.replace(d, text=" ".join(d.text.split()), markup=None) for d in record.descriptions],
                key=lambda d: (d.type, d.text),
            )
        ),
        licenses=tuple([structs.replace(licence, raw=None) for licence in record.licenses]),
        relations=tuple(sorted(record.relations, key=lambda r: (r.type, r.target))),
        subjects=tuple(sorted(record.subjects, key=lambda s: (s.scheme, s.term))),
        findings=(),
        extra={},
    )


@settings(max_examples=15, deadline=None)
@given(works())
def test_what_is_written_is_read_back(one: Work) -> None:
    found = read(one)
    assert carried(found) == carried(one.record)
    assert found.issued == one.record.issued
    assert not found.extra


@pytest.mark.parametrize(
    ("volume", "issue", "pages"),
    [("Suppl 1", None, None), ("Suppl 1", "Pt 2", "1-2"), ("4", "S1", None), ("4", "S1", "S1-S9"), ("4", "Pt 1", None)],
)
def test_volumes_and_issues_that_are_no_numbers(volume: str, issue: str | None, pages: str | None) -> None:
    place = structs.replace(
        ARTICLE.record, volume=volume, issue=issue, pages=pages, start_page=None, end_page=None, files=()
    )
    found = read(structs.replace(ARTICLE, record=place))
    assert (found.volume, found.issue, found.pages, found.extra) == (volume, issue, pages, {})


@settings(max_examples=6, deadline=None)
@given(works())
def test_pymarc_reads_every_field(one: Work) -> None:
    """What it reads and writes again, in XML and in ISO 2709, says the same."""
    (record,) = pymarc.parse_xml_to_array(io.BytesIO(text([one]).encode()))
    raw = RawRecord(source="t", identifier=one.key, format="marc21", payload=record.as_marc())
    assert normalise(raw) == read(one)
    assert record["245"]["a"] == (one.record.title or "[Untitled]")
    doi = next((i.value for i in one.record.identifiers if i.scheme == "doi"), None)
    assert [f["a"] for f in record.get_fields("024") if f["2"] == "doi"] == ([doi] if doi else [])
    assert len(str(record.leader)) == 24
    assert len(record["008"].data) == 40


@pytest.mark.parametrize("one", ALL, ids=lambda w: w.key)
def test_every_kind_of_work_is_read_back(one: Work) -> None:
    found = read(one)
    if one not in (HOSTILE,):
        assert found.type == one.record.type
        assert found.title == one.record.title
    assert found.update_status in (one.record.update_status, None)


def test_article_has_its_place_in_the_journal() -> None:
    (record,) = pymarc.parse_xml_to_array(io.BytesIO(text([ARTICLE]).encode()))
    host = record["773"]
    assert (host["t"], host["p"], host["x"]) == ("BMJ Leader", "BMJ Lead", "2398-631X")
    assert (host["g"], host["q"]) == ("Vol. 4, no. 3 (2020), p. 128-134", "4:3<128")
    assert str(record.leader)[6:8] == "ab"
    assert [f.format_field() for f in record.get_fields("100", "700")] == [
        "Aufegger, L aut",
        "Alabi, M aut Imperial",
        "King, Martin Luther Jr aut",
        "Itor, Ed edt",
    ]
    assert [f["4"] for f in record.get_fields("700")] == ["aut", "aut", "edt"]


def test_chapter_and_thesis_have_their_own_fields() -> None:
    chapter, thesis, studentship = pymarc.parse_xml_to_array(io.BytesIO(text([CHAPTER, THESIS, STUDENTSHIP]).encode()))
    assert chapter["773"]["z"] == "9780521877237"
    assert chapter.get("020") is None
    assert (thesis["502"]["c"], thesis["502"]["d"]) == ("University of Example", "2021")
    assert thesis["700"]["4"] == "ths"
    assert studentship["655"]["a"] == "Studentship"


def test_retraction_is_a_note_and_names_its_notice() -> None:
    found = read(RETRACTED)
    assert found.update_status == "retraction"
    assert Relation("is-retracted-by", "doi", "10.5555/notice", date="2010-02-06") in found.relations
    assert read(CORRECTED).update_status == "correction"


def test_headings_keep_their_thesaurus() -> None:
    subjects = (
        Subject("Nursing--Leadership", "mesh"),
        Subject("RA971", "lcc"),
        Subject("Teams", "fast", "http://id.worldcat.org/fast/1"),
    )
    found = read(work(1, Record(title="A", subjects=subjects)))
    assert sorted(found.subjects, key=str) == sorted(subjects, key=str)


@settings(deadline=None)
@given(st.text(st.characters(), max_size=30))
def test_no_text_breaks_the_document(sent: str) -> None:
    person = Contributor(name=sent or "x", family=sent or None)
    hostile = structs.replace(
        HOSTILE.record, title=sent, titles=(Title(sent, "translated", "en"),), contributors=(person,)
    )
    (record,) = pymarc.parse_xml_to_array(io.BytesIO(text([work(1, hostile, key=sent or "k")]).encode()))
    assert record["008"] is not None


def test_both_readers_are_one_crosswalk() -> None:
    (record,) = pymarc.parse_xml_to_array(io.BytesIO(text([ARTICLE]).encode()))
    xml = marcxml.read(RawRecord(source="t", identifier="t", format="marcxml", payload=text([ARTICLE]).encode()), "")
    iso = marc21.read(RawRecord(source="t", identifier="t", format="marc21", payload=record.as_marc()), "")
    assert iso == xml


@pytest.mark.parametrize(
    ("issued", "said"),
    [
        ("1985~", "s1985    "),
        ("199X", "s199u    "),
        ("2019-11/2024-10", "m20192024"),
        ("2020-21", "s2020    "),
        ("-0400", "nuuuuuuuu"),
        ("2019/..", "nuuuuuuuu"),
    ],
)
def test_dates_of_doubt_and_of_several_years_have_their_form(issued: str, said: str) -> None:
    assert fixed(Record(issued=issued))[6:15] == said


def test_a_licence_without_address_is_named_and_the_end_of_an_embargo_is_said() -> None:
    record = Record(
        title="Data: a story", titles=(Title("a story", "subtitle"),), type="dataset",
        licenses=(License(spdx="CC0-1.0"),), access="embargoed", embargo_until="2030-01-01",
        event=Event("Congress", "C", start="2019-05-01", end="2019-05-03"),
    )  # fmt: skip
    found = read(work(1, record))
    assert [one.spdx for one in found.licenses] == ["CC0-1.0"]
    assert (found.access, found.embargo_until) == ("embargoed", "2030-01-01")
    assert found.event == Event("Congress", "C", start="2019-05-01", end="2019-05-03")
    assert (found.title, found.titles, found.extra) == ("Data: a story", (), {})


def test_a_thesis_has_its_department() -> None:
    school = Institution("University of Example", department="School of Medicine", role="awarding")
    assert read(work(1, Record(title="X", type="thesis", institutions=(school,)))).institutions == (school,)


def test_a_work_without_title_says_so_where_cataloguers_do() -> None:
    assert '<subfield code="a">[Untitled]</subfield>' in text([work(1, Record(type="book"))])
    assert read(work(1, Record(type="book"))).title is None
