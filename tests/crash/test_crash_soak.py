"""Many pages: memory, descriptors and the write-ahead log do not grow with them."""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path

import psutil
import pytest

from harvester.sandbox.generated import served
from tests.crash.program import finish, rows, start

CONFIG = """
[harvester]
contact = "soak@example.org"
store = "store.db"
index = "index.db"
[http]
pace = 0
[source.generated]
kind = "oai_pmh"
url = "{url}"
"""
log = logging.getLogger(__name__)
MB = 1_000_000
MANY = 50_000
"""Records of the long harvest."""


class Watched:
    """The most that a process ever had."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.memory: list[tuple[int, int]] = []
        """(records kept, bytes resident) at each look."""
        self.files = self.log = 0
        program = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                there = (folder / "store.db").exists()
                kept = rows(folder / "store.db", "select count(*) from records")[0][0] if there else 0
                self.memory.append((kept, program.memory_info().rss))
                self.files = max(self.files, program.num_fds())
            except (psutil.Error, OSError):
                break
            log = folder / "store.db-wal"
            self.log = max(self.log, log.stat().st_size if log.exists() else 0)
            try:
                process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue


@pytest.mark.parametrize("records", [1_500, pytest.param(MANY, marks=pytest.mark.slow)])
def test_a_long_harvest(tmp_path: Path, records: int) -> None:
    with served(records) as url:
        (tmp_path / "config.toml").write_text(CONFIG.format(url=url))
        process = start(tmp_path, "harvest", "--full")
        seen = Watched(process, tmp_path)
        ended = finish(process)
    assert ended.code == 0, ended.err
    assert rows(tmp_path / "store.db", "select count(*) from records") == [(records,)]
    assert max(memory for _, memory in seen.memory) < 150 * MB
    assert seen.log < 64 * MB
    assert seen.files < 40
    if records == MANY:
        (first, before), (last, after) = seen.memory[len(seen.memory) // 4], seen.memory[-1]
        slope = (after - before) / max(1, last - first) * 100_000
        most = max(memory for _, memory in seen.memory)
        told = (most / MB, slope / MB, seen.log / MB, seen.files)
        log.info("%.0f MB, %.2f MB more per 100,000 records, a log of %.1f MB, %d files", *told)
        assert slope < 2 * MB
