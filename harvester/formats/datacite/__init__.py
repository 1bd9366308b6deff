"""DataCite XML of kernels 2 to 4.7, bare or in the envelope ``oai_datacite``; works are written as kernel 4.7.

What is read is brought into the form of DataCite JSON and goes through ``crosswalks/datacite.toml``; what is written is made of
the same form. https://schema.datacite.org/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from harvester.errors import RecordError
from harvester.formats.crosswalk import crosswalk
from harvester.formats.datacite.form import as_json, in_order, is_by_dspace
from harvester.formats.datacite.settle import settle
from harvester.formats.datacite.xml import resource
from harvester.formats.draft import begin
from harvester.formats.tree import branches, walk_json
from harvester.formats.xml import local, metadata
from harvester.record import RawRecord, Record, Step, Work

_DSPACE = "http://www.dspace.org/xmlns/dspace/dim"
"""The stylesheet of DSpace leaves this namespace in what it writes."""


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    """The record of a ``<resource>``."""
    resource = _resource(metadata(raw.payload, raw.context, crosswalk("datacite").roots))
    item = in_order(as_json(resource))
    if not dialect and (_DSPACE in resource.nsmap.values() or is_by_dspace(item)):
        dialect = "dspace"
    draft = begin(raw, dialect, trace)
    walk_json(item, branches(crosswalk("datacite", dialect)), draft)
    settle(draft)
    return draft.finish()


def _resource(root: etree._Element) -> etree._Element:
    """The record in its envelope, ``oai_datacite/payload/resource``; the rest of the envelope says nothing of the work."""
    if local(root) == "resource":
        return root
    found = next((e for e in root.iter("{*}resource", "resource")), None)
    if found is None:
        raise RecordError("is an <oai_datacite> without a <resource>", element="oai_datacite")
    return found


def write(works: Iterable[Work]) -> Iterator[str]:
    """A ``<resource>`` a work, valid by itself, in one ``<resources>``."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<resources>\n'
    for work in works:
        yield etree.tostring(resource(work), encoding="unicode") + "\n"
    yield "</resources>\n"
