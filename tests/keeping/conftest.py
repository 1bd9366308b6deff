"""An installation of two sources of files, whose works overlap, and the command line in it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

CONFIG = """
[harvester]
contact = "a@example.org"
store = "store.db"
index = "index.db"

[source.library]
kind = "files"
path = "library.toml"
rank = 1

[source.archive]
kind = "files"
path = "archive.toml"
rank = 2

[listing.all]
title = "All"

[[listing.all.section]]
title = "Everything"
"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def entries(*found: tuple[str, str, str | None]) -> str:
    """(id, title, DOI)"""
    return "\n".join(
        f'[[entry]]\nid = "{id_}"\ntype = "article"\ntitle = "{title}"\n' + (f'doi = "{doi}"\n' if doi else "")
        for id_, title, doi in found
    )


class Installation:
    """A folder with a config file, and what is done in it."""

    def __init__(self, folder: Path, run: Callable[..., Ended]) -> None:
        self.folder = folder
        self.store = folder / "store.db"
        self.index = folder / "index.db"
        self._run = run
        (folder / "config.toml").write_text(CONFIG)
        self.library(("one", "Sharing leadership in hospitals", "10.1234/one"), ("two", "Care at a distance", None))
        self.archive(("a1", "Sharing leadership in hospitals", "10.1234/one"), ("a3", "Annual report", "10.1234/three"))

    def library(self, *found: tuple[str, str, str | None]) -> None:
        (self.folder / "library.toml").write_text(entries(*found))

    def archive(self, *found: tuple[str, str, str | None]) -> None:
        (self.folder / "archive.toml").write_text(entries(*found))

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Run a command; fails where it does not end with ``code``. What it printed on either stream."""
        ended = self._run("-c", str(self.folder / "config.toml"), *arguments)
        assert ended.code == code, ended
        assert "Traceback" not in ended.err
        return ended.out + ended.err

    def json(self, *arguments: str, code: int = 0) -> list[Any]:
        return [json.loads(line) for line in self(*arguments, "--json", code=code).splitlines()]

    def asked(self, database: Path, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            return db.execute(sql).fetchall()

    @property
    def works(self) -> set[str]:
        return {key for (key,) in self.asked(self.index, "select key from works")}


@pytest.fixture
def installation(tmp_path: Path, command_line: Callable[..., tuple[int, bytes, bytes]]) -> Installation:
    def run(*arguments: str) -> Ended:
        code, out, err = command_line(*arguments)
        return Ended(code, out.decode(), err.decode())

    return Installation(tmp_path, run)


def holds(folder: Path, text: str) -> list[str]:
    """Files that have this text in them, as bytes."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and text.encode() in path.read_bytes()
    )
