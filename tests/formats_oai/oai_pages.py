"""Records out of pages."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from harvester.formats.xml import local

ROOTS = {"dc": "oai_dc", "dim": "dim"}


def records(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """(record, local name of what its metadata holds, '' where it has none) of every record on a page."""
    for record in root.iter("{*}record", "record"):
        if not any(local(e) == "header" for e in record):
            continue
        held = [child for part in record if local(part) == "metadata" for child in part]
        yield record, local(held[0]) if held else ""
