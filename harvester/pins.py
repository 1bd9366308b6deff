"""Values that a person has decided for a work: they stand whatever its records say. Pure.

What can be pinned is what has one value. A pin is checked as it is made, by the cleaner or the vocabulary of its element; an
empty one says that the work has none, whatever its records say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, TypeVar

import msgspec
from msgspec import Struct

from harvester import schemas
from harvester.clean import catalogue, citations, identifiers, languages, names, rights, text, urls
from harvester.clean import dates as edtf
from harvester.record import CURATOR, Choice, Container, Contributor, Description, Identifier, Json, Pin, Record, Work
from harvester.wording import did_you_mean

_LONGEST: Final = 20_000

S = TypeVar("S", bound=Struct)
Read = Callable[[str], Json | None]
"""What people write -> the value; None where it is none."""


def _term(vocabulary: str) -> Read:
    def read(given: str) -> Json | None:
        found = catalogue.term(vocabulary, given)
        return str(found["term"]) if found else None

    return read


def _line(given: str) -> Json | None:
    return " ".join(text.plain(given).split()) or None


def _day(given: str) -> Json | None:
    return rights.embargo_end(given)


def _pages(given: str) -> Json | None:
    found = citations.pages(given)
    return [found.pages, found.start, found.end] if found else None


def _status(given: str) -> Json | None:
    order: list[str] = schemas.table("merge")["elements"]["update_status"]["order"]
    return given if given in order else None


class Author(Struct, frozen=True, forbid_unknown_fields=True):
    """An author as a pin has one; what the records say beside of somebody of this name stays."""

    name: str
    kind: Literal["person", "organisation", "unknown"]
    family: str | None
    given: str | None
    suffix: str | None


def _authors(given: str) -> Json | None:
    found = [n for part in given.split(";") for n in names.names(part)]
    return [msgspec.to_builtins(Author(n.name, n.kind, n.family, n.given, n.suffix)) for n in found] or None


ELEMENTS: Final[dict[str, tuple[Read, str]]] = {
    "title": (text.title, "a title"),
    "type": (_term("types"), "a term of `harvester vocabulary types`"),
    "authors": (_authors, "names with `;` between them: Aufegger, Lisa; Darzi, Ara"),
    "abstract": (text.abstract, "a text"),
    "issued": (edtf.date, "a date: 2020, 2020-09 or 2020-09-28"),
    "url": (urls.url, "a web address"),
    "doi": (identifiers.doi, "a DOI"),
    "language": (lambda given: languages.languages(given) or None, "a term of `harvester vocabulary languages`"),
    "container.title": (text.title, "the title of a journal, book or series"),
    "container.issn": (identifiers.issn, "an ISSN"),
    "container.eissn": (identifiers.issn, "an ISSN"),
    "container.isbn": (identifiers.isbn, "an ISBN"),
    "volume": (_line, "a volume"),
    "issue": (_line, "an issue"),
    "pages": (_pages, "pages: 128-134"),
    "article_number": (_line, "the number of an article"),
    "edition": (_line, "an edition"),
    "part": (_line, "a part"),
    "publisher": (_line, "a publisher"),
    "place": (_line, "a place"),
    "publication_status": (_term("statuses"), "a term of `harvester vocabulary statuses`"),
    "peer_reviewed": (lambda given: {"yes": True, "no": False}.get(given.casefold()), "yes or no"),
    "version": (_term("versions"), "a term of `harvester vocabulary versions`"),
    "access": (_term("access"), "a term of `harvester vocabulary access`"),
    "embargo_until": (_day, "a day: 2027-01-31"),
    "update_status": (_status, "retraction, withdrawal, removal, expression-of-concern, correction or new-version"),
    "contact": (_line, "a contact"),
}
"""What can be pinned -> how it is read, and what it is."""
_NEVER_EMPTY: Final = frozenset({"type"})


def value(element: str, given: str) -> Json:
    """The value that a pin of an element gets; ValueError, with what would do, where it cannot be one. Empty is none."""
    if element not in ELEMENTS:
        raise ValueError(f"{element[:80]!r} cannot be pinned{did_you_mean(element, ELEMENTS)}")
    given = given.strip()
    read, what = ELEMENTS[element]
    if not given and element not in _NEVER_EMPTY:
        return None
    found = read(given) if len(given) <= _LONGEST else None
    if found is None:
        raise ValueError(f"{element}: {given[:80]!r} is not {what}")
    return found


def fits(element: str, pinned: Json) -> bool:
    """Whether a value, as another installation sent it, is one that ``value`` gives for this element."""
    if element not in ELEMENTS or pinned is None:
        return element in ELEMENTS and element not in _NEVER_EMPTY
    try:
        if element == "authors":
            return len(msgspec.convert(pinned, list[Author])) > 0
        read: bool = value(element, written(element, pinned)) == pinned
        return read
    except (msgspec.ValidationError, ValueError, TypeError, IndexError):
        return False


def written(element: str, pinned: Json) -> str:
    """A pinned value as people write it; '' for none."""
    if pinned is None:
        return ""
    if element == "authors":
        people: Any = pinned
        return "; ".join(person["name"] for person in people)
    if element == "pages":
        return str(pinned[0])  # the whole of it comes first
    if isinstance(pinned, bool):
        return "yes" if pinned else "no"
    return "; ".join(map(str, pinned)) if isinstance(pinned, list) else str(pinned)


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
