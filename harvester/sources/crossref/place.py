"""Where a harvest stands, as the store keeps it between two runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from harvester.clock import iso
from harvester.errors import ConfigError
from harvester.record import Broken, Extent, Page, RawRecord, Verdict
from harvester.sources import Cursor, Window
from harvester.sources.crossref.windows import Span, bounds

TRIES: Final = 3


class Ask(Struct, frozen=True, array_like=True):
    """A window that is still to be asked for."""

    span: Span
    expected: int = -1
    """How many works Crossref counted in it; -1: not counted yet."""
    by_cursor: bool = False
    """Fewer works came than were counted, and not because of their number: halving would not help."""


class Place(Struct, kw_only=True):
    """Where a list stands: kept in the store as JSON."""

    mode: str
    """``created`` or ``index``: the date that cuts the list."""
    since: str = ""
    until: str = ""
    """The explicit window that this list was begun with."""
    started: str = ""
    """When the list was begun, by the earlier of both clocks: the next update asks for what changed since."""
    closes: str = ""
    """The day on which it was begun, by the later of both clocks: what is newer is left to the next update."""
    whole: Span = Span()
    windows: list[Ask] = []
    announced: int = -1
    counted: int = 0
    """Different works received in the windows that are done."""
    short: list[str] = []
    """Windows that ended with fewer works than counted."""
    timed: bool = False
    """Windows of less than a day were asked for."""
    cuts: int = 0
    """How often a window was cut in two."""
    again: bool = False
    """The windows together brought too little, so all of it is gone through by cursor."""
    offset: int = 0
    """A list of DOIs: how many have been asked for."""

    @property
    def names_all(self) -> bool:
        """Whether what the list does not name is not there."""
        return self.mode == "created" and not self.since and not self.until

    @property
    def tries(self) -> int:
        """How often a window is asked for before its count is believed to be wrong: less where one was wrong already."""
        return 1 if self.short else TRIES

    def begun(self, times: tuple[datetime, datetime]) -> None:
        """The first answer has come at this time, by the earlier and by the later of two clocks."""
        if not self.started:
            self.started, self.closes = iso(times[0]), iso(times[1])[:10]

    def done(self, got: int, total: int) -> None:
        """The first window is done, with so many of the works that were counted in it."""
        if got < total:
            self.short.append(f"{got} of {total} works in {self.windows[0].span}")
        self.counted += got
        del self.windows[0]

    def page(self, found: Mapping[str, RawRecord], broken: list[Broken], gone: Sequence[str] = ()) -> Page:
        """A page, and that we stand here after it."""
        return Page(
            records=list(found.values()),
            broken=tuple(broken),
            place=msgspec.to_builtins(self),
            announced=None if self.announced < 0 else self.announced,
            extent=Extent(format="crossref", deletes=False) if self.names_all else None,
            gone=tuple(gone),
        )

    def last(self, page: Page, window: Window) -> Page:
        """The page as the list's last one, with the verdict on the whole."""
        reason = "; ".join(self.short[:3]) + (f"; and {len(self.short) - 3} more" if len(self.short) > 3 else "")
        return msgspec.structs.replace(
            page,
            place=None,
            announced=None if self.announced < 0 else self.announced,
            verdict=Verdict(complete=not self.short, reason=reason),
            complete_through=None if self.short or window.explicit else self.started,
        )


def resumed(cursor: Cursor, window: Window) -> Place | None:
    """The place of a list that was interrupted, if it was begun with the same window."""
    if cursor.place is None or window.full:
        return None
    try:
        place = msgspec.convert(cursor.place, Place)
    except msgspec.ValidationError:
        return None
    return place if (place.since, place.until) == (window.since or "", window.until or "") else None


def begin(mode: str, window: Window) -> Place:
    return Place(mode=mode, since=window.since or "", until=window.until or "")


def list_name(filters: Mapping[str, list[str]], queries: Mapping[str, str]) -> str:
    """What is asked for, so that a list with another filter begins anew instead of going on."""
    asked = [f"{name}:{value}" for name, values in filters.items() for value in values]
    asked += [f"{name}={text}" for name, text in sorted(queries.items())]
    text = ",".join(asked)
    if len(text) > 120:
        text = f"{text[:100]}... {hashlib.blake2b(text.encode(), digest_size=6).hexdigest()}"
    return text


def moment(text: str | None, option: str) -> str:
    """A date of the operator's in the form that Crossref takes."""
    if not text:
        return ""
    found = bounds(text)
    if found is None:
        raise ConfigError(f"{option}: {text!r} is not a date; write YYYY-MM-DD")
    if len(text) <= len("2024-02-01"):
        return text
    return found[0].strftime("%Y-%m-%dT%H:%M:%S")
