"""Works as XML: the whole merged record, what happened to it, and whose records it was made of; for others of our kind.

Elements have the names of ``harvester/record.py``; ``schemas/xsd/work.xsd`` is made from it. What no rule maps and what was
found wrong are left out: they are about the records, not about the work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import msgspec
from lxml import etree
from msgspec import inspect

from harvester.errors import RecordError
from harvester.formats.exported import xml_text
from harvester.formats.xml import local, metadata, text_of
from harvester.record import RawRecord, Record, Step, Update, Work

NAMESPACE: Final = "urn:x-evidence-harvester:work:1"
"""Another number only where what was written before could no longer be read."""
LEFT_OUT: Final = ("extra", "findings")
_BESIDE: Final = ("update", "member")
"""What is about the work, but is no element of its record."""
_UPDATE: Final = ("type", "holds", "date", "sources", "basis", "scheme", "notice", "label")
_NSMAP: Final[Any] = {None: NAMESPACE}
_XS: Final = "http://www.w3.org/2001/XMLSchema"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SPECIAL: Final = re.compile(r"[&<>\r]")
_ENTITIES: Final = {"\r": "&#13;"}
"""A bare one is a line feed to whoever reads it."""


def write(works: Iterable[Work]) -> Iterator[str]:
    """One document; a work at a time."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<works xmlns="{NAMESPACE}">\n'
    for work in works:
        yield _work(work, "") + "\n"
    yield "</works>\n"


def element(work: Work, schema_location: str) -> str:
    """One work by itself, as it stands in an answer of OAI-PMH."""
    return _work(work, f' xmlns="{NAMESPACE}" xmlns:xsi="{_XSI}" xsi:schemaLocation={quoteattr(schema_location)}')


def _work(work: Work, attributes: str) -> str:
    """Text, since a tree of a hundred elements costs three times as much."""
    parts = [f"<work key={quoteattr(work.key)}{attributes}>"]
    for name, value in msgspec.to_builtins(work.record).items():
        if name not in LEFT_OUT:
            _add(parts, name, value)
    for update in work.updates:
        _add(parts, "update", {name: getattr(update, name) for name in _UPDATE})
    for member in work.members:
        _add(parts, "member", {"source": member.source, "identifier": member.identifier, "format": member.format})
    parts.append("</work>")
    return xml_text("".join(parts))


def _add(parts: list[str], name: str, value: Any) -> None:
    if isinstance(value, str):
        parts.append(f"<{name}>{escape(value, _ENTITIES) if _SPECIAL.search(value) else value}</{name}>")
    elif isinstance(value, (list, tuple)):
        for each in value:
            _add(parts, name, each)
    elif isinstance(value, dict):
        parts.append(f"<{name}>")
        for part, inner in value.items():
            _add(parts, part, inner)
        parts.append(f"</{name}>")
    elif isinstance(value, bool):
        parts.append(f"<{name}>{'true' if value else 'false'}</{name}>")
    elif value is not None:
        parts.append(f"<{name}>{value}</{name}>")


# --- read ------------------------------------------------------------------------------------------------------------


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:  # noqa: ARG001 (a Reader's signature)
    """The merged record of a work that another installation provides. RecordError where it is none.

    Elements that only a later version of this program has go to ``extra``.
    """
    root = metadata(raw.payload, raw.context, frozenset({"work"}))
    fields = _fields(Record)
    extra: dict[str, list[str]] = {}
    for child in root.iterchildren(tag=etree.Element):
        name = local(child)
        if name not in _BESIDE and (name not in fields or name in LEFT_OUT):
            extra.setdefault(f"work.{name}", []).append(text_of(child).strip())
    found = {name: value for name, value in (_value(root, Record) or {}).items() if name not in LEFT_OUT}
    if trace is not None:
        trace += [Step(f"work.{name}", str(value), name, "as it is", value) for name, value in found.items()]
    try:
        return msgspec.convert({**found, "extra": extra} if extra else found, Record, strict=False)
    except msgspec.ValidationError as error:
        raise RecordError(f"is no work as this program provides it: {error}", element="metadata") from error


def _value(element: etree._Element, struct: Any) -> Any:
    """The text of an element, or its parts by their names; None where all of it is empty."""
    if struct is None:
        text = element.text or ""
        return text if text.strip() else ""
    fields = _fields(struct)
    found: dict[str, Any] = {}
    for child in element.iterchildren(tag=etree.Element):
        if (field := fields.get(local(child))) is None:
            continue
        value = _value(child, field.struct)
        if value is None or (value == "" and not field.required):
            continue
        if field.many:
            found.setdefault(field.name, []).append(value)
        else:
            found[field.name] = value
    if not any(found.values()):
        return None
    return {name: None for name, field in fields.items() if field.required and field.nullable} | found


class _Field(NamedTuple):
    name: str
    many: bool
    struct: Any
    """Of what it holds, or None."""
    required: bool
    nullable: bool
    """What is null is not written."""
    type: str
    """In XML Schema, where it holds no struct."""


@cache
def _fields(struct: Any) -> dict[str, _Field]:
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    found = {}
    for field in info.fields:
        type_ = _bare(field.type)
        many = isinstance(type_, (inspect.VarTupleType, inspect.ListType))
        inner = _bare(type_.item_type) if many else type_
        held = inner.cls if isinstance(inner, inspect.StructType) else None
        nullable = type_ is not field.type
        found[field.name] = _Field(
            field.name, many, held, field.required, nullable, _SIMPLE.get(type(inner), "xs:string")
        )
    return found


_SIMPLE: Final[dict[Any, str]] = {
    inspect.BoolType: "xs:boolean", inspect.IntType: "xs:integer", inspect.FloatType: "xs:double",
}  # fmt: skip


def _bare(type_: inspect.Type) -> Any:
    """Of a type that may also be None, the other."""
    if isinstance(type_, inspect.UnionType):
        return next(t for t in type_.types if not isinstance(t, inspect.NoneType))
    return type_


# --- the schema ------------------------------------------------------------------------------------------------------


def schema() -> str:
    """The XML schema of ``<work>``."""
    root = etree.Element(
        f"{{{_XS}}}schema",
        {"targetNamespace": NAMESPACE, "elementFormDefault": "qualified"},
        nsmap={"xs": _XS, **_NSMAP},
    )
    for name, inner in (("works", None), ("work", Record)):
        type_ = etree.SubElement(etree.SubElement(root, f"{{{_XS}}}element", name=name), f"{{{_XS}}}complexType")
        parts = etree.SubElement(type_, f"{{{_XS}}}sequence")
        if inner is None:
            _several(etree.SubElement(parts, f"{{{_XS}}}element", ref="work"))
            continue
        _describe(parts, inner, LEFT_OUT)
        _describe(_part(parts, "update"), Update, [f for f in Update.__struct_fields__ if f not in _UPDATE])
        member = _part(parts, "member")
        for part in ("source", "identifier", "format"):
            etree.SubElement(member, f"{{{_XS}}}element", name=part, type="xs:string")
        etree.SubElement(type_, f"{{{_XS}}}attribute", name="key", type="xs:string", use="required")
    return etree.tostring(root, encoding="unicode", pretty_print=True)


def _part(parts: etree._Element, name: str) -> etree._Element:
    child = _several(etree.SubElement(parts, f"{{{_XS}}}element", name=name))
    return etree.SubElement(etree.SubElement(child, f"{{{_XS}}}complexType"), f"{{{_XS}}}sequence")


def _several(element: etree._Element) -> etree._Element:
    element.set("minOccurs", "0")
    element.set("maxOccurs", "unbounded")
    return element


def _describe(parts: etree._Element, struct: Any, left_out: Iterable[str]) -> None:
    """The fields of a struct, in their order; each may be missing."""
    for field in _fields(struct).values():
        if field.name in left_out:
            continue
        child = etree.SubElement(parts, f"{{{_XS}}}element", name=field.name, minOccurs="0")
        if field.many:
            _several(child)
        if field.struct is None:
            child.set("type", field.type)
        else:
            type_ = etree.SubElement(etree.SubElement(child, f"{{{_XS}}}complexType"), f"{{{_XS}}}sequence")
            _describe(type_, field.struct, ())
