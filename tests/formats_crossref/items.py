"""Items of Crossref to records."""

from __future__ import annotations

from harvester.formats import crossref
from harvester.record import RawRecord, Record


def raw(payload: bytes) -> RawRecord:
    return RawRecord(source="crossref", identifier="10.5555/x", format="crossref", payload=payload)


def read(payload: bytes) -> Record:
    return crossref.read(raw(payload), "")
