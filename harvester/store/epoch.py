"""Which store this is: an index, and whoever puts a backup back, must be able to tell."""

from __future__ import annotations

import sqlite3


def mark(db: sqlite3.Connection, change: int) -> str:
    """The store's epoch, and the run that brought the last change up to this one."""
    (epoch,) = db.execute("select value from meta where name = 'epoch'").fetchone()
    run = db.execute(
        "select r.id, r.started, r.pid from records join runs r on r.id = records.run_id where change <= ?"
        " order by change desc limit 1",
        (change,),
    ).fetchone()
    return " ".join(map(str, (epoch, *(run or ()))))


def knows(db: sqlite3.Connection, mark: str) -> bool:
    """Whether this store has that epoch and that run.

    A file that was copied over the store by hand has the epoch too, but not the runs since.
    """
    epoch, _, run = mark.partition(" ")
    (own,) = db.execute("select value from meta where name = 'epoch'").fetchone()
    if epoch != own or not run:
        return bool(epoch == own)
    id_, started, pid = run.split(" ")
    found = db.execute("select 1 from runs where id = ? and started = ? and pid = ?", (id_, started, pid)).fetchone()
    return found is not None
