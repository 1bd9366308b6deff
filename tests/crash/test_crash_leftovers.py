"""What a killed process left of a file in the making is removed by the next that makes it; what anybody else's is stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.forked import answer
from tests.crash.program import ENVIRONMENT, leftovers

MADE = {
    "publish": (("publish",), "site/index.html", "new"),
    "export": (("export", "--format", "ris", "-o", "works[1].ris"), "works[1].ris", "part"),
    "backup": (("backup", "--force", "copy[1].db"), "copy[1].db", "part"),
}


@pytest.fixture(scope="module")
def nobody() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@pytest.mark.parametrize("what", MADE)
def test_only_what_the_dead_left(made: Path, nobody: int, what: str) -> None:
    command, name, kind = MADE[what]
    path = made / name
    theirs = [
        path.with_name(f".{path.name}.{os.getpid()}.{kind}"),  # of a process that is alive: this one
        path.with_name(f".{path.name}.notes.{kind}"),
        path.with_name(f".other.{nobody}.{kind}"),
    ]
    for left in (*theirs, path.with_name(f".{path.name}.{nobody}.{kind}")):
        left.write_text("half")
    said = answer(made, *command)
    assert said.code == 0, said.err
    assert leftovers(made) == sorted(left.name for left in theirs)
    assert path.is_file()


@pytest.mark.slow
@pytest.mark.parametrize("what", MADE)
def test_killed_before_it_is_in_its_place(made: Path, what: str) -> None:
    command, name, _ = MADE[what]
    if what == "publish":
        (made / name).unlink()  # what would not change is not written
    step, total = 0, int(_dies(made, 0, command).read_text())
    for step in range(total, 0, -1):
        _dies(made, step, command)
        if leftovers(made):
            break
    assert step, "no kill left anything behind"
    assert answer(made, *command).code == 0
    assert leftovers(made) == []
    assert (made / name).is_file()


def _dies(folder: Path, step: int, command: tuple[str, ...]) -> Path:
    counted = folder.parent / "steps"
    program = [sys.executable, "-m", "tests.crash.dies", str(step), "-c", str(folder / "config.toml"), *command]
    done = subprocess.run(
        program, env={**ENVIRONMENT, "STEPS": str(counted)}, cwd=folder, capture_output=True, text=True
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return counted
