"""Times as the databases hold them, and durations as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_UNITS: Final = {
    "s": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hour": 3600, "hours": 3600,
    "d": 86400, "day": 86400, "days": 86400,
    "w": 604800, "week": 604800, "weeks": 604800,
}  # fmt: skip


def now() -> str:
    """The time in UTC, as every table has it: ``2026-11-22T05:30:00Z``."""
    return iso(datetime.now(UTC))


def iso(time: datetime) -> str:
    """A moment in UTC, to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(stamp: str) -> datetime:
    """A time that a table holds, as ``iso`` wrote it."""
    return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def duration(text: str) -> timedelta | None:
    """How long: ``1 day``, ``36h``, ``90 minutes``, ``2 weeks``; None where it is no duration, or none at all.

    >>> duration("36h"), duration("1 week"), duration("0 days"), duration("soon")
    (datetime.timedelta(days=1, seconds=43200), datetime.timedelta(days=7), None, None)
    """
    found = re.fullmatch(r"\s*([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([a-z]+)\s*", text)
    if found is None or found[2] not in _UNITS:
        return None
    return timedelta(seconds=float(found[1]) * _UNITS[found[2]]) or None
