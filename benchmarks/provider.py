"""What it costs to be harvested by OAI-PMH. See README.md in this folder.

    PYTHONPATH=. python benchmarks/provider.py [WORKS ...]

Makes an index of so many works (generated records of about 3 kB, one a work), lists up to 20,000 of them in each metadata format,
and gives records a CPU second and the CPU milliseconds of the first page, of one in the middle and of the last. Beside it as the
floor: reading the same works out of the index and merging them, without a word of XML. Then what dating costs where nothing
differs, and where a hundredth does.
"""

from __future__ import annotations

import gc
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec
from lxml import etree

from harvester import index, provider, query, schemas
from harvester.index import rows
from harvester.merge import merge
from harvester.normalise import normalise
from harvester.provider import tokens
from harvester.provider.metadata import FORMATS
from harvester.provider.tokens import Place
from harvester.record import Identifier, Member
from harvester.sandbox import generate
from harvester.store import Store

DISTINCT = 2000
SETTINGS = provider.Settings(
    enabled=True, namespace="bench.example.org", admin_email="bench@example.org", page_size=100
)
BATCH = 1000
TOKEN = "{http://www.openarchives.org/OAI/2.0/}resumptionToken"


def made(path: Path, count: int) -> None:
    """An index of works, by the program's own rows."""
    drawn = [(raw, normalise(raw, "dspace")) for raw in generate.records(DISTINCT, format="xoai")]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma journal_mode = off")
        db.execute(f"pragma application_id = {schemas.INDEX_APPLICATION_ID}")
        db.execute(f"pragma user_version = {schemas.INDEX_VERSION}")
        db.executescript(schemas.sql("index", "01_tables"))
        db.execute("insert into meta values ('store', 'bench')")
        db.execute("insert into sources values ('bench', 'oai_pmh', 'Bench', 'https://bench.example.org/oai', 1)")
        db.execute("begin")
        for first in range(1, count + 1, BATCH):
            found, records = rows.empty(), []
            for id_ in range(first, min(first + BATCH, count + 1)):
                raw, record = drawn[id_ % DISTINCT]
                doi = Identifier("doi", f"10.5555/bench.{id_}")
                own = msgspec.structs.replace(record, identifiers=(doi, *record.identifiers))
                name, stamp = f"oai:bench.example.org:{id_}", "2026-11-01T00:00:00Z"
                rows.add(found, merge(id_, f"doi:{doi.value}", [Member(id_, "bench", name, raw.format, 1, own, stamp)]))
                text = msgspec.json.encode(own).decode()
                records.append((id_, id_, "bench", name, raw.format, stamp, id_, own.title, "first", stamp, text))
            rows.write(db, found)
            db.executemany("insert into records values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", records)
        db.execute("commit")
        for name in ("02_indexes", "04_views"):
            db.executescript(schemas.sql("index", name))


def dated(path: Path, store: Store, served: Path) -> float:
    """CPU seconds of dating all works of an index."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma journal_mode = off")
        begun = time.process_time()
        db.execute("begin")
        index.provide(db, store, served)
        db.execute("commit")
        return time.process_time() - begun


def pages(db: query.Index, verb: str, prefix: str) -> Iterator[tuple[int, float]]:
    """Items and CPU seconds of each page of a list."""
    asked = {"verb": [verb], "metadataPrefix": [prefix]}
    while True:
        begun = time.process_time()
        body = provider.answer(db, SETTINGS, asked, "https://bench.example.org/oai", datetime.now(UTC)).body
        spent = time.process_time() - begun
        yield body.count(b"<header"), spent
        end = etree.fromstring(body[body.rindex(b"<resumptionToken") : body.rindex(f"</{verb}>".encode())])
        if not end.text:
            return
        asked = {"verb": [verb], "resumptionToken": [end.text]}


def best(measure: Callable[[], object], times: int = 5) -> float:
    """CPU milliseconds of the best of several."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        measure()
        found.append(time.process_time() - begun)
    return 1000 * min(found)


def at(db: query.Index, verb: str, prefix: str, id_: int) -> float:
    """CPU milliseconds of the page that begins behind a work."""
    (stamp,) = db.execute("select datestamp from provided where work_id = ?", (max(id_, 1),)).fetchone()
    place = Place(verb, prefix, "", "", "", stamp, id_, id_, 10**9)
    asked = {"verb": [verb], "resumptionToken": [tokens.write(place, f"bench {SETTINGS.namespace}")]}
    return best(lambda: provider.answer(db, SETTINGS, asked, "https://bench.example.org/oai", datetime.now(UTC)))


def measure(count: int, folder: Path) -> None:
    path = folder / "index.db"
    made(path, count)
    with Store.open(folder / "store.db") as store:
        first = dated(path, store, folder / "none.db")
        with query.open_index(path) as db:
            print(f"\n{count:,} works; dating them for the first time {1e6 * first / count:.1f} µs each\n")
            print("| format | records a CPU second | floor | ratio | first page, ms | in the middle | last page |")
            print("|---|--:|--:|--:|--:|--:|--:|")
            whole = min(count, 20_000) // 100
            for prefix in FORMATS:
                gc.collect()
                listed = list(islice(pages(db, "ListRecords", prefix), whole))
                records, spent = sum(n for n, _ in listed), sum(s for _, s in listed)
                begun = time.process_time()
                for start in range(0, records, 100):
                    list(query.works(db, ids=range(start + 1, start + 101)))
                floor = time.process_time() - begun
                times = [at(db, "ListRecords", prefix, n) for n in (0, count // 2, count - 100)]
                print(
                    f"| {prefix} | {records / spent:,.0f} | {records / floor:,.0f} | {spent / floor:.2f} |"
                    f" {times[0]:.1f} | {times[1]:.1f} | {times[2]:.1f} |",
                    flush=True,
                )
            headers = [at(db, "ListIdentifiers", "oai_dc", n) for n in (0, count // 2, count - 1000)]
            print(f"| 1,000 headers | | | | {headers[0]:.1f} | {headers[1]:.1f} | {headers[2]:.1f} |")
            asked = {"verb": ["ListIdentifiers"], "metadataPrefix": ["oai_dc"], "from": ["2000-01-01"]}
            counted = best(lambda: provider.answer(db, SETTINGS, asked, "https://x.example.org", datetime.now(UTC)))
            asked = {"verb": ["ListIdentifiers"], "metadataPrefix": ["oai_dc"], "set": ["type:article"]}
            in_set = best(lambda: provider.answer(db, SETTINGS, asked, "https://x.example.org", datetime.now(UTC)))
            print(f"\nbeginning a list, which counts it: {counted:.1f} ms; of a set: {in_set:.1f} ms")
        again = dated(path, store, path)
        with closing(sqlite3.connect(path)) as db:
            db.execute("update digests set digest = x'00' where work_id % 100 = 0")
            db.commit()
        hundredth = dated(path, store, path)
        print(f"dating where nothing differs: {again:.2f} s CPU; where a hundredth does: {hundredth:.2f} s")


if __name__ == "__main__":
    for size in map(int, sys.argv[1:] or ("20000", "200000")):
        with tempfile.TemporaryDirectory() as name:
            measure(size, Path(name))
