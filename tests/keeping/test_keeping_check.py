"""What is damaged is found, and said with its cure; what is sound is called sound."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harvester.record import Page, RawRecord
from harvester.store import Store
from harvester.store.soundness import faults
from tests.keeping.conftest import Installation


def change(path: Path, *statements: str) -> None:
    """Change a database behind the program's back."""
    with closing(sqlite3.connect(path.resolve(), isolation_level=None)) as db:
        db.execute("pragma foreign_keys = off")
        for statement in statements:
            db.execute(statement)
        db.execute("pragma wal_checkpoint(truncate)")


def test_what_is_sound_is_called_sound(installation: Installation) -> None:
    installation("run")
    installation.library(("one", "Sharing leadership in hospitals", "10.1234/one"), ("six", "New", None))
    installation("run")
    for how in ((), ("--quick",), ("--thorough",)):
        assert all(not row["fault"] for row in installation.json("check", *how))
    assert "all is sound" in installation("check")
    assert "exclude each other" in installation("check", "--quick", "--thorough", code=2)


def test_a_store_without_an_index_is_sound_and_says_so(installation: Installation) -> None:
    assert "there is no store yet" in installation("check", code=6)
    installation("harvest")
    assert "not made yet" in installation("check")
    installation("index")
    installation.library(("six", "New", None))
    installation("harvest")
    assert "changes behind" in installation("check")


STORE = {
    "a lost record": (("drop trigger records_renamed", "delete from records where id = 4"), "instead of"),
    "a changed byte of a payload": (
        (
            "update records set payload = cast(substr(payload, 1, 20) || x'00' || substr(payload, 22) as blob) where id = 2",
        ),
        "records 2: is not what was written",
    ),
    "a changed datestamp": (("update records set datestamp = '1999-01-01' where id = 3",), "records 3: is not what"),
    "a lost dictionary": (("update records set dictionary = 7, seal = null where id = 1",), "dictionary 7 is missing"),
    "a record that leads nowhere": (("insert into record_works values (99, 1)",), "lead to nothing in records"),
    "a lost decision": (("update tallies set rows = 1 where what = 'decisions'",), "decisions: 0 rows instead of 1"),
}


@pytest.mark.parametrize("damage", STORE)
def test_damage_of_the_store(damage: str, installation: Installation) -> None:
    installation("run")
    statements, words = STORE[damage]
    change(installation.store, *statements)
    said = installation("check", code=6)
    assert words in said
    assert "harvester restore" in said


INDEX = {
    "a lost work": (("drop trigger works_ad", "delete from works where id = 1"), "instead of"),
    "a lost record": (("delete from records where id = 3",), "instead of"),
    "another title": (("drop trigger works_au", "update works set title = 'Another' where id = 1"), "malformed"),
    "an author of no work": (
        ("insert into contributors values (77, 0, 'author', 'person', 'A', null, null, null, null, null, 1)",),
        "lead to nothing in works",
    ),
    "a record that the store has not": (
        (
            "update records set id = 999 where id = 4",
            "update match_keys set record_id = 999 where record_id = 4",
            "update record_profiles set record_id = 999 where record_id = 4",
        ),
        "are not in it",
    ),
    "a set that lacks a work": (
        ("delete from facet_sets where value = (select min(value) from facet_sets)",),
        "the sets of works by facets",
    ),
    "an older version": (("update records set change = change + 100 where id = 1",), "or otherwise"),
}


@pytest.mark.parametrize("damage", INDEX)
def test_damage_of_the_index(damage: str, installation: Installation) -> None:
    installation("run")
    statements, words = INDEX[damage]
    change(installation.index, *statements)
    said = installation("check", code=6)
    assert words in said
    assert "harvester reindex" in said
    installation("reindex")
    installation("check", "--thorough")


def test_a_garbled_record_is_set_aside_and_costs_one(installation: Installation) -> None:
    installation("run")
    installation.library(("one", "Sharing leadership in hospitals", "10.1234/one"), ("two", "Care nearby", None))
    installation("run")
    before = installation.asked(installation.store, "select key, id from work_keys")
    change(installation.store, "update records set payload = zeroblob(40) where id = 2")
    assert "harvester retry" in installation("check", code=6)
    installation("reindex", code=6)
    said = installation("check", "--repair", code=3)
    assert "set aside: library two" in said
    assert "was damaged in the store" in installation("quarantine")
    installation("run")
    assert installation.works == {"doi:10.1234/one", "local:library:two", "doi:10.1234/three"}
    assert installation.asked(installation.store, "select key, id from work_keys") == before
    assert installation.json("quarantine") == []
    assert "all is sound" in installation("check", "--repair")


def test_what_is_more_than_a_garbled_record_is_not_repaired(installation: Installation) -> None:
    installation("run")
    change(
        installation.store, "update records set payload = zeroblob(40) where id = 2", "delete from records where id = 4"
    )
    assert "harvester restore" in installation("check", "--repair", code=6)
    assert installation.json("quarantine") == []


def test_what_only_a_comparison_finds(installation: Installation) -> None:
    installation("run")
    change(installation.index, "update works set citation = 'another' where id = 1")
    installation("check")
    said = installation("check", "--thorough", code=6)
    assert "1 works are otherwise (doi:10.1234/one)" in said


def test_an_index_that_is_none(installation: Installation) -> None:
    installation("run")
    installation.index.resolve().write_bytes(b"no index")
    assert "harvester reindex" in installation("check", code=6)
    installation.index.resolve().unlink()
    assert "leads nowhere" in installation("check", code=6)
    installation("reindex")
    installation("check")


def _many(path: Path, count: int) -> None:
    dice = random.Random(count)
    with Store.open(path) as store:
        run = store.begin_run("t")
        store.begin_source(run, "s")
        for start in range(0, count, 50):
            records = [
                RawRecord(
                    source="s",
                    identifier=f"oai:s:{n}",
                    format="f",
                    payload=dice.randbytes(700),
                    digest=bytes([n % 256]),
                )
                for n in range(start, start + 50)
            ]
            store.save(run, "s", "l", Page(records=records))


def _pages(path: Path) -> tuple[list[int], list[int]]:
    """Numbers, from 0, of all pages that hold something; and of those that hold records."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        used = db.execute("select pageno - 1, name from dbstat where ncell or pagetype = 'overflow'").fetchall()
    return [number for number, _ in used if number], [number for number, name in used if number and name == "records"]


@pytest.mark.parametrize("seed", range(24))
def test_a_damaged_page_is_found(seed: int, tmp_path: Path) -> None:
    """A page that was overwritten with noise or zeros, or a byte of a record that changed."""
    path, dice = tmp_path / "store.db", random.Random(seed)
    _many(path, 300)
    content, (used, records) = bytearray(path.read_bytes()), _pages(path)
    start = 8192 * dice.choice(records if seed % 3 == 2 else used)
    match seed % 3:
        case 0:
            content[start : start + 8192] = dice.randbytes(8192)
        case 1:
            content[start : start + 8192] = bytes(8192)
        case 2:  # in the half of the page that is filled first
            content[start + 4096 + dice.randrange(4096)] ^= 1 << dice.randrange(8)
    path.write_bytes(content)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as db:
        assert [check.fault for check in faults(db) if check.fault]
