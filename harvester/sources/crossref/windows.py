"""Windows of time that together cover a list, each small enough for one answer. Pure.

A window is stateless: asking for it again gives the same works, which a cursor does not promise. Both ends are inclusive,
as in Crossref's filters, and of one precision: days (``2024-03-01``) or, since 2025, seconds (``2024-03-01T12:00:00``).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


class Span(Struct, frozen=True, array_like=True):
    """From when until when; an empty end is open."""

    since: str = ""
    until: str = ""

    def __str__(self) -> str:
        if not self.since and not self.until:
            return "all time"
        return self.since if self.since == self.until else f"{self.since or '…'} to {self.until or '…'}"


def bounds(text: str) -> tuple[datetime, datetime] | None:
    """The stretch [start, end) that a date of any precision names; None where it is no date.

    >>> [str(moment) for moment in bounds("2024-02")]
    ['2024-02-01 00:00:00+00:00', '2024-03-01 00:00:00+00:00']
    """
    if found := re.fullmatch(r"(\d{4})(?:-(\d\d))?", text):
        year, month = int(found[1]), int(found[2] or 1)
        if not (1 <= year <= 9998 and 1 <= month <= 12):
            return None
        months = year * 12 + (month if found[2] else 12)
        return datetime(year, month, 1, tzinfo=UTC), datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
    try:
        start = datetime.fromisoformat(text.strip()).replace(microsecond=0)
        start = start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)
        return start, start + (_DAY if len(text.strip()) <= len("2024-02-01") else _SECOND)
    except (ValueError, OverflowError):
        return None


def span(start: datetime, end: datetime) -> Span:
    """The window [start, end) in days where it is made of whole days, else in seconds."""
    if start.time() == end.time() == datetime.min.time():
        return Span(start.strftime("%Y-%m-%d"), (end - _DAY).strftime("%Y-%m-%d"))
    return Span(start.strftime("%Y-%m-%dT%H:%M:%S"), (end - _SECOND).strftime("%Y-%m-%dT%H:%M:%S"))


def halves(whole: Span, *, times: bool) -> tuple[Span, Span] | None:
    """A closed window in two; None where it cannot be split: one second, or one day where the server knows no times.

    >>> halves(Span("2024-01-01", "2024-01-03"), times=True)
    (Span(since='2024-01-01', until='2024-01-01'), Span(since='2024-01-02', until='2024-01-03'))
    """
    first, last = bounds(whole.since), bounds(whole.until)
    assert first is not None
    assert last is not None
    start, end = first[0], last[1]
    days = (end - start) // _DAY
    if days > 1 and "T" not in whole.since:
        middle = start + days // 2 * _DAY
    elif times and end - start > _SECOND:
        middle = start + (end - start) // _SECOND // 2 * _SECOND
    else:
        return None
    return span(start, middle), span(middle, end)
