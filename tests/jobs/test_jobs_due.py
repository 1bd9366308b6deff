"""Runs of what is due: when a source is, who does it where several processes ask, and how long one that fails is left alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.clock import iso
from harvester.jobs.due import due_from, in_shard, wait_after, whole_due
from harvester.locks import lock
from harvester.sandbox import Sandbox
from harvester.sources import Settings
from harvester.store.schedule import Scheduled
from tests.jobs.conftest import Harvester, setting

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
DAILY = Settings(kind="files", every="1 day")


def ago(**span: float) -> str:
    return iso(NOW - timedelta(**span))


def done(**span: float) -> Scheduled:
    return Scheduled("s", started=ago(**span), completed=ago(**span))


@pytest.mark.parametrize(
    ("settings", "known", "unfinished", "due"),
    [
        (DAILY, None, False, True),
        (DAILY, done(hours=25), False, True),
        (DAILY, done(hours=24), False, True),
        (DAILY, done(hours=23, minutes=50), False, True),  # the timer was ten minutes early
        (DAILY, done(hours=23, minutes=30), False, False),
        (DAILY, done(hours=1), False, False),
        (DAILY, done(hours=1), True, True),
        (DAILY, done(days=-400), False, True),  # our clock was wrong when it was harvested
        (Settings(kind="files"), done(seconds=1), False, True),
        (DAILY, Scheduled("s", ago(hours=1), None, failures=1, not_before=ago(hours=-1)), False, False),
        (DAILY, Scheduled("s", ago(hours=1), None, failures=1, not_before=ago(seconds=1)), False, True),
        (DAILY, Scheduled("s", ago(hours=1), ago(hours=2), failures=2, not_before=ago(minutes=1)), False, True),
        (DAILY, Scheduled("s", ago(hours=1), None, failures=1, not_before=ago(days=-400)), False, True),
        (DAILY, Scheduled("s", ago(hours=1), None, failures=1, not_before=ago(hours=-1)), True, False),
    ],
)
def test_due(settings: Settings, known: Scheduled | None, unfinished: bool, due: bool) -> None:
    assert (due_from(settings, known, unfinished=unfinished, now=NOW) is None) is due


@pytest.mark.parametrize(
    ("whole", "unfinished", "due"),
    [
        (None, False, True),
        (ago(days=31), False, True),
        (ago(days=1), False, False),
        (ago(days=31), True, False),  # what was begun is ended first
        (ago(days=-900), False, True),
    ],
)
def test_everything_is_due_now_and_then(whole: str | None, unfinished: bool, due: bool) -> None:
    settings = Settings(kind="files", full_every="30 days")
    known = Scheduled("s", ago(hours=1), ago(hours=1), whole)
    assert whole_due(settings, known, unfinished=unfinished, now=NOW) is due
    assert not whole_due(DAILY, known, unfinished=unfinished, now=NOW)


@given(st.integers(1, 10_000), st.none() | st.floats(0, 1e300))
def test_a_wait_grows_and_ends(failures: int, asked: float | None) -> None:
    wait = wait_after(failures, asked)
    assert timedelta(minutes=15) <= wait <= timedelta(days=7)
    assert asked is None or wait >= timedelta(seconds=min(asked, 604_800))
    assert wait_after(failures + 1, asked) >= wait


@given(st.sets(st.text(min_size=1), max_size=30), st.integers(1, 7))
def test_each_source_is_in_one_shard(names: set[str], parts: int) -> None:
    shards = [{name for name in names if in_shard(name, (i, parts))} for i in range(1, parts + 1)]
    assert sorted(name for shard in shards for name in shard) == sorted(names)


# --- through the command line ----------------------------------------------------------------------------------------


def schedule(folder: Path) -> dict[str, tuple[int, str | None]]:
    with closing(sqlite3.connect(folder / "store.db")) as db:
        return {name: (n, until) for name, n, until in db.execute("select source, failures, not_before from schedule")}


def change(folder: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "store.db")) as db, db:
        assert db.execute(sql, values).rowcount


def test_what_is_not_due_is_left_alone(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    setting(folder, "spiral", 'every = "1 day"')
    setting(folder, "whiterose", 'every = "1 week"')
    assert set(harvester("run", "--due", "--json").sources) == {"bmj-leader", "spiral", "whiterose", "fmlm"}
    before = len(sandbox.requests)
    assert set(harvester("run", "--due", "--json").sources) == {"bmj-leader", "fmlm"}
    assert not [r for r in sandbox.requests[before:] if not r.path.startswith("/crossref")]
    change(folder, "update schedule set started = ?", iso(datetime.now(UTC) - timedelta(days=2)))
    assert set(harvester("harvest", "--due", "--json").sources) == {"bmj-leader", "spiral", "fmlm"}
    assert set(harvester("harvest", "--due", "--json", "whiterose", "spiral").sources) == set()
    assert set(harvester("harvest", "--json", "whiterose").sources) == {"whiterose"}  # named: whenever that is
    ended = harvester("harvest", "--due", "whiterose")
    assert (ended.code, ended.out) == (0, "no source is due, or of this shard; `harvester status` says when they are\n")
    (standing,) = [line for line in harvester("status").out.splitlines() if line.startswith("whiterose")]
    assert "now" not in standing


def test_a_source_that_fails_is_left_alone_ever_longer(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    def minutes() -> float:
        until = schedule(folder)["spiral"][1]
        assert until is not None
        return (datetime.fromisoformat(until) - datetime.now(UTC)).total_seconds() / 60

    sandbox.fail("dspace", "error", times=99)
    first = harvester("harvest", "--due", "--json", "spiral")
    assert (first.code, first.sources["spiral"]["not_before"]) == (4, schedule(folder)["spiral"][1])
    assert 14 <= minutes() <= 15
    requests = len(sandbox.requests)
    assert harvester("harvest", "--due", "--json", "spiral").code == 0
    assert len(sandbox.requests) == requests
    assert harvester("harvest", "spiral").code == 4  # named: it is asked
    assert 29 <= minutes() <= 30
    assert schedule(folder)["spiral"][0] == 2
    assert "(2 times in a row not complete)" in harvester("status").out


def test_a_source_that_asks_for_time_gets_it(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    sandbox.fail("dspace", "busy", times=99, amount=7200)
    assert harvester("harvest", "--due", "spiral").code == 4
    until = schedule(folder)["spiral"][1]
    assert until is not None
    assert 119 <= (datetime.fromisoformat(until) - datetime.now(UTC)).total_seconds() / 60 <= 121


def test_a_success_ends_the_waiting(harvester: Harvester, folder: Path) -> None:
    assert harvester("harvest", "spiral").code == 0
    change(folder, "update schedule set failures = 3, not_before = ?", iso(datetime.now(UTC) + timedelta(hours=1)))
    assert harvester("harvest", "--due", "--json", "spiral").sources == {}
    assert harvester("harvest", "spiral").code == 0
    assert schedule(folder)["spiral"] == (0, None)


def test_a_file_with_a_mistake_is_read_again_at_once(harvester: Harvester, folder: Path) -> None:
    text = (folder / "curated.toml").read_text()
    (folder / "curated.toml").write_text(text + "\nnonsense")
    assert harvester("harvest", "--due", "fmlm").code == 2
    (folder / "curated.toml").write_text(text)
    assert harvester("harvest", "--due", "--json", "fmlm").sources["fmlm"]["tally"]["new"] == 14


def test_an_unfinished_list_is_due(harvester: Harvester, folder: Path) -> None:
    setting(folder, "spiral", 'every = "1 day"')
    assert harvester("harvest", "spiral").code == 0
    assert harvester("harvest", "--full", "--limit", "25", "spiral").code == 3
    done = harvester("harvest", "--due", "--json", "spiral").sources["spiral"]
    assert (done["complete"], done["tally"]["fetched"] < 42) == (True, True)
    assert (
        harvester("harvest", "--since", "2019-01-01", "--limit", "5", "spiral").code == 3
    )  # a window is nobody's business
    assert harvester("harvest", "--due", "--json", "spiral").sources == {}


def test_what_another_process_holds_is_skipped_quietly(harvester: Harvester, folder: Path) -> None:
    with lock(folder / "locks", "source-spiral"):
        due = harvester("harvest", "--due", "--json")
        assert (due.code, "spiral" in due.sources, due.err) == (0, False, "")
        alone = harvester("harvest", "--due", "spiral")
        assert (alone.code, alone.err) == (0, "")
        told = harvester("harvest", "spiral")
        assert told.code == 75
        assert "skipped (source-spiral: process" in told.out
        assert harvester("harvest", "spiral", "fmlm").code == 3


def test_two_timers_do_it_once(harvester: Harvester, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one found the source due, and then waited for the first one to end."""
    from harvester.jobs import harvesting

    setting(folder, "spiral", 'every = "1 day"')
    monkeypatch.setattr(harvesting, "is_due", lambda *_: True)  # as it was when it looked
    assert set(harvester("harvest", "--due", "--json", "spiral").sources) == {"spiral"}
    assert harvester("harvest", "--due", "--json", "spiral").sources == {}


def test_how_it_went_is_written_down_before_the_lock_is_given_back(
    harvester: Harvester, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from harvester.jobs import source

    seen = []

    @contextmanager
    def watched(where: Path, name: str) -> Iterator[None]:
        with lock(where, name):
            yield
            seen.append((name, schedule(folder)))

    monkeypatch.setattr(source, "lock", watched)
    assert harvester("harvest", "--due", "fmlm").code == 0
    assert seen == [("source-fmlm", {"fmlm": (0, None)})]


def test_now_and_then_everything(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    setting(folder, "whiterose", 'full_every = "30 days"')
    assert harvester("harvest", "--json", "whiterose").sources["whiterose"]["tally"]["fetched"] == 42
    assert harvester("harvest", "--json", "whiterose").sources["whiterose"]["tally"]["fetched"] == 0
    change(folder, "update schedule set whole = ?", iso(datetime.now(UTC) - timedelta(days=31)))
    sandbox.eprints.forget(identifier_of(folder))
    report = harvester("harvest", "--json", "whiterose").sources["whiterose"]
    assert (report["tally"]["fetched"], report["tally"]["deleted"]) == (41, 1)
    assert harvester("harvest", "--json", "whiterose").sources["whiterose"]["tally"]["fetched"] == 0


def identifier_of(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "store.db")) as db:
        (found,) = db.execute("select identifier from records where not deleted order by id limit 1").fetchone()
    return str(found)


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2"])
def test_a_shard_is_a_part_of_a_whole(harvester: Harvester, shard: str) -> None:
    ended = harvester("harvest", f"--shard={shard}")
    assert (ended.code, ended.out) == (2, "")
    assert "write 1/3, 2/3 and 3/3 for three hosts" in ended.err


def test_shards_share_the_sources(harvester: Harvester) -> None:
    parts = [set(harvester("harvest", "--dry-run", "--json", "--shard", f"{i}/3").sources) for i in (1, 2, 3)]
    assert sorted(name for part in parts for name in part) == ["bmj-leader", "fmlm", "spiral", "whiterose"]
