"""A repository's lists, from their first page to the verdict.

Complete is what was checked: every page was whole, the last token was empty or absent, nothing came twice in a circle, and
as many records arrived as were announced. Anything else ends as incomplete, with the reason, or raises.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from harvester.errors import ConfigError, ProtocolError, SourceError
from harvester.http import Session
from harvester.record import Page, Verdict
from harvester.sources import Cursor, Quirks, Window
from harvester.sources.oai_pmh import Settings
from harvester.sources.oai_pmh.client import Client, NoPage, PageOfSickle, Refusal
from harvester.sources.oai_pmh.description import formats, identify

log = logging.getLogger(__name__)

IDLE_PAGES = 5
"""So many pages on end without a new identifier are a circle."""
RESTARTS = 8
"""How often a list may start anew in one run; each time only if the time before got further than ever."""


_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before any repository: a server whose clock stands there is asked for everything."""


class Place(Struct, omit_defaults=True):
    """Where a list goes on; kept by the store after every page."""

    token: str
    since: str = ""
    """``from`` as it was sent; empty: the list from the beginning."""
    until: str = ""
    started: str = ""
    """The server's time when the list began."""
    seen: int = 0
    """Identifiers received so far, each counted once."""
    announced: int | None = None
    asked: tuple[str, str] = ("", "")
    """The operator's own window: a place is not for a list of another window."""


class Repository:
    """A configured repository; a ``Source``."""

    def __init__(self, name: str, settings: Settings, session: Session, quirks: Quirks) -> None:
        self.name = name
        self.settings = settings
        self._session = session
        self._quirks = quirks

    @property
    def lists(self) -> list[str]:
        """``oai_dc``, or ``oai_dc#com_1`` for a set of it."""
        sets = self.settings.sets
        return [f"{p}#{s}" if s else p for p in self.settings.prefixes for s in (sets or ("",))]

    def pages(self, name: str, cursor: Cursor, window: Window) -> Iterator[Page]:
        """See ``Source.pages``."""
        place = self._resumable(cursor, window)
        if place is None:
            place = self._beginning(cursor, window)
        walk = _Walk(self, name, place)
        while True:
            try:
                yield from walk.pages()
            except ProtocolError as error:
                if not self._may_begin_again(error, walk):
                    raise self._explained(error, name) from error
            except NoPage:
                # a token of an earlier run may be answered with anything; one of this run is tried again by the next
                if not walk.at_its_first_request or not walk.restart():
                    raise
            else:
                return

    def client(self, prefix: str) -> Client:
        return Client(self.settings.url, self._session, self._quirks, source=self.name, prefix=prefix)

    # --- where to begin ----------------------------------------------------------------------------------------------

    def _resumable(self, cursor: Cursor, window: Window) -> Place | None:
        if cursor.place is None or window.full:
            return None
        try:
            place = msgspec.convert(cursor.place, Place)
        except msgspec.ValidationError:
            log.warning("%s: the place of the unfinished list cannot be read; it begins anew", self.name)
            return None
        return place if place.asked == _asked(window) else None

    def _beginning(self, cursor: Cursor, window: Window) -> Place:
        since = until = ""
        if window.explicit:
            since, until = self._bound(window.since), self._bound(window.until, end=True)
        elif cursor.complete_through and not window.full:
            through = _time(cursor.complete_through)
            if through is not None and through > _EARLIEST + timedelta(days=self.settings.overlap_days):
                since = self._stamp(through - timedelta(days=self.settings.overlap_days))
        return Place("", since, until, asked=_asked(window))

    def _bound(self, text: str | None, *, end: bool = False) -> str:
        """The operator's date in the repository's granularity; ``until`` includes its last second."""
        if not text:
            return ""
        time = _time(text)
        if time is None:
            raise ConfigError(f"{text!r} is no date: write 2026-09-28 or 2026-09-28T12:00:00Z")
        return self._stamp(time + timedelta(days=1, seconds=-1) if end and len(text.strip()) == 10 else time)

    def _stamp(self, time: datetime) -> str:
        return time.strftime("%Y-%m-%d" if self._granularity() == "day" else "%Y-%m-%dT%H:%M:%SZ")

    def _granularity(self) -> str:
        if self.settings.granularity:
            return self.settings.granularity
        if "granularity" not in self._quirks:
            self._quirks["granularity"] = identify(self._session, self.settings.url).granularity
        return self._quirks["granularity"]

    # --- when a list is refused --------------------------------------------------------------------------------------

    def _may_begin_again(self, error: ProtocolError, walk: _Walk) -> bool:
        if walk.place.token:
            return bool(error.code) and walk.restart()
        if error.code == "badArgument" and (walk.place.since or walk.place.until):
            return self._other_window(walk)
        return False

    def _other_window(self, walk: _Walk) -> bool:
        """A refused ``from`` is sent in the other granularity, then not at all: too much is better than too little."""
        place = walk.place
        if not walk.regrained and not self.settings.granularity:
            walk.regrained = True
            place.since, place.until = _regrained(place.since), _regrained(place.until, "T23:59:59Z")
            self._quirks["granularity"] = "second" if "T" in place.since + place.until else "day"
            return True
        if walk.regrained and place.asked == ("", ""):
            del self._quirks["granularity"]
            log.warning("%s: the repository refuses any date in from=; the whole list is harvested", self.name)
            place.since = place.until = ""
            return True
        return False

    def _explained(self, error: ProtocolError, name: str) -> ProtocolError:
        prefix = name.partition("#")[0]
        cure = {
            "badResumptionToken": "the list was begun anew, and its token was refused again",
            "noSetHierarchy": "the repository has no sets: leave `set` out",
            "badVerb": "is the address complete?",
        }.get(error.code, "")
        if error.code in ("cannotDisseminateFormat", "badArgument"):
            try:
                offered = formats(self._session, self.settings.url)
            except SourceError:
                offered = {}  # the first error is what matters
            if offered and prefix not in offered:
                cure = f"metadata_prefix {prefix!r} is not offered; there is {', '.join(sorted(offered))}"
        if not cure:
            return error
        return ProtocolError(
            f"{error}; {cure}", url=error.url, excerpt=error.excerpt, code=error.code, status=error.status
        )


class _Walk:
    """One list, page after page."""

    def __init__(self, repository: Repository, name: str, place: Place) -> None:
        self.place = place
        self.regrained = False
        self._prefix, _, self._set = name.partition("#")
        self._max_pages = repository.settings.max_pages
        self._repository = repository
        self._client = repository.client(self._prefix)
        self._restarts = 0
        self._furthest = -1
        self._clear()

    def _clear(self) -> None:
        self._tokens: set[str] = set()
        self._known: set[int] = set()  # hashes: a tenth of the memory of identifiers
        self._carried = self.place.seen  # from before this process
        self._last: tuple[str, ...] = ()
        self._idle = 0
        self._pages = 0

    @property
    def at_its_first_request(self) -> bool:
        return not self._pages

    def restart(self) -> bool:
        """Back to the beginning, if that is worth it: what was received already costs nothing to receive again."""
        if self._restarts >= RESTARTS or self.place.seen <= self._furthest:
            return False
        log.info("%s: the token is no longer accepted; the list begins anew", self._repository.name)
        self._restarts += 1
        self._furthest = self.place.seen
        self.place = Place("", self.place.since, self.place.until, asked=self.place.asked)
        self._clear()
        return True

    def pages(self) -> Iterator[Page]:
        answers = self._answers()
        while True:
            try:
                page = self._page(next(answers))
            except Refusal as refusal:
                ending = self._ending(refusal)
                if ending is None:
                    raise
                page = ending
            yield page
            if page.verdict is not None:
                return

    def _answers(self) -> Iterator[PageOfSickle]:
        yield from self._client.ListRecords(**self._arguments())  # type: ignore[no-untyped-call]

    def _arguments(self) -> dict[str, str]:
        if self.place.token:
            return {"resumptionToken": self.place.token}
        wanted = {
            "metadataPrefix": self._prefix,
            "set": self._set,
            "from": self.place.since,
            "until": self.place.until,
        }
        return {key: value for key, value in wanted.items() if value}

    def _page(self, page: PageOfSickle) -> Page:
        envelope = page.envelope
        place = self.place
        if not place.token:
            place.started = _server_time(page)
        if envelope.token is not None and envelope.token.size is not None:
            place.announced = max(envelope.token.size, place.announced or 0)
        identifiers = tuple(record.identifier for record in envelope.records) + tuple(
            broken.identifier or broken.payload.hex()[:200] for broken in envelope.broken
        )
        before = len(self._known)
        self._known.update(map(hash, identifiers))
        self._idle = 0 if len(self._known) > before else self._idle + 1
        self._pages += 1
        place.seen = self._carried + len(self._known)
        sent, place.token = place.token, "" if envelope.token is None else envelope.token.text
        verdict = self._verdict(identifiers, sent)
        self._last = identifiers
        return Page(
            records=list(envelope.records),
            broken=envelope.broken,
            place=msgspec.to_builtins(place) if verdict is None else None,
            verdict=verdict,
            complete_through=place.started if verdict is not None and verdict.complete else None,
            announced=place.announced,
            repairs=envelope.repairs,
        )

    def _verdict(self, identifiers: tuple[str, ...], sent: str) -> Verdict | None:
        token = self.place.token
        if not token:
            return self._count()
        self._tokens.add(sent)
        if token in self._tokens:
            return _incomplete("loop: the repository gave a token that it had given before")
        if identifiers and identifiers == self._last:
            return _incomplete("loop: the repository gave the same page twice")
        if self._idle >= IDLE_PAGES:
            return _incomplete(f"loop: {self._idle} pages in a row without a new record")
        if self._pages >= self._max_pages:
            return _incomplete(f"stopped after {self._pages} pages, as max_pages says")
        return None

    def _count(self) -> Verdict:
        seen, announced = self.place.seen, self.place.announced
        if announced is not None and seen < announced:
            return _incomplete(f"{seen} of {announced} records that were announced")
        return Verdict(complete=True)

    def _ending(self, refusal: Refusal) -> Page | None:
        """The last page of a list that ends with an error: nothing (more) matches, or a token after the last record."""
        place = self.place
        if refusal.code == "noRecordsMatch":
            if place.token and not self._pages:
                refusal.code = "badResumptionToken"  # of an earlier run: nobody knows what it stood for
                return None
            if not place.token:
                place.started = _server_time(refusal.page)
            verdict = self._count()
        elif refusal.code == "badResumptionToken" and place.announced is not None and place.seen >= place.announced > 0:
            verdict = Verdict(complete=True)
        else:
            return None
        if self._set and not place.seen and not place.since:
            log.warning("%s: the set %r holds nothing: is it spelled as in ListSets?", self._repository.name, self._set)
        through = place.started if verdict.complete else None
        return Page(records=[], verdict=verdict, complete_through=through, announced=place.announced)


def _incomplete(reason: str) -> Verdict:
    return Verdict(complete=False, reason=reason)


def _asked(window: Window) -> tuple[str, str]:
    return window.since or "", window.until or ""


# --- time ------------------------------------------------------------------------------------------------------------


def _server_time(page: PageOfSickle) -> str:
    """When a list began, by the earliest of three clocks: responseDate, the Date header and ours.

    One that is ahead would make the next incremental harvest skip what changed meanwhile; one that is behind only costs
    some records that come again.
    """
    answer = page.answer
    clocks = [_time(page.envelope.responded), answer.date, datetime.now(UTC) - timedelta(seconds=answer.elapsed)]
    return _iso(min(clock for clock in clocks if clock is not None))


def _iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(text: str) -> datetime | None:
    """A UTCdatetime of OAI-PMH, read kindly: a fraction, an offset, or no zone at all; None where it is none."""
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        return None


def _regrained(stamp: str, last: str = "T00:00:00Z") -> str:
    """A stamp in the other granularity."""
    return stamp if not stamp else stamp[:10] if "T" in stamp else stamp + last
