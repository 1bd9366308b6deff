"""Flat formats: one element under another, each with one value. A crosswalk table alone makes such a format readable."""

from __future__ import annotations

from functools import cache

from lxml import etree

from harvester import schemas
from harvester.formats import Reader
from harvester.formats.crosswalk import Crosswalk, Field, crosswalk, take
from harvester.formats.draft import Draft, begin
from harvester.formats.xml import LANG, metadata, text_of
from harvester.record import RawRecord, Record, Step

_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
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
def _by_tag(table: Crosswalk) -> dict[str, tuple[str, Field | None]]:
    """Qualified name -> path and row, for the namespaces that nearly everybody uses as they should."""
    return {
        f"{{{namespace}}}{name}": (table.prefix + name, field)
        for name, field in table.fields.items()
        for namespace in _NAMESPACES
    }


def walk(root: etree._Element, table: Crosswalk, draft: Draft) -> None:
    """Each child of the root into the draft, in order."""
    known = _by_tag(table)
    if b"xsi:type=" in draft.raw.payload:
        _walk_typed(root, table, draft)
        return
    # Read first, then understood: the two take turns badly in a processor's cache.
    if b"xml:lang" in draft.raw.payload:
        values = [(c.tag, text_of(c) if len(c) else c.text, c.get(LANG)) for c in root]
    else:
        values = [(c.tag, text_of(c) if len(c) else c.text, None) for c in root]
    for tag, text, language in values:
        if text and (sent := text.strip()):
            path, row = known.get(tag) or _by_name(table, tag)
            take(draft, row, path, sent, language)


def _walk_typed(root: etree._Element, table: Crosswalk, draft: Draft) -> None:
    """As ``walk``, where a child may name the scheme of its value: ``xsi:type="tel:ISBN"`` has the row ``identifier@isbn``."""
    for child in root:
        if sent := (text_of(child) if len(child) else child.text or "").strip():
            path, field = _by_name(table, str(child.tag))
            scheme = (child.get(_XSI_TYPE) or "").rpartition(":")[2].strip().lower()
            if scheme and (typed := table.fields.get(f"{path.removeprefix(table.prefix)}@{scheme}")) is not None:
                field = typed
            take(draft, field, path, sent, child.get(LANG))


def _by_name(table: Crosswalk, tag: str) -> tuple[str, Field | None]:
    """Path and row for a name in whatever namespace."""
    name = tag.rpartition("}")[2]
    return table.prefix + name, table.fields.get(name) or table.fields.get(name.lower())
