"""The whole job against the sandbox, over HTTP: what is harvested is indexed, merged and listed; again changes nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from harvester import jobs, query
from harvester.config import Config, load
from harvester.errors import Locked
from harvester.jobs import Plan
from harvester.locks import lock
from harvester.sandbox import Sandbox
from harvester.sources import Window
from harvester.store import Store


def rows(config: Config, sql: str) -> list[tuple[object, ...]]:
    with query.open_index(config.index) as db:
        return db.execute(sql).fetchall()


def test_a_run_and_a_run_without_news(config: Config) -> None:
    first = jobs.run(config, Plan())
    assert first.exit_code == 3
    assert {s.source for s in first.sources} == {"bmj-leader", "spiral", "whiterose", "fmlm"}
    assert all(s.complete for s in first.sources)
    assert sum(s.tally.quarantined for s in first.sources) == 1
    assert first.index is not None
    with Store.read_only(config.store) as store:
        live = {s.source: (s.records, s.quarantined) for s in store.health()}
    indexed = dict(rows(config, "select source, count(*) from records group by source"))
    assert {s: n - q for s, (n, q) in live.items()} == indexed  # harvested = indexed + quarantined
    assert sum(n for (n,) in rows(config, "select quarantined from source_health")) == 1  # type: ignore[misc]
    before = rows(config, "select * from works order by id")
    pages = {path: Path(path).read_bytes() for path in first.site}

    second = jobs.run(config, Plan())
    assert second.exit_code == 0
    assert [(s.tally.new, s.tally.changed, s.tally.deleted, s.tally.quarantined) for s in second.sources] == [
        (0,) * 4
    ] * 4
    assert second.index is not None
    assert (second.index.written, second.index.removed) == (0, 0)
    assert rows(config, "select * from works order by id") == before
    assert set(pages) == set(second.site)


def test_the_item_of_the_repository_and_its_journal_article_are_one_work(config: Config) -> None:
    jobs.run(config, Plan())
    ((work_id, sources),) = rows(config, "select id, sources from works where doi = '10.1136/leader-2020-000228'")
    assert set(str(sources).split("; ")) == {"bmj-leader", "spiral"}
    dates = rows(
        config,
        f"select type, value from dates where work_id = {work_id} and type in ('accepted', 'online', 'issued') order by 1",
    )
    assert dates == [("accepted", "2020-04-28"), ("issued", "2020-09-28"), ("online", "2020-05-13")]


def test_a_tombstone_and_a_correction_reach_the_index(config: Config, sandbox: Sandbox) -> None:
    jobs.run(config, Plan())
    before = rows(config, "select count(*) from records where source = 'spiral'")[0][0]
    identifier = str(rows(config, "select identifier from records where source = 'spiral' order by id limit 1")[0][0])
    sandbox.clock.advance(hours=1)
    sandbox.dspace.delete(identifier)
    report = jobs.run(config, Plan(sources=("spiral",)))
    assert report.sources[0].tally.deleted == 1
    assert rows(config, "select count(*) from records where source = 'spiral'")[0][0] == before - 1  # type: ignore[operator]


def test_a_source_that_fails_does_not_stop_the_others(config: Config, sandbox: Sandbox) -> None:
    sandbox.fail("dspace", "html", times=99)
    config = msgspec.structs.replace(config, http=msgspec.structs.replace(config.http, retries=0))
    report = jobs.run(config, Plan())
    assert report.exit_code == 3
    failed = {s.source for s in report.sources if not s.complete}
    assert failed == {"spiral"}
    with Store.read_only(config.store) as store:
        health = {h.source: h for h in store.health()}
    assert health["spiral"].complete_through is None
    assert health["whiterose"].complete_through is not None


def test_when_every_network_source_fails_the_curated_file_is_still_indexed(config: Config, tmp_path: Path) -> None:
    text = (tmp_path / "config.toml").read_text()
    for path in ("/dspace/oai/request", "/eprints/cgi/oai2", "/crossref"):
        text = text.replace(path, "/nothing-here")
    (tmp_path / "config.toml").write_text(text)
    report = jobs.run(load(tmp_path / "config.toml"), Plan())
    assert report.exit_code == 4
    assert rows(config, "select distinct source from records") == [("fmlm",)]


def test_a_dry_run_keeps_nothing(config: Config) -> None:
    report = jobs.run(config, Plan(dry_run=True))
    assert sum(s.tally.new for s in report.sources) > 60
    assert not config.store.exists()
    assert not config.index.exists()


def test_a_limit_loses_nothing_later(config: Config) -> None:
    report = jobs.harvest(config, Plan(sources=("spiral",), limit=7))
    assert report.sources[0].tally.fetched == 7
    assert report.exit_code == 3
    whole = jobs.harvest(config, Plan(sources=("spiral",)))
    assert whole.exit_code == 0
    with Store.read_only(config.store) as store, Store.open(config.path.parent / "other.db") as other:
        assert other.last_change() == 0
        health = store.health()[0]
        got = health.records + health.deleted
    again = jobs.harvest(config, Plan(sources=("spiral",), window=Window(full=True)))
    assert again.sources[0].tally.fetched == got
    assert again.sources[0].tally.new == 0


def test_an_explicit_window_moves_no_cursor(config: Config) -> None:
    report = jobs.harvest(config, Plan(sources=("whiterose",), window=Window(since="2019-01-01", until="2021-12-31")))
    assert report.sources[0].complete
    with Store.read_only(config.store) as store:
        assert store.health()[0].complete_through is None


def test_a_locked_source_is_skipped(config: Config, tmp_path: Path) -> None:
    with lock(tmp_path / "locks", "source-spiral"):
        report = jobs.harvest(config, Plan())
    assert report.exit_code == 3
    skipped = next(s for s in report.sources if s.source == "spiral")
    assert "skipped" in skipped.verdict
    assert "process" in skipped.verdict


def test_a_locked_index_is_an_error_that_says_who(config: Config, tmp_path: Path) -> None:
    jobs.harvest(config, Plan(sources=("fmlm",)))
    with lock(tmp_path / "locks", "index"), pytest.raises(Locked, match=r"index: process \d+"):
        jobs.update(config)


def test_reindex_gives_the_same_works_and_rollback_holds(config: Config) -> None:
    jobs.run(config, Plan())
    before = rows(config, "select * from works order by id")
    report = jobs.reindex(config)
    assert report.index is not None
    assert report.index.full
    assert rows(config, "select * from works order by id") == before
    assert list(jobs.difference(config)) == []
    generation = jobs.rollback(config)
    assert generation < report.index.generation
    assert jobs.update(config).index is None  # held
    assert jobs.reindex(config).index is not None
    assert jobs.update(config).index is not None


def test_explain_leads_from_raw_to_merged(config: Config) -> None:
    jobs.run(config, Plan())
    explained = jobs.explain(config, "10.1136/leader-2020-000228")
    assert explained is not None
    spiral = next(r for r in explained.records if r.source == "spiral")
    step = next(s for s in spiral.steps if s.raw == "2020-04-28")
    assert "accepted" in str(step.value) or "accepted" in step.element or "Accepted" in step.path
    assert explained.work.choices["title"].record_id in {m.id for m in explained.work.members}
    assert jobs.explain(config, "no such thing") is None


def test_search_with_sqlite_utils(config: Config) -> None:
    import sqlite_utils

    jobs.run(config, Plan())
    db = sqlite3.connect(config.index)
    try:
        found = list(sqlite_utils.Database(db)["works"].search("leadership"))
        assert len(found) > 10
        assert all("title" in work for work in found)
    finally:
        db.close()
