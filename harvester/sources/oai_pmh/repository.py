"""A configured repository: where its lists begin, and whether one that is refused may begin again."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from harvester.errors import ConfigError, ProtocolError, SourceError
from harvester.http import Session
from harvester.record import Page
from harvester.sources import Cursor, Quirks, Window
from harvester.sources.oai_pmh import Settings
from harvester.sources.oai_pmh.client import Client, NoPage
from harvester.sources.oai_pmh.clocks import regrained, utc
from harvester.sources.oai_pmh.description import formats, identify, set_names
from harvester.sources.oai_pmh.walk import Place, Walk

log = logging.getLogger(__name__)

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before any repository: a server whose clock stands there is asked for everything."""


class Repository:
    """A configured repository; a ``Source``."""

    def __init__(self, name: str, settings: Settings, session: Session, quirks: Quirks) -> None:
        self.name = name
        self.settings = settings
        self._session = session
        self._quirks = quirks
        self._regrained = False

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
        prefix, _, set_spec = name.partition("#")
        client = Client(self.settings.url, self._session, self._quirks, source=self.name, prefix=prefix)
        walk = Walk(client, prefix, set_spec, place, self.settings.max_pages)
        names = {} if place.token or place.since else self._set_names()
        while True:
            try:
                for page in walk.pages():
                    yield msgspec.structs.replace(page, set_names=names) if names else page
                    names = {}
            except ProtocolError as error:
                if not self._may_begin_again(error, walk):
                    raise self._explained(error, name) from error
            except NoPage:
                # a token of an earlier run may be answered with anything; one of this run is tried again by the next
                if not walk.at_its_first_request or not walk.restart():
                    raise
            else:
                return

    def fetch(self, name: str, identifiers: Sequence[str]) -> Iterator[Page]:
        """See ``Source.fetch``: GetRecord for each."""
        prefix = name.partition("#")[0]
        client = Client(self.settings.url, self._session, self._quirks, source=self.name, prefix=prefix)
        for identifier in identifiers:
            try:
                envelope = client.harvest(verb="GetRecord", identifier=identifier, metadataPrefix=prefix).envelope
            except ProtocolError as error:
                if error.code in ("idDoesNotExist", "cannotDisseminateFormat"):
                    yield Page(records=[], gone=(identifier,))
                continue
            records = [record for record in envelope.records if record.identifier == identifier]
            yield Page(records=records, broken=envelope.broken, repairs=envelope.repairs)

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
            if through is not None and through > _EARLIEST + timedelta(days=self.settings.overlap_days):
                since = self._stamp(through - timedelta(days=self.settings.overlap_days))
        return Place("", since, until, asked=_asked(window))

    def _bound(self, text: str | None, *, end: bool = False) -> str:
        """The operator's date in the repository's granularity; ``until`` includes its last second."""
        if not text:
            return ""
        time = utc(text)
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

    def _may_begin_again(self, error: ProtocolError, walk: Walk) -> bool:
        if walk.place.token:
            return bool(error.code) and walk.restart()
        if error.code == "badArgument" and (walk.place.since or walk.place.until):
            return self._other_window(walk)
        return False

    def _other_window(self, walk: Walk) -> bool:
        """A refused ``from`` is sent in the other granularity, then not at all: too much is better than too little."""
        place = walk.place
        if not self._regrained and not self.settings.granularity:
            self._regrained = True
            place.since, place.until = regrained(place.since), regrained(place.until, "T23:59:59Z")
            self._quirks["granularity"] = "second" if "T" in place.since + place.until else "day"
            return True
        if self._regrained and place.asked == ("", ""):
            self._quirks.pop("granularity", None)
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


def _asked(window: Window) -> tuple[str, str]:
    return window.since or "", window.until or ""
