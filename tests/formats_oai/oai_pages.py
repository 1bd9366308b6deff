"""Records out of files and pages, as a source would hand them over: slice, context, identifier, sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from harvester.formats.xml import local, parse
from harvester.record import RawRecord

CASES = Path(__file__).parent / "cases"
ROOTS = {"dc": "oai_dc", "dim": "dim"}


def raw_case(path: Path) -> RawRecord:
    """A case: one ``<record>`` in the folder of its format."""
    payload = path.read_bytes()
    return raw_record(parse(payload), path.parent.name, payload)


def raw_record(record: etree._Element, name: str, payload: bytes | None = None) -> RawRecord:
    header = next((e for e in record if local(e) == "header"), None)
    fields = [(local(e), (e.text or "").strip()) for e in header] if header is not None else []
    first = dict(reversed(fields))
    return RawRecord(
        source="test",
        identifier=first.get("identifier", ""),
        format=name,
        payload=payload if payload is not None else etree.tostring(record, with_tail=False),
        datestamp=first.get("datestamp", ""),
        deleted=header is not None and header.get("status") == "deleted",
        sets=tuple(value for field, value in fields if field == "setSpec"),
    )


def records(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """(record, local name of what its metadata holds, '' where it has none) of every record on a page."""
    for record in root.iter("{*}record", "record"):
        if not any(local(e) == "header" for e in record):
            continue
        held = [child for part in record if local(part) == "metadata" for child in part]
        yield record, local(held[0]) if held else ""
