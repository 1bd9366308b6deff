"""Filling the full-text index of a new index: a third of the work of a build, and the only part that can go beside it.

FTS5 keeps its index in ordinary tables of the same database (https://www.sqlite.org/fts5.html, section 9). Where there are
worker processes one of them fills such tables in a file of its own while the works are written; at the end they are copied
as they are, which takes a hundredth of the time.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Final

from harvester import schemas
from harvester.index import rows
from harvester.index.workers import end_with_parent, submit

_TABLES: Final = ("data", "idx", "docsize", "config")
_AHEAD: Final = 3
"""Batches that may wait for the process that fills the index."""


def fill(db: sqlite3.Connection) -> None:
    """Create the full-text index over the works that are there, and the triggers that keep it so."""
    db.executescript(schemas.sql("index", "03_search"))
    db.execute("insert into works_fts(works_fts) values ('rebuild')")


def adopt(db: sqlite3.Connection, beside: Path) -> None:
    """Create the full-text index from the one that was filled in ``beside``.

    Reopen the database before searching: this connection has seen the tables when they were empty.
    """
    db.executescript(schemas.sql("index", "03_search"))
    db.execute("attach ? as search", (str(beside),))
    for table in _TABLES:
        db.execute(f"delete from main.works_fts_{table}")
        db.execute(f"insert into main.works_fts_{table} select * from search.works_fts_{table}")
    db.execute("detach search")


class Filler:
    """The process that fills a full-text index in a file of its own, some batches behind the works."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool
        self._waiting: deque[Future[None]] = deque()

    def add(self, works: list[rows.Row]) -> None:
        """Rows of ``works``; waits while too many are under way."""
        self._waiting.append(submit(self._pool, _insert, [tuple([row[n] for n in rows.SEARCHED]) for row in works]))
        if len(self._waiting) > _AHEAD:
            self._waiting.popleft().result()

    def finish(self) -> None:
        for future in (*self._waiting, submit(self._pool, _close)):
            future.result()


@contextmanager
def filler(beside: Path, context: BaseContext) -> Iterator[Filler]:
    with ProcessPoolExecutor(1, mp_context=context, initializer=_open, initargs=(beside,)) as pool:
        yield Filler(pool)


# --- in the process that fills it ------------------------------------------------------------------------------------

_db: sqlite3.Connection


def _open(beside: Path) -> None:
    global _db
    end_with_parent()
    _db = sqlite3.connect(beside, isolation_level=None)
    for pragma in ("page_size = 8192", "journal_mode = off", "synchronous = off"):
        _db.execute(f"pragma {pragma}")
    # The triggers want a table; its rows are elsewhere.
    _db.execute("create table works (id integer primary key, title, authors, container_title, abstract, subjects, doi)")
    _db.executescript(schemas.sql("index", "03_search"))
    _db.execute("begin")


def _insert(works: list[rows.Row]) -> None:
    _db.executemany(
        "insert into works_fts(rowid, title, authors, container_title, abstract, subjects, doi) values (?, ?, ?, ?, ?, ?, ?)",
        works,
    )


def _close() -> None:
    _db.execute("commit")
    _db.close()
