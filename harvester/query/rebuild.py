"""Works out of the index: rebuilt from the records that they consist of."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import msgspec

from harvester.merge import merge, overruled
from harvester.pins import pinned
from harvester.query import updates
from harvester.query.results import all_ids
from harvester.query.state import Search
from harvester.record import Finding, Member, Pin, Record, Work

BATCH: Final = 200
"""Works in memory at a time when many are read."""

_decode = msgspec.json.Decoder(Record).decode


def work(db: sqlite3.Connection, work_id: int) -> Work:
    """One work, merged anew from its records. KeyError where there is none."""
    for found in _load(db, [work_id]):
        return found
    raise KeyError(work_id)


def works(
    db: sqlite3.Connection,
    text: str | None = None,
    *,
    source: str | None = None,
    since: str | None = None,
    ids: Iterable[int] | None = None,
) -> Iterator[Work]:
    """Works for an export, a few in memory at a time and all of one state of the index.

    In the order of ``ids``, else of their rank in the search for ``text``, else of their ids. ``since`` (ISO 8601) is the
    time when the work was first stored; ``source`` leaves only works of which that source has a record.
    """
    snapshot = not db.in_transaction
    if snapshot:
        db.execute("begin")
    try:
        if ids is None and text is not None:
            ids = all_ids(db, Search(text))
        conditions: list[str] = []
        parameters: list[str] = []
        if source is not None:
            conditions.append("id in (select work_id from records where source = ?)")
            parameters.append(source)
        if since is not None:
            conditions.append("added >= ?")
            parameters.append(since)
        if conditions or ids is None:
            rows = db.execute(f"select id from works where {' and '.join(conditions) or '1'} order by id", parameters)
            kept = [row[0] for row in rows]
            if ids is None:
                ids = kept
            else:
                allowed = set(kept)
                ids = [i for i in ids if i in allowed]
        remaining = iter(ids)
        while batch := list(islice(remaining, BATCH)):
            yield from _load(db, batch)
    finally:
        if snapshot and db.in_transaction:
            db.execute("rollback")


def _load(db: sqlite3.Connection, work_ids: list[int]) -> Iterator[Work]:
    """The works of these ids that exist, in this order."""
    within = f"in ({', '.join(str(int(i)) for i in work_ids)})"
    keys: dict[int, str] = {}
    members: dict[int, list[Member]] = defaultdict(list)
    rows = db.execute(
        "select w.id, w.key, r.id, r.source, r.identifier, r.format, s.rank, r.record, r.added"
        " from works w join records r on r.work_id = w.id join sources s on s.name = r.source"
        f" where w.id {within} order by r.id"
    )
    for work_id, key, record_id, source, identifier, format_, rank, record, added in rows:
        keys[work_id] = key
        members[work_id].append(Member(record_id, source, identifier, format_, rank, _decode(record), added))
    # What linking knew and no record says: DOIs that only name a copy, and identifiers that different works share.
    copies: dict[int, list[str]] = defaultdict(list)
    sql = f"select work_id, value from identifiers where work_id {within} and scheme = 'doi' and relation = 'version'"
    for work_id, value in db.execute(sql):
        copies[work_id].append(value)
    conflicts: dict[int, list[tuple[int, Finding]]] = defaultdict(list)
    sql = f"select * from findings where work_id {within} and code in ('identifier-conflict', 'decision-conflict') order by rowid"
    for work_id, record_id, level, code, element, message, raw in db.execute(sql):
        conflicts[work_id].append((record_id, Finding(code, element, message, raw, level)))
    pins: dict[int, list[Pin]] = defaultdict(list)
    sql = f"select work_id, element, json, decided_by, decided, reason, decision_id, record_id from pinned where work_id {within}"
    for work_id, element, value, *said in db.execute(f"{sql} order by rowid"):
        pins[work_id].append(Pin(element, msgspec.json.decode(value), *said))
    happened = updates.recorded(db, within)
    for work_id in work_ids:
        if work_id in keys:
            merged = merge(
                work_id,
                keys[work_id],
                members[work_id],
                repository_doi_prefixes=copies[work_id],
                conflicts=conflicts[work_id],
            )
            found = overruled(pinned(merged, pins[work_id]))
            yield updates.restored(found, happened[work_id]) if work_id in happened else found
