"""Connections to the index as it is now: a new generation is read as soon as it is switched to.

A connection is used by one request at a time, in one read transaction, so a page is of one state. Whoever is still reading
when the index is switched reads the old generation to its end.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from harvester import query
from harvester.errors import StoreError
from harvester.query import Index
from harvester.store.database import damage, explained

log = logging.getLogger(__name__)

_IDLE: Final = 8
"""Connections that are kept open between requests."""
_STEPS: Final = 20_000
"""Of SQLite's machine between two looks at the clock: about a millisecond."""

State = tuple[int, int]
"""Which file the index is."""


class TooLongError(Exception):
    """The answer to a question would take longer than anyone may ask for."""


def allow(db: Index, seconds: float) -> None:
    """From now on a connection may work for so long; what goes on beyond is interrupted."""
    deadline = time.monotonic() + seconds
    db.set_progress_handler(lambda: int(time.monotonic() > deadline), _STEPS)


class Readers:
    """``prepare``: what is done to each connection before anybody uses it."""

    def __init__(self, index: Path, prepare: Callable[[Index], None] | None = None) -> None:
        self._index = index
        self._prepare = prepare
        self._idle: list[tuple[State, Index]] = []
        self._lock = threading.Lock()

    @contextmanager
    def reading(self, seconds: float) -> Iterator[Index]:
        """A connection, for so long. StoreError where there is no index that can be read, or it is damaged."""
        state, db = self._take()
        allow(db, seconds)
        sound = False
        try:
            db.execute("begin")
            yield db
            db.confirm()
            sound = True
        except Exception as error:
            if isinstance(error, sqlite3.OperationalError) and "interrupted" in str(error):
                raise TooLongError from error
            db.set_progress_handler(None, 0)
            if fault := damage(db, error):
                raise StoreError(f"{db.path}: is damaged ({fault}); `harvester reindex` makes it anew") from error
            if isinstance(error, sqlite3.Error):
                raise StoreError(f"{db.path}: {explained(error)}") from error
            sound = True  # the fault is in what was asked, or a bug of ours
            raise
        finally:
            self._give_back(state, db, sound)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for _, db in idle:
            db.close()

    def let_go(self) -> None:
        """Close what is open to an index that was replaced: its file takes its room until then."""
        try:
            self._keep(self._state())
        except StoreError:
            return  # there is none at the moment: what was there may come back

    def _keep(self, state: State) -> None:
        """Of the connections that are idle those to this index alone."""
        with self._lock:
            old = [entry for entry in self._idle if entry[0] != state]
            self._idle = [entry for entry in self._idle if entry[0] == state]
        for _, db in old:
            db.close()

    def _take(self) -> tuple[State, Index]:
        state = self._state()
        self._keep(state)
        with self._lock:
            if self._idle:
                return self._idle.pop()
        db = query.open_index(self._index, any_thread=True)
        try:
            if self._prepare is not None:
                self._prepare(db)
        except BaseException:
            db.close()
            raise
        return state, db

    def _give_back(self, state: State, db: Index, sound: bool) -> None:
        try:
            db.set_progress_handler(None, 0)
            if db.in_transaction:
                db.execute("rollback")
        except sqlite3.Error as error:
            log.warning("%s: %s", db.path, explained(error))
            sound = False
        if sound and db.at_rest is None:
            with self._lock:
                if len(self._idle) < _IDLE:
                    self._idle.append((state, db))
                    return
        db.close()

    def _state(self) -> State:
        try:
            status = self._index.stat()
        except OSError as error:
            raise StoreError(f"{self._index}: there is no index here; `harvester index` makes one") from error
        return status.st_dev, status.st_ino
