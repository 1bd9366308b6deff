"""The table ``facet_sets``: which works have each value, as a whole, for searches that find more than can be counted by rows."""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from harvester.bitmaps import BLOCK, packed, toggled

_ROWS: Final = "select work_id, codes from facets"


def fill(db: sqlite3.Connection) -> None:
    """Of a new index, out of ``facets``: a block at a time, so memory stays flat."""
    for block, rows in groupby(db.execute(f"{_ROWS} order by work_id"), lambda row: row[0] // BLOCK):
        found: dict[str, array[int]] = defaultdict(lambda: array("H"))
        for work_id, codes in rows:
            for code in codes.split(","):
                found[code].append(work_id % BLOCK)
        db.executemany(
            "insert into facet_sets values (?, ?, ?)",
            [(int(code), block, packed(places)) for code, places in found.items()],
        )


def toggle(db: sqlite3.Connection, work_ids: Iterable[int]) -> None:
    """These works leave the sets of the values that they have now; or come into them, where they were in none of them."""
    changes: dict[tuple[int, int], set[int]] = defaultdict(set)
    for id_ in work_ids:
        for work_id, codes in db.execute(f"{_ROWS} where work_id = ?", (id_,)).fetchall():
            for code in codes.split(","):
                changes[int(code), work_id // BLOCK].add(work_id % BLOCK)
    for (code, block), places in changes.items():
        row = db.execute("select works from facet_sets where value = ? and block = ?", (code, block)).fetchone()
        works = toggled(row[0] if row else b"", places)
        if works:
            upsert = "insert into facet_sets values (?, ?, ?) on conflict do update set works = excluded.works"
            db.execute(upsert, (code, block, works))
        else:
            db.execute("delete from facet_sets where value = ? and block = ?", (code, block))
