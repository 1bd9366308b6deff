"""The Crossref REST API in small: enough for its clients, and as awkward as the real one.

The cursor is what it is at Crossref, a scroll of Elasticsearch: one id for all pages, kept by the server, moved on by
*every* request, gone after five minutes without one. Whoever asks again for a page that was lost on the way gets the next.
Answers were modelled on recorded exchanges of 2022 and 2026, limits on the announcement of 2025-11-05
(https://doi.org/10.64000/wadve-3tj60).
"""

from __future__ import annotations

import base64
import hashlib
import random
import re
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from harvester.sandbox.crossref_answers import (
    JSON,
    JSON_UTF8,
    TEXT,
    answer,
    failure,
    integer,
    single,
    stamp,
    stamped,
    to_json,
    work_list,
)
from harvester.sandbox.crossref_faults import Fault, Script, after, before
from harvester.sandbox.crossref_filters import TYPES, InvalidParameterError, Item, filters, invalid
from harvester.sandbox.crossref_queries import FIELD_QUERIES, NOT_SELECTABLE, SORTS, facets, matches, select, sort_key
from harvester.sandbox.server import Request, Response

MAX_ROWS: Final = 1000
MAX_OFFSET: Final = 10_000
MAX_SAMPLE: Final = 100
LIVE_LIMITS: Final = {"public-single": 5, "public-array": 1, "polite-single": 10, "polite-array": 3, "plus": 150}
"""Requests a second, since 2025-12-01."""

_PARAMETERS: Final = {"filter", "rows", "offset", "sample", "sort", "order", "facet", "select", "cursor", "mailto"}
_LISTS: Final = {"journals": "issn", "members": "member", "prefixes": "prefix", "funders": "funder", "types": "type"}
"""Route -> the filter that ``/route/{id}/works`` stands for."""


class _Scroll(Struct):
    items: list[bytes]
    rows: int
    position: int
    used: datetime


class CrossrefApp:
    """An application for ``sandbox.server``. Works are items in the shape of the API; missing stamps are added.

    ``limits``: requests a second per pool, as announced in the headers (default 50 for all; LIVE_LIMITS as at Crossref);
    with ``enforce`` they are also kept, by status 429. ``times=False`` refuses hours in date filters, as the API did
    before 2025. Scrolls live ``scroll_seconds`` by the sandbox's clock.
    """

    def __init__(
        self,
        works: Iterable[Item],
        clock: Callable[[], datetime],
        *,
        limits: dict[str, int] | None = None,
        enforce: bool = False,
        scroll_seconds: float = 300.0,
        plus_tokens: Iterable[str] = (),
        times: bool = True,
    ) -> None:
        self.clock = clock
        self.limits = limits or dict.fromkeys(LIVE_LIMITS, 50)
        self.enforce = enforce
        self.scroll_seconds = scroll_seconds
        self.plus_tokens = set(plus_tokens)
        self.times = times
        self.items: dict[str, Item] = {}
        self._sent: dict[str, bytes] = {}
        self._scrolls: dict[str, _Scroll] = {}
        self._opened = 0
        self._script = Script()
        self.fail, self.then, self.heal = self._script.fail, self._script.then, self._script.heal
        self._gone: dict[str, str] = {}
        self._recent: deque[float] = deque()
        for item in works:
            self._keep(stamped(item, clock()))

    # --- the script ---

    def put(self, item: Item) -> None:
        """Deposit a work, or deposit it again: its dates of deposit and indexing are now, that of creation stays."""
        known = self.items.get(str(item.get("DOI", "")).lower(), {})
        now = stamp(self.clock())
        created = item.get("created") or known.get("created") or now
        self._keep(stamped({**item, "created": created, "deposited": now, "indexed": now}, self.clock()))

    def reindex(self, doi: str, **changes: Any) -> None:
        """Crossref itself touches a work: citation counts, matched references, a notice from Retraction Watch."""
        self._keep({**self.items[doi.lower()], **changes, "indexed": stamp(self.clock())})

    def remove(self, doi: str, agency: str = "crossref") -> None:
        """The DOI vanishes: from lists, and 404 when asked for by name. Its agency stays, or is another one's; '': none."""
        del self.items[doi.lower()], self._sent[doi.lower()]
        self._gone[doi.lower()] = agency

    def expire_scrolls(self) -> None:
        self._scrolls.clear()

    # --- answering ---

    def __call__(self, request: Request) -> Response:
        fault = self._script.due(f"{request.path}?{request.query_string}")
        early = before(fault) if fault else None
        if early is not None:
            return early
        if fault and fault.kind == "expired":
            self.expire_scrolls()
        single = not request.path.rstrip("/").endswith("/works")
        pool = self._pool(request, single=single)
        if pool is None:
            return answer(401, JSON_UTF8, failure("authorization-failure", "Invalid token"))
        headers = {
            "X-API-Pool": pool,
            "X-Rate-Limit-Limit": str(self.limits.get(pool, 50)),
            "X-Rate-Limit-Interval": "1s",
            "X-Concurrency-Limit": "1" if pool.startswith("public") else "3",
        }
        if self._too_fast(pool):
            return Response(429, headers | TEXT, b"Too many requests")
        try:
            response = self._route(request, fault)
        except InvalidParameterError as refusal:
            response = answer(
                400, JSON_UTF8, {"status": "failed", "message-type": "validation-failure", "message": refusal.failures}
            )
        response = replace(response, headers=headers | response.headers)
        return after(fault, response) if fault else response

    def _pool(self, request: Request, *, single: bool) -> str | None:
        token = request.headers.get("crossref-plus-api-token", "")
        if token:
            return "plus" if token.removeprefix("Bearer ") in self.plus_tokens else None
        polite = "mailto" in request.query or "mailto:" in request.headers.get("user-agent", "")
        return f"{'polite' if polite else 'public'}-{'single' if single else 'array'}"

    def _too_fast(self, pool: str) -> bool:
        now = time.monotonic()
        while self._recent and now - self._recent[0] > 1:
            self._recent.popleft()
        if self.enforce and len(self._recent) >= self.limits.get(pool, 50):
            return True
        self._recent.append(now)
        return False

    def _route(self, request: Request, fault: Fault | None) -> Response:
        parts = [part for part in request.path.split("/") if part]
        if parts[:1] == ["v1"]:
            parts = parts[1:]
        match parts:
            case ["works"]:
                return self._list(request, "", fault)
            case ["works", *doi, "agency"] if doi:
                return self._agency(unquote("/".join(doi)))
            case ["works", *doi]:
                return self._work(unquote("/".join(doi)))
            case ["types"]:
                kinds = [{"id": name, "label": name.replace("-", " ").title()} for name in TYPES]
                return single("type-list", {"total-results": len(kinds), "items": kinds})
            case ["types", name] if name in TYPES:
                return single("type", {"id": name, "label": name.replace("-", " ").title()})
            case ["journals", issn]:
                return self._journal(unquote(issn))
            case [route, *name, "works"] if route in _LISTS and name:
                scope = f"{_LISTS[route]}:{unquote('/'.join(name))}"
                if not self._selected(scope, {}):
                    return Response(404, JSON_UTF8, b"Resource not found.")
                return self._list(request, scope, fault)
        return Response(404, TEXT, b"Resource not found.")

    def _work(self, doi: str) -> Response:
        sent = self._sent.get(doi.lower())
        if sent is None:
            return Response(404, JSON_UTF8, b"Resource not found.")  # mislabelled, as at Crossref
        return Response(
            200, JSON, b'{"status":"ok","message-type":"work","message-version":"1.0.0","message":%s}' % sent
        )

    def _agency(self, doi: str) -> Response:
        agency = "crossref" if doi.lower() in self.items else self._gone.get(doi.lower(), "")
        if not agency:
            return Response(404, TEXT, b"Resource not found.")
        return single("work-agency", {"DOI": doi.lower(), "agency": {"id": agency, "label": agency.capitalize()}})

    def _journal(self, issn: str) -> Response:
        works = self._selected(f"issn:{issn}", {}) if re.fullmatch(r"\d{4}-\d{3}[\dXx]", issn) else []
        if not works:
            return Response(404, TEXT, b"Resource not found.")
        item = self.items[works[0]]
        counts = {"current-dois": len(works), "backfile-dois": 0, "total-dois": len(works)}
        about = {"title": (item.get("container-title") or [""])[0], "publisher": item.get("publisher")}
        return single("journal", {"counts": counts, **about, "ISSN": item["ISSN"], "flags": {}, "coverage": {}})

    # --- lists ---

    def _list(self, request: Request, scope: str, fault: Fault | None) -> Response:
        asked = {name: values[-1] for name, values in request.query.items()}
        queries = {name: text for name, text in asked.items() if name.startswith("query") and text}
        for name in asked:
            if name.startswith("query.") and name not in FIELD_QUERIES:
                valid = ", ".join(sorted(FIELD_QUERIES))
                message = (
                    f"Field query {name} specified but there is no such field query for this route. Valid: {valid}"
                )
                raise invalid("field-query-not-available", name, message)
            if name not in _PARAMETERS and not name.startswith("query"):
                raise invalid("parameter-not-allowed", name, f"This route does not support {name}")
        rows = integer(asked.get("rows"), 20, MAX_ROWS)
        offset = integer(asked.get("offset"), 0, MAX_OFFSET)
        if offset + rows > MAX_OFFSET:
            cure = "Use the cursor parameter to page further into result sets."
            message = (
                f"Offset + rows specified as {offset + rows} but must be less than or equal to {MAX_OFFSET}. {cure}"
            )
            raise invalid("integer-not-valid", str(offset), message)
        sample = integer(asked.get("sample"), 0, MAX_SAMPLE)
        if "cursor" in asked and (offset or sample):
            message = "Cursor cannot be combined with offset or sample"
            raise invalid("cursor-with-offset-or-sample", "cursor", message)
        if asked.get("cursor", "*") != "*":
            return self._scroll(asked["cursor"], asked, fault)
        dois = self._selected(",".join(filter(None, (scope, asked.get("filter", "")))), queries)
        self._order(dois, asked, queries)
        found = facets((self.items[doi] for doi in dois), asked.get("facet", ""))
        if sample:
            dois = random.Random(len(dois)).sample(dois, min(sample, len(dois)))  # noqa: S311
        sent = self._rendered(dois, asked.get("select", ""))
        if "cursor" in asked:
            cursor = self._open(sent, rows)
            return self._scroll(cursor, asked, fault, found)
        return work_list(sent[offset : offset + rows] if rows else [], len(sent), rows, asked, found, "")

    def _selected(self, filter_text: str, queries: dict[str, str]) -> list[str]:
        test = filters(filter_text, times=self.times)
        return [doi for doi, item in self.items.items() if test(item) and (not queries or matches(item, queries))]

    def _order(self, dois: list[str], asked: dict[str, str], queries: dict[str, str]) -> None:
        name, order = asked.get("sort", ""), asked.get("order", "desc")
        if name and name not in SORTS:
            message = f"Sort field specified as {name} but must be one of: {', '.join(SORTS)}"
            raise invalid("sort-field-not-valid", name, message)
        if order not in {"asc", "desc", "1", "-1"}:
            message = f"Sort order specified as {order} but must be one of: asc, desc, 1, -1"
            raise invalid("sort-order-not-valid", order, message)
        falling = order in {"desc", "-1"}
        if SORTS.get(name or "score") != "score":
            key = sort_key(name)
            dois.sort(key=lambda doi: key(self.items[doi]), reverse=falling)
        elif queries:
            dois.sort(key=lambda doi: matches(self.items[doi], queries), reverse=falling)

    def _rendered(self, dois: list[str], names: str) -> list[bytes]:
        if not names:
            return [self._sent[doi] for doi in dois]
        wanted = names.split(",")
        for name in wanted:
            if name in NOT_SELECTABLE or not name.strip():
                message = f"Select specified as {name} but there is no such element"
                raise invalid("select-not-available", name, message)
        return [to_json(select(self.items[doi], wanted)) for doi in dois]

    def _open(self, items: list[bytes], rows: int) -> str:
        self._opened += 1
        noise = b"".join(hashlib.sha512(b"%d %d" % (self._opened, n)).digest() for n in range(17))
        cursor = base64.b64encode(
            b"\x0equeryThenFetch$\x00" + noise
        ).decode()  # has + / = in it: clients must encode them
        self._scrolls[cursor] = _Scroll(items, rows, 0, self.clock())
        return cursor

    def _scroll(self, cursor: str, asked: dict[str, str], fault: Fault | None, found: Item | None = None) -> Response:
        """The next page; what stands in the other parameters of a later request does not matter."""
        scroll = self._scrolls.get(cursor)
        if scroll is None or (self.clock() - scroll.used).total_seconds() > self.scroll_seconds:
            self._scrolls.pop(cursor, None)
            entry = {"type": "cursor-invalid", "value": cursor, "message": "Cursor specified but it is invalid"}
            return answer(404, JSON, {"status": "failed", "message-type": "resource-failure", "message": [entry]})
        page = scroll.items[scroll.position : scroll.position + scroll.rows]
        scroll.position += 0 if fault and fault.kind == "stuck" else scroll.rows
        scroll.used = self.clock()
        return work_list(page, len(scroll.items), scroll.rows, asked, found or {}, cursor)

    def _keep(self, item: Item) -> None:
        doi = str(item.get("DOI", "")).lower()
        self.items[doi] = item
        self._sent[doi] = to_json(item)
