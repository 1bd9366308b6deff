"""A configured repository: where its lists begin, and whether one that is refused may begin again."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from harvester.clock import duration
from harvester.errors import ConfigError, ProtocolError, SourceError, SourceUnavailable
from harvester.http import Session
from harvester.record import Page, RawRecord
from harvester.sources import Cursor, Quirks, Window
from harvester.sources.oai_pmh import Settings
from harvester.sources.oai_pmh.about import About
from harvester.sources.oai_pmh.client import Client
from harvester.sources.oai_pmh.clocks import regrained, utc
from harvester.sources.oai_pmh.description import formats, set_names
from harvester.sources.oai_pmh.ladder import can_climb
from harvester.sources.oai_pmh.place import Place
from harvester.sources.oai_pmh.probes import refuses_dates
from harvester.sources.oai_pmh.quirks import Overruled
from harvester.sources.oai_pmh.singles import unlisted
from harvester.sources.oai_pmh.walk import Walk
from harvester.sources.oai_pmh.windows import OLDEST, Span, slices, stamp

log = logging.getLogger(__name__)


class Repository:
    """A configured repository; a ``Source``."""

    def __init__(self, name: str, settings: Settings, session: Session, quirks: Quirks) -> None:
        self.name = name
        self.settings = settings
        self._session = session
        self._quirks = Overruled(settings.quirks, quirks)
        self._about = About(session, settings.url, self._quirks, settings.granularity)
        self._regrained = False

    @property
    def lists(self) -> list[str]:
        """``oai_dc``, or ``oai_dc#com_1`` for a set of it."""
        sets = self.settings.sets
        return [f"{p}#{s}" if s else p for p in self.settings.prefixes for s in (sets or ("",))]

    def pages(self, name: str, cursor: Cursor, window: Window) -> Iterator[Page]:
        """See ``Source.pages``."""
        place = self._resumable(cursor, window)
        named = () if place is None else cursor.named()
        if place is None:
            place = self._beginning(cursor, window)
        walk = Walk(self._client(name), self._about, name, place, self.settings.max_pages, named)
        names = {} if place.token or not place.whole else self._set_names()
        while True:
            try:
                for page in walk.pages():
                    yield msgspec.structs.replace(page, set_names=names) if names else page
                    names = {}
            except ProtocolError as error:
                refused = error.code == "badArgument" and not walk.place.token
                if not ((refused or _refuses_in_its_way(walk, error)) and self._other_window(walk)):
                    raise self._explained(error, name) from error
            except SourceUnavailable as error:
                if not (_refuses_in_its_way(walk, error) and self._other_window(walk)):
                    raise
            else:
                return

    def fetch(self, name: str, identifiers: Sequence[str]) -> Iterator[Page]:
        """See ``Source.fetch``. What is only broken stays: it was not said to be gone."""
        prefix, _, set_spec = name.partition("#")
        return unlisted(self._client(name), self._about, prefix, identifiers, self._belongs if set_spec else _any)

    def _belongs(self, record: RawRecord) -> bool:
        """Whether a record is in a set that is wanted; one that names no sets may be in any."""
        wanted = self.settings.sets
        return not record.sets or any(s == w or s.startswith(f"{w}:") for s in record.sets for w in wanted)

    def _client(self, name: str) -> Client:
        prefix = name.partition("#")[0]
        return Client(self.settings.url, self._session, self._quirks, source=self.name, prefix=prefix)

    def _set_names(self) -> dict[str, str]:
        """setSpec -> name, asked for at the start of a whole list where the settings say so. A harvest does without."""
        if not self.settings.set_names:
            return {}
        try:
            return set_names(self._session, self.settings.url)
        except SourceError as error:
            log.warning("%s: the names of its sets are not known: %s", self.name, error)
            return {}

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
            through = utc(cursor.complete_through)
            overlap = timedelta(days=self.settings.overlap_days)
            if through is not None and through > OLDEST + overlap and self._about.keeps_to_dates:
                since = self._stamp(through - overlap)
        place = Place("", since, until, asked=_asked(window), whole=not (since or until))
        self._divide(place)
        return place

    def _divide(self, place: Place) -> None:
        """A list longer than what the repository was once found to give in one piece is not asked for whole again."""
        width = duration(self._quirks.get("window", ""))
        if width is None or not self._about.keeps_to_dates:
            return
        parts = slices(place.span, self._about.scale, width)
        if len(parts) > 1:
            place.undivided, place.divided = place.span, True
            place.windows = parts
            place.next_window()

    def _bound(self, text: str | None, *, end: bool = False) -> str:
        """The operator's date in the repository's granularity; ``until`` includes its last second."""
        if not text:
            return ""
        time = utc(text)
        if time is None:
            raise ConfigError(f"{text!r} is no date: write 2026-09-28 or 2026-09-28T12:00:00Z")
        return self._stamp(time + timedelta(days=1, seconds=-1) if end and len(text.strip()) == 10 else time)

    def _stamp(self, time: datetime) -> str:
        return stamp(time, self._about.granularity)

    # --- when a window is refused ------------------------------------------------------------------------------------

    def _other_window(self, walk: Walk) -> bool:
        """A refused ``from`` is sent in the other granularity, then not at all: too much is better than too little."""
        place = walk.place
        if not (place.since or place.until):
            return False
        if not (self._regrained or self.settings.granularity or "granularity" in self.settings.quirks):
            self._regrained = True
            self._quirks["granularity"] = "second" if self._about.granularity == "day" else "day"
            place.since, place.until = _other_form(place.span)
            place.windows = [_other_form(span) for span in place.windows]
            return True
        if self._regrained and place.asked == ("", "") and not place.divided:
            self._quirks.pop("granularity", None)
            log.warning(
                "%s: the repository refuses any date in from=; the whole list is harvested. If it always does,"
                ' set quirks.dates = "ignored"',
                self.name,
            )
            place.go_to(("", ""))
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


def _asked(window: Window) -> tuple[str, str]:
    return window.since or "", window.until or ""


def _other_form(span: Span) -> Span:
    return regrained(span[0]), regrained(span[1], "T23:59:59Z")


def _any(_: RawRecord) -> bool:
    return True


def _refuses_in_its_way(walk: Walk, error: SourceError) -> bool:
    """Whether it is for its dates that a list did not even begin: some servers know no error but 400 or 500 for them."""
    place = walk.place
    if place.token or place.seen or place.divided:
        return False
    bad_request = isinstance(error, ProtocolError) and error.status in (400, 422)
    return (bad_request or can_climb(error, again=False)) and refuses_dates(walk)
