"""A store of every released schema is brought up to date without loss; what interrupts that leaves the old one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harvester import schemas
from harvester.errors import StoreError
from harvester.store import Store, database
from harvester.store.payloads import Payloads
from harvester.store.soundness import faults


def of_version(path: Path, version: int) -> None:
    """A store as a program of that schema would have left it: records, versions, a list in the middle, quarantine."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma page_size = 8192")
        db.execute("pragma journal_mode = wal")
        for script in schemas.sql_files("store")[:version]:
            db.executescript(script.read_text())
        db.executescript(f"pragma application_id = {schemas.STORE_APPLICATION_ID}; pragma user_version = {version}")
        payloads = Payloads(db)
        columns = "id, source, identifier, format, change, datestamp, deleted, digest, payload, context, sets, repairs"
        for n in range(1, 41):
            _, payload = payloads.compress(f"<record>{n}</record>".encode(), "oai_dc")
            db.execute(
                f"insert into records ({columns}, first_seen, changed, run_id)"
                " values (?, ?, ?, 'oai_dc', ?, '2024-01-01', ?, x'00', ?, '', '[]', '[]', '2024', '2024', 1)",
                (n, f"s{n % 2}", f"oai:{n}", n, int(n == 7), payload),
            )
        db.execute(
            "insert into record_versions (record_id, change, datestamp, deleted, digest, payload, context, sets, repairs,"
            " changed, superseded, run_id) values (3, 2, '2023', 0, x'01', ?, '', '[]', '[]', '2023', '2024', 1)",
            (payload,),
        )
        db.execute("insert into lists values ('s1', 'l', '{\"token\": \"t\"}', '2023-12-31', 20, 40, null, '2024')")
        db.execute("insert into runs values (1, 'harvest', '2024', null, null, 'host', 1, '0.1.0')")
        db.execute("insert into run_sources (run_id, source, started) values (1, 's1', '2024')")
        db.execute(
            "insert into quarantine (source, identifier, format, stage, element, reason, payload, run_id, first_seen,"
            " last_seen) values ('s1', 'x', 'oai_dc', 'harvest', '', 'cut', x'3c', 1, '2024', '2024')"
        )
        db.execute("insert into work_keys values (1, 'oai:1', 1, '2024', null), (2, 'oai:2', 2, '2024', 1)")
        db.execute("insert into record_works values (1, 1), (2, 1)")
        if version > 1:  # what the program counts, not a trigger
            db.execute("insert into tallies select 'records', source, count(*) from records group by source")
            db.execute("update tallies set rows = 2 where what = 'work_keys'")


def tables_of(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("select name, sql from sqlite_master order by name").fetchall()


RELEASED = range(1, len(schemas.sql_files("store")))


@pytest.mark.parametrize("version", RELEASED)
def test_nothing_is_lost(version: int, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    of_version(path, version)
    with Store.open(path) as store:
        assert [r.raw.payload for r in store.scan(1, 99)] == [f"<record>{n}</record>".encode() for n in range(1, 41)]
        cursor = store.cursor("s1", "l")
        assert (cursor.place, cursor.complete_through, cursor.seen) == ({"token": "t"}, "2023-12-31", 20)
        assert [q.identifier for q in store.quarantined()] == ["x"]
        assert store.keys.next_work_id() == 3
        assert store.last_change() == 40
        assert [c.fault for c in faults(store.connection)] == [""] * 4
        sizes = store.sizes()
        assert (sizes.records, sizes.versions, sizes.quarantined) == (40, 1, 1)
    with Store.read_only(path) as store:
        assert store.max_id() == 40


@pytest.mark.parametrize("version", RELEASED)
def test_readers_of_an_older_store_are_told_what_to_do(version: int, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    of_version(path, version)
    with pytest.raises(StoreError, match=r"older version .* `harvester index` brings it up to date"):
        Store.read_only(path)


@pytest.mark.parametrize("version", RELEASED)
def test_what_interrupts_a_migration_leaves_the_old_store(
    version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.db"
    of_version(path, version)
    before = tables_of(path)
    scripts = schemas.sql_files("store")
    broken = tmp_path / "9999_broken.sql"
    broken.write_text(scripts[version].read_text() + "\ncreate table runs (x);")  # fails at its very end
    monkeypatch.setattr(database.schemas, "sql_files", lambda _: [*scripts[:version], broken])
    with pytest.raises(StoreError, match="runs already exists"):
        Store.open(path)
    monkeypatch.undo()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma user_version").fetchone() == (version,)
    assert tables_of(path) == before
    with Store.open(path) as store:
        assert store.max_id() == 40
