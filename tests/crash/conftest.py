"""Worlds for the tests of this folder: a sandbox each, and folders in which something has been run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.sandbox import Sandbox, write_config
from tests.crash.program import copied, settle, world


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with world() as served:
        yield served


@pytest.fixture
def folder(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Configured; nothing has been run in it."""
    write_config(sandbox, tmp_path / "folder")
    return tmp_path / "folder"


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "folder"
    with world() as served:
        settle(served, folder)
    return folder


@pytest.fixture
def made(_made: Path, tmp_path: Path) -> Path:
    """A folder in which a whole run has been made, of a sandbox that is gone."""
    return copied(_made, tmp_path / "made")
