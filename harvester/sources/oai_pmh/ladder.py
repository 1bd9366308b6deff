"""What to do where a page of a list cannot be had: rung after rung, so that one bad record costs that record only.

Asking again, and sending the token in another way, has been done by then. What is left:

1. Is anybody there? If not, the place is kept for the next run.
2. The window once more from its start, where a token failed: it may have expired.
3. ListIdentifiers: where it names only a few that have not come, these by GetRecord.
4. The window in two halves, down to the granularity.
5. In a window that cannot be halved: with all the patience there is; then GetRecord for what ListIdentifiers names.
6. What even then cannot be had is quarantined where it has a name, and said in the verdict where it has none.

https://github.com/hbz/lobid-gnd/issues/432 asks for it; https://github.com/DOAJ/doaj/issues/199,
https://github.com/datacite/datacite/issues/1442 and https://github.com/DSpace/DSpace/issues/10721 are such records.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from harvester.errors import ProtocolError, SourceError, SourceUnavailable
from harvester.http import masked
from harvester.record import Page
from harvester.sources.oai_pmh.client import Busy, NoPage, Refusal, Unreadable
from harvester.sources.oai_pmh.listing import MOST
from harvester.sources.oai_pmh.missing import Missing
from harvester.sources.oai_pmh.place import Lost
from harvester.sources.oai_pmh.probes import goes_beyond, lists_at_all
from harvester.sources.oai_pmh.windows import Span, halves

if TYPE_CHECKING:
    from harvester.sources.oai_pmh.walk import Walk

log = logging.getLogger(__name__)

RESTARTS: Final = 8
"""How often a list may start anew in one run; each time only if the time before got further than ever."""
FEW: Final = 100
"""So many missing records are fetched one by one before their window is halved."""
FUTILE: Final = 40
"""So many windows on end that failed are no window's fault; a century has 2**32 seconds."""
IN_VAIN: Final = 8
"""So many windows on end that were short, and brought nothing new: the number that was announced is wrong."""
CUTS: Final = 5000
_AWAY: Final = 60.0
"""Seconds of Retry-After beyond which a server wants to be left alone; some send a few with whatever they say."""
_SLOW: Final = 20.0
"""Seconds after which a request for a whole window was rather too much than bad luck: so is ListIdentifiers for it."""


def can_climb(error: SourceError, *, again: bool) -> bool:
    """Whether another way to ask may help, and is not rude.

    ``again``: at a page that an earlier run could not have either. Only then is a server that is busy asked in another way,
    and a token that is shut out taken for one that has expired.
    """
    if isinstance(error, Busy):
        return again and error.status != 429 and not error.retry_after
    if isinstance(error, SourceUnavailable) and (error.retry_after or 0) > _AWAY:
        return False
    if isinstance(error, NoPage):
        return not error.wall and (again or not error.shut)
    if isinstance(error, SourceUnavailable):
        return True
    return isinstance(error, Refusal | Unreadable) or (isinstance(error, ProtocolError) and error.code == "too-large")


class Ladder:
    """For one walk; it moves the walk's place."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._restarts = 0
        self._restarted_for: SourceError | None = None
        self._furthest = -1
        self._cuts = 0
        self._futile = 0
        self._answered = False
        self._ends_refused = False
        self._thorough = False
        self._whole_again = False
        self._missing = Missing(walk)
        self._known_before = self._in_vain = 0
        self._begin_failed = False
        self._widest = timedelta()

    @property
    def patient(self) -> bool:
        """Not where a page has failed with patience before."""
        if self._walk.place.divided:
            return self._thorough
        return self._walk.received != self._furthest

    # --- rungs -------------------------------------------------------------------------------------------------------

    def after(self, error: SourceError) -> Generator[Page, None, Page | None]:
        """The last page of the window, where that was its end; None: the walk goes on from its place. Or raises."""
        walk, place = self._walk, self._walk.place
        code = error.code if isinstance(error, Refusal) else ""
        if isinstance(error, Refusal) and code == "noRecordsMatch" and not place.token:
            walk.begin(error.page)
            self.ended_well()
            return walk.page()
        self._raise_what_nothing_helps(error, code)
        if code and place.token and walk.received == walk.size and walk.pages_here != 1:
            return (
                walk.page()
            )  # a token after the last record; where that was the first page, its size may be the page's
        if code == "badResumptionToken" and self._refused_in_the_shallows:
            return None if self._thoroughly() else self._ended_refused()
        in_doubt = bool(place.token and walk.pages_here) and (walk.size is None or walk.received >= walk.size)
        if in_doubt and (ended := (yield from self._one_by_one(FEW))):
            return ended  # the same, as ListIdentifiers shows
        if code == "noRecordsMatch" and walk.pages_here and not in_doubt:
            return walk.page()  # short: the walk sees to that
        if self._restart(error):
            return None
        if self._ended_twice(code):
            return walk.page()
        return (yield from self._in_parts(error, listed=in_doubt))

    def _raise_what_nothing_helps(self, error: SourceError, code: str) -> None:
        """Refusals that are meant so, and a server that is not there."""
        walk, place = self._walk, self._walk.place
        again = bool(place.token and not walk.pages_here) or isinstance(self._restarted_for, Busy)
        about_the_list = bool(code) and not place.token and (code == "badArgument" or not place.divided)
        if about_the_list or not can_climb(error, again=again):
            raise error
        self._answered = bool(code) or (not walk.client.exhausted and walk.about.alive())
        if not self._answered:
            raise self._worst(error)

    def _in_parts(self, error: SourceError, *, listed: bool) -> Generator[Page, None, Page | None]:
        """The lower rungs: what is left of the window, by names or by dates. ``listed``: by names was tried."""
        too_much = time.monotonic() - self._walk.asked_at > _SLOW and self._parts() is not None
        if not (listed or too_much) and (ended := (yield from self._one_by_one(FEW))):
            return ended
        if self._halve(error) or self._thoroughly():
            return None
        ended = yield from self._one_by_one(MOST)
        if ended is None and not self._walk.place.divided:
            raise self._worst(error)
        return ended or self._lose(error)

    # --- ends ----------------------------------------------------------------------------------------------------------

    def _ended_twice(self, code: str) -> bool:
        """Whether the list ended at the same place as before it began anew, in a way that is an end."""
        walk = self._walk
        if not walk.pages_here or code != "badResumptionToken":
            return bool(walk.pages_here) and code == "noRecordsMatch"
        as_ever = walk.size is None and walk.about.quirks.get("end") == "refused"
        return as_ever and walk.received == self._furthest and self._missing.nothing

    @property
    def _refused_in_the_shallows(self) -> bool:
        """Whether a part ended, by a token that was refused, where tokens worked in longer lists: it was its last page.

        Only where nothing else can tell: no size was announced, and ListIdentifiers ends in the same way.
        """
        walk = self._walk
        return walk.place.divided and walk.size is None and 0 < walk.pages_here < walk.deepest

    def _ended_refused(self) -> Page:
        log.info("%s: its lists end with a token that it refuses", self._where)
        self._ends_refused = True
        self.ended_well()
        return self._walk.page()

    def make_up(self) -> Generator[Page, None, Page | None]:
        """The same for a window that ended, but gave fewer records than it announced."""
        walk, place = self._walk, self._walk.place
        ended = yield from self._one_by_one(FEW)
        if ended is None and walk.tapers and self._missing.nothing:
            log.warning(
                "%s: it announces %s records, but names only the %s that came; if its numbers are wrong for ever, set"
                ' quirks.sizes = "ignored"',
                self._where,
                walk.size,
                walk.received,
            )
        elif ended is None:
            self._in_vain = 0 if len(walk.known) > self._known_before else self._in_vain + 1
            self._known_before = len(walk.known)
            if self._in_vain < IN_VAIN and self._halve(f"{walk.received} of {walk.size} records"):
                return None
            ended = yield from self._one_by_one(MOST)
        if ended is None and place.divided and place.announced is None:
            ended = self._lose(f"{walk.received} of {walk.size} records came")
        return ended or walk.page()

    def look_again(self) -> Generator[Page, None, Page | None]:
        """For a window whose end is in doubt, though nothing failed: is there more in ListIdentifiers, or beyond its dates?"""
        walk, place = self._walk, self._walk.place
        if place.cut:
            if self._halve("its lists end too early"):
                return None
            return self._lose(f"its lists end too early: there may be more than the {walk.received} records that came")
        ended = yield from self._one_by_one(FEW)
        more = len(self._missing.listed.unknown)
        if not more and not walk.tapers and goes_beyond(walk):
            place.cut = True
            return (yield from self.look_again())
        if ended is None and more:
            if self._halve(f"ListIdentifiers names at least {more} more"):
                return None
            ended = yield from self._one_by_one(MOST)
        if ended is None and more:
            place.lost.append(Lost("", "", f"ListIdentifiers names at least {more} records that did not come"))
        return ended or walk.page()

    def sweep(self) -> Generator[Page, None, Page]:
        """After the last part of a list: what was in none of them, such as records without a usable date."""
        walk, place = self._walk, self._walk.place
        place.go_to(place.undivided)
        walk.begin_window()
        self._missing.forget()
        found = yield from self._one_by_one(MOST)
        listed = self._missing.listed
        if found is None and len(listed.unknown) > MOST:
            place.lost.append(Lost("", "", f"more than {MOST} records came in none of the parts of the list"))
        elif found is not None and listed.size is not None:
            place.announced = listed.size  # what was announced at the beginning may have changed since
        return found or walk.page()

    def _restart(self, error: SourceError) -> bool:
        """Back to the start of the list, if that is worth it: what was received already costs nothing to receive again."""
        walk, place = self._walk, self._walk.place
        if not place.token or place.divided or self._restarts >= RESTARTS or walk.received <= self._furthest:
            return False
        log.info("%s: the list begins anew: %s", self._where, error)
        self._restarts += 1
        self._restarted_for = error
        self._furthest = walk.received
        place.go_to(place.span)
        place.started, place.announced, place.seen, place.anew = "", None, 0, True
        walk.begin_window()
        return True

    def _worst(self, error: SourceError) -> SourceError:
        """What to say where nothing helped: a token that may be good in the next run is not given up for the restart."""
        worst = self._restarted_for if isinstance(self._restarted_for, SourceUnavailable) else error
        if isinstance(worst, SourceUnavailable):
            worst.this_list_only = self._answered
        return worst

    def _one_by_one(self, most: int) -> Generator[Page, None, Page | None]:
        """The end of the window, if all that is missing can be fetched by itself."""
        walk, place = self._walk, self._walk.place
        page = yield from self._missing.pages(most, lambda: most == FEW and self._parts() is not None)
        if page is None:
            return None
        listed = self._missing.listed
        walk.size = walk.last_size = walk.last_size if listed.size is None else listed.size
        if not place.divided:
            place.announced = walk.size  # as of now, not of when the list began
        place.token = ""
        place.started = place.started or listed.started
        return page

    def _halve(self, why: object) -> bool:
        walk, place = self._walk, self._walk.place
        parts = self._parts()
        if parts is None or not (place.divided or walk.pages_here or lists_at_all(walk)):
            return False
        log.info("%s: in two parts, cut at %s: %s", self._where, parts[1][0], why)
        if not place.divided:
            self._begin_failed = not walk.pages_here
        self._cuts += 1
        self._futile += 1
        self._thorough = False
        place.divide(*parts)
        walk.begin_window()
        return True

    def _parts(self) -> tuple[Span, Span] | None:
        about = self._walk.about
        if self._whole_again or not about.keeps_to_dates or self._futile >= FUTILE or self._cuts >= CUTS:
            return None
        if not about.reachable:
            return None
        return halves(self._walk.place.span, about.scale)

    def _thoroughly(self) -> bool:
        """A part that cannot be made smaller was asked for in haste so far."""
        if not self._walk.place.divided or self._thorough:
            return False
        self._thorough = True
        self._walk.place.go_to(self._walk.place.span)
        self._walk.begin_window()
        return True

    def _lose(self, why: object) -> Page:
        place = self._walk.place
        place.lose(str(why))
        log.warning("%s: %s", self._where, place.lost[-1])
        place.token = ""
        return self._walk.page()

    # --- what is learned on the way ----------------------------------------------------------------------------------

    def next_window(self) -> None:
        """A window has ended, one way or the other."""
        self._thorough = False

    def ended_well(self) -> None:
        """A window was given in one piece."""
        self._futile = 0
        if self._begin_failed and self._walk.inside:
            self._widest = max(self._widest, self._walk.about.scale.width(self._walk.place.span))

    def learned(self) -> None:
        """The list is complete: what was found out on the way is good for the next one."""
        if self._ends_refused:
            self._walk.about.quirks["end"] = "refused"
        if self._begin_failed and self._widest >= timedelta(days=1):
            self._walk.about.quirks["window"] = f"{self._widest.days} days"

    def whole_again(self) -> None:
        """The repository gives the whole list whatever dates it is asked for: there are no parts."""
        self._whole_again = True
        self._walk.place.windows.clear()
        self._walk.about.quirks["dates"] = "ignored"

    @property
    def _where(self) -> str:
        return masked(self._walk.client.endpoint)
