"""Addresses: their secrets, their hosts, and where a redirect may not lead."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import unquote, urlsplit, urlunsplit

from harvester.errors import ProtocolError

_SECRET = re.compile(r"(?i)([?&](?:api[-_]?key|access[-_]?token|auth|passw(?:or)?d|secret)=)[^&#]*")


def masked(url: str) -> str:
    """The URL without its secrets, for messages and logs.

    >>> masked("https://me:s3cret@example.org/oai?apikey=123&verb=Identify")
    'https://me:***@example.org/oai?apikey=***&verb=Identify'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return _SECRET.sub(r"\1***", re.sub(r"//[^/@]*@", "//***@", url))
    user, at, host = parts.netloc.rpartition("@")
    if ":" in user:
        user = user.split(":", 1)[0] + ":***"
    return _SECRET.sub(r"\1***", urlunsplit(parts._replace(netloc=user + at + host)))


def without_login(url: str) -> tuple[str, tuple[str, str] | None]:
    """The URL without user, password and fragment, and the login: what is not in a URL cannot leak from messages."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ProtocolError(f"{masked(url)}: is not an http or https address", url=masked(url))
    user, _, host = parts.netloc.rpartition("@")
    name, colon, password = user.partition(":")
    login = (unquote(name), unquote(password)) if colon or name else None
    return urlunsplit(parts._replace(netloc=host, fragment="")), login


def with_query(url: str, query: str) -> str:
    """A base URL may have a query of its own (``?apikey=``): ours comes after it."""
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def origin(url: str) -> tuple[str | None, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def refuse_detour(url: str, target: str) -> None:
    before, after = urlsplit(url), urlsplit(target)
    if before.scheme == "https" and after.scheme == "http":
        fault = "gives up the secure connection"
    elif before.hostname != after.hostname and _is_private(after.hostname) and not _is_private(before.hostname):
        fault = "leads into this private network"
    else:
        return
    raise ProtocolError(f"{masked(url)}: its redirect to {masked(target)} {fault}: refused", url=masked(url))


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_private(host: str | None) -> bool:
    """Whether a name stands for any address that is not of the public internet. A name that cannot be resolved does not."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(not ipaddress.ip_address(str(address[0]).split("%")[0]).is_global for *_, address in found)
