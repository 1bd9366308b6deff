"""Spreadsheets by a mapping of their columns: what is told from them, what each row becomes, what a bad row costs."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import RecordError
from harvester.normalise import normalise
from harvester.record import Page, RawRecord, Record
from harvester.sources import files
from sources_files.dumps import read, reasons, records, settings, verdict

COLUMNS = {
    "Title": "title",
    "Authors": "contributors",
    "Year": "issued",
    "Keywords": "subjects",
    "Journal": "container",
    "DOI": "identifiers",
    "Accepted": "dates : date accepted",
}


def sheet(tmp_path: Path, text: str | bytes, name: str = "a.csv", **given: Any) -> list[Page]:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, columns=given.pop("columns", COLUMNS), **given)


def only(pages: list[Page]) -> Record:
    (raw,) = records(pages)
    return normalise(raw)


HEADER = "Title,Authors,Year,Keywords,Journal,DOI,Accepted,Shelf\n"
ROW = '"Leading, and following","Darzi, A; Bicknell, C",2020,leadership|care,BMJ Leader,doi:10.5555/A,2019-12-01,B 7\n'


def test_a_row_is_a_record(tmp_path: Path) -> None:
    pages = sheet(tmp_path, HEADER + ROW, separator="|")
    record = only(pages)
    assert record.title == "Leading, and following"
    assert [c.name for c in record.contributors] == ["Darzi, A", "Bicknell, C"]
    assert [s.term for s in record.subjects] == ["leadership", "care"]
    assert record.container is not None
    assert record.container.title == "BMJ Leader"
    assert {d.type: d.value for d in record.dates} == {"issued": "2020", "accepted": "2019-12-01"}
    assert record.extra == {"Shelf": ["B 7"]}
    assert [i.scheme for i in record.identifiers] == ["doi"]
    assert (records(pages)[0].identifier, records(pages)[0].format, verdict(pages)) == ("10.5555/a", "csv", "complete")


WRITTEN = {
    "as Excel writes it in Europe": lambda text: ("\ufeff" + text.replace(",", ";")).replace("\n", "\r\n").encode(),
    "with tabs": lambda text: text.replace(",", "\t").encode(),
    "as Unicode text of Excel": lambda text: text.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"),
    "under a title": lambda text: f"Publications of the unit\n\n{text}".encode(),
    "with other capitals": lambda text: text.replace("Title", " TITLE ").replace("Year", "year").encode(),
    "with line ends of old Macs": lambda text: text.replace("\n", "\r").encode(),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_as_programs_write_it(tmp_path: Path, way: str) -> None:
    text = "Title,Authors,Year,Keywords,Journal,DOI,Accepted\nFührung,Darzi A.,2020,,BMJ Leader,10.5555/a,\n"
    record = only(sheet(tmp_path, WRITTEN[way](text), "a.tsv", format="csv"))
    assert (record.title, record.issued) == ("Führung", "2020")


def test_windows_1252_is_read_and_noted(tmp_path: Path) -> None:
    pages = sheet(tmp_path, "Title\nLeading\nF\xfchrung \u2013 gut\n".encode("cp1252"), columns={"Title": "title"})
    assert [normalise(raw).title for raw in records(pages)] == ["Leading", "Führung – gut"]
    assert [raw.repairs for raw in records(pages)] == [(), ("bytes that are not UTF-8 were read as windows-1252",)]


def test_a_bad_row_costs_that_row(tmp_path: Path) -> None:
    text = 'No,Title\n1,One\n,Two\n3,Three,with a comma\n\n 4 ,"Four\non two lines"\n5,"Fi"ve\n6,Six\n'
    pages = sheet(tmp_path, text, columns={"Title": "title"}, id_column="No")
    assert [raw.identifier for raw in records(pages)] == ["1", "4", "6"]
    assert reasons(pages, tmp_path / "a.csv") == [
        "a.csv:3: No: is empty; each row needs an identifier of its own",
        "a.csv:4: has 3 cells under 2 columns; put quotes around a cell with a separator in it",
        "a.csv:8: is not valid CSV: ',' expected after '\"'; look for a quote that is not closed",
    ]
    assert verdict(pages) == "complete"
    assert pages[-1].extent is None


@pytest.mark.parametrize("count", [3, 500])
def test_a_quote_that_is_not_closed_costs_its_line(tmp_path: Path, count: int) -> None:
    rows = [f"{n},Leading {n}\n" for n in range(count)]
    pages = sheet(tmp_path, 'No,Title\nx,"Leading\n' + "".join(rows), columns={"Title": "title"}, id_column="No")
    assert [raw.identifier for raw in records(pages)] == [str(n) for n in range(count)]
    (reason,) = reasons(pages, tmp_path / "a.csv")
    assert reason.startswith("a.csv:2: is not valid CSV: ")


def test_many_quotes_that_are_not_closed(tmp_path: Path) -> None:
    pages = sheet(
        tmp_path,
        "No,Title\n0,Leading\n" + '1,"Leading"s\n' * 20_000 + '2,"Leading\n' * 500 + "3,Led\n",
        id_column="No",
        columns={"Title": "title"},
    )
    assert [raw.identifier for raw in records(pages)] == ["0", "3"]
    assert len(reasons(pages, tmp_path / "a.csv")) == 20_500


def test_identifiers(tmp_path: Path) -> None:
    text = "Title,DOI\nOne,\nOne,\nTwo,10.5555/B\nThree,see https://doi.org/10.5555/C\n"
    found = [raw.identifier for raw in records(sheet(tmp_path, text, columns={"Title": "title", "DOI": "identifiers"}))]
    assert found[0] == found[1]
    assert found[0].startswith("content:")
    assert found[2:] == ["10.5555/b", "10.5555/c"]
    changed = [raw.identifier for raw in records(sheet(tmp_path, text, columns={"Title": "titles"}))]
    assert changed[0] == found[0]  # what the columns mean changes the record, not which one it is


def test_a_changed_mapping_is_a_changed_record(tmp_path: Path) -> None:
    (before,), (after,) = (
        records(sheet(tmp_path, "No,Title\n1,One\n", columns={"Title": element}, id_column="No"))
        for element in ("title", "titles")
    )
    assert before.identifier == after.identifier
    assert before.digest != after.digest


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("Titel,Year\nA,2020\n", {"Title": "title", "Year": "issued"}, "has no column 'Title'; did you mean 'Titel'?"),
        ("Title,Title\nA,B\n", {"Title": "title"}, "has the column 'Title' twice; rename one of them"),
        ("Title\nA\n", {}, "is a spreadsheet whose columns nobody has explained; add [source.dump.columns]"),
    ],
)
def test_what_the_mapping_does_not_fit(tmp_path: Path, text: str, columns: dict[str, str], said: str) -> None:
    (tmp_path / "sub").mkdir()
    pages = sheet(tmp_path / "sub", text, columns=columns) if columns else None
    if pages is None:
        (tmp_path / "sub" / "a.csv").write_text(text)
        pages = read(tmp_path / "sub")
    assert said in verdict(pages)
    assert not records(pages)


def test_settings() -> None:
    def said(**given: Any) -> list[str]:
        return [f"{key}: {fault}" for key, fault in files.check(settings("a.csv", **given))]

    assert said(columns=COLUMNS, separator="|", id_column="No", delimiter=";") == []
    assert said(columns={"Title": "titel"}) == ["columns.Title: 'titel' is no element; did you mean 'title'?"]
    assert said(columns={"Title": "title : titel"}) == ["columns.Title: no rule is called 'titel'"]
    assert said(columns={"Seen": "cited_by_count"})[0].startswith("columns.Seen: 'cited_by_count' has no usual rule")
    assert said(columns=COLUMNS, format="ris") == [
        "columns: are those of a spreadsheet, and the format is ris; take one of the two out"
    ]
    assert said(separator="|")[0].startswith("separator: has no meaning without `columns`")
    assert said(columns=COLUMNS, delimiter="::")[0].startswith("delimiter: '::' is not one character")


@given(st.binary(max_size=200))
def test_whatever_a_row_holds_is_read_or_refused(payload: bytes) -> None:
    for sent in (payload, json.dumps({"columns": {"a": payload.decode("latin-1")}, "row": {"a": ["x"]}}).encode()):
        with suppress(RecordError):
            normalise(RawRecord(source="x", identifier="1", format="csv", payload=sent))


@given(st.binary(max_size=300))
def test_whatever_a_sheet_holds_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.csv"
    path.write_bytes(b"Title,Year\n" + data)
    for raw in records(read(path, columns={"Title": "title", "Year": "issued"})):
        normalise(raw)
