"""DataCite JSON: what the REST API answers, what Invenio exports, and the bare attributes; works are written as these.

https://support.datacite.org/docs/api
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from harvester.clean import identifiers
from harvester.errors import RecordError
from harvester.formats.crosswalk import crosswalk
from harvester.formats.datacite.export import attributes as written
from harvester.formats.datacite.form import in_order, is_by_dspace, listed, renamed, with_doi
from harvester.formats.datacite.settle import settle
from harvester.formats.draft import begin
from harvester.formats.json_text import loaded
from harvester.formats.tree import branches, walk_json
from harvester.record import Json, RawRecord, Record, Step, Work


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    """The record of one DOI."""
    item = in_order(with_doi(listed(renamed(attributes(loaded(raw.payload))))))
    if not dialect and is_by_dspace(item):
        dialect = "dspace"
    draft = begin(raw, dialect, trace)
    walk_json(item, branches(crosswalk("datacite", dialect)), draft)
    settle(draft)
    return draft.finish()


def attributes(value: Json) -> dict[str, Json]:
    """The properties of a DOI, whether bare, in ``attributes``, or in ``data`` as well. RecordError where there are none."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    for key in ("data", "attributes"):
        inner = value.get(key) if isinstance(value, dict) else None
        if isinstance(inner, list) and len(inner) == 1:
            inner = inner[0]
        if isinstance(inner, dict):
            value = inner
    if not isinstance(value, dict):
        raise RecordError(f"is no object of JSON but {type(value).__name__}", element="data")
    return value


def identify(item: dict[str, Json]) -> tuple[str, bool]:
    """What a record of a file calls itself, and whether no other record may be called so: its DOI, else its ``id``."""
    found: Any = attributes(item) if isinstance(item.get("data", item), dict) else item
    for key in ("doi", "id", "url"):
        sent = found.get(key) or item.get(key)
        if isinstance(sent, str) and (doi := identifiers.doi(sent)) is not None:
            return doi, True
    for key in ("id", "url"):
        sent = found.get(key) or item.get(key)
        if isinstance(sent, str | int) and str(sent).strip():
            return str(sent).strip(), False
    return "", False


def write(works: Iterable[Work]) -> Iterator[str]:
    """One JSON array, the attributes of a work a line."""
    before = "[\n"
    for work in works:
        yield before + msgspec.json.encode(written(work)).decode()
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
