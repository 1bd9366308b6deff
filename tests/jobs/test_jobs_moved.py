"""A source that has another address: nobody knows what stands there, and under which dates."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from harvester.sandbox import Sandbox
from tests.jobs.conftest import Harvester, edit


def names(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "store.db")) as db:
        rows = db.execute("select identifier from records where source = 'whiterose' and not deleted")
        return {identifier for (identifier,) in rows}


def test_what_came_along_under_old_dates_is_found(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    assert harvester("harvest", "whiterose").code == 0
    before = names(folder)
    sandbox.clock.advance(days=30)
    edit(folder, "/eprints/cgi/oai2", "/dspace/oai/request")
    ended = harvester("harvest", "whiterose")
    assert "everything is asked for anew" in ended.err
    came = {name for name in names(folder) if name.startswith("oai:dspace")}
    assert len(came) == 40  # all of them are older than the last harvest
    assert before < names(folder)  # what the new place does not name stays: it is more than a tenth
    assert ended.code == 3
    assert "are no longer listed" in ended.out
    sandbox.requests.clear()
    ended = harvester("harvest", "whiterose")
    assert "everything is asked for anew" not in ended.err  # once
