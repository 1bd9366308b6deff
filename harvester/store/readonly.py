"""Opening a database for reading, also on a read-only disk or by a user who may not write beside it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final, TypeVar

from harvester.errors import StoreError


class ReadOnly(sqlite3.Connection):
    """A connection that reads. Where it had to be opened as one to a file that nobody writes, it knows how that looked."""

    path: Path
    """As it was named; it may be a link."""
    file: Path
    at_rest: tuple[int, int, int] | None = None

    def confirm(self) -> None:
        """StoreError where the file was written while it was read without a look at its log: anything may have come out."""
        if self.at_rest is not None and _look(self.file) != self.at_rest:
            raise StoreError(f"{self.path}: was written while it was read, by a user who may; try again")


Kind = TypeVar("Kind", bound=ReadOnly)

_LOCKED_OUT: Final = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


def open_read_only(path: Path, kind: type[Kind], *, timeout: float, any_thread: bool = False) -> Kind:
    """A connection that cannot write. sqlite3.Error where the file cannot be read, StoreError where its log cannot.

    ``any_thread``: one thread after the other may use it; who opens it sees to that.

    In WAL mode a reader needs the files beside the database, and makes them where they are not there. Where it cannot
    because nobody could (https://www.sqlite.org/wal.html, section 5), the file is at rest: ``immutable`` says so. Never
    else, as an update that goes on would give wrong answers.
    """
    db = _open(path, kind, "mode=ro", timeout, any_thread)
    try:
        db.execute("select 1 from sqlite_master").fetchone()
    except sqlite3.Error as error:
        db.close()
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
        if code not in _LOCKED_OUT or not db.file.is_file():
            raise
        seen = _look(db.file)
        if seen[2]:
            raise StoreError(
                f"{path}: a process that was killed has left {db.file.name}-wal, and this user may not write there to take it"
                " in; run a command once as a user who may"
            ) from error
        db = _open(path, kind, "mode=ro&immutable=1", timeout, any_thread)
        db.at_rest = seen
    return db


def _open(path: Path, kind: type[Kind], how: str, timeout: float, any_thread: bool) -> Kind:
    file = path.resolve()
    db = sqlite3.connect(
        f"{file.as_uri()}?{how}",
        uri=True,
        isolation_level=None,
        timeout=timeout,
        factory=kind,
        check_same_thread=not any_thread,
    )
    db.path, db.file = path, file
    return db


def _look(path: Path) -> tuple[int, int, int]:
    """Size and time of a database, and the size of its log. Without opening it: closing it again would drop SQLite's locks."""
    status, log = path.stat(), path.with_name(f"{path.name}-wal")
    return status.st_size, status.st_mtime_ns, log.stat().st_size if log.exists() else 0
