"""index.db is a link to one of several generations, ``index-000042.db``: switching is one atomic step, and can be undone.

Each generation has a name of its own, so a write-ahead log is never paired with another database than its own, as can
happen when a file is renamed over one that somebody holds open (https://www.sqlite.org/howtocorrupt.html, section 2).
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from harvester import schemas
from harvester.errors import Damaged, StoreError
from harvester.store.database import fsync, translated, translated_files

KEPT = 3
"""Generations that stay: the one in use and those to go back to."""


def path_of(index_path: Path, generation: int) -> Path:
    return index_path.with_name(f"{index_path.stem}-{generation:06d}{index_path.suffix}")


def generations(index_path: Path) -> dict[int, Path]:
    """Number -> file, oldest first."""
    found = {}
    if index_path.parent.is_dir():
        for path in index_path.parent.iterdir():
            if (number := number_of(index_path, path.name)) is not None:
                found[number] = path
    return dict(sorted(found.items()))


def number_of(index_path: Path, name: str) -> int | None:
    """The generation that a file of this name is; None where it is none of this index."""
    match = re.fullmatch(rf"{re.escape(index_path.stem)}-(\d{{6,}}){re.escape(index_path.suffix)}", name)
    return int(match[1]) if match else None


def current(index_path: Path) -> int:
    """The generation in use; 0 where there is none."""
    if not (index_path.is_symlink() and index_path.exists()):
        return 0
    target = index_path.resolve()
    return next((number for number, path in generations(index_path).items() if path.resolve() == target), 0)


def next_path(index_path: Path) -> tuple[int, Path]:
    """Number and file of a generation to be made: beyond all that are there, so nothing is ever overwritten."""
    number = max(generations(index_path), default=0) + 1
    return number, path_of(index_path, number)


def switch(index_path: Path, generation: Path, *, keep: int = KEPT) -> None:
    """Let ``index_path`` lead to a generation, in one step; then let go of the oldest.

    Whoever has the old one open goes on reading it whole. StoreError where a file that is not ours stands in the way.
    """
    if index_path.exists() and not index_path.is_symlink():
        check_ours(index_path)
    with translated_files(index_path):
        fsync(generation)
        beside = index_path.with_name(f".{index_path.name}.{os.getpid()}")
        beside.unlink(missing_ok=True)
        beside.symlink_to(generation.name)
        beside.replace(index_path)
        fsync(index_path.parent)
        used = current(index_path)
        older = [number for number in generations(index_path) if number < used]
        for number in older[: max(0, len(older) - (keep - 1))]:
            remove(path_of(index_path, number))


def rollback(index_path: Path) -> int:
    """Go back to the generation before the one in use; returns its number. StoreError where there is none."""
    used = current(index_path)
    older = [number for number in generations(index_path) if number < used]
    if not older:
        raise StoreError(f"{index_path}: there is no generation before this one ({used or 'none'}) to go back to")
    earlier = path_of(index_path, older[-1])
    check_ours(earlier)
    with translated(earlier), closing(sqlite3.connect(earlier)) as db:
        (found,) = db.execute("pragma quick_check(1)").fetchone()
    if found != "ok":
        raise Damaged(f"{earlier}: is damaged, so nothing was changed; `harvester reindex` makes the index anew")
    switch(index_path, earlier, keep=len(older) + 1)
    return older[-1]


def forget(index_path: Path) -> None:
    """Let go of all generations but the one in use: they hold what must not come back."""
    used = current(index_path)
    for number, path in generations(index_path).items():
        if used and number != used:
            remove(path)


def workpiece(target: Path, kind: str) -> Path:
    """A file beside an index in the making: hidden, and gone when it is done."""
    return target.with_name(f".{target.name}.{kind}")


def sweep(index_path: Path) -> None:
    """Remove what a killed process left of an index in the making. Only for who holds the lock of the index."""
    for kind in ("part", "scratch", "search"):
        for path in index_path.parent.glob(f".{index_path.stem}*.{kind}"):
            remove(path)


def remove(path: Path) -> None:
    """A database with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def check_link(index_path: Path) -> None:
    """StoreError where a link leads nowhere and is none of ours: what it should lead to may be on a disk that is missing."""
    if index_path.is_symlink() and not index_path.exists():
        target = index_path.readlink()
        if target.name != str(target) or number_of(index_path, target.name) is None:
            raise StoreError(f"{index_path}: is a link to {target}, which is not there; was a disk not mounted?")


def check_ours(path: Path) -> None:
    """StoreError where a file is not an index of ours, or one of a newer program."""
    if path.is_dir():
        raise StoreError(f"{path}: is a folder; name a file in it as `index`")
    if not path.is_file():  # SQLite would wait for whoever writes into a pipe
        raise StoreError(f"{path}: is no file; name one as `index`")
    with translated(path):
        db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
        try:
            (application,) = db.execute("pragma application_id").fetchone()
            (version,) = db.execute("pragma user_version").fetchone()
        finally:
            db.close()
    if current(path) and not path.stat().st_size:
        raise Damaged(f"{path}: is an empty file; `harvester reindex` makes it anew")
    if application != schemas.INDEX_APPLICATION_ID:
        raise StoreError(f"{path}: this is another program's file; it was left alone. Name another file as `index`")
    if version > schemas.INDEX_VERSION:
        raise StoreError(
            f"{path}: was written by a newer version of harvester (schema {version}, this one knows"
            f" {schemas.INDEX_VERSION}); upgrade"
        )
