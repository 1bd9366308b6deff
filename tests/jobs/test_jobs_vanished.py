"""What a whole list no longer names: retired where it is gone, never in bulk unless somebody says so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harvester.sandbox import Sandbox
from tests.jobs.conftest import Harvester, setting


def live(folder: Path, name: str = "store.db") -> set[str]:
    where = "source = 'whiterose'" + (" and not deleted" if name == "store.db" else "")
    with closing(sqlite3.connect(folder / name)) as db:
        return {identifier for (identifier,) in db.execute(f"select identifier from records where {where}")}


def lose(sandbox: Sandbox, folder: Path, count: int) -> set[str]:
    """Let items go without a trace."""
    lost = set(sorted(live(folder))[:count])
    sandbox.clock.advance(hours=1)
    for identifier in lost:
        sandbox.eprints.forget(identifier)
    return lost


def test_beyond_the_threshold_nothing_is_removed(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    assert harvester("run").code == 3
    before = live(folder)
    lost = lose(sandbox, folder, 6)
    assert harvester("run").code == 0  # what changed: nothing, as far as can be seen
    for _ in range(2):  # it is said until somebody has looked
        ended = harvester("run", "--full", "--json", "whiterose")
        assert ended.code == 3
        assert ended.sources["whiterose"]["verdict"] == (
            "incomplete (6 of 41 records are no longer listed: that is more than 10%, so nothing was removed; look at the"
            " source, then `harvester run --full --force whiterose` removes them)"
        )
        assert live(folder) == live(folder, "index.db") == before
    assert not [
        r for r in sandbox.requests if "GetRecord" in str(r.query)
    ]  # a source that lost its data is left in peace
    ended = harvester("run", "--full", "--force", "--json", "whiterose")
    assert (ended.code, ended.sources["whiterose"]["tally"]["deleted"]) == (0, 6)
    assert live(folder) == live(folder, "index.db") == before - lost
    with closing(sqlite3.connect(folder / "store.db")) as db:  # what was removed is kept
        kept = "select count(*) from record_versions v join records r on r.id = record_id where vanished is not null"
        assert db.execute(kept).fetchone() == (6,)


def test_the_threshold_is_a_setting(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    setting(folder, "whiterose", "max_unseen = 0.2")
    assert harvester("harvest", "whiterose").code == 0
    lost = lose(sandbox, folder, 6)
    assert harvester("harvest", "--full", "whiterose").code == 0
    assert not live(folder) & lost


def test_what_is_only_missing_from_the_list_stays(
    harvester: Harvester, folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that skips a record, which is there when it is asked for by itself."""
    assert harvester("harvest", "whiterose").code == 0
    before = live(folder)
    hidden = sorted(before)[0]
    item = sandbox.eprints.items[hidden]
    answer = type(sandbox.eprints).__call__

    def skipping(provider, request):  # type: ignore[no-untyped-def]
        if "GetRecord" in request.query_string:
            provider.items[hidden] = item
        elif hidden in provider.items:
            del provider.items[hidden]
        return answer(provider, request)

    monkeypatch.setattr(type(sandbox.eprints), "__call__", skipping)
    ended = harvester("harvest", "--full", "--json", "whiterose")
    assert (ended.code, ended.sources["whiterose"]["tally"]["deleted"]) == (0, 0)
    assert live(folder) == before


def test_a_harvest_that_was_cut_short_removes_nothing(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    assert harvester("harvest", "whiterose").code == 0
    before = live(folder)
    lose(sandbox, folder, 2)
    assert harvester("harvest", "--full", "--limit", "25", "whiterose").code == 3
    assert live(folder) == before
    assert harvester("harvest", "--since", "2015-01-01", "whiterose").code == 0
    assert live(folder) == before
    assert (
        harvester("harvest", "--json", "whiterose").sources["whiterose"]["tally"]["deleted"] == 2
    )  # it went on, to the end
