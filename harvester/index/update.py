"""Bring an index up to date in place: one transaction, readers see the old or the new.

Only what a change can reach is looked at: the records that changed, those that share or shared a key or a work with them,
and so on. What comes out is, row for row, what a new index would hold.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from harvester.errors import StoreError
from harvester.index import (
    assigning,
    deciding,
    facet_sets,
    facets,
    generations,
    likeness,
    notices,
    reaching,
    rows,
    staging,
)
from harvester.index.build import CACHE, Finish, Progress, build, quiet_collector, write_meta
from harvester.index.settings import Check, Reader, Report, Settings
from harvester.index.staleness import meta, stale
from harvester.normalise import normalise
from harvester.store import Store, StoredRecord
from harvester.store.database import damage, translated


def rebuild(
    store: Store,
    index_path: Path,
    settings: Settings,
    *,
    workers: int = 1,
    keep: int = generations.KEPT,
    reader: Reader = normalise,
    finish: Finish | None = None,
    check: Check | None = None,
    progress: Progress | None = None,
) -> Report:
    """Build the next generation beside the one in use, verify it, switch to it, and keep the last ``keep``."""
    generations.check_link(index_path)
    if index_path.exists() and not generations.current(index_path):
        generations.check_ours(index_path)
    generations.sweep(index_path)
    number, target = generations.next_path(index_path)
    report = build(
        store.path,
        target,
        settings,
        generation=number,
        workers=workers,
        reader=reader,
        finish=finish,
        progress=progress,
    )
    if check is not None:
        try:
            check(report)
        except BaseException:
            generations.remove(target)
            raise
    generations.switch(index_path, target, keep=keep)
    return report


def update(
    store: Store,
    index_path: Path,
    settings: Settings,
    *,
    reread_source: str | None = None,
    workers: int = 1,
    keep: int = generations.KEPT,
    reader: Reader = normalise,
    finish: Finish | None = None,
    check: Check | None = None,
    progress: Progress | None = None,
) -> Report:
    """Apply what changed in the store since the index was last brought up to date.

    ``reread_source``: also read all records of that source again. Where the index is missing or damaged, or crosswalks,
    settings or the store are not those that it was made from, it is made anew; ``Report.reason`` says why.
    """
    generations.sweep(index_path)
    reason = stale(store, index_path, settings)
    if not reason:
        with translated(index_path):
            try:
                return _updated(store, index_path, settings, reread_source, reader, finish, check)
            except likeness.Flipped:
                reason = "a source has come to number its records otherwise"
            except (sqlite3.Error, msgspec.MsgspecError, LookupError, TypeError, ValueError) as error:
                with closing(sqlite3.connect(index_path.resolve())) as db:
                    fault = damage(db, error)
                if not fault:
                    raise
                reason = f"it was damaged: {fault}"
    report = rebuild(
        store,
        index_path,
        settings,
        workers=workers,
        keep=keep,
        reader=reader,
        finish=finish,
        check=check,
        progress=progress,
    )
    report.reason = reason
    return report


def _updated(
    store: Store,
    index_path: Path,
    settings: Settings,
    reread_source: str | None,
    reader: Reader,
    finish: Finish | None,
    check: Check | None,
) -> Report:
    """Apply what changed to an index that is not stale."""
    begun = time.monotonic()
    with closing(_open(index_path)) as db, quiet_collector():
        db.execute("begin immediate")
        try:
            known = meta(db)
            report = Report(
                generation=int(known["generation"]),
                full=False,
                works=int(known["works"]),
                records=int(known["records"]),
            )
            _apply(db, store, settings, reader, reread_source, known, report)
            if finish is not None:
                finish(db)
            if check is not None:
                check(report)
            db.execute("commit")
        except BaseException:
            if db.in_transaction:
                db.execute("rollback")
            raise
        db.execute("detach scratch")
        db.execute("pragma wal_checkpoint(passive)")
    store.erase_late(report.to_erase)
    report.seconds = round(time.monotonic() - begun, 3)
    return report


def _open(index_path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(index_path.resolve(), isolation_level=None, timeout=60)
    for pragma in ("synchronous = normal", "temp_store = memory", "secure_delete = off", f"cache_size = {CACHE}"):
        db.execute(f"pragma {pragma}")
    db.execute("attach '' as scratch")  # a private database that is gone when it is closed
    db.executescript(staging.SCRATCH + likeness.SCRATCH + deciding.SCRATCH + notices.SCRATCH)
    db.execute(staging.KEYS_INDEX)
    db.execute("create index scratch.keys_record on keys(record_id)")
    db.execute("create index scratch.profiles_record on profiles(record_id)")
    db.execute("create index scratch.profiles_profile on profiles(profile_id)")
    db.execute("create index scratch.claims_record on claims(record_id)")
    db.execute("create index scratch.claims_key on claims(key)")
    db.execute("create table scratch.affected (record_id integer primary key) strict")
    return db


def _apply(
    db: sqlite3.Connection,
    store: Store,
    settings: Settings,
    reader: Reader,
    reread_source: str | None,
    known: Mapping[str, str],
    report: Report,
) -> None:
    seen = int(known["change_seen"])
    touched: list[int] = []
    for batch in store.changes(seen):
        _read(db, store, batch, settings, reader, touched, report)
        seen = max(seen, batch[-1].change)
    if reread_source is not None:
        for batch in store.changes(0, reread_source):
            fresh = [stored for stored in batch if stored.change <= int(known["change_seen"])]
            _read(db, store, fresh, settings, reader, touched, report)
    decisions = deciding.Deciding(store)
    news = decisions.news(int(known["decision_seen"]))
    if touched or news:
        reaching.gather(db, store, settings, decisions, touched, news)
        assigning.link_staged(db, store, settings, decisions, [reaching.affected(db)])
        notices.settle_changed(db)
        _replace(db, store, settings, report)
    staging.write_sources(db, store, settings)
    decided = decisions.last != int(known["decision_seen"])
    if decided:
        decisions.write(db)
    if touched or decided:
        write_meta(db, seen, settings, store, decisions.last, report)


def _read(
    db: sqlite3.Connection,
    store: Store,
    batch: list[StoredRecord],
    settings: Settings,
    reader: Reader,
    touched: list[int],
    report: Report,
) -> None:
    reading = staging.read(batch, settings, reader, store.kept_out())
    staging.keep(db, reading)
    report.to_erase += reading.to_erase
    touched += [stored.id for stored in batch]
    lost = {stored.id for stored, _, _ in reading.unreadable}
    report.read += len(reading.staged)
    report.unreadable += reading.unreadable
    report.read_keys += [
        (stored.raw.source, stored.raw.identifier, stored.raw.format) for stored in batch if stored.id not in lost
    ]


# --- write what differs ----------------------------------------------------------------------------------------------


def _replace(db: sqlite3.Connection, store: Store, settings: Settings, report: Report) -> None:
    """Write the works that differ from what stands there, and remove those that are no more."""
    before = {
        id_
        for (id_,) in db.execute(
            "select distinct work_id from records where id in (select record_id from scratch.affected)"
        )
    }
    after = {id_ for (id_,) in db.execute("select distinct work_id from scratch.assigned")}
    report.works += len(after) - len(before)
    report.records -= _count(db, "records where id in (select record_id from scratch.affected)")
    report.records += _count(db, "scratch.assigned")
    gone = sorted(before - after)
    _remove(db, gone)
    report.removed = len(gone)
    _swap_keys(db, store, sorted(after))
    for first, last in staging.work_ranges(db):
        new = staging.merged(db, settings, first, last)
        ids = [row[0] for row in new["works"]]
        members = [
            id_
            for (id_,) in db.execute(
                "select record_id from scratch.assigned where work_id between ? and ?", (first, last)
            )
        ]
        changed = _changed(db, new, ids)
        _remove(db, sorted(changed))
        db.executemany("delete from unmapped where record_id = ?", [(id_,) for id_ in members])
        rows.write(
            db,
            {
                table: found if table == "unmapped" else [row for row in found if row[0] in changed]
                for table, found in new.items()
            },
        )
        facet_sets.toggle(db, sorted(changed))
        report.written += len(changed)
        report.touched |= changed
    lost = "select record_id from scratch.affected where record_id not in (select record_id from scratch.assigned)"
    db.execute(f"delete from unmapped where record_id in ({lost})")
    db.execute("delete from reasons where record_id in (select record_id from scratch.affected)")
    db.execute(f"insert into reasons {staging.REASONS} order by t.record_id")
    columns = "id, work_id, source, identifier, format, datestamp, change, title, joined_by, added, record"
    db.execute(
        "delete from records where id in (select record_id from scratch.affected) and id not in"
        f" (select id from (select {columns} from records where id in (select record_id from scratch.affected)"
        f" intersect {staging.RECORDS}))"
    )
    db.execute(f"insert into records {staging.RECORDS} where s.id not in (select id from records) order by s.id")
    db.execute(
        "delete from match_keys where record_id in (select record_id from scratch.affected)"
        " and not exists (select 1 from scratch.keys s where s.key = match_keys.key and s.record_id = match_keys.record_id)"
    )
    db.execute(
        "insert into match_keys select key, record_id from scratch.keys where true order by key, record_id"
        " on conflict do nothing"
    )
    staging.write_redirects(db, store, sorted(before | after))


def _count(db: sqlite3.Connection, rows: str) -> int:
    (count,) = db.execute(f"select count(*) from {rows}").fetchone()
    return int(count)


def _swap_keys(db: sqlite3.Connection, store: Store, ids: list[int]) -> None:
    """A key is its work's for good: one that stands for another work means that the index is of another store."""
    for id_, key, _, _ in store.keys.work_keys(ids):
        row = db.execute("select id from works where key = ? and id <> ?", (key, id_)).fetchone()
        if row is not None:
            raise StoreError(
                f"{key} is work {row[0]} in the index but {id_} in the store: they do not belong together;"
                " `harvester reindex` makes the index anew"
            )


def _changed(db: sqlite3.Connection, new: rows.Rows, ids: list[int]) -> set[int]:
    """Which of these works are not in the index as they are in ``new``."""
    old: dict[int, Counter[Any]] = {id_: Counter() for id_ in ids}
    wanted: dict[int, Counter[Any]] = {id_: Counter() for id_ in ids}
    for table in ("works", *rows.OF_WORK):
        column = "id" if table == "works" else "work_id"
        for start in range(0, len(ids), 500):
            batch = ids[start : start + 500]
            marks = ",".join("?" * len(batch))
            for row in db.execute(f"select * from {table} where {column} in ({marks})", batch):
                old[row[0]][table, row] += 1
        for row in new[table]:
            wanted[row[0]][table, row] += 1
    return {id_ for id_ in ids if old[id_] != wanted[id_]}


def _remove(db: sqlite3.Connection, ids: list[int]) -> None:
    facet_sets.toggle(db, ids)
    facets.discount(db, ids)
    for table in rows.OF_WORK:
        db.executemany(f"delete from {table} where work_id = ?", [(id_,) for id_ in ids])
    db.executemany("delete from works where id = ?", [(id_,) for id_ in ids])
