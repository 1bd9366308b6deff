"""Work keys in store.db: issued once, never reused, redirected where works were merged."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from operator import itemgetter
from typing import Any

from harvester.clock import now

ID_BATCH = 400
"""Bound parameters in one statement."""
_SELECT = "select id, key, founder, redirect from work_keys"
_WAYS = "ways(key, work) as (select key, coalesce(redirect, id) from work_keys"
_FOLLOWED = (
    " union select w.key, k.redirect from ways w join work_keys k on k.id = w.work where k.redirect is not null)"
    " select w.key, w.work from ways w join work_keys k on k.id = w.work where k.redirect is null"
)


def last_work(db: sqlite3.Connection) -> int:
    """The last id of a work that was given out; also before the store was restored from a backup."""
    (last,) = db.execute(
        "select max(coalesce((select max(id) from work_keys), 0),"
        " coalesce((select cast(value as integer) from meta where name = 'work'), 0))"
    ).fetchone()
    return int(last)


class Keys:
    """Which keys were issued, and which work each record was last in. Rules are in ``harvester.keys``; this only keeps."""

    def __init__(
        self, db: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._db = db
        self._transaction = transaction
        self._rehearsing = False

    def record_works(self, record_ids: Iterable[int]) -> dict[int, int]:
        """Record -> the work it was in when it was last indexed; records that never were are left out."""
        return dict(self._by_ids("select record_id, work_id from record_works where record_id in", record_ids))

    def members(self, work_ids: Iterable[int]) -> dict[int, int]:
        """Record -> work, for all records that were last in one of these works."""
        return dict(self._by_ids("select record_id, work_id from record_works where work_id in", work_ids))

    def work_keys(
        self, work_ids: Iterable[int] = (), founders: Iterable[int] = ()
    ) -> list[tuple[int, str, int, int | None]]:
        """(id, key, founder, redirect) of keys by their id, and of those that some records founded."""
        found = set(self._by_ids(f"{_SELECT} where id in", work_ids))
        found.update(self._by_ids(f"{_SELECT} where founder in", founders))
        return sorted(found)

    def last(self) -> int:
        """The last id of a work that was given out, also before the store was put back from a backup."""
        return last_work(self._db)

    def redirecting(self) -> list[tuple[int, str, int]]:
        """(id, key, redirect) of the keys that were merged into another."""
        return self._db.execute("select id, key, redirect from work_keys where redirect is not null").fetchall()

    def leading(self, work_ids: Iterable[int] | None = None) -> Iterator[tuple[str, int]]:
        """(key, the work that it leads to in the end) of all keys that were merged into another.

        ``work_ids``: of the keys of these works alone, and of all that lead to one of them; also where a key leads to its
        own work, as it is or once more.
        """
        if work_ids is None:
            yield from self._db.execute(f"with recursive {_WAYS} where redirect is not null{_FOLLOWED}")
            return
        ordered = list(work_ids)
        for start in range(0, len(ordered), ID_BATCH):
            batch = ordered[start : start + ID_BATCH]
            marks = ",".join("?" * len(batch))
            reached = (
                f"reached(id) as (select id from work_keys where id in ({marks})"
                " union select k.id from reached r join work_keys k on k.redirect = r.id)"
            )
            yield from self._db.execute(
                f"with recursive {reached}, {_WAYS} where id in (select id from reached){_FOLLOWED}", batch
            )

    def shared_works(self) -> Iterator[list[int]]:
        """The records of each work that had several: what becomes of their keys must be decided together."""
        rows = self._db.execute("select work_id, record_id from record_works order by work_id")
        for _, found in groupby(rows, key=itemgetter(0)):
            records = [record_id for _, record_id in found]
            if len(records) > 1:
                yield records

    def issued_keys(self, texts: Sequence[str]) -> set[str]:
        """Which of these keys were ever issued."""
        return {key for (key,) in self._by_ids("select key from work_keys where key in", texts)}

    def next_work_id(self) -> int:
        return last_work(self._db) + 1

    def save_works(
        self,
        issued: Iterable[tuple[int, str, int]],
        redirects: Iterable[tuple[int, int | None]],
        record_works: Iterable[tuple[int, int]],
    ) -> None:
        """Keep new keys (id, key, founder), changed redirects (id, redirect) and where records belong (record, work)."""
        stamp = now()
        new = [(*row, stamp) for row in issued]
        with self._transaction() as db:
            db.executemany("insert into work_keys (id, key, founder, issued) values (?, ?, ?, ?)", new)
            if new and not self._rehearsing:
                db.execute("update tallies set rows = rows + ? where what = 'work_keys'", (len(new),))
            db.executemany("update work_keys set redirect = ? where id = ?", [(to, id_) for id_, to in redirects])
            db.executemany(
                "insert into record_works (record_id, work_id) values (?, ?)"
                " on conflict (record_id) do update set work_id = excluded.work_id where work_id <> excluded.work_id",
                record_works,
            )

    def rehearse(self) -> None:
        """From now on keys are issued and redirected on a copy, which is gone when this connection is closed.

        SQLite looks for a name among the temporary tables first, so these stand in for those of the file.
        """
        self._rehearsing = True
        self._db.execute("pragma foreign_keys = off")  # a temporary table cannot refer to the file's
        for table in ("work_keys", "record_works"):
            statements = self._db.execute(
                "select sql from main.sqlite_master where tbl_name = ? and sql is not null and type <> 'trigger'"
                " order by type desc",
                (table,),
            ).fetchall()
            for (sql,) in statements:
                self._db.execute(re.sub(r"^(create (?:table|index)) ", r"\1 temp.", sql, flags=re.IGNORECASE))
            self._db.execute(f"insert into temp.{table} select * from main.{table}")

    def _by_ids(self, sql: str, ids: Iterable[int] | Iterable[str]) -> Iterator[Any]:
        """Rows of ``sql (?, ?, ...)`` for any number of ids."""
        ordered = list(ids)
        for start in range(0, len(ordered), ID_BATCH):
            batch = ordered[start : start + ID_BATCH]
            yield from self._db.execute(f"{sql} ({','.join('?' * len(batch))})", batch)
