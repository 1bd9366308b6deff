"""Golden pairs: ``NAME.json`` is one curated entry, ``NAME.record.json`` what it says."""

from __future__ import annotations

from pathlib import Path

from harvester.formats import curated
from harvester.record import RawRecord, Record, Step

CASES = sorted(p for p in (Path(__file__).parent / "cases").glob("*.json") if not p.name.endswith(".record.json"))


def read(payload: bytes, identifier: str = "entry", trace: list[Step] | None = None) -> Record:
    raw = RawRecord(source="fmlm", identifier=identifier, format="curated", payload=payload)
    return curated.read(raw, "", trace)


def read_case(path: Path) -> Record:
    return read(path.read_bytes(), path.stem)
