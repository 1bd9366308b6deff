"""What a Crossref item is called and what it is part of: identifiers, ISSN and ISBN, container."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from msgspec import Struct

from harvester.clean import identifiers
from harvester.formats.crossref import values
from harvester.formats.crossref.item import Item, TypedNumber
from harvester.formats.crossref.table import table
from harvester.formats.crossref.values import plain, plain_list
from harvester.record import Container, Identifier, Relation

BOOKS: Final = frozenset({"book", "monograph", "edited-book", "reference-book", "book-set", "proceedings"})
SERIALS: Final = frozenset({"journal", "book-series", "report-series", "proceedings-series"})


class Place(Struct, frozen=True):
    """What the works of one journal, series or book say alike."""

    container: Container | None
    identifiers: tuple[Identifier, ...]
    """ISSN and ISBN, of the work itself or of what it is part of."""
    series: tuple[Relation, ...]
    """The series that the book of a chapter is part of: Crossref puts its title before that of the book."""
    other_titles: tuple[str, ...]
    """Titles of containers that have no element of their own."""
    invalid: tuple[tuple[str, str], ...]
    """(key, value) of numbers that are none."""


def place(item: Item, kind: str) -> Place:
    """What it is part of, and the numbers of that."""
    hosts = tuple([host.name for host in item.institution if host.name]) if item.institution else ()
    return _place(
        kind,
        item.container_title,
        item.short_container_title,
        item.issn_type,
        item.issn,
        item.isbn,
        item.isbn_type,
        hosts,
    )


@lru_cache(maxsize=4096)
def _place(
    kind: str,
    sent_titles: tuple[str, ...] | None,
    short_titles: tuple[str, ...] | None,
    issn_types: tuple[TypedNumber, ...] | None,
    sent_issns: tuple[str, ...] | None,
    sent_isbns: tuple[str, ...] | None,
    isbn_types: tuple[TypedNumber, ...] | None,
    hosts: tuple[str, ...],
) -> Place:
    """Of several titles, the first is that of the series: a chapter stands in the last.

    An ISSN is ``issn`` in print and where nobody says which, ``eissn`` where it is electronic.
    """
    invalid: dict[tuple[str, str], None] = {}
    issns: dict[str, str] = {}
    for number in (*(issn_types or ()), *[TypedNumber(sent) for sent in sent_issns or ()]):
        if number.value in issns:  # nearly always both keys say the same
            continue
        if number.value and (issn := identifiers.issn(number.value)):
            issns.setdefault(issn, "eissn" if number.type == "electronic" else "issn")
        elif plain(number.value):
            invalid["ISSN", number.value or ""] = None
    isbns: dict[str, None] = {}
    for sent in (*(sent_isbns or ()), *[number.value for number in isbn_types or () if number.value]):
        # Old records have them as http://id.crossref.org/isbn/9783642209246.
        if isbn := identifiers.isbn(sent.rpartition("/")[2]):
            isbns[isbn] = None
        elif plain(sent):
            invalid["ISBN", sent] = None
    container_type = table("containers").get("book-chapter" if kind == "other" and isbns else kind)
    titles = plain_list(sent_titles)
    if not titles and container_type == "repository":
        titles = plain_list(hosts)[:1]
    in_book = container_type in {"book", "proceedings"}
    title = (titles[-1] if in_book else titles[0]) if titles else None
    others = [other for other in titles if other != title]
    own_issns = {scheme: issn for issn, scheme in reversed(issns.items())} if kind not in SERIALS else {}
    isbn = next(iter(isbns), None) if kind not in BOOKS and in_book else None
    short = plain_list(short_titles)
    container = Container(
        title=title,
        short_title=short[0] if short and short[0] != title else None,
        type=container_type,
        issn=own_issns.get("issn"),
        eissn=own_issns.get("eissn"),
        isbn=isbn,
    )
    return Place(
        container if title or own_issns or isbn else None,
        (
            *[Identifier(scheme, issn, "self" if kind in SERIALS else "container") for issn, scheme in issns.items()],
            *[Identifier("isbn", own, "container" if isbn else "self") for own in isbns],
        ),
        tuple([Relation("is-part-of", "local", other) for other in others]) if in_book else (),
        () if in_book else tuple(others),
        tuple(invalid),
    )


def identified(item: Item, doi: str, kind: str, place: Place) -> tuple[Identifier, ...]:
    """All its identifiers, its DOI first."""
    found = [Identifier("doi", doi, "self", item.doi if item.doi != doi else None), *place.identifiers]
    for sent in item.alternative_id or ():
        other = values.doi(sent) if "10." in sent else None
        if other is not None and other != doi:
            found.append(Identifier("doi", other, "candidate"))
        elif other is None and (value := plain(sent)):
            pii = len(value) == 17 and value[0] in "SB" and value[1:-1].isdigit()
            found.append(Identifier("pii" if pii else "local", value))
    if kind == "grant" and (award := plain(item.award)):
        found.append(Identifier("grant", award))
    if item.clinical_trial_number:
        trials = [plain(trial.clinical_trial_number) for trial in item.clinical_trial_number]
        found += [Identifier("trial", number, "related") for number in trials if number]
    if item.resource:
        places = [item.resource.primary, *(item.resource.secondary or ())]
        urls = [url for place in places if place and place.url and (url := identifiers.url(place.url))]
        found += [Identifier("url", url, "candidate") for url in dict.fromkeys(urls)]
    return tuple(found)
