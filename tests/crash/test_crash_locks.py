"""Two at once: who comes second says who is at work and since when; the dead hold nothing."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from harvester.sandbox import Sandbox, generate
from harvester.sandbox.dspace import PLATFORM
from harvester.sandbox.oai import Provider
from harvester.sandbox.server import Clock, Server
from tests.crash.program import DAWN, call, finish, rows, start, unsound, until

WORDS = re.compile(r"process (\d+) on \S+ \(since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\) is at work on it")


def test_two_harvests_of_one_source(sandbox: Sandbox, folder: Path) -> None:
    sandbox.fail("dspace", "slow", when="xoai", skip=2, amount=60)
    first = start(folder, "harvest", "spiral")
    until(lambda: sum("ListRecords" in r.query.get("verb", ()) for r in sandbox.requests) >= 3)
    begun = time.monotonic()
    second = call(folder, "harvest", "spiral")
    assert second.code == 75
    assert time.monotonic() - begun < 5  # at once: no waiting
    found = WORDS.search(second.err)
    assert found is not None, second.err
    assert int(found[1]) == first.pid
    among = call(folder, "harvest", "spiral", "whiterose")
    assert among.code == 3
    first.kill()
    finish(first)
    assert call(folder, "harvest", "spiral").code == 0  # the dead owner's lock is free


def test_two_writers_of_one_index(made: Path) -> None:
    with closing(sqlite3.connect((made / "index.db").resolve(), isolation_level=None)) as db:
        db.execute("begin immediate")  # so that whoever updates it must wait
        first = start(made, "reindex", "--source", "fmlm")
        until(lambda: b"pid" in (made / "locks" / "index.lock").read_bytes() or first.poll() is not None)
        assert first.poll() is None
        for command in (["reindex"], ["index"], ["index", "rollback"]):
            second = call(made, *command)
            assert second.code == 75, second.err
            assert WORDS.search(second.err) or "another process is at work" in second.err
        db.execute("rollback")
    assert finish(first).code == 0
    assert unsound(made) == []


def test_many_processes_on_one_store(tmp_path: Path) -> None:
    """Eight at once, each with a source of its own: each page of each is kept."""
    count, size = 8, 12
    repositories = {
        f"/r{n}": Provider(
            PLATFORM, [generate.item(1000 * n + i, 1, "oai_dc") for i in range(size)], Clock(DAWN), page_size=3
        )
        for n in range(count)
    }
    with Server(repositories, Clock(DAWN)) as server:
        config = '[harvester]\ncontact = "a@example.org"\nstore = "store.db"\nindex = "index.db"\n[http]\npace = 0\n'
        for n in range(count):
            config += f'[source.r{n}]\nkind = "oai_pmh"\nurl = "{server.url}/r{n}"\n'
        (tmp_path / "config.toml").write_text(config)
        started = [start(tmp_path, "harvest", f"r{n}") for n in range(count)]
        ended = [finish(process) for process in started]
    assert [(e.code, e.err) for e in ended] == [(0, "")] * count
    kept = dict(rows(tmp_path / "store.db", "select source, count(*) from records group by 1"))
    assert kept == {f"r{n}": size for n in range(count)}
    (changes,) = rows(tmp_path / "store.db", "select count(distinct change), max(change) from records")
    assert changes == (count * size, count * size)
    assert unsound(tmp_path) == []
