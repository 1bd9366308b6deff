"""What could not be read, with its bytes and the reason; nothing is lost. Functions on a connection to store.db."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from harvester.clock import now
from harvester.record import RawRecord
from harvester.store.nouns import StoredRecord


class Quarantined(Struct, frozen=True):
    """A record in quarantine."""

    id: int
    source: str
    identifier: str
    format: str
    stage: str
    """harvest: the page held it but it could not be parsed; read: stored, but no reader understands it."""
    element: str
    reason: str
    first_seen: str
    last_seen: str
    run_id: int
    """The run that met it first."""
    tries: int = 0
    """How often it was asked for again, in vain."""


def put(
    db: sqlite3.Connection,
    key: tuple[str, str, str, str],
    *,
    element: str,
    reason: str,
    payload: bytes,
    run_id: int,
    stamp: str,
) -> bool:
    """Quarantine by (source, identifier, format, stage). True where this loss is new: not met before, or released since."""
    known = db.execute(
        "select id, resolved from quarantine where source = ? and identifier = ? and format = ? and stage = ?", key
    ).fetchone()
    if known is None:
        db.execute(
            "insert into quarantine (source, identifier, format, stage, element, reason, payload, run_id, first_seen,"
            " last_seen) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*key, element, reason, payload, run_id, stamp, stamp),
        )
        return True
    db.execute(
        "update quarantine set element = ?, reason = ?, payload = ?, last_seen = ?, resolved = null,"
        " run_id = iif(resolved is null, run_id, ?) where id = ?",
        (element, reason, payload, stamp, run_id, known[0]),
    )
    return known[1] is not None


NAMELESS: Final = "(without identifier"
"""How the identifier of a record begins that has none."""


def nameless(payload: bytes) -> str:
    """What stands for the identifier of a record that has none: several of one source must not hide each other."""
    return f"{NAMELESS}, {hashlib.blake2b(payload, digest_size=6).hexdigest()})"


def recovered(db: sqlite3.Connection, source: str, records: Iterable[RawRecord], stamp: str) -> None:
    """Release what a page could not give once, and gives now."""
    waiting = {
        (identifier, format_): quarantine_id
        for quarantine_id, identifier, format_ in db.execute(
            "select id, identifier, format from quarantine where source = ? and stage = 'harvest' and resolved is null",
            (source,),
        )
    }
    if waiting:
        for raw in records:
            quarantine_id = waiting.get((raw.identifier, raw.format)) or waiting.get((raw.identifier, ""))
            if quarantine_id is not None:
                db.execute("update quarantine set resolved = ? where id = ?", (stamp, quarantine_id))


def note_readings(
    db: sqlite3.Connection,
    run_id: int,
    unreadable: Iterable[tuple[StoredRecord, str, str]],
    readable: set[tuple[str, str, str]] | None,
) -> dict[str, int]:
    """What indexing could not read, (record, element, reason), and what it could; the number of new losses per source."""
    stamp = now()
    losses: dict[str, int] = {}
    failed = set()
    for record, element, reason in unreadable:
        raw = record.raw
        failed.add((raw.source, raw.identifier, raw.format))
        new = put(
            db,
            (raw.source, raw.identifier, raw.format, "read"),
            element=element,
            reason=reason,
            payload=raw.payload,
            run_id=run_id,
            stamp=stamp,
        )
        if new:
            losses[raw.source] = losses.get(raw.source, 0) + 1
    release(db, failed, readable, stamp)
    return losses


def release(
    db: sqlite3.Connection,
    failed: set[tuple[str, str, str]],
    readable: set[tuple[str, str, str]] | None,
    stamp: str,
) -> None:
    """Release what could be read after all, or is gone; ``readable`` None: everything that is not in ``failed``."""
    waiting = db.execute(
        "select id, source, identifier, format from quarantine where stage = 'read' and resolved is null"
    ).fetchall()
    for quarantine_id, source, identifier, format_ in waiting:
        key = (source, identifier, format_)
        if key not in failed and (readable is None or key in readable):
            db.execute("update quarantine set resolved = ? where id = ?", (stamp, quarantine_id))


def tried(db: sqlite3.Connection, ids: Iterable[int]) -> None:
    """They were asked for once more."""
    db.executemany("update quarantine set tries = tries + 1 where id = ?", [(id_,) for id_ in ids])


def gone(db: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Release what the source says that it does not have: there is nothing left to be read."""
    db.executemany("update quarantine set resolved = ? where id = ?", [(now(), id_) for id_ in ids])


def current(db: sqlite3.Connection, source: str | None) -> list[Quarantined]:
    """What is in quarantine now, oldest first; of one source, or of all."""
    rows = db.execute(
        "select id, source, identifier, format, stage, element, reason, first_seen, last_seen, run_id,"
        " tries from quarantine where resolved is null and (?1 is null or source = ?1) order by id",
        (source,),
    )
    return [Quarantined(*row) for row in rows]
