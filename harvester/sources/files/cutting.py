"""From a stream to raw records: cut into slices by the format, each with its identifier, or broken with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from hashlib import blake2b
from importlib import import_module
from importlib.util import find_spec

from lxml import etree
from msgspec import Struct, structs

from harvester import formats
from harvester.errors import RecordError
from harvester.formats import xml
from harvester.formats.encodings import Readable
from harvester.formats.slicing import Identify, Slice, Slices
from harvester.formats.slicing.identity import format_of, identify
from harvester.formats.slicing.json import identified, objects
from harvester.formats.slicing.xml import slices as xml_slices
from harvester.formats.xml import local
from harvester.record import Broken, RawRecord
from harvester.sources.crossref import items
from harvester.sources.crossref.mend import mended
from harvester.sources.oai_pmh import envelope, mend


class Found(Struct, frozen=True):
    """One record of a file."""

    record: RawRecord | Broken
    line: int = 0
    unique: bool = True
    """Whether its identifier is good beyond its file."""


def of_format(name: str) -> str:
    """What a name in the setting ``format`` means: ``xml``, the name of a format whose files are cut, or '' for none."""
    name = name.lower().replace("-", "_")
    if name in ("oai", "oai_pmh", "xml"):
        return "xml"
    if name in ("csv", "crossref") or _module_has(name, "slices") or _module_has(name, "identify"):
        return name
    return formats.named(name)


def known_formats() -> tuple[str, ...]:
    """What may stand in the setting ``format``."""
    names = {name.replace("_", "-") for name in formats.readable() if name not in ("curated", "web_page")}
    return tuple(sorted({"auto", "toml", "csv", "oai"} | names))


def cut(source: str, name: str, stream: Readable) -> Iterator[Found]:
    """The records of a stream of the format ``name``. RecordError where the rest of it cannot be cut.

    Records without identifier come with ''.
    """
    if name == "crossref":
        for found in objects(stream):
            yield Found(_broken(found, name) if found.fault else _crossref(source, found), found.line)
    elif _module_has(name, "slices"):
        yield from _each(source, name, import_module(f"harvester.formats.{name}").slices, stream)
    elif _module_has(name, "identify"):
        identify_ = import_module(f"harvester.formats.{name}").identify
        yield from _each(source, name, partial(_json_slices, identify_), stream)
    else:
        yield from _xml(source, "" if name == "xml" else name, stream)


def _module_has(name: str, function: str) -> bool:
    return (
        name.isidentifier()
        and find_spec(f"harvester.formats.{name}") is not None
        and hasattr(import_module(f"harvester.formats.{name}"), function)
    )


def _each(source: str, name: str, slices: Slices, stream: Readable) -> Iterator[Found]:
    for found in slices(stream):
        if found.fault:
            yield Found(_broken(found, name), found.line, found.unique)
            continue
        raw = RawRecord(
            source=source,
            identifier=_identifier(found),
            format=name,
            payload=found.payload,
            datestamp=found.datestamp,
            deleted=found.deleted,
            repairs=found.repairs,
            digest=_digest(found.payload),
        )
        yield Found(raw, found.line, found.unique)


def _json_slices(identify_: Identify, stream: Readable) -> Iterator[Slice]:
    """The objects of a JSON file; one that no parser takes is mended where that cannot change what was meant."""
    for found in objects(stream):
        known = found if found.fault else identified(found, identify_)
        if known.fault and not found.fault:
            payload, repairs = mended(found.payload)
            again = identified(structs.replace(found, payload=payload, repairs=repairs), identify_)
            known = known if again.fault else again
        yield known


def _identifier(found: Slice) -> str:
    identifier = " ".join(found.identifier.split())
    return f"url:{identifier}" if identifier.startswith(("http://", "https://")) else identifier


def _broken(found: Slice, name: str) -> Broken:
    return Broken(identifier=found.identifier, format=name, reason=found.fault, payload=found.payload)


def _digest(payload: bytes) -> bytes:
    return blake2b(payload, digest_size=16).digest()


def _crossref(source: str, found: Slice) -> RawRecord | Broken:
    records, broken = items.records(source, [found.payload])
    return next(iter(records.values()), None) or broken[0]


# --- XML -------------------------------------------------------------------------------------------------------------


def _xml(source: str, name: str, stream: Readable) -> Iterator[Found]:
    """``name``: the format of all records, '' where each says it."""
    before = ""
    for found in xml_slices(stream):
        if found.fault:
            yield Found(_broken(found, name or found.hint), found.line)
            continue
        record = _of_xml(source, name, found, before)
        if record is not None:
            before = record.format or before
            yield Found(record, found.line, unique=_is_public(record.identifier, found.payload))


def _of_xml(source: str, name: str, found: Slice, before: str) -> RawRecord | Broken | None:
    """``before``: the format of the record before, which is that of a tombstone too. None for no record: metha writes one that
    is empty where an answer has none (https://github.com/miku/metha/blob/master/response.go)."""
    repairs = list(found.repairs)
    payload, context = found.payload, found.context
    try:
        element = xml.wrap(payload, context)
    except RecordError:
        try:
            element, payload, context, notes = mend.mended(payload, context)
        except RecordError as error:
            return Broken(identifier="", format=name or found.hint, reason=error.reason, payload=payload)
        repairs += notes
    header = (
        next((child for child in element if local(child) == "header"), None) if local(element) == "record" else None
    )
    if header is None:
        told = name or format_of(element) or local(element)
        return RawRecord(
            source=source,
            identifier=identify(element, told),
            format=told,
            payload=payload,
            context=context,
            repairs=tuple(repairs),
            digest=_digest(payload),
        )
    if not len(header) and header.get("status") == "":
        return None
    told = name or found.hint or _of_metadata(element) or before
    asked = envelope.Asked("GetRecord", source, told)
    return envelope.raw_record(asked, header, payload, context, tuple(repairs))


def _is_public(identifier: str, payload: bytes) -> bool:
    """Whether an identifier is good beyond its file: that of an OAI-PMH header, a DOI, or one that says whose it is, such as
    ``hdl:10044/1/1`` and 001 of MARC with 003."""
    return b"header" in payload[:500] or identifier.startswith("10.") or ":" in identifier


def _of_metadata(record: etree._Element) -> str:
    """The format of what a record of OAI-PMH holds; '' of a tombstone."""
    held = [child for part in record if local(part) == "metadata" for child in part]
    return (format_of(held[0]) or local(held[0])) if held else ""


def named(found: Found, name: str) -> Found:
    """The same with an identifier of its own: ``name``, or else a hash of what it holds."""
    raw = found.record
    if isinstance(raw, Broken) or raw.identifier:
        return found
    return structs.replace(found, record=structs.replace(raw, identifier=name or f"content:{raw.digest.hex()}"))
