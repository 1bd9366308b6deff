"""requests' transport with a clock over the whole exchange.

A read timeout counts from byte to byte: a server that drips its headers, one byte a minute, would hold us for days. The
watch shuts such a connection; the body has a deadline of its own, in ``Session``.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import urllib3

log = logging.getLogger(__name__)


class Watch:
    """Knows the connection in use, and shuts it when its time is over."""

    def __init__(self) -> None:
        self.bit = False
        """Whether the last exchange was ended by us."""
        self.connection: urllib3.connection.HTTPConnection | None = None

    @contextmanager
    def over(self, seconds: float) -> Iterator[None]:
        self.bit = False
        timer = threading.Timer(seconds, self._bite)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _bite(self) -> None:
        self.bit = True
        sock = None if self.connection is None else self.connection.sock
        if sock is not None:
            try:
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # not SSLSocket's, which is not for other threads
            except OSError as error:  # closed by its owner at this very moment
                log.debug("shutting a late connection: %s", error)


class Adapter(requests.adapters.HTTPAdapter):
    """HTTPAdapter whose connections report to a watch whenever they send a request."""

    def __init__(self, watch: Watch) -> None:
        class Http(urllib3.connection.HTTPConnection):
            def request(self, *args: Any, **kwargs: Any) -> None:
                watch.connection = self
                super().request(*args, **kwargs)

        class Https(urllib3.connection.HTTPSConnection):
            def request(self, *args: Any, **kwargs: Any) -> None:
                watch.connection = self
                super().request(*args, **kwargs)

        self._pools = {
            "http": type("HttpPool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": Http}),
            "https": type("HttpsPool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": Https}),
        }
        super().__init__(pool_connections=4, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager
