"""Requests per second of the pages, with several clients, beside Datasette on the same file. See README.md in this folder.

    PYTHONPATH=. python benchmarks/serving.py [20000] [--folder /var/tmp] [--clients 8] [--seconds 5]

The index is one of generated works (``generated_works``), made in the folder where it is not there yet; a copy of it gets a
listing of 200 works. Servers are processes of their own, on loopback; clients keep their connections, in this process, and only
count the bytes of an answer. Beside requests per second stands what one costs the server in CPU, which other work on the
machine changes less, and how that compares with a table page of Datasette.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, quote_plus

import psutil

from benchmarks import generated_works

LISTED = 200
OURS = """
import sys
from pathlib import Path
from harvester import pages, styles
from harvester.listing import Listing, Section
from harvester.serve import Settings, running
listings = {"all": Listing(title="All", sections=(Section(title="Everything"),))}
site = pages.site(pages.Web(styles=tuple(styles.styles())), listings)
with running.listening("127.0.0.1", 0) as sock:
    print(sock.getsockname()[1], flush=True)
    running.server(Settings(index=Path(sys.argv[1]), site=site)).run(sockets=[sock])
"""
DATASETTE = """
import sys
import uvicorn
from datasette.app import Datasette
from harvester.serve import running
served = Datasette([sys.argv[1]], settings={"suggest_facets": False, "num_sql_threads": 8})
with running.listening("127.0.0.1", 0) as sock:
    print(sock.getsockname()[1], flush=True)
    config = uvicorn.Config(served.app(), log_config=None, access_log=False)
    uvicorn.Server(config).run(sockets=[sock])
"""


class Measured(NamedTuple):
    requests: int
    seconds: float
    cpu: float
    """Of the server."""
    times: list[float]
    """Of each request, sorted."""
    size: int
    """Bytes of an answer, on average."""

    def __str__(self) -> str:
        return (
            f"{self.requests / self.seconds:,.0f} | {1000 * self.at(0.5):.0f} | {1000 * self.at(0.95):.0f} |"
            f" {1000 * self.per_request:.1f} | {self.size / 1000:.0f}"
        )

    @property
    def per_request(self) -> float:
        return self.cpu / self.requests

    def at(self, part: float) -> float:
        return self.times[min(len(self.times) - 1, int(len(self.times) * part))]


@contextmanager
def server(code: str, path: Path) -> Iterator[tuple[int, psutil.Process]]:
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline()), psutil.Process(process.pid)
        finally:
            process.terminate()


async def client(port: int, next_path: Callable[[], str], until: float, times: list[float], sizes: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    while time.monotonic() < until:
        begun = time.monotonic()
        writer.write(f"GET {next_path()} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        sizes.append(await body(reader, head.lower()))
        times.append(time.monotonic() - begun)
    writer.close()


async def body(reader: asyncio.StreamReader, head: bytes) -> int:
    """Reads it to its end: how many bytes it had."""
    if b"content-length: " in head:
        size = int(head.partition(b"content-length: ")[2].partition(b"\r")[0])
        await reader.readexactly(size)
        return size
    whole = 0
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
        whole += size
    await reader.readline()
    return whole


async def load(port: int, paths: list[str], clients: int, seconds: float) -> tuple[list[float], list[int], float]:
    turns = cycle(paths)
    times: list[float] = []
    sizes: list[int] = []
    begun = time.monotonic()
    until = begun + seconds
    await asyncio.gather(*(client(port, lambda: next(turns), until, times, sizes) for _ in range(clients)))
    return times, sizes, time.monotonic() - begun


def measured(port: int, process: psutil.Process, paths: list[str], clients: int, seconds: float) -> Measured:
    asyncio.run(load(port, paths, 1, 1.0))  # it gets to know the index
    before = sum(process.cpu_times()[:2])
    times, sizes, spent = asyncio.run(load(port, paths, clients, seconds))
    cpu = sum(process.cpu_times()[:2]) - before
    return Measured(len(times), spent, cpu, sorted(times), sum(sizes) // len(sizes))


def prepared(generated: Path, path: Path) -> None:
    """A copy of an index, with a listing of its newest works."""
    shutil.copyfile(generated, path)
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "insert into listing_items select 'all', 'Everything', 1, row_number() over (order by issued desc), id, null, 'rule'"
            " from works order by issued desc limit ?",
            (LISTED,),
        )
        db.commit()


def questions(path: Path, count: int) -> tuple[list[str], list[str]]:
    """Two words each, which stand in one title; and keys of works."""
    dice = random.Random(7)
    with closing(sqlite3.connect(path)) as db:
        last = db.execute("select max(id) from works").fetchone()[0]
        frequent = {term for (term,) in db.execute("select term from works_words where doc > ?", (last // 20,))}
        rows = [
            db.execute("select title, key from works where id = ?", (dice.randint(1, last),)).fetchone()
            for _ in range(count)
        ]
    words = [[w for w in title.lower().split() if w not in frequent] for title, _ in rows]
    return [" ".join(dice.sample(w, 2)) for w in words if len(w) > 1], [key for _, key in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sizes", nargs="*", type=int, default=[20_000])
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"))
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0)
    given = parser.parse_args()
    for size in given.sizes:
        generated = generated_works.index(given.folder, size)
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            path = Path(folder) / "index.db"
            prepared(generated, path)
            report(path, size, given.clients, given.seconds)


def report(path: Path, size: int, clients: int, seconds: float) -> None:
    words, keys = questions(path, 500)
    half = generated_works.HALF
    table = "Datasette: a table page of 20 works"
    kinds: dict[str, tuple[str, list[str]]] = {
        table: (DATASETTE, [f"/index/works?_size=20&_next={n * 20}" for n in range(1, 500)]),
        "Datasette: that, with a search and three facets": (
            DATASETTE,
            [
                f"/index/works?_size=20&_search={quote_plus(w)}&_facet=type&_facet=issued_year&_facet=access"
                for w in words
            ],
        ),
        "search: two words, with facets": (OURS, [f"/search?q={quote_plus(w)}" for w in words]),
        "search: a word in half of the works, a type": (
            OURS,
            [f"/search?q={half}&type={t}" for t in ("article", "thesis", "report", "review-article")],
        ),
        "a page of a work": (OURS, [f"/work/{quote(key)}" for key in keys]),
        f"a listing of {LISTED} works": (OURS, ["/listing/all"]),
        "the first page": (OURS, ["/"]),
        "API: two words": (OURS, [f"/api/works?q={quote_plus(w)}" for w in words]),
        "feed of a search": (OURS, [f"/search/feed.atom?q={quote_plus(w)}" for w in words]),
    }
    print(f"\n{size:,} works, {clients} clients\n")
    print("| page | requests/s | p50 ms | p95 ms | server CPU ms | kB | ratio of CPU |\n|---|--:|--:|--:|--:|--:|--:|")
    floor = 0.0
    for code in (DATASETTE, OURS):
        with server(code, path) as (port, process):
            for name, (own, paths) in kinds.items():
                if own is code:
                    found = measured(port, process, paths, clients, seconds)
                    floor = found.per_request if name == table else floor
                    print(f"| {name} | {found} | {found.per_request / floor:.2f} |", flush=True)


if __name__ == "__main__":
    main()
