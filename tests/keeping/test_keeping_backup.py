"""A backup is one moment of the store, whole and checked; putting it back never lets an index lie."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from harvester import schemas
from harvester.errors import Locked, StoreError
from harvester.locks import lock
from harvester.record import Page, RawRecord
from harvester.store import Store, copies
from tests.keeping.conftest import Installation

ONE, TWO, THREE = "doi:10.1234/one", "local:library:two", "doi:10.1234/three"
ARCHIVE = (("a1", "Sharing leadership in hospitals", "10.1234/one"), ("a3", "Annual report", "10.1234/three"))


def everything(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return list(db.iterdump())


def test_a_backup_is_the_store(installation: Installation) -> None:
    installation("run")
    target = installation.folder / "backup.db"
    assert "wrote" in installation("backup", str(target))
    assert everything(target) == everything(installation.store)
    assert sorted(p.name for p in installation.folder.glob("*backup*")) == ["backup.db"]


def test_a_backup_replaces_nothing_unless_told_to_and_never_a_stranger(installation: Installation) -> None:
    installation("run")
    target = installation.folder / "backup.db"
    installation("backup", str(target))
    before = target.read_bytes()
    assert "is there already" in installation("backup", str(target), code=6)
    installation.library(("five", "Newer", None))
    installation("run")
    installation("backup", str(target), "--force")
    assert target.read_bytes() != before
    notes = installation.folder / "notes.txt"
    notes.write_text("dear diary " * 99)
    for stranger in (
        notes,
        installation.store,
        installation.index,
        installation.folder,
        installation.folder / "no" / "b.db",
    ):
        said = installation("backup", str(stranger), "--force", code=6)
        assert str(stranger) in said
    assert notes.read_text() == "dear diary " * 99
    installation("check")


def test_a_backup_of_a_store_that_is_written_to_is_one_moment(tmp_path: Path) -> None:
    path, done = tmp_path / "store.db", threading.Event()

    def page(number: int) -> Page:
        records = [
            RawRecord(source="s", identifier=f"{number}-{n}", format="f", payload=b"x" * 3000, digest=b"d")
            for n in range(20)
        ]
        return Page(records=records, place={"n": number})

    with Store.open(path) as store:
        run = store.begin_run("t")
        for number in range(50):
            store.save(run, "s", "l", page(number))

    def write() -> None:
        with Store.open(path) as store:
            for number in range(50, 250):
                store.save(run, "s", "l", page(number))
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    made = 0
    while not done.is_set() or not made:
        target = tmp_path / f"{made}.db"
        copies.backup(path, target)
        with Store.read_only(target) as copy:
            (count,) = copy.connection.execute("select count(*) from records").fetchone()
            place = copy.cursor("s", "l").place
            assert place is not None
            assert count == 20 * (place["n"] + 1)  # the page and its place, always together
        made += 1
    writer.join()


def test_a_damaged_store_gives_no_backup(installation: Installation) -> None:
    installation("run")
    with closing(sqlite3.connect(installation.store, isolation_level=None)) as db:
        db.execute("update records set payload = zeroblob(length(payload)) where id = 1")
    said = installation("backup", str(installation.folder / "b.db"), code=6)
    assert "is damaged, so no backup was made" in said
    assert not list(installation.folder.glob("*b.db*"))


def test_a_restored_store_is_noticed_by_the_index(installation: Installation) -> None:
    installation("run")
    installation("backup", str(installation.folder / "b.db"))
    installation.archive(*ARCHIVE, ("a4", "Later", "10.1234/four"))
    installation("run")
    last = installation.asked(installation.store, "select max(id) from work_keys")[0][0]
    said = installation("restore", str(installation.folder / "b.db"))
    assert "is now a copy" in said
    kept = list(installation.folder.glob("store.db.before-restore-*"))
    assert len(kept) == 1
    assert "made from another store" in installation("check", code=6)
    installation.archive(*ARCHIVE, ("a5", "Otherwise", "10.1234/five"))
    assert "restored from a backup" in installation("run")
    assert installation.works == {ONE, TWO, THREE, "doi:10.1234/five"}
    new = installation.asked(installation.store, "select id from work_keys where key = 'doi:10.1234/five'")[0][0]
    assert new > last  # an id that was given out to another work is not given out again
    installation("check", "--thorough")


def test_a_store_that_was_copied_back_by_hand_is_noticed_too(installation: Installation) -> None:
    installation("run")
    installation("backup", str(installation.folder / "b.db"))
    with Store.open(installation.store) as store:  # a run of another process
        store.connection.execute("update runs set pid = pid + 1")
    shutil.copy(installation.folder / "b.db", installation.folder / "c.db")
    with Store.open(installation.store) as store:
        store.connection.execute("update runs set pid = pid - 1")
    installation.archive(*ARCHIVE, ("a4", "Later", "10.1234/four"))
    installation("run")
    shutil.copy(installation.folder / "c.db", installation.store)
    with Store.open(installation.store) as store:  # runs of other processes have the numbers that ours had
        for _ in range(5):
            store.begin_run("test")
        store.connection.execute("update runs set pid = 1")
    installation.archive(*ARCHIVE, *((f"b{n}", f"Otherwise {n}", None) for n in range(9)))
    installation("run")
    assert len(installation.works) == 12
    installation("check")


def test_what_was_decided_since_the_backup_holds_after_it_is_put_back(installation: Installation) -> None:
    installation("run")
    installation("backup", str(installation.folder / "b.db"))
    installation("suppress", "10.1234/one", "--reason", "a court", "--erase")
    installation("restore", str(installation.folder / "b.db"))
    installation("run")
    assert installation.works == {TWO, THREE}
    assert installation.asked(installation.store, "select length(payload) from records where identifier = 'one'") == [
        (0,)
    ]
    installation("check", "--thorough")


def test_nothing_is_put_back_from_what_is_no_sound_backup(installation: Installation) -> None:
    installation("run")
    before = everything(installation.store)
    bad = installation.folder / "bad.db"
    installation("backup", str(bad))
    with closing(sqlite3.connect(bad, isolation_level=None)) as db:
        db.execute("pragma foreign_keys = off")
        db.execute("drop trigger quarantine_counted")
        db.execute("delete from records where id = 2")
    for file, words in (
        (bad, "is damaged; nothing was changed"),
        (installation.index, "is an index, not a store"),
        (installation.folder / "none.db", "there is no such backup; nothing was changed"),
        (installation.folder, "is a folder"),
    ):
        assert words in installation("restore", str(file), code=6)
    assert everything(installation.store) == before
    assert not list(installation.folder.glob("*restore*"))


def test_a_damaged_store_is_replaced_and_kept(installation: Installation) -> None:
    installation("run")
    installation("backup", str(installation.folder / "b.db"))
    installation.store.write_bytes(b"not a database, but it was one" * 999)
    installation("run", code=6)
    installation("restore", str(installation.folder / "b.db"))
    (kept,) = installation.folder.glob("store.db.before-restore-*Z")
    assert kept.read_bytes().startswith(b"not a database, but it was one")
    installation("run")
    installation("check")


def test_a_lost_store_is_replaced(installation: Installation) -> None:
    installation("run")
    installation("backup", str(installation.folder / "b.db"))
    for path in installation.folder.glob("store.db*"):
        path.unlink()
    installation("restore", str(installation.folder / "b.db"))
    installation("run")
    assert installation.works == {ONE, TWO, THREE}


def test_nothing_is_put_back_while_somebody_is_at_work(installation: Installation) -> None:
    installation("run")
    installation("backup", str(installation.folder / "b.db"))
    before = installation.store.stat().st_ino
    with lock(installation.folder / "locks", "source-library"):
        assert "is at work on it" in installation("restore", str(installation.folder / "b.db"), code=75)
    with Store.read_only(installation.store) as reader:
        reader.health()
        assert "has it open" in installation("restore", str(installation.folder / "b.db"), code=75)
    assert installation.store.stat().st_ino == before
    installation("restore", str(installation.folder / "b.db"))


def test_a_backup_of_an_older_version_is_put_back_and_brought_up_to_date(installation: Installation) -> None:
    installation("run")
    old = installation.folder / "old.db"
    with closing(sqlite3.connect(old, isolation_level=None)) as db:
        db.executescript(schemas.sql_files("store")[0].read_text())
        db.executescript(f"pragma application_id = {schemas.STORE_APPLICATION_ID}; pragma user_version = 1")
    copies.backup(old, installation.folder / "older.db")
    for file in ("old.db", "older.db"):
        installation("restore", str(installation.folder / file))
        installation("run")
        assert installation.works == {ONE, TWO, THREE}
        installation("check")


def test_a_restore_that_is_interrupted_leaves_the_store_in_place(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation("run")
    copies.backup(installation.store, installation.folder / "b.db")
    before = everything(installation.store)
    monkeypatch.setattr(copies, "settle", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        copies.restore(installation.folder / "b.db", installation.store)
    assert everything(installation.store) == before


def test_where_the_store_is_a_link_what_it_leads_to_is_replaced(installation: Installation) -> None:
    installation("run")
    installation("backup", str(installation.folder / "b.db"))
    (installation.folder / "disk").mkdir()
    installation.store.rename(installation.folder / "disk" / "there.db")
    for left in installation.folder.glob("store.db-*"):
        left.unlink()
    installation.store.symlink_to("disk/there.db")
    assert "is the store itself" in installation("restore", str(installation.folder / "disk" / "there.db"), code=6)
    installation("restore", str(installation.folder / "b.db"))
    assert installation.store.is_symlink()
    installation("run")
    installation("check")


def test_a_file_system_without_links_will_do(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    installation("run")
    target = installation.folder / "b.db"
    installation("backup", str(target))
    assert "is there already" in installation("backup", str(target), code=6)
    installation("restore", str(target))
    installation("run")
    installation("check")


def test_locks_and_faults_are_store_errors(tmp_path: Path) -> None:
    assert issubclass(Locked, StoreError)
    with pytest.raises(StoreError, match="there is no store"):
        copies.backup(tmp_path / "none.db", tmp_path / "b.db")
