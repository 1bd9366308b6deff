"""Times of OAI-PMH: read kindly, and never trusted to be right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from harvester.clock import iso
from harvester.sources.oai_pmh.client import PageOfSickle


def server_time(page: PageOfSickle) -> str:
    """When a list began, by the earliest of three clocks: responseDate, the Date header and ours.

    One that is ahead would make the next incremental harvest skip what changed meanwhile; one that is behind only costs
    some records that come again.
    """
    answer = page.answer
    clocks = [utc(page.envelope.responded), answer.date, datetime.now(UTC) - timedelta(seconds=answer.elapsed)]
    return iso(min(clock for clock in clocks if clock is not None))


def utc(text: str) -> datetime | None:
    """A UTCdatetime of OAI-PMH, read kindly: a fraction, an offset, or no zone at all; None where it is none."""
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        return None


def regrained(stamp: str, last: str = "T00:00:00Z") -> str:
    """A stamp in the other granularity."""
    return stamp if not stamp else stamp[:10] if "T" in stamp else stamp + last
