"""One state of a search as one URL: what is typed, what is chosen beside it, the order, the page. Pure; any text is read.

``parse`` passes over what it does not know and bounds what a client may choose; ``query_string`` writes the same state in
one way only, so that a state has one address: ``query_string(parse(text))`` is canonical.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import Struct

from harvester.facets import FACETS
from harvester.query.language import MAX_CHARACTERS

Sort: TypeAlias = Literal["relevance", "newest", "oldest", "title"]

MAX_VALUES: Final = 20
"""Of one facet that are chosen at a time."""
MAX_VALUE: Final = 300
"""Characters of one value."""
SIZE: Final = 20
MAX_SIZE: Final = 100
MAX_DEPTH: Final = 10_000
"""Hits that pages reach, by number; ``after`` reaches all."""
MAX_QUERY_STRING: Final = 64 * 1024
"""Characters of a query string that are looked at."""

_MAX_FIELDS: Final = 500
_SORTS: Final = get_args(Sort)


class Search(Struct, frozen=True):
    """What is asked for. Make it by ``parse``, or from other code's values as they are: ``find`` bounds them once more."""

    text: str = ""
    """In the query language (``language``)."""
    chosen: dict[str, tuple[str, ...]] = {}
    """Facet -> values: works that have any value of each facet that is here."""
    years: tuple[int | None, int | None] = (None, None)
    """First and last year of issue, both included."""
    sort: Sort = "relevance"
    """Where no words are asked for, nothing is more relevant than the newest."""
    size: int = SIZE
    page: int = 1
    after: str = ""
    """``Found.next`` of the page before, in the place of ``page``: stays right while the index changes."""

    def with_value(self, facet: str, value: str) -> Search:
        """The search with one more value of a facet, on its first page."""
        values = self.chosen.get(facet, ())
        return self._choosing(facet, values if value in values else (*values, value))

    def without_value(self, facet: str, value: str) -> Search:
        """The search without this value of a facet, on its first page."""
        return self._choosing(facet, tuple(v for v in self.chosen.get(facet, ()) if v != value))

    def _choosing(self, facet: str, values: tuple[str, ...]) -> Search:
        return bounded(msgspec.structs.replace(self, chosen={**self.chosen, facet: values}, page=1, after=""))


def parse(query_string: str) -> Search:
    """The search that a URL asks for.

    >>> search = parse("q=shared+leadership&type=review&type=article&from=2019&utm_source=x&page=2")
    >>> search.text, search.chosen, search.years, search.page
    ('shared leadership', {'type': ('article', 'review')}, (2019, None), 2)
    """
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl("&".join(query_string[:MAX_QUERY_STRING].split("&", _MAX_FIELDS)[:_MAX_FIELDS])):
        fields.setdefault(name, []).append(value)

    def first(name: str) -> str:
        return fields.get(name, [""])[0]

    return bounded(
        Search(
            text=first("q"),
            chosen={facet: tuple(fields[facet]) for facet in FACETS if facet in fields},
            years=(_number(first("from")), _number(first("to"))),
            sort=next((sort for sort in _SORTS if sort == first("sort")), "relevance"),
            size=_number(first("size")) or SIZE,
            page=_number(first("page")) or 1,
            after=first("after"),
        )
    )


def query_string(search: Search) -> str:
    """A search as the query of a URL, without ``?``; what is not asked for is left out, so '' is everything.

    >>> query_string(Search(text="leadership", chosen={"year": ("2020",), "type": ("thesis",)}, years=(2019, None)))
    'q=leadership&type=thesis&year=2020&from=2019'
    """
    search = bounded(search)
    fields = [("q", search.text)]
    fields += [(facet, value) for facet, values in search.chosen.items() for value in values]
    fields += [(name, str(year)) for name, year in zip(("from", "to"), search.years, strict=True) if year is not None]
    plain = Search()
    fields += [
        (name, str(getattr(search, name)))
        for name in ("sort", "size", "page", "after")
        if getattr(search, name) != getattr(plain, name)
    ]
    return urlencode([(name, value) for name, value in fields if value])


def bounded(search: Search) -> Search:
    """The same search within the limits, in its canonical form: facets in their order, values sorted, each once."""
    chosen = {}
    for facet in FACETS:
        values = {_text(value, MAX_VALUE) for value in search.chosen.get(facet, ())[: 4 * MAX_VALUES]} - {""}
        if values:
            chosen[facet] = tuple(sorted(values)[:MAX_VALUES])
    size = min(max(search.size, 1), MAX_SIZE)
    after = _text(search.after, MAX_VALUE)
    first, last = (year if year is not None and 0 <= year <= 9999 else None for year in search.years)
    if first is not None and last is not None:
        first, last = min(first, last), max(first, last)
    return Search(
        text=_text(search.text, MAX_CHARACTERS),
        chosen=chosen,
        years=(first, last),
        sort=search.sort,
        size=size,
        page=1 if after else min(max(search.page, 1), MAX_DEPTH // size),
        after=after,
    )


def _text(text: str, most: int) -> str:
    """Bounded, without what no text of ours holds: half surrogate pairs and NUL."""
    return text[:most].encode("utf-8", "ignore").decode().replace("\0", " ").strip()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
