"""One question to Crossref, and its answer. The only module that knows habanero.

habanero spells and checks the parameters; the request itself goes through our own session, because habanero opens a new
connection for each, does not retry, hides the headers, and never sends the Plus token. Nothing of its source is changed:
``Request`` is asked for one page, with its two methods that speak HTTP replaced.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec
from habanero.request_class import Request

from harvester.errors import ProtocolError
from harvester.http import Answer, Session, busy, masked, said
from harvester.sources.crossref.items import NotAListError, WorkList, described, work_list

Filters = Mapping[str, list[str]]

FIRST_PACE: Final = 1.0
"""Seconds between two requests until a header says how many are allowed (lists: 1/s in the public pool)."""
_SLOWEST: Final = 60.0
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class CursorLostError(Exception):
    """The server does not know the cursor (any more). The list has to be asked for from its start."""


class Client:
    """Asks Crossref, at the pace that its headers allow.

    ``mailto`` brings us into the polite pool; ``token`` (Metadata Plus) into a faster one. The token is in no message.
    """

    def __init__(
        self,
        session: Session,
        url: str,
        *,
        mailto: str = "",
        token: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.session = session
        self._sleep = sleep
        self.url = re.sub(r"(/works)?/*$", "", url)
        self.mailto = mailto
        self.date: datetime | None = None
        """The server's time in its last answer."""
        self._headers = {"Accept": "application/json"}
        if token:
            self._headers["Crossref-Plus-API-Token"] = f"Bearer {token}"
        self._least_pace = session.pace  # as the operator wants it: headers only ever make us slower
        if not _is_loopback(url):
            session.pace = max(session.pace, FIRST_PACE)

    def now(self) -> str:
        """The time by the server's clock at its last answer; by ours where it does not tell."""
        return (self.date or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def rest(self, seconds: float) -> None:
        """As long as the server asked for, within reason."""
        self._sleep(min(seconds, self.session.longest_wait))

    def works(self, filters: Filters, queries: Mapping[str, str], *, rows: int, cursor: str | None = None) -> WorkList:
        """A page of works; ``rows=0`` only counts. Pages by cursor but the first are asked for once: see ``once``.

        Raises SourceUnavailable, ProtocolError, CursorLostError.
        """
        request = _Works(self, filters, queries, rows, cursor)
        if cursor in (None, "*"):
            return request.ask()
        try:
            with self.once():
                return request.ask()
        except ProtocolError as error:
            if error.status in (400, 404):  # an expired cursor has been answered in several ways over the years
                raise CursorLostError(str(error)) from error
            raise

    def work(self, doi: str) -> bytes | None:
        """One work by its DOI, whatever characters it has; None where Crossref does not have it."""
        answer = self.get(f"/works/{quote(doi, safe='')}", {}, self._check_work)
        if answer.status == 404:
            return None
        return bytes(msgspec.json.decode(answer.body, type=dict[str, msgspec.Raw])["message"])

    @contextmanager
    def once(self) -> Iterator[None]:
        """No repetitions in here. A cursor is a scroll that every request moves on, also one whose answer was lost:
        who asks again gets the page after it, and never learns what he missed."""
        retries, self.session.retries = self.session.retries, 0
        try:
            yield
        finally:
            self.session.retries = retries

    def get(self, path: str, params: Mapping[str, str], check: Callable[[Answer], str]) -> Answer:
        sent = {**params, "mailto": self.mailto} if self.mailto else params
        answer = self.session.get(self.url + path, sent, headers=self._headers, fault=lambda a: self._fault(a, check))
        self.date = answer.date or self.date
        return answer

    def _fault(self, answer: Answer, check: Callable[[Answer], str]) -> str:
        """What is wrong with an answer that may be right next time; ProtocolError where it will not."""
        self._keep_to_limits(answer)
        reason = busy(answer)
        if reason:
            return reason
        if answer.status == 400:
            raise _refused(answer)
        if answer.status in (401, 403):
            raise _shut_out(answer)
        return check(answer)

    def _keep_to_limits(self, answer: Answer) -> None:
        """``X-Rate-Limit-Limit`` requests in ``X-Rate-Limit-Interval``; we send one at a time, so any concurrency will do."""
        if answer.status == 429:
            self._least_pace = min(max(2 * self.session.pace, FIRST_PACE), _SLOWEST)  # the headers promised too much
            self.session.pace = self._least_pace
        limit = answer.headers.get("X-Rate-Limit-Limit", "")
        interval = re.fullmatch(r"(\d+)\s*(ms|s|m|h)?", answer.headers.get("X-Rate-Limit-Interval", ""))
        if interval and limit.isdigit() and int(limit) > 0:
            seconds = int(interval[1]) * _UNITS[interval[2] or "s"]
            self.session.pace = max(self._least_pace, min(seconds / int(limit), _SLOWEST))

    def _check_work(self, answer: Answer) -> str:
        if answer.status == 404:
            return ""
        if answer.status != 200:
            raise _unexpected(answer)
        try:
            found = msgspec.json.decode(answer.body, type=dict[str, msgspec.Raw])
        except (msgspec.DecodeError, RecursionError) as error:
            return described(answer.body, error)
        return "" if "message" in found else "the answer holds no work"


class _Works(Request):
    """habanero's request for one page of works, on our transport."""

    def __init__(
        self, client: Client, filters: Filters, queries: Mapping[str, str], rows: int, cursor: str | None
    ) -> None:
        self._client = client
        self._list: WorkList | None = None
        asked = {name: values[0] if len(values) == 1 else list(values) for name, values in filters.items()}
        fields = {f"query_{name[6:].replace('-', '_')}": text for name, text in queries.items() if name != "query"}
        # By position: the same in the released version, which says `filter`, and in the next, which says `filters`.
        super().__init__(  # type: ignore[no-untyped-call]
            None, None, None, client.url, "/works", queries.get("query"), asked or None, None, rows, None, None, None, None,
            None, cursor, 0, False, False, **fields,
        )  # fmt: skip
        self._expected = list(filters)

    def ask(self) -> WorkList:
        try:
            self.do_request()  # type: ignore[no-untyped-call]
        except ValueError as error:  # habanero's own checks of names
            raise ProtocolError(f"{self._client.url}: {error}", url=self._client.url) from error
        assert self._list is not None
        return self._list

    def _req(self, payload: dict[str, str], should_warn: bool) -> dict[str, Any]:  # noqa: ARG002  # habanero's hook
        sent = payload.get("filter", "")
        lost = [name for name in self._expected if f"{name}:" not in sent]
        if lost:  # it has happened between versions, and would harvest 180 million works
            raise ProtocolError(f"habanero does not send the filter {lost[0]!r}; is its version one that we know?")
        self._client.get("/works", payload, self._check)
        assert self._list is not None
        return {"message": {"next-cursor": None, "total-results": self._list.total, "items": []}}

    def _redo_req(self, js: Any, payload: Any, cu: Any, max_avail: Any, should_warn: Any) -> Any:  # noqa: ARG002
        """Called after the first page to fetch the others: paging is ours."""
        return js

    def _check(self, answer: Answer) -> str:
        if answer.status == 404 and b"cursor-invalid" in answer.body:
            raise CursorLostError
        if answer.status != 200:
            raise _unexpected(answer)
        try:
            self._list = work_list(answer.body)
        except NotAListError as error:
            return str(error)
        return ""


def _refused(answer: Answer) -> ProtocolError:
    """400 is our fault, and Crossref says which: a list of {type, value, message}."""
    url = masked(answer.url)
    code, text = "", answer.body[:300].decode("utf-8", "replace")
    try:
        failures = msgspec.json.decode(answer.body, type=dict[str, Any]).get("message")
    except msgspec.DecodeError:
        failures = None
    if isinstance(failures, list) and failures and isinstance(failures[0], dict):
        code = str(failures[0].get("type", ""))
        text = "; ".join(str(f.get("message", f)) for f in failures if isinstance(f, dict))[:1000]
    return ProtocolError(
        f"{url}: Crossref refuses the request: {text}", url=url, excerpt=answer.body, code=code, status=400
    )


def _shut_out(answer: Answer) -> ProtocolError:
    url = masked(answer.url)
    why = {
        401: "Crossref does not accept the Metadata Plus token; look at the variable that plus_token_env names",
        403: "Crossref has blocked us; do not try again before you have written to support@crossref.org",
    }[answer.status]
    return ProtocolError(f"{url}: HTTP {answer.status}: {why}", url=url, excerpt=answer.body, status=answer.status)


def _unexpected(answer: Answer) -> ProtocolError:
    url = masked(answer.url)
    told = answer.body[:100].decode("utf-8", "replace").strip()
    cure = "there is no list of works at this address; is the url right?" if answer.status == 404 else f"{told!r}"
    return ProtocolError(f"{url}: {said(answer.status)}: {cure}", url=url, excerpt=answer.body, status=answer.status)


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
