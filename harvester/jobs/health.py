"""How the sources are doing, and what is news, from the store into the index, whose readers ask for it too."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec import structs

from harvester.store import Health
from harvester.store.database import replace_rows, translated


def copy_health(index_path: Path, sources: list[Health]) -> bool:
    """Let ``source_health`` of the index say how the sources are doing. False: it said so already."""
    return _copy(index_path, "source_health", "source", sorted(structs.astuple(health) for health in sources))


def copy_news(index_path: Path, changes: Iterable[tuple[int, str, str, str, str]]) -> bool:
    """Let ``news`` of the index say what became of works; what the last index brought is known only when it is in use."""
    return _copy(index_path, "news", "rowid", list(changes))


def _copy(index_path: Path, table: str, order: str, wanted: list[tuple[Any, ...]]) -> bool:
    with translated(index_path), closing(sqlite3.connect(index_path.resolve(), isolation_level=None, timeout=60)) as db:
        db.execute("begin immediate")
        differs = replace_rows(db, table, order, wanted)
        db.execute("commit")
    return differs
