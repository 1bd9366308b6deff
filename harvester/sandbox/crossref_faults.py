"""The ways in which an answer of Crossref goes wrong, by name. Each was met, or is what a cache or gateway in front may do."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from harvester.sandbox.crossref_answers import JSON, JSON_UTF8, TEXT, answer, to_json
from harvester.sandbox.server import Response

_GATEWAY: Final = (
    b"<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n<center><h1>%s</h1></center>\r\n</body>\r\n</html>\r\n"
)
_HTML: Final = {"Content-Type": "text/html"}


class Fault(Struct, frozen=True):
    """What goes wrong, and when. See ``Script.fail``."""

    kind: str
    skip: int
    times: int
    when: str
    amount: int


def _page(status: int, title: bytes) -> Response:
    return Response(status, _HTML, _GATEWAY % (title, title))


def _refusal(status: int, headers: dict[str, str], kind: str) -> Response:
    entry = {"type": "cursor-invalid", "value": "", "message": "Cursor specified but it is invalid"}
    return answer(status, headers, {"status": "failed", "message-type": kind, "message": [entry]})


_EXCEPTION: Final = {
    "status": "error",
    "message-type": "exception",
    "message": {
        "name": "class clojure.lang.ExceptionInfo",
        "message": "Response Exception",
        "stack": ["clojure.core"],
    },
}
BEFORE: Final[dict[str, Response]] = {
    "drop": Response(cut=-1),
    "html": _page(200, b"Maintenance"),
    "empty": Response(200, JSON),
    "text": Response(200, JSON_UTF8, b"Service temporarily overloaded."),
    "null": Response(200, JSON, b"null"),
    "array": Response(200, JSON, b'[{"status":"ok"}]'),
    "no-message": Response(200, JSON, b'{"status":"ok","message-type":"work-list","message-version":"1.0.0"}'),
    "failed": answer(200, JSON, {"status": "failed", "message-type": "exception", "message": "try again later"}),
    "nested": Response(200, JSON, b'{"status":"ok","message":' + b"[" * 20_000 + b"]" * 20_000 + b"}"),
    "exception": answer(500, JSON, _EXCEPTION),
    "exception-text": answer(500, JSON, {"status": "error", "message-type": "exception", "message": "timed out"}),
    "400": _refusal(400, JSON_UTF8, "validation-failure"),
    "cursor-404": _refusal(404, JSON, "resource-failure"),
    "401": answer(
        401, JSON_UTF8, {"status": "failed", "message-type": "authorization-failure", "message": "Invalid token"}
    ),
    "403": _page(403, b"403 Forbidden"),
    "429": Response(429, _HTML, b""),
    "429-html": _page(429, b"429 Too Many Requests"),
    "429-text": Response(429, JSON_UTF8, b"Rate limit exceeded."),
    "502": _page(502, b"502 Bad Gateway"),
    "503": _page(503, b"503 Service Temporarily Unavailable"),
    "504": _page(504, b"504 Gateway Time-out"),
}
"""Answers of something in front of the API, which has not heard of the request: no scroll moves on."""


def _changed(response: Response, **changes: Any) -> Response:
    """A list of works with other values in its message; what is no list stays as it is."""
    if response.status != 200 or b'"items"' not in response.body:
        return response
    found = json.loads(response.body)
    found["message"] |= changes
    return replace(response, body=to_json(found))


def _with_items(response: Response, change: Callable[[list[Any]], Any]) -> Response:
    if response.status != 200 or b'"items"' not in response.body:
        return response
    return _changed(response, items=change(json.loads(response.body)["message"]["items"]))


def _with_total(response: Response, amount: int) -> Response:
    if response.status != 200 or b'"total-results"' not in response.body:
        return response
    total = json.loads(response.body)["message"]["total-results"] + amount
    return _changed(response, **{"total-results": max(total, 0)})


def _half_packed(response: Response) -> Response:
    packed = gzip.compress(response.body, 1, mtime=0)
    return replace(response, headers=response.headers | {"Content-Encoding": "gzip"}, body=packed[: len(packed) // 2])


AFTER: Final[dict[str, Callable[[Response, int], Response]]] = {
    "lose": lambda _, __: Response(cut=-1),
    "cut": lambda r, _: replace(r, headers=r.headers | {"Content-Encoding": "identity"}, cut=len(r.body) // 2),
    "truncated": lambda r, _: replace(r, body=r.body[: len(r.body) // 2]),
    "gzip": lambda r, _: _half_packed(r),
    "slow": lambda r, amount: replace(r, delay=float(amount)),
    "total": _with_total,
    "drift": _with_total,
    "total-text": lambda r, _: _changed(r, **{"total-results": "many"}),
    "total-null": lambda r, _: _changed(r, **{"total-results": None}),
    "total-huge": lambda r, _: _changed(r, **{"total-results": 10**400}),
    "total-negative": lambda r, _: _changed(r, **{"total-results": -1}),
    "items-null": lambda r, _: _changed(r, items=None),
    "items-object": lambda r, _: _changed(r, items={"DOI": "10.5555/x"}),
    "blank": lambda r, _: _with_items(r, lambda _: []),
    "short": lambda r, amount: _with_items(r, lambda items: items[: max(len(items) - amount, 0)]),
    "duplicate": lambda r, _: _with_items(r, lambda items: [*items[:-1], items[0]] if len(items) > 1 else items),
    "no-cursor": lambda r, _: _changed(r, **{"next-cursor": None}),
}
"""What happens to an answer on its way, after the API has done its work."""

OTHER: Final = {"expired", "stuck", "retry-after"}


class Script:
    """What is to go wrong, or to happen, at which of the requests to come."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._actions: list[tuple[Fault, Callable[[], object]]] = []

    def fail(self, kind: str, *, times: int = 1, skip: int = 0, when: str = "", amount: int = 1) -> None:
        """Script a fault: let ``skip`` requests whose URL contains ``when`` pass, then spoil ``times`` of them.

        drop: reset before anything was done · lose: reset after the scroll has moved on · cut: reset in mid-body ·
        gzip, truncated: half a body, as if whole · html, empty, text, null, array, failed, no-message, nested: status 200 ·
        exception, exception-text: 500 whose message is an object, or text · 502 503 504 401 403: that status ·
        429, 429-html, 429-text: without rate headers · retry-after: 429, after ``amount`` seconds ·
        400, cursor-404: a refused cursor · expired: all scrolls are forgotten · stuck: the scroll does not move on ·
        total: total-results is off by ``amount``; drift: by one ``amount`` more each time · total-text, -null, -huge,
        -negative: it is no count · items-null, items-object: the items are no list · blank: there are none · short:
        ``amount`` too few · duplicate: the first stands in the last one's place · no-cursor: next-cursor is null ·
        slow: answers after ``amount`` seconds
        """
        if kind not in BEFORE | AFTER.keys() | OTHER:
            raise ValueError(f"{kind!r} is not one of {', '.join(sorted(BEFORE.keys() | AFTER.keys() | OTHER))}")
        self._faults.append(Fault(kind, skip, times, when, amount))

    def heal(self) -> None:
        """Nothing that was scripted goes wrong any more."""
        self._faults.clear()

    def then(self, action: Callable[[], object], *, skip: int = 0, when: str = "") -> None:
        """Do something just before the answer to a request: deposit, reindex, remove, in the middle of a harvest."""
        self._actions.append((Fault("", skip, 1, when, 0), action))

    def due(self, asked: str) -> Fault | None:
        """What spoils the answer to this request; what was to happen before it is done."""
        actions, self._actions = self._actions, []
        for moment, action in actions:
            if moment.when not in asked:
                self._actions.append((moment, action))
            elif moment.skip:
                self._actions.append((replace(moment, skip=moment.skip - 1), action))
            else:
                action()
        for n, fault in enumerate(self._faults):
            if fault.when not in asked:
                continue
            if fault.skip:
                self._faults[n] = replace(fault, skip=fault.skip - 1)
                continue
            if fault.times > 1:
                more = fault.amount + 1 if fault.kind == "drift" else fault.amount
                self._faults[n] = replace(fault, times=fault.times - 1, amount=more)
            else:
                del self._faults[n]
            return fault
        return None


def before(fault: Fault) -> Response | None:
    if fault.kind == "retry-after":
        return Response(429, TEXT | {"Retry-After": str(fault.amount)}, b"Too many requests")
    return BEFORE.get(fault.kind)


def after(fault: Fault, response: Response) -> Response:
    spoil = AFTER.get(fault.kind)
    return response if spoil is None else spoil(response, fault.amount)
