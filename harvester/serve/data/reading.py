"""How Datasette reads the index: the generation that is served now, nothing but reading, and no more than a page may cost.

Datasette itself would keep a connection for each of its threads for ever, to a file that was replaced long ago.
"""

from __future__ import annotations

import asyncio
import sqlite3
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from datasette import sql_functions
from datasette.database import Database
from datasette.utils import escape_sqlite
from datasette.views.base import DatasetteError

from harvester.errors import StoreError
from harvester.query import Index
from harvester.serve.data.unnamed import PRIVATE, reaches_behind, stand_before
from harvester.serve.readers import Readers, TooLongError

STATEMENT_MS: Final = 1500
"""Of one statement."""
ROWS: Final = 1000
"""Of one answer; a table can be had whole as CSV, which asks for so many at a time."""
_SECONDS: Final = 5.0
"""Of all statements that Datasette makes in one go."""
_BYTES: Final = 16 * 1024 * 1024
"""Of one result: rows are few, but each may hold a text of any length."""
_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: 2 * 1024 * 1024,  # a value, or a row; a record of 5,000 authors has one megabyte
    sqlite3.SQLITE_LIMIT_COLUMN: 40,  # the values of a row are in memory at a time; the widest table has 33
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


class Following(Database):
    """The index as a database of Datasette."""

    def __init__(self, datasette: Any, index: Path) -> None:
        super().__init__(datasette, path=str(index), is_mutable=True)
        self.readers = Readers(index, prepare)

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self.ds.executor, self._read, fn)
        except StoreError as error:
            message = "The index cannot be read just now: it may be in the making. Please try again in a minute."
            raise DatasetteError(message, title="Not available at the moment", status=503) from error
        except TooLongError as error:
            raise DatasetteError("That took longer than an answer may.", title="Too long", status=503) from error

    def _read(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        with self.readers.reading(_SECONDS) as db:
            _bound(db, _BYTES)
            try:
                return fn(db)
            except sqlite3.Error as error:
                if not _is_of_the_question(error):
                    raise  # the index is damaged, or cannot be read
                # Else what a failed statement has in memory stays there, by way of its cursor, until the collector comes by.
                traceback.clear_frames(error.__traceback__)
                failed = error
        raise failed

    async def execute(self, sql: str, *parameters: Any, **options: Any) -> Any:
        if reaches_behind(sql):
            said = "not to be named: main (the schema). Where it is a word to look for, write :word, and give it as parameter"
            raise sqlite3.OperationalError(said)
        # Else each mistake of a visitor would be a line on stderr.
        return await super().execute(sql, *parameters, **{**options, "log_sql_errors": False})

    async def execute_write_fn(self, *_: Any, **__: Any) -> Any:
        raise DatasetteError("This is to be read only.", status=403)

    async def attached_databases(self) -> list[Any]:
        return []

    async def table_columns(self, table: str) -> list[str]:
        """Without the ``rowid`` that a view has to have which stands before a table."""
        return [name for name in await super().table_columns(table) if name != "rowid"]

    async def foreign_keys_for_table(self, table: str) -> list[dict[str, str]]:
        """Those of the table, whatever stands before it."""
        asked = f"pragma main.foreign_key_list({escape_sqlite(table)})"
        keys = await self.execute_fn(lambda db: db.execute(asked).fetchall())
        return [{"column": k["from"], "other_table": k["table"], "other_column": k["to"]} for k in keys]


def prepare(db: Index) -> None:
    """A connection for statements that anybody may have written."""
    db.execute("pragma query_only = off")  # of temporary views, too
    stand_before(db)
    db.execute("pragma query_only = on")
    db.execute("select rowid from works_fts where works_fts match 'a' limit 1").fetchall()
    db.execute(
        "select term from works_words limit 1"
    ).fetchall()  # virtual tables are declared by statements of their own
    sql_functions.prepare_connection(db)
    for limit, most in _LIMITS.items():
        db.setlimit(limit, most)
    db.set_authorizer(_allowed)


_PRAGMAS: Final = frozenset(
    {"foreign_key_list", "function_list", "index_info", "index_list", "index_xinfo", "page_count", "page_size"}
    | {"schema_version", "table_info", "table_xinfo", "data_version", "quick_check"}
)
_FUNCTIONS: Final = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})
_READING: Final = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION)


def _allowed(action: int, one: str | None, two: str | None, _: str | None, __: str | None) -> int:
    """https://www.sqlite.org/c3ref/set_authorizer.html"""
    if action == sqlite3.SQLITE_READ:
        return sqlite3.SQLITE_DENY if two in PRIVATE.get(one or "", ()) else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if two in _FUNCTIONS else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if one in _PRAGMAS else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _bound(db: Index, most: int) -> None:
    """Let what is read from now on not grow beyond so many bytes; and be as Datasette wants it."""
    left = most

    def counted(value: bytes) -> None:
        nonlocal left
        left -= len(value)
        if left < 0:
            raise sqlite3.OperationalError(f"the result is larger than {most >> 20} MB: ask for fewer rows or columns")

    def text(value: bytes) -> str:
        counted(value)
        return value.decode("utf-8", "replace")

    def row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        for value in values:
            if isinstance(value, bytes):
                counted(value)
        return sqlite3.Row(cursor, values)

    db.text_factory = text
    db.row_factory = row


def _is_of_the_question(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return code not in (
        sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_FULL,
    )  # fmt: skip
