"""How much room a store takes, and what prune would free."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from msgspec import Struct


class Sizes(Struct, frozen=True):
    """Bytes on the disk, and rows."""

    file: int
    log: int
    """Of the write-ahead log beside it."""
    free: int
    """Within the file: room for new rows, or for ``prune --vacuum`` to give back."""
    records: int
    versions: int
    """Superseded versions of records, until ``prune``."""
    quarantined: int


def sizes(db: sqlite3.Connection, path: Path) -> Sizes:
    page_size, pages, free = (db.execute(f"pragma {name}").fetchone()[0] for name in _PRAGMAS)
    rows: dict[str, int] = dict(db.execute("select what, sum(rows) from tallies group by what"))
    real = path.resolve()
    log = real.with_name(f"{real.name}-wal")
    return Sizes(
        file=page_size * pages,
        log=log.stat().st_size if log.exists() else 0,
        free=page_size * free,
        records=rows.get("records", 0),
        versions=rows.get("versions", 0),
        quarantined=rows.get("quarantine", 0),
    )


_PRAGMAS = ("page_size", "page_count", "freelist_count")
