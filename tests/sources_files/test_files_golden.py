"""Every golden case, as a file that somebody brings: its format is told from it, and it is the same record."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden.pairs import FOLDER, case_id, cases, raw_case
from msgspec.structs import replace

from harvester.normalise import normalise
from harvester.record import Record
from sources_files.dumps import read, reasons, records, verdict

NO_FILES = {"curated", "csv", "web_page"}
"""Formats of one entry, row or page: their files are lists of them."""
OTHERWISE = {"csl_json/crossref_odd": "crossref"}
"""What Crossref answers when it is asked for CSL-JSON is still all that Crossref has."""
FORMATS = sorted(folder.name for folder in FOLDER.iterdir() if folder.name not in NO_FILES)


def without_made_identifiers(record: Record) -> Record:
    return replace(record, identifiers=tuple(i for i in record.identifiers if i.scheme not in ("local", "oai")))


@pytest.mark.parametrize("name", FORMATS)
def test_a_case_as_a_file(name: str) -> None:
    for path in cases(name):
        pages = read(path)
        assert (verdict(pages, path), reasons(pages, path)) == ("complete", []), case_id(path)
        assert {raw.format for raw in records(pages)} == {OTHERWISE.get(case_id(path), name)}, case_id(path)
        if case_id(path) not in OTHERWISE:
            found = [without_made_identifiers(normalise(raw)) for raw in records(pages)]
            # an entry of BibTeX may bring the book that it stands in
            assert without_made_identifiers(normalise(raw_case(path))) in found, case_id(path)


@pytest.mark.parametrize("name", FORMATS)
def test_all_cases_of_a_format_in_one_folder(name: str, tmp_path: Path) -> None:
    for path in cases(name):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    pages = read(tmp_path, format=name)
    assert (verdict(pages, tmp_path), reasons(pages, tmp_path)) == ("complete", [])
    assert len({raw.identifier for raw in records(pages)}) >= len(cases(name))
