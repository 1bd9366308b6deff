"""What can be pinned: what has one value. A pin is checked as it is made, by the cleaner or the vocabulary of its element.

An empty one says that the work has none, whatever its records say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from harvester.clean import catalogue, citations, identifiers, languages, names, rights, text, urls
from harvester.clean import dates as edtf
from harvester.pins import Author
from harvester.record import Json
from harvester.wording import did_you_mean

_LONGEST: Final = 20_000

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
    found = catalogue.term("updates", given)
    return str(found["term"]) if found and found.get("status", True) else None


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
    "update_status": (
        _status,
        "a status of `harvester vocabulary updates`: retraction, correction, expression-of-concern ...",
    ),
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
