"""requests' transport with a clock over the whole exchange, and an eye on whom it talks to.

A read timeout counts from byte to byte: a server that drips its answer, one byte a minute, would hold us for days. The watch
shuts such a connection. And a name that was resolved for a check may be resolved to something else for the connection: so
the address that is looked at is that of the connection.
"""

from __future__ import annotations

import http.client
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import requests
import urllib3

from harvester.errors import ProtocolError
from harvester.http.addresses import is_public

log = logging.getLogger(__name__)

_INTERIM: Final = 20
"""So many answers of the kind 1xx before the real one."""


class Watch:
    """Knows the connection in use, and shuts it when its time is over."""

    def __init__(self) -> None:
        self.bit = False
        """Whether the last exchange was ended by us."""
        self.reused = False
        """Whether its connection had served before: such a one may have been closed by the server at any moment."""
        self.public = False
        """Whether the other end of the last connection is of the public internet."""
        self.only_public = False
        """Nobody else may be talked to."""
        self._socket: socket.socket | None = None

    @contextmanager
    def over(self, seconds: float, *, only_public: bool = False) -> Iterator[None]:
        self.bit = self.reused = False
        self.only_public = only_public
        self._socket = None
        timer = threading.Timer(seconds, self._bite)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def connected(self, connection: Any, through: socket.socket) -> None:
        """A connection was made, or is used again; nothing is said yet. ProtocolError where it leads to where it must not."""
        self._socket = through
        self.public = connection.public
        if self.only_public and not connection.public and not connection.proxy:
            through.close()
            raise ProtocolError(f"{connection.host}: its redirect leads into this private network: refused")

    def _bite(self) -> None:
        self.bit = True
        if self._socket is not None:
            try:
                socket.socket.shutdown(
                    self._socket, socket.SHUT_RDWR
                )  # not SSLSocket's, which is not for other threads
            except OSError as error:  # closed by its owner at this very moment
                log.debug("shutting a late connection: %s", error)


class _Response(http.client.HTTPResponse):
    """Steps over what a server may say before its answer (RFC 9110, 15.2); http.client knows 100 only."""

    _interim = 0

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == 101:
                return version, status, reason
            self._interim += 1
            if self._interim > _INTERIM:
                raise http.client.HTTPException("only preliminary answers (1xx)")
            if status == 100:
                return version, status, reason  # its headers are skipped by who calls
            http.client.parse_headers(self.fp)


def _watched(kind: type[Any], watch: Watch) -> type[Any]:
    """A kind of connection that reports to a watch."""

    class Watched(kind):  # type: ignore[misc]
        asked = 0
        begun: _Response | None = None
        public = False

        def _new_conn(self) -> socket.socket:
            made: socket.socket = super()._new_conn()
            self.asked = 0
            try:
                self.public = is_public(str(made.getpeername()[0]))
            except (OSError, ValueError):  # gone already, or not of the internet
                self.public = False
            watch.connected(self, made)
            return made

        def _tunnel(self) -> None:
            super()._tunnel()
            if watch.bit:  # shut among the proxy's headers, which then look like all of them
                raise TimeoutError

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:
                watch.reused = self.asked > 0
                watch.connected(self, self.sock)
            super().request(*args, **kwargs)  # connects where it is not connected
            self.asked += 1

        def response_class(self, *args: Any, **kwargs: Any) -> _Response:
            self.begun = _Response(*args, **kwargs)
            return self.begun

        def getresponse(self) -> Any:
            try:
                return super().getresponse()
            except BaseException:
                if self.begun is not None:
                    self.begun.close()  # urllib3 leaves it open where it does not like a header
                raise

    return Watched


class Adapter(requests.adapters.HTTPAdapter):
    """HTTPAdapter whose connections report to a watch."""

    def __init__(self, watch: Watch) -> None:
        pools: dict[str, Any] = {"http": urllib3.HTTPConnectionPool, "https": urllib3.HTTPSConnectionPool}
        self._pools = {
            scheme: type(pool.__name__, (pool,), {"ConnectionCls": _watched(pool.ConnectionCls, watch)})
            for scheme, pool in pools.items()
        }
        super().__init__(pool_connections=4, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager
