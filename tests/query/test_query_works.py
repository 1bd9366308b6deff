"""Works rebuilt from their records, explained, and the door to the index."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from harvester import query
from harvester.errors import StoreError
from harvester.query import rebuild


def test_work_is_merged_from_its_records(db: sqlite3.Connection) -> None:
    work = query.work(db, 1)
    assert work.key == "doi:10.1136/leader-2020-000228"
    assert [m.source for m in work.members] == ["crossref", "spiral"]
    assert work.record.issued == "2020-09-28"
    assert {"doi", "handle", "oai", "pmid"} <= {i.scheme for i in work.record.identifiers}
    with pytest.raises(KeyError):
        query.work(db, 99)


def test_works_stream_in_the_order_asked_for(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "BATCH", 2)
    assert [w.id for w in query.works(db)] == [1, 2, 3, 4]
    assert [w.id for w in query.works(db, ids=[4, 99, 1, 2])] == [4, 1, 2]
    assert [w.id for w in query.works(db, "")] == [4, 3, 1, 2]
    assert [w.id for w in query.works(db, "leadership")] == [1, 3]
    assert [w.id for w in query.works(db, "sharing", source="spiral")] == [1]
    assert [w.id for w in query.works(db, source="curated")] == [4]
    assert [w.id for w in query.works(db, since="2026-11-02")] == []
    assert len(list(query.works(db, since="2026-11-01"))) == 4


def test_an_export_sees_one_state_of_the_index(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "BATCH", 1)
    copy = tmp_path / "index.db"
    shutil.copy(index, copy)
    writer = sqlite3.connect(copy)
    writer.execute("pragma journal_mode = wal")
    with query.open_index(copy) as db:
        works = query.works(db)
        first = next(works)
        writer.execute("update works set key = 'changed'||id")
        writer.commit()
        assert [first.key, *(w.key for w in works)] == [
            "doi:10.1136/leader-2020-000228", "hdl:10044/1/2", "doi:10.1136/leader-2021-000003", "url:https://example.org/ja",
        ]  # fmt: skip
        assert not db.in_transaction
        assert query.work(db, 4).key == "changed4"
    writer.close()


def test_explain(db: sqlite3.Connection) -> None:
    explanation = query.explain(db, 1)
    issued = next(e for e in explanation.elements if e.element == "issued")
    assert (issued.value, issued.source, issued.record_id) == ("2020-09-28", "crossref", 10)
    assert [(loser.source, loser.value) for loser in issued.losers] == [("spiral", "2020-05-13")]
    said = {(e.value["scheme"], e.source) for e in explanation.elements if e.element == "identifiers"}
    assert {("doi", "crossref"), ("handle", "spiral")} <= said
    assert {id_: reason.rule for id_, reason in explanation.reasons.items()} == {
        10: "first",
        11: "doi:10.1136/leader-2020-000228",
    }
    assert explanation.redirects == ("hdl:10044/1/85584",)
    assert explanation.listed == (("evidence-base", "Articles", "rule"),)
    with pytest.raises(KeyError):
        query.explain(db, 99)


def test_index_is_open_for_reading_only(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("delete from works")


def test_with_closes(index: Path) -> None:
    with query.open_index(index) as db:
        pass
    with pytest.raises(sqlite3.ProgrammingError):
        db.execute("select 1")


def test_odd_paths(index: Path, tmp_path: Path) -> None:
    odd = tmp_path / "a ?b=c#d%20 é.db"
    shutil.copy(index, odd)
    with query.open_index(odd) as db:
        assert db.execute("select count(*) from works").fetchone() == (4,)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("", "not an index of this program"),
        ("pragma application_id = 1163285332", "not an index of this program"),  # the store
        ("pragma application_id = 1163282776; pragma user_version = 999", "newer version.*upgrade"),
        ("pragma application_id = 1163282776", "older version.*reindex"),
    ],
)
def test_what_is_not_our_index_is_refused(tmp_path: Path, sql: str, message: str) -> None:
    path = tmp_path / "index.db"
    db = sqlite3.connect(path)
    db.executescript(f"create table t(a); {sql}")
    db.close()
    with pytest.raises(StoreError, match=message):
        query.open_index(path)


def test_missing_and_broken_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="harvester index"):
        query.open_index(tmp_path / "index.db")
    with pytest.raises(StoreError, match="no index here"):
        query.open_index(tmp_path)
    (tmp_path / "text.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match=r"text\.db: cannot be read as an index"):
        query.open_index(tmp_path / "text.db")
