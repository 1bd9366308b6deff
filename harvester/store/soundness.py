"""Whether a store is as it was written: SQLite's own checks, checksums of what was sent, and tallies of rows.

A damaged page need not be an error to SQLite: one that lost its rows is a smaller table, one with a changed byte another
record. So rows are counted as they come and go, and what was sent has a checksum.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from harvester.store.pages import SEALED, seal
from harvester.store.payloads import Garbled, Payloads


class Check(Struct, frozen=True):
    """One thing that was looked at."""

    place: str
    """store, index, or both."""
    what: str
    fault: str = ""
    """What is wrong; empty: nothing."""
    cure: str = ""
    note: str = ""
    """Where nothing is wrong: what was seen."""


CURE: Final = "put a backup in its place (`harvester restore FILE`); what it lacks, the next harvests bring"
_ASIDE: Final = "`harvester check --repair` sets them aside, `harvester retry` fetches them again"
_TABLES: Final = {
    "versions": "record_versions", "work_keys": "work_keys", "record_works": "record_works", "decisions": "decisions",
}  # fmt: skip
_TALLIED: Final = 2
"""Stores of older versions have neither tallies nor checksums."""
_SHOWN: Final = 3
"""Faults of one kind that are named."""


def faults(db: sqlite3.Connection, *, quick: bool = False) -> Iterator[Check]:
    """Every check of a store, one after the other, in one read transaction. ``quick``: no record is read."""
    checks: list[tuple[str, Callable[[sqlite3.Connection], tuple[str, str]]]] = [
        ("structure", quick_structure if quick else structure),
        ("references", references),
    ]
    if db.execute("pragma user_version").fetchone()[0] >= _TALLIED:
        checks += [("tallies", _tallies)] if quick else [("tallies", _tallies), ("records", _records)]
    db.execute("begin")
    try:
        for what, check in checks:
            try:
                fault, note = check(db)
            except sqlite3.DatabaseError as error:
                fault, note = f"cannot be read: {error}", ""
            cure = (f"{_ASIDE}; or {CURE}" if what == "records" else CURE) if fault else ""
            yield Check("store", what, fault, cure, note)
    finally:
        if db.in_transaction:
            db.execute("rollback")


def structure(db: sqlite3.Connection) -> tuple[str, str]:
    """Pages, and that each row stands in its indexes."""
    return several([text for (text,) in db.execute("pragma integrity_check(20)") if text != "ok"]), ""


def quick_structure(db: sqlite3.Connection) -> tuple[str, str]:
    return several([text for (text,) in db.execute("pragma quick_check(20)") if text != "ok"]), ""


def references(db: sqlite3.Connection) -> tuple[str, str]:
    lost: dict[tuple[str, str], int] = {}
    for table, _, parent, _ in db.execute("pragma foreign_key_check"):
        lost[table, parent] = lost.get((table, parent), 0) + 1
    return several([f"{n} rows of {table} lead to nothing in {parent}" for (table, parent), n in lost.items()]), ""


def _tallies(db: sqlite3.Connection) -> tuple[str, str]:
    """As many rows as were written. Counted in the tables, not in their indexes: those may have what a table lost."""
    noted = {
        (what, source): rows for what, source, rows in db.execute("select what, source, rows from tallies") if rows
    }
    counted = {
        (what, source): rows
        for what in ("records", "quarantine")
        for source, rows in db.execute(f"select source, count(*) from {what} not indexed group by source")
    }
    for what, table in _TABLES.items():
        if rows := db.execute(f"select count(*) from {table} not indexed").fetchone()[0]:
            counted[what, ""] = rows
    wrong = [
        f"{what}{f' of {source}' if source else ''}: {counted.get((what, source), 0)} rows instead of"
        f" {noted.get((what, source), 0)}"
        for what, source in sorted(noted.keys() | counted.keys())
        if noted.get((what, source)) != counted.get((what, source))
    ]
    total = sum(rows for (what, _), rows in counted.items() if what == "records")
    return several(wrong), f"{total} records"


def _records(db: sqlite3.Connection) -> tuple[str, str]:
    """Every version of every record is what was sent, and can be unpacked."""
    found, (looked_at,) = (
        [f"{table} {row}: {fault}" for table, row, fault in garbled(db)],
        db.execute(_COUNT).fetchone(),
    )
    return several(found), f"{looked_at} versions read"


_COUNT: Final = "select (select count(*) from records) + (select count(*) from record_versions)"


def garbled(db: sqlite3.Connection) -> Iterator[tuple[str, int, str]]:
    """(table, rowid, fault) of versions of records that are not what was sent."""
    payloads, at, packed = Payloads(db), SEALED.index("payload"), SEALED.index("dictionary")
    for table in ("records", "record_versions"):
        for row, sealed, *sent in db.execute(f"select rowid, seal, {', '.join(SEALED)} from {table} not indexed"):
            if sealed is not None and sealed != seal(sent):
                yield table, row, "is not what was written"
                continue
            try:
                payloads.restore(sent[at], sent[packed])
            except Garbled as error:
                yield table, row, str(error)


def several(found: list[str]) -> str:
    """The first few, and how many more."""
    more = len(found) - _SHOWN
    return "; ".join(found[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
