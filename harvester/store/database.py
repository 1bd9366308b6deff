"""Opening and migrating store.db, and sqlite3's errors in the words of an operator."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from harvester import schemas
from harvester.errors import StoreError


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """sqlite3's errors in the words of an operator."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        cure = {
            "disk": "is the disk full, or the folder read-only?",
            "readonly": "the file or its folder is read-only",
            "locked": "another process is writing; try again",
            "malformed": "the file is damaged: restore it from a backup",
            "not a database": "this is another kind of file; it was left alone",
        }
        hint = next((c for word, c in cure.items() if word in text), "")
        raise StoreError(f"{path}: {text}{'; ' + hint if hint else ''}") from error


def connect(path: Path) -> sqlite3.Connection:
    """Open for writing; made where it does not exist, migrated where it is older. StoreError where it is not ours."""
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            _check_ours(path, db)
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
    if not path.is_file():
        raise StoreError(f"{path}: there is no store yet; `harvester harvest` makes it")
    with translated(path):
        db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None, timeout=30)
        try:
            _check_ours(path, db)
            db.execute("pragma query_only = on")
        except BaseException:
            db.close()
            raise
    return db


def _check_ours(path: Path, db: sqlite3.Connection) -> None:
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
