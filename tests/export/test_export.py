"""Exports, read back by other people's parsers where there are such."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import bibtexparser
import msgspec
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from export.works import (
    ALL,
    ARTICLE,
    BARE,
    CHAPTER,
    CORRECTED,
    HOSTILE,
    RETRACTED,
    STUDENTSHIP,
    THESIS,
    UNTITLED,
    work,
)
from harvester import schemas
from harvester.formats import WRITERS, bibtex, csl_json, exported, jsonl, ris, writer
from harvester.formats import csv as csv_export
from harvester.record import Contributor, RawRecord, Record, Work

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


def text(name: str, works: list[Work]) -> str:
    return "".join(writer(name)(works))


@pytest.mark.parametrize("name", [*WRITERS, "csl-json"])
def test_works_are_taken_one_by_one(name: str) -> None:
    taken = []

    def works() -> Iterator[Work]:
        for one in (ARTICLE, RETRACTED, CHAPTER):
            taken.append(one.id)
            yield one

    chunks = iter(writer(name)(works()))
    next(chunks)
    assert len(taken) <= 1
    assert "".join(chunks)
    assert taken == [1, 2, 4]


@pytest.mark.parametrize("name", WRITERS)
def test_exports_are_the_same_each_time_and_utf8(name: str) -> None:
    assert text(name, ALL).encode() == text(name, ALL).encode()


@pytest.mark.parametrize("name", WRITERS)
def test_retracted_and_corrected_works_are_marked(name: str) -> None:
    for one, word in ((RETRACTED, "retract"), (CORRECTED, "correct")):
        bare = msgspec.structs.replace(one, record=msgspec.structs.replace(one.record, title="A title"))
        assert word in text(name, [bare]).lower()
        assert re.search(r"retracted|corrected", text(name, [ARTICLE]).lower()) is None


def test_mark_names_the_notice_once() -> None:
    assert exported.mark(RETRACTED.record) == "Retracted 2010-02-06: https://doi.org/10.5555/notice"
    assert exported.mark(CORRECTED.record) == "Corrected"
    assert exported.mark(ARTICLE.record) is None


def test_every_type_has_a_name_in_every_vocabulary() -> None:
    types = set(schemas.table("vocabularies/types"))
    for vocabulary in ("csl", "bibtex", "ris"):
        assert set(exported.names(vocabulary)) == types


# --- CSV -------------------------------------------------------------------------------------------------------------


def rows(works: list[Work]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text("csv", works), newline=""), strict=True))


def test_csv_has_a_row_a_work() -> None:
    found = rows(ALL)
    assert [r["key"] for r in found] == [w.key for w in ALL]
    assert {column: cell for column, cell in found[0].items() if cell and column != "abstract"} == {
        "key": "doi:10.1136/leader-2020-000228",
        "title": "Sharing leadership: current attitudes & needs of the NHS",
        "authors": "Aufegger, L; Alabi, M; King, Martin Luther, Jr; Imperial College Healthcare NHS Trust",
        "editors": "Itor, Ed",
        "type": "article",
        "published_in": "BMJ Leader",
        "volume": "4",
        "issue": "3",
        "pages": "128-134",
        "publisher": "BMJ Publishing Group",
        "date": "2020-09-28",
        "year": "2020",
        "doi": "10.1136/leader-2020-000228",
        "handle": "10044/1/85584",
        "issn": "2398-631X",
        "link": "https://doi.org/10.1136/leader-2020-000228",
        "language": "en",
        "access": "open",
        "licence": "CC-BY-NC-4.0",
        "accepted": "2020-04-28",
        "online": "2020-05-13",
        "funders": "NIHR",
        "grants": "RDB04",
        "subjects": "leadership; integrated care",
        "sources": "crossref",
    }
    assert found[6]["year"] == ""
    assert text("csv", []).split("\r\n") == [",".join(csv_export.COLUMNS), ""]


def test_no_cell_starts_a_formula() -> None:
    (found,) = rows([HOSTILE])
    assert found["title"].startswith("'=HYPERLINK")
    assert found["abstract"].startswith("'+1 for leadership")
    for row in rows(ALL):
        assert not any(re.match(r"[=+\-@\t\r\n]", cell) for cell in row.values())


@given(TEXT)
def test_whatever_the_title_it_is_one_cell(title: str) -> None:
    (found,) = rows([work(1, Record(title=title or None))])
    assert not re.match(r"\s*[=+\-@]", found["title"])
    assert found["title"].removeprefix("'") in (
        title.replace("\x00", ""),
        title.replace("\x00", "").removeprefix("'"),
    )


# --- JSON lines ------------------------------------------------------------------------------------------------------


def test_jsonl_gives_whole_works_back() -> None:
    lines = text("jsonl", ALL).splitlines()
    assert [msgspec.json.decode(line, type=Work) for line in lines] == ALL
    first = json.loads(lines[0])
    assert first["choices"]["title"] == {"record_id": 10, "rule": "only", "alternatives": 0}
    assert first["members"][0]["source"] == "crossref"


def test_jsonl_is_read_again_as_the_merged_record() -> None:
    for each, line in zip(ALL, text("jsonl", ALL).splitlines(), strict=True):
        raw = RawRecord(source="x", identifier=each.key, format="jsonl", payload=line.encode())
        assert jsonl.read(raw, "") == each.record


def test_jsonl_keeps_elements_that_it_does_not_know() -> None:
    line = b'{"id": 1, "key": "x", "record": {"title": "A", "of_tomorrow": ["b"]}, "members": [], "choices": {}, "origins": {}}'
    record = jsonl.read(RawRecord(source="x", identifier="x", format="jsonl", payload=line), "")
    assert record.extra == {"record.of_tomorrow": ['["b"]']}


# --- CSL-JSON --------------------------------------------------------------------------------------------------------


def csl(works: list[Work]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text("csl-json", works))
    return found


def test_csl_items() -> None:
    article, retracted, _, chapter, thesis, bare, untitled, hostile, studentship = csl(ALL)
    assert article["type"] == "article-journal"
    assert article["author"] == [
        {"family": "Aufegger", "given": "L"},
        {"family": "Alabi", "given": "M"},
        {"family": "King", "given": "Martin Luther", "suffix": "Jr"},
        {"literal": "Imperial College Healthcare NHS Trust"},
    ]
    assert article["issued"] == {"date-parts": [[2020, 9, 28]]}
    assert article["container-title"] == "BMJ Leader"
    assert (article["volume"], article["issue"], article["page"]) == ("4", "3", "128-134")
    assert article["DOI"] == "10.1136/leader-2020-000228"
    assert retracted["status"] == "Retracted"
    assert retracted["note"].startswith("Retracted 2010-02-06")
    assert retracted["issued"] == {"date-parts": [[1998, 6]]}
    assert retracted["URL"] == "https://doi.org/10.1002/(sici)1097-4571(199806)49:8%3C693::aid-asi4%3E3.0.co;2-o"
    assert (chapter["type"], chapter["editor"][0]["family"], chapter["ISBN"]) == ("chapter", "Bench", "9780521877237")
    assert thesis["issued"] == {"date-parts": [[2021]], "season": 1}
    assert bare == {"id": "oai:example.org:6", "type": "document"}
    assert "title" not in untitled
    assert untitled["issued"] == {"raw": "199X"}
    assert hostile["issued"] == {"date-parts": [[2019, 11], [2024, 10]]}
    assert studentship["URL"] == "https://www.jobs.ac.uk/job/DGV596/x"
    assert csl([]) == []


# fmt: off
CSL_VARIABLES = {
    "id", "type", "title", "author", "editor", "translator", "chair", "contributor", "illustrator", "issued", "submitted",
    "collection-number", "container-title", "collection-title", "container-title-short", "volume", "issue", "page", "number",
    "edition", "publisher", "publisher-place", "genre", "event-title", "event-place", "event-date", "DOI", "ISSN", "ISBN", "PMID",
    "PMCID", "URL", "language", "abstract", "keyword", "status", "note", "title-short", "original-title", "available-date",
    "version", "part-number", "number-of-pages", "number-of-volumes", "medium", "license", "compiler",
}
# fmt: on
"""Those that we write, all of which are in https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json."""


def test_csl_items_have_the_variables_of_the_schema_and_no_empty_ones() -> None:
    for item in csl(ALL):
        assert set(item) <= CSL_VARIABLES
        assert {"id", "type"} <= set(item)
        assert all(item.values())


@given(st.text("0123456789-/.X~?%u", max_size=24))
def test_no_date_breaks_csl(edtf: str) -> None:
    found = csl_json.date(edtf)
    assert found is None or "raw" in found or all(1 <= len(parts) <= 3 for parts in found["date-parts"])


# --- BibTeX ----------------------------------------------------------------------------------------------------------


def entries(works: list[Work]) -> list[dict[str, str]]:
    library = bibtexparser.parse_string(text("bibtex", works))
    assert not library.failed_blocks
    return [{"ID": e.key, "ENTRYTYPE": e.entry_type} | {f.key: str(f.value) for f in e.fields} for e in library.entries]


def test_bibtex_is_read_by_bibtexparser() -> None:
    found = {e["ID"]: e for e in entries(ALL)}
    assert list(found) == [
        "Aufegger2020w1",
        "Stargazer1998w2",
        "Corrected2021w3",
        "Hair2023w4",
        "Example2021w5",
        "workw6",
        "Archivesw7",
        "others2019w8",
        "PhDw9",
    ]
    article = found["Aufegger2020w1"]
    assert article["ENTRYTYPE"] == "article"
    assert article["title"] == r"{Sharing leadership: current attitudes \& needs of the NHS}"
    assert article["author"] == (
        "Aufegger, L and Alabi, M and King, Jr, Martin Luther and {Imperial College Healthcare NHS Trust}"
    )
    assert (article["journal"], article["pages"], article["month"]) == ("BMJ Leader", "128--134", "sep")
    assert found["Stargazer1998w2"]["note"].startswith("Retracted 2010-02-06")
    assert found["Stargazer1998w2"]["doi"] == "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o"
    assert found["Hair2023w4"]["booktitle"] == "A Handbook of Chairs"
    assert found["Example2021w5"]["school"] == "University of Example"
    assert "month" not in found["Example2021w5"]
    hostile = found["others2019w8"]
    names = hostile["author"].split(" and ")
    assert names[0] == "{others}"
    assert "{Smith and Wesson}, {A, B}" in hostile["author"]


@given(st.lists(TEXT, min_size=1, max_size=4), TEXT)
@settings(deadline=None)
def test_no_text_breaks_out_of_its_field(families: list[str], title: str) -> None:
    people = tuple(Contributor(name=f or "x", family=f or None, given=title or None) for f in families)
    entry = bibtex.entry(work(3, Record(title=title or None, contributors=people, url=f"https://example.org/{title}")))
    depth = 0
    for char in entry.strip():
        depth += (char == "{") - (char == "}")
        assert depth >= 0
    assert depth == 0
    assert entry.count("\n@") == 0
    assert len(re.findall(r"^  [a-z]+ = ", entry, re.MULTILINE)) == len(entry.splitlines()) - 3


# --- RIS -------------------------------------------------------------------------------------------------------------


def references(works: list[Work]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rispy.loads(text("ris", works))
    return found


def test_ris_is_read_by_rispy() -> None:
    found = references(ALL)
    assert [r["type_of_reference"] for r in found] == [
        "JOUR", "JOUR", "JOUR", "CHAP", "THES", "GEN", "JOUR", "BLOG", "ELEC",
    ]  # fmt: skip
    article = found[0]
    assert article["title"] == ARTICLE.record.title
    assert article["authors"] == [
        "Aufegger, L",
        "Alabi, M",
        "King, Martin Luther, Jr",
        "Imperial College Healthcare NHS Trust",
    ]
    assert (article["year"], article["date"], article["start_page"]) == ("2020", "2020/09/28/", "128")
    assert article["doi"] == "10.1136/leader-2020-000228"
    assert article["keywords"] == ["leadership", "integrated care"]
    assert article["abstract"] == "Background: Care is complex. Results: It is."
    assert found[1]["notes"] == ["Retracted 2010-02-06: https://doi.org/10.5555/notice"]
    assert found[3]["secondary_authors"] == ["Bench, D.", "Sofa, E."]
    assert found[7]["title"].startswith("=HYPERLINK")


def test_ris_lines_have_the_form_of_the_format() -> None:
    for name in (THESIS, BARE, UNTITLED, HOSTILE, STUDENTSHIP):
        lines = text("ris", [name]).split("\r\n")
        assert lines[0].startswith("TY  - ")
        assert lines[-3:] == ["ER  - ", "", ""]
        assert all(re.match(r"[A-Z][A-Z0-9]  - \S", line) for line in lines[:-3])
        assert sum(line.startswith(("TY", "ER")) for line in lines) == 2


@given(TEXT)
def test_no_text_starts_a_line_of_its_own(title: str) -> None:
    chunk = "".join(ris.write([work(1, Record(title=title or None))]))
    assert chunk.splitlines()[-2:] == ["ER  - ", ""]
    assert [line[:6] for line in chunk.splitlines()[:-1]] == [
        "TY  - ", "ID  - ", *(["TI  - "] if exported.one_line(title) else []), "ER  - ",
    ]  # fmt: skip
