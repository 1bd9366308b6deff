"""xoai: everything that DSpace has, fields and files with their policies. Ask for this where it is offered.

Crosswalk of the fields: ``crosswalks/dspace.toml``, shared with dim. In the tree, ``element`` nests schema, element,
qualifier and language; ``field name="value"`` is the value, followed by its authority if it has one.
"""

from __future__ import annotations

import re

from lxml import etree

from harvester.formats.authors import check_order
from harvester.formats.bitstreams import files
from harvester.formats.crosswalk import Crosswalk, crosswalk, take
from harvester.formats.draft import Draft, begin
from harvester.formats.xml import local, metadata, text_of
from harvester.record import RawRecord, Record, Step

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
        else:
            _walk(element, (), table, draft, author_languages)
    check_order(draft, author_languages)
    return draft.finish()


def _walk(
    element: etree._Element, above: tuple[str, ...], table: Crosswalk, draft: Draft, author_languages: set[str | None]
) -> None:
    """An element and what it nests; libxml2 ends at a depth of 256, so this recursion does too."""
    names = (*above, element.get("name", ""))
    path, language = _path(names, table)
    value = None
    own = language
    for child in element:
        kind = local(child)
        if kind == "element":
            _walk(child, names, table, draft, author_languages)
            continue
        if kind != "field":
            continue
        name, sent = child.get("name", "value"), text_of(child).strip()
        if name == "authority":
            draft.credit(value, sent)
        elif name == "xml:lang":
            own = sent  # of the value that follows: not DSpace itself, but other writers of xoai put it there
        elif sent and name == "value":
            value = take(draft, table.field(path), path, sent, own)
            if path == "dc.contributor.author":
                author_languages.add(own)
            own = language
        elif sent and name != "confidence":
            take(draft, table.field(f"{path}.{name}"), f"{path}.{name}", sent, language)


def _path(names: tuple[str, ...], table: Crosswalk) -> tuple[str, str | None]:
    """The field's name, and the language that DSpace adds as the innermost level.

    Some servers leave that level out, so ``dc.identifier.uri`` is not taken for a field ``dc.identifier`` in Urdu.
    """
    path = ".".join(names)
    if len(names) > 1 and path not in table.fields and _LANGUAGE.fullmatch(names[-1]):
        return ".".join(names[:-1]), names[-1]
    return path, None
