"""One polite session for everybody: an honest name, patience with limits, whole answers or none.

What comes back is either the whole body, unpacked, or an error: a body shorter than its Content-Length, a cut chunk and a
cut gzip stream are never answers. Statuses that may pass (``TRANSIENT``) are asked for again; all others are returned with
their body, because OAI-PMH servers send protocol errors with 404 and 422, and Crossref explains itself with 400.
"""

from __future__ import annotations

import logging
import os
import random
import re
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import quote, urlencode, urljoin, urlsplit

import requests
import urllib3
from msgspec import Struct
from requests.cookies import extract_cookies_to_jar
from requests.utils import get_environ_proxies

from harvester import __version__
from harvester.errors import ProtocolError, SourceUnavailable
from harvester.http.addresses import is_loopback, masked, origin, refuse_detour, with_query, without_login
from harvester.http.transport import Adapter, Watch
from harvester.http.words import OFTEN, plain, said

__all__ = ["TRANSIENT", "Answer", "Session", "busy", "masked", "said"]

log = logging.getLogger(__name__)

TRANSIENT: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530})
"""Statuses that may pass: RFC 9110 and RFC 6585; 52x and 530 are Cloudflare's for an origin that does not answer."""
REDIRECTS: Final = 5
_CHUNK = 1 << 18
_GZIP = b"\x1f\x8b"
_VERBATIM = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) != "#")

Params = Mapping[str, str] | Sequence[tuple[str, str]]


class Answer(Struct, frozen=True):
    """What a server said, whole."""

    url: str
    """Where it came from in the end, after redirects; without user and password."""
    status: int
    headers: Mapping[str, str]
    """Names are compared without case."""
    body: bytes
    """Unpacked, whatever the Content-Encoding header claimed."""
    elapsed: float = 0.0
    """Seconds from sending the request to the last byte."""

    @property
    def date(self) -> datetime | None:
        """The server's own clock (``Date``), in UTC; None where it does not say."""
        return _http_date(self.headers.get("Date", ""))


class _FailedError(Exception):
    """An attempt without an answer. ``tries``: how often it makes sense; ``packed``: the packing was at fault."""

    def __init__(self, reason: str, tries: int = OFTEN, *, packed: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.tries = tries
        self.packed = packed


def busy(answer: Answer) -> str:
    """Why an answer is worth asking for again, by its status alone; '' where it is to be taken as it is."""
    return said(answer.status) if answer.status in TRANSIENT else ""


class Session:
    """Cookies and connections are kept, so use one session a source and thread.

    ``timeout``: seconds to connect, and between two bytes; ``total_timeout``: for a whole answer. ``max_bytes`` bounds an
    answer both packed and unpacked. ``pace``: least seconds between two requests to one host. ``longest_wait``: a
    Retry-After beyond it ends the attempt. ``verify``: False turns the check of certificates off, a path names a CA file.
    From the environment: proxies (not for loopback), ``REQUESTS_CA_BUNDLE``; not ``~/.netrc``.
    """

    def __init__(
        self,
        contact: str = "",
        *,
        timeout: tuple[float, float] = (10.0, 120.0),
        total_timeout: float = 600.0,
        retries: int = 4,
        max_bytes: int = 48 << 20,
        pace: float = 0.0,
        headers: Mapping[str, str] | None = None,
        verify: bool | str = True,
        longest_wait: float = 120.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.contact = contact
        self.timeout = timeout
        self.total_timeout = total_timeout
        self.retries = retries
        self.max_bytes = max_bytes
        self.pace = pace
        self.longest_wait = longest_wait
        self.count = 0
        """Requests sent so far, repetitions and redirects included."""
        self._sleep = sleep
        self._clock = clock
        self._free: dict[str, float] = {}  # host -> when the next request may go out
        self._proxies: dict[str, dict[str, str]] = {}
        self._moved: set[tuple[object, object]] = set()  # said once
        self._watch = Watch()
        self._http = requests.Session()
        self._http.trust_env = False  # would read ~/.netrc and the environment again for every request
        self._http.mount("http://", Adapter(self._watch))
        self._http.mount("https://", Adapter(self._watch))
        self._http.headers.clear()
        agent = f"evidence-harvester/{__version__}" + (f" (+mailto:{contact})" if contact.isascii() and contact else "")
        self._headers = {"User-Agent": agent, "Accept": "*/*", "Accept-Encoding": "gzip"}
        self._private_headers = dict(headers or {})
        self._verify = verify
        if verify is True:
            self._verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        elif verify is False:
            log.warning("certificates are not checked: whoever stands between can change what the server says")
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(
        self,
        url: str,
        params: Params | None = None,
        *,
        raw_query: str | None = None,
        headers: Mapping[str, str] | None = None,
        fault: Callable[[Answer], str] = busy,
    ) -> Answer:
        """The answer to a GET. ``raw_query`` is sent as it is, for servers that do not decode what they are sent.

        ``fault`` tells what is wrong with an answer that may be right next time ('': nothing); it may raise to give up.
        Raises SourceUnavailable when patience ends, ProtocolError where asking again cannot help.
        """
        target, login = without_login(url)
        if params:
            target = with_query(target, urlencode(params))
        private = {**self._private_headers, **(headers or {})}
        packed = True
        attempt = 0
        while True:
            attempt += 1
            tries = self.retries + 1
            answer: Answer | None = None
            cause: BaseException | None = None
            try:
                answer = self._follow(target, raw_query, private, login, packed=packed)
                reason = fault(answer)
                if not reason:
                    return answer
            except _FailedError as failed:
                reason, cause = failed.reason, failed.__cause__
                tries = min(tries, failed.tries)
                packed = packed and not failed.packed
            asked = _retry_after(answer)
            if attempt >= tries or (asked or 0.0) > self.longest_wait:
                raise _unavailable(target, reason, attempt, asked, answer) from cause
            wait = asked or min(60.0, 2.0 ** (attempt - 1)) * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load
            log.info("%s: %s; trying again in %.1f s", masked(target), reason, wait)
            self._sleep(wait)

    # --- one attempt -------------------------------------------------------------------------------------------------

    def _follow(
        self, url: str, raw_query: str | None, private: dict[str, str], login: tuple[str, str] | None, *, packed: bool
    ) -> Answer:
        for _ in range(REDIRECTS + 1):
            answer = self._once(url, raw_query, private, login, packed=packed)
            location = answer.headers.get("Location")
            if answer.status not in (301, 302, 303, 307, 308) or not location:
                return answer
            where = location.encode("latin-1", "replace").decode("utf-8", "replace")  # as requests reads headers
            try:
                target, other_login = without_login(urljoin(answer.url, where))
            except ValueError as error:
                raise ProtocolError(f"{masked(url)}: redirects to no usable address", url=masked(url)) from error
            refuse_detour(answer.url, target)
            if origin(target) != origin(url):
                if (origin(url), origin(target)) not in self._moved:
                    self._moved.add((origin(url), origin(target)))
                    log.warning("%s has moved to %s", masked(url), masked(target))
                login, private = other_login, {}  # what was meant for one server is not shown to another
            url, raw_query = target, None
        raise ProtocolError(f"{masked(url)}: more than {REDIRECTS} redirects", url=masked(url))

    def _once(
        self, url: str, raw_query: str | None, private: dict[str, str], login: tuple[str, str] | None, *, packed: bool
    ) -> Answer:
        headers = {**self._headers, **private}
        if not packed:
            headers["Accept-Encoding"] = "identity"
        try:
            request = self._http.prepare_request(requests.Request("GET", url, headers=headers, auth=login))
        except (requests.RequestException, ValueError) as error:
            raise ProtocolError(f"{masked(url)}: is not an address that can be fetched: {error}") from error
        url = request.url or url
        if raw_query is not None:
            url = request.url = with_query(url, quote(raw_query, safe=_VERBATIM))
        host = urlsplit(url).netloc
        self._keep_pace(host)
        self.count += 1
        started = self._clock()
        try:
            with self._watch.over(self.total_timeout):
                # not Session.send: it reads the body of a redirect, however long, before we see it
                response = self._http.get_adapter(url).send(
                    request, stream=True, timeout=self.timeout, verify=self._verify, proxies=self._proxies_for(url)
                )
            with response:
                if self._watch.bit:  # shut among the headers, which then look like the last ones
                    raise TimeoutError  # said below
                extract_cookies_to_jar(self._http.cookies, request, response.raw)  # type: ignore[no-untyped-call]
                body = self._read(response.raw, started + self.total_timeout, url)
        except UnicodeError as error:
            raise ProtocolError(f"{masked(url)}: a header of the request is not in Latin-1", url=masked(url)) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if self._watch.bit:
                raise _FailedError(f"no whole answer within {self.total_timeout:g} s") from error
            raise _FailedError(*plain(error, host, self.timeout)) from error
        body = self._unpacked(body, response.headers.get("Content-Encoding", ""), url)
        elapsed = self._clock() - started
        log.debug("GET %s: %d, %d bytes, %.2f s", masked(url), response.status_code, len(body), elapsed)
        return Answer(url, response.status_code, response.headers, body, elapsed)

    def _keep_pace(self, host: str) -> None:
        now = self._clock()
        free = self._free.get(host, now)
        if free > now:
            self._sleep(free - now)
        self._free[host] = max(free, now) + self.pace

    def _proxies_for(self, url: str) -> dict[str, str]:
        host = urlsplit(url).hostname or ""
        if host not in self._proxies:
            self._proxies[host] = {} if is_loopback(host) else get_environ_proxies(url)
        return self._proxies[host]

    def _read(self, raw: urllib3.BaseHTTPResponse, deadline: float, url: str) -> bytes:
        parts: list[bytes] = []
        size = 0
        while chunk := raw.read1(_CHUNK, decode_content=False):
            parts.append(chunk)
            size += len(chunk)
            self._bound(size, url)
            if self._clock() > deadline:
                raise _FailedError(f"no whole answer within {self.total_timeout:g} s")
        return b"".join(parts)

    def _unpacked(self, body: bytes, claimed: str, url: str) -> bytes:
        """The body unpacked by what it is, not by what its header claims: both kinds of lie are common."""
        deflated = "deflate" in claimed.lower() and body[:1] == b"\x78"
        for _ in range(3):
            if not (body.startswith(_GZIP) or deflated):
                break
            deflated = False
            try:
                body = _inflate(body, self.max_bytes)
            except zlib.error as error:
                raise _FailedError(f"the packed answer is broken ({error})", packed=True) from error
            self._bound(len(body), url)
        return body

    def _bound(self, size: int, url: str) -> None:
        if size > self.max_bytes:
            text = f"{masked(url)}: the answer is larger than {self.max_bytes / (1 << 20):g} MiB"
            raise ProtocolError(text, url=masked(url))


def _inflate(data: bytes, limit: int) -> bytes:
    """Unpack gzip (of several members, if so) or zlib, but little more than ``limit``. zlib.error where it is cut."""
    parts: list[bytes] = []
    size = 0
    while True:
        unpacker = zlib.decompressobj(wbits=47)
        parts.append(unpacker.decompress(data, limit + 1 - size))
        size += len(parts[-1])
        if size > limit:
            break
        if not unpacker.eof:
            raise zlib.error("it ends too early")
        data = unpacker.unused_data
        if not data.startswith(_GZIP):
            break
    return b"".join(parts)


def _unavailable(url: str, reason: str, attempts: int, asked: float | None, answer: Answer | None) -> SourceUnavailable:
    message = f"{masked(url)}: {reason}"
    if attempts > 1:
        message += f", {attempts} times"
    if asked:
        message += f"; it asks us to come back in {asked:.0f} s"
    return SourceUnavailable(
        message, url=masked(url), excerpt=b"" if answer is None else answer.body, retry_after=asked
    )


def _retry_after(answer: Answer | None) -> float | None:
    """Seconds, from either form of Retry-After (RFC 9110, 10.2.3); None where it asks for nothing or for the past.

    Not on a success: some repositories send it with every answer.
    """
    if answer is None or answer.status < 300:
        return None
    text = answer.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", text):
        return float(text) or None
    until = _http_date(text)
    if until is None:
        return None
    seconds = (until - (answer.date or datetime.now(UTC))).total_seconds()  # by the server's clock: ours may be wrong
    return seconds if seconds > 0 else None


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
