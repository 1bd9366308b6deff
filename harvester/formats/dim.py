"""dim: DSpace's fields as they are, ``schema.element.qualifier``, but without its files.

Crosswalk: ``crosswalks/dspace.toml``, shared with xoai.
"""

from __future__ import annotations

from lxml import etree

from harvester.formats.authors import check_order
from harvester.formats.crosswalk import crosswalk, take
from harvester.formats.draft import Draft, begin
from harvester.formats.rules import theses
from harvester.formats.xml import local, metadata, text_of
from harvester.record import RawRecord, Record, Step

_ROOTS = frozenset({"dim"})


def read(raw: RawRecord, _dialect: str, trace: list[Step] | None = None) -> Record:
    """The dialect is DSpace's whatever the source is configured as: nothing else speaks dim."""
    draft = begin(raw, "dspace", trace)
    describe(draft, metadata(raw.payload, raw.context, _ROOTS))
    theses.settle_thesis(draft)
    return draft.finish()


def describe(draft: Draft, dim: etree._Element) -> None:
    """All that a ``<dim>`` says, into a draft; METS may hold one."""
    table = crosswalk("dspace")
    author_languages: set[str | None] = set()
    for field in dim:
        sent = text_of(field).strip()
        if not sent or local(field) != "field":
            continue
        names = (field.get("mdschema"), field.get("element"), field.get("qualifier"))
        path = ".".join([name for name in names if name])
        language = field.get("lang")
        value = take(draft, table.field(path), path, sent, language)
        if path == "dc.contributor.author":
            author_languages.add(language)
        if (authority := field.get("authority")) is not None:
            draft.credit(value, authority)
    check_order(draft, author_languages)
