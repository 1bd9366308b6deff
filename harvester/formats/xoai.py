"""xoai: everything that DSpace has, fields and files with their policies. Ask for this where it is offered.

Crosswalk of the fields: ``crosswalks/dspace.toml``, shared with dim. In the tree, ``element`` nests schema, element,
qualifier and language; ``field name="value"`` is the value, followed by its authority if it has one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from lxml import etree

from harvester.formats.authors import check_order
from harvester.formats.bitstreams import files
from harvester.formats.crosswalk import Crosswalk, Field, crosswalk, take
from harvester.formats.draft import Draft, begin
from harvester.formats.rules import theses
from harvester.formats.xml import metadata, text_of
from harvester.record import RawRecord, Record, Step

_Element: TypeAlias = tuple[str, str | None, Field | None, list[tuple[str, str]]]
"""Path, language and row of an element, and its fields by name, in order."""
_ROOTS = frozenset({"metadata"})
_LANGUAGE = re.compile(r"none|\*|[A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{2,8}){0,2}")


def read(raw: RawRecord, _dialect: str, trace: list[Step] | None = None) -> Record:
    """The dialect is DSpace's whatever the source is configured as: nothing else speaks xoai."""
    table = crosswalk("dspace")
    draft = begin(raw, "dspace", trace)
    author_languages: set[str | None] = set()
    for element in metadata(raw.payload, raw.context, _ROOTS):
        if element.get("name") == "bundles":
            files(draft, element)
            continue
        found: list[_Element] = []  # read first, then understood, as in ``flat``
        _read(element, None, element.get("name", ""), table, found)
        for path, language, row, fields in found:
            author_languages |= _take(draft, table, path, language, row, fields)
    check_order(draft, author_languages)
    theses.settle_thesis(draft)
    return draft.finish()


def _read(element: etree._Element, above: str | None, path: str, table: Crosswalk, found: list[_Element]) -> None:
    """The fields of an element and of what it nests; libxml2 ends at a depth of 256, so this recursion does too."""
    fields: list[tuple[str, str]] | None = None
    for child in element[:]:  # type: ignore[index]  # a third faster than to iterate, and unknown to the stubs
        kind = _kind(child.tag)
        if kind == "field":
            if fields is None:
                fields = []
                found.append((*_place(path, above, table), fields))
            text = text_of(child) if len(child) else child.text
            fields.append((child.get("name", "value"), text.strip() if text else ""))
        elif kind == "element":
            _read(child, path, f"{path}.{child.get('name', '')}", table, found)


@lru_cache(maxsize=64)
def _kind(tag: str) -> str:
    """``field`` or ``element``, in whatever namespace."""
    return next((kind for kind in ("field", "element") if tag.endswith(kind)), "")


@lru_cache(maxsize=4096)
def _place(path: str, above: str | None, table: Crosswalk) -> tuple[str, str | None, Field | None]:
    """The field's name and its row, and the language that DSpace adds as the innermost level.

    Some servers leave that level out, so ``dc.identifier.uri`` is not taken for a field ``dc.identifier`` in Urdu.
    """
    if above is not None and path not in table.fields and _LANGUAGE.fullmatch(language := path[len(above) + 1 :]):
        return above, language, table.field(above)
    return path, None, table.field(path)


def _take(
    draft: Draft,
    table: Crosswalk,
    path: str,
    language: str | None,
    row: Field | None,
    fields: list[tuple[str, str]],
) -> set[str | None]:
    """The values of one element into the draft. Returns in which languages it names authors."""
    value = None
    own = language
    author_languages: set[str | None] = set()
    for name, sent in fields:
        if name == "authority":
            draft.credit(value, sent)
        elif name == "xml:lang":
            own = sent  # of the value that follows: not DSpace itself, but other writers of xoai put it there
        elif sent and name == "value":
            value = take(draft, row, path, sent, own)
            if path == "dc.contributor.author":
                author_languages.add(own)
            own = language
        elif sent and name != "confidence":
            take(draft, table.field(f"{path}.{name}"), f"{path}.{name}", sent, language)
    return author_languages
