"""Whether an index is as it was written, and is what its store says."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from harvester import bitmaps
from harvester.index import staging
from harvester.index.settings import Reader, Settings
from harvester.normalise import normalise
from harvester.store import Store
from harvester.store.soundness import Check, quick_structure, references, several, structure

CURE: Final = "`harvester reindex` makes it anew"


def faults(path: Path, *, quick: bool = False) -> Iterator[Check]:
    """Every check of an index by itself. The caller holds its lock. ``quick``: words are not compared with the works."""
    checks: list[tuple[str, Callable[[sqlite3.Connection], tuple[str, str]]]] = [
        ("structure", quick_structure if quick else structure),
        ("references", references),
        ("tallies", _tallies),
        ("full-text search", _words_quick if quick else _words),
    ]
    with closing(sqlite3.connect(path.resolve(), isolation_level=None, timeout=30)) as db:
        for what, check in checks:
            try:
                fault, note = check(db)
            except sqlite3.DatabaseError as error:
                fault, note = f"cannot be read: {error}", ""
            yield Check("index", what, fault, CURE if fault else "", note)


def _tallies(db: sqlite3.Connection) -> tuple[str, str]:
    noted = dict(db.execute("select name, value from meta"))
    found = {
        table: db.execute(f"select count(*) from {table} not indexed").fetchone()[0] for table in ("works", "records")
    }
    wrong = [
        f"{table}: {count} rows instead of {noted.get(table)}"
        for table, count in found.items()
        if str(count) != noted.get(table)
    ]
    (sum_,) = db.execute("select coalesce(sum(record_count), 0) from works").fetchone()
    if sum_ != found["records"]:
        wrong.append(f"works count {sum_} records, but there are {found['records']}")
    for table in ("match_keys", "unmapped", "record_profiles", "reasons", "update_claims"):
        (lost,) = db.execute(f"select count(*) from {table} where record_id not in (select id from records)").fetchone()
        if lost:
            wrong.append(f"{lost} rows of {table} are of no record")
    held: Counter[int] = Counter()
    for value, block in db.execute("select value, works from facet_sets"):
        held[value] += bitmaps.size(block)
    if held != Counter(dict(db.execute("select id, works from facet_values"))):
        wrong.append("the sets of works by facets are not those that their values count")
    return several(wrong), f"{found['works']} works from {found['records']} records"


def _words(db: sqlite3.Connection) -> tuple[str, str]:
    """The words that are found are those of the works (https://www.sqlite.org/fts5.html, section 6.5)."""
    return _integrity(db, "insert into works_fts(works_fts, rank) values ('integrity-check', 1)")


def _words_quick(db: sqlite3.Connection) -> tuple[str, str]:
    return _integrity(db, "insert into works_fts(works_fts) values ('integrity-check')")


def _integrity(db: sqlite3.Connection, statement: str) -> tuple[str, str]:
    db.execute("begin")
    try:
        db.execute(statement)
    finally:
        if db.in_transaction:
            db.execute("rollback")
    return "", ""


def against_store(path: Path, store: Store, settings: Settings, *, reader: Reader = normalise) -> Check:
    """Every live record of the store is in the index, or known to be unreadable or suppressed; and nothing else is."""
    with closing(sqlite3.connect(":memory:", isolation_level=None, uri=True)) as db:
        for name, database in (("idx", path.resolve()), ("store", store.path.resolve())):
            db.execute(f"attach ? as {name}", (f"{database.as_uri()}?mode=ro",))
        db.execute("begin")
        known = dict(db.execute("select name, value from idx.meta"))
        if not store.knows(known.get("store", "")):
            return _broken("it was made from another store, or from this one before it was restored")
        seen = int(known["change_seen"])
        missing = _kept(store, settings, reader, [id_ for (id_,) in db.execute(_MISSING, (seen,))])
        extra = [f"{source} {identifier}" for source, identifier in db.execute(_EXTRA, (seen,))]
        (behind,) = db.execute("select count(*) from store.records where change > ?", (seen,)).fetchone()
    wrong = [f"{len(missing)} records of the store are not in it ({several(missing)})"] if missing else []
    if extra:
        wrong.append(f"{len(extra)} records in it are not in the store, or otherwise ({several(extra)})")
    if wrong:
        return _broken("; ".join(wrong))
    return Check("both", "index against store", note=f"{behind} changes behind" if behind else "up to date")


def _broken(fault: str) -> Check:
    return Check("both", "index against store", fault, CURE)


_MISSING: Final = (
    "select id from store.records r where change <= ? and deleted = 0 and not exists"
    " (select 1 from idx.records i where i.id = r.id) and not exists (select 1 from store.quarantine q where"
    " q.source = r.source and q.identifier = r.identifier and q.format = r.format and stage = 'read' and resolved is null)"
)
_EXTRA: Final = (
    "select i.source, i.identifier from idx.records i left join store.records r on r.id = i.id"
    " where r.id is null or (r.change <= ? and (r.deleted or r.change <> i.change or r.source <> i.source"
    " or r.identifier <> i.identifier))"
)


def _kept(store: Store, settings: Settings, reader: Reader, ids: list[int]) -> list[str]:
    """Of records that are not in the index, those that nobody has suppressed."""
    if not ids:
        return []
    kept = staging.read(store.records(ids), settings, reader, store.kept_out())
    return [f"{row[1]} {row[2]}" for row in kept.staged] + [
        f"{stored.raw.source} {stored.raw.identifier}" for stored, _, _ in kept.unreadable
    ]
