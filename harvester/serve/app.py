"""The app: what a server hands over becomes a ``Call``, an ``Answer`` what it sends. The only importer of Starlette.

Endpoints run in threads, each with a connection of its own; pages carry an ETag over their bytes, so what did not change is
not sent again. Security headers are those of a site that needs no script but one file of its own.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route as Starlettes
from starlette.types import Receive, Scope, Send

from harvester.errors import StoreError
from harvester.pages.addresses import Addresses, quoted, root_of
from harvester.serve import Settings
from harvester.serve.api import Problem
from harvester.serve.calls import HTML, Answer, Call, Refused
from harvester.serve.readers import Readers, TooLongError, allow
from harvester.serve.routes import ROUTES, Route
from harvester.serve.shield import Shield
from harvester.serve.tally import Tally

if TYPE_CHECKING:
    from harvester.serve.data.mounting import Data  # an extra

log = logging.getLogger(__name__)

_THREADS: Final = 4
"""More of them wait for the lock of Python rather than for the database: with eight, a search takes a quarter more CPU, and the
slowest ones take twice as long."""
_SWEEP: Final = 60.0
"""Seconds between two looks whether the index was replaced, beside those that each request takes."""
_FORM: Final = 64 * 1024
"""Bytes of a form."""
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")


def application(settings: Settings) -> Shield:
    """An ASGI app. Nothing is opened before it is asked for something."""
    server = _Server(settings)
    data = _data(settings)
    readers = [server.readers] if data is None else [server.readers, data.readers]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_let_go, readers)
            yield
            tasks.cancel_scope.cancel()
        for each in readers:
            each.close()
        if data is not None:
            data.close()

    app = Starlette(
        routes=[server.route(route) for route in ROUTES],
        exception_handlers={HTTPException: server.refuse, Exception: server.fail},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    whole = app if data is None else data.beside(app)
    return Shield(whole, root_of(settings.site.base_url), settings.patience, server.tally)


def _data(settings: Settings) -> Data | None:
    if not settings.data:
        return None
    from harvester.serve.data.mounting import Data

    return Data(settings.site, settings.index)


async def _let_go(readers: list[Readers]) -> None:
    """Also where nobody asks any more: a generation that was replaced takes its room until its last reader is gone."""
    while True:
        await anyio.sleep(_SWEEP)
        for each in readers:
            await anyio.to_thread.run_sync(each.let_go)


class _Whole(StreamingResponse):
    """A whole result. What it holds is let go when nobody takes it any more, also where not a piece of it was taken."""

    def __init__(self, pieces: AsyncIterator[bytes], held: ExitStack, status: int, headers: dict[str, str]) -> None:
        super().__init__(pieces, status, headers)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._held.close()


class _Server:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.readers = Readers(settings.index)
        self.tally = Tally()
        self._threads: anyio.CapacityLimiter | None = None
        self._exports = 0

    @property
    def _limiter(self) -> anyio.CapacityLimiter:
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(_THREADS)  # belongs to the loop that serves
        return self._threads

    def route(self, route: Route) -> Starlettes:
        async def endpoint(request: Request) -> Response:
            request.scope["harvester.route"] = route.path
            call = await self._call(request)
            try:
                answer, held = await anyio.to_thread.run_sync(self._answer, route, call, limiter=self._limiter)
            except Refused as refused:
                return self._refusal(request, refused)
            return self._response(request, route, answer, held)

        return Starlettes(route.path, endpoint, methods=["GET", "HEAD", "POST"] if route.posts else ["GET", "HEAD"])

    async def _call(self, request: Request) -> Call:
        form = b""
        if request.method == "POST":
            with anyio.move_on_after(self.settings.patience) as waited:
                async for piece in request.stream():
                    form += piece
                    if len(form) > _FORM:
                        raise HTTPException(413)
            if waited.cancelled_caught:
                raise HTTPException(408)
        return Call(
            self.settings,
            self._addresses(request),
            path={name: str(value) for name, value in request.path_params.items()},
            query=request.scope["query_string"].decode("latin-1"),
            accept=request.headers.get("accept", ""),
            form=form,
            method=request.method,
            tally=self.tally,
        )

    def _addresses(self, request: Request) -> Addresses:
        """Whole addresses are those that were configured; else what the client called this server, if that is a name."""
        base = self.settings.site.base_url
        if not base:
            host = request.headers.get("host", "")
            if not _HOST.fullmatch(host):
                host = ":".join(map(str, request.scope.get("server") or ("localhost",)))
            base = f"{request.scope.get('scheme', 'http')}://{host}"
        return Addresses(root_of(self.settings.site.base_url), base)

    def _answer(self, route: Route, call: Call) -> tuple[Answer, ExitStack]:
        """Runs in a thread. What it gives holds the connection as long as pieces are to come."""
        try:
            with ExitStack() as stack:
                if route.reads:
                    call.db = stack.enter_context(self.readers.reading(self.settings.seconds))
                answer = route.endpoint(call)
                if isinstance(answer.body, bytes) or call.method == "HEAD":
                    return answer, ExitStack()
                allow(call.db, self.settings.export_seconds)
                first = next(answer.body, b"")  # a fault shows while it can still be said
                pieces = _pieces(first, answer.body)
                return Answer(body=pieces, media_type=answer.media_type, headers=answer.headers), stack.pop_all()
        except StoreError as error:
            log.error("%s", error)
            message = "The index cannot be read just now: it may be in the making. Please try again in a minute."
            raise Refused(503, "Not available at the moment", message, **{"Retry-After": "60"}) from error
        except TooLongError as error:
            message = "The answer took longer than any may. Ask for less: more words, fewer years, a phrase."
            raise Refused(503, "That would take too long", message, **{"Retry-After": "30"}) from error

    def _response(self, request: Request, route: Route, answer: Answer, held: ExitStack) -> Response:
        headers = {"Content-Type": answer.media_type, "Cache-Control": "no-cache", **answer.headers}
        if route.open:
            headers |= {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
        if not isinstance(answer.body, bytes):
            if request.method == "HEAD":
                return Response(None, answer.status, headers)
            if self._exports >= self.settings.exports:
                held.close()
                message = "Several others are taking whole results away. Please try again in a minute."
                return self._refusal(request, Refused(503, "Too busy", message, **{"Retry-After": "60"}))
            self._exports += 1
            held.callback(self._export_ended)
            return _Whole(self._sent(answer.body), held, answer.status, headers)
        if answer.status == 200:
            etag = f'"{hashlib.blake2b(answer.body, digest_size=12).hexdigest()}"'
            headers["ETag"] = etag
            if {etag, "*"} & set(re.findall(r'"[^"]*"|^\*$', request.headers.get("if-none-match", "")[:4000])):
                kept = {name: text for name, text in headers.items() if name != "Content-Type"}
                return Response(None, 304, kept)
        return Response(answer.body, answer.status, headers)

    async def _sent(self, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        while True:
            piece = await anyio.to_thread.run_sync(next, pieces, None, limiter=self._limiter)
            if piece is None:
                return
            yield piece

    def _export_ended(self) -> None:
        self._exports -= 1

    # --- what is not answered as it was asked ------------------------------------------------------------------------

    async def refuse(self, request: Request, error: Exception) -> Response:
        """What Starlette refuses: no such route, no such method."""
        assert isinstance(error, HTTPException)
        allowed = (error.headers or {}).get("Allow")
        if error.status_code == 405 and allowed:
            allowed = ", ".join(sorted({*allowed.split(", "), "OPTIONS"}))
            if request.method == "OPTIONS":
                return Response(None, 204, {"Allow": allowed, **_CROSS_ORIGIN})
            message = f"This address answers to {allowed}; these pages only tell, nothing can be changed by them."
            return self._refusal(request, Refused(405, "That cannot be done here", message, Allow=allowed))
        if error.status_code == 404:
            path = request.scope["path"].strip("/")
            if path and request.scope["path"].endswith("/"):  # as people type it
                query = request.scope["query_string"].decode("latin-1")
                address = self._addresses(request).to(quoted(path)) + (f"?{query}" if query else "")
                return Response(None, 308, {"Location": address})
            message = "The address may be mistyped, or of another time. The search may find what you are looking for."
            return self._refusal(request, Refused(404, "There is no such page", message))
        phrase = HTTPStatus(error.status_code).phrase
        return self._refusal(request, Refused(error.status_code, phrase, phrase))

    async def fail(self, request: Request, error: Exception) -> Response:
        log.error("%s %s: a bug", request.method, request.scope["path"][:200], exc_info=error)
        message = "That was our mistake; it has been written down. Please try again, or something else."
        return self._refusal(request, Refused(500, "Something went wrong", message))

    def _refusal(self, request: Request, refused: Refused) -> Response:
        """In words; for programs as RFC 9457 has it."""
        to = self._addresses(request)
        headers = {"Cache-Control": "no-store", **refused.headers}
        call = Call(self.settings, to, tally=self.tally)
        if request.scope["path"].startswith("/api/"):
            problem = Problem(refused.heading, refused.status, refused.message)
            answer = call.json(problem, status=refused.status, media_type="application/problem+json")
            headers["Access-Control-Allow-Origin"] = "*"
        else:
            answer = call.page(
                "error.html",
                status=refused.status,
                heading=refused.heading,
                message=refused.message,
                wanted=refused.wanted,
                searchable=refused.status in (404, 410),
            )
        assert isinstance(answer.body, bytes)
        return Response(answer.body, refused.status, {"Content-Type": answer.media_type or HTML, **headers})


_CROSS_ORIGIN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Max-Age": "86400",
}


def _pieces(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """Gathered into larger ones: works are small, and each piece costs a thread."""
    gathered = first
    for piece in rest:
        gathered += piece
        if len(gathered) >= 65536:
            yield gathered
            gathered = b""
    if gathered:
        yield gathered
