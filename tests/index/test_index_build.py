"""Building, switching, going back: what readers see, and what is left when something fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from harvester import index, schemas
from harvester.errors import ExpectationError, StoreError
from harvester.index import rows
from harvester.record import Identifier, Record, Subject
from harvester.store import Store
from tests.index.histories import SETTINGS, raw, read, save, tables, turned, words_found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.db"


def works(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute("select id, key, title from works order by id").fetchall()


def article(number: int, title: str = "Leadership of hospitals") -> Record:
    return Record(title=f"{title} {number}", type="article", identifiers=(Identifier("doi", f"10.1136/{number}"),))


def test_two_processes_make_the_same_index_as_one(store: Store, tmp_path: Path) -> None:
    records = [raw(s, f"oai:{s}.example:{n}", article(n)) for n in range(60) for s in ("alpha", "beta")]
    save(store, [*records, raw("beta", "oai:beta.example:x", None)])
    made = {}
    for workers in (1, 2):
        made[workers] = tmp_path / f"{workers}.db"
        report = index.build(store.path, made[workers], SETTINGS, reader=read, workers=workers)
        assert (report.works, report.records, report.read) == (60, 120, 120)
        assert [(stored.raw.identifier, reason) for stored, _, reason in report.unreadable] == [
            ("oai:beta.example:x", "this is no record")
        ]
    assert tables(made[1]) == tables(made[2])
    assert words_found(made[1]) == words_found(made[2])
    assert {p.name for p in tmp_path.iterdir() if "scratch" in p.name or p.name.endswith(".search")} == set()


def test_reader_open_across_a_switch_sees_the_old_index_whole(store: Store, path: Path) -> None:
    save(store, [raw("alpha", "1", article(1))])
    index.update(store, path, SETTINGS, reader=read)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        assert reader.execute("select count(*) from works").fetchone() == (1,)
        save(store, [raw("alpha", str(n), article(n)) for n in range(2, 40)])
        report = index.rebuild(store, path, SETTINGS, reader=read)
        assert report.generation == 2
        assert reader.execute("select count(*) from works").fetchone() == (1,)
        assert reader.execute("select count(*) from works_fts where works_fts match 'leadership'").fetchone() == (1,)
        assert reader.execute("pragma integrity_check").fetchone() == ("ok",)
    assert len(works(path)) == 39


def test_reader_in_a_transaction_sees_none_of_an_update(store: Store, path: Path) -> None:
    save(store, [raw("alpha", "1", article(1))])
    index.update(store, path, SETTINGS, reader=read)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as reader:
        reader.execute("begin")
        assert reader.execute("select title from works").fetchall() == [("Leadership of hospitals 1",)]
        save(store, [raw("alpha", "1", article(1, "Followers")), raw("alpha", "2", article(2))])
        assert index.update(store, path, SETTINGS, reader=read).written == 2
        assert reader.execute("select title from works").fetchall() == [("Leadership of hospitals 1",)]
        reader.execute("commit")
        assert reader.execute("select title from works").fetchall() == [
            ("Followers 1",),
            ("Leadership of hospitals 2",),
        ]


def test_last_generations_stay_and_can_be_gone_back_to(store: Store, path: Path) -> None:
    for number in range(1, 6):
        save(store, [raw("alpha", str(number), article(number))])
        index.rebuild(store, path, SETTINGS, reader=read)
    assert sorted(p.name for p in path.parent.glob("index-*.db")) == [f"index-00000{n}.db" for n in (3, 4, 5)]
    assert index.rollback(path) == 4
    assert len(works(path)) == 4
    assert index.rollback(path) == 3
    with pytest.raises(StoreError, match="no generation before"):
        index.rollback(path)
    # What was gone back from stays a file: the next generation takes a number of its own.
    assert index.update(store, path, SETTINGS, reader=read).written == 2
    assert len(works(path)) == 5
    assert index.rebuild(store, path, SETTINGS, reader=read).generation == 6


def test_changed_settings_or_rules_make_the_index_anew(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, [raw("alpha", "1", article(1))])
    assert index.update(store, path, SETTINGS, reader=read).reason == "there was no index"
    assert not index.update(store, path, SETTINGS, reader=read).full
    assert "configured otherwise" in index.update(store, path, turned(SETTINGS), reader=read).reason
    monkeypatch.setattr(schemas, "fingerprint", lambda: "other rules")
    report = index.update(store, path, turned(SETTINGS), reader=read)
    assert (report.full, report.generation) == (True, 3)
    assert "rules have changed" in report.reason


def test_index_newer_than_its_store_is_made_anew(store: Store, path: Path, tmp_path: Path) -> None:
    save(store, [raw("alpha", str(n), article(n)) for n in range(3)])
    index.update(store, path, SETTINGS, reader=read)
    with Store.open(tmp_path / "restored.db") as restored:
        save(restored, [raw("alpha", "1", article(1))])
        assert "older than the index" in index.update(restored, path, SETTINGS, reader=read).reason
    assert len(works(path)) == 1


def test_index_with_works_that_its_store_never_issued_is_made_anew(store: Store, path: Path) -> None:
    """A store put back by hand has harvested again as much as the index saw."""
    save(store, [raw("alpha", str(n), article(n)) for n in range(3)])
    index.update(store, path, SETTINGS, reader=read)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("pragma foreign_keys = off")
        db.execute("update works set id = 4 where id = 3")
    assert "older than the index" in index.update(store, path, SETTINGS, reader=read).reason
    assert len(works(path)) == 3


@pytest.mark.parametrize("content", [b"", b"my thesis", None])
def test_file_of_another_program_is_left_alone(store: Store, path: Path, content: bytes | None) -> None:
    if content is None:
        with closing(sqlite3.connect(path)) as db:
            db.execute("create table mine (a)")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    for make in (index.update, index.rebuild):
        with pytest.raises(StoreError, match=r"index\.db"):
            make(store, path, SETTINGS, reader=read)
    assert path.read_bytes() == before
    assert list(path.parent.glob("index-*")) == []


def test_newer_index_is_refused(store: Store, path: Path) -> None:
    index.update(store, path, SETTINGS, reader=read)
    with closing(sqlite3.connect(path.resolve())) as db:
        db.execute(f"pragma user_version = {schemas.INDEX_VERSION + 1}")
    with pytest.raises(StoreError, match="newer version"):
        index.update(store, path, SETTINGS, reader=read)


def test_failed_expectation_leaves_the_old_index(store: Store, path: Path) -> None:
    def refuse(_: sqlite3.Connection) -> None:
        raise ExpectationError("too few works")

    save(store, [raw("alpha", "1", article(1))])
    index.update(store, path, SETTINGS, reader=read)
    before = tables(path)
    save(store, [raw("alpha", "1", article(1, "Changed"))])
    for make in (index.update, index.rebuild):
        with pytest.raises(ExpectationError):
            make(store, path, SETTINGS, reader=read, finish=refuse)
        assert tables(path) == before
    assert [p.name for p in path.parent.glob("*index-*") if p.suffix == ".db"] == ["index-000001.db"]
    assert index.update(store, path, SETTINGS, reader=read).written == 1


def test_update_reports_what_leaves_quarantine(store: Store, path: Path) -> None:
    save(store, [raw("alpha", "1", None), raw("alpha", "2", article(2))])
    report = index.update(store, path, SETTINGS, reader=read)
    assert [stored.raw.identifier for stored, _, _ in report.unreadable] == ["1"]
    save(store, [raw("alpha", "1", article(1)), raw("alpha", "2", None)])
    report = index.update(store, path, SETTINGS, reader=read)
    assert report.read_keys == [("alpha", "1", "made_up")]
    assert [(s.raw.identifier, element) for s, element, _ in report.unreadable] == [("2", "metadata")]
    assert [title for _, _, title in works(path)] == ["Leadership of hospitals 1"]


def test_sqlite_utils_and_datasette_find_the_full_text_index(store: Store, path: Path) -> None:
    save(store, [raw("alpha", str(n), article(n)) for n in range(3)])
    index.update(store, path, SETTINGS, reader=read)
    db = sqlite_utils.Database(path)
    try:
        assert db["works"].detect_fts() == "works_fts"
        assert len(list(db["works"].search("leadership"))) == 3
    finally:
        db.close()
    from datasette.utils import detect_fts

    with closing(sqlite3.connect(path)) as connection:
        assert detect_fts(connection, "works") == "works_fts"


def test_rows_are_as_wide_as_their_tables(store: Store, path: Path) -> None:
    index.update(store, path, SETTINGS, reader=read)
    with closing(sqlite3.connect(path)) as db:
        widths = {t: len(db.execute(f"pragma table_info({t})").fetchall()) for t in rows.WIDTHS}
        columns = [row[1] for row in db.execute("pragma table_info(works)")]
        searched = [row[1] for row in db.execute("pragma table_info(works_fts)")]
        of_work = {
            name
            for (name,) in db.execute(
                "select name from sqlite_master where type = 'table' and sql like '%work_id integer%'"
            )
        }
    assert widths == rows.WIDTHS
    assert [columns[n] for n in rows.SEARCHED] == ["id", *searched]
    beside = {"records", "reasons", "redirects", "listing_items", "listed_since", "news", "provided", "provided_sets"}
    assert of_work - beside == set(rows.OF_WORK)


def leading(*identifiers: Identifier, **more: object) -> Record:
    return Record(title="Leadership of the many hospitals", identifiers=identifiers, **more)  # type: ignore[arg-type]


def test_difference_tells_what_would_change_and_why(store: Store, path: Path) -> None:
    same = Identifier("doi", "10.1136/1")
    save(
        store,
        [
            raw("alpha", "1", leading(same, volume="1")),
            raw("beta", "1", leading(same, volume="2", subjects=(Subject("care"),))),
        ],
    )
    index.update(store, path, SETTINGS, reader=read)
    before, keys = tables(path), list(store.connection.execute("select * from work_keys"))
    assert list(index.difference(store, path, SETTINGS, reader=read)) == []

    (changed,) = index.difference(store, path, turned(SETTINGS), reader=read)
    assert (changed.kind, changed.key) == ("changes", "doi:10.1136/1")
    assert index.ElementChange("volume", "1", "2") in changed.elements
    assert "settings or rules" in changed.why

    other = Identifier("doi", "10.1136/2")
    save(store, [raw("beta", "1", leading(other))])
    split, appears = index.difference(store, path, SETTINGS, reader=read)
    assert (split.kind, appears.kind) == ("changes", "appears")
    assert index.ElementChange("subjects", "care", None) in split.elements
    assert "beta 1 went to doi:10.1136/2" in split.why
    assert "beta 1 joined from doi:10.1136/1" in appears.why
    assert tables(path) == before
    assert list(store.connection.execute("select * from work_keys")) == keys


def test_entry_that_only_claims_a_doi_is_never_named_by_it(store: Store, path: Path) -> None:
    claim = leading(Identifier("doi", "10.1136/1", "candidate"))
    save(
        store,
        [raw("alpha", "1", leading(Identifier("doi", "10.1136/1"))), raw("list", "entry", claim, format_="curated")],
    )
    index.update(store, path, SETTINGS, reader=read)
    assert [key for _, key, _ in works(path)] == ["doi:10.1136/1"]
    save(store, [raw("alpha", "1", leading(Identifier("doi", "10.1136/2")))])
    index.update(store, path, SETTINGS, reader=read)
    assert [key for _, key, _ in works(path)] == ["doi:10.1136/1", "local:list:entry"]
