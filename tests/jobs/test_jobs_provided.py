"""What harvesters are told of an index, as the whole job leaves it: after runs, new builds, rollbacks and losses."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from harvester import jobs
from harvester.config import Config, load
from harvester.jobs import Plan, keeping
from harvester.sandbox import Sandbox
from harvester.store import Store


def provided(config: Config) -> dict[str, tuple[str, int, str, str]]:
    with closing(sqlite3.connect(config.index)) as db:
        rows = db.execute("select key, datestamp, deleted, sets, sets_left from provided").fetchall()
    with Store.read_only(config.store) as store:
        kept = {row[1]: row[2:6] for row in store.provided.rows()}
    found = {key: tuple(row) for key, *row in rows}
    assert kept == found  # the store has heard of all of it
    return found


def test_a_run_without_news_tells_nothing(config: Config) -> None:
    jobs.run(config, Plan())
    before = provided(config)
    assert {row[1] for row in before.values()} == {0}
    assert any("listing:evidence-base" in row[2] for row in before.values())
    jobs.run(config, Plan())
    jobs.reindex(config)
    assert provided(config) == before


def test_a_listing_that_was_changed_is_told_of(config: Config) -> None:
    jobs.run(config, Plan())
    before = provided(config)
    path = Path(config.path)
    path.write_text(path.read_text().replace('query = "leadership"', 'query = "nonesuchword"'))
    jobs.update(load(path))
    after = provided(config)
    changed = {key for key in before if after[key] != before[key]}
    left = {key for key, row in after.items() if row[3] == "listing:evidence-base"}
    assert changed == left != set()
    assert all(after[key][0] > before[key][0] for key in changed)


def test_a_rollback_tells_what_the_older_index_says_otherwise(config: Config, sandbox: Sandbox) -> None:
    jobs.run(config, Plan())
    jobs.reindex(config)
    with sandbox.lock:
        sandbox.eprints.delete(next(iter(sandbox.eprints.items)))
    jobs.run(config, Plan())
    newer = provided(config)
    jobs.rollback(config)
    older = provided(config)
    differing = {key for key in newer if older[key][1:] != newer[key][1:]}
    assert differing
    assert all(older[key][0] > newer[key][0] for key in differing)
    assert any(older[key] == newer[key] for key in newer)  # what both say is not told again
    jobs.reindex(config)
    assert {key: row[1:] for key, row in provided(config).items()} == {key: row[1:] for key, row in newer.items()}
    for path in config.index.parent.glob("index*"):
        path.unlink()
    before = provided_in_store(config)
    jobs.update(config)
    assert provided(config) == before


def test_what_a_store_forgot_that_was_put_back_is_deleted(config: Config, sandbox: Sandbox, tmp_path: Path) -> None:
    late = list(sandbox.eprints.items.values())
    with sandbox.lock:
        for item in late:
            sandbox.eprints.forget(item.identifier)
    jobs.run(config, Plan())
    before = provided(config)
    keeping.backup(config, tmp_path / "backup.db")
    with sandbox.lock:
        for item in late:
            sandbox.eprints.put(item)
    jobs.run(config, Plan())
    came = provided(config).keys() - before.keys()
    assert came
    keeping.restore(config, tmp_path / "backup.db")
    jobs.update(config)
    assert {provided(config)[key][1] for key in came} == {1}
    jobs.run(config, Plan())
    jobs.reindex(config)
    after = provided(config)
    assert after.keys() == before.keys() | came
    assert {after[key][1] for key in came} == {0}


def provided_in_store(config: Config) -> dict[str, tuple[str, int, str, str]]:
    with Store.read_only(config.store) as store:
        return {row[1]: row[2:6] for row in store.provided.rows()}
