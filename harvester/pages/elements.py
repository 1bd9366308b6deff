"""The elements of a work one by one: label, values, who says so, and what others say. Facts and words, no markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import Struct

from harvester import citation, schemas
from harvester.brief import brief
from harvester.clean import identifiers, relations
from harvester.listing.entries import VERSIONS
from harvester.query.values import ACCESS
from harvester.query.values import language as language_label
from harvester.record import (
    CURATOR,
    Contributor,
    Date,
    File,
    Funding,
    Identifier,
    License,
    Relation,
    Title,
    Work,
)

MOST: Final = 200
"""Values of one element that a page shows; beyond, it says how many more there are."""
_ELSEWHERE: Final = frozenset({"descriptions", "findings", "listing", "extra", "start_page", "end_page"})
"""Elements that a page has places of their own for, or that are about records and not about the work."""


class Other(Struct, frozen=True):
    """What another record says, and was not believed."""

    text: str
    source: str
    differs: bool


class Value(Struct, frozen=True):
    text: str
    link: str = ""
    language: str = ""


class Said(Struct, frozen=True):
    """A source, and what it says of an element; no texts where all of it is its."""

    source: str
    rule: str = ""
    texts: tuple[str, ...] = ()


class Fact(Struct, frozen=True):
    element: str
    label: str
    values: tuple[Value, ...]
    more: int
    """Values beyond those that are shown."""
    said_by: tuple[Said, ...]
    others: tuple[Other, ...]


def type_label(type_: str) -> str:
    """A type in words; one that is in no vocabulary as it stands."""
    return schemas.label("vocabularies/types", type_)


def identified(scheme: str, value: str) -> str:
    """``DOI 10.1136/leader-2020-000228``"""
    return f"{schemas.label('identifiers', scheme)} {value}"


def name_of(c: Contributor) -> str:
    return f"{c.given} {c.family}" if c.given and c.family else c.name


def facts(work: Work, said: dict[int, str]) -> Iterator[Fact]:
    record = work.record
    for element, row in schemas.table("elements").items():
        value = getattr(record, element, None)
        if element in _ELSEWHERE or value in (None, (), "", {}):
            continue
        others = tuple(
            Other(lost.value, said.get(lost.record_id, ""), lost.differs)
            for lost in work.alternatives
            if lost.element == element
        )
        items = value if isinstance(value, tuple) else (value,)
        values = tuple(_value(element, item) for item in items[:MOST])
        yield Fact(
            element,
            str(row["label"]),
            values,
            max(0, len(items) - MOST),
            tuple(_said_by(work, element, values, said)),
            others,
        )


def _said_by(work: Work, element: str, values: Sequence[Value], said: dict[int, str]) -> Iterator[Said]:
    choice = work.choices.get(element)
    if choice is not None:
        pinned = choice.rule.startswith(CURATOR)  # who it was is nobody's business outside
        yield Said("a curator", "decided") if pinned else Said(said.get(choice.record_id, ""), choice.rule)
    by_source: dict[str, list[str]] = {}
    if choice is None:
        for value, record_id in zip(values, work.origins.get(element, ()), strict=False):
            by_source.setdefault(said.get(record_id, ""), []).append(value.text)
    for filled in work.completions:
        if filled.element == element:
            item = getattr(work.record, element)
            whose = "" if filled.position is None else f" of {brief(item[filled.position])}"
            by_source.setdefault(said.get(filled.record_id, ""), []).append(f"{filled.part}{whose}")
    alone = len(by_source) == 1 and choice is None
    for source, texts in by_source.items():
        yield Said(source, "", () if alone else tuple(texts))


def _value(element: str, item: Any) -> Value:
    language = ""
    link: str | None = None
    text = brief(item)
    match item:
        case Identifier():
            link = identifiers.link(item.scheme, item.value)
            text = identified(item.scheme, item.value) + ("" if item.relation == "self" else f" ({item.relation})")
        case Contributor():
            link = identifiers.link("orcid", item.orcid) if item.orcid else item.ror
            where = "; ".join(a.name for a in item.affiliations if a.name)
            role = schemas.label("vocabularies/roles", item.role)
            text = name_of(item) + ("" if item.role == "author" else f" ({role.lower()})") + (where and f": {where}")
        case Title():
            language = item.language or ""
        case Date():
            label = schemas.label("vocabularies/date_types", item.type)
            text = f"{label}: {citation.date_text(item.value) or '?'}" + (f" (sent as {item.raw})" if item.raw else "")
        case Relation():
            link = identifiers.link(item.scheme, item.target)
            text = f"{relations.label(item.type)} {item.label or item.target}" + (f", {item.date}" if item.date else "")
        case File():
            link = item.url
        case License():
            link = item.url
            text = ", ".join(v for v in (item.spdx or item.url, item.applies_to, item.start) if v)
        case Funding():
            funder = item.funder_id or ""
            link = identifiers.link("doi", funder) if funder.startswith("10.") else funder
        case str() if element == "url":
            link = item
        case str() if element == "type":
            text = type_label(item)
        case str() if element == "language":
            text = f"{language_label(base)} ({item})" if (base := item.partition("-")[0].lower()) else item
        case str() if element in ("issued", "embargo_until"):
            text = citation.date_text(item)
        case str() if element == "access":
            text = ACCESS.get(item, item)
        case str() if element == "update_status":
            text = schemas.label("vocabularies/updates", item)
        case str() if element == "version":
            text = VERSIONS.get(item, item)
    return Value(text, link if link and citation.web_link(link) else "", language)
