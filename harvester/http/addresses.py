"""Addresses: their logins, their hosts, and where a redirect may lead."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from harvester.errors import ProtocolError
from harvester.masking import hide_in_url, masked

REDIRECTED: Final = frozenset({301, 302, 303, 307, 308})
PERMANENT: Final = frozenset({301, 308})


def without_login(url: str) -> tuple[str, tuple[str, str] | None]:
    """The URL without user, password and fragment, and the login: what is not in a URL cannot leak from messages."""
    hide_in_url(url)
    try:
        parts = urlsplit(url)
        user, _, host = parts.netloc.rpartition("@")
        # requests and the standard library do not agree where a host ends that has a backslash
        usable = bool(parts.hostname) and parts.port != 0 and not re.search(r"[\\\s\x00-\x20]", parts.netloc)
        usable = usable and parts.scheme in ("http", "https")
    except ValueError:
        usable = False
    if not usable:
        raise ProtocolError(f"{masked(url)}: is not an http or https address", url=masked(url))
    name, colon, password = user.partition(":")
    login = (unquote(name), unquote(password)) if colon or name else None
    return urlunsplit(parts._replace(netloc=host, fragment="")), login


def with_query(url: str, query: str) -> str:
    """A base URL may have a query of its own (``?apikey=``): ours comes after it."""
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def head(url: str) -> str:
    """An address up to the end of its host and port."""
    found = re.match(r"(?:[^:/?#]*://)?[^/?#]*", url)
    return found[0] if found else ""


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port: whom a login is for."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def host_and_port(url: str) -> str:
    """Whom a pace is kept with: ``example.org``, ``127.0.0.1:8080``."""
    return (urlsplit(url).netloc.rpartition("@")[2]).lower()


def redirected(url: str, location: str, query: str, hosts: Collection[str]) -> tuple[str, tuple[str, str] | None]:
    """Where a redirect leads, and the login in its address. ProtocolError where we do not follow.

    ``query`` is what was asked for: some servers forget it in the redirect, which would make another question of it.
    ``hosts``: names, or names with a port, that the operator trusts as he does the one that he wrote down.
    """
    text = location.encode("latin-1", "replace").decode("utf-8", "replace")  # as requests reads headers
    try:
        target, login = without_login(urljoin(url, text))
    except ValueError as error:
        raise ProtocolError(f"{masked(url)}: redirects to no usable address", url=masked(url)) from error
    except ProtocolError as error:
        where = f"its redirect to {masked(text)} leads to no http or https address: refused"
        raise ProtocolError(f"{masked(url)}: {where}", url=masked(url)) from error
    refuse_detour(url, target, hosts)
    return (target if "?" in target else with_query(target, query)), login


def refuse_detour(url: str, target: str, hosts: Collection[str] = ()) -> None:
    """ProtocolError for a redirect that gives up encryption, leads to another host, or into the private network."""
    before, after = urlsplit(url), urlsplit(target)
    if before.scheme == "https" and after.scheme == "http":
        fault = "gives up the secure connection: refused; if that is how it is now, change url in its settings"
    elif before.hostname == after.hostname:
        return
    elif is_private(after.hostname) and not is_private(before.hostname):
        fault = "leads into this private network: refused"
    elif not {after.hostname, after.netloc.lower()} & {host.lower() for host in hosts}:
        fault = f'leads to another host: refused; if that is right, write hosts = ["{after.hostname}"] or change url'
    else:
        return
    raise ProtocolError(f"{masked(url)}: its redirect to {masked(target)} {fault}", url=masked(url))


def base_of(url: str, query: str) -> str:
    """An address without the arguments of one request: what belongs into the settings."""
    ours = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    parts = urlsplit(url)
    rest = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in ours]
    return urlunsplit(parts._replace(query=urlencode(rest)))


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_private(host: str | None) -> bool:
    """Whether a name stands for any address that is not of the public internet. A name that cannot be resolved does not."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(not is_public(str(address[0])) for *_, address in found)


_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 addresses as a NAT64 gateway writes them (RFC 6052)."""


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet, also where IPv6 hides one of IPv4."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour
        if ip in _TRANSLATED:
            hidden = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = hidden or ip
    return ip.is_global and not ip.is_multicast
