"""One question to Crossref, and its answer. The only module that knows habanero.

habanero spells and checks the parameters; the request itself goes through our own session, because habanero opens a new
connection for each, does not retry, hides the headers, and never sends the Plus token. Nothing of its source is changed:
``Request`` is asked for one page, with its two methods that speak HTTP replaced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec
from habanero.request_class import Request

from harvester.errors import ProtocolError, SourceError
from harvester.http import Answer, Session, busy
from harvester.sources.crossref.items import NotAListError, WorkList, single_work, work_list
from harvester.sources.crossref.limits import ARRAY, FIRST_PACE, SINGLE, Budget, Limits
from harvester.sources.crossref.refusals import (
    CursorLostError,
    blocked,
    refused,
    token_refused,
    too_much_failed,
    unexpected,
)

Filters = Mapping[str, list[str]]

ABSENT: Final = (404, 410)
"""Statuses that say of a single work that it is not there; the body is text, though it is called JSON."""

_TOKEN_HEADER: Final = "Crossref-Plus-API-Token"  # noqa: S105  # its name


class Client:
    """Asks Crossref, one question at a time, at the pace that its headers allow.

    ``mailto`` brings us into the polite pool; ``token`` (Metadata Plus) into a faster one. The token is in no message.
    """

    def __init__(self, session: Session, url: str, *, mailto: str = "", token: str = "") -> None:
        self.session = session
        self.url = re.sub(r"(/works)?/*$", "", url)
        self.mailto = mailto
        self.date: datetime | None = None
        """The server's time in its last answer."""
        self.status = 0
        """Of the last answer, also of one that was no use."""
        self._headers = {"Accept": "application/json"}
        if token:
            self._headers[_TOKEN_HEADER] = f"Bearer {token}"
        session.alone = True  # the public pool allows one request at a time, whoever of us asks
        self._limits = Limits(session.pace, 0.0 if _is_loopback(url) else FIRST_PACE)
        session.pace = self._limits.pace(ARRAY)
        self._budget = Budget()

    def times(self) -> tuple[datetime, datetime]:
        """Now, by the server's clock at its last answer and by ours: the earlier first. Either may be wrong by years;
        what changed since the earlier one is never too little."""
        ours = our_time()
        return min(self.date or ours, ours), max(self.date or ours, ours)

    def rest(self, seconds: float) -> bool:
        """As long as the server asked for before a window is begun again; False, at once, where that is too long for us."""
        return seconds <= self.session.longest_wait and self.session.wait(seconds)

    def works(
        self,
        filters: Filters,
        queries: Mapping[str, str],
        *,
        rows: int,
        cursor: str | None = None,
        offset: int = 0,
        again: bool = False,
    ) -> WorkList:
        """A page of works; ``rows=0`` only counts. Pages by cursor but the first are asked for once (see ``once``), unless
        ``again``.

        Raises SourceUnavailable, ProtocolError, CursorLostError.
        """
        request = _Works(self, filters, queries, rows, cursor, offset)
        if cursor in (None, "*"):
            return request.ask()
        try:
            with nullcontext() if again else self.once():
                return request.ask()
        except ProtocolError as error:
            if error.status in (400, 404):  # an expired cursor has been answered in several ways over the years
                raise CursorLostError(str(error)) from error
            raise

    def work(self, doi: str) -> bytes | None:
        """One work by its DOI, whatever characters it has; None where Crossref does not have it."""
        answer = self.get(f"/works/{quote(doi, safe='')}", {}, _fault_of_single)
        if answer.status in ABSENT:
            return None
        return single_work(answer.body)

    def told(self, path: str) -> dict[str, Any]:
        """What Crossref says beside its works (``/journals/{issn}``, ``/works/{doi}/agency``); nothing where it does not.

        Good to know, never needed: asked for once, and whatever goes wrong with it stays without effect.
        """
        try:
            with self.once():
                answer = self.get(path, {}, _fault_of_single)
            if answer.status in ABSENT:
                return {}
            return msgspec.json.decode(answer.body, type=dict[str, Any]).get("message") or {}
        except (SourceError, msgspec.DecodeError, RecursionError):
            return {}

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
        kind = ARRAY if path.endswith("/works") else SINGLE
        sent = {**params, "mailto": self.mailto} if self.mailto else params
        self.session.pace = self._limits.pace(kind)
        answer = self.session.get(
            self.url + path, sent, headers=self._headers, fault=lambda a: self._fault(a, check, kind)
        )
        self.date = answer.date or self.date
        return answer

    def _fault(self, answer: Answer, check: Callable[[Answer], str], kind: str) -> str:
        """What is wrong with an answer that may be right next time; an error where it will not."""
        self.status = answer.status
        self._limits.learn(answer.headers)
        self.session.pace = self._limits.pace(kind)
        if answer.status == 403:
            raise blocked(answer)
        absent = kind == SINGLE and answer.status in ABSENT  # that is an answer
        self._budget.count(failed=answer.status >= 400 and not absent)
        if answer.status >= 400 and self._budget.spent:
            raise too_much_failed(answer, self._budget.failures, self._budget.answers)
        reason = busy(answer)
        if reason:
            return reason
        if answer.status == 400:
            raise refused(answer)
        if answer.status == 401:
            raise token_refused(answer, sent=_TOKEN_HEADER in self._headers)
        return check(answer)


def _fault_of_single(answer: Answer) -> str:
    if answer.status in ABSENT:
        return ""
    if answer.status != 200:
        raise unexpected(answer)
    try:
        single_work(answer.body)
    except NotAListError as error:
        return str(error)
    return ""


class _Works(Request):
    """habanero's request for one page of works, on our transport."""

    def __init__(
        self, client: Client, filters: Filters, queries: Mapping[str, str], rows: int, cursor: str | None, offset: int
    ) -> None:
        self._client = client
        self._list: WorkList | None = None
        asked = {name: values[0] if len(values) == 1 else list(values) for name, values in filters.items()}
        fields = {f"query_{name[6:].replace('-', '_')}": text for name, text in queries.items() if name != "query"}
        # By position: the same in the released version, which says `filter`, and in the next, which says `filters`.
        super().__init__(  # type: ignore[no-untyped-call]
            None, None, None, client.url, "/works", queries.get("query"), asked or None, offset or None, rows, None, None,
            None, None, None, cursor, 0, False, False, **fields,
        )  # fmt: skip
        self._expected = [f"{name}:{value}" for name, values in filters.items() for value in values]

    def ask(self) -> WorkList:
        try:
            self.do_request()  # type: ignore[no-untyped-call]
        except ValueError as error:  # habanero's own checks of names
            raise ProtocolError(f"{self._client.url}: {error}", url=self._client.url) from error
        assert self._list is not None
        return self._list

    def _req(self, payload: dict[str, str], should_warn: bool) -> dict[str, Any]:  # noqa: ARG002  # habanero's hook
        lost = [pair for pair in self._expected if pair not in payload.get("filter", "")]
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
            if self.cursor in (None, "*"):
                return "it speaks of an invalid cursor, but was sent none"
            raise CursorLostError
        if answer.status != 200:
            raise unexpected(answer)
        try:
            self._list = work_list(answer.body)
        except NotAListError as error:
            return str(error)
        return ""


def our_time() -> datetime:
    return datetime.now(UTC)


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
