"""The JSON API: the same searches and works, for programs."""

from __future__ import annotations

from typing import Final

from msgspec import Struct, structs

from harvester.pages.elements import type_label
from harvester.pages.public import public
from harvester.query import work
from harvester.query.fulltext import Hit
from harvester.query.results import Found, find
from harvester.query.state import query_string
from harvester.serve.calls import Answer, Call, Refused
from harvester.serve.items import elsewhere

_AUTHORS: Final = 100
"""Of a work in a list: some have thousands."""


class WorkFound(Struct, frozen=True, kw_only=True):
    """A work as a search lists it; `/api/works/{key}` tells the rest."""

    key: str
    url: str
    title: str
    authors: list[str]
    """The first hundred."""
    author_count: int
    container_title: str | None
    issued: str | None
    """EDTF."""
    type: str
    type_label: str
    doi: str | None
    link: str | None
    update_status: str | None
    sources: list[str]
    citation: str


class WorksFound(Struct, frozen=True, kw_only=True):
    """One page of a search. `next` is the address of the next one, null on the last; it stays right while the index changes."""

    total: int
    query: str
    """The search in its canonical form, as a query string."""
    understood: tuple[str, ...]
    suggestion: str | None
    """Nothing was found: the text in a spelling that finds something."""
    goes_to: str | None
    """The text is an identifier: the key of its work."""
    next: str | None
    works: list[WorkFound]


class ValueCounted(Struct, frozen=True):
    """A value of a facet, and how many works would be found if it alone were chosen of its facet."""

    value: str
    label: str
    count: int
    chosen: bool


class YearCounted(Struct, frozen=True):
    year: int
    count: int


class FacetsCounted(Struct, frozen=True, kw_only=True):
    """By what the result of a search can be narrowed. `more`: facets that have more values than are listed."""

    total: int
    facets: dict[str, list[ValueCounted]]
    more: tuple[str, ...]
    years: list[YearCounted]


class Problem(Struct, frozen=True):
    """RFC 9457."""

    title: str
    status: int
    detail: str


def works(call: Call) -> Answer:
    found = find(call.db, call.search)
    return call.json(
        WorksFound(
            total=found.total,
            query=query_string(found.search),
            understood=found.understood,
            suggestion=found.suggestion,
            goes_to=found.goes_to,
            next=_next(call, found),
            works=[_hit(call, hit) for hit in found.hits],
        )
    )


def facets(call: Call) -> Answer:
    found = find(call.db, structs.replace(call.search, size=1, page=1, after=""))
    counted = {
        name: [ValueCounted(v.value, v.label, v.count, v.chosen) for v in values]
        for name, values in found.facets.items()
    }
    years = [YearCounted(year, count) for year, count in found.years]
    return call.json(FacetsCounted(total=found.total, facets=counted, more=found.more, years=years))


def one(call: Call) -> Answer:
    """Everything that is known of a work, with its records and where each value came from."""
    key = call.path["key"]
    row = call.db.execute("select id from works where key = ?", (key,)).fetchone()
    if row is None:
        answer = elsewhere(call, key)
        location = answer.headers["Location"].replace(call.to.to("work/"), call.to.to("api/works/"), 1)
        return structs.replace(answer, headers={"Location": location})
    return call.json({"url": _address(call, key), **public(work(call.db, row[0]))})


def _next(call: Call, found: Found) -> str | None:
    if not found.next:
        return None
    following = query_string(structs.replace(found.search, after=found.next, page=1))
    return (call.to.whole("api/works") or call.to.to("api/works")) + f"?{following}"


def _hit(call: Call, hit: Hit) -> WorkFound:
    authors = hit.authors.split("; ") if hit.authors else []
    return WorkFound(
        key=hit.key,
        url=_address(call, hit.key),
        title=hit.label,
        authors=authors[:_AUTHORS],
        author_count=len(authors),
        container_title=hit.container_title,
        issued=hit.issued,
        type=hit.type,
        type_label=type_label(hit.type),
        doi=hit.doi,
        link=hit.url,
        update_status=hit.update_status,
        sources=hit.sources.split("; "),
        citation=hit.citation,
    )


def _address(call: Call, key: str) -> str:
    return call.to.whole(call.to.work(key)) or call.to.to(call.to.work(key))


def description(call: Call) -> Answer:
    from harvester.serve.openapi import openapi

    return call.json(openapi(call.site, call.to))


def unknown(call: Call) -> Answer:
    raise Refused(404, "There is no such address", f"{call.to.to('api/openapi.json')} describes those that there are.")
