"""Entries of a listing in a citation style, as text of HTML; ``styling`` takes it apart again.

A style takes some milliseconds a work, so each entry is kept as long as its work stays the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from harvester import query, styles
from harvester.citation import plain

_KEPT: Final = 50_000
"""Entries; some 20 MB."""
_made: dict[tuple[bytes, str], str] = {}


def cited(db: sqlite3.Connection, ids: Sequence[int], style: str) -> dict[int, str]:
    """Work -> its entry in a style."""
    digests: dict[int, bytes] = {}
    for start in range(0, len(ids), 500):
        within = ", ".join(str(int(id_)) for id_ in ids[start : start + 500])
        digests |= dict(db.execute(f"select work_id, digest from digests where work_id in ({within})"))
    known = {id_: text for id_, digest in digests.items() if (text := _made.get((digest, style))) is not None}
    missing = [id_ for id_ in ids if id_ not in known]
    made = {
        work.id: styles.cited(work, style, otherwise=plain(work.record, work.key), markup=True)
        for work in query.works(db, ids=missing)
    }
    if len(_made) + len(made) > _KEPT:
        _made.clear()
    _made.update({(digests[id_], style): text for id_, text in made.items() if id_ in digests})
    return made | known
