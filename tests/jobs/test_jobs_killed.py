"""The real command, ended from outside: what is committed stays, the next run goes on, nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from harvester.sandbox import Sandbox, write_config
from harvester.store import Store

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
RECORDS = "select source, identifier, format, datestamp, deleted, digest from records order by 1, 2, 3"
WORKS = "select key, title, authors, issued, sources, citation from works order by key"
MEMBERS = "select source, identifier, (select key from works w where w.id = work_id) from records order by 1, 2"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(page_size=5) as served:
        yield served


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "harvester", "-c", str(folder / "config.toml"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(path)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def contents(folder: Path) -> tuple[object, ...]:
    return rows(folder / "store.db", RECORDS), rows(folder / "index.db", WORKS), rows(folder / "index.db", MEMBERS)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_keeps_the_last_page_and_the_next_run_goes_on_from_there(
    sandbox: Sandbox, tmp_path: Path, number: signal.Signals
) -> None:
    def pages() -> int:
        return sum(r.path.startswith("/dspace") and "ListRecords" in str(r.query) for r in sandbox.requests)

    write_config(sandbox, tmp_path)
    sandbox.fail("dspace", "slow", when="xoai", skip=3, amount=30)
    process = start(tmp_path, "harvest", "spiral")
    until(lambda: pages() >= 4)  # the fourth page is on its way: three are here
    os.killpg(process.pid, number)
    assert finish(process) == (128 + number, "", "")
    with Store.read_only(tmp_path / "store.db") as store:
        (health,) = store.health()
        assert store.connection.execute("select exit_code from runs").fetchall() == [(128 + number,)]
    assert health.verdict == "interrupted"
    assert health.records + health.deleted == 15
    before = pages()
    code, _, _ = finish(start(tmp_path, "harvest", "spiral"))
    assert code == 0
    assert pages() - before == 6  # 42 records, five a page, three pages were there
    with Store.read_only(tmp_path / "store.db") as store:
        (health,) = store.health()
    assert health.records + health.deleted == 42


@pytest.mark.parametrize("seed", [pytest.param(n, marks=[] if n < 2 else pytest.mark.slow) for n in range(20)])
def test_killed_at_random(sandbox: Sandbox, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    write_config(sandbox, tmp_path / "calm")
    finish(start(tmp_path / "calm", "run"))
    folder = tmp_path / "killed"
    write_config(sandbox, folder)
    for command in (["run"], ["index"], ["harvest", "--full"], ["reindex", "--workers", "2"]):
        process = start(folder, *command)
        try:
            process.communicate(timeout=chance.uniform(0.4, 1.5))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate(timeout=60)
        for name in ("store.db", "index.db"):
            if (folder / name).exists():
                assert rows(folder / name, "pragma integrity_check") == [("ok",)]
    code, _, err = finish(start(folder, "run"))
    assert code in (0, 3), err
    assert contents(folder) == contents(tmp_path / "calm")
    code, out, _ = finish(start(folder, "run"))
    assert (code, out.count("nothing changed")) == (0, 1)
    assert [path.name for path in folder.iterdir() if path.suffix in (".part", ".scratch", ".search")] == []


def test_workers_end_with_the_process_that_started_them(sandbox: Sandbox, tmp_path: Path) -> None:
    write_config(sandbox, tmp_path)
    finish(start(tmp_path, "harvest"))
    process = start(tmp_path, "reindex", "--workers", "2")
    parent = psutil.Process(process.pid)
    helpers: list[psutil.Process] = []

    def started() -> bool:
        helpers[:] = parent.children(recursive=True)
        return len(helpers) >= 4 or process.poll() is not None

    until(started)
    process.kill()
    process.communicate(timeout=60)
    assert helpers
    _, alive = psutil.wait_procs(helpers, timeout=20)
    assert alive == []
