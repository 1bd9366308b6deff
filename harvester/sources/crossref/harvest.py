"""The plan of a Crossref harvest: windows of time, checked by count.

A cursor at Crossref is a scroll kept by the server: a page lost on the way is lost for good, and nobody notices. A window
of time is stateless. So a list that does not fit one answer is cut into windows by the date on which works were created
(which never changes) or, for an update, indexed (which every change moves forward); each window is halved until Crossref
counts no more works in it than it sends at once, and is done when as many different DOIs have come. A cursor is used only
in a window that cannot be halved, and that window starts again from its first page whenever anything goes wrong.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

import msgspec
from msgspec import Struct

from harvester.errors import ConfigError, ProtocolError, SourceUnavailable
from harvester.record import Broken, Page, RawRecord, Verdict
from harvester.sources import Cursor, Quirks, Window
from harvester.sources.crossref.client import Client, CursorLostError
from harvester.sources.crossref.items import WorkList, records
from harvester.sources.crossref.windows import Span, bounds, halves, span

log = logging.getLogger(__name__)

TRIES: Final = 3
"""How often a window is asked for before its count is believed to be wrong."""
DOIS_A_REQUEST: Final = 50
_URL_LENGTH: Final = 4000
"""Bytes of DOIs in one URL."""
_FIRST_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Ask(Struct, frozen=True, array_like=True):
    """A window that is still to be asked for."""

    span: Span
    expected: int = -1
    """How many works Crossref counted in it; -1: not counted yet."""
    by_cursor: bool = False
    """Fewer works came than were counted, and not because of their number: halving would not help."""


class _Place(Struct, kw_only=True):
    """Where a list stands: kept in the store as JSON."""

    mode: str
    """``created`` or ``index``: the date that cuts the list."""
    since: str = ""
    until: str = ""
    """The explicit window that this list was begun with."""
    started: str = ""
    whole: Span = Span()
    windows: list[_Ask] = []
    announced: int = -1
    counted: int = 0
    """Different works received in the windows that are done."""
    short: list[str] = []
    """Windows that ended with fewer works than counted."""
    timed: bool = False
    """Windows of less than a day were asked for."""
    offset: int = 0
    """A list of DOIs: how many have been asked for."""


class Crossref:
    """One configured source at Crossref: a ``Source``."""

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
        self._client = client
        self._filters = dict(filters)
        self._queries = dict(queries)
        self._rows = rows
        self._overlap = timedelta(days=overlap_days)
        self._quirks = quirks
        self._limits: dict[str, list[str]] = {}  # the dates of the window that is being asked for

    @property
    def lists(self) -> list[str]:
        """One list. Its name says what is asked for, so that another filter begins anew instead of going on."""
        asked = [f"{name}:{value}" for name, values in self._filters.items() for value in values]
        asked += [f"{name}={text}" for name, text in sorted(self._queries.items())]
        text = ",".join(asked)
        if len(text) > 120:
            text = f"{text[:100]}... {hashlib.blake2b(text.encode(), digest_size=6).hexdigest()}"
        return [text]

    def pages(self, name: str, cursor: Cursor, window: Window) -> Iterator[Page]:  # noqa: ARG002  # there is one list only
        if "doi" in self._filters:
            return self._by_doi(cursor, window)
        return self._by_window(cursor, window)

    # --- windows of time ---

    def _by_window(self, cursor: Cursor, window: Window) -> Iterator[Page]:
        place = _resumed(cursor, window) or self._begun(cursor, window)
        while place.windows:
            ask = place.windows[0]
            if ask.expected == 0:
                del place.windows[0]
            elif ask.by_cursor or (ask.expected > self._rows and not self._halve(place, ask)):
                yield from self._by_cursor(place, ask)
            elif ask.expected > self._rows:
                continue  # it has just been halved
            else:
                page = self._fetched(place, ask)
                if place.windows:
                    yield page
                else:
                    yield self._last(place, window, page.records, page.broken)
                    return
        yield self._last(place, window, [], ())

    def _begun(self, cursor: Cursor, window: Window) -> _Place:
        """A list at its start: one window, open until it turns out that it has to be closed."""
        if window.explicit:
            since, until = _moment(window.since, "--since"), _moment(window.until, "--until")
            whole = Span(since, until)
            mode = "index"
        elif cursor.complete_through and not window.full:
            reached = datetime.fromisoformat(cursor.complete_through) - self._overlap
            whole = Span(reached.astimezone(UTC).strftime("%Y-%m-%d"))
            mode = "index"
        else:
            dates = [(self._filters.get(f"{side}-created-date") or [""])[0] for side in ("from", "until")]
            whole = Span(*dates)
            mode = "created"
        place = _Place(mode=mode, since=window.since or "", until=window.until or "", whole=whole)
        place.windows = [_Ask(whole)]
        return place

    def _fetched(self, place: _Place, ask: _Ask) -> Page:
        """The works of a window. Where it turns out that there are more than fit one answer, those that came are kept, but
        the window stays to be halved; where fewer came than there are, it stays to be gone through by cursor."""
        found: dict[str, RawRecord] = {}
        for _ in range(TRIES):
            answer = self._ask(place, ask.span)
            part, broken = records(self.name, answer.items)
            _gather(found, part)
            got, sent = len(found) + len(broken), len(answer.items)
            if got == answer.total or (sent >= self._rows and answer.total > self._rows):
                break
            log.info("%s: %d of %d works in %s; asking again", self.name, got, answer.total, ask.span)
        if sent < answer.total and got != answer.total:
            by_cursor = sent < self._rows
            place.windows[0] = _Ask(self._closed(place, ask.span), answer.total, by_cursor)
        else:
            if got != answer.total:
                place.short.append(f"{got} of {answer.total} works in {ask.span}")
            place.counted += got
            del place.windows[0]
        return self._page(place, list(found.values()), tuple(broken))

    def _halve(self, place: _Place, ask: _Ask) -> bool:
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
        place.windows[:1] = [_Ask(first, counted), _Ask(second, max(ask.expected - counted, 0))]
        return True

    def _closed(self, place: _Place, open_: Span) -> Span:
        """The window with both ends. What was created or indexed after the day on which the list was begun is left to the
        next update."""
        first, last, begun = bounds(open_.since), bounds(open_.until), bounds(place.started[:10])
        assert begun is not None
        start = first[0] if first else _FIRST_DAY
        end = last[1] if last else begun[1]
        return span(start, max(end, start + timedelta(seconds=1)))

    def _by_cursor(self, place: _Place, ask: _Ask) -> Iterator[Page]:
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
                    yield self._page(place, list(found.values()), tuple(broken))
                    if len(seen) >= total:
                        break
            except (CursorLostError, SourceUnavailable) as error:
                log.info("%s: the cursor of %s was lost (%s); starting that window again", self.name, ask.span, error)
                if attempt >= TRIES and len(seen) == before:
                    raise SourceUnavailable(
                        f"{self._client.url}: the cursor of {ask.span} was lost {attempt} times at {len(seen)} of {total}"
                        f" works ({str(error) or 'not known to Crossref any more'})",
                        url=self._client.url,
                    ) from error
                continue
            if len(seen) == total:
                break
            if attempt >= TRIES:
                place.short.append(f"{len(seen)} of {total} works in {ask.span}")
                break
        place.counted += len(seen)
        del place.windows[0]

    def _scroll(self, place: _Place, span_: Span) -> Iterator[WorkList]:
        """Pages by cursor until one brings nothing new: Crossref's last page has a cursor too, and may be short or empty."""
        cursor = "*"
        seen: set[int] = set()
        while True:
            answer = self._ask(place, span_, cursor=cursor)
            before = len(seen)
            seen.update(map(hash, answer.items))
            if len(seen) == before:
                return
            yield answer
            if not answer.cursor:
                return
            cursor = answer.cursor

    def _ask(self, place: _Place, span_: Span, *, rows: int | None = None, cursor: str | None = None) -> WorkList:
        filters = dict(self._filters)
        for side, date in (("from", span_.since), ("until", span_.until)):
            filters.pop(f"{side}-{place.mode}-date", None)
            if date:
                filters[f"{side}-{place.mode}-date"] = [date]
        answer = self._client.works(filters, self._queries, rows=self._rows if rows is None else rows, cursor=cursor)
        if not place.started:
            place.started = (self._client.date or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
            place.announced = answer.total
        return answer

    def _last(self, place: _Place, window: Window, found: list[RawRecord], broken: tuple[Broken, ...]) -> Page:
        short = list(place.short)
        if not short and place.counted < place.announced:
            # Works may have vanished, or been indexed anew, since the list was begun: what counts is how many there are now.
            whole = self._closed(place, place.whole) if place.mode == "index" else place.whole
            now = self._ask(place, whole, rows=0).total
            if place.counted < now:
                short.append(f"{place.counted} of {now} works in {place.whole}")
                if place.timed:
                    self._quirks["granularity"] = "day"
        complete = not short
        reason = "; ".join(short[:3]) + (f"; and {len(short) - 3} more windows" if len(short) > 3 else "")
        return Page(
            records=found,
            broken=broken,
            verdict=Verdict(complete=complete, reason=reason),
            complete_through=place.started if complete and not window.explicit else None,
            announced=place.announced,
        )

    def _page(self, place: _Place, found: list[RawRecord], broken: tuple[Broken, ...] = ()) -> Page:
        return Page(records=found, broken=broken, place=msgspec.to_builtins(place), announced=place.announced)

    # --- DOIs by name ---

    def _by_doi(self, cursor: Cursor, window: Window) -> Iterator[Page]:
        """Works asked for by DOI, fifty at a time; always all of them, since the list in the config may have grown."""
        filters = {name: values for name, values in self._filters.items() if name != "doi"}
        if window.explicit:
            since, until = _moment(window.since, "--since"), _moment(window.until, "--until")
            filters |= {k: [v] for k, v in (("from-index-date", since), ("until-index-date", until)) if v}
        wanted = self._filters["doi"]
        place = _resumed(cursor, window) or _Place(mode="doi", since=window.since or "", until=window.until or "")
        place.announced = len(wanted)
        while place.offset < len(wanted):
            batch = _batch(wanted[place.offset :], min(DOIS_A_REQUEST, self._rows))
            found, broken = self._named(batch, filters, place)
            place.offset += len(batch)
            place.counted += len(found) + len(broken)
            missing = [doi for doi in batch if doi not in found]
            if missing and not window.explicit:
                log.warning("%s: not at Crossref: %s", self.name, ", ".join(missing))
            if place.offset < len(wanted):
                yield self._page(place, list(found.values()), tuple(broken))
        verdict = Verdict(complete=not place.short, reason="; ".join(place.short[:3]))
        through = place.started if verdict.complete and not window.explicit else None
        yield Page(
            records=list(found.values()),
            broken=tuple(broken),
            verdict=verdict,
            complete_through=through,
            announced=place.announced,
        )

    def _named(
        self, batch: list[str], filters: Mapping[str, list[str]], place: _Place
    ) -> tuple[dict[str, RawRecord], list[Broken]]:
        found: dict[str, RawRecord] = {}
        broken: list[Broken] = []
        if "," in batch[0]:  # would end the value in a filter
            item = self._client.work(batch[0])
            found, broken = records(self.name, [item] if item is not None else [])
        else:
            total = -1
            for _ in range(TRIES):
                answer = self._client.works({**filters, "doi": batch}, self._queries, rows=self._rows)
                total = answer.total
                if total > len(batch):
                    raise ProtocolError(
                        f"{self._client.url}: {total} works for {len(batch)} DOIs: the filter is ignored"
                    )
                part, broken = records(self.name, answer.items)
                _gather(found, part)
                if len(found) + len(broken) == total:
                    break
            else:
                place.short.append(f"{len(found) + len(broken)} of {total} works among {batch[0]} ... {batch[-1]}")
        place.started = place.started or (self._client.date or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return found, broken


def _resumed(cursor: Cursor, window: Window) -> _Place | None:
    """The place of a list that was interrupted, if it was begun with the same window."""
    if cursor.place is None or window.full:
        return None
    try:
        place = msgspec.convert(cursor.place, _Place)
    except msgspec.ValidationError:
        return None
    return place if (place.since, place.until) == (window.since or "", window.until or "") else None


def _gather(found: dict[str, RawRecord], part: Mapping[str, RawRecord]) -> None:
    for doi, raw in part.items():
        if doi not in found or found[doi].datestamp <= raw.datestamp:
            found[doi] = raw


def _batch(dois: list[str], most: int) -> list[str]:
    """As many DOIs as go into one request; one with a comma goes alone."""
    taken: list[str] = []
    for doi in dois[:most]:
        if "," in doi or sum(map(len, taken)) + len(doi) > _URL_LENGTH:
            break
        taken.append(doi)
    return taken or dois[:1]


def _moment(text: str | None, option: str) -> str:
    """A date of the operator's in the form that Crossref takes."""
    if not text:
        return ""
    found = bounds(text)
    if found is None:
        raise ConfigError(f"{option}: {text!r} is not a date; write YYYY-MM-DD")
    if len(text) <= len("2024-02-01"):
        return text
    return found[0].strftime("%Y-%m-%dT%H:%M:%S")
