"""What stands where the store should be: made whole or not at all, and what is not ours is left alone."""

from __future__ import annotations

import gc
import os
import sqlite3
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from harvester import schemas
from harvester.errors import StoreError
from harvester.store import Store, database


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("create table t (x)")
    db.close()


def _without_tables(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("pragma journal_mode = wal")
    db.close()


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _dangling(path: Path) -> None:
    path.symlink_to("not-mounted/store.db")


STRANGERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "another program's database": (_foreign, "another program's database"),
    "a database without tables": (_without_tables, "another program's database"),
    "a text": (lambda path: path.write_text("dear diary " * 500), "not a database"),
    "a short text": (lambda path: path.write_text("hi"), "not a database"),
    "an empty file": (Path.touch, "is an empty file; it was left alone"),
    "a folder": (Path.mkdir, "is a folder"),
    "a pipe": (os.mkfifo, "is no file"),
    "a link to itself": (_loop, "is a link that leads nowhere"),
    "a link to nothing": (_dangling, "is a link that leads nowhere"),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_what_is_not_ours_is_left_alone(stranger: str, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    make, words = STRANGERS[stranger]
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    for opening in (Store.open, Store.read_only, lambda p: Store.open(p, create=False)):
        with pytest.raises(StoreError, match=words):
            opening(path)
    assert [p.name for p in tmp_path.iterdir()] == ["store.db"]
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_new_store_takes_its_place_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "deep" / "store.db"
    monkeypatch.setattr(database.os, "link", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        Store.open(path)
    assert list(path.parent.iterdir()) == []
    monkeypatch.undo()
    Store.open(path).close()
    assert [p.name for p in path.parent.iterdir()] == ["store.db"]


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".store.db.999999999.new").write_bytes(b"half of a store")
    (tmp_path / ".store.db.notes.new").write_text("not ours")
    Store.open(tmp_path / "store.db").close()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".store.db.notes.new", "store.db"]


def test_who_comes_second_takes_the_store_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.db"

    def first_comes_the_other(left: Path, right: Path) -> None:
        path.write_bytes(left.read_bytes())
        raise FileExistsError

    monkeypatch.setattr(database.os, "link", first_comes_the_other)
    with Store.open(path) as store:
        assert store.health() == []
    assert [p.name for p in tmp_path.iterdir()] == ["store.db"]


def test_a_log_without_its_store_is_never_played_into_another(tmp_path: Path) -> None:
    (tmp_path / "store.db-wal").write_bytes(b"pages of the store that was here")
    with pytest.raises(StoreError, match=r"store\.db-wal is there"):
        Store.open(tmp_path / "store.db")
    assert [p.name for p in tmp_path.iterdir()] == ["store.db-wal"]


def test_an_older_store_is_brought_up_to_date_by_a_writer_only(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    db = sqlite3.connect(path)
    db.executescript(schemas.sql_files("store")[0].read_text())
    db.executescript(f"pragma application_id = {schemas.STORE_APPLICATION_ID}; pragma user_version = 1")
    db.close()
    with pytest.raises(StoreError, match=r"older version .* `harvester index` brings it up to date"):
        Store.read_only(path)
    Store.open(path).close()
    Store.read_only(path).close()


def test_a_store_that_was_closed_leaves_nothing_for_the_collector(tmp_path: Path) -> None:
    """A build opens it for each batch of records, and has the collector switched off."""
    Store.open(tmp_path / "store.db").close()
    enabled = gc.isenabled()
    gc.disable()
    try:
        with Store.read_only(tmp_path / "store.db") as store:
            assert not list(store.scan(1, 5))
        gone = weakref.ref(store)
        del store
        assert gone() is None
    finally:
        if enabled:
            gc.enable()
