"""A list that is too long for one answer: windows of time, checked by count.

A cursor at Crossref is a scroll kept by the server: a page lost on the way is lost for good, and nobody notices. A window
of time is stateless. So a list that does not fit one answer is cut into windows by the date on which works were created
(which never changes) or, for an update, indexed (which every change moves forward); each window is halved until Crossref
counts no more works in it than it sends at once, and is done when as many different DOIs have come. A cursor is used only
in a window that cannot be halved, and that window starts again from its first page whenever anything goes wrong.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from harvester.errors import ProtocolError, SourceUnavailable
from harvester.record import Page, RawRecord
from harvester.sources import Cursor, Quirks, Window
from harvester.sources.crossref.client import Client, CursorLostError
from harvester.sources.crossref.items import WorkList, gather, records
from harvester.sources.crossref.place import TRIES, Ask, Place, begin, list_name, moment, resumed
from harvester.sources.crossref.singles import fetched
from harvester.sources.crossref.windows import Span, bounds, halves, span

log = logging.getLogger(__name__)

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
        while place.windows:
            ask = place.windows[0]
            if ask.expected == 0:
                del place.windows[0]
            elif ask.by_cursor or (ask.expected > self._rows and not self._halve(place, ask)):
                yield from self._by_cursor(place, ask)
            elif ask.expected <= self._rows:
                page = self._fetched(place, ask)
                if place.windows:
                    yield page
                    page = place.page({}, [])
        self._compare(place)
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
            reached = datetime.fromisoformat(cursor.complete_through) - self._overlap
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
        for _ in range(TRIES):
            answer = self._ask(place, ask.span)
            part, broken = records(self.name, answer.items)
            gather(found, part)
            got, sent = len(found) + len(broken), len(answer.items)
            if got == answer.total or (sent >= self._rows and answer.total > self._rows):
                break
            log.info("%s: %d of %d works in %s; asking again", self.name, got, answer.total, ask.span)
        if got != answer.total and sent < answer.total:
            place.windows[0] = Ask(self._closed(place, ask.span), answer.total, by_cursor=sent < self._rows)
            return place.page({}, [])
        place.done(got, answer.total)
        return place.page(found, broken)

    def _halve(self, place: Place, ask: Ask) -> bool:
        """Cut a window in two, each with its count; False where it cannot be cut."""
        parts = halves(ask.span, times=self._quirks.get("granularity") != "day")
        if parts is None:
            return False
        first, second = parts
        try:
            counted = self._ask(place, first, rows=0).total
        except ProtocolError as error:
            if error.status != 400:
                raise
            log.info("%s: %s; %s is fetched by cursor", self.name, error, ask.span)
            if "T" in first.since:  # days are known everywhere, times of day since 2025 only
                self._quirks["granularity"] = "day"
            return False
        place.timed = place.timed or "T" in first.since
        place.windows[:1] = [Ask(first, counted), Ask(second, max(ask.expected - counted, 0))]
        return True

    def _closed(self, place: Place, open_: Span) -> Span:
        """The window with both ends. What was created or indexed after the day on which the list was begun is left to the
        next update."""
        first, last, begun = bounds(open_.since), bounds(open_.until), bounds(place.started[:10])
        assert begun is not None
        start = first[0] if first else _FIRST_DAY
        end = last[1] if last else begun[1]
        return span(start, max(end, start + timedelta(seconds=1)))

    def _by_cursor(self, place: Place, ask: Ask) -> Iterator[Page]:
        """A window that has too many works for one answer and cannot be halved."""
        seen: set[str] = set()
        total = ask.expected
        for attempt in count(1):
            before = len(seen)
            try:
                for answer in self._scroll(place, ask.span):
                    total = answer.total
                    found, broken = records(self.name, answer.items)
                    seen |= set(found) | {b.payload.decode("latin-1") for b in broken}
                    yield place.page(found, broken)
                    if len(seen) >= total:
                        break
            except (CursorLostError, SourceUnavailable) as error:
                why = str(error) or "Crossref does not know it any more"
                if attempt >= TRIES and len(seen) == before:
                    raise SourceUnavailable(
                        f"{self._client.url}: lost the cursor of {ask.span} {attempt} times, at {len(seen)} of {total}: {why}",
                        url=self._client.url,
                    ) from error
                log.info("%s: lost the cursor of %s (%s); starting that window again", self.name, ask.span, why)
                self._client.rest(getattr(error, "retry_after", None) or 0.0)
                continue
            if len(seen) == total or attempt >= TRIES:
                break
        place.done(len(seen), total)

    def _scroll(self, place: Place, window: Span) -> Iterator[WorkList]:
        """Pages by cursor until one brings nothing new: Crossref's last page has a cursor too, and may be short or empty."""
        cursor = "*"
        seen: set[int] = set()
        while cursor:
            answer = self._ask(place, window, cursor=cursor)
            before = len(seen)
            seen.update(map(hash, answer.items))
            if len(seen) == before:
                return
            yield answer
            cursor = answer.cursor

    def _compare(self, place: Place) -> None:
        """All windows together must have what was announced for the whole: a date that no window reaches shows only here."""
        if place.short or place.counted >= place.announced:
            return
        # Works may have vanished since the list was begun, or been indexed anew: what counts is how many there are now.
        whole = self._closed(place, place.whole) if place.mode == "index" else place.whole
        now = self._ask(place, whole, rows=0).total
        if place.counted < now:
            place.short.append(f"{place.counted} of {now} works in {whole}")
            if place.timed:
                self._quirks["granularity"] = "day"  # it may be that times of day are understood in another way

    def _ask(self, place: Place, window: Span, *, rows: int | None = None, cursor: str | None = None) -> WorkList:
        filters = dict(self._filters)
        for side, date in (("from", window.since), ("until", window.until)):
            filters.pop(f"{side}-{place.mode}-date", None)
            if date:
                filters[f"{side}-{place.mode}-date"] = [date]
        answer = self._client.works(filters, self._queries, rows=self._rows if rows is None else rows, cursor=cursor)
        if not place.started:
            place.started = self._client.now()
            place.announced = answer.total
        return answer
