"""Flat formats: one element under another, each with one value. A crosswalk table alone makes such a format readable."""

from __future__ import annotations

from functools import cache

from lxml import etree

from harvester import schemas
from harvester.formats import Reader
from harvester.formats.crosswalk import Crosswalk, Field, crosswalk, take
from harvester.formats.draft import Draft, begin
from harvester.formats.xml import local, metadata, text_of
from harvester.record import RawRecord, Record, Step

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NAMESPACES = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")


@cache
def reader(name: str) -> Reader | None:
    """A reader by ``crosswalks/NAME.toml`` alone; None where the table is one that readers of other formats share."""
    if "shared_by" in schemas.table(f"crosswalks/{name}"):
        return None

    def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
        table = crosswalk(name, dialect)
        draft = begin(raw, dialect, trace)
        walk(metadata(raw.payload, raw.context, table.roots), table, draft)
        return draft.finish()

    return read


@cache
def _by_tag(table: Crosswalk) -> dict[str, tuple[str, Field]]:
    """Qualified name -> path and row, for the namespaces that nearly everybody uses as they should."""
    return {
        f"{{{namespace}}}{name}": (table.prefix + name, field)
        for name, field in table.fields.items()
        for namespace in _NAMESPACES
    }


def walk(root: etree._Element, table: Crosswalk, draft: Draft) -> None:
    """Each child of the root into the draft, in order."""
    known = _by_tag(table)
    for child in root:
        sent = (text_of(child) if len(child) else child.text or "").strip()
        if not sent:
            continue
        found = known.get(child.tag)
        if found is None:
            name = local(child)
            field = table.fields.get(name) or table.fields.get(name.lower())
            found = (table.prefix + name, field)  # type: ignore[assignment]
        path, row = found  # type: ignore[misc]
        take(draft, row, path, sent, child.get(_LANG))
