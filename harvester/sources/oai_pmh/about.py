"""What a harvest has to know about a repository; asked for when it is needed, and remembered."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Final

from harvester.errors import SourceError
from harvester.http import Session
from harvester.sources import Quirks
from harvester.sources.oai_pmh.client import Busy
from harvester.sources.oai_pmh.clocks import utc
from harvester.sources.oai_pmh.description import Identification, formats, identify
from harvester.sources.oai_pmh.windows import Granularity, Scale

log = logging.getLogger(__name__)

IGNORED: Final = "ignored"
_UNKNOWN: Final = Identification(granularity="day", deleted="persistent")
"""Days are understood by every repository, and nothing is gone that it has not said is gone."""
_AHEAD: Final = timedelta(days=7300)
"""A clock that is further ahead than this dates nothing."""


class About:
    """One repository."""

    def __init__(self, session: Session, url: str, quirks: Quirks, granularity: str = "") -> None:
        self.quirks = quirks
        self._session = session
        self._url = url
        self._granularity = granularity
        self._said: Identification | None = None

    def alive(self) -> bool:
        """Whether it answers at all now. If so, what failed is what was asked for, not the server."""
        try:
            self._said = self._heard(identify(self._session, self._url, patient=False))
        except Busy:
            return False
        except SourceError as error:
            log.info("it does not say who it is either: %s", error)
            return self._answers_anything()
        return True

    def _heard(self, said: Identification) -> Identification:
        """Which software it runs is kept: by that its records are read, with or without it at hand."""
        if said.platform:
            self.quirks["platform"] = said.platform
        return said

    def _answers_anything(self) -> bool:
        """Some cannot say who they are for years, and give lists all the same."""
        try:
            formats(self._session, self._url, patient=False)
        except SourceError:
            return False
        self._said = _UNKNOWN
        return True

    @property
    def reachable(self) -> bool:
        """Whether it has ever answered here."""
        return self._said is not None or self.alive()

    @property
    def granularity(self) -> Granularity:
        """Of ``from`` and ``until``. Raises Busy."""
        known = self._granularity or self.quirks.get("granularity", "")
        if not known:
            known = self._identification().granularity
            if self._said is not _UNKNOWN:
                self.quirks["granularity"] = known
        return "second" if known == "second" else "day"

    @property
    def scale(self) -> Scale:
        """How a list of it can be cut. Raises Busy."""
        said = self._identification()
        now = datetime.now(UTC)
        theirs = min(utc(said.responded) or now, now + _AHEAD)
        return Scale.of(self.granularity, said.earliest, max(now, theirs))

    @property
    def keeps_tombstones(self) -> bool:
        """Whether it promises to say which records were deleted, for ever or for a while. Raises Busy."""
        return self._identification().deleted in ("persistent", "transient")

    @property
    def keeps_to_dates(self) -> bool:
        return self.quirks.get("dates") != IGNORED

    def _identification(self) -> Identification:
        if self._said is None:
            try:
                self._said = self._heard(identify(self._session, self._url))
            except Busy:
                raise
            except SourceError as error:
                log.warning("it does not say who it is, so its dates are taken to be days: %s", error)
                self._said = _UNKNOWN
        return self._said
