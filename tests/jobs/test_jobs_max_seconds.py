"""A bound on time: no page is begun after it, no wait outlasts it, places are kept, and it is nobody's failure."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from harvester import jobs
from harvester.config import load
from harvester.jobs import Plan
from harvester.jobs.patience import Interrupted, OutOfTime, Patience
from harvester.sandbox import Sandbox
from tests.jobs.conftest import Harvester
from tests.jobs.shelf_server import Shelf, config


def kept(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "store.db")) as db:
        (count,) = db.execute("select count(*) from records").fetchone()
    return int(count)


@pytest.mark.parametrize("count", [1, 3])
def test_no_page_after_the_end(tmp_path: Path, count: int) -> None:
    with Shelf(pages=12, seconds=lambda _: 0.25) as one, Shelf(pages=12, seconds=lambda _: 0.25) as two:
        path = tmp_path / "config.toml"
        path.write_text(config(one.url, two.url))
        report = jobs.harvest(load(path), Plan(max_seconds=1, jobs=count))
        assert report.exit_code == 3
        assert {s.verdict for s in report.sources} == {"incomplete (stopped after 1 seconds)"}
        assert {s.not_before for s in report.sources} == {None}
        pages = len(one.asked)
        assert 0 < pages <= 5
        assert (len(two.asked) > 0) is (count > 1)
        for shelf in (one, two):
            shelf.seconds = lambda _: 0.0
        report = jobs.harvest(load(path), Plan())
        assert report.exit_code == 0
        assert 12 <= len(one.asked) <= 13  # at most the page that was on its way is asked for again
    assert kept(tmp_path) == 48


def test_an_answer_that_does_not_come_is_not_waited_for(tmp_path: Path) -> None:
    with Shelf(pages=3, seconds=lambda page: 60.0 if page == 2 else 0.0) as shelf:
        path = tmp_path / "config.toml"
        path.write_text(config(shelf.url))
        begun = time.monotonic()
        report = jobs.harvest(load(path), Plan(max_seconds=1))
        assert time.monotonic() - begun < 10
        assert (report.exit_code, report.sources[0].error) == (3, None)
        assert "stopped after 1 seconds" in report.sources[0].verdict
        assert kept(tmp_path) == 2


def test_a_wait_that_would_outlast_it_does_not_begin(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    text = (folder / "config.toml").read_text()
    (folder / "config.toml").write_text(text.replace("retries = 0", "retries = 4"))
    sandbox.fail("eprints", "busy", when="ListRecords", skip=1, times=99, amount=60)
    begun = time.monotonic()
    ended = harvester("harvest", "--max-seconds", "20", "--json", "whiterose")
    assert time.monotonic() - begun < 15
    assert ended.code == 3
    verdict = ended.sources["whiterose"]["verdict"]
    assert verdict == "incomplete (stopped after 20 seconds: the next wait would have taken 60 more)"
    with closing(sqlite3.connect(folder / "store.db")) as db:
        assert db.execute("select count(*) from records").fetchone() == (20,)
        assert db.execute("select place is not null from lists").fetchone() == (1,)
        assert db.execute("select count(*) from schedule").fetchone() == (0,)  # it says nothing about the source


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_how_long(harvester: Harvester, seconds: str) -> None:
    ended = harvester("harvest", f"--max-seconds={seconds}")
    assert (ended.code, ended.out) == (2, "")
    assert "--max-seconds" in ended.err


def test_patience() -> None:
    endless = Patience()
    endless.sleep(0)
    assert endless.left(600) == 600
    assert endless.clock() <= time.monotonic()
    short = Patience(1e-9)
    assert short.left(600) == 1
    for late in (short.check, short.clock, lambda: short.sleep(1)):
        with pytest.raises(OutOfTime, match="stopped after 1e-09 seconds"):
            late()
    endless.stop()
    for late in (endless.check, endless.clock, lambda: endless.sleep(60)):
        with pytest.raises(Interrupted):
            late()
