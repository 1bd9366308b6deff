"""What stands around every answer: limits, security headers, counting, patience that ends. Plain ASGI."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import anyio

from harvester.serve.tally import Tally

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LONGEST: Final = 16 * 1024
"""Bytes of a path with its query."""

HEADERS: Final = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
        b" frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
"""On every answer that does not have its own."""
_RESOURCE: Final = (b"cross-origin-resource-policy", b"same-origin")


class Shield:
    """``root``: the path below which the site stands; a proxy may or may not have taken it away."""

    def __init__(self, app: App, root: str, patience: float, tally: Tally) -> None:
        self._app = app
        self._root = root.rstrip("/")
        self._patience = patience
        self._tally = tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        started = time.monotonic()
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name.lower() for name, _ in message["headers"]}
                more = [header for header in (*HEADERS, _RESOURCE) if header[0] not in present]
                message = {**message, "headers": [*message["headers"], *more]}
            with anyio.fail_after(self._patience):  # a client that does not take what it asked for is let go
                await send(message)

        async def receiving() -> Message:
            with anyio.fail_after(self._patience):
                return await receive()

        try:
            if len(scope["path"]) + len(scope.get("query_string", b"")) > LONGEST:
                await plain(sending, 414, b"That address is too long.\n")
                return
            await self._app(self._below(scope), receiving if scope["method"] == "POST" else receive, sending)
        except TimeoutError:
            status = 499
        finally:
            route = scope.get("harvester.route", "other")
            self._tally.count(route, _method(scope["method"]), status, time.monotonic() - started)

    def _below(self, scope: Scope) -> Scope:
        path = scope["path"]
        if self._root and (path == self._root or path.startswith(f"{self._root}/")):
            scope["path"] = path[len(self._root) :] or "/"
        return scope


def _method(method: str) -> str:
    """Of those that exist: a client may write anything, and each would be a series of its own."""
    return method if method in ("GET", "HEAD", "POST", "OPTIONS") else "other"


async def plain(send: Send, status: int, body: bytes, *more: tuple[bytes, bytes]) -> None:
    """An answer in a line of text."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
