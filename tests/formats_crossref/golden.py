"""Golden pairs: ``NAME.json`` is one item as Crossref sends it, ``NAME.record.json`` what it says."""

from __future__ import annotations

from pathlib import Path

from harvester.formats import crossref
from harvester.record import RawRecord, Record

CASES = sorted(p for p in (Path(__file__).parent / "cases").glob("*.json") if not p.name.endswith(".record.json"))


def raw(payload: bytes) -> RawRecord:
    return RawRecord(source="crossref", identifier="10.5555/x", format="crossref", payload=payload)


def read(payload: bytes) -> Record:
    return crossref.read(raw(payload), "")


def read_case(path: Path) -> Record:
    return read(path.read_bytes())
