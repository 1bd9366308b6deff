"""Make an index anew, beside the one in use."""

from __future__ import annotations

import gc
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, TypeVar

from harvester import __version__, schemas
from harvester.errors import StoreError
from harvester.index import generations, rows, staging
from harvester.index.settings import Reader, Report, Settings
from harvester.normalise import normalise
from harvester.store import Store
from harvester.store.database import translated
from harvester.store.payloads import now

T = TypeVar("T")

Finish = Callable[[sqlite3.Connection], None]
"""Called with the new or updated index before it is verified, in its transaction: what depends on the index as a whole."""
Progress = Callable[[str, int, int], None]
"""(stage, done, of) with the stages ``read`` (records) and ``write`` (works)."""

CACHE: Final = -65536
"""KiB of page cache while building."""


def build(
    store_path: Path,
    target: Path,
    settings: Settings,
    *,
    generation: int = 0,
    workers: int = 1,
    reader: Reader = normalise,
    finish: Finish | None = None,
    progress: Progress | None = None,
    rehearsal: bool = False,
) -> Report:
    """Make ``target`` from all records of the store and verify it. Nothing is left of it where that fails.

    ``workers`` processes normalise and merge; this one writes. Work keys that are new are kept in the store, unless it is
    a ``rehearsal``.
    """
    begun = time.monotonic()
    scratch = target.with_name(f".{target.name}.scratch")
    for path in (target, scratch):
        generations.remove(path)
    try:
        with (
            translated(target),
            Store.open(store_path) as store,
            closing(_create(target, scratch)) as db,
            _pool(workers) as run,
            quiet_collector(),
        ):
            if rehearsal:
                store.rehearse()
            report = _fill(db, store, settings, run, scratch, reader, generation, finish, progress)
        _serve(target)
    except BaseException:
        generations.remove(target)
        raise
    finally:
        generations.remove(scratch)
    report.seconds = round(time.monotonic() - begun, 3)
    return report


def _create(target: Path, scratch: Path) -> sqlite3.Connection:
    """A new index without its indexes. There is no journal: a build that fails is thrown away."""
    with generations.translated_files(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(target, isolation_level=None)
    for pragma in (
        "page_size = 8192",
        "journal_mode = off",
        "synchronous = off",
        "secure_delete = off",
        f"cache_size = {CACHE}",
        f"application_id = {schemas.INDEX_APPLICATION_ID}",
        f"user_version = {schemas.INDEX_VERSION}",
    ):
        db.execute(f"pragma {pragma}")
    for name in ("01_tables", "03_search"):
        db.executescript(_sql(name))
    db.execute("attach ? as scratch", (str(scratch),))
    for pragma in ("page_size = 8192", "journal_mode = off", "synchronous = off"):
        db.execute(f"pragma scratch.{pragma}")
    db.executescript(staging.SCRATCH)
    return db


def _sql(name: str) -> str:
    return next(p for p in schemas.sql_files("index") if p.stem == name).read_text(encoding="utf-8")


def _fill(
    db: sqlite3.Connection,
    store: Store,
    settings: Settings,
    run: Run[Any],
    scratch: Path,
    reader: Reader,
    generation: int,
    finish: Finish | None,
    progress: Progress | None,
) -> Report:
    report = Report(generation=generation, full=True)
    seen, last_id = store.last_change(), store.max_id()
    read = partial(_read, store.path, settings, reader)
    ranges = [(first, min(first + staging.BATCH - 1, last_id)) for first in range(1, last_id + 1, staging.BATCH)]
    db.execute("begin")
    for (_, last), reading in zip(ranges, run(read, ranges), strict=True):
        staging.keep(db, reading)
        report.read += len(reading.staged)
        report.unreadable += reading.unreadable
        _tell(progress, "read", last, last_id)
    staging.link_staged(db, store, store.shared_works())
    db.execute("commit")  # worker processes see what is committed
    work_ranges = list(staging.work_ranges(db))
    db.execute("begin")
    merge = partial(_merge, scratch, settings)
    for (_, last), found in zip(work_ranges, run(merge, work_ranges), strict=True):
        rows.write(db, found)
        report.written += len(found["works"])
        _tell(progress, "write", last, work_ranges[-1][1])
    staging.write_records(db)
    staging.write_sources(db, store, settings)
    staging.write_redirects(db, store)
    (expected,) = db.execute("select count(distinct work_id) from scratch.assigned").fetchone()
    db.execute("commit")
    db.execute("detach scratch")
    for name in ("02_indexes", "04_views"):
        db.executescript(_sql(name))
    db.execute("begin")
    write_meta(db, seen, settings, generation=generation)
    if finish is not None:
        finish(db)
    db.execute("commit")
    db.execute("analyze")
    verify(db, works=expected, records=report.read)
    report.works, report.records = expected, report.read
    return report


def write_meta(db: sqlite3.Connection, seen: int, settings: Settings, *, generation: int | None = None) -> None:
    """What the index was made from, for the next update to compare."""
    values = {
        "change_seen": str(seen),
        "fingerprint": schemas.fingerprint(),
        "settings": settings.fingerprint(),
        "program": __version__,
        "built": now(),
    }
    if generation is not None:
        values["generation"] = str(generation)
    db.executemany(
        "insert into meta values (?, ?) on conflict (name) do update set value = excluded.value", values.items()
    )


def verify(db: sqlite3.Connection, *, works: int, records: int) -> None:
    """StoreError where the database is damaged or does not hold what was written."""
    faults = [text for (text,) in db.execute("pragma quick_check(5)") if text != "ok"]
    for table, expected in (("works", works), ("records", records), ("works_fts_docsize", works)):
        (count,) = db.execute(f"select count(*) from {table}").fetchone()
        if count != expected:
            faults.append(f"{table} has {count} rows instead of {expected}")
    try:
        db.execute("insert into works_fts(works_fts) values ('integrity-check')")
    except sqlite3.DatabaseError as error:
        faults.append(f"full-text search: {error}")
    if faults:
        raise StoreError(f"the new index is not sound, the old one stays in place: {'; '.join(faults)}")


def _serve(target: Path) -> None:
    """Ready for readers: in WAL mode, so that they can read on while an update is written, and in one file."""
    with closing(sqlite3.connect(target, isolation_level=None)) as db:
        (mode,) = db.execute("pragma journal_mode = wal").fetchone()
        if mode != "wal":
            raise StoreError(f"{target}: cannot be put in WAL mode; is it on a network file system?")


def _tell(progress: Progress | None, stage: str, done: int, of: int) -> None:
    if progress is not None:
        progress(stage, done, of)


# --- in this process or in several -----------------------------------------------------------------------------------

Run = Callable[[Callable[[tuple[int, int]], T], Iterable[tuple[int, int]]], Iterator[T]]
"""Map a function over ranges of ids, in their order."""


def _read(store_path: Path, settings: Settings, reader: Reader, span: tuple[int, int]) -> staging.Reading:
    with Store.read_only(store_path) as store:
        return staging.read(store.scan(*span), settings, reader)


def _merge(scratch: Path, settings: Settings, span: tuple[int, int]) -> rows.Rows:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("attach ? as scratch", (str(scratch),))
        return staging.merged(db, settings, *span)


@contextmanager
def _pool(workers: int) -> Iterator[Run[Any]]:
    """``map`` here, or in worker processes that are at most two ranges ahead of what is taken, so memory stays flat.

    Workers are spawned: a fork would copy open connections and held locks.
    """
    if workers <= 1:
        yield map
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=gc.disable) as pool:

        def ahead(function: Callable[[tuple[int, int]], T], spans: Iterable[tuple[int, int]]) -> Iterator[T]:
            waiting: deque[Future[T]] = deque()
            for span in spans:
                waiting.append(pool.submit(function, span))
                if len(waiting) > workers + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        yield ahead


@contextmanager
def quiet_collector() -> Iterator[None]:
    """No search for reference cycles meanwhile: records have none, and looking through a batch of them costs a third."""
    enabled = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()
