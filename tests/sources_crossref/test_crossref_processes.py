"""Several processes at once: Crossref counts requests by address, not by process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.server import Clock, Server

from .conftest import ISSN, work

ROOT = Path(__file__).parents[2]
NAMES = ("first", "second", "third")


@pytest.mark.slow
def test_three_processes_keep_to_one_limit(tmp_path: Path) -> None:
    clock = Clock()
    app = CrossrefApp([work(n) for n in range(60)], clock, limits={"polite-array": 8, "polite-single": 8}, enforce=True)
    with Server({"/crossref": app}, clock) as server:
        text = '[harvester]\ncontact = "librarian@example.org"\n[http]\npace = 0.1\n'
        for year, name in enumerate(NAMES, start=2010):
            text += f'[source.{name}]\nkind = "crossref"\nurl = "{server.url}/crossref"\nrows = 20\n'
            text += f'filter = {{issn = "{ISSN}", from-created-date = "{year}"}}\n'
        (tmp_path / "config.toml").write_text(text)
        command = [sys.executable, "-m", "harvester", "-c", str(tmp_path / "config.toml"), "harvest"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        started = [
            subprocess.Popen([*command, name], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for name in NAMES
        ]
        for process in started:
            out, _ = process.communicate(timeout=120)
            assert process.returncode == 0, out.decode()
        statuses = [request.status for request in server.requests]
    assert len(statuses) > 50
    assert statuses.count(429) <= 2  # a busy machine may hold a request back, and send it with the next one
