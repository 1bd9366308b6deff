"""A loopback server that says exactly the bytes it is told to."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

RESET = None
"""Instead of an answer: the connection is reset."""


@dataclass(frozen=True)
class Asked:
    number: int
    """Counts from 1."""
    target: str
    headers: dict[str, str]
    """Names in lower case."""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


Reply = bytes | Iterable[bytes] | None


def http(
    body: bytes | str = b"", status: str = "200 OK", headers: Iterable[str] = (), *, length: int | None = None
) -> bytes:
    """An answer in full; ``length`` lies about the length of its body, -1 leaves it out."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", *headers]
    if length is None:
        length = len(data)
    lines.append("Connection: close" if length < 0 else f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + data


def script(*replies: Reply) -> Callable[[Asked], Reply]:
    """One reply a request; the last one for ever."""
    return lambda asked: replies[min(asked.number, len(replies)) - 1]


class Wire:
    """Answers each request with what ``reply`` gives for it; keeps connections where the answer has a length."""

    def __init__(self, reply: Callable[[Asked], Reply], *, tls: ssl.SSLContext | None = None) -> None:
        self._reply = reply
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open = True
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.asked: list[Asked] = []
        self.connections = 0
        host, port = self._socket.getsockname()
        self.url = f"{'https' if tls else 'http'}://{host}:{port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Wire:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        self._socket.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while self._open:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # shut down
                return
            self.connections += 1
            connection.settimeout(5)
            with self._lock:
                self._connections.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as lines:
                while self._open and self._answer(connection, [line.decode("latin-1") for line in _head(lines)]):
                    pass
        except OSError:
            pass  # the client went away: part of many a test
        finally:
            with self._lock:
                self._connections.discard(connection)

    def _answer(self, connection: socket.socket, head: list[str]) -> bool:
        if not head:
            return False
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        _, _, target = head[0].partition(" ")  # '' where it is no HTTP, such as the first bytes of TLS
        asked = Asked(len(self.asked) + 1, target.split(" ")[0], headers)
        self.asked.append(asked)
        reply = self._reply(asked)
        if reply is RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        pieces = [reply] if isinstance(reply, bytes) else reply
        first = b""
        sent = 0
        for piece in pieces:
            first = first or piece
            connection.sendall(piece)
            sent += len(piece)
        start, _, _ = first.partition(b"\r\n\r\n")
        length = next(
            (
                int(v)
                for k, _, v in (h.partition(b":") for h in start.split(b"\r\n"))
                if k == b"Content-Length" and v.strip().isdigit()
            ),
            -1,
        )
        return length >= 0 and sent >= len(start) + 4 + length


def _head(lines: Iterable[bytes]) -> Iterable[bytes]:
    for line in lines:
        if not line.strip():
            return
        yield line.rstrip()
