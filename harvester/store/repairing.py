"""Setting garbled records aside, so that one costs one, and is fetched again. Functions on a connection to store.db."""

from __future__ import annotations

import sqlite3

from harvester.clock import now
from harvester.store import erasing, moves, quarantine
from harvester.store.soundness import garbled


def repair(db: sqlite3.Connection, run_id: int) -> list[tuple[str, str]]:
    """Put records that are not what was sent into quarantine, from where they are asked for again; (source, identifier).

    Their versions before stay, but those that are garbled themselves.
    """
    lost, stamp = list(garbled(db)), now()
    db.executemany(
        "delete from record_versions where rowid = ?", [(row,) for table, row, _ in lost if table == "record_versions"]
    )
    set_aside = []
    for row, fault in [(row, fault) for table, row, fault in lost if table == "records"]:
        source, identifier, format_ = db.execute(
            "select source, identifier, format from records where id = ?", (row,)
        ).fetchone()
        reason = f"was damaged in the store: {fault}"
        quarantine.put(
            db,
            (source, identifier, format_, "harvest"),
            element="record",
            reason=reason,
            payload=b"",
            run_id=run_id,
            stamp=stamp,
        )
        moves.touch(db, "id = ?", (row,))
        erasing.empty(db, row)
        set_aside.append((source, identifier))
    return set_aside
