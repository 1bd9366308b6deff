"""Golden pairs: ``NAME.xml`` is one record as a repository sends it, ``NAME.record.json`` what it says.

The first word of the name of an oai_dc case is its platform, which must come out by itself. After a deliberate change of a
crosswalk, write the expected records anew with ``PYTHONPATH=tests python -m formats_oai.write_expected`` and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harvester.normalise import normalise
from harvester.record import Record

from .oai_pages import CASES, raw_case

ALL = sorted(CASES.glob("*/*.xml"))


@pytest.mark.parametrize("path", ALL, ids=[f"{p.parent.name}/{p.stem}" for p in ALL])
def test_record_reads_as_expected(path: Path) -> None:
    record = normalise(raw_case(path))
    expected = msgspec.json.decode(path.with_suffix(".record.json").read_bytes(), type=Record)
    assert record == expected


@pytest.mark.parametrize("path", ALL, ids=[f"{p.parent.name}/{p.stem}" for p in ALL])
def test_every_value_is_traced_and_tracing_changes_nothing(path: Path) -> None:
    raw = raw_case(path)
    steps: list[object] = []
    assert normalise(raw, "", steps) == normalise(raw)  # type: ignore[arg-type]
    assert steps or path.stem.endswith("blank")


def test_every_format_has_its_four_cases() -> None:
    for name in ("oai_dc", "dim", "xoai"):
        stems = {
            p.stem.rpartition("_")[2] if "all_fields" not in p.stem else "fields" for p in ALL if p.parent.name == name
        }
        assert stems == {"fields", "blank", "missing", "odd"}


def test_a_wrong_dialect_in_the_config_does_not_change_dspace_formats() -> None:
    for path in ALL:
        if path.parent.name in ("dim", "xoai"):
            raw = raw_case(path)
            assert normalise(raw, "eprints") == normalise(raw)
