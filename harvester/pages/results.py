"""A page of a search as it will be shown: hits, facets, chips, years, where one goes from here. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, structs

from harvester.listing.entries import Entry
from harvester.pages import Site
from harvester.pages.addresses import Addresses
from harvester.pages.downloads import of_many
from harvester.pages.elements import type_label
from harvester.query import Search
from harvester.query.fulltext import Hit, unmarked
from harvester.query.results import FacetValue, Found, Line
from harvester.query.state import MAX_DEPTH, query_string

FACET_LABELS: Final = {
    "type": "Type",
    "source": "Source",
    "journal": "Journal",
    "year": "Year",
    "language": "Language",
    "subject": "Subject",
    "access": "Access",
}
SORTS: Final = {"relevance": "Best match", "newest": "Newest", "oldest": "Oldest", "title": "Title"}
OPEN: Final = 8
"""Values of a facet that are shown without a click."""


class HitShown(Struct, frozen=True):
    entry: Entry
    about: str
    """Kind, journal, sources."""
    snippet: str
    """With marks of ``query``."""


class Chip(Struct, frozen=True):
    """Something that narrows the search, and where one is without it."""

    text: str
    link: str


class FacetShown(Struct, frozen=True):
    name: str
    label: str
    open: tuple[FacetValue, ...]
    """The first ones, and what is chosen."""
    folded: tuple[FacetValue, ...]
    more: bool
    """There are values beyond these."""


class Bar(Struct, frozen=True):
    """A year of the histogram, in per cent of its box."""

    year: int
    works: int
    x: float
    width: float
    height: float
    inside: bool
    """Of the years that are asked for."""
    link: str
    """To the works of that year."""


class PageLink(Struct, frozen=True):
    text: str
    link: str
    rel: str = ""
    current: bool = False


class ResultsPage(Struct, frozen=True):
    found: Found
    title: str
    hits: tuple[HitShown, ...]
    first: int
    """Number of the first hit of this page."""
    chips: tuple[Chip, ...]
    facets: tuple[FacetShown, ...]
    bars: tuple[Bar, ...]
    pages: tuple[PageLink, ...]
    files: tuple[tuple[str, str], ...]
    """(address, label) of the whole result in formats."""
    query: str
    """The query string of this search, canonical and on its first page."""
    suggestion: str
    """Address of the search in the spelling that is suggested; '' where none is."""
    understood: str
    """How the text was read, where that is not plain to see."""


def page(
    found: Found, entries: Mapping[int, Entry], sources: Mapping[str, str], site: Site, to: Addresses
) -> ResultsPage:
    """``sources``: name -> title."""
    search = found.search
    first = structs.replace(search, page=1, after="", size=Search().size)
    address = query_string(first)
    suggestion = query_string(structs.replace(first, text=found.suggestion)) if found.suggestion else ""
    return ResultsPage(
        found=found,
        title=f"{in_words(found)} – {site.title}",
        hits=tuple(_hit(hit, entries[hit.work_id], sources) for hit in found.hits if hit.work_id in entries),
        first=(search.page - 1) * search.size + 1,
        chips=tuple(_chips(found, first, to)),
        facets=tuple(_facets(found)),
        bars=tuple(_bars(found, first, to)),
        pages=tuple(_pages(found, to)),
        files=tuple((to.to(to.search(address, f"works.{d.ending}")), d.label) for d in of_many().values()),
        query=address,
        suggestion=to.to(to.search(suggestion)) if suggestion else "",
        understood="" if " ".join(found.understood) == " ".join(search.text.split()) else " + ".join(found.understood),
    )


def strategy(found: Found, lines: Iterable[Line]) -> tuple[tuple[str, int], ...]:
    """(what, works) of each line of a search, and of all together; nothing where there is but one."""
    told = [(line.part or _chosen(found, line.chosen), line.works) for line in lines]
    return (*told, ("All together", found.total)) if len(told) > 1 else ()


def _chosen(found: Found, facet: str) -> str:
    if facet == "years":
        return f"Years: {_years(found.search)}"
    return f"{FACET_LABELS[facet]}: {_labels(found, facet)}"


def in_words(found: Found) -> str:
    """A title for the search: what was typed, and what was chosen."""
    search = found.search
    parts = [search.text] if search.text else []
    parts += [f"{FACET_LABELS[facet].lower()} {_labels(found, facet)}" for facet in search.chosen]
    if search.years != (None, None):
        parts.append(_years(search))
    return ", ".join(parts)[:300] or "All works"


def _years(search: Search) -> str:
    first, last = search.years
    if first is not None and last is not None:
        return f"{first}" if first == last else f"{first}–{last}"
    return f"since {first}" if first is not None else f"until {last}"


def _labels(found: Found, facet: str) -> str:
    """All that is chosen of a facet."""
    return " or ".join(_label(found, facet, value) for value in found.search.chosen[facet])


def _label(found: Found, facet: str, value: str) -> str:
    return next((v.label for v in found.facets.get(facet, ()) if v.value == value), value)


def _hit(hit: Hit, entry: Entry, sources: Mapping[str, str]) -> HitShown:
    kind = "" if hit.type == "other" else type_label(hit.type)
    about = [kind, entry.place.container, ", ".join(sources.get(s, s) for s in hit.sources.split("; "))]
    snippet = "" if unmarked(hit.snippet) in (hit.label, *about) else hit.snippet  # that stands above it
    return HitShown(entry, " · ".join(part for part in about if part), snippet)


def _chips(found: Found, first: Search, to: Addresses) -> Iterator[Chip]:
    for facet, values in first.chosen.items():
        for value in values:
            without = first.without_value(facet, value)
            yield Chip(f"{FACET_LABELS[facet]}: {_label(found, facet, value)}", to.to(to.search(query_string(without))))
    if first.years != (None, None):
        without = structs.replace(first, years=(None, None))
        yield Chip(f"Years: {_years(first)}", to.to(to.search(query_string(without))))


def _facets(found: Found) -> Iterator[FacetShown]:
    for name, values in found.facets.items():
        if not values:
            continue
        chosen = [value for value in values if value.chosen]
        others = [value for value in values if not value.chosen]
        room = max(0, OPEN - len(chosen))
        yield FacetShown(name, FACET_LABELS[name], (*chosen, *others[:room]), tuple(others[room:]), name in found.more)


def _bars(found: Found, first: Search, to: Addresses) -> Iterator[Bar]:
    """Years without works are gaps; of a long time only its last century."""
    if not found.years:
        return
    last = found.years[-1][0]
    years = [(year, works) for year, works in found.years if year > last - 100]
    begin, most = years[0][0], max(works for _, works in years)
    width = 100 / (last - begin + 1)
    low, high = found.search.years
    for year, works in years:
        inside = (low is None or year >= low) and (high is None or year <= high)
        bar = (round((year - begin) * width, 3), round(width * 0.85, 3), round(max(2.0, 100 * works / most), 2))
        link = to.to(to.search(query_string(structs.replace(first, years=(year, year)))))
        yield Bar(year, works, *bar, inside, link)


def _pages(found: Found, to: Addresses) -> Iterator[PageLink]:
    search = found.search
    last = min(-(-found.total // search.size), MAX_DEPTH // search.size)
    if last < 2:
        return

    def link(number: int) -> str:
        return to.to(to.search(query_string(structs.replace(search, page=number, after=""))))

    if search.page > 1:
        yield PageLink("Previous", link(search.page - 1), "prev")
    near = sorted({1, last, *range(search.page - 2, search.page + 3)} & set(range(1, last + 1)))
    before = 0
    for number in near:
        if number - before > 1 and before:
            yield PageLink("…", "")
        yield PageLink(str(number), link(number), current=number == search.page)
        before = number
    if search.page < last:
        yield PageLink("Next", link(search.page + 1), "next")
