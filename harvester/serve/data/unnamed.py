"""The index without the names of people who decided something, for whoever may ask it anything.

What a curator decided stands where it applies, among values that everybody may see. So a connection gets temporary views of the
same names as those tables, in which no person is named; a name without a schema means the temporary one first
(https://www.sqlite.org/lang_naming.html). Views of the index mean the tables of the index, so those that read any of these are
made anew beside them. What is left is to say ``main.``, and SQL that does is not carried out.

SQLite's authorizer cannot do this by itself: it is told the view through which a table is read, but the name of a
``with`` clause looks to it like that of a view.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Final

from harvester.record import CURATOR

_NOBODY: Final = f"{CURATOR}not named"
_MASKED: Final = {
    "value_sources": {"rule": f"iif(rule like '{CURATOR}%', '{_NOBODY}', rule)"},
    # A name ends at nothing that could not be part of it, so all that follows goes with it.
    "work_updates": {
        "sources": f"iif(instr(sources, '{CURATOR}'),"
        f" substr(sources, 1, instr(sources, '{CURATOR}') - 1) || '{_NOBODY}', sources)"
    },
    "reasons": {"evidence": "iif(rule = 'decision', 'a person decided it', evidence)"},
}
"""Table -> column -> what stands in its place."""

_LEFT_OUT: Final = {"findings": "code <> 'decision-conflict'"}
"""Table -> which of its rows are for everybody."""

PRIVATE: Final = {
    "decided": frozenset({"reason", "decided_by", "because"}),
    "pinned": frozenset({"reason", "decided_by"}),
}
"""Table -> columns that nobody reads."""

PAGELESS: Final = frozenset({*_MASKED, *PRIVATE, "decided_records", "decisions"})
"""Without a page of their own: what they say without names is in the views ``provenance``, ``updates``, ``joins``."""

_NAMES_THE_SCHEMA: Final = re.compile(r"\bmain\b", re.IGNORECASE | re.ASCII)


def reaches_behind(sql: str) -> bool:
    """Whether a statement may mean a table that a view stands before. An identifier has no other way to be written."""
    return _NAMES_THE_SCHEMA.search(sql) is not None


def stand_before(db: sqlite3.Connection) -> None:
    """Make the views, for this connection alone."""
    hidden = set()
    for table in (*_MASKED, *_LEFT_OUT):
        columns = [name for _, name, *_ in db.execute(f"pragma main.table_info({table})")]
        shown = [f"{_MASKED[table][c]} as {c}" if c in _MASKED.get(table, {}) else c for c in columns]
        where = f" where {_LEFT_OUT[table]}" if table in _LEFT_OUT else ""
        rowid = "rowid, " if table in _LEFT_OUT else ""
        db.execute(f"create temp view {table} as select {rowid}{', '.join(shown)} from main.{table}{where}")
        hidden.add(table)
    for name, sql in db.execute(
        "select name, sql from main.sqlite_master where type = 'view' order by rowid"
    ).fetchall():
        if hidden.intersection(re.findall(r"\w+", sql)):
            db.execute(re.sub(r"\Acreate view", "create temp view", sql, flags=re.IGNORECASE))
            hidden.add(name)
