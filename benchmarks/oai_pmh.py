"""What harvesting and reindexing cost, beside their floors, in one run. See README.md in this folder."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from msgspec import Struct

CONFIG = """\
[harvester]
store = "store.db"
index = "index.db"
[source.generated]
kind = "oai_pmh"
url = "{url}"
platform = "dspace"
"""
PER = 100_000


class Cost(Struct):
    """Of a process and all that it started."""

    cpu: float
    wall: float
    peak: int
    """Most memory at one moment, of all processes together, in MiB; pages that they share are counted once."""


def timed(*command: str) -> Cost:
    """Run a program and account for it. What it started itself is sampled, since not all of it is waited for."""
    # As installed: with its bytecode, which some environments do not let Python keep.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    helpers: dict[int, float] = {}
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
        while process.poll() is None:
            memory = 0
            with contextlib.suppress(psutil.Error):
                family = psutil.Process(process.pid)
                memory += family.memory_full_info().pss
                for one in family.children(recursive=True):
                    memory += one.memory_full_info().pss
                    helpers[one.pid] = sum(one.cpu_times()[:2])
            peak = max(peak, memory)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)  # looking costs time itself
        wall = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(own + sum(helpers.values()), wall, peak // 2**20)


@contextmanager
def served(records: int) -> Iterator[str]:
    command = [sys.executable, "-m", "harvester.sandbox.generated", "--records", str(records)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def floor_fetch(url: str) -> None:
    """Fetch every page, parse it strictly, walk each record once into a dictionary."""
    import requests
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    oai = "{http://www.openarchives.org/OAI/2.0/}"
    parameters = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    with requests.Session() as session:
        while parameters:
            root = etree.fromstring(session.get(url, params=parameters).content, parser)
            for record in root.iter(f"{oai}record"):
                walk(record)
            token = root.findtext(f".//{oai}resumptionToken")
            parameters = {"verb": "ListRecords", "resumptionToken": token} if token else {}


def walk(record: object) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for element in record.iter():  # type: ignore[attr-defined]
        if element.text:
            fields.setdefault(element.tag, []).append(element.text)
    return fields


def floor_index(folder: Path) -> None:
    """Parse and walk every stored payload; then the same rows into the same tables and the same FTS, prepared beforehand.

    Prints its CPU seconds: reading the rows that are to be written is not part of it.
    """
    from lxml import etree

    from harvester import schemas
    from harvester.store import Store

    source = sqlite3.connect(f"file:{folder / 'index.db'}?mode=ro", uri=True)
    tables = [
        name
        for (name,) in source.execute(
            "select name from sqlite_master where type = 'table' and name not like 'works_fts%' and name not like 'sqlite%'"
        )
    ]
    rows = {name: source.execute(f"select * from {name}").fetchall() for name in tables}
    source.close()
    started = time.process_time()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with Store.read_only(folder / "store.db") as store:
        for stored in store.scan(1, store.max_id()):
            walk(etree.fromstring(f"<o {stored.raw.context}>".encode() + stored.raw.payload + b"</o>", parser))
    db = sqlite3.connect(folder / "floor.db", isolation_level=None)
    db.execute("pragma page_size = 8192")
    db.execute("pragma journal_mode = off")
    db.execute("pragma synchronous = off")
    scripts = {p.name: p.read_text() for p in schemas.sql_files("index")}
    db.executescript(scripts["01_tables.sql"])
    db.execute("begin")
    for name, values in rows.items():
        if values:
            db.executemany(f"insert into {name} values ({','.join('?' * len(values[0]))})", values)
    db.execute("commit")
    db.executescript(scripts["03_search.sql"])
    db.execute("insert into works_fts(works_fts) values ('rebuild')")
    db.executescript(scripts["02_indexes.sql"])
    db.close()
    sys.stdout.write(str(time.process_time() - started))


def measure(records: int) -> None:
    with tempfile.TemporaryDirectory() as temporary, served(records) as url:
        folder = Path(temporary)
        (folder / "config.toml").write_text(CONFIG.format(url=url))
        harvester = (sys.executable, "-m", "harvester", "-q", "-c", str(folder / "config.toml"))
        this = (sys.executable, __file__)
        timed(*this, "--floor-fetch", url)  # the server makes its pages now
        fetch = timed(*this, "--floor-fetch", url)
        harvest = timed(*harvester, "harvest")
        again = timed(*harvester, "harvest", "--full")
        one = timed(*harvester, "reindex", "--workers", "1")
        two = timed(*harvester, "reindex", "--workers", "2")
        done = subprocess.run([*this, "--floor-index", str(folder)], check=True, stdout=subprocess.PIPE, text=True)
        insert = Cost(json.loads(done.stdout), 0.0, 0)
        sizes = {name: (folder / name).resolve().stat().st_size for name in ("store.db", "index.db")}
    per = PER / records
    print(f"\n{records} records: CPU seconds per {PER} records")
    for name, cost, floor in (
        ("floor: fetch, parse, walk", fetch, fetch),
        ("(a) harvest to store", harvest, fetch),
        ("(d) second harvest, no news", again, fetch),
        ("floor: parse, walk, insert", insert, insert),
        ("(b) reindex, one worker", one, insert),
        ("(c) reindex, two workers", two, insert),
    ):
        ratio = f"{cost.cpu / floor.cpu:5.2f} x floor" if cost is not floor else " " * 13
        peak = f"peak {cost.peak} MiB" if cost.peak else ""
        print(f"  {name:30}{cost.cpu * per:8.1f}   {ratio}   wall {cost.wall:6.1f} s   {peak}")
    print(f"  two workers are {one.wall / two.wall:.2f} times as fast as one")
    print("  bytes per record: " + ", ".join(f"{name} {size // records}" for name, size in sizes.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=int, nargs="*", default=[10_000, 50_000])
    parser.add_argument("--floor-fetch", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--floor-index", metavar="FOLDER", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.floor_fetch:
        floor_fetch(arguments.floor_fetch)
    elif arguments.floor_index:
        floor_index(arguments.floor_index)
    else:
        print(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores")
        for records in arguments.records:
            measure(records)


if __name__ == "__main__":
    main()
