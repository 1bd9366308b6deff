"""What harvesters were told of works, and when: a copy for the day on which the index is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Final

Row = tuple[int, str, str, int, str, str, bytes]
"""(work id, key, datestamp, deleted, sets, sets that it left, digest)"""

KEEP: Final = (
    "insert into provided values (?, ?, ?, ?, ?, ?, ?) on conflict (work_id) do update set key = excluded.key,"
    " datestamp = excluded.datestamp, deleted = excluded.deleted, sets = excluded.sets, sets_left = excluded.sets_left,"
    " digest = excluded.digest"
)
"""The table is the same in the index."""
_NOTE: Final = "provided"


class Provided:
    """Kept by the store. What is told, and when, is decided in ``harvester.index.provided``."""

    def __init__(
        self, db: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._db = db
        self._transaction = transaction

    def rows(self) -> Iterator[Row]:
        """Everything, by the id of the work."""
        yield from self._db.execute("select * from provided order by work_id")

    def last(self) -> str:
        """The last datestamp that was kept; '' where none was."""
        row = self._db.execute("select value from meta where name = ?", (_NOTE,)).fetchone()
        return row[0] if row else ""

    def keep(self, rows: Iterable[Row], last: str) -> None:
        """Keep what an index tells otherwise, up to its last datestamp."""
        with self._transaction() as db:
            db.executemany(KEEP, rows)
            db.execute(
                "insert into meta values (?, ?) on conflict (name) do update set value = excluded.value", (_NOTE, last)
            )
