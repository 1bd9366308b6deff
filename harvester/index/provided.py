"""Datestamps: when what is said of a work last changed, for those who harvest us (``provided``).

An index is made anew at will, but harvesters must not get everything again for it, nor miss anything. So what they were told
last is compared with what is to be told now, by digest. Told last means: by the index in use; where there is none, by one
that the store remembers. Works that are gone stay as deleted records, and a work remembers the sets that it has left.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from harvester.clock import iso, moment, now
from harvester.store import Store
from harvester.store.database import translated
from harvester.store.provided import KEEP, Row

log = logging.getLogger(__name__)

_AHEAD: Final = timedelta(seconds=2)
"""Readers see a change when its transaction ends, a moment after its datestamp was written. Who asked within that moment
would never ask for that datestamp again; one that lies ahead is asked for by all."""
_BATCH: Final = 400
_LAST: Final = "select max(datestamp) from provided_sets where set_spec = ''"
_SINCE: Final = (
    "select p.* from provided_sets s cross join provided p on p.work_id = s.work_id where s.set_spec = ''"
    " and s.datestamp >= ?"
)
_ALL: Final = frozenset({"source", "type"})
"""Sets above all others of their kind, which every work is in."""


def provide(db: sqlite3.Connection, store: Store, served: Path) -> None:
    """Date what differs from what ``served``, the index in use, tells. In the transaction that writes an index."""
    if db.execute("select 1 from provided limit 1").fetchone() is None:
        _carry(db, store, served)
    (last,) = db.execute(_LAST).fetchone()
    stamp = _next(last)
    ids = iter(_changed(db))
    while batch := list(islice(ids, _BATCH)):
        _date(db, _as_it_is(db, batch, stamp))
    ids = iter([id_ for (id_,) in db.execute(_GONE)])
    while batch := list(islice(ids, _BATCH)):
        _date(db, [(*row[:2], stamp, 1, *row[4:]) for row in _told(db, batch).values()])


def keep_provided(store: Store, index_path: Path) -> None:
    """What the index tells since the store last kept it. Called when readers see the index; a kill costs nothing."""
    with translated(index_path), closing(sqlite3.connect(index_path.resolve(), isolation_level=None, timeout=60)) as db:
        (last,) = db.execute(_LAST).fetchone()
        known = store.provided.last()
        if last is None or last == known:
            return
        if last < now():  # it took longer than foreseen: readers see only now what was dated then
            last = _redate(db, last)
        store.provided.keep(db.execute(_SINCE, (known,)), last)


def provide_again(store: Store, index_path: Path) -> None:
    """Date what an older index, which is put back, says otherwise than the one that was in use."""
    with translated(index_path), closing(sqlite3.connect(index_path.resolve(), isolation_level=None, timeout=60)) as db:
        db.execute("begin immediate")
        db.execute("delete from provided")
        db.execute("delete from provided_sets")
        _insert(db, store.provided.rows())
        provide(db, store, index_path)
        db.execute("commit")
    keep_provided(store, index_path)


def _next(last: str | None) -> str:
    """A datestamp later than all before, whatever became of the clock."""
    ahead = datetime.now(UTC) + _AHEAD
    return iso(max(ahead, moment(last) + timedelta(seconds=1)) if last else ahead)


# --- what was told ---------------------------------------------------------------------------------------------------


def _carry(db: sqlite3.Connection, store: Store, served: Path) -> None:
    """Into a new index: what the store remembers, and over it what the index in use tells of works of this store."""
    _insert(db, store.provided.rows())
    last = store.keys.last()
    try:
        with closing(sqlite3.connect(f"{served.absolute().as_uri()}?mode=ro", uri=True)) as old:
            told = old.execute("select * from provided order by work_id")
            while batch := told.fetchmany(_BATCH):
                issued = {id_: key for id_, key, _, _ in store.keys.work_keys([row[0] for row in batch])}
                # A store that was put back from a backup has forgotten works, but gives their ids to no others.
                _insert(db, [row for row in batch if issued.get(row[0], row[1] if row[0] <= last else "") == row[1]])
    except sqlite3.Error as error:
        log.info("%s tells nothing of datestamps (%s); those that the store remembers hold", served, error)


def _insert(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        _date(db, batch)


def _told(db: sqlite3.Connection, ids: list[int]) -> dict[int, Row]:
    marks = ",".join("?" * len(ids))
    return {row[0]: row for row in db.execute(f"select * from provided where work_id in ({marks})", ids)}


# --- what is to be told ----------------------------------------------------------------------------------------------

_DIFFERING: Final = (
    "select d.work_id from digests d left join provided p on p.work_id = d.work_id"
    " where p.digest is not d.digest or p.deleted"
)
_GONE: Final = (
    "select p.work_id from provided p where not p.deleted"
    " and not exists (select 1 from digests d where d.work_id = p.work_id)"
)


def _changed(db: sqlite3.Connection) -> list[int]:
    """Works that are said to be otherwise, or that came into a listing or left one."""
    found = {id_ for (id_,) in db.execute(_DIFFERING)}
    stood = {
        (id_, spec)
        for id_, sets in db.execute(
            "select s.work_id, p.sets from provided_sets s join provided p on p.work_id = s.work_id and not p.deleted"
            " where s.set_spec = 'listing' and exists (select 1 from works w where w.id = p.work_id)"
        )
        for spec in sets.split(" ")
        if spec.startswith("listing:")
    }
    stands = set(db.execute("select distinct work_id, 'listing:' || listing from listing_items"))
    return sorted(found | {id_ for id_, _ in stood ^ stands})


def _as_it_is(db: sqlite3.Connection, ids: list[int], stamp: str) -> Iterator[Row]:
    told = _told(db, ids)
    marks = ",".join("?" * len(ids))
    listed: dict[int, set[str]] = {}
    for id_, name in db.execute(f"select work_id, listing from listing_items where work_id in ({marks})", ids):
        listed.setdefault(id_, set()).add(f"listing:{name}")
    for id_, key, sources, type_, digest in db.execute(
        "select w.id, w.key, w.sources, w.type, d.digest from works w join digests d on d.work_id = w.id"
        f" where w.id in ({marks})",
        ids,
    ).fetchall():
        sets = {f"type:{type_}", *(f"source:{name}" for name in sources.split("; ")), *listed.get(id_, ())}
        known = told.get(id_)
        left = {*known[4].split(), *known[5].split()} - sets if known else set()
        yield id_, key, stamp, 0, " ".join(sorted(sets)), " ".join(sorted(left)), digest


def _date(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Write rows of ``provided``, and where they stand in their sets.

    A key may have had another id, which a store has forgotten that was put back from a backup: the later one holds.
    """
    rows = list({row[1]: row for row in rows}.values())
    told = list(_told(db, [row[0] for row in rows]).values())
    marks = ",".join("?" * len(rows))
    told += db.execute(f"select * from provided where key in ({marks})", [row[1] for row in rows]).fetchall()
    db.executemany("delete from provided where key = ? and work_id <> ?", [(row[1], row[0]) for row in rows])
    db.executemany(
        "delete from provided_sets where set_spec = ? and datestamp = ? and work_id = ?",
        [(spec, row[2], row[0]) for row in told for spec in _places(row)],
    )
    db.executemany(KEEP, rows)
    db.executemany(
        "insert into provided_sets values (?, ?, ?)", [(spec, row[2], row[0]) for row in rows for spec in _places(row)]
    )


def _places(row: Row) -> set[str]:
    """The sets by which a work is found: those that it is in and those that it left, the sets above them, and ''."""
    specs = {*row[4].split(), *row[5].split()}
    return {"", *specs} | {above for spec in specs if (above := spec.partition(":")[0]) not in _ALL}


def _redate(db: sqlite3.Connection, last: str) -> str:
    stamp = _next(last)
    db.execute("begin immediate")
    late = "select work_id from provided_sets where set_spec = '' and datestamp = ?"
    db.execute(f"update provided set datestamp = ? where work_id in ({late})", (stamp, last))
    db.execute("update provided_sets set datestamp = ? where datestamp = ?", (stamp, last))
    db.execute("commit")
    return stamp
