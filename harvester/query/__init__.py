"""The read side of index.db: search, look up, rebuild works, explain. Opens read only; any input is answered."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

from harvester.errors import Damaged, StoreError
from harvester.facets import FACETS
from harvester.query.explanation import (
    Explained,
    Explanation,
    Judged,
    Loser,
    Reason,
    decisions,
    explain,
    reasons,
)
from harvester.query.fulltext import MARK_OFF, MARK_ON, Hit
from harvester.query.identified import get, record
from harvester.query.rebuild import work, works
from harvester.query.results import FacetValue, Found, Hits, Line, all_ids, find, lines, search
from harvester.query.state import Search
from harvester.schemas import INDEX_APPLICATION_ID, INDEX_VERSION
from harvester.store.database import damage, explained
from harvester.store.readonly import ReadOnly, open_read_only

__all__ = [
    "FACETS",
    "MARK_OFF",
    "MARK_ON",
    "Explained",
    "Explanation",
    "FacetValue",
    "Found",
    "Hit",
    "Hits",
    "Index",
    "Judged",
    "Line",
    "Loser",
    "Reason",
    "Search",
    "all_ids",
    "decisions",
    "explain",
    "find",
    "get",
    "lines",
    "open_index",
    "reasons",
    "record",
    "search",
    "work",
    "works",
]


class Index(ReadOnly):
    """A connection that ``with`` closes, as everybody expects; sqlite3's own would stay open.

    Where what is read in it fails because the index is damaged, that is a StoreError, which says so.
    """

    def __exit__(self, _: object, error: BaseException | None, __: object) -> Literal[False]:
        try:
            if error is not None and (fault := damage(self, error)):
                raise Damaged(f"{self.path}: is damaged ({fault}); `harvester reindex` makes it anew") from error
            self.confirm()
        finally:
            self.close()
        if isinstance(error, sqlite3.Error):
            raise StoreError(f"{self.path}: {explained(error)}") from error
        return False


def open_index(path: Path | str, *, any_thread: bool = False) -> Index:
    """A read-only connection to an index. StoreError, with what to do, where it cannot be read.

    A reader that is open while the index is switched goes on reading the old one. Where its folder cannot be written, see
    ``open_read_only``.
    """
    path = Path(path)
    if not path.is_file():
        raise StoreError(f"{path}: there is no index here; `harvester index` makes one")
    try:
        db = open_read_only(path, Index, timeout=5, any_thread=any_thread)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be read as an index: {explained(error)}") from error
    try:
        fault = _fault(db)
    except sqlite3.Error as error:
        fault = f"cannot be read as an index: {explained(error)}"
    if fault:
        db.close()
        raise StoreError(f"{path}: {fault}")
    db.execute("pragma query_only = on")
    return db


def _fault(db: sqlite3.Connection) -> str:
    """Why this database is not an index that we can read; '' where it is one."""
    application = db.execute("pragma application_id").fetchone()[0]
    version = db.execute("pragma user_version").fetchone()[0]
    if application != INDEX_APPLICATION_ID:
        return "is a SQLite database, but not an index of this program"
    if version > INDEX_VERSION:
        return f"was made by a newer version of this program (format {version}, this one reads {INDEX_VERSION}): upgrade it"
    if version < INDEX_VERSION:
        return (
            f"was made by an older version (format {version}, not {INDEX_VERSION}); `harvester reindex` makes it anew"
        )
    return ""
