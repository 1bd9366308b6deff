"""Make an index anew, beside the one in use."""

from __future__ import annotations

import gc
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from harvester import __version__, schemas
from harvester.clock import now
from harvester.errors import StoreError
from harvester.index import assigning, deciding, facet_sets, generations, likeness, notices, rows, search, staging
from harvester.index import workers as processes
from harvester.index.settings import Reader, Report, Settings
from harvester.normalise import normalise
from harvester.store import Store
from harvester.store.database import translated, translated_files

T = TypeVar("T")

Finish = Callable[[sqlite3.Connection], None]
"""Called with the new or updated index before it is verified, in its transaction: what depends on the index as a whole."""
Progress = Callable[[str, int, int], None]
"""(stage, done, of) with the stages ``read`` (records) and ``write`` (works)."""

CACHE: Final = -4096
"""KiB of page cache while writing (SQLite counts KiB as negative pages)."""


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
    # A name that no reader looks for, until all is done: what a killed process leaves is never taken for an index.
    part, scratch, beside = (generations.workpiece(target, kind) for kind in ("part", "scratch", "search"))
    for path in (part, scratch, beside):
        generations.remove(path)
    report = Report(generation=generation, full=True)
    try:
        with translated(target), Store.open(store_path) as store, quiet_collector():
            if rehearsal:
                store.keys.rehearse()
            seen = store.last_change()
            decisions = deciding.Deciding(store).load()
            with _processes(workers, beside) as (run, fill), closing(_create(part, scratch)) as db:
                _fill(db, store, settings, decisions, run, fill, scratch, reader, report, progress)
                if fill is None:
                    search.fill(db)
                else:
                    fill.finish()
                    search.adopt(db, beside)
            with closing(_open(part)) as db:
                for name in ("02_indexes", "04_views"):
                    db.executescript(schemas.sql("index", name))
                db.execute("begin")
                write_meta(db, seen, settings, store, decisions.last, report)
                if finish is not None:
                    finish(db)
                db.execute("commit")
                db.execute("analyze")
                verify(db, works=report.works, records=report.records)
                _serve(part, db)
        with translated_files(target):
            generations.remove(target)
            part.replace(target)
        if report.to_erase and not rehearsal:
            with Store.open(store_path) as store:
                store.erase_late(report.to_erase)
    except BrokenProcessPool as error:
        raise StoreError(
            f"{target}: a worker process was ended from outside, perhaps for want of memory; try with one worker"
        ) from error
    finally:
        for path in (part, scratch, beside):
            generations.remove(path)
    report.seconds = round(time.monotonic() - begun, 3)
    return report


def _create(target: Path, scratch: Path) -> sqlite3.Connection:
    """A new index without its indexes, and the scratch database attached."""
    with translated_files(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    db = _open(target)
    db.execute(f"pragma application_id = {schemas.INDEX_APPLICATION_ID}")
    db.execute(f"pragma user_version = {schemas.INDEX_VERSION}")
    db.executescript(schemas.sql("index", "01_tables"))
    db.execute("attach ? as scratch", (str(scratch),))
    for pragma in ("page_size = 8192", "journal_mode = off", "synchronous = off"):
        db.execute(f"pragma scratch.{pragma}")
    db.executescript(staging.SCRATCH + likeness.SCRATCH + deciding.SCRATCH + notices.SCRATCH)
    return db


def _open(target: Path) -> sqlite3.Connection:
    """For building. There is no journal: a build that fails is thrown away."""
    db = sqlite3.connect(target, isolation_level=None)
    for pragma in (
        "page_size = 8192",
        "journal_mode = off",
        "synchronous = off",
        "secure_delete = off",
        f"cache_size = {CACHE}",
    ):
        db.execute(f"pragma {pragma}")
    return db


def _fill(
    db: sqlite3.Connection,
    store: Store,
    settings: Settings,
    decisions: deciding.Deciding,
    run: Run[Any],
    fill: search.Filler | None,
    scratch: Path,
    reader: Reader,
    report: Report,
    progress: Progress | None,
) -> None:
    """Read all records, find which are one work, merge and write."""
    last_id = store.max_id()
    ranges = [(first, min(first + staging.BATCH - 1, last_id)) for first in range(1, last_id + 1, staging.BATCH)]
    db.execute("begin")
    for (_, last), reading in zip(ranges, run(partial(_read, store.path, settings, reader), ranges), strict=True):
        staging.keep(db, reading)
        report.read += len(reading.staged)
        report.unreadable += reading.unreadable
        report.to_erase += reading.to_erase
        _tell(progress, "read", last, last_id)
    db.execute(staging.KEYS_INDEX)
    likeness.compare_all(db, settings)
    assigning.link_staged(db, store, settings, decisions, store.keys.shared_works())
    notices.settle_all(db)
    db.execute("commit")  # worker processes see what is committed
    ranges = list(staging.work_ranges(db))
    db.execute("begin")
    for (_, last), found in zip(ranges, run(partial(_merge, scratch, settings), ranges), strict=True):
        rows.write(db, found)
        if fill is not None:
            fill.add(found["works"])
        report.written += len(found["works"])
        _tell(progress, "write", last, ranges[-1][1])
    staging.write_records(db)
    staging.write_sources(db, store, settings)
    staging.write_redirects(db, store)
    decisions.write(db)
    facet_sets.fill(db)
    (report.works,) = db.execute("select count(distinct work_id) from scratch.assigned").fetchone()
    report.records = report.read
    db.execute("commit")
    db.execute("detach scratch")


def write_meta(
    db: sqlite3.Connection, seen: int, settings: Settings, store: Store, decided: int, report: Report
) -> None:
    """What the index was made from, for the next update to compare, and how much it holds."""
    values = {
        "change_seen": str(seen),
        "store": store.mark(seen),
        "undone": str(store.undone()),
        "decision_seen": str(decided),
        "fingerprint": schemas.fingerprint(),
        "settings": settings.fingerprint(),
        "program": __version__,
        "built": now(),
        "generation": str(report.generation),
        "works": str(report.works),
        "records": str(report.records),
    }
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


def _serve(target: Path, db: sqlite3.Connection) -> None:
    """Ready for readers: in WAL mode, so that they can read on while an update is written."""
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
        return staging.read(store.scan(*span), settings, reader, store.kept_out())


def _merge(scratch: Path, settings: Settings, span: tuple[int, int]) -> rows.Rows:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("attach ? as scratch", (str(scratch),))
        return staging.merged(db, settings, *span)


@contextmanager
def _processes(workers: int, beside: Path) -> Iterator[tuple[Run[Any], search.Filler | None]]:
    """``map`` here; or in worker processes, with one more that fills the full-text index in ``beside``.

    Workers are at most a few ranges ahead of what is taken, so memory stays flat.
    """
    if workers <= 1:
        yield map, None
        return
    context = processes.context(__name__)
    with (
        ProcessPoolExecutor(workers, mp_context=context, initializer=_settle) as pool,
        search.filler(beside, context) as fill,
        processes.no_longer_than_wanted(),
    ):

        def ahead(function: Callable[[tuple[int, int]], T], spans: Iterable[tuple[int, int]]) -> Iterator[T]:
            waiting: deque[Future[T]] = deque()
            for span in spans:
                waiting.append(processes.submit(pool, function, span))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        yield ahead, fill


def _settle() -> None:
    processes.end_with_parent()
    gc.disable()


@contextmanager
def quiet_collector() -> Iterator[None]:
    """No search for reference cycles meanwhile: records have none, and looking through a batch of them costs a third."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
