"""A folder in which a whole run has been made, and the command line in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from harvester.sandbox import Sandbox, write_config

ROOT = Path(__file__).parents[2]


class Ended(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON lines; fails where there is anything else on it."""
        assert self.out.endswith("\n") or not self.out
        return [json.loads(line) for line in self.out.split("\n")[:-1]]


Harvester = Callable[..., Ended]


@pytest.fixture
def harvester(command_line: Callable[..., tuple[int, bytes, bytes]]) -> Harvester:
    def run(*arguments: str) -> Ended:
        code, out, err = command_line(*arguments)
        return Ended(code, out.decode("utf-8"), err.decode("utf-8"))

    return run


@pytest.fixture
def program() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Start the program itself, where streams, signals or limits matter."""

    def run(
        *arguments: str, environment: dict[str, str] | None = None, **kwargs: Any
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "harvester", *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
            check=False,
            timeout=60,
            **{"capture_output": "stdout" not in kwargs and "preexec_fn" not in kwargs, **kwargs},
        )

    return run


@pytest.fixture(scope="session")
def world() -> Iterator[Sandbox]:
    with Sandbox() as served:
        yield served


@pytest.fixture(scope="session")
def harvested(world: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after one whole run; to be copied, not to be changed."""
    from harvester import jobs
    from harvester.config import load

    folder = tmp_path_factory.mktemp("harvested")
    write_config(world, folder)
    jobs.run(load(folder / "config.toml"), jobs.Plan())
    return folder


@pytest.fixture
def there(harvested: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own, as after a whole run; commands are called in it."""
    folder = tmp_path / "there"
    shutil.copytree(harvested, folder, symlinks=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def fresh(world: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a config file only; commands are called in it."""
    folder = tmp_path / "fresh"
    write_config(world, folder)
    monkeypatch.chdir(folder)
    return folder
