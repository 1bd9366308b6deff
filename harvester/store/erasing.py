"""Wiping what was to be erased: bytes, versions, what lies in quarantine. Functions on a connection to store.db."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from harvester.clock import now
from harvester.store.pages import SEALED, seal
from harvester.store.payloads import Payloads

_NOTHING = ("", 1, b"", b"", None, "", "[]", "[]")
"""A tombstone without bytes, in the order of ``SEALED``."""


def wipe(db: sqlite3.Connection, records: Iterable[tuple[str, str]]) -> int:
    """Leave of records (source, identifier) a tombstone without bytes, and nothing of their past; how many.

    The row stays, so that the key of its work is given to no other. Freed space is overwritten with zeros.
    """
    db.execute("pragma secure_delete = on")
    count, learned = 0, set[int]()
    for source, identifier in records:
        ids = [
            record_id
            for (record_id,) in db.execute(
                "select id from records where source = ? and identifier = ?", (source, identifier)
            )
        ]
        learned |= _learned_from(db, ids)
        for record_id in ids:
            db.execute("delete from record_versions where record_id = ?", (record_id,))
            empty(db, record_id)
        db.execute("delete from quarantine where source = ? and identifier = ?", (source, identifier))
        count += len(ids)
    for dictionary in learned:
        _retire_dictionary(db, dictionary)
    return count


def empty(db: sqlite3.Connection, record_id: int) -> None:
    """Leave a tombstone without bytes."""
    db.execute(
        f"update records set {', '.join(f'{column} = ?' for column in SEALED)}, seal = ?, changed = ? where id = ?",
        (*_NOTHING, seal(_NOTHING), now(), record_id),
    )


def _learned_from(db: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Compression dictionaries that may hold pieces of these records: those that were trained when they were there."""
    return {
        dictionary
        for record_id in ids
        for (dictionary,) in db.execute(
            "select d.id from dictionaries d join records r on r.format = d.format"
            " where r.id = ? and r.first_seen <= d.created",
            (record_id,),
        )
    }


def _retire_dictionary(db: sqlite3.Connection, dictionary: int) -> None:
    """Pack what was packed with a dictionary anew, with one that is trained on what is there now."""
    (format_,) = db.execute("select format from dictionaries where id = ?", (dictionary,)).fetchone()
    db.execute("update dictionaries set format = '' where id = ?", (dictionary,))
    payloads = Payloads(db)
    at, used = SEALED.index("payload"), SEALED.index("dictionary")
    for table in ("records", "record_versions"):
        found = [rowid for (rowid,) in db.execute(f"select rowid from {table} where dictionary = ?", (dictionary,))]
        for rowid in found:
            sent = list(db.execute(f"select {', '.join(SEALED)} from {table} where rowid = ?", (rowid,)).fetchone())
            sent[used], sent[at] = payloads.compress(payloads.restore(sent[at], dictionary), format_)
            db.execute(
                f"update {table} set payload = ?, dictionary = ?, seal = ? where rowid = ?",
                (sent[at], sent[used], seal(sent), rowid),
            )
    db.execute("delete from dictionaries where id = ?", (dictionary,))
