"""When a source is to be harvested again, and which sources are this host's. Pure: time comes in by argument."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from harvester.clock import duration, moment
from harvester.sources import Settings
from harvester.store.schedule import Scheduled

FIRST_WAIT: Final = timedelta(minutes=15)
"""After the first failure; each further one in a row doubles it."""
LONGEST_WAIT: Final = timedelta(hours=20)
"""A timer that starts once a day still tries once a day."""
LONGEST_ASKED: Final = timedelta(days=7)
"""A server may ask us to stay away so long; more is taken for a mistake."""


def due_from(settings: Settings, known: Scheduled | None, *, unfinished: bool, now: datetime) -> datetime | None:
    """From when on a source is due; None: it is now.

    A timer does not keep time to the second: one that starts a little early finds its sources due.
    """
    if known is None:
        return None
    if known.failures:
        return _ahead(known.not_before, now, LONGEST_ASKED)
    every = duration(settings.every)
    if every is None or unfinished or known.completed is None:
        return None
    return _ahead(known.started, now, every, plus=every - _slack(every))


def whole_due(settings: Settings, known: Scheduled | None, *, unfinished: bool, now: datetime) -> bool:
    """Whether the next harvest starts from the beginning of each list (``full_every``). An unfinished one is not given up."""
    often = duration(settings.full_every)
    if often is None or unfinished:
        return False
    if known is None or known.whole is None:
        return True
    return _ahead(known.whole, now, often, plus=often - _slack(often)) is None


def wait_after(failures: int, asked: float | None) -> timedelta:
    """How long a source that failed so many times in a row is left alone; ``asked``: seconds that it asked for itself.

    >>> [str(wait_after(n, None)) for n in (1, 2, 5, 9)]
    ['0:15:00', '0:30:00', '4:00:00', '20:00:00']
    >>> str(wait_after(1, 7200.0)), str(wait_after(1, 1e12))
    ('2:00:00', '7 days, 0:00:00')
    """
    ours = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures - 1, 20)))
    return max(ours, timedelta(seconds=min(asked or 0.0, LONGEST_ASKED.total_seconds())))


def in_shard(source: str, shard: tuple[int, int]) -> bool:
    """Whether a source is of the i-th of n hosts: by its name alone, so that adding one moves no other.

    >>> [[name for name in ("spiral", "whiterose", "fmlm", "bmj") if in_shard(name, (i, 2))] for i in (1, 2)]
    [['spiral', 'whiterose', 'fmlm'], ['bmj']]
    """
    part, parts = shard
    number = int.from_bytes(hashlib.blake2b(source.encode(), digest_size=8).digest())
    return number % parts == part - 1


def _slack(every: timedelta) -> timedelta:
    return min(timedelta(minutes=15), timedelta(seconds=every.total_seconds() / 20))


def _ahead(stamp: str | None, now: datetime, longest: timedelta, *, plus: timedelta = timedelta(0)) -> datetime | None:
    """A stored time (plus so much) that is still to come; one that is too far ahead comes from a clock that was wrong."""
    if stamp is None:
        return None
    then = moment(stamp) + plus
    return then if now < then <= now + longest else None
