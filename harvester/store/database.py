"""Opening and migrating store.db, and sqlite3's errors in the words of an operator."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from harvester import schemas
from harvester.errors import StoreError


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """sqlite3's errors in the words of an operator."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {explained(error)}") from error


def explained(error: sqlite3.Error) -> str:
    """What sqlite3 says, and what can be done about it."""
    text = str(error)
    hint = next((cure for words, cure in _CURES.items() if words in text), "")
    return f"{text}; {hint}" if hint else text


_CURES: Final = {  # what SQLite says -> what it means to who runs this; the first that fits
    "malformed": "the file is damaged: a store is restored from a backup, an index made anew by `harvester reindex`",
    "not a database": "it was left alone; an index that was damaged is made anew by `harvester reindex`",
    "disk is full": "make room and run it again",
    "disk I/O": "is the disk full, the folder read-only, or the disk failing?",
    "readonly": "this user may not write there; a reader too needs to, for SQLite's -shm file beside the database",
    "unable to open": "may this user read and write it and its folder?",
    "locked": "another process is writing; try again",
}


def connect(path: Path, *, create: bool = True) -> sqlite3.Connection:
    """Open for writing; made where it does not exist, migrated where it is older. StoreError where it is not ours.

    ``create=False``: StoreError where there is none.
    """
    if not create or path.is_dir():
        _must_exist(path)
    with translated(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{path}: its folder cannot be made: {error.strerror}") from error
        db = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            _check_ours(path, db, oldest=0 if create else 1)
            db.execute("pragma page_size = 8192")
            db.execute("pragma journal_mode = wal")
            db.execute("pragma synchronous = normal")
            db.execute("pragma foreign_keys = on")
            _migrate(db)
        except BaseException:
            db.close()
            raise
    return db


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Open for reading. StoreError where there is none."""
    _must_exist(path)
    with translated(path):
        db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None, timeout=30)
        try:
            _check_ours(path, db, oldest=len(schemas.sql_files("store")))
            db.execute("pragma query_only = on")
        except BaseException:
            db.close()
            raise
    return db


_NONE: Final = "there is no store yet; `harvester harvest` makes it"


def _must_exist(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"{path}: is a folder; name a file in it as `store`")
    if not path.exists():
        raise StoreError(f"{path}: {_NONE}")


def _check_ours(path: Path, db: sqlite3.Connection, *, oldest: int) -> None:
    """StoreError where it is not ours, or its schema is newer than we know or older than ``oldest``."""
    (application,) = db.execute("pragma application_id").fetchone()
    (version,) = db.execute("pragma user_version").fetchone()
    (tables,) = db.execute("select count(*) from sqlite_master").fetchone()
    if application != schemas.STORE_APPLICATION_ID and (tables or application):
        raise StoreError(f"{path}: this is another program's database; it was left alone. Name another file as `store`")
    newest = len(schemas.sql_files("store"))
    if version > newest:
        raise StoreError(
            f"{path}: was written by a newer version of harvester (schema {version}, this one knows {newest}); upgrade"
        )
    if not version and oldest:
        raise StoreError(f"{path}: {_NONE}")
    if version < oldest:
        raise StoreError(
            f"{path}: was written by an older version of harvester (schema {version}); `harvester harvest` brings it up to date"
        )


def _migrate(db: sqlite3.Connection) -> None:
    """Apply the migrations that the file has not seen, each in a transaction of its own."""
    (version,) = db.execute("pragma user_version").fetchone()
    for number, file in enumerate(schemas.sql_files("store"), start=1):
        if number <= version:
            continue
        script = file.read_text(encoding="utf-8")
        db.executescript(
            f"begin immediate;\n{script}\npragma application_id = {schemas.STORE_APPLICATION_ID};\n"
            f"pragma user_version = {number};\ncommit;"
        )
