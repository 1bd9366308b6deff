"""A harvest of a dump that is killed again and again ends with what one that nobody disturbs ends with."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sources_files.dumps import lines, oai_page, oai_record, packed, tar, work

CONFIG = '[harvester]\ncontact = "librarian@example.org"\n[source.dump]\nkind = "files"\npath = "{}"\n'


def installation(folder: Path, dump: Path) -> Path:
    folder.mkdir()
    (folder / "config.toml").write_text(CONFIG.format(dump))
    return folder


def harvest(folder: Path, seconds: float | None) -> int:
    """Harvest in a process of its own, which is killed after some seconds. Returns how it ended."""
    command = [sys.executable, "-m", "harvester", "-c", str(folder / "config.toml"), "harvest"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        if seconds is not None:
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
        return process.wait()


def held(folder: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "data" / "store.db") as db:
        records = db.execute(
            "select identifier, format, deleted, hex(digest), repairs from records order by 1, 2"
        ).fetchall()
        lost = db.execute("select source, identifier, reason from quarantine order by 2").fetchall()
        versions = db.execute("select count(*) from record_versions").fetchall()
    return [*records, *lost, *versions]


@pytest.mark.slow
def test_kills_at_random_moments(tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.mkdir()
    works = [work(n, reference=[{"key": str(n), "unstructured": "x" * 4000}]) for n in range(24_000)]
    (dump / "1.tar").write_bytes(
        tar({f"{n}.jsonl.gz": packed(lines(works[n * 3000 : (n + 1) * 3000])) for n in range(4)})
    )
    (dump / "2.json.gz").write_bytes(packed(json.dumps({"items": works[12_000:]}).encode() + b'{"title": "no DOI"}'))
    (dump / "3.xml").write_bytes(
        b"".join(oai_page(*(oai_record(n) for n in range(k, k + 100))) for k in range(0, 9000, 100))
    )
    keys = [{"id": f"key{n % 700}", "type": "book", "title": f"Leading {n}"} for n in range(2000)]
    (dump / "4.json").write_bytes(json.dumps(keys).encode())
    whole = installation(tmp_path / "whole", dump)
    start = time.monotonic()
    harvest(whole, None)
    took = time.monotonic() - start
    killed = installation(tmp_path / "killed", dump)
    chance = random.Random(4)
    codes = [harvest(killed, chance.uniform(0.2, 0.5) * took) for _ in range(8)]
    assert codes.count(-signal.SIGKILL) >= 2
    harvest(killed, None)
    assert held(killed) == held(whole)
