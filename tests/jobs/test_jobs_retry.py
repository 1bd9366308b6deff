"""What is in quarantine is asked for again, record by record, and nothing else is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harvester.locks import lock
from harvester.sandbox import Sandbox
from tests.jobs.conftest import Harvester
from tests.jobs.shelf_server import Shelf, config


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with Shelf() as served:
        served.broken = {3, 6}
        served.alone = {3, 6}
        yield served


@pytest.fixture
def folder(shelf: Shelf, tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(config(shelf.url))
    return tmp_path


def rows(folder: Path, sql: str, name: str = "store.db") -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / name)) as db:
        return db.execute(sql).fetchall()


def test_each_record_is_asked_for_by_itself(harvester: Harvester, folder: Path, shelf: Shelf) -> None:
    assert harvester("run").code == 3
    assert rows(folder, "select identifier from quarantine") == [("oai:shelf::3",), ("oai:shelf::6",)]
    assert harvester("run").code == 0  # known losses do not alarm every night
    pages = list(shelf.asked)

    ended = harvester("retry", "--json")
    assert ended.code == 3
    assert ended.sources["s0"]["verdict"] == "incomplete (0 of 2 recovered)"
    assert (ended.report["index"], shelf.asked) == (None, pages)  # no list was asked for
    assert [row[-1] for row in map(str.split, harvester("quarantine").out.splitlines()[2:4])] == ["1", "1"]

    shelf.alone = {3}
    ended = harvester("retry", "s0", "--json")
    assert (ended.code, ended.sources["s0"]["verdict"]) == (3, "incomplete (1 of 2 recovered)")
    assert ended.sources["s0"]["tally"]["new"] == 1
    assert ended.report["index"]["records"] == 5
    assert rows(folder, "select identifier, resolved is not null, tries from quarantine order by id") == [
        ("oai:shelf::3", 0, 2),
        ("oai:shelf::6", 1, 2),
    ]

    shelf.alone = None
    ended = harvester("retry")
    assert ended.code == 0  # its source has it no more: nothing is missing
    assert "complete, 1 of 1 recovered" in ended.out
    assert harvester("quarantine").out == "Nothing is in quarantine.\n"
    assert harvester("retry").out == "Nothing is in quarantine.\n"
    assert harvester("retry", "--json").report["sources"] == []


def test_only_one(harvester: Harvester, folder: Path, shelf: Shelf) -> None:
    harvester("run")
    shelf.alone = set()
    assert harvester("retry", "--id", "1").code == 0
    assert rows(folder, "select tries from quarantine order by id") == [(1,), (0,)]
    assert rows(folder, "select count(*) from records", "index.db") == [(5,)]
    for arguments in (["--id", "1"], ["--id", "99"], ["nosuch"]):
        ended = harvester("retry", *arguments)
        assert (ended.code, ended.out) == (2, "")
    assert harvester("retry", "--id", "2", "s0").code == 0


def test_where_it_cannot_be_asked(harvester: Harvester, folder: Path, shelf: Shelf) -> None:
    harvester("run")
    with lock(folder / "locks", "source-s0"):
        ended = harvester("retry")
        assert ended.code == 75
        assert "skipped (source-s0: process" in ended.out
    shelf.__exit__()
    ended = harvester("retry")
    assert ended.code == 4
    assert "refused the connection" in ended.err
    assert "Traceback" not in ended.err
    (folder / "config.toml").write_text(config(shelf.url).replace("[source.s0]", "[source.other]"))
    ended = harvester("retry")
    assert ended.code == 3
    assert "is no source in the config file any more" in ended.out
    assert rows(folder, "select count(*) from quarantine where resolved is null") == [(2,)]


class TestReading:
    """What is stored and no reader understood."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Iterator[Path]:
        from harvester.sandbox import write_config

        with Sandbox() as served:
            write_config(served, tmp_path)
            self.sandbox = served
            yield tmp_path

    def test_it_is_read_again(self, harvester: Harvester, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert harvester("run").code == 3
        (identifier,) = rows(folder, "select identifier from quarantine")
        assert harvester("retry").code == 3

        from harvester import formats
        from harvester.record import Identifier, Record

        understood = formats.reader

        def newer(format_: str) -> object:
            """As after an upgrade: a reader that knows what to make of it."""
            read = understood(format_)

            def reader(raw, dialect, trace):  # type: ignore[no-untyped-def]
                if raw.identifier == identifier[0]:
                    return Record(title="Now it can be read", identifiers=(Identifier("oai", raw.identifier),))
                return read(raw, dialect, trace)  # type: ignore[misc]

            return reader

        monkeypatch.setattr(formats, "reader", newer)
        ended = harvester("retry", "--json")
        assert (ended.code, ended.sources["spiral"]["verdict"]) == (0, "complete, 1 of 1 recovered")
        assert rows(folder, "select count(*) from works where title = 'Now it can be read'", "index.db") == [(1,)]
