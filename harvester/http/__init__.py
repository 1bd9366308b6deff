"""One polite session for everybody: an honest name, patience with limits, whole answers or none.

What comes back is either the whole body, unpacked, or an error: a body shorter than its Content-Length, a cut chunk and a
cut gzip stream are never answers. Statuses that may pass (``TRANSIENT``) are asked for again; all others are returned with
their body, because OAI-PMH servers send protocol errors with 404 and 422, and Crossref explains itself with 400.
"""

from __future__ import annotations

import logging
import random
import time
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import requests
import urllib3
from requests.cookies import extract_cookies_to_jar
from requests.utils import get_environ_proxies

from harvester import __version__
from harvester.environment import resolved_url
from harvester.errors import ProtocolError, SourceUnavailable
from harvester.http import addresses
from harvester.http.addresses import host_and_port, origin, with_query, without_login
from harvester.http.answer import TRANSIENT, Answer, busy, wall
from harvester.http.attempt import FailedError, Request, StaleError
from harvester.http.credentials import certificates, hide_headers
from harvester.http.pacing import Pace
from harvester.http.transport import Adapter, Watch
from harvester.http.unpack import TooLargeError, unpacked
from harvester.http.words import broke_off, plain, said
from harvester.masking import hide_in_url, masked

__all__ = ["TRANSIENT", "Answer", "Session", "busy", "masked", "said", "wall"]

log = logging.getLogger(__name__)

REDIRECTS: Final = 5
_CHUNK = 1 << 18
_COOKIES: Final = 100
"""More than that are no session but a leak: they are forgotten."""
_VERBATIM = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) != "#")

Params = Mapping[str, str] | Sequence[tuple[str, str]]


class Session:
    """Cookies and connections are kept, so use one session a source and thread.

    ``url``: the base URL as the settings have it; ``${NAME}`` in it is replaced in requests to that host, and nowhere else.
    ``timeout``: seconds to connect, and between two bytes; ``total_timeout``: for a whole answer. ``max_bytes`` bounds an
    answer both packed and unpacked. ``pace``: least seconds between two requests to one host; ``alone``: one at a time;
    both hold between all processes that have the same ``pacing`` folder. ``hosts``: others to which redirects may lead.
    ``longest_wait``: a Retry-After beyond it ends the attempt; ``patience``: seconds that tries in vain and the waiting
    after them may take together. ``verify``: False turns the check of certificates off, a path names a CA file.
    From the environment: proxies (not for loopback), ``REQUESTS_CA_BUNDLE``; not ``~/.netrc``.
    """

    def __init__(
        self,
        contact: str = "",
        *,
        url: str = "",
        timeout: tuple[float, float] = (10.0, 120.0),
        total_timeout: float = 600.0,
        retries: int = 4,
        max_bytes: int = 48 << 20,
        pace: float = 0.0,
        alone: bool = False,
        pacing: Path | None = None,
        headers: Mapping[str, str] | None = None,
        hosts: Collection[str] = (),
        verify: bool | str = True,
        longest_wait: float = 120.0,
        patience: float = 3600.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.contact = contact
        self.timeout = timeout
        self.total_timeout = total_timeout
        self.retries = retries
        self.max_bytes = max_bytes
        self.pace = pace
        self.alone = alone
        self.hosts = hosts
        self.longest_wait = longest_wait
        self.patience = patience
        """What is left of it."""
        self.packed = True
        """False: packed answers are not asked for. Becomes False when a server could only answer so."""
        self.count = 0
        """Requests sent so far, repetitions and redirects included."""
        self.on_answer: Callable[[Answer], None] | None = None
        """Is told of every answer, also of redirects and of those that are not taken."""
        self._with_variables = addresses.head(url) if "${" in url else ""
        self._sleep = sleep
        self._clock = clock
        self._pace = Pace(pacing, sleep, clock)
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
        hide_headers(self._private_headers)
        self._verify = certificates(verify, url)

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
        if self._with_variables and url.startswith(self._with_variables):
            url = resolved_url(url, "url")
        base, login = without_login(url)
        query = urlencode(params or ())
        if raw_query is not None:
            query = f"{query}&" * bool(query) + quote(raw_query, safe=_VERBATIM)
        hide_headers(headers or {})
        whole = with_query(base, query)
        packed = self.packed
        attempt = 0
        while True:
            attempt += 1
            tries = self.retries + 1
            answer: Answer | None = None
            cause: BaseException | None = None
            request = Request(base, query, {**self._private_headers, **(headers or {})}, login)
            request.packed = packed
            started = self._clock()
            try:
                answer = self._follow(request)
                reason = fault(answer)
                if not reason:
                    self.packed = packed
                    return answer
                if walled := wall(answer):
                    reason, tries = f"{reason}: {walled}", 1
            except FailedError as failed:
                reason, cause = failed.reason, failed.__cause__
                tries = min(tries, failed.tries)
                packed = packed and not failed.packed
            self.patience -= self._clock() - started
            asked = answer.retry_after if answer else None
            if attempt >= tries or (asked or 0.0) > self.longest_wait:
                raise _unavailable(whole, reason, attempt, asked, answer) from cause
            wait = asked or min(60.0, 2.0 ** (attempt - 1)) * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load
            log.info("%s: %s; trying again in %.1f s", masked(whole), reason, wait)
            if not self.wait(wait):
                reason += "; the time for second tries in one run is used up ([http] patience)"
                raise _unavailable(whole, reason, attempt, asked, answer) from cause

    def wait(self, seconds: float) -> bool:
        """Wait before a second try, never longer than ``longest_wait``. False, at once, where patience is used up."""
        seconds = min(seconds, self.longest_wait)
        if seconds > self.patience:
            return False
        self.patience -= seconds
        self._sleep(seconds)
        return True

    # --- one attempt -------------------------------------------------------------------------------------------------

    def _follow(self, request: Request) -> Answer:
        first = request.url
        for _ in range(REDIRECTS + 1):
            try:
                answer = self._once(request)
            except StaleError:
                answer = self._once(request)
            location = answer.headers.get("Location")
            if answer.status not in addresses.REDIRECTED or not location:
                return answer
            query = "" if answer.status == 303 else request.query  # "see other": the answer to another question
            target, login = addresses.redirected(answer.url, location, query, self.hosts)
            self._say_moved(request, answer, target)
            request.only_public = self._watch.public
            if origin(target) != origin(answer.url):
                request.login, request.headers = login, {}  # what was meant for one server is not shown to another
            request.url, request.query = target, ""
        raise ProtocolError(f"{masked(first)}: more than {REDIRECTS} redirects", url=masked(first))

    def _say_moved(self, request: Request, answer: Answer, target: str) -> None:
        """Once a session: where to ask from now on. A redirect inside of a server that may end is its own business."""
        permanent, elsewhere = answer.status in addresses.PERMANENT, origin(target) != origin(answer.url)
        way = (origin(answer.url), origin(target))
        if way in self._moved or not (permanent or elsewhere):
            return
        self._moved.add(way)
        place = masked(addresses.base_of(target, request.query))
        advice = "change url in its settings" if permanent else "for now, it says"
        log.warning("%s has moved to %s: %s", masked(request.url), place, advice)

    def _once(self, request: Request) -> Answer:
        headers = {**self._headers, **request.headers}
        if not request.packed:
            headers["Accept-Encoding"] = "identity"
        try:
            prepared = self._http.prepare_request(
                requests.Request("GET", request.url, headers=headers, auth=request.login)
            )
        except (requests.RequestException, ValueError) as error:
            shown = masked(request.url)
            raise ProtocolError(f"{shown}: is not an address that can be fetched: {error}", url=shown) from error
        url = prepared.url = with_query(prepared.url or request.url, request.query)
        host = host_and_port(url)
        with self._pace.turn(host, self.pace, alone=self.alone):
            self.count += 1
            started = self._clock()
            try:
                with self._watch.over(self.total_timeout, only_public=request.only_public):
                    response, body = self._exchange(prepared, url, started + self.total_timeout)
            except UnicodeError as error:
                raise ProtocolError(
                    f"{masked(url)}: a header of the request is not in Latin-1", url=masked(url)
                ) from error
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                if self._watch.bit:
                    raise self._late() from error
                raise FailedError(*plain(error, host, self.timeout)) from error
        elapsed = self._clock() - started
        body = self._unpacked(body, response.headers.get("Content-Encoding", ""), url)
        log.debug("GET %s: %d, %d bytes, %.2f s", masked(url), response.status_code, len(body), elapsed)
        answer = Answer(url, response.status_code, response.headers, body, elapsed)
        self._pace.told(host, answer.status, min(answer.retry_after or 0.0, self.longest_wait))
        if self.on_answer is not None:
            self.on_answer(answer)
        return answer

    def _exchange(
        self, prepared: requests.PreparedRequest, url: str, deadline: float
    ) -> tuple[requests.Response, bytes]:
        try:
            # not Session.send: it reads the body of a redirect, however long, before we see it
            response = self._http.get_adapter(url).send(
                prepared, stream=True, timeout=self.timeout, verify=self._verify, proxies=self._proxies_for(url)
            )
        except requests.RequestException as error:
            # a list at a cursor is never asked for twice, so those who want no second try have none here either
            if self._watch.reused and not self._watch.bit and self.retries and broke_off(error):
                raise StaleError from error
            raise
        with response:
            if self._watch.bit:  # shut among the headers, which then look like the last ones
                raise TimeoutError  # said by who calls
            extract_cookies_to_jar(self._http.cookies, prepared, response.raw)  # type: ignore[no-untyped-call]
            if len(self._http.cookies) > _COOKIES:
                self._http.cookies.clear()
            body = self._read(response.raw, deadline, url)
            if self._watch.bit:  # shut in the body, which then looks like its end
                raise TimeoutError
        return response, body

    def _proxies_for(self, url: str) -> dict[str, str]:
        host = urlsplit(url).hostname or ""
        if host not in self._proxies:
            self._proxies[host] = {} if addresses.is_loopback(host) else get_environ_proxies(url)
            for proxy in self._proxies[host].values():
                hide_in_url(proxy)
        return self._proxies[host]

    def _read(self, raw: urllib3.BaseHTTPResponse, deadline: float, url: str) -> bytes:
        parts: list[bytes] = []
        size = 0
        while chunk := raw.read1(_CHUNK, decode_content=False):
            parts.append(chunk)
            size += len(chunk)
            if size > self.max_bytes:
                raise self._too_large(url)
            if self._clock() > deadline:
                raise self._late()
        return b"".join(parts)

    def _late(self) -> FailedError:
        return FailedError(f"no whole answer within {self.total_timeout:g} s", 2)

    def _unpacked(self, body: bytes, claimed: str, url: str) -> bytes:
        try:
            return unpacked(body, claimed, self.max_bytes)
        except TooLargeError as error:
            raise self._too_large(url) from error
        except zlib.error as error:
            raise FailedError(f"the packed answer is broken ({error})", packed=True) from error

    def _too_large(self, url: str) -> ProtocolError:
        text = f"{masked(url)}: the answer is larger than {self.max_bytes / (1 << 20):g} MiB ([http] max_bytes)"
        return ProtocolError(text, url=masked(url), code="too-large")


def _unavailable(url: str, reason: str, attempts: int, asked: float | None, answer: Answer | None) -> SourceUnavailable:
    message = f"{masked(url)}: {reason}"
    if attempts > 1:
        message += f", {attempts} times"
    if asked:
        message += f"; it asks us to come back in {asked:.0f} s"
    return SourceUnavailable(
        message, url=masked(url), excerpt=b"" if answer is None else answer.body, retry_after=asked
    )
