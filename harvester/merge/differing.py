"""What lost: other values of an element, and whether sources differ in substance or only in how they write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from rapidfuzz import fuzz

from harvester.link import words
from harvester.merge.namesakes import same_surname
from harvester.record import CURATOR, Alternative, Container, Degree, Event, Member, Record, Work

_NUMBER: Final = re.compile(r"\d+")
_COMPARED: Final = 1000
"""Letters of a title that are compared."""
_ALIKE: Final = 95.0
"""Likeness of titles from which they differ in spelling only."""


def alternatives(record: Record, members: Sequence[Member], chosen_of: Mapping[str, int]) -> Iterator[Alternative]:
    """Each value that another record has for an element of the work, where it is written otherwise.

    ``chosen_of``: element -> the record that was believed; none where a person was.
    """
    for element, believed in chosen_of.items():
        chosen = text(element, record)
        if chosen is None and believed:
            continue
        differ = SUBSTANCE.get(element)
        for member in members:
            other = text(element, member.record)
            if other is not None and other != chosen and member.id != believed:
                yield Alternative(element, other, member.id, differ is not None and differ(record, member.record))


def overruled(work: Work) -> Work:
    """A work with all that its records say in place of what people decided: the one that was believed before, too."""
    decided = {e: 0 for e, c in work.choices.items() if c.rule.startswith(CURATOR) and hasattr(work.record, e)}
    if not decided:
        return work
    kept = [a for a in work.alternatives if a.element not in decided]
    return msgspec.structs.replace(work, alternatives=(*kept, *alternatives(work.record, work.members, decided)))


def text(element: str, record: Record) -> str | None:
    """An element in one line; authors for the contributors; None where the record has none, and for what is long."""
    if element == "contributors":
        return "; ".join([c.name for c in record.contributors if c.role == "author"]) or None
    match getattr(record, element):
        case None | "":
            return None
        case Container() as container:
            numbers = dict.fromkeys(
                (container.title or container.short_title, container.issn, container.eissn, container.isbn)
            )
            return ", ".join([n for n in numbers if n]) or None
        case Event(name=name) | Degree(name=name):
            return name
        case tuple(values):
            return "; ".join(map(str, values)) or None
        case bool(known):
            return "yes" if known else "no"
        case value:
            return str(value)


def _titles(mine: Record, its: Record) -> bool:
    """A subtitle that one leaves out, case and spelling are no difference; another number is."""
    one, other = sorted((words(mine.title or ""), words(its.title or "")), key=len)
    if not one or other == one or other.startswith(f"{one} "):
        return False
    return _NUMBER.findall(one) != _NUMBER.findall(other) or fuzz.ratio(one[:_COMPARED], other[:_COMPARED]) < _ALIKE


def _years(mine: Record, its: Record) -> bool:
    """``198X`` may be 1985, and ``2019/2020`` is both."""
    return not any(_same_year(a, b) for a in (mine.issued or "").split("/") for b in (its.issued or "").split("/"))


def _same_year(one: str, other: str) -> bool:
    return all(a == b or "X" in (a, b) for a, b in zip(one[:4], other[:4], strict=False))


def _first_authors(mine: Record, its: Record) -> bool:
    one, other = (next((c for c in r.contributors if c.role == "author"), None) for r in (mine, its))
    return one is not None and other is not None and not same_surname(one, other)


def _numbers(element: str) -> Callable[[Record, Record], bool]:
    """``Vol. 038`` and ``38`` are the same; of ``38 Suppl 1`` the first number counts, as many leave out the rest."""

    def number(record: Record) -> str:
        sent = getattr(record, element) or ""
        found = _NUMBER.search(sent)
        return found[0].lstrip("0") if found else words(sent)

    return lambda mine, its: number(mine) != number(its)


def _pages(mine: Record, its: Record) -> bool:
    """By the first page: last pages are shortened, and left out."""

    def first(record: Record) -> str:
        sent = record.start_page or record.pages or record.article_number or ""
        return words(re.split(r"[-–]", sent, maxsplit=1)[0]).removeprefix("e").lstrip("0").replace(" ", "")

    return first(mine) != first(its)


SUBSTANCE: Final[Mapping[str, Callable[[Record, Record], Any]]] = {
    "title": _titles,
    "issued": _years,
    "contributors": _first_authors,
    "volume": _numbers("volume"),
    "issue": _numbers("issue"),
    "pages": _pages,
}
"""Elements by which a work is found on a shelf -> whether two records differ in them."""
