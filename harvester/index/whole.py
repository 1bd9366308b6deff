"""What is computed over the whole index once works are written: the listings, and how the sources are doing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec import structs

from harvester.store import Health
from harvester.store.database import translated


def replace_listing(db: sqlite3.Connection, items: Iterable[tuple[Any, ...]]) -> None:
    """Let ``listing_items`` hold these rows: (listing, section, section_position, position, work_id, note, reason).

    Nothing is written where nothing differs.
    """
    wanted = [tuple(item) for item in items]
    if db.execute("select * from listing_items order by rowid").fetchall() != wanted:
        db.execute("delete from listing_items")
        db.executemany("insert into listing_items values (?, ?, ?, ?, ?, ?, ?)", wanted)


def replace_health(index_path: Path, sources: Iterable[Health]) -> bool:
    """Let ``source_health`` say how the sources are doing, also after a run without news. False: it said so already."""
    wanted = sorted(structs.astuple(health) for health in sources)
    with translated(index_path), closing(sqlite3.connect(index_path.resolve(), isolation_level=None, timeout=60)) as db:
        db.execute("begin immediate")
        differs = db.execute("select * from source_health order by source").fetchall() != wanted
        if differs:
            db.execute("delete from source_health")
            db.executemany("insert into source_health values (?, ?, ?, ?, ?, ?, ?, ?, ?)", wanted)
        db.execute("commit")
    return differs
