"""What `status` and `runs` say of sources and runs: also of those that were killed, and of sources that are no more."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harvester.clock import iso
from harvester.config import load
from harvester.jobs import Plan, harvest, standing
from harvester.sources import Window
from harvester.store import Store
from tests.jobs.conftest import Harvester, edit
from tests.jobs.shelf_server import Shelf, config, until


def status(harvester: Harvester) -> dict[str, dict[str, Any]]:
    return {row["source"]: row for row in map(json.loads, harvester("status", "--json").out.splitlines())}


def test_killed_is_not_running(harvester: Harvester, tmp_path: Path) -> None:
    with Shelf(seconds=lambda page: 60.0 if page == 2 else 0.0) as shelf:
        path = tmp_path / "config.toml"
        path.write_text(config(shelf.url))
        process = subprocess.Popen(
            [sys.executable, "-m", "harvester", "-c", str(path), "harvest"],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        until(lambda: len(shelf.asked) == 2)
        assert status(harvester)["s0"]["verdict"] == "running"
        (running,) = map(json.loads, harvester("runs", "--json").out.splitlines())
        assert (running["state"], running["verdict"]) == ("running", "running")
        assert harvester("harvest", "s0").code == 75
        assert status(harvester)["s0"]["verdict"] == "running"  # not "skipped": that was another run
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
        killed = status(harvester)["s0"]
        assert (killed["verdict"], killed["due"], killed["records"]) == ("killed", True, 2)
        assert "killed" in harvester("status").out
        assert ", killed" in harvester("runs").out
        shelf.seconds = lambda _: 0.0
        assert harvester("harvest", "--due").code == 0
    assert status(harvester)["s0"]["verdict"] == "complete"
    assert harvester("runs").out.count("killed") == 2
    assert harvester("runs").out.count("; skipped (source-s0: process") == 1


def test_a_number_of_a_process_is_used_again() -> None:
    here = socket.gethostname()
    assert standing.running(here, os.getpid(), iso(datetime.now(UTC)))
    assert not standing.running(here, os.getpid(), iso(datetime.now(UTC) - timedelta(days=400)))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not standing.running(here, ended.pid, iso(datetime.now(UTC)))
    assert standing.running("another-host.example", ended.pid, iso(datetime.now(UTC)))  # who knows


@pytest.mark.parametrize(
    ("every", "longest", "complete", "stale"),
    [
        ("", None, timedelta(hours=35), False),
        ("", None, timedelta(hours=37), True),
        ("1 week", None, timedelta(days=13), False),
        ("1 week", None, timedelta(days=15), True),
        ("1 week", timedelta(days=1), timedelta(days=2), True),
        ("", timedelta(days=1), timedelta(hours=23), False),
        ("", None, timedelta(days=-2), True),  # said by a clock that was wrong
        ("", timedelta(days=1), None, True),
    ],
)
def test_stale(folder: Path, every: str, longest: timedelta | None, complete: timedelta | None, stale: bool) -> None:
    edit(folder, "[source.fmlm]\n", f'[source.fmlm]\nevery = "{every}"\n')
    loaded, now = load(folder / "config.toml"), datetime.now(UTC)
    harvest(loaded, Plan(sources=("fmlm",)))
    with Store.open(loaded.store) as store:
        one = next(s for s in standing.standing(loaded, store) if s.source == "fmlm")
    changed = standing.Standing(
        **{f: getattr(one, f) for f in one.__struct_fields__ if f != "last_complete"},
        last_complete=None if complete is None else iso(now - complete),
    )
    assert standing.stale(loaded, changed, longest, now) is stale


def test_stale_through_the_command_line(harvester: Harvester, folder: Path) -> None:
    assert harvester("harvest").code == 0
    assert harvester("status", "--stale").code == 0
    assert harvester("status", "--stale", "--json").code == 0
    assert harvester("status", "--stale", "2 days").code == 0
    ended = harvester("status", "--stale", "0h")
    assert (ended.code, ended.err) == (7, "stale: bmj-leader, spiral, whiterose, fmlm\n")


def test_a_window_does_not_make_a_source_fresh(harvester: Harvester, folder: Path) -> None:
    harvest(load(folder / "config.toml"), Plan(sources=("spiral",), window=Window(since="2020-01-01")))
    assert status(harvester)["spiral"]["last_complete"] is None
    assert harvester("status", "--stale").code == 7


def test_a_source_that_is_no_more_in_the_config(harvester: Harvester, folder: Path) -> None:
    assert harvester("harvest", "fmlm", "spiral").code == 0
    text = (folder / "config.toml").read_text()
    (folder / "config.toml").write_text(text.replace("[source.fmlm]", "[source.fmlm]\nenabled = false"))
    assert status(harvester)["fmlm"]["enabled"] is False
    start, end = text.index("[source.fmlm]"), text.index("[listing.")
    (folder / "config.toml").write_text(text[:start] + text[end:])
    row = status(harvester)["fmlm"]
    assert (row["enabled"], row["due"], row["due_from"], row["records"]) == (False, False, None, 14)
    assert "fmlm: is not in the config file; its works stay in the index, believed last" in harvester("status").out


def test_sizes(harvester: Harvester, folder: Path) -> None:
    harvester("run", "fmlm")
    out = harvester("status").out
    assert "KiB; 14 records, 0 superseded versions" in out
    assert "14 works, generation 1, built 20" in out
