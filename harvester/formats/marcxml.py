"""MARCXML, and the oai_marc of the first years of OAI-PMH that OJS still sends: the same fields in other words."""

from __future__ import annotations

from lxml import etree

from harvester.errors import RecordError
from harvester.formats.marc import read_marc
from harvester.formats.marc.fields import MarcRecord, datafield
from harvester.formats.marc.write import write
from harvester.formats.tree import attribute_of
from harvester.formats.xml import local, text_of, wrap
from harvester.record import RawRecord, Record, Step

__all__ = ["read", "write"]

_CONTROL = frozenset({"controlfield", "fixfield"})
_DATA = frozenset({"datafield", "varfield"})
_OWN = _CONTROL | _DATA | {"leader"}
"""Local names in small letters: OJS writes one ``<dataField>`` among its ``<datafield>``."""


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    return read_marc(raw, dialect, trace, fields_of(_root(wrap(raw.payload, raw.context))))


def _root(element: etree._Element) -> etree._Element:
    """The MARC record in an OAI-PMH ``<record>`` or in a collection; both formats call theirs ``record``."""
    held = element
    if any(local(part) == "metadata" for part in element):
        held = next((child for part in element if local(part) == "metadata" for child in part), element)
    if local(held) in ("collection", "records") and len(held):
        held = held[0]
    if local(held) in ("record", "oai_marc") and (held is not element or any(_is_own(part) for part in held)):
        return held
    if local(held) == "record":
        raise RecordError("has no metadata, and is not marked as deleted", element="metadata")
    excerpt = " ".join(text_of(held).split())[:120]
    raise RecordError(f"metadata holds <{local(held)}>, not <record>: {excerpt!r}", element="metadata")


def _is_own(element: etree._Element) -> bool:
    return local(element).lower() in _OWN


def fields_of(record: etree._Element) -> MarcRecord:
    """The fields of a ``<record>``, as lists."""
    leader = ""
    control, fields = [], []
    for part in record:
        name = local(part).lower()
        tag = (attribute_of(part, "tag") or attribute_of(part, "id")).strip()
        if name == "leader":
            leader = text_of(part).strip("\r\n\t")
        elif name in _CONTROL:
            control.append((tag, text_of(part).strip("\r\n\t")))
        elif name in _DATA:
            subfields = [
                (attribute_of(child, "code") or attribute_of(child, "label"), text_of(child))
                for child in part
                if local(child).lower() == "subfield"
            ]
            if not subfields and (bare := text_of(part).strip()):
                subfields = [("", bare)]
            ind1 = attribute_of(part, "ind1") or attribute_of(part, "i1")
            ind2 = attribute_of(part, "ind2") or attribute_of(part, "i2")
            fields.append(datafield(tag, ind1, ind2, subfields))
    if not leader:
        leader = attribute_of(record, "leader")
    return MarcRecord(leader, tuple(control), tuple(fields))
