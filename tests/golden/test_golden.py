"""Every format, by golden pairs: what a record says, that reading it leaves a trace, that nothing else happens."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from golden.pairs import FOLDER, FOUR, case_id, cases, expected, raw_case
from harvester import formats
from harvester.normalise import normalise
from harvester.record import Record, Step

LOCAL = {
    "crossref/all_fields": {"archive", "assertion.review_process", "clinical-trial-number[].registry"},
    "dim/all_fields": {"icl.refereed"},
    "jats/pmc_all_fields": {"article-meta/contrib-group/contrib/degrees", "article-meta/contrib-group/contrib/role"},
}
"""Fields in cases of all fields that are meant to stay unmapped: what one place alone means by them, or no element holds."""

every_case = pytest.mark.parametrize("path", cases(), ids=case_id)


@every_case
def test_record_reads_as_expected(path: Path) -> None:
    """After a deliberate change of a crosswalk, write the expected records anew (see write_expected) and read the difference."""
    assert normalise(raw_case(path)) == msgspec.json.decode(expected(path).read_bytes(), type=Record)


@every_case
def test_record_survives_json(path: Path) -> None:
    record = normalise(raw_case(path))
    assert msgspec.json.decode(msgspec.json.encode(record), type=Record) == record


@every_case
def test_tracing_names_values_and_changes_nothing(path: Path) -> None:
    raw = raw_case(path)
    steps: list[Step] = []
    assert normalise(raw, "", steps) == normalise(raw)
    assert steps or path.stem.endswith("blank")


@pytest.mark.parametrize("name", formats.readable())
def test_every_format_has_its_four_cases(name: str) -> None:
    found = {words for path in cases(name) for words in FOUR if path.stem.endswith(words)}
    assert found == set(FOUR)


def test_every_folder_of_cases_is_a_format() -> None:
    assert {p.name for p in FOLDER.iterdir()} <= set(formats.readable())


def test_an_expected_record_stands_beside_its_input() -> None:
    known = {expected(path) for path in cases()}
    assert [p for p in FOLDER.glob("*/*.record.json") if p not in known] == []


def test_blank_names_nobody() -> None:
    for path in cases():
        if path.stem.endswith("blank"):
            assert not normalise(raw_case(path)).contributors, case_id(path)


def test_all_fields_leaves_nothing_unmapped() -> None:
    """An unmapped field of a format that we know is a gap in its crosswalk."""
    gaps = {case_id(p): normalise(raw_case(p)).extra for p in cases() if p.stem.endswith("all_fields")}
    assert {case: set(extra) for case, extra in gaps.items() if extra} == LOCAL
