"""A folder that harvests the sandbox, and the command line in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from harvester.config import Config, load
from harvester.sandbox import Sandbox, write_config


class Ended(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """What ``--json`` printed: one document, and nothing beside it."""
        (line,) = self.out.splitlines()
        document: dict[str, Any] = json.loads(line)
        return document

    @property
    def sources(self) -> dict[str, dict[str, Any]]:
        return {source["source"]: source for source in self.report["sources"]}


Harvester = Callable[..., Ended]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as served:
        yield served


@pytest.fixture
def config(sandbox: Sandbox, tmp_path: Path) -> Config:
    write_config(sandbox, tmp_path)
    return load(tmp_path / "config.toml")


@pytest.fixture
def folder(sandbox: Sandbox, tmp_path: Path) -> Path:
    """A config file for the sandbox; a failure is final at once."""
    write_config(sandbox, tmp_path)
    edit(tmp_path, "[http]\n", "[http]\nretries = 0\n")
    return tmp_path


def edit(folder: Path, old: str, new: str) -> None:
    """Change the config file in one place."""
    path = folder / "config.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def setting(folder: Path, source: str, *lines: str) -> None:
    """Add lines to the table of a source."""
    edit(folder, f"[source.{source}]\n", f"[source.{source}]\n" + "".join(f"{line}\n" for line in lines))


@pytest.fixture
def harvester(folder: Path, command_line: Callable[..., tuple[int, bytes, bytes]]) -> Harvester:
    """Commands in the folder."""

    def run(*arguments: str, logs: str = "text") -> Ended:
        code, out, err = command_line("--log-format", logs, "-c", str(folder / "config.toml"), *arguments)
        return Ended(code, out.decode(), err.decode())

    return run
