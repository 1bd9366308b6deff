"""Sources that go or are called otherwise, and what is let go of with time."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from harvester.cli import keeping
from harvester.record import Page, RawRecord
from harvester.store import Store
from tests.keeping.conftest import CONFIG, Installation

ONE, TWO, THREE = "doi:10.1234/one", "local:library:two", "doi:10.1234/three"


def without(source: str) -> str:
    head, _, rest = CONFIG.partition(f"[source.{source}]")
    return head + rest[rest.index("\n[") :]


def keys(installation: Installation) -> dict[str, int]:
    return dict(installation.asked(installation.store, "select key, id from work_keys"))


def test_what_becomes_of_a_source_is_shown_and_nothing_is_done_unasked(installation: Installation) -> None:
    installation("run")
    said = installation("source", "remove", "library", code=2)
    assert "2 records; 1 work that only it describes will vanish, 1 work will stay" in said
    assert "nothing was done" in said
    assert "nothing was done" in installation("source", "rename", "library", "books", code=2)
    assert installation.works == {ONE, TWO, THREE}
    assert "knows no source" in installation("source", "remove", "librray", "--yes", code=2)


def test_on_a_terminal_somebody_is_asked(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    installation("run")
    monkeypatch.setattr(keeping.sys.stdin, "isatty", lambda: True, raising=False)
    asked: list[str] = []
    monkeypatch.setattr(keeping.click, "confirm", lambda question, **_: asked.append(question))
    installation("source", "remove", "library")
    assert asked == ["Remove library?"]


def test_a_removed_source_leaves_its_works_to_others_and_its_keys_to_nobody(installation: Installation) -> None:
    installation("run")
    before = keys(installation)
    said = installation("source", "remove", "library", "--yes")
    assert "still stands in" in said
    assert "knows no source" in installation("source", "rename", "library", "books", "--yes", code=2)
    assert installation.works == {ONE, THREE}
    assert installation.asked(
        installation.store, "select count(*) from records where source = 'library' and payload <> x''"
    ) == [(0,)]
    (installation.folder / "config.toml").write_text(without("library"))
    installation("run")
    assert installation.works == {ONE, THREE}
    assert "library" not in installation("status")
    installation("check", "--thorough")
    (installation.folder / "config.toml").write_text(CONFIG)
    installation("run")
    assert installation.works == {ONE, TWO, THREE}
    assert keys(installation) == before
    assert "library" in installation("status")
    installation("check", "--thorough")


def test_a_source_under_another_name_goes_on_where_it_was(installation: Installation) -> None:
    installation("run")
    before = keys(installation)
    installation("suppress", "10.1234/three", "--reason", "asked")
    installation("source", "rename", "archive", "vault", "--yes")
    (installation.folder / "config.toml").write_text(CONFIG.replace("[source.archive]", "[source.vault]"))
    run = installation.json("run")[0]
    assert [(s["source"], s["tally"]["new"], s["tally"]["unchanged"]) for s in run["sources"]] == [
        ("library", 0, 2),
        ("vault", 0, 2),
    ]
    assert installation.works == {ONE, TWO}
    assert keys(installation) == before
    assert installation.asked(installation.index, "select distinct source from records order by 1") == [
        ("library",),
        ("vault",),
    ]
    installation("check", "--thorough")
    assert "archive" not in installation("status")


@pytest.mark.parametrize("name", ["library", "Vault", "a b", "../x", ""])
def test_a_name_that_will_not_do(name: str, installation: Installation) -> None:
    installation("run")
    installation("source", "rename", "archive", name, "--yes", code=6 if name == "library" else 2)
    assert installation.works == {ONE, TWO, THREE}


def test_what_only_the_past_needs_is_pruned(installation: Installation) -> None:
    for title in ("First", "Second", "Third"):
        installation.library(("one", title, None))
        installation("run")
    with closing(Store.open(installation.store)) as store:
        for table, column in (("record_versions", "superseded"), ("runs", "ended")):
            store.connection.execute(f"update {table} set {column} = '2020-01-01T00:00:00Z'")
    assert "would go: 2 versions" in installation("prune", "--dry-run")
    assert "gone: 2 versions" in installation("prune")
    assert "gone: 0 versions" in installation("prune", "--vacuum")
    assert "First" not in installation("runs")
    assert "complete" in installation("status")
    said = installation("run")
    assert "made anew" not in said
    installation("check", "--thorough")
    for span in ("soon", "0d", "99999w"):
        assert "--older-than" in installation("prune", "--older-than", span, code=2)


def test_vacuum_gives_room_back(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db") as store:
        run = store.begin_run("t")
        for n in range(20):
            version = {"source": "s", "format": "f", "payload": bytes([n]) * 9000, "digest": bytes([n])}
            store.save(run, "s", "l", Page(records=[RawRecord(identifier=str(i), **version) for i in range(20)]))  # type: ignore[arg-type]
        before = store.sizes()
        assert store.upkeep.prune("2999").versions == 380
        assert store.sizes().free > 0
        store.upkeep.vacuum()
        assert store.sizes().file < before.file
        assert store.sizes().free == 0
