"""sickle's knowledge of the protocol over our transport, by its own hooks; the only module that imports it.

``Sickle.harvest`` is its one place that does HTTP, ``OAIResponse.xml`` its one place that parses, ``OAIResponseIterator`` its
list of pages. Overridden are exactly these: its own would ask without patience, accept cut pages, and find errors and
tokens inside of metadata.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from urllib.parse import quote_plus

from lxml import etree

from harvester.errors import ProtocolError, SourceError, SourceUnavailable
from harvester.http import TRANSIENT, Answer, Session, masked, said
from harvester.sources import Quirks
from harvester.sources.oai_pmh.envelope import Asked, Envelope, Unfit, read
from harvester.sources.oai_pmh.quirks import Overruled

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # escapes that Python warns of whenever it compiles sickle 0.7
    from sickle.app import Sickle
    from sickle.iterator import OAIResponseIterator
    from sickle.models import ResumptionToken
    from sickle.response import OAIResponse

log = logging.getLogger(__name__)

_CODES = frozenset(
    {
        "badArgument",
        "badResumptionToken",
        "badVerb",
        "cannotDisseminateFormat",
        "idDoesNotExist",
        "noRecordsMatch",
        "noMetadataFormats",
        "noSetHierarchy",
    }
)
"""https://www.openarchives.org/OAI/openarchivesprotocol.html#ErrorConditions; any other code may pass."""
_REFUSED = {
    401: "it wants a login: put it into the address, or a header into the source's settings",
    403: "it keeps us out: ask its operator to let this harvester's User-Agent in",
    404: "is this the base URL of the repository?",
    410: "the repository has gone from this address",
}


class PageOfSickle(OAIResponse):
    """sickle's answer, parsed once and strictly."""

    def __init__(self, answer: Answer, params: dict[str, str], envelope: Envelope) -> None:
        super().__init__(answer, params)  # type: ignore[no-untyped-call]
        self.answer = answer
        self.envelope = envelope

    @property
    def raw(self) -> str:
        return self.answer.body.decode("utf-8", "replace")

    @property
    def xml(self) -> etree._Element:
        return self.envelope.root


class Refusal(ProtocolError):  # what the protocol calls an error condition
    """An error condition of the protocol, with the answer that said so."""

    def __init__(self, page: PageOfSickle) -> None:
        code, text = page.envelope.errors[0]
        url = masked(page.answer.url)
        super().__init__(f"{url}: {code}: {text}", url=url, code=code, excerpt=page.answer.body)
        self.page = page


class NoPage(SourceUnavailable):
    """There were answers, but none was a page: what was asked for may be at fault, more than the connection."""

    shut = False
    """It keeps us out (401, 403): asking for something else would be no less rude."""
    wall = False
    """The same, by a page that keeps robots out."""


class Busy(SourceUnavailable):
    """The server asks for less (429), or says that it cannot now (503)."""

    status = 503


class Unreadable(ProtocolError):
    """The first page of a list is something else, however often it is asked for."""


class Pages(OAIResponseIterator):
    """The pages of a list; ``resumption_token`` is the one of the next page."""

    def _next_response(self) -> None:
        token = self.resumption_token
        params = {"verb": self.verb, "resumptionToken": token.token} if token else self.params
        self.oai_response = self.sickle.harvest(**params)
        self.resumption_token = self._get_resumption_token()

    def _get_resumption_token(self) -> ResumptionToken | None:
        token = self.oai_response.envelope.token
        if token is None:
            return None
        return ResumptionToken(token=token.text, complete_list_size=token.size)  # type: ignore[no-untyped-call]


class Client(Sickle):
    """One repository. Errors of the protocol are ProtocolError with their ``code``, whatever status they came with."""

    def __init__(self, url: str, session: Session, quirks: Quirks, *, source: str = "", prefix: str = "") -> None:
        super().__init__(url, iterator=Pages)  # type: ignore[no-untyped-call]
        self._session = session
        self._quirks = quirks
        self._by_hand = quirks.by_hand if isinstance(quirks, Overruled) else {}
        self._asked = (source, prefix)
        if quirks.get("encoding") == "identity":
            session.packed = False
        self._resumed = False  # a token was accepted: later refusals are not about how it was sent
        self.patient = True
        """False: nothing is asked for twice, because there is something else to be tried; but a busy server is waited for."""
        self.waits = True
        """False: not even a busy server is waited for."""

    def harvest(self, **kwargs: str) -> PageOfSickle:
        """One request. Raises SourceUnavailable, or ProtocolError for an answer that is a refusal."""
        first: SourceError | None = None
        for params, verbatim, quirk in self._ways(kwargs):
            try:
                with self.hurried() if first else nullcontext():
                    page = self._ask(params, verbatim)
            except Refusal as error:
                if error.code not in ("badResumptionToken", "badArgument"):
                    raise
                first = first or error
                continue
            except NoPage as error:
                if error.shut or error.wall or "resumptionToken" not in kwargs:
                    raise
                first = first or error
                continue
            except SourceUnavailable:
                if first is None:
                    raise
                break  # while another way was tried: what the first one was answered says more
            if "resumptionToken" in kwargs:
                self._resumed = True
                if quirk is not None:
                    log.info("%s: the resumptionToken is to be sent %s", masked(self.endpoint), quirk)
                    self._quirks["token"] = quirk
            return page
        assert first is not None
        raise first

    @property
    def exhausted(self) -> bool:
        """The time for tries in vain is used up: the next run goes on."""
        return self._session.patience <= 0

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """In here nothing is asked for twice."""
        patient, self.patient = self.patient, False
        try:
            yield
        finally:
            self.patient = patient

    def _ways(self, kwargs: dict[str, str]) -> Iterator[tuple[dict[str, str], str | None, str | None]]:
        """(parameters, query to be sent as it is, what to remember if it works).

        The specification's way first, or the one that worked before. Some servers do not decode the token, some want the
        metadataPrefix with it, though it is an exclusive argument.
        """
        token = kwargs.get("resumptionToken")
        if token is None:
            yield kwargs, None, None
            return
        rest = {key: value for key, value in kwargs.items() if key != "resumptionToken"}
        ways: dict[str, tuple[dict[str, str], str | None]] = {"encoded": (kwargs, None)}
        if quote_plus(token) != token:
            ways["verbatim"] = (rest, f"resumptionToken={token}")
        if self._asked[1]:
            ways["with prefix"] = ({**kwargs, "metadataPrefix": self._asked[1]}, None)
        known = self._quirks.get("token", "encoded")
        first = ways.pop(known if known in ways else "encoded")
        yield *first, None
        if not self._resumed and "token" not in self._by_hand:
            for name, way in ways.items():
                yield *way, name

    def _ask(self, params: dict[str, str], verbatim: str | None) -> PageOfSickle:
        reading = _Reading(Asked(params["verb"], *self._asked), resuming=bool(verbatim or "resumptionToken" in params))
        try:
            answer = self._get(params, verbatim, reading)
        except SourceUnavailable as error:
            told = reading.outcome(error)
            if told is None:
                raise
            raise told from error
        if not self._session.packed:
            self._quirks["encoding"] = "identity"
        assert reading.envelope is not None
        page = PageOfSickle(answer, params, reading.envelope)
        if page.envelope.errors:
            raise Refusal(page)
        return page

    def _get(self, params: dict[str, str], verbatim: str | None, reading: _Reading) -> Answer:
        if not self.patient:
            retries, self._session.retries = self._session.retries, 0
            try:
                return self._session.get(self.endpoint, params, raw_query=verbatim, fault=reading.fault)
            except SourceUnavailable:
                if not (self.waits and reading.busy):
                    raise
            finally:
                self._session.retries = retries
        return self._session.get(self.endpoint, params, raw_query=verbatim, fault=reading.fault)


class _Reading:
    """Reads the answers to one request, until one is a page or an error of the protocol."""

    def __init__(self, asked: Asked, *, resuming: bool) -> None:
        self.envelope: Envelope | None = None
        self._asked = asked
        self._resuming = resuming
        self._answer: Answer | None = None
        self._unfit: Unfit | None = None

    def fault(self, answer: Answer) -> str:
        """What is wrong with an answer that may be right next time. The body is believed before the status."""
        self._answer, self._unfit, self.envelope = answer, None, None
        try:
            self.envelope = read(answer.body, self._asked, answer.headers.get("Content-Type", ""))
        except Unfit as unfit:
            self._unfit = unfit
            if unfit.wall:
                raise self._given_up(f"the answer {unfit.reason}", answer) from unfit
            if answer.status in TRANSIENT:
                return said(answer.status)
            if answer.status >= 300:
                why = _REFUSED.get(answer.status, unfit.reason)
                raise self._given_up(f"{said(answer.status)}: {why}", answer) from unfit
            return f"the answer {unfit.reason}"
        except ProtocolError as error:  # refused for what it is
            url = masked(answer.url)
            raise ProtocolError(f"{url}: {error}", url=url, excerpt=answer.body) from error
        unknown = [f"{code or 'error'}: {text}" for code, text in self.envelope.errors if code not in _CODES]
        return f"the repository says {'; '.join(unknown)}" if unknown else ""

    @property
    def busy(self) -> bool:
        return self._answer is not None and self._answer.status in (429, 503)

    def outcome(self, error: SourceUnavailable) -> SourceError | None:
        """What it means that patience ended, where there is more to say than that."""
        answer = self._answer
        if isinstance(error, NoPage) or error.__cause__ is not None or answer is None:
            return None  # the last attempt got no answer at all
        if self.busy:
            busy = Busy(str(error), url=error.url, excerpt=error.excerpt, retry_after=error.retry_after)
            busy.status = answer.status
            return busy
        if not self._resuming and self._unfit is not None and self._unfit.whole and answer.status < 300:
            return Unreadable(str(error), url=error.url, excerpt=error.excerpt)
        none = NoPage(str(error), url=error.url, excerpt=error.excerpt, retry_after=error.retry_after)
        none.wall = self._unfit is not None and self._unfit.wall
        return none

    def _given_up(self, text: str, answer: Answer) -> SourceError:
        url = masked(answer.url)
        if self._resuming:
            error = NoPage(f"{url}: {text}", url=url, excerpt=answer.body)
            error.shut = answer.status in (401, 403, 407)
            error.wall = self._unfit is not None and self._unfit.wall
            return error
        return ProtocolError(f"{url}: {text}", url=url, excerpt=answer.body, status=answer.status)
