"""What became of works from one index to the next. Kept in the store: an index that is made anew forgets and doubles nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

from msgspec import Struct

from harvester.clock import now
from harvester.store.keys import ID_BATCH, last_work


class Known(Struct, frozen=True):
    """What the last index said of a work."""

    status: str = ""
    updates: str = ""
    """How many of each type: ``correction 2; retraction 1``."""
    copies: str = ""


class Change(Struct, frozen=True):
    """A row of ``news``, in the order in which things happened."""

    run_id: int
    at: str
    work_id: int
    what: str
    before: str
    after: str


class News:
    """Kept by the store. What is news is decided in ``harvester.news``."""

    def __init__(
        self, db: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._db = db
        self._transaction = transaction

    def last(self) -> tuple[int, str] | None:
        """(last work, state) of the index that was compared last; None: none ever was."""
        row = self._db.execute("select last_work, state from index_runs order by run_id desc limit 1").fetchone()
        return None if row is None else (row[0], row[1])

    def known(self, work_ids: Iterable[int]) -> dict[int, Known]:
        """What was known of these works; of most there is nothing to know."""
        found: dict[int, Known] = {}
        ordered = list(work_ids)
        for start in range(0, len(ordered), ID_BATCH):
            batch = ordered[start : start + ID_BATCH]
            rows = self._db.execute(
                f"select work_id, status, updates, copies from known_works where work_id in ({','.join('?' * len(batch))})",
                batch,
            )
            found.update((id_, Known(*said)) for id_, *said in rows)
        return found

    def known_above(self, work_id: int, count: int) -> list[int]:
        """The next so many works of which something is known."""
        rows = self._db.execute(
            "select work_id from known_works where work_id > ? order by work_id limit ?", (work_id, count)
        )
        return [id_ for (id_,) in rows]

    def save(
        self, run_id: int, known: Sequence[tuple[int, Known]], changes: Sequence[tuple[int, str, str, str]]
    ) -> None:
        """Keep what an index says of works, and what of it is news: (work, what, before, after)."""
        if not known:
            return
        stamp = now()
        with self._transaction() as db:
            db.executemany(
                "insert into known_works values (?, ?, ?, ?) on conflict (work_id) do update"
                " set status = excluded.status, updates = excluded.updates, copies = excluded.copies",
                [(id_, k.status, k.updates, k.copies) for id_, k in known],
            )
            db.executemany(
                "insert into news (run_id, at, work_id, what, before, after) values (?, ?, ?, ?, ?, ?)",
                [(run_id, stamp, *change) for change in changes],
            )

    def close_run(self, run_id: int, state: str) -> None:
        """An index is compared to its end: this is what the next one is compared with."""
        with self._transaction() as db:
            issued, last = last_work(db), self.last()
            told = db.execute("select 1 from news where run_id = ?", (run_id,)).fetchone()
            if last is not None and last[0] == issued and told is None:
                db.execute(
                    "update index_runs set state = ? where run_id = (select max(run_id) from index_runs)", (state,)
                )
                return
            db.execute(
                "insert into index_runs values (?, ?, ?, ?) on conflict (run_id) do update"
                " set at = excluded.at, last_work = excluded.last_work, state = excluded.state",
                (run_id, now(), issued, state),
            )

    def first_run(self, since: str) -> int:
        """The first run since a moment after which the index said something else; where there is none, one beyond all."""
        (run_id,) = self._db.execute("select min(run_id) from index_runs where at >= ?", (since,)).fetchone()
        (beyond,) = self._db.execute("select coalesce(max(run_id), 0) + 1 from index_runs").fetchone()
        return int(beyond if run_id is None else run_id)

    def last_run(self) -> tuple[int, str] | None:
        """The last run after which the index said something else, and when it began."""
        row = self._db.execute(
            "select i.run_id, coalesce(r.started, i.at) from index_runs i left join runs r on r.id = i.run_id"
            " order by i.run_id desc limit 1"
        ).fetchone()
        return None if row is None else (int(row[0]), str(row[1]))

    def began(self, run_id: int) -> str | None:
        """When a run began; None where there is no such run."""
        row = self._db.execute("select started from runs where id = ?", (run_id,)).fetchone()
        return None if row is None else str(row[0])

    def work_before(self, run_id: int) -> int:
        """The last id of a work that had been given out before a run."""
        (last,) = self._db.execute(
            "select coalesce(max(last_work), 0) from index_runs where run_id < ?", (run_id,)
        ).fetchone()
        return int(last)

    def changes(self, run_id: int) -> Iterator[Change]:
        """What changed in a run and in those after it."""
        columns = "run_id, at, work_id, what, before, after"
        for row in self._db.execute(f"select {columns} from news where run_id >= ? order by id", (run_id,)):
            yield Change(*row)

    def told(self) -> list[tuple[int, str, str, str, str]]:
        """(work, when, what, before, after) of every change, as the index has them."""
        return self._db.execute("select work_id, at, what, before, after from news order by id").fetchall()

    def new_works(self, after: int, moment: str) -> Iterator[tuple[int, str]]:
        """(work, when) of the works with a higher id, issued since a moment, that were not merged into another."""
        yield from self._db.execute(
            "select id, issued from work_keys where id > ? and issued >= ? and redirect is null order by id",
            (after, moment),
        )
