"""A store's backup, made while it is in use, and putting it back.

A copy is made by SQLite's own backup (https://www.sqlite.org/backup.html) within one read transaction, so it is one moment of
the store, however much is written meanwhile; it is checked before it gets its name.
"""

from __future__ import annotations

import itertools
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct

from harvester.clock import now
from harvester.errors import Locked, StoreError
from harvester.store import curation, decisions, erasing
from harvester.store.database import (
    NO_LINKS,
    check_ours,
    connect,
    connect_read_only,
    discard,
    explained,
    fsync,
    settle,
    sweep,
    translated,
    translated_files,
    workpiece,
)
from harvester.store.keys import last_work
from harvester.store.reading import last_change
from harvester.store.soundness import faults

log = logging.getLogger(__name__)

_PAGES = 4096
"""Copied in one step: between steps signals are heard."""


class Copied(Struct, frozen=True):
    """What a backup holds."""

    size: int
    """Bytes."""
    records: int


def backup(store: Path, target: Path, *, replace: bool = False) -> Copied:
    """Write a checked copy of a store to ``target``, whole or not at all.

    ``replace``: an older backup may be there, but nothing else; else nothing at all.
    """
    real = Path(os.path.realpath(target))  # where it is a link, what it leads to is replaced
    beside = workpiece(real, "part")
    with closing(connect_read_only(store, oldest=1)) as db, translated_files(target):
        _must_be_free(target, store, replace=replace)
        sweep(real, "part")
        try:
            copy(db, beside, source=store, target=target)
            _must_be_sound(beside, f"{store}: is damaged, so no backup was made of it")
            made = Copied(beside.stat().st_size, _records(beside))
            if not settle(beside, real, replace=replace):
                raise StoreError(f"{target}: {_TAKEN}")
        finally:
            discard(beside)
    return made


def copy(db: sqlite3.Connection, new: Path, *, source: Path, target: Path) -> None:
    """One moment of an open database as a single file, without a log beside it; faults are said of whose they are."""
    with _said_of(source, target), closing(sqlite3.connect(new, isolation_level=None)) as made:
        db.execute("begin")
        try:
            db.execute("select 1 from sqlite_master").fetchone()  # from here on the copy is of this moment
            db.backup(made, pages=_PAGES)
        finally:
            db.execute("commit")
        made.execute("pragma journal_mode = delete")


@contextmanager
def _said_of(source: Path, target: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:  # no room, no right to write
        raise StoreError(f"{target}: {explained(error)}") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{source}: {explained(error)}") from error


def restore(backup: Path, store: Path) -> Path | None:
    """Put a copy of a backup in the place of the store; where the one that it replaces now is.

    The caller holds every lock. The new store takes over what must not go back in time: which numbers were given out, and
    what people decided since. It is another store to an index, which is then made anew.
    """
    store = Path(os.path.realpath(store))  # where it is a link, what it leads to is replaced
    if os.path.realpath(backup) == str(store):
        raise StoreError(f"{backup}: is the store itself; name a backup")
    if not os.path.lexists(backup):
        raise StoreError(f"{backup}: there is no such backup; nothing was changed")
    if not backup.is_file():
        raise StoreError(
            f"{backup}: is {'a folder' if backup.is_dir() else 'no file'}; name a backup; nothing was changed"
        )
    beside = workpiece(store, "restore")
    with closing(connect_read_only(backup, oldest=1)) as db, translated_files(store):
        store.parent.mkdir(parents=True, exist_ok=True)
        sweep(store, "restore")
        try:
            copy(db, beside, source=backup, target=store)
            _must_be_sound(beside, f"{backup}: is damaged; nothing was changed")
            with closing(connect(beside)) as new, translated(beside):
                _begin_epoch(new, store)
                new.execute("pragma journal_mode = delete")
            kept = _set_aside(store) if os.path.lexists(store) else None
            settle(beside, store, replace=True)
        finally:
            discard(beside)
    return kept


_TAKEN = "is there already; it was left alone. Name another file, or say --force"


def _must_be_free(target: Path, store: Path, *, replace: bool) -> None:
    if target.is_dir():
        raise StoreError(f"{target}: is a folder; name a file in it")
    if not target.parent.is_dir():
        raise StoreError(f"{target}: its folder does not exist")
    if not os.path.lexists(target):
        return
    if target.exists() and target.samefile(store):
        raise StoreError(f"{target}: is the store itself; name another file")
    if not replace:
        raise StoreError(f"{target}: {_TAKEN}")
    connect_read_only(target, oldest=1).close()  # a StoreError where it is anything but a store


def _records(path: Path) -> int:
    with closing(connect_read_only(path, oldest=1)) as db:
        (count,) = db.execute("select count(*) from records").fetchone()
    return int(count)


def _must_be_sound(path: Path, otherwise: str) -> None:
    with closing(connect_read_only(path, oldest=1)) as db, translated(path):
        found = [check.fault for check in faults(db) if check.fault]
    if found:
        raise StoreError(f"{otherwise}: {'; '.join(found)}")


_DECIDING: Final = 2
"""The first schema that keeps what people decide."""


def _begin_epoch(new: sqlite3.Connection, replaced: Path) -> None:
    """Let a copy be a store of its own, that never gives out a number again which the replaced one gave out."""
    change, work, decided = last_change(new), last_work(new), list[tuple[object, ...]]()
    said: list[tuple[object, ...]] = []
    try:
        with closing(connect_read_only(replaced, oldest=_DECIDING)) as old:
            change, work = max(change, last_change(old)), max(work, last_work(old))
            decided = old.execute(f"select {decisions.columns(old)} from decisions order by id").fetchall()
            said = curation.every(old)
    except (StoreError, sqlite3.Error) as error:  # often that is why it is replaced
        log.info("nothing is taken over from the store that is replaced: %s", error)
    new.execute("begin immediate")
    decisions.carry_over(new, decided)
    curation.carry_over(new, said)
    erasing.wipe(
        new, [decisions.record_of(s) for s, value in decisions.subjects(new).items() if value == decisions.ERASE]
    )
    new.executemany(
        "insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
        [("epoch", os.urandom(8).hex()), ("change", str(change)), ("work", str(work))],
    )
    new.execute("commit")


def _set_aside(store: Path) -> Path:
    """Give what stands there another name. Locked where somebody has it open: a log would meet another database."""
    name = f"{store.name}.before-restore-{now().replace(':', '').replace('-', '')}"
    names = (name if n == 1 else f"{name}-{n}" for n in itertools.count(1))
    kept = next(path for path in map(store.with_name, names) if not os.path.lexists(path))
    try:
        with closing(sqlite3.connect(store, isolation_level=None, timeout=2)) as old:
            check_ours(store, old, oldest=0)
            old.execute("pragma journal_mode = delete")  # only who is alone with a database can do this
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Locked(f"{store}: somebody has it open; try again when they have ended") from error
    except (sqlite3.DatabaseError, StoreError) as error:
        log.info("kept as it is, with what stands beside it: %s", error)
    try:
        kept.hardlink_to(store)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        store.rename(kept)
    for suffix in ("-wal", "-shm", "-journal"):
        left = store.with_name(store.name + suffix)
        if left.exists():
            left.rename(kept.with_name(kept.name + suffix))
    fsync(store.parent)
    return kept
