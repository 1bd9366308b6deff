"""A source that is removed, or has another name from now on. Functions on a connection to store.db."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from harvester.errors import StoreError
from harvester.store import decisions, erasing, judgements
from harvester.store.reading import last_change

_STATE = ("lists", "sets", "quirks", "sightings", "schedule", "origins")
"""Tables on where a source stands and what was learned about it."""
_RECORDS = ("records", "quarantine")


def touch(db: sqlite3.Connection, where: str, bound: Sequence[object]) -> None:
    """Give records new change numbers, in the order that they have, so that the index looks at them again."""
    db.execute(f"update records set change = change + ? where {where}", (last_change(db), *bound))


def known(db: sqlite3.Connection, source: str) -> bool:
    """Whether anything of a source is here."""
    return any(
        db.execute(f"select 1 from {table} where source = ? limit 1", (source,)).fetchone()
        for table in (*_RECORDS, *_STATE, "run_sources")
    )


def remove(db: sqlite3.Connection, source: str, *, reason: str, by: str) -> int:
    """Wipe a source's records, and forget where it stands; the number of records.

    Tombstones without bytes stay: the keys that its works had are given to no other work, and where the source comes back,
    its records have their works again.
    """
    touch(db, "source = ? and deleted = 0", (source,))
    identifiers = db.execute("select distinct identifier from records where source = ?", (source,)).fetchall()
    count = erasing.wipe(db, [(source, identifier) for (identifier,) in identifiers])
    for table in (*_STATE, "quarantine"):
        db.execute(f"delete from {table} where source = ?", (source,))
    (last,) = db.execute("select coalesce(max(id), 0) from runs").fetchone()
    decisions.decide(db, "remove", [source], str(last), name=source, reason=reason, by=by)
    return count


def rename(db: sqlite3.Connection, old: str, new: str) -> int:
    """Let all that is known of a source stand under another name; the number of records. StoreError where that is taken."""
    if known(db, new):
        raise StoreError(f"{new}: there are records or runs of a source of this name; take another name")
    touch(db, "source = ?", (old,))
    count = db.execute("update records set source = ? where source = ?", (new, old)).rowcount
    for table in (*_STATE, "quarantine", "run_sources"):
        db.execute(f"update {table} set source = ? where source = ?", (new, old))
    start = decisions.record_name(old, "")
    db.execute(
        "insert into decisions (kind, subject, value, name, reason, decided_by, decided)"
        " select kind, ?2 || substr(subject, length(?1) + 1), value, name, reason, decided_by, decided from decisions"
        " where kind = 'suppress' and substr(subject, 1, length(?1)) = ?1",
        (start, decisions.record_name(new, "")),
    )
    judgements.rename(db, old, new)
    return count
