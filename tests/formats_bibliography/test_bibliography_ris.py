"""RIS as reference managers and services write it."""

from __future__ import annotations

import pytest

from harvester.normalise import normalise
from harvester.record import RawRecord, Record


def read(*lines: str) -> Record:
    text = "\n".join([*lines, "ER  - "])
    return normalise(RawRecord(source="t", identifier="t", format="ris", payload=text.encode()))


@pytest.mark.parametrize(
    ("lines", "issued"),
    [
        (["PY  - 2020"], "2020"),
        (["Y1  - 2020/09/28/"], "2020-09-28"),
        (["PY  - 2020", "DA  - 2020/09/28"], "2020-09-28"),
        (["PY  - 2020", "DA  - Sep 28"], "2020-09-28"),
        (["PY  - 2020", "DA  - 2019/12/01"], "2020"),
        (["PY  - 2020///Spring"], "2020-21"),
        (["PY  - 2020/00/00"], "2020"),
        (["PY  - n.d."], None),
        (["Y2  - 2021/01/04"], None),
    ],
)
def test_the_date_of_issue_is_the_most_that_its_tags_agree_on(lines: list[str], issued: str | None) -> None:
    assert read("TY  - JOUR", *lines).issued == issued


@pytest.mark.parametrize(
    ("lines", "pages"),
    [
        (["SP  - 128", "EP  - 134"], "128-134"),
        (["SP  - 128-134"], "128-134"),
        (["SP  - 128-134", "EP  - 134"], "128-134"),
        (["SP  - 637", "EP  - 41"], "637-641"),
        (["SP  - 128", "EP  - 128"], "128"),
        (["SP  - 128+"], "128"),
        (["SP  - n/a", "EP  - n/a"], None),
    ],
)
def test_pages_stand_in_one_tag_or_in_two(lines: list[str], pages: str | None) -> None:
    assert read("TY  - JOUR", *lines).pages == pages


def test_a_tag_means_what_its_type_makes_of_it() -> None:
    journal, book, chapter, thesis = (
        read(f"TY  - {kind}", "T2  - Place", "A2  - Bell, A", "PB  - House", "SP  - 214", "SN  - 9780521877237")
        for kind in ("JOUR", "BOOK", "CHAP", "THES")
    )
    assert journal.container is not None
    assert (journal.container.title, journal.pages) == ("Place", "214")
    assert book.container is not None
    assert (book.container.type, book.extent, book.pages) == ("series", ("214 pages",), None)
    assert chapter.container is not None
    assert (chapter.container.type, chapter.container.isbn) == ("book", "9780521877237")
    (school,) = thesis.institutions
    assert (school.name, school.department, thesis.contributors[0].role) == ("House", "Place", "advisor")


def test_numbers_of_databases_are_told_by_their_form() -> None:
    found = read(
        "TY  - JOUR",
        "AN  - 32745692",
        "DB  - Medline",
        "SN  - 2398631X (ISSN); 0000-0000 (ISSN)",
        "M3  - doi:10.5555/PZ.2020.4",
        "UR  - <Go to ISI>://WOS:000123456",
        "C2  - PMC7393888",
    )
    assert [(i.scheme, i.value, i.relation) for i in found.identifiers][1:] == [
        ("pmid", "32745692", "self"),
        ("doi", "10.5555/pz.2020.4", "self"),
        ("local", "wos:000123456", "version"),
        ("pmcid", "PMC7393888", "self"),
        ("issn", "2398-631X", "container"),
    ]


def test_conference_papers_of_ieee_have_their_days_in_y1() -> None:
    found = read("TY  - CONF", "T2  - Wards", "PY  - 2019", "Y1  - 12-17 May 2019")
    assert found.event is not None
    assert (found.issued, found.event.start, found.event.end) == ("2019", "2019-05-12", "2019-05-17")


def test_a_file_on_a_disk_is_nobody_elses() -> None:
    found = read("TY  - JOUR", "L1  - file:///C:/Users/bell/paper.pdf", "L1  - https://example.org/paper.pdf")
    assert [f.url for f in found.files] == ["https://example.org/paper.pdf"]


def test_how_often_it_was_cited_is_a_number_and_no_note() -> None:
    found = read("TY  - JOUR", "N1  - Cited By :12", "Export Date: 4 January 2021", "N1  - A remark.")
    assert found.cited_by_count == 12
    assert [d.text for d in found.descriptions] == ["A remark."]


def test_a_degree_in_the_place_of_the_type_is_a_degree() -> None:
    found = read("TY  - THES", "M3  - Ph.D.", "PB  - University of Leeds")
    assert found.degree is not None
    assert (found.type, found.degree.name) == ("doctoral-thesis", "Ph.D.")
    assert read("TY  - THES", "M3  - PhD thesis").degree is None
