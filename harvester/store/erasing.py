"""Wiping what was to be erased: bytes, versions, what lies in quarantine. Functions on a connection to store.db."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from harvester.clock import now
from harvester.store.pages import SEALED, seal

_NOTHING = ("", 1, b"", b"", None, "", "[]", "[]")
"""A tombstone without bytes, in the order of ``SEALED``."""


def wipe(db: sqlite3.Connection, records: Iterable[tuple[str, str]]) -> int:
    """Leave of records (source, identifier) a tombstone without bytes, and nothing of their past; how many.

    The row stays, so that the key of its work is given to no other. Freed space is overwritten with zeros.
    """
    db.execute("pragma secure_delete = on")
    count = 0
    for source, identifier in records:
        ids = [
            record_id
            for (record_id,) in db.execute(
                "select id from records where source = ? and identifier = ?", (source, identifier)
            )
        ]
        for record_id in ids:
            db.execute("delete from record_versions where record_id = ?", (record_id,))
            db.execute(
                f"update records set {', '.join(f'{column} = ?' for column in SEALED)}, seal = ?, changed = ? where id = ?",
                (*_NOTHING, seal(_NOTHING), now(), record_id),
            )
        db.execute("delete from quarantine where source = ? and identifier = ?", (source, identifier))
        count += len(ids)
    return count
