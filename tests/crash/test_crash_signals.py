"""SIGTERM and SIGINT: out within two seconds, whatever is being done; what is committed stays, the next run goes on."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from harvester.sandbox import Sandbox, write_config
from harvester.store import Store
from tests.crash.program import call, contents, copied, finish, leftovers, settle, start, unsound, until

IN_TIME = 5.0
"""Seconds in which a process must be gone: two are promised, and this machine may be busy."""
SIGNALS = [signal.SIGTERM, signal.SIGINT]


def ended_by(
    process: subprocess.Popen[str], number: signal.Signals, *, group: bool = True, done: tuple[int, ...] = ()
) -> None:
    """Send a signal, as a terminal does to the whole group or as ``kill`` does, and see the process go in good order.

    ``done``: how it may end as well, where it may have done its work when the signal comes.
    """
    below = psutil.Process(process.pid).children(recursive=True)
    begun = time.monotonic()
    if group:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    ended = finish(process, timeout=30)
    seconds = time.monotonic() - begun
    assert ended.code in (128 + number, *done), ended.err
    assert "Traceback" not in ended.err
    assert seconds < IN_TIME
    _, alive = psutil.wait_procs(below, timeout=10)
    assert alive == []


def hears(process: subprocess.Popen[str]) -> bool:
    """Whether the program is far enough to have a handler of its own; before that it has begun nothing (Linux's proc(5))."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except FileNotFoundError:
        return True
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)  # Python itself hears SIGINT


def pages(sandbox: Sandbox) -> int:
    return sum(r.path.startswith("/dspace") and "ListRecords" in r.query["verb"] for r in sandbox.requests)


@pytest.mark.parametrize("number", SIGNALS)
def test_while_an_answer_is_awaited(sandbox: Sandbox, folder: Path, number: signal.Signals) -> None:
    """The last page is kept, the run is booked as interrupted, and the next one goes on from there."""
    sandbox.fail("dspace", "slow", when="xoai", skip=3, amount=30)
    process = start(folder, "harvest", "spiral")
    until(lambda: pages(sandbox) >= 4)  # the fourth page is on its way: three are here
    ended_by(process, number)
    with Store.read_only(folder / "store.db") as store:
        (health,) = store.health()
        assert store.connection.execute("select exit_code from runs").fetchall() == [(128 + number,)]
    assert health.verdict == "interrupted"
    assert health.records + health.deleted == 15
    before = pages(sandbox)
    assert call(folder, "harvest", "spiral").code == 0
    assert pages(sandbox) - before == 6  # 42 records, five a page, three pages were there
    with Store.read_only(folder / "store.db") as store:
        (health,) = store.health()
    assert health.records + health.deleted == 42


@pytest.mark.parametrize("number", SIGNALS)
def test_while_waiting_as_the_server_asked(sandbox: Sandbox, folder: Path, number: signal.Signals) -> None:
    sandbox.fail("dspace", "busy", when="xoai", skip=1, amount=60)
    process = start(folder, "harvest", "spiral")
    until(lambda: pages(sandbox) >= 2)
    time.sleep(0.1)
    ended_by(process, number)
    assert call(folder, "harvest", "spiral").code == 0


def test_while_another_process_writes(sandbox: Sandbox, made: Path) -> None:
    """SQLite waits for a writer in one long step of its own, in which no Python code can run."""
    with closing(sqlite3.connect(made / "store.db", isolation_level=None)) as db:
        db.execute("begin immediate")
        process = start(made, "harvest", "fmlm")
        time.sleep(0.8)  # it is waiting now, or about to
        assert process.poll() is None
        ended_by(process, signal.SIGTERM)
    assert call(made, "harvest", "fmlm").code == 0


CALLBACK = """
import os, signal, sys, time
class Dying:
    def __del__(self):
        signal.raise_signal({number})
        os.write(1, b"went on")
def call(arguments):
    for _ in range({times}):
        dying = Dying()
        del dying
    time.sleep(30)
import harvester.cli
harvester.cli.call = call
harvester.cli.main()
"""


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("number", SIGNALS)
def test_in_a_callback_whose_exceptions_are_dropped(number: signal.Signals, times: int) -> None:
    """Python swallows what is raised while an object dies or a weak reference is told of it: the signal still counts."""
    program = CALLBACK.format(number=int(number), times=times)
    begun = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=25, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + number, b"", b"")
    assert time.monotonic() - begun < IN_TIME


@pytest.mark.parametrize("number", SIGNALS)
def test_a_good_end_is_not_undone(number: signal.Signals) -> None:
    """What comes when the work is done, while the interpreter puts its things away, changes neither code nor output."""
    late = "import atexit, os; atexit.register(os.read, 0, 1); atexit.register(os.write, 2, b'late')"
    program = f"{late}; import sys; sys.argv[1:] = ['--version']; from harvester.cli import main; main()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=-1, stdout=-1, stderr=-1) as process:
        assert process.stderr is not None
        assert process.stderr.read(4) == b"late"
        process.send_signal(number)
        time.sleep(0.1)  # to be heard, if it is heard at all
        out, err = process.communicate(b"x", timeout=30)
    assert (process.returncode, err) == (0, b"")
    assert b"harvester" in out


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 12))])
@pytest.mark.parametrize("command", [["run"], ["reindex", "--workers", "2"], ["publish"]], ids=" ".join)
def test_at_any_moment(sandbox: Sandbox, tmp_path: Path, command: list[str], seed: int) -> None:
    chance = random.Random(f"{command} {seed}")
    calm, folder = tmp_path / "calm", tmp_path / "folder"
    settle(sandbox, calm)
    if command == ["run"]:
        write_config(sandbox, folder)
    else:
        copied(calm, folder)
        shutil.rmtree(folder / "site")
    number = chance.choice(SIGNALS)
    process = start(folder, *command)
    until(lambda: hears(process) or process.poll() is not None)
    time.sleep(chance.uniform(0, 0.7))
    if process.poll() is None:
        ended_by(process, number, group=chance.random() < 0.7, done=(0, 3))
    assert unsound(folder) == []
    assert leftovers(folder) == []
    assert call(folder, *command).code in (0, 3)
    assert contents(folder) == contents(calm)
    if command != ["reindex", "--workers", "2"]:
        assert {path.name for path in (folder / "site").rglob("*")} == {
            path.name for path in (calm / "site").rglob("*")
        }
