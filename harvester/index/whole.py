"""What is computed over the whole index once works are written: the listings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any


def replace_listing(db: sqlite3.Connection, items: Iterable[tuple[Any, ...]]) -> None:
    """Let ``listing_items`` hold these rows: (listing, section, section_position, position, work_id, note, reason).

    Nothing is written where nothing differs.
    """
    wanted = [tuple(item) for item in items]
    if db.execute("select * from listing_items order by rowid").fetchall() != wanted:
        db.execute("delete from listing_items")
        db.executemany("insert into listing_items values (?, ?, ?, ?, ?, ?, ?)", wanted)
