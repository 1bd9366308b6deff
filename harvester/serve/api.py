"""The JSON API: the same searches and works, for programs."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from harvester.pages.elements import type_label
from harvester.pages.public import public
from harvester.query import work
from harvester.query.fulltext import Hit
from harvester.query.results import Found, find
from harvester.query.state import query_string
from harvester.serve.calls import Answer, Call, Refused
from harvester.serve.items import elsewhere


def works(call: Call) -> Answer:
    """One page of a search. ``next`` is the address of the next one; it stays right while the index changes."""
    found = find(call.db, call.search)
    return call.json({**_about(call, found), "works": [_hit(call, hit) for hit in found.hits]})


def facets(call: Call) -> Answer:
    found = find(call.db, structs.replace(call.search, size=1, page=1, after=""))
    return call.json(
        {
            "total": found.total,
            "facets": {
                name: [{"value": v.value, "label": v.label, "count": v.count, "chosen": v.chosen} for v in values]
                for name, values in found.facets.items()
            },
            "more": found.more,
            "years": [{"year": year, "count": count} for year, count in found.years],
        }
    )


def one(call: Call) -> Answer:
    """Everything that is known of a work, with its records and where each value came from."""
    key = call.path["key"]
    row = call.db.execute("select id from works where key = ?", (key,)).fetchone()
    if row is None:
        answer = elsewhere(call, key)
        location = answer.headers["Location"].replace(call.to.to("work/"), call.to.to("api/works/"), 1)
        return structs.replace(answer, headers={"Location": location})
    return call.json({"url": _address(call, key), **public(work(call.db, row[0]))})


def _about(call: Call, found: Found) -> dict[str, Any]:
    following = ""
    if found.next:
        following = query_string(structs.replace(found.search, after=found.next, page=1))
    return {
        "total": found.total,
        "query": query_string(found.search),
        "understood": found.understood,
        "suggestion": found.suggestion,
        "goes_to": found.goes_to,
        "next": (call.to.whole("api/works") or call.to.to("api/works")) + f"?{following}" if following else None,
    }


def _hit(call: Call, hit: Hit) -> dict[str, Any]:
    return {
        "key": hit.key,
        "url": _address(call, hit.key),
        "title": hit.label,
        "authors": hit.authors.split("; ") if hit.authors else [],
        "container_title": hit.container_title,
        "issued": hit.issued,
        "type": hit.type,
        "type_label": type_label(hit.type),
        "doi": hit.doi,
        "link": hit.url,
        "update_status": hit.update_status,
        "sources": hit.sources.split("; "),
        "citation": hit.citation,
    }


def _address(call: Call, key: str) -> str:
    return call.to.whole(call.to.work(key)) or call.to.to(call.to.work(key))


def description(call: Call) -> Answer:
    from harvester.serve.openapi import openapi

    return call.json(openapi(call.site, call.to))


def unknown(call: Call) -> Answer:
    raise Refused(404, "There is no such address", f"{call.to.to('api/openapi.json')} describes those that there are.")
