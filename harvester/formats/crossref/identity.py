"""What a Crossref item is called and what it is part of: identifiers, ISSN and ISBN, container."""

from __future__ import annotations

from typing import Final

from harvester.clean import identifiers
from harvester.formats.crossref import values
from harvester.formats.crossref.item import Item
from harvester.formats.crossref.table import table
from harvester.formats.crossref.values import plain, plain_list
from harvester.record import Container, Identifier

BOOKS: Final = frozenset({"book", "monograph", "edited-book", "reference-book", "book-set", "proceedings"})
SERIALS: Final = frozenset({"journal", "book-series", "report-series", "proceedings-series"})


def identified(
    item: Item, doi: str, kind: str, issns: list[tuple[str, str]], isbns: list[str], container: Container | None
) -> tuple[Identifier, ...]:
    found = [Identifier("doi", doi, raw=item.doi if item.doi != doi else None)]
    relation = "self" if kind in SERIALS else "container"
    found += [Identifier(scheme, issn, relation) for scheme, issn in issns]
    relation = "container" if container is not None and container.isbn else "self"
    found += [Identifier("isbn", isbn, relation) for isbn in isbns]
    for sent in item.alternative_id or ():
        other = values.doi(sent) if "10." in sent else None
        if other is not None and other != doi:
            found.append(Identifier("doi", other, "candidate"))
        elif other is None and (value := plain(sent)):
            pii = len(value) == 17 and value[0] in "SB" and value[1:-1].isdigit()
            found.append(Identifier("pii" if pii else "local", value))
    if kind == "grant" and (award := plain(item.award)):
        found.append(Identifier("grant", award))
    for trial in item.clinical_trial_number or ():
        if number := plain(trial.clinical_trial_number):
            found.append(Identifier("trial", number, "related"))
    if item.resource:
        places = [item.resource.primary, *(item.resource.secondary or ())]
        urls = [url for place in places if place and place.url and (url := values.url(place.url))]
        found += [Identifier("url", url, "candidate") for url in dict.fromkeys(urls)]
    return tuple(found)


def numbers(item: Item) -> tuple[list[tuple[str, str]], list[str], list[tuple[str, str]]]:
    """ISSNs as (scheme, ISSN), ISBNs, and (key, value) of what is neither; each once.

    An ISSN is ``issn`` in print and where nobody says which, ``eissn`` where it is electronic.
    """
    issns: dict[str, str] = {}
    isbns: dict[str, None] = {}
    invalid: dict[tuple[str, str], None] = {}
    typed = [(n.value, n.type) for n in item.issn_type if n.value] if item.issn_type else []
    for sent, kind in (*typed, *((number, None) for number in item.issn or ())):
        if issn := values.issn(sent):
            issns.setdefault(issn, "eissn" if kind == "electronic" else "issn")
        elif plain(sent):
            invalid["ISSN", sent] = None
    if item.isbn or item.isbn_type:
        for sent in (*(item.isbn or ()), *(n.value for n in item.isbn_type or () if n.value)):
            # Old records have them as http://id.crossref.org/isbn/9783642209246.
            if isbn := identifiers.isbn(sent.rpartition("/")[2]):
                isbns[isbn] = None
            elif plain(sent):
                invalid["ISBN", sent] = None
    return [(scheme, issn) for issn, scheme in issns.items()], list(isbns), list(invalid)


def contained(
    item: Item, kind: str, issns: list[tuple[str, str]], isbns: list[str], extra: dict[str, list[str]]
) -> Container | None:
    """What it is part of. Of several titles, the first is that of the series: a chapter stands in the last."""
    titles = plain_list(item.container_title) if item.container_title else []
    container_type = table("containers").get("book-chapter" if kind == "other" and isbns else kind)
    if not titles and container_type == "repository":
        titles = plain_list([i.name for i in item.institution or ()])[:1]
    title = (titles[-1] if container_type in {"book", "proceedings"} else titles[0]) if titles else None
    if len(titles) > 1:
        extra.setdefault("container-title", []).extend([t for t in titles if t != title])
    own_issns = dict(reversed(issns)) if kind not in SERIALS else {}
    isbn = isbns[0] if isbns and kind not in BOOKS and container_type in {"book", "proceedings"} else None
    short = plain_list(item.short_container_title) if item.short_container_title else []
    if not (title or own_issns or isbn):
        return None
    return Container(
        title=title,
        short_title=short[0] if short and short[0] != title else None,
        type=container_type,
        issn=own_issns.get("issn"),
        eissn=own_issns.get("eissn"),
        isbn=isbn,
    )
