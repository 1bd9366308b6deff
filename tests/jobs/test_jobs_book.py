"""What the store's book says of runs: a source counts as complete only when all of it was asked for, came, and was kept."""

from __future__ import annotations

import pytest

from harvester import jobs
from harvester.config import Config
from harvester.errors import StoreError
from harvester.jobs import Plan
from harvester.sources import Window
from harvester.store import Health, Store


def health(config: Config) -> dict[str, Health]:
    with Store.read_only(config.store) as store:
        return {h.source: h for h in store.health()}


def test_a_dry_run_is_in_no_book(config: Config) -> None:
    jobs.harvest(config, Plan(sources=("whiterose",)))
    before = config.store.read_bytes(), health(config)
    report = jobs.harvest(config, Plan(window=Window(full=True), dry_run=True))
    assert {s.source: s.tally.new for s in report.sources if s.source in ("whiterose", "fmlm")} == {
        "whiterose": 0,
        "fmlm": 14,
    }
    assert (config.store.read_bytes(), health(config)) == before


def test_a_window_is_not_the_whole_list(config: Config) -> None:
    report = jobs.harvest(config, Plan(sources=("spiral",), window=Window(since="2022-01-01")))
    assert report.exit_code == 0
    assert report.sources[0].verdict == "complete since 2022-01-01"
    assert health(config)["spiral"].last_complete is None
    report = jobs.harvest(config, Plan(sources=("spiral",), window=Window(since="2020-01-01", until="2021-12-31")))
    assert report.sources[0].verdict == "complete since 2020-01-01 until 2021-12-31"
    jobs.harvest(config, Plan(sources=("spiral",)))
    assert health(config)["spiral"].last_complete is not None


def test_a_limit_that_the_list_just_fits_in_cuts_nothing(config: Config) -> None:
    (report,) = jobs.harvest(config, Plan(sources=("fmlm",), limit=14)).sources
    assert (report.tally.new, report.verdict) == (14, "complete")
    (report,) = jobs.harvest(config, Plan(sources=("fmlm",), limit=13)).sources
    assert report.verdict == "incomplete (stopped at the limit of 13 records)"


def test_a_source_that_is_named_twice_is_harvested_once(config: Config) -> None:
    report = jobs.harvest(config, Plan(sources=("fmlm", "fmlm")))
    assert [s.source for s in report.sources] == ["fmlm"]
    assert report.exit_code == 0


def test_no_store_is_not_a_store_without_records(config: Config) -> None:
    jobs.run(config, Plan(sources=("fmlm",)))
    config.store.rename(config.store.with_name("moved.db"))
    index = config.index.resolve()
    for command in (jobs.update, jobs.reindex, jobs.rollback, lambda c: list(jobs.difference(c))):
        with pytest.raises(StoreError, match=r"store\.db: there is no store yet; `harvester harvest` makes it"):
            command(config)
    assert config.index.resolve() == index
    assert not config.store.exists()


@pytest.mark.parametrize("source", ["spiral", "whiterose", "bmj-leader"])
def test_a_window_moves_no_cursor(config: Config, source: str) -> None:
    def whole() -> list[tuple[str | None, str | None]]:
        with Store.read_only(config.store) as store:
            rows = store.connection.execute("select place, complete_through from lists where list not like '% since %'")
            return rows.fetchall()

    jobs.harvest(config, Plan(sources=(source,), limit=30))
    ((place, through),) = whole()
    assert (place is None, through) == (False, None)
    jobs.harvest(config, Plan(sources=(source,), window=Window(since="2022-01-01")))
    jobs.harvest(config, Plan(sources=(source,), window=Window(since="2019-01-01"), limit=25))
    assert whole() == [(place, through)]
    (rest,) = jobs.harvest(config, Plan(sources=(source,))).sources
    assert rest.complete
    (again,) = jobs.harvest(config, Plan(sources=(source,), window=Window(full=True))).sources
    assert rest.tally.fetched < again.tally.fetched == again.tally.unchanged  # it went on, and nothing was passed over
