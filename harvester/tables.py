"""The tables and views of our databases, with what their SQL says about them: one text for ``docs/`` and for pages over SQL.

SQLite keeps the text of a statement with its comments. A table is described on its first line, a column on its own. A view
or a query is described by the lines that begin its body; ``name: meaning`` is of a column, or of a parameter.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

from harvester import schemas


class Column(NamedTuple):
    name: str
    type: str
    comment: str


class Table(NamedTuple):
    name: str
    comment: str
    columns: list[Column]


@cache
def database(name: str, kind: str) -> list[Table]:
    """The tables (``kind="table"``) or views of ``schemas/sql/<name>``, as a real SQLite database has them."""
    with closing(sqlite3.connect(":memory:")) as db:
        for file in schemas.sql_files(name):
            db.executescript(file.read_text(encoding="utf-8"))
        made = db.execute(
            "select l.name, s.sql from pragma_table_list l join sqlite_schema s on s.name = l.name"
            " where l.type = ? and l.schema = 'main' and l.name not like 'sqlite_%' order by s.rowid",
            (kind,),
        ).fetchall()
        return [Table(table, *_commented(sql, kind, db.execute(f"pragma table_info({table})"))) for table, sql in made]


def _commented(sql: str, kind: str, info: Iterable[tuple[Any, ...]]) -> tuple[str, list[Column]]:
    lines = sql.splitlines()
    if kind == "view":
        return described(lines[1:], [name for _, name, *_ in info])
    comments = {line.split()[0]: line.partition(" -- ")[2].strip() for line in lines[1:] if line.strip()}
    columns = [Column(name, type_.lower(), comments.get(name, "")) for _, name, type_, *_ in info]
    return lines[0].partition("-- ")[2].strip(), columns


def described(lines: Iterable[str], names: Sequence[str]) -> tuple[str, list[Column]]:
    """What the comment at the beginning of a statement says: of the whole, and of each name."""
    said = [line.strip()[3:] for line in takewhile(lambda line: line.strip().startswith("-- "), lines)]
    of = {name: meaning for name, colon, meaning in (line.partition(": ") for line in said) if colon and name in names}
    own = [line for line in said if line.partition(": ")[0] not in of]
    return " ".join(own), [Column(name, "", of.get(name, "")) for name in names]
