"""Windows of datestamps: how a list is cut that cannot be had in one piece. Pure.

A window is (from, until) as they are sent; empty: open, so that records with absurd datestamps stay in the first or the
last one. Two neighbours share their border, whole: some servers leave ``until`` out, or ``from``, and some find nothing
where both are the same day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from harvester.sources.oai_pmh.clocks import utc

Granularity: TypeAlias = Literal["day", "second"]
Span: TypeAlias = tuple[str, str]

UNITS: Final = {"day": timedelta(days=1), "second": timedelta(seconds=1)}
OLDEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Before any repository. earliestDatestamp is often absurd: it only helps to choose where to cut."""


class Scale(Struct, frozen=True):
    """Where an open window is taken to begin and to end when it is cut, and how finely it can be."""

    granularity: Granularity
    lowest: datetime
    highest: datetime

    @classmethod
    def of(cls, granularity: Granularity, earliest: str, now: datetime) -> Scale:
        """
        >>> Scale.of("day", "0011-01-01", datetime(2024, 5, 6, tzinfo=UTC)).lowest.year
        1990
        """
        said = utc(earliest)
        highest = max(now, OLDEST + timedelta(days=2)) + timedelta(days=1)
        return cls(granularity, said if said is not None and OLDEST < said < now else OLDEST, highest)

    def bounds(self, span: Span) -> tuple[datetime, datetime]:
        return utc(span[0]) or self.lowest, utc(span[1]) or self.highest

    def width(self, span: Span) -> timedelta:
        start, end = self.bounds(span)
        return end - start

    def stamp(self, time: datetime) -> str:
        return stamp(time, self.granularity)


def stamp(time: datetime, granularity: Granularity) -> str:
    return time.strftime("%Y-%m-%d" if granularity == "day" else "%Y-%m-%dT%H:%M:%SZ")


def halves(span: Span, scale: Scale) -> tuple[Span, Span] | None:
    """Two windows with a common border; None where the window is two units wide or less.

    >>> scale = Scale("day", datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 31, tzinfo=UTC))
    >>> halves(("", "2020-01-09"), scale)
    (('', '2020-01-05'), ('2020-01-05', '2020-01-09'))
    >>> halves(("2020-01-08", "2020-01-09"), scale) is None
    True
    """
    start, end = scale.bounds(span)
    unit = UNITS[scale.granularity]
    units = (end - start) // unit
    if units < 2:
        return None
    middle = scale.stamp(start + unit * (units // 2))
    return (span[0], middle), (middle, span[1])


def slices(span: Span, scale: Scale, width: timedelta) -> list[Span]:
    """Windows of at most a width, one after the other, which share their borders.

    >>> scale = Scale("day", datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 6, tzinfo=UTC))
    >>> slices(("", ""), scale, timedelta(days=2))
    [('', '2020-01-03'), ('2020-01-03', '2020-01-05'), ('2020-01-05', '')]
    """
    borders = [span[0], *(scale.stamp(time) for time in _steps(*scale.bounds(span), width)), span[1]]
    return list(pairwise(borders))


def _steps(start: datetime, end: datetime, width: timedelta) -> Iterator[datetime]:
    step = max(width, timedelta(days=1))
    while (start := start + step) < end:
        yield start


def outside(datestamp: str, span: Span, *, tolerance: timedelta = timedelta(days=2)) -> bool:
    """Whether a record is stamped well outside of the window; a day early or late is local time, or bepress."""
    time = utc(datestamp)
    if time is None:
        return False
    start, end = utc(span[0]), utc(span[1])
    return (start is not None and time < start - tolerance) or (end is not None and time > end + tolerance)
