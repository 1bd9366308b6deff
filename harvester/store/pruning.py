"""Letting go of what only the past needs: superseded versions, what left quarantine, old runs. Functions on a connection."""

from __future__ import annotations

import sqlite3
from typing import Final

from msgspec import Struct


class Pruned(Struct, frozen=True):
    """How many rows went, or would go."""

    versions: int
    quarantine: int
    runs: int
    version_bytes: int
    """Of the versions, compressed."""


_LAST: Final = (
    "id in (select max(run_id) from run_sources group by source union"
    " select max(run_id) from run_sources where verdict = 'complete' group by source union"
    " select run_id from records where change = (select max(change) from records) union select max(id) from runs)"
)
"""Runs that tell how a source is doing, or where an index stands."""
_OLD: Final = {
    "versions": "from record_versions where superseded < :before",
    "quarantine": "from quarantine where resolved < :before",
    "runs": f"from runs where ended < :before and not ({_LAST})",
}


def prunable(db: sqlite3.Connection, before: str) -> Pruned:
    """What ``prune`` would let go of."""
    bound = {"before": before}
    counts = {name: db.execute(f"select count(*) {where}", bound).fetchone()[0] for name, where in _OLD.items()}
    (size,) = db.execute(f"select coalesce(sum(length(payload)), 0) {_OLD['versions']}", bound).fetchone()
    return Pruned(**counts, version_bytes=size)


def prune(db: sqlite3.Connection, before: str) -> Pruned:
    """Delete what is older than a moment (as ``clock.iso`` writes it). Records, keys and decisions always stay."""
    found = prunable(db, before)
    bound = {"before": before}
    db.execute(f"delete {_OLD['versions']}", bound)
    db.execute(f"delete {_OLD['quarantine']}", bound)
    db.execute(f"delete from run_sources where run_id in (select id {_OLD['runs']})", bound)
    # Runs without sources are not among the last of any: what was chosen above is chosen again.
    db.execute(f"delete {_OLD['runs']}", bound)
    return found
