"""What is not ours, or not for us, where a store or an index should be: left alone, byte for byte, and said so."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harvester import schemas
from tests.crash.forked import answer
from tests.crash.program import contents

Stranger = Callable[[Path], None]


def text(path: Path) -> None:
    path.write_text("shopping list: milk, bread\n" * 500)


def bytes_of_zero(path: Path) -> None:
    path.write_bytes(bytes(65_536))


def picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(20_000))


def another_database(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("create table bookmarks (url text)")
        db.execute("insert into bookmarks values ('https://example.org/')")


def another_application(path: Path) -> None:
    another_database(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma application_id = 252006674")
        db.execute("pragma user_version = 3")


def from_tomorrow(path: Path) -> None:
    """Of a newer version of this program."""
    ours = schemas.STORE_APPLICATION_ID if path.name == "store.db" else schemas.INDEX_APPLICATION_ID
    another_database(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(f"pragma application_id = {ours}")
        db.execute("pragma user_version = 99")


def folder(path: Path) -> None:
    path.mkdir()
    (path / "kept.txt").write_text("kept")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link_in_a_circle(path: Path) -> None:
    path.symlink_to(path.name)


FILES = (text, bytes_of_zero, picture, another_database, another_application, from_tomorrow)
OTHERS = (folder, pipe, link_in_a_circle)
COMMANDS = {
    "store.db": (
        ["harvest", "fmlm"],
        ["run", "fmlm"],
        ["index"],
        ["reindex"],
        ["status"],
        ["check"],
        ["backup", "b.db"],
    ),
    "index.db": (["index"], ["reindex"], ["run", "fmlm"], ["search", "leadership"], ["publish"], ["check"]),
}


@pytest.mark.parametrize("stranger", [*FILES, *OTHERS], ids=lambda stranger: stranger.__name__)
@pytest.mark.parametrize("name", COMMANDS)
def test_left_alone(made: Path, name: str, stranger: Stranger) -> None:
    path = made / name
    path.unlink()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    stranger(path)
    before = _seen(path)
    for command in COMMANDS[name]:
        said = answer(made, *command)
        assert said.code in ((2, 6) if stranger is folder else (6,)), (command, said)
        assert name in said.err or command == ["check"], (command, said)
        assert "Traceback" not in said.err
        assert _seen(path) == before


def _seen(path: Path) -> object:
    if path.is_symlink():
        return path.readlink()
    if path.is_file():
        return path.read_bytes()
    return sorted(path.iterdir()) if path.is_dir() else path.lstat().st_mode


@pytest.mark.parametrize("name", ["store.db-wal", "index-000001.db-wal"])
@pytest.mark.parametrize("what", ["garbled", "empty"])
def test_a_log_that_is_none(made: Path, name: str, what: str) -> None:
    """SQLite checks each frame of a write-ahead log: what is none of its own is passed over."""
    before = contents(made)
    log = made / name
    log.with_name(name.replace("-wal", "-shm")).unlink(missing_ok=True)
    log.write_bytes(os.urandom(40_000) if what == "garbled" else b"")
    assert answer(made, "check").code == 0
    assert answer(made, "search", "leadership").code == 0
    assert contents(made) == before


@pytest.mark.parametrize(
    "command", [["harvest", "fmlm"], ["run", "fmlm"], ["index"], ["status"], ["check"]], ids=" ".join
)
def test_the_log_of_another_database_is_not_taken_in(made: Path, command: list[str]) -> None:
    """Its sums are right, so SQLite would; once it is out of the way, the store is as it was."""
    before = contents(made)
    other, log = made / "other.db", made / "store.db-wal"
    with closing(sqlite3.connect(other, isolation_level=None)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute("create table bookmarks (url text)")
        shutil.copy(f"{other}-wal", log)
    assert answer(made, *command).code == 6
    for suffix in ("-wal", "-shm"):
        (made / f"store.db{suffix}").unlink(missing_ok=True)
    assert contents(made) == before


def test_a_generation_that_is_missing_is_made_anew(made: Path) -> None:
    before = contents(made)
    (made / "index.db").resolve().unlink()
    assert answer(made, "search", "leadership").code == 6
    said = answer(made, "index")
    assert said.code == 0, said.err
    assert b"index-000001.db was missing" in said.out
    assert contents(made) == before


@pytest.mark.parametrize("content", [b"", bytes(50_000), b"not a database at all " * 100])
def test_a_generation_that_is_no_index_is_made_anew(made: Path, content: bytes) -> None:
    before = contents(made)
    target = (made / "index.db").resolve()
    target.write_bytes(content)
    for command in (["search", "leadership"], ["publish"]):
        assert answer(made, *command).code == 6
    said = answer(made, "index")
    assert said.code == 0, said.err
    assert b"damaged" in said.out
    assert contents(made) == before
    assert (made / "index.db").resolve() != target
