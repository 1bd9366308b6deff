"""The book of runs: when each began, what each source gave, how it ended. Functions on a connection to store.db."""

from __future__ import annotations

import os
import socket
import sqlite3

from harvester import __version__
from harvester.clock import now
from harvester.store.nouns import Health, Tally


def begin(db: sqlite3.Connection, command: str) -> int:
    cursor = db.execute(
        "insert into runs (command, started, host, pid, version) values (?, ?, ?, ?, ?)",
        (command, now(), socket.gethostname(), os.getpid(), __version__),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def end(db: sqlite3.Connection, run_id: int, exit_code: int) -> None:
    db.execute("update runs set ended = ?, exit_code = ? where id = ?", (now(), exit_code, run_id))


def begin_source(db: sqlite3.Connection, run_id: int, source: str) -> None:
    db.execute(
        "insert into run_sources (run_id, source, verdict, started) values (?, ?, 'running', ?)",
        (run_id, source, now()),
    )


def end_source(db: sqlite3.Connection, run_id: int, source: str, verdict: str, requests: int) -> None:
    db.execute(
        "update run_sources set verdict = ?, requests = ?, ended = ? where run_id = ? and source = ?",
        (verdict, requests, now(), run_id, source),
    )


def count(db: sqlite3.Connection, run_id: int, source: str, tally: Tally) -> None:
    """Add to what a source gave in a run."""
    db.execute(
        "update run_sources set fetched = fetched + ?, new = new + ?, changed = changed + ?,"
        " unchanged = unchanged + ?, deleted = deleted + ?, quarantined = quarantined + ?"
        " where run_id = ? and source = ?",
        (*(getattr(tally, f) for f in Tally.__struct_fields__), run_id, source),
    )


def health(db: sqlite3.Connection) -> list[Health]:
    """One row a source that was ever harvested, and not removed since; by name. A run that left it to another says nothing."""
    rows = db.execute(
        "with last as (select source, max(run_id) as run_id from run_sources where verdict not glob 'skipped *'"
        " group by source)"
        " select s.source, s.started,"
        " (select max(ended) from run_sources c where c.source = s.source and c.verdict = 'complete'),"
        " s.verdict,"
        " (select count(*) from records r where r.source = s.source and not r.deleted),"
        " (select count(*) from records r where r.source = s.source and r.deleted),"
        " (select count(*) from quarantine q where q.source = s.source and q.resolved is null),"
        " (select min(complete_through) from lists l where l.source = s.source),"
        " (select count(*) from records r where r.source = s.source and not r.deleted and r.vanished is not null)"
        " from run_sources s join last using (source, run_id)"
        " where s.run_id > coalesce((select max(cast(value as integer)) from decisions d"
        " where d.kind = 'remove' and d.subject = s.source), 0) order by s.source"
    )
    return [Health(*row) for row in rows]
