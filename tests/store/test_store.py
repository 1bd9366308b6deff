"""store.db: a page and its place are one transaction; unchanged records cost no write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.errors import StoreError
from harvester.record import Broken, Extent, Page, RawRecord, Verdict
from harvester.store import Store, Tally
from harvester.store.decisions import Suppression, record_name
from harvester.store.payloads import DICTIONARY_AFTER
from harvester.store.soundness import faults


def raw(identifier: str, text: str = "one", *, deleted: bool = False, source: str = "s") -> RawRecord:
    payload = f"<record>{text}</record>".encode()
    return RawRecord(
        source=source, identifier=identifier, format="oai_dc", payload=payload, deleted=deleted, digest=text.encode()
    )


def page(*records: RawRecord, **more: object) -> Page:
    return Page(records=list(records), **more)  # type: ignore[arg-type]


COMPLETE = Verdict(complete=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> int:
    run_id = store.begin_run("harvest")
    store.begin_source(run_id, "s")
    return run_id


def test_new_changed_unchanged_deleted(store: Store, run: int) -> None:
    assert store.save(run, "s", "l", page(raw("a"), raw("b"))) == Tally(fetched=2, new=2)
    assert store.save(run, "s", "l", page(raw("a"), raw("b", "two"))) == Tally(fetched=2, changed=1, unchanged=1)
    assert store.save(run, "s", "l", page(raw("a", deleted=True))) == Tally(fetched=1, deleted=1)
    assert store.save(run, "s", "l", page(raw("a", "again", deleted=True))) == Tally(fetched=1, unchanged=1)
    assert store.save(run, "s", "l", page(raw("a"))) == Tally(fetched=1, changed=1)
    assert [(r.raw.identifier, r.raw.deleted) for r in store.records([1, 2])] == [("a", False), ("b", False)]


def test_unchanged_records_cost_no_write(store: Store, run: int) -> None:
    store.save(run, "s", "l", page(raw("a"), raw("b")))
    before = (store.last_change(), store.connection.execute("select * from records").fetchall())
    store.save(run, "s", "l", page(raw("a"), raw("b")))
    assert (store.last_change(), store.connection.execute("select * from records").fetchall()) == before


def test_change_numbers_only_grow_and_are_read_in_order(store: Store, run: int) -> None:
    store.save(run, "s", "l", page(*(raw(f"r{i}") for i in range(7))))
    seen = store.last_change()
    store.save(run, "s", "l", page(raw("r3", "new"), raw("r1", "new")))
    assert [[r.raw.identifier for r in batch] for batch in store.changes(seen, batch=1)] == [["r3"], ["r1"]]
    assert sum(len(b) for b in store.changes(0, batch=2)) == 7


def test_superseded_versions_are_kept(store: Store, run: int) -> None:
    store.save(run, "s", "l", page(raw("a", "first")))
    store.save(run, "s", "l", page(raw("a", "second")))
    assert store.connection.execute("select digest from record_versions").fetchall() == [(b"first",)]
    assert store.find("s", "a")[0].raw.payload == b"<record>second</record>"


def test_place_and_records_are_one_transaction(store: Store, run: int) -> None:
    store.save(run, "s", "l", page(raw("a"), place={"token": "t1"}))
    bad = page(raw("b"), place={"token": object()})
    with pytest.raises(TypeError):
        store.save(run, "s", "l", bad)
    assert store.cursor("s", "l").place == {"token": "t1"}
    assert store.find("s", "b") == []


def test_complete_through_moves_only_when_earned(store: Store, run: int) -> None:
    def ended(verdict: Verdict, through: str, **more: bool) -> str | None:
        store.save(run, "s", "l", page(verdict=verdict, complete_through=through), **more)
        return store.cursor("s", "l").complete_through

    assert ended(Verdict(complete=False, reason="loop"), "2026-01-01") is None
    assert ended(COMPLETE, "2026-01-02") == "2026-01-02"
    assert ended(COMPLETE, "2026-01-03", move=False) == "2026-01-02"


def test_seen_counts_the_unfinished_list(store: Store, run: int) -> None:
    store.save(run, "s", "l", page(raw("a"), raw("b"), place={"token": "x"}))
    assert store.cursor("s", "l").seen == 2
    store.save(run, "s", "l", page(raw("c"), verdict=COMPLETE))
    assert store.cursor("s", "l").seen == 0


def test_broken_records_are_quarantined_with_their_bytes_and_count_once(store: Store, run: int) -> None:
    broken = Broken(identifier="x", format="oai_dc", reason="mismatched tag", payload=b"<record><a></record>")
    assert store.save(run, "s", "l", page(raw("a"), broken=(broken,))) == Tally(fetched=2, new=1, quarantined=1)
    assert store.save(run, "s", "l", page(broken=(broken,))).quarantined == 0
    (entry,) = store.quarantined("s")
    assert (entry.stage, entry.reason) == ("harvest", "mismatched tag")
    assert store.quarantined_payload(entry.id) == b"<record><a></record>"
    assert store.quarantined("other") == []


def test_a_broken_record_that_comes_again_sound_leaves_quarantine(store: Store, run: int) -> None:
    broken = Broken(identifier="x", format="oai_dc", reason="mismatched tag", payload=b"<record><a></record>")
    store.save(run, "s", "l", page(broken=(broken,)))
    store.save(run, "s", "l", page(raw("x")))
    assert store.quarantined() == []


def test_broken_records_without_identifier_do_not_hide_each_other(store: Store, run: int) -> None:
    broken = [Broken(identifier="", format="oai_dc", reason="no header", payload=p) for p in (b"<a>", b"<b>", b"<a>")]
    assert store.save(run, "s", "l", page(broken=tuple(broken))).quarantined == 2
    assert len({q.identifier for q in store.quarantined()}) == 2


def test_what_cannot_be_read_is_quarantined_until_it_can(store: Store, run: int) -> None:
    store.save(run, "s", "l", page(raw("a"), raw("b")))
    record = store.find("s", "a")[0]
    assert store.note_readings(run, [(record, "metadata", "no reader")], []) == {"s": 1}
    assert store.note_readings(run, [(record, "metadata", "no reader")], None) == {}
    assert [q.identifier for q in store.quarantined()] == ["a"]
    assert store.note_readings(run, [], [("s", "b", "oai_dc")]) == {}
    assert [q.identifier for q in store.quarantined()] == ["a"]
    store.note_readings(run, [], [("s", "a", "oai_dc")])
    assert store.quarantined() == []
    assert store.note_readings(run, [(record, "metadata", "again")], []) == {"s": 1}


def test_what_a_whole_list_no_longer_names_is_retired_and_comes_back(store: Store, run: int) -> None:
    whole = Extent(format="oai_dc")
    store.save(run, "s", "l", page(raw("a"), raw("b"), extent=whole, verdict=COMPLETE))
    store.begin_list("s", "l")
    store.save(run, "s", "l", page(raw("a"), extent=whole, place={"n": 1}))
    last = page(raw("c"), extent=whole, verdict=COMPLETE)
    assert store.unseen("s", "l", last) == (["b"], 2)
    assert store.save(run, "s", "l", last, vanished=["b"]) == Tally(1, 1, 0, 0, 1)
    assert [r.raw.identifier for r in store.scan(1, 99) if not r.raw.deleted] == ["a", "c"]
    store.begin_list("s", "l")
    store.save(run, "s", "l", page(raw("a"), raw("b"), raw("c"), extent=whole, verdict=COMPLETE))
    assert not any(r.raw.deleted for r in store.scan(1, 99))


def test_what_vanished_without_being_deleted_is_marked_and_unmarked(store: Store, run: int) -> None:
    whole = Extent(format="oai_dc", deletes=False)
    store.save(run, "s", "l", page(raw("a"), extent=whole, verdict=COMPLETE))
    assert store.save(run, "s", "l", page(extent=whole, verdict=COMPLETE), vanished=["a"]) == Tally(0, 0, 1)
    marked = "select identifier from records where vanished is not null and deleted = 0"
    assert store.connection.execute(marked).fetchall() == [("a",)]
    assert store.save(run, "s", "l", page(raw("a"), extent=whole, verdict=COMPLETE)).changed == 1
    assert store.connection.execute(marked).fetchall() == []


def test_a_trained_dictionary_shrinks_and_reads_back(store: Store, run: int) -> None:
    text = "Leadership in integrated care systems, record number {}; " * 20
    records = [raw(f"r{i}", text.format(*[i] * 20)) for i in range(DICTIONARY_AFTER + 100)]
    store.save(run, "s", "l", page(*records[:DICTIONARY_AFTER]))
    store.save(run, "s", "l", page(*records[DICTIONARY_AFTER:]))
    used = store.connection.execute("select dictionary is not null, count(*) from records group by 1").fetchall()
    assert used == [(0, DICTIONARY_AFTER), (1, 100)]
    assert {r.raw.identifier: r.raw.payload for r in store.scan(1, 9999)} == {r.identifier: r.payload for r in records}


def test_what_is_erased_leaves_the_dictionary_too(store: Store, run: int) -> None:
    """A dictionary is made of pieces of records."""
    text = "Leadership in integrated care systems, record number {}; " * 20
    records = [raw(f"r{i}", text.format(*[i] * 20)) for i in range(DICTIONARY_AFTER + 50)]
    records[7] = raw("r7", "a canary sings in here " * 60)
    store.save(run, "s", "l", page(*records[:DICTIONARY_AFTER]))
    store.save(run, "s", "l", page(*records[DICTIONARY_AFTER:]))
    dictionaries = "select id, dictionary from dictionaries"
    ((old, learned),) = store.connection.execute(dictionaries).fetchall()
    assert b"canary" in learned
    store.upkeep.suppress(Suppression("r7", True, "asked", "me", "2026", (record_name("s", "r7"),)), [8])
    ((new, learned),) = store.connection.execute(dictionaries).fetchall()
    assert old != new
    assert b"canary" not in learned
    assert b"canary" not in store.path.read_bytes()
    records[7] = raw("r7", deleted=True)
    kept = {r.raw.identifier: r.raw.payload for r in store.scan(1, 9999)}
    assert kept == {r.identifier: b"" if r.deleted else r.payload for r in records}
    assert [check.fault for check in faults(store.connection)] == [""] * 4


def test_set_names_are_kept_with_their_page(store: Store, run: int) -> None:
    store.save(run, "s", "l", page(raw("a"), set_names={"col_1": "Surgery", "com_1": "Faculty"}))
    store.save(run, "s", "l", page(raw("b"), set_names={"col_1": "Department of Surgery"}))
    assert store.set_names() == {"s": {"col_1": "Department of Surgery", "com_1": "Faculty"}}


def test_quirks_are_kept(store: Store) -> None:
    quirks = store.quirks("s")
    quirks["granularity"] = "day"
    quirks["x"] = "y"
    del quirks["x"]
    assert dict(store.quirks("s")) == {"granularity": "day"}
    assert dict(store.quirks("t")) == {}


def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as db:
        db.execute("create table t (x)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary " * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(path)
    assert path.read_text() == "dear diary " * 100


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Store.open(path).close()
    db = sqlite3.connect(path)
    db.execute("pragma user_version = 999")
    db.close()
    with pytest.raises(StoreError, match="newer version"):
        Store.open(path)


def test_reading_a_store_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store yet"):
        Store.read_only(tmp_path / "store.db")
    assert list(tmp_path.iterdir()) == []


def test_health(store: Store, run: int) -> None:
    store.save(
        run, "s", "l", page(raw("a"), raw("b"), raw("c", deleted=True), verdict=COMPLETE, complete_through="2026")
    )
    store.end_source(run, "s", "complete", 3)
    (health,) = store.health()
    assert (health.records, health.deleted, health.verdict, health.complete_through) == (2, 1, "complete", "2026")
    assert health.last_complete is not None
