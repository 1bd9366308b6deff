"""A list that is too long for one answer: windows of time, checked by count.

A cursor at Crossref is a scroll kept by the server: a page lost on the way is lost for good, and nobody notices. A window
of time is stateless. So a list that does not fit one answer is cut into windows by the date on which works were created
(which never changes) or, for an update, indexed (which every change moves forward); each window is halved until Crossref
counts no more works in it than it sends at once, and is done when as many different DOIs have come. A cursor is used only
in a window that cannot be halved, and that window starts again from its first page whenever anything goes wrong; and for
the whole list, once, where all windows together brought less than there is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Final

from harvester.errors import ProtocolError, SourceError, SourceUnavailable
from harvester.record import Page, RawRecord
from harvester.sources import Cursor, Quirks, Window
from harvester.sources.crossref.client import Client
from harvester.sources.crossref.items import WorkList, gather, records
from harvester.sources.crossref.journals import shortfall
from harvester.sources.crossref.place import TRIES, Ask, Place, begin, list_name, moment, resumed
from harvester.sources.crossref.refusals import CursorLostError, LeftAlone
from harvester.sources.crossref.scroll import MOST_BY_OFFSET, by_offset, scrolled
from harvester.sources.crossref.singles import fetched
from harvester.sources.crossref.windows import Span, bounds, halves, span

log = logging.getLogger(__name__)

FEWEST: Final = 50
"""A server that cannot give so many works in time cannot give fewer either."""
_CUTS: Final = 64
"""So many cuts for each answer's worth of works lead down to seconds; more are needed where counts mean nothing."""
_FIRST_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Works:
    """A source that is whatever works a filter and a query find."""

    def __init__(
        self,
        name: str,
        client: Client,
        *,
        filters: Mapping[str, list[str]],
        queries: Mapping[str, str],
        rows: int,
        overlap_days: float,
        quirks: Quirks,
    ) -> None:
        self.name = name
        self.lists = [list_name(filters, queries)]
        self._client = client
        self._filters = filters
        self._queries = queries
        self._rows = rows
        self._overlap = timedelta(days=overlap_days)
        self._quirks = quirks

    def pages(self, name: str, cursor: Cursor, window: Window) -> Iterator[Page]:  # noqa: ARG002  # there is one list only
        place = resumed(cursor, window) or self._begun(cursor, window)
        page = place.page({}, [])
        while place.windows or self._again(place):
            ask = place.windows[0]
            if ask.expected == 0:
                del place.windows[0]
            elif ask.by_cursor or (ask.expected > self._rows and not self._halve(place, ask)):
                yield from self._by_cursor(place, place.windows[0])
            elif ask.expected <= self._rows:
                page = self._fetched(place, ask)
                if place.windows:
                    yield page
                    page = place.page({}, [])
        yield place.last(page, window)

    def fetch(self, name: str, identifiers: Sequence[str]) -> Iterator[Page]:  # noqa: ARG002  # there is one list only
        """See ``Source.fetch``: each work by its DOI."""
        return fetched(self.name, self._client, identifiers)

    def _begun(self, cursor: Cursor, window: Window) -> Place:
        """A list at its start: one window, with open ends until it turns out that it has to be cut."""
        if window.explicit:
            place = begin("index", window)
            place.whole = Span(moment(window.since, "--since"), moment(window.until, "--until"))
        elif cursor.complete_through and not window.full:
            place = begin("index", window)
            # a time that has not come yet was written by a clock that was wrong: nothing would ever be found after it
            reached = min(datetime.fromisoformat(cursor.complete_through), self._client.times()[0]) - self._overlap
            place.whole = Span(reached.astimezone(UTC).strftime("%Y-%m-%d"))
        else:
            place = begin("created", window)
            place.whole = Span(*((self._filters.get(f"{side}-created-date") or [""])[0] for side in ("from", "until")))
        place.windows = [Ask(place.whole)]
        return place

    def _fetched(self, place: Place, ask: Ask) -> Page:
        """The works of a window. Where it turns out that there are more than fit one answer, the window stays to be halved;
        where fewer came than there are, it stays to be gone through by cursor. Both bring its works again, so none are
        kept here: a report that counted them twice would mislead."""
        found: dict[str, RawRecord] = {}
        total = empty = 0
        for _ in range(place.tries):
            try:
                answer = self._ask(place, ask.span)
            except SourceError as error:
                if not self._fewer(error):
                    raise
                return place.page({}, [])
            part, broken = records(self.name, answer.items)
            gather(found, part)
            got, sent, total = len(found) + len(broken), len(answer.items), max(answer.total, len(answer.items))
            empty += not total
            if got == total and (total or empty > 1 or not place.names_all):  # nothing at all is asked for again
                break
            if sent >= self._rows and total > self._rows:
                break
            log.info("%s: %d of %d works in %s; asking again", self.name, got, total, ask.span)
        if got < total or (sent >= self._rows and self._goes_on(place, ask.span, found)):
            short = sent < self._rows or total <= self._rows
            place.windows[0] = Ask(self._closed(place, ask.span), total, by_cursor=short)
            return place.page({}, [])
        place.done(got, total)
        return place.page(found, broken)

    def _goes_on(self, place: Place, window: Span, found: Mapping[str, RawRecord]) -> bool:
        """Whether there is more behind an answer that is full to the last place, whatever its count says."""
        try:
            behind = self._ask(place, window, rows=1, offset=self._rows).items
        except ProtocolError as error:
            log.info("%s: %s; %s is fetched by cursor", self.name, error, window)
            return True
        return not records(self.name, behind)[0].keys() <= found.keys()

    def _fewer(self, error: Exception) -> bool:
        """Ask for fewer works at once from now on, where so many are too much for us or for the server; False where that
        is not the trouble."""
        too_large = isinstance(error, ProtocolError) and error.code == "too-large"
        too_slow = isinstance(error, SourceUnavailable) and self._client.status == 504 and self._rows > FEWEST
        if self._rows == 1 or isinstance(error, LeftAlone) or not (too_large or too_slow):
            return False
        self._rows = max(self._rows // 4, 1)
        log.info("%s: %s; asking for %d works at once", self.name, error, self._rows)
        return True

    def _halve(self, place: Place, ask: Ask) -> bool:
        """Cut a window in two, each with its count; False where it cannot be cut, and has to be gone through by cursor."""
        parts = halves(ask.span, times=self._quirks.get("granularity") != "day")
        if parts is None or place.cuts > _CUTS * (place.announced // self._rows + 2):
            return False
        first, second = parts
        place.cuts += 1
        try:
            counted = self._ask(place, first, rows=0).total
            # a difference of nothing is no count: totals are capped in some indexes, so that nothing would seem to be left
            rest = ask.expected - counted if counted < ask.expected else self._ask(place, second, rows=0).total
        except ProtocolError as error:
            if error.status != 400:
                raise
            log.info("%s: %s; going on by cursor", self.name, error)
            if "T" in first.since:  # days are known everywhere, times of day since 2025 only
                self._quirks["granularity"] = "day"
            elif not place.again:
                self._all_by_cursor(place, self._everything(place), ask.expected)
            return False
        place.timed = place.timed or "T" in first.since
        place.windows[:1] = [Ask(first, counted), Ask(second, rest)]
        if counted >= ask.expected <= rest:
            log.info("%s: all works are in each half of %s; going on by cursor", self.name, ask.span)
            self._all_by_cursor(place, self._everything(place), ask.expected)
        return True

    def _closed(self, place: Place, open_: Span) -> Span:
        """The window with both ends. What was created or indexed after the day on which the list was begun is left to the
        next update."""
        first, last, begun = bounds(open_.since), bounds(open_.until), bounds(place.closes or place.started[:10])
        assert begun is not None
        start = first[0] if first else _FIRST_DAY
        end = last[1] if last else begun[1]
        return span(start, max(end, start + timedelta(seconds=1)))

    def _by_cursor(self, place: Place, ask: Ask) -> Iterator[Page]:
        """A window that has too many works for one answer and cannot be halved."""
        seen: set[str] = set()
        total, offsets = ask.expected, False
        for attempt in count(1):
            before, answered = len(seen), False
            try:
                for answer in self._walked(place, ask, offsets=offsets, again=attempt >= TRIES):
                    total, answered = answer.total, True
                    found, broken = records(self.name, answer.items)
                    seen |= set(found) | {b.identifier or b.payload.decode("latin-1") for b in broken}
                    if answer.items:
                        yield place.page(found, broken)
            except (CursorLostError, SourceError) as error:
                if len(seen) >= total > 0:  # only what would come behind the last one is missing
                    break
                lost = f"lost the cursor of {ask.span} {attempt} times, at {len(seen)} of {total}"
                helps = attempt < TRIES or len(seen) > before
                if not (helps or offsets) and total <= MOST_BY_OFFSET and isinstance(error, CursorLostError):
                    log.info("%s: %s; going on by offset", self.name, lost)
                    offsets = True
                    continue
                self._start_again(error, lost, first_page=not answered, helps=helps)
            else:
                if len(seen) >= total or offsets or (attempt >= place.tries and total > MOST_BY_OFFSET):
                    break
                offsets = attempt >= place.tries
        place.done(len(seen), total)

    def _walked(self, place: Place, ask: Ask, *, offsets: bool, again: bool) -> Iterator[WorkList]:
        """The pages of a window by cursor or, where no cursor leads to its end, by offset."""
        if offsets:
            return by_offset(partial(self._page_from, place, ask.span), self._rows)
        return scrolled(partial(self._page_at, place, ask.span, again=again), ask.expected, self._rows)

    def _start_again(self, error: SourceError | CursorLostError, lost: str, *, first_page: bool, helps: bool) -> None:
        """After an error in a window by cursor; raises where to start again would not help."""
        if self._fewer(error):
            return
        if isinstance(error, ProtocolError | LeftAlone) or first_page:  # which was asked for often enough
            raise error
        url = self._client.url
        lost = f"{lost}: {str(error) or 'Crossref does not know it any more'}"
        rest = getattr(error, "retry_after", None) or 0.0
        if not (helps and self._client.rest(rest)):
            raise SourceUnavailable(f"{url}: {lost}", url=url, retry_after=rest or None) from error
        log.info("%s: %s; starting that window again", self.name, lost)

    def _again(self, place: Place) -> bool:
        """All windows together must have what was announced for the whole: a date that no window reaches shows only here.
        What is missing may still come by cursor, from all of it: True where that is to be done."""
        missing, now = "", place.announced
        if place.counted < place.announced:
            # Works may have vanished since the list was begun, or been indexed anew: what counts is how many there are now.
            whole = self._everything(place)
            now = self._ask(place, whole, rows=0).total
            missing = f"{place.counted} of {now} works in {whole}" if place.counted < now else ""
        if place.names_all and not missing and not place.short:
            missing = shortfall(self.name, self._client, self._filters, self._queries, place.counted)
        if missing and not place.again:
            log.info("%s: %s; going through all by cursor", self.name, missing)
            if place.timed and place.counted < now and not place.short:
                self._quirks["granularity"] = "day"  # it may be that times of day are understood in another way
            self._all_by_cursor(place, self._everything(place), now)
            return True
        if missing and not place.short:
            place.short.append(missing)
        return False

    def _everything(self, place: Place) -> Span:
        """The whole list; of an update what there was when it began: works move on while it runs."""
        return self._closed(place, place.whole) if place.mode == "index" else place.whole

    def _all_by_cursor(self, place: Place, whole: Span, expected: int) -> None:
        """Instead of all windows, done or not."""
        place.windows, place.counted, place.short, place.again = [Ask(whole, expected, by_cursor=True)], 0, [], True

    def _page_at(self, place: Place, window: Span, cursor: str, *, again: bool) -> WorkList:
        """A page by cursor. ``again``: it is asked for again when it is lost, because new starts have not helped; whether
        the server has moved on meanwhile is seen by the count."""
        return self._ask(place, window, cursor=cursor, again=again)

    def _page_from(self, place: Place, window: Span, offset: int) -> WorkList:
        return self._ask(place, window, offset=offset)

    def _ask(
        self,
        place: Place,
        window: Span,
        *,
        rows: int | None = None,
        cursor: str | None = None,
        offset: int = 0,
        again: bool = False,
    ) -> WorkList:
        filters = dict(self._filters)
        for side, date in (("from", window.since), ("until", window.until)):
            filters.pop(f"{side}-{place.mode}-date", None)
            if date:
                filters[f"{side}-{place.mode}-date"] = [date]
        answer = self._client.works(
            filters,
            self._queries,
            rows=self._rows if rows is None else rows,
            cursor=cursor,
            offset=offset,
            again=again,
        )
        if not place.started:
            place.begun(self._client.times())
            place.announced = answer.total
        return answer
