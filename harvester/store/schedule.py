"""How the harvests of each source go: what a run that harvests what is due looks at."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from msgspec import Struct


class Scheduled(Struct, frozen=True):
    """What is known of a source's last harvests. Times are UTC."""

    source: str
    started: str
    """When the last one began that ended by itself: one that was killed, or asked to stop, is as if it had not been."""
    completed: str | None = None
    """When one last ended complete."""
    whole: str | None = None
    """When one of everything last ended complete."""
    failures: int = 0
    """Harvests in a row that did not end complete."""
    not_before: str | None = None
    """It is left alone until then."""
    reason: str = ""
    """Why it failed."""


class Schedule:
    """Kept by the store; what is set here is committed at once."""

    def __init__(
        self, db: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._db = db
        self._transaction = transaction

    def of(self, source: str) -> Scheduled | None:
        """None for a source that was never harvested to an end."""
        row = self._db.execute(f"{_SELECT} where source = ?", (source,)).fetchone()
        return None if row is None else Scheduled(*row)

    def unfinished(self, source: str) -> bool:
        """Whether a list of it stands in the middle. Windows (``--since``) have places of their own, which do not count."""
        row = self._db.execute(
            "select 1 from lists where source = ? and place is not null and list not glob ? and list not glob ?",
            (source, "* since ????-??-??*", "* until ????-??-??*"),
        ).fetchone()
        return row is not None

    def completed(self, source: str, *, started: str, ended: str, whole: bool) -> None:
        """A harvest ended complete. ``whole``: it was of everything."""
        with self._transaction() as db:
            db.execute(
                "insert into schedule (source, started, completed, whole) values (:source, :started, :ended, :whole)"
                " on conflict (source) do update set started = :started, completed = :ended,"
                " whole = coalesce(:whole, whole), failures = 0, not_before = null, reason = ''",
                {"source": source, "started": started, "ended": ended, "whole": ended if whole else None},
            )

    def failed(self, source: str, *, started: str, not_before: str | None, reason: str) -> None:
        """A harvest ended otherwise: once more in a row."""
        with self._transaction() as db:
            db.execute(
                "insert into schedule (source, started, failures, not_before, reason) values (?1, ?2, 1, ?3, ?4)"
                " on conflict (source) do update set started = ?2, failures = failures + 1, not_before = ?3, reason = ?4",
                (source, started, not_before, reason),
            )


_SELECT: Final = "select source, started, completed, whole, failures, not_before, reason from schedule"
