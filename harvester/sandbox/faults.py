"""Answers that go wrong, by description: what repositories do on bad days, in front of an application that behaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from harvester.sandbox.server import App, Request, Response

_LOGIN = b"""<!DOCTYPE html>
<html lang="en"><head><title>Sign in</title></head><body><h1>Please sign in</h1><p>Session expired.<br></body></html>
"""

KINDS: Final[dict[str, Callable[[Callable[[], Response], float], Response]]] = {
    "busy": lambda _, amount: Response(503, {"Retry-After": f"{amount:g}", "Content-Type": "text/html"}, _LOGIN),
    "error": lambda _, __: Response(500),
    "reset": lambda _, __: Response(cut=-1),
    "cut": lambda answer, _: _halved(answer(), cut=True),
    "truncated": lambda answer, _: _halved(answer(), cut=False),
    "html": lambda _, __: Response(200, {"Content-Type": "text/html; charset=utf-8"}, _LOGIN),
    "empty": lambda _, __: Response(200, {"Content-Type": "text/xml"}),
    "slow": lambda answer, amount: replace(answer(), delay=amount),
}
"""busy: 503, to be tried again after ``amount`` seconds · error: 500 without a body · reset: no answer at all · cut: the
connection breaks in mid-body · truncated: half a body, as if it were whole · html: a login page with status 200 · empty:
nothing, with status 200 · slow: the right answer after ``amount`` seconds."""


class _Fault(Struct):
    kind: str
    when: str
    skip: int
    times: int
    amount: float


class Faulty:
    """An application with scripted faults in front of it; the first that is due spoils the answer."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._script: list[_Fault] = []

    def fail(self, kind: str, *, when: str = "", skip: int = 0, times: int = 1, amount: float = 1) -> None:
        """Let ``skip`` requests whose query contains ``when`` pass, then spoil ``times`` of them. Kinds: ``KINDS``."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is not one of {', '.join(KINDS)}")
        self._script.append(_Fault(kind, when, skip, times, amount))

    def __call__(self, request: Request) -> Response:
        for fault in self._script:
            if fault.when not in request.query_string or fault.times == 0:
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            return KINDS[fault.kind](lambda: self.app(request), fault.amount)
        return self.app(request)


def _halved(response: Response, *, cut: bool) -> Response:
    half = len(response.body) // 2
    if not cut:
        return replace(response, body=response.body[:half])
    plain = response.headers | {"Content-Encoding": "identity"}  # so that half of the body is half of what is sent
    return replace(response, headers=plain, cut=half)
