"""Readers beside writers: no "database is locked", no error, and never anything between the old and the new."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from harvester import query
from harvester.sandbox import Sandbox
from tests.crash.forked import answer
from tests.crash.program import call, news, rows, settle

READS = 1_000


class Readers:
    """A thread that searches with our own means, and one with plain sqlite3 and its defaults."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self.seen: set[tuple[object, ...]] = set()
        self.faults: list[str] = []
        self.count = 0
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(look,)) for look in (self._search, self._plain)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _read(self, look: object) -> None:
        while not self._done.wait(0.002):
            try:
                self.seen.add(look())  # type: ignore[operator]
            except Exception as error:  # noqa: BLE001  each of them is a fault to be shown
                self.faults.append(repr(error))
            self.count += 1

    def _search(self) -> tuple[object, ...]:
        with query.open_index(self.index) as db:
            db.execute("begin")
            found = query.search(db, "leadership", limit=5)
            query.work(db, found.hits[0].work_id)
            return self._state(db)

    def _plain(self) -> tuple[object, ...]:
        with closing(sqlite3.connect(self.index)) as db:
            db.execute("begin")
            return self._state(db)

    @staticmethod
    def _state(db: sqlite3.Connection) -> tuple[object, ...]:
        row = db.execute(
            "select (select count(*) from works), (select count(*) from records), (select sum(record_count) from works),"
            " (select count(*) from works_fts where works_fts match 'leadership')"
        ).fetchone()
        return tuple(row)


def states(folder: Path) -> tuple[object, ...]:
    with closing(sqlite3.connect(folder / "index.db")) as db:
        return Readers._state(db)


@pytest.mark.parametrize("rounds", [1, pytest.param(8, marks=pytest.mark.slow)])
def test_readers_see_the_old_or_the_new(sandbox: Sandbox, folder: Path, rounds: int) -> None:
    settle(sandbox, folder)
    whole = {states(folder)}
    with Readers(folder / "index.db") as readers:
        for _ in range(rounds):
            news(sandbox)
            for command in (["run"], ["reindex", "--workers", "2"], ["index", "rollback"]):
                assert call(folder, *command).code in (0, 3)
                whole.add(states(folder))
    assert readers.faults == []
    assert readers.seen <= whole
    assert readers.count > (READS if rounds > 1 else 50)


def test_a_reader_keeps_its_generation_until_it_closes(made: Path) -> None:
    with query.open_index(made / "index.db") as db:
        db.execute("begin")
        before = db.execute("select count(*) from works").fetchone()
        for _ in range(4):  # more than the generations that are kept
            assert answer(made, "reindex").code in (0, 3)
        assert db.execute("select count(*) from works").fetchone() == before
        assert query.search(db, "leadership").hits
    assert rows(made / "index.db", "select value from meta where name = 'generation'") == [("5",)]
