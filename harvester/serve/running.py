"""The app under uvicorn: one process, on an address of this machine. The only importer of uvicorn."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from harvester.serve import Settings
from harvester.serve.app import application

log = logging.getLogger(__name__)

_CONNECTIONS: Final = 500
"""At a time; whoever comes then is told to come back."""
_BACKLOG: Final = 128
_REQUEST_LINE: Final = re.compile(rb"\A[A-Z]+ [^\r\n]*")
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
"""In an address: people type ``/search?q=Müller`` into programs, and servers in front pass it on; h11 would refuse it."""


class _Impatient(H11Protocol):
    """Lets go of a client that does not send its request: uvicorn itself would wait for ever."""

    patience: float = 30.0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._timer = self.loop.call_later(self.patience, self._give_up)

    def data_received(self, data: bytes) -> None:
        if self.cycle is None or self.cycle.response_complete:
            data = _REQUEST_LINE.sub(lambda line: _NOT_ASCII.sub(lambda byte: b"%%%02X" % ord(byte[0]), line[0]), data)
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop()  # the request is being answered, which has limits of its own
        elif self._timer is None:
            self._timer = self.loop.call_later(self.patience, self._give_up)  # the head of the next one has begun

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.close()


def listening(host: str, port: int) -> socket.socket:
    """A socket that clients can reach from now on. OSError where the address is taken or not of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # By its protocol asyncio knows that it may send small pieces at once. Else the end of each answer would wait 40 ms, for the
    # client to acknowledge its beginning.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(_BACKLOG)
    except BaseException:
        sock.close()
        raise
    return sock


def server(settings: Settings) -> uvicorn.Server:
    """Runs with ``run(sockets=[...])`` until ``should_exit`` is set, or a signal comes."""
    protocol: Any = type("_Protocol", (_Impatient,), {"patience": settings.patience})
    config = uvicorn.Config(
        application(settings),
        http=protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whoever asks could write them; --base-url says what the public sees
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=32 * 1024,
    )
    return uvicorn.Server(config)
