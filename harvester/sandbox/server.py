"""A small HTTP/1.1 server on the loopback interface; applications are callables, mounted by path.

    with Server({"/dspace": app}, clock) as server:
        requests.get(server.url + "/dspace/oai/request?verb=Identify")

Keep-alive, gzip where the client accepts it, and answers that break off where a test wants them to. The ``Date`` header
comes from the clock that is passed in, so that a client which believes the server's time can be tested.
"""

from __future__ import annotations

import gzip
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias, cast
from urllib.parse import parse_qs

from msgspec import Struct, field
from msgspec.structs import replace

_WORTH_COMPRESSING = 512
"""Bytes; below, the gzip header costs more than it saves."""


class Request(Struct, frozen=True, kw_only=True):
    """What an application gets to see."""

    method: str
    path: str
    """Below the mount point and percent-encoded as sent, so that ``%2F`` in a DOI can be told from a slash."""
    query: dict[str, list[str]] = field(default_factory=dict)
    """Decoded arguments of the URL and, for POST, of the form in the body; blank values are kept."""
    query_string: str = ""
    """As sent."""
    headers: dict[str, str] = field(default_factory=dict)
    """Names in lower case."""
    base_url: str = ""
    """``http://host:port/mount``, by the name that the client used."""


class Response(Struct, frozen=True):
    """What an application answers."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    """Length, date, connection and, where the client accepts it, gzip are added by the server."""
    body: bytes = b""
    cut: int | None = None
    """Send so many bytes of the body, then reset the connection; -1: reset without any answer."""
    delay: float = 0.0
    """Seconds to wait before answering."""


App: TypeAlias = Callable[[Request], Response]


class Logged(Struct, frozen=True):
    """One line of the request log."""

    method: str
    path: str
    """With the mount point."""
    query: dict[str, list[str]]
    headers: dict[str, str]
    status: int


class Clock:
    """The sandbox's time: UTC, whole seconds. Runs with the system's time until it is set; then it stands still."""

    def __init__(self, at: datetime | None = None) -> None:
        self._at = at

    def __call__(self) -> datetime:
        return (self._at or datetime.now(UTC)).replace(microsecond=0)

    def set(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def advance(self, **duration: float) -> None:
        """``clock.advance(minutes=6)``. A running clock stops where it has been moved to."""
        self._at = self() + timedelta(**duration)


class Server:
    """Serves on 127.0.0.1 from a thread of its own while the ``with`` block lasts, or by ``serve_forever``.

    Calls of applications are serialised by ``lock``, so they need no locks of their own; whoever changes an
    application's data while it is served holds the lock meanwhile.
    """

    def __init__(
        self,
        mounts: Mapping[str, App],
        clock: Callable[[], datetime] | None = None,
        *,
        port: int = 0,
        compress: bool = True,
    ) -> None:
        self.mounts = {prefix.rstrip("/"): app for prefix, app in mounts.items()}
        self.clock = clock or Clock()
        self.compress = compress
        self.requests: list[Logged] = []
        self.lock = threading.RLock()
        self._http = _Http(("127.0.0.1", port), _Handler, bind_and_activate=True)
        self._http.owner = self
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True, name="sandbox")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def serve_forever(self) -> None:
        """Serve until interrupted: in this thread, or by waiting for the one that serves already."""
        if self._thread is not None:
            self._thread.join()
            return
        try:
            self._http.serve_forever()
        finally:
            self.close()

    def close(self) -> None:
        if self._thread is not None:
            self._http.shutdown()
            self._thread.join()
            self._thread = None
        self._http.hang_up()
        self._http.server_close()

    def answer(self, request: Request) -> Response:
        """The answer of the application that is mounted at the longest prefix of the path. Logged."""
        prefix = max((p for p in self.mounts if _under(request.path, p)), key=len, default=None)
        if prefix is None:
            response = Response(404, {"Content-Type": "text/plain; charset=utf-8"}, b"Nothing is mounted here.\n")
        else:
            below = replace(request, path=request.path[len(prefix) :], base_url=request.base_url + prefix)
            with self.lock:
                response = self.mounts[prefix](below)
        self.requests.append(Logged(request.method, request.path, request.query, request.headers, response.status))
        return response


def _under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    owner: Server

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def hang_up(self) -> None:
        """End kept-alive connections, so that no thread or socket outlives the server."""
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # the client was faster
                continue

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in mid-answer is its own business; anything else is a bug and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # buffered: one segment for head and body
    server: _Http

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: ``Server.requests`` is the log."""

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
        return format_datetime(self.server.owner.clock(), usegmt=True)

    def do_GET(self) -> None:
        path, _, query_string = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        arguments = query_string
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            self.close_connection = True  # where the next request begins cannot be told
            self._send(Response(400), "")
            return
        body = self.rfile.read(int(length))
        if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            arguments = "&".join(part for part in (query_string, body.decode("ascii", "replace")) if part)
        request = Request(
            method=self.command,
            path=path,
            query=parse_qs(arguments, keep_blank_values=True),
            query_string=query_string,
            headers=headers,
            base_url=f"http://{headers.get('host', '127.0.0.1')}",
        )
        self._send(self.server.owner.answer(request), headers.get("accept-encoding", ""))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def _send(self, response: Response, accepts: str) -> None:
        if response.delay:
            time.sleep(response.delay)
        if response.cut == -1:
            self._reset()
            return
        body, headers = response.body, dict(response.headers)
        named = {name.lower() for name in headers}
        compress = self.server.owner.compress and len(body) >= _WORTH_COMPRESSING
        if compress and "content-encoding" not in named and "gzip" in accepts:
            body = gzip.compress(body, 1, mtime=0)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        self.send_response(response.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "content-length" not in named:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if response.cut is None else body[: response.cut])
        if response.cut is not None:
            self._reset()

    def _reset(self) -> None:
        """RST rather than FIN, as when a process is killed."""
        self.wfile.flush()
        connection = cast("socket.socket", self.connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.close_connection = True
        connection.close()
