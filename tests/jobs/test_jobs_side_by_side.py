"""Sources side by side: those of one host one after the other; a fault or a signal leaves the others' pages where they are."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harvester import jobs, sources
from harvester.config import load
from harvester.jobs import Plan
from harvester.jobs.side_by_side import by_host
from harvester.sandbox import Sandbox
from harvester.sources.oai_pmh import repository
from harvester.store import Tally
from tests.jobs.shelf_server import Shelf, config, until


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "store.db")) as db:
        return db.execute(sql).fetchall()


@contextlib.contextmanager
def shelves(count: int, **kwargs: object) -> Iterator[list[Shelf]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Shelf(**kwargs)) for _ in range(count)]  # type: ignore[arg-type]


def write(folder: Path, *urls: str, extra: str = "") -> Path:
    path = folder / "config.toml"
    path.write_text(config(*urls, extra=extra))
    return path


def test_different_hosts_at_once_one_host_in_turn(tmp_path: Path) -> None:
    with shelves(3, pages=3, seconds=lambda _: 0.05) as (one, two, three):
        urls = [f"{one.url}/a", f"{one.url}/b", f"{two.url}/c", f"{three.url}/d", f"{one.url}/e"]
        report = jobs.harvest(load(write(tmp_path, *urls)), Plan(jobs=4))
    assert (report.exit_code, [s.source for s in report.sources]) == (0, [f"s{n}" for n in range(5)])
    assert {s.tally.new for s in report.sources} == {6}
    assert [one.most, two.most, three.most] == [1, 1, 1]
    assert rows(tmp_path, "select count(*), count(distinct change), max(change) from records") == [(30, 30, 30)]
    assert rows(tmp_path, "pragma integrity_check") == [("ok",)]
    assert set(rows(tmp_path, "select verdict from run_sources")) == {("complete",)}


def test_a_slow_host_holds_nobody_up(tmp_path: Path) -> None:
    """It answers when the other three have come to their end; with one thread for all of them, that would be never."""
    whole: set[str] = set()
    others = threading.Event()

    def told(source: str, tally: Tally) -> None:
        if source != "s0" and tally.new == 4:
            whole.add(source)
        if len(whole) == 3:
            others.set()

    in_time: list[bool] = []

    def seconds(_: int) -> float:
        in_time.append(others.wait(30))
        return 0.0

    with Shelf(pages=1, seconds=seconds) as slow, shelves(3, pages=2) as quick:
        path = write(tmp_path, slow.url, *(shelf.url for shelf in quick))
        report = jobs.harvest(load(path), Plan(jobs=2), told)
    assert in_time == [True]
    assert [s.source for s in report.sources] == ["s0", "s1", "s2", "s3"]


def test_by_host(tmp_path: Path) -> None:
    urls = [
        "https://A.example.org/x",
        "https://b.example.org",
        "https://a.example.org/y",
        "https://a.example.org:8443/",
    ]
    loaded = load(write(tmp_path, *urls))
    assert by_host(loaded, list(loaded.sources)) == [["s0", "s2"], ["s1"], ["s3"]]


def test_a_bug_in_one_source_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pages = repository.Repository.pages

    def broken(self: repository.Repository, *args: object) -> Iterator[object]:
        for page in pages(self, *args):  # type: ignore[arg-type]
            yield page
            if self.name == "s1":
                raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(repository.Repository, "pages", broken)
    with shelves(3) as found:
        report = jobs.harvest(load(write(tmp_path, *(shelf.url for shelf in found))), Plan(jobs=3))
    assert report.exit_code == 1
    assert [s.verdict for s in report.sources] == ["complete", "incomplete (division by zero)", "complete"]
    assert [s.tally.new for s in report.sources] == [6, 2, 6]
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(("number", "count"), [(signal.SIGTERM, 1), (signal.SIGTERM, 4), (signal.SIGINT, 4)])
def test_a_signal_ends_it_soon(tmp_path: Path, number: signal.Signals, count: int) -> None:
    """Every repository hangs at its third page: two are kept of each that was begun."""
    with shelves(3, seconds=lambda page: 60.0 if page == 3 else 0.0) as found:
        path = write(tmp_path, *(shelf.url for shelf in found))
        process = subprocess.Popen(
            [sys.executable, "-m", "harvester", "-c", str(path), "harvest", "--jobs", str(count)],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        begun = found[: 1 if count == 1 else 3]
        until(lambda: all(len(shelf.asked) == 3 for shelf in begun))
        process.send_signal(number)
        sent = time.monotonic()
        _, said = process.communicate(timeout=30)
        assert time.monotonic() - sent < 2.5
        assert (process.returncode, said) == (128 + number, "")
        assert rows(tmp_path, "select count(*) from records") == [(4 * len(begun),)]
        assert rows(tmp_path, "select exit_code from runs") == [(128 + number,)]
        assert set(rows(tmp_path, "select verdict from run_sources")) == {("interrupted",)}
        for shelf in found:
            shelf.seconds = lambda _: 0.0
        asked = sum(len(shelf.asked) for shelf in begun)
        report = jobs.harvest(load(path), Plan(jobs=count))
        assert report.exit_code == 0
        assert sum(len(shelf.asked) for shelf in begun) == asked + len(begun)  # each went on where it was
    assert rows(tmp_path, "select count(*) from records") == [(18,)]


def test_a_dry_run_is_one_at_a_time(tmp_path: Path) -> None:
    with shelves(2) as found:
        report = jobs.harvest(load(write(tmp_path, *(shelf.url for shelf in found))), Plan(jobs=2, dry_run=True))
    assert [s.tally.new for s in report.sources] == [6, 6]
    assert not (tmp_path / "store.db").exists()


def test_every_kind_of_source_has_a_host_or_none(tmp_path: Path) -> None:
    assert set(sources.kinds()) >= {"oai_pmh", "crossref", "files"}
    (tmp_path / "config.toml").write_text(
        '[source.a]\nkind = "crossref"\n[source.a.filter]\nprefix = "10.1136"\n[source.b]\nkind = "files"\npath = "b.toml"\n'
        '[source.c]\nkind = "crossref"\n[source.c.filter]\nprefix = "10.1137"\n'
    )
    (tmp_path / "b.toml").write_text("")
    loaded = load(tmp_path / "config.toml")
    assert by_host(loaded, list(loaded.sources)) == [["a", "c"], ["b"]]


def test_processes_that_start_together_share_what_is_due(tmp_path: Path) -> None:
    """Three timers at once: each source is harvested by one of them."""
    with shelves(3, pages=4, seconds=lambda _: 0.05) as found:
        path = write(tmp_path, *(shelf.url for shelf in found))
        text = path.read_text()
        path.write_text(text.replace('kind = "oai_pmh"', 'kind = "oai_pmh"\nevery = "1 day"'))
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "harvester", "-c", str(path), "harvest", "--due", "--json"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            )
            for _ in range(3)
        ]
        ended = [process.communicate(timeout=60) for process in started]
        assert [(process.returncode, err) for process, (_, err) in zip(started, ended, strict=True)] == [(0, b"")] * 3
        harvested = [source["source"] for out, _ in ended for source in json.loads(out)["sources"]]
        assert sorted(harvested) == ["s0", "s1", "s2"]
        assert [shelf.asked for shelf in found] == [[("", page) for page in range(1, 5)]] * 3
    assert rows(tmp_path, "select count(*) from records") == [(24,)]


def test_two_kinds_of_source_at_once(tmp_path: Path) -> None:
    """What their libraries share between threads must not mix them up."""

    def harvested(count: int) -> list[tuple[object, ...]]:
        folder = tmp_path / str(count)
        folder.mkdir()
        (folder / "config.toml").write_text(text)
        assert jobs.harvest(load(folder / "config.toml"), Plan(jobs=count)).exit_code == 0
        return rows(folder, "select source, identifier, hex(digest), deleted from records order by 1, 2")

    with Sandbox(page_size=5) as one, Sandbox(page_size=5) as two:
        text = config(one.dspace_url, two.eprints_url) + "".join(
            f'[source.{name}]\nkind = "crossref"\nurl = "{url}"\nrows = 5\nfilter = {{ issn = "{issn}" }}\n'
            for name, url, issn in (("c0", two.crossref_url, "2398-631X"), ("c1", one.crossref_url, "9999-9994"))
        )
        assert harvested(4) == harvested(1) != []
