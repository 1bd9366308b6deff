"""How the sources are doing, from the runs in the store into the index, whose readers ask for it too."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import structs

from harvester.store import Health
from harvester.store.database import translated


def copy_health(index_path: Path, sources: list[Health]) -> bool:
    """Let ``source_health`` of the index say how the sources are doing. False: it said so already."""
    wanted = sorted(structs.astuple(health) for health in sources)
    with translated(index_path), closing(sqlite3.connect(index_path.resolve(), isolation_level=None, timeout=60)) as db:
        db.execute("begin immediate")
        differs = db.execute("select * from source_health order by source").fetchall() != wanted
        if differs:
            db.execute("delete from source_health")
            db.executemany("insert into source_health values (?, ?, ?, ?, ?, ?, ?, ?, ?)", wanted)
        db.execute("commit")
    return differs
