"""Opening and migrating store.db, and sqlite3's errors in the words of an operator."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from harvester import schemas
from harvester.errors import Damaged, StoreError
from harvester.store.readonly import ReadOnly, open_read_only

MEMORY: Final = ":memory:"


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """sqlite3's errors in the words of an operator."""
    try:
        yield
    except sqlite3.Error as error:
        kind = Damaged if _code(error) in _DAMAGED else StoreError
        raise kind(f"{path}: {explained(error)}") from error


@contextmanager
def transaction(path: Path, db: sqlite3.Connection, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
    """See ``Store.transaction``."""
    if db.in_transaction:
        yield db
        return
    with translated(path):
        if durable:
            db.execute("pragma synchronous = full")
        try:
            db.execute("begin immediate")
            try:
                yield db
            except BaseException:
                if db.in_transaction:  # a full disk has already rolled back
                    db.execute("rollback")
                raise
            db.execute("commit")
        finally:
            if durable and not db.in_transaction:
                db.execute("pragma synchronous = normal")


def explained(error: sqlite3.Error) -> str:
    """What sqlite3 says, and what can be done about it."""
    text = str(error)
    hint = next((cure for words, cure in _CURES.items() if words in text), "")
    return f"{text}; {hint}" if hint else text


def damage(db: sqlite3.Connection, error: BaseException) -> str:
    """What is wrong with a database whose contents led to an error; '' where it is sound and the error is something else's.

    A page that was overwritten may come out as what nobody wrote: a row without its value, text that is no JSON.
    """
    if isinstance(error, sqlite3.Error):
        if _code(error) in _DAMAGED or "decode" in str(error):
            return str(error)
    elif isinstance(error, msgspec.MsgspecError):
        return f"a record in it cannot be decoded: {error}"
    elif not isinstance(error, (LookupError, TypeError, ValueError)):
        return ""
    try:
        (found,) = db.execute("pragma quick_check(1)").fetchone()
    except sqlite3.DatabaseError as fault:
        return str(fault)
    return "" if found == "ok" else " ".join(found.split())


def _code(error: sqlite3.Error) -> int:
    """Which kind of error SQLite met (https://www.sqlite.org/rescode.html); 0 where Python's module met it."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF


_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DISK: Final = "is the disk full, or the folder read-only?"
_CURES: Final = {  # what SQLite says -> what it means to who runs this; the first that fits
    "malformed": "the file is damaged: a store is restored from a backup, an index made anew by `harvester reindex`",
    "not a database": "it was left alone; a damaged store is restored from a backup, an index made anew by `harvester reindex`",
    "disk is full": "make room and run it again",
    "disk I/O": "is the disk full, the folder read-only, or the disk failing?",
    "readonly": "this user may not write there",
    "unable to open": "may this user read and write it and its folder?",
    "locked": "another process is writing; try again",
}


def connect(path: Path, *, create: bool = True) -> sqlite3.Connection:
    """Open for writing; made where it does not exist, migrated where it is older. StoreError where it is not ours.

    ``create=False``: StoreError where there is none.
    """
    if str(path) == MEMORY:
        return _serving(sqlite3.connect(MEMORY, isolation_level=None))
    if create and not os.path.lexists(path):
        _make(path)
    _must_be_a_file(path)
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        connect_read_only(path, oldest=1).close()  # the log of another database would be taken in where it is closed
    with translated(path):
        db = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            check_ours(path, db, oldest=1)
            return _serving(db)
        except BaseException:
            db.close()
            raise


def _serving(db: sqlite3.Connection) -> sqlite3.Connection:
    """Ready for writing, and of the schema that this program knows."""
    db.execute("pragma page_size = 8192")
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = normal")
    db.execute("pragma foreign_keys = on")
    _migrate(db)
    return db


def _make(path: Path) -> None:
    """A store without records: made beside, and put in its place whole. A kill leaves none, never half of one."""
    beside = workpiece(path, "new")
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        raise StoreError(
            f"{path}: is missing, but {log.name} is there: put the store back beside it, or a backup in its place"
            " (`harvester restore FILE`); to begin anew, remove that file too"
        )
    with translated(path), translated_files(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path, "new")
        try:
            with closing(sqlite3.connect(beside, isolation_level=None)) as db:
                db.execute("pragma page_size = 8192")
                _migrate(db)
            settle(beside, path)
        finally:
            discard(beside)


def replace_rows(db: sqlite3.Connection, table: str, order: str, wanted: list[tuple[Any, ...]]) -> bool:
    """Let a table hold these rows, in this order; False: it did already, and nothing is written."""
    if db.execute(f"select * from {table} order by {order}").fetchall() == wanted:
        return False
    db.execute(f"delete from {table}")
    for row in wanted:
        db.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
    return True


def workpiece(path: Path, kind: str) -> Path:
    """A file beside another one, in which that is made anew: of this process alone."""
    return path.with_name(f".{path.name}.{os.getpid()}.{kind}")


def sweep(path: Path, kind: str) -> None:
    """Remove workpieces whose process has ended."""
    for name, left in left_behind(path.parent, kind):
        if name == path.name:
            left.unlink(missing_ok=True)


def left_behind(folder: Path, kind: str) -> Iterator[tuple[str, Path]]:
    """(name of a file, workpiece) of each in a folder whose process has ended."""
    for left in folder.glob(f".*.{kind}*"):
        found = re.fullmatch(rf"\.(.+)\.([0-9]+)\.{kind}.*", left.name, re.DOTALL)
        if found and not _alive(int(found[2])):
            yield found[1], left


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)  # asks, and sends nothing
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # somebody else's
    return True


def discard(workpiece: Path) -> None:
    """Remove a workpiece with what SQLite keeps beside it, where it is still there."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        workpiece.with_name(workpiece.name + suffix).unlink(missing_ok=True)


NO_LINKS: Final = (errno.EPERM, errno.ENOTSUP, errno.EMLINK)
"""What a file system says that has no links: FAT, some of the network."""


def settle(workpiece: Path, path: Path, *, replace: bool = False) -> bool:
    """Put a workpiece in its place, in one step and on the disk. False where another is there that is not to be replaced."""
    fsync(workpiece)
    try:
        if replace:
            workpiece.replace(path)
        else:
            os.link(workpiece, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if path.exists():
            return False
        workpiece.replace(path)
    finally:
        workpiece.unlink(missing_ok=True)
    fsync(path.parent)
    return True


def fsync(path: Path) -> None:
    """Make sure that it is on the disk before the next step. Never of a database that this process has open."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def translated_files(path: Path) -> Iterator[None]:
    """Errors of the file system in the words of an operator."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}; {_DISK}") from error


def connect_read_only(path: Path, *, oldest: int | None = None) -> ReadOnly:
    """Open for reading. StoreError where there is none, or its schema is older than ``oldest`` (default: than ours)."""
    _must_be_a_file(path)
    with translated(path):
        db = open_read_only(path, ReadOnly, timeout=30)
        try:
            check_ours(path, db, oldest=oldest or len(schemas.sql_files("store")))
            db.execute("pragma query_only = on")
        except BaseException:
            db.close()
            raise
    return db


_NONE: Final = "there is no store yet; `harvester harvest` makes it"


def _must_be_a_file(path: Path) -> None:
    """StoreError where there is none, or what is there cannot be a store: before SQLite waits for a pipe, or fills a file."""
    try:
        status = path.stat()
    except OSError as error:
        if path.is_symlink():
            raise StoreError(
                f"{path}: is a link that leads nowhere ({error.strerror}); was a disk not mounted?"
            ) from error
        if isinstance(error, FileNotFoundError):
            raise StoreError(f"{path}: {_NONE}") from None
        raise StoreError(f"{path}: {error.strerror}; {_DISK}") from error
    if stat.S_ISDIR(status.st_mode):
        raise StoreError(f"{path}: is a folder; name a file in it as `store`")
    if not stat.S_ISREG(status.st_mode):
        raise StoreError(f"{path}: is no file; name one as `store`")
    if not status.st_size:
        raise StoreError(
            f"{path}: is an empty file; it was left alone. If it was a store, put a backup in its place"
            " (`harvester restore FILE`); to begin anew, remove it"
        )


def check_ours(path: Path, db: sqlite3.Connection, *, oldest: int) -> None:
    """StoreError where it is not ours, or its schema is newer than we know or older than ``oldest``."""
    (application,) = db.execute("pragma application_id").fetchone()
    (version,) = db.execute("pragma user_version").fetchone()
    if application == schemas.INDEX_APPLICATION_ID:
        raise StoreError(f"{path}: is an index, not a store; it was left alone. Name another file")
    if application != schemas.STORE_APPLICATION_ID:
        raise StoreError(f"{path}: this is another program's database; it was left alone. Name another file as `store`")
    newest = len(schemas.sql_files("store"))
    if version > newest:
        raise StoreError(
            f"{path}: was written by a newer version of harvester (schema {version}, this one knows {newest}); upgrade"
        )
    if version < oldest:
        raise StoreError(
            f"{path}: was written by an older version of harvester (schema {version}); `harvester index` brings it up to date"
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
