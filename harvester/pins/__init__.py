"""Values that a person has decided for a work: they stand whatever its records say. Pure.

What can be pinned, and how it is written and checked, is in ``values``: whoever only shows works needs no cleaners.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, TypeVar

import msgspec
from msgspec import Struct

from harvester.record import CURATOR, Choice, Container, Contributor, Description, Identifier, Json, Pin, Record, Work

S = TypeVar("S", bound=Struct)


class Author(Struct, frozen=True, forbid_unknown_fields=True):
    """An author as a pin has one; what the records say beside of somebody of this name stays."""

    name: str
    kind: Literal["person", "organisation", "unknown"]
    family: str | None
    given: str | None
    suffix: str | None


def pinned(work: Work, pins: Iterable[Pin]) -> Work:
    """A work with the values that were decided for it; of one element the first pin counts."""
    held = {pin.element: pin for pin in reversed(list(pins))}
    if not held:
        return work
    record, choices, origins = work.record, dict(work.choices), dict(work.origins)
    for pin in held.values():
        before = work.choices.get(_element(pin.element))
        others = 0 if before is None else before.alternatives + (said(work.record, pin.element) != pin.value)
        record = _with(record, pin)
        choices[_element(pin.element)] = Choice(pin.record_id, f"{CURATOR}{pin.by}", others)
        if name := _LISTED.get(pin.element):
            known = dict(zip(getattr(work.record, name), work.origins.get(name, ()), strict=True))
            origins[name] = tuple(known.get(item, pin.record_id) for item in getattr(record, name))
    return msgspec.structs.replace(
        work, record=record, choices=choices, origins={n: o for n, o in origins.items() if o}, pins=tuple(held.values())
    )


_RESOLVED: Final = "https://doi.org/{}"
_LISTED: Final = {"authors": "contributors", "abstract": "descriptions", "doi": "identifiers", "language": "language"}
"""Pins that change a list."""


def _element(name: str) -> str:
    """The element of a work under which the choice of a pinned value stands."""
    return {"authors": "contributors"}.get(name, name.partition(".")[0])


def said(record: Record, element: str) -> Json:
    """What a record says of a pinnable element, in the form of a pin."""
    if element == "authors":
        people = [c for c in record.contributors if c.role == "author"]
        return [{name: getattr(c, name) for name in Author.__struct_fields__} for c in people] or None
    if element == "abstract":
        return next((d.text for d in record.descriptions if d.type == "abstract"), None)
    if element == "doi":
        return next((i.value for i in record.identifiers if i.scheme == "doi" and i.relation == "self"), None)
    if element == "pages":
        return [record.pages, record.start_page, record.end_page] if record.pages else None
    if element == "language":
        return list(record.language) or None
    head, _, part = element.partition(".")
    found = getattr(record, head)
    return getattr(found, part, None) if part else found


def _with(record: Record, pin: Pin) -> Record:
    element, wanted = pin.element, pin.value
    if element == "authors":
        people = msgspec.convert(wanted or [], list[Contributor])
        known = {c.name: c for c in record.contributors if c.role == "author"}
        others = [c for c in record.contributors if c.role != "author"]
        return _replace(record, contributors=(*(known.get(c.name, c) for c in people), *others))
    if element == "abstract":
        others_ = [d for d in record.descriptions if d.type != "abstract"]
        return _replace(record, descriptions=((Description(str(wanted)), *others_) if wanted else tuple(others_)))
    if element == "doi":
        rest = tuple(
            msgspec.structs.replace(i, relation="version") if i.scheme == "doi" and i.relation == "self" else i
            for i in record.identifiers
            if (i.scheme, i.value) != ("doi", wanted)
        )
        if (record.url or "").lower() == _RESOLVED.format(said(record, "doi")).lower():  # it would lead to another work
            record = _replace(record, url=_RESOLVED.format(wanted) if wanted else None)
        return _replace(record, identifiers=((Identifier("doi", str(wanted)), *rest) if wanted else rest))
    if element == "pages":
        whole, start, end = wanted or (None, None, None)
        return _replace(record, pages=whole, start_page=start, end_page=end)
    if element == "language":
        return _replace(record, language=tuple(wanted or ()))
    head, _, part = element.partition(".")
    if part:
        return _replace(record, container=_replace(record.container or Container(), **{part: wanted}))
    return _replace(record, **{head: wanted})


def _replace(struct: S, **values: Any) -> S:
    return msgspec.structs.replace(struct, **values)
