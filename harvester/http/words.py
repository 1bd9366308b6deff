"""Failures of the network in words for an operator."""

from __future__ import annotations

import http.client
import ssl
from http import HTTPStatus
from socket import gaierror
from typing import Final

import requests
import urllib3.exceptions as u

OFTEN: Final = 99
_CAUSES: Final[tuple[tuple[type[BaseException], str, int], ...]] = (
    # the first kind that is found among an error and its causes; how many tries make sense at most
    (gaierror, "the host name {host} cannot be resolved", 2),
    (u.NameResolutionError, "the host name {host} cannot be resolved", 2),
    (ssl.SSLCertVerificationError, "the certificate of {host} is not trusted ({tls})", 1),
    (u.SSLError, "no secure connection with {host} ({tls})", 2),
    (ssl.SSLError, "no secure connection with {host} ({tls})", 2),
    (u.ProxyError, "the proxy does not let us through", OFTEN),
    (http.client.RemoteDisconnected, "the server closed the connection without an answer", OFTEN),
    (ConnectionRefusedError, "{host} refused the connection", OFTEN),
    (u.ConnectTimeoutError, "no connection with {host} within {connect:g} s", OFTEN),
    (u.ReadTimeoutError, "{host} was silent for {read:g} s", OFTEN),
    (TimeoutError, "{host} was silent for {read:g} s", OFTEN),
    (http.client.IncompleteRead, "the answer was cut short", OFTEN),
    (ConnectionResetError, "the connection was reset", OFTEN),
    (BrokenPipeError, "the connection was reset", OFTEN),
    (u.LocationValueError, "it is not a usable address", 1),
    (requests.exceptions.InvalidURL, "it is not a usable address", 1),
)


def plain(error: BaseException, host: str, timeout: tuple[float, float]) -> tuple[str, int]:
    """Why there was no answer, and how often it makes sense to try at most."""
    chain = _causes(error)
    for kind, words, tries in _CAUSES:
        found = next((e for e in chain if isinstance(e, kind)), None)
        if found is not None and not (kind is u.ConnectTimeoutError and isinstance(found, u.NewConnectionError)):
            tls = getattr(found, "verify_message", "") or str(found)
            return words.format(host=host, tls=tls, connect=timeout[0], read=timeout[1]), tries
    last = chain[-1]
    return f"{type(last).__name__}: {last}", OFTEN


def broke_off(error: BaseException) -> bool:
    """Whether the other end was gone before it said anything."""
    chain = _causes(error)
    if any(isinstance(e, (http.client.IncompleteRead, u.TimeoutError, TimeoutError)) for e in chain):
        return False
    return any(isinstance(e, (ConnectionResetError, BrokenPipeError)) for e in chain)  # RemoteDisconnected is a reset


def _causes(error: BaseException) -> list[BaseException]:
    """An error and what it came from: requests and urllib3 wrap each other's in ``args``, ``reason`` and ``__context__``."""
    chain: list[BaseException] = []
    queue: list[object] = [error]
    while queue:
        link = queue.pop(0)
        if isinstance(link, BaseException) and not any(link is e for e in chain):
            chain.append(link)
            queue += [*link.args, getattr(link, "reason", None), link.__cause__, link.__context__]
    return chain


def said(status: int) -> str:
    """A status in words: ``HTTP 503 Service Unavailable``."""
    known = status in HTTPStatus._value2member_map_
    return f"HTTP {status} {HTTPStatus(status).phrase}" if known else f"HTTP {status}"
