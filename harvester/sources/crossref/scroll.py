"""A window by cursor: a scroll that the server keeps, and that every request moves on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from harvester.errors import ProtocolError
from harvester.sources.crossref.items import WorkList

MOST_BY_OFFSET: Final = 10_000
"""Works; what is behind them can be reached by cursor only."""
_GENEROUS: Final = 10
"""So many times as many works as were counted, and the list is one without end."""


def scrolled(ask: Callable[[str], WorkList], counted: int, rows: int) -> Iterator[WorkList]:
    """Pages until one brings nothing new, that one too. Neither the cursor's text nor its absence tells the end: at
    Crossref it is the same on every page, the last one too; nor does a short page, which some send in the middle; nor the
    count, which drifts. Raises ProtocolError where new works keep coming."""
    cursor, longest = "*", 0
    seen: set[int] = set()
    while len(seen) <= _GENEROUS * (counted + rows):
        answer = ask(cursor)
        before = len(seen)
        seen.update(map(hash, answer.items))
        yield answer
        longest = max(longest, len(answer.items))  # some send fewer than asked for
        ended = not answer.cursor or (len(seen) >= answer.total and len(answer.items) < longest)
        if ended or len(seen) == before:
            return
        cursor = answer.cursor
    raise ProtocolError(f"works keep coming behind a cursor: {len(seen)} by now, where {counted} were counted")


def by_offset(ask: Callable[[int], WorkList], rows: int) -> Iterator[WorkList]:
    """Pages until one brings nothing new, or as many works have come as are counted. Nothing is kept by the server, so
    nothing expires; but its order may change between two pages, so who counts what came decides."""
    seen: set[int] = set()
    offset = before = 0
    while offset + rows <= MOST_BY_OFFSET:
        answer = ask(offset)
        seen.update(map(hash, answer.items))
        yield answer
        offset += len(answer.items)
        if len(seen) == before or offset >= answer.total:
            return
        before = len(seen)
