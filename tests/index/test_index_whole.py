"""What is computed over the whole index is only written where it differs, and removed works leave nothing behind."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from harvester import index
from harvester.jobs.health import copy_health
from harvester.record import Contributor, Description, File, Identifier, ListingEntry, Record, Subject
from harvester.store import Health, Store
from tests.index.histories import SETTINGS, raw, read, save, tables

ITEM = ("evidence-base", "Reports", 1, 1, 1, None, "rule")
HEALTH = Health("alpha", "2026-01-01T00:00:00Z", None, "incomplete (cut)", 1, 0, 0, None)


def test_listing_and_health_are_written_once(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db") as store:
        save(store, [raw("alpha", "1", Record(title="Sharing leadership"))])
        changes = []

        def finish(db: sqlite3.Connection) -> None:
            before = db.total_changes
            index.replace_listing(db, [ITEM])
            changes.append(db.total_changes - before)

        for make in (index.update, index.update, index.rebuild):
            make(store, tmp_path / "index.db", SETTINGS, reader=read, finish=finish)
        assert [copy_health(tmp_path / "index.db", [HEALTH]) for _ in range(2)] == [True, False]
        found = tables(tmp_path / "index.db")
    assert changes == [1, 0, 1]
    assert set(found["listing_items"]) == {ITEM}
    assert set(found["source_health"]) == {
        ("alpha", "2026-01-01T00:00:00Z", None, "incomplete (cut)", 1, 0, 0, None, 0)
    }


def test_removed_work_leaves_no_row(tmp_path: Path) -> None:
    full = Record(
        title="Sharing leadership",
        contributors=(Contributor("Jones, L"),),
        descriptions=(Description("Text"), Description("Note", "note")),
        subjects=(Subject("leadership"),),
        identifiers=(Identifier("doi", "10.1136/1"),),
        files=(File(url="https://x.example/1.pdf", size=12),),
        listing=(ListingEntry("evidence-base", "Reports"),),
        audience=("doctors",),
        extra={"dc.foo": ["bar"]},
    )
    path = tmp_path / "index.db"
    with Store.open(tmp_path / "store.db") as store:
        save(store, [raw("alpha", "1", full)])
        index.update(store, path, SETTINGS, reader=read)
        assert all(
            tables(path)[name] for name in ("works", "files", "details", "unmapped", "curated_entries", "match_keys")
        )
        save(store, [raw("alpha", "1", None, deleted=True)])
        report = index.update(store, path, SETTINGS, reader=read)
    assert (report.removed, report.written, report.works) == (1, 0, 0)
    assert {name for name, rows in tables(path).items() if rows} == {"meta", "sources"}
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("select count(*) from works_fts where works_fts match 'leadership'").fetchone() == (0,)


def test_numbers_and_letters_that_cannot_be_kept(tmp_path: Path) -> None:
    """A size beyond 64 bits is no size; half a surrogate pair is no text, and its record goes to quarantine."""

    def hostile(raw: object, dialect: str) -> Record:
        record: Record = read(raw, dialect)  # type: ignore[arg-type]
        if record.title == "large":
            return Record(title="large", files=(File(size=2**63),))
        return Record(title="half \ud800")

    path = tmp_path / "index.db"
    with Store.open(tmp_path / "store.db") as store:
        save(store, [raw("alpha", "1", Record(title="large")), raw("alpha", "2", Record(title="half"))])
        report = index.update(store, path, SETTINGS, reader=hostile)
    assert [(stored.raw.identifier, element) for stored, element, _ in report.unreadable] == [("2", "metadata")]
    (row,) = tables(path)["files"]
    assert row[8] is None
