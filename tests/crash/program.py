"""The real program in processes of its own, and what must hold of the files that it leaves."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from harvester import schemas
from harvester.pages.folder import MANIFEST
from harvester.sandbox import Sandbox, generate, write_config
from harvester.sandbox.server import Clock

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
DAWN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)

RECORDS = "select source, identifier, format, datestamp, deleted, digest from records order by 1, 2, 3"
VERSIONS = (
    "select r.source, r.identifier, v.datestamp, v.deleted, v.digest from record_versions v"
    " join records r on r.id = v.record_id order by 1, 2, 3, 4, 5"
)
LISTS = "select source, list, place, verdict, complete_through is not null from lists order by 1, 2"
KEYS = "select w.key, w.redirect, r.source, r.identifier from work_keys w join records r on r.id = w.founder order by 1"
WORKS = "select key, title, authors, issued, sources, citation from works order by key"
MEMBERS = "select source, identifier, (select key from works w where w.id = work_id) from records order by 1, 2"

Row = tuple[Any, ...]


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def start(folder: Path, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    """``harvester -c FOLDER/config.toml ARGUMENTS``, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "harvester", "-c", str(folder / "config.toml"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        start_new_session=True,
        **{"env": ENVIRONMENT, **options},
    )


def finish(process: subprocess.Popen[str], timeout: float = 120) -> Ended:
    try:
        out, err = process.communicate(timeout=timeout)
    finally:
        process.kill()
    return Ended(process.returncode, out, err)


def call(folder: Path, *arguments: str, **options: Any) -> Ended:
    return finish(start(folder, *arguments, **options))


def killed_after(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill a process (not its children: they have to notice) unless it ends before. True: it was killed."""
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def rows(path: Path, sql: str) -> list[Row]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def contents(folder: Path) -> dict[str, list[Row]]:
    """What a folder knows, in words that do not depend on when and in how many goes it was learned."""
    store, index = folder / "store.db", folder / "index.db"
    found = {"records": rows(store, RECORDS), "versions": rows(store, VERSIONS), "lists": rows(store, LISTS)}
    if index.exists():
        found |= {"keys": rows(store, KEYS), "works": rows(index, WORKS), "members": rows(index, MEMBERS)}
    return found


def unsound(folder: Path) -> list[str]:
    """What is wrong with the databases of a folder in which no process is at work."""
    return [fault for name in ("store.db", "index.db") for fault in unsound_database(folder / name)]


def unsound_database(path: Path) -> list[str]:
    """A store, or an index, which is one by its name."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        faults = [f"{path.name}: {text}" for (text,) in db.execute("pragma integrity_check") if text != "ok"]
        faults += [f"{path.name}: {row}" for row in db.execute("pragma foreign_key_check")]
        (version,) = db.execute("pragma user_version").fetchone()
        if path.name != "index.db" and version:
            doubled = "select source, identifier, format from records group by 1, 2, 3 having count(*) > 1"
            faults += [f"doubled: {row}" for row in db.execute(doubled)]
        elif version:
            try:
                db.execute("insert into works_fts(works_fts, rank) values ('integrity-check', 1)")
            except sqlite3.DatabaseError as error:
                faults.append(f"full text: {error}")
    return faults


def as_first_released(store: Path) -> None:
    """Put the same store, as a program of the first schema would have left it, in the place of one of today."""
    new = store.with_name("first.db")
    with closing(sqlite3.connect(new, isolation_level=None)) as db:
        db.execute("pragma page_size = 8192")
        db.execute("pragma journal_mode = wal")
        db.executescript(schemas.sql_files("store")[0].read_text())
        db.execute("attach ? as today", (str(store),))
        tables = "select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%'"
        for (table,) in db.execute(tables).fetchall():
            columns = ", ".join(row[1] for row in db.execute(f"pragma main.table_info({table})"))
            db.execute(f"delete from main.{table}")
            db.execute(f"insert into main.{table} ({columns}) select {columns} from today.{table}")
        db.execute("delete from meta where name = 'epoch'")
        db.execute("detach today")
        db.execute(f"pragma application_id = {schemas.STORE_APPLICATION_ID}")
        db.execute("pragma user_version = 1")
    for suffix in ("", "-wal", "-shm"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
    new.rename(store)


def leftovers(folder: Path) -> list[str]:
    """Workpieces of processes that have ended."""
    return sorted(path.name for path in folder.rglob(".*") if path.is_file() and path.name != MANIFEST)


def copied(original: Path, folder: Path) -> Path:
    """A folder as another one is, its links included; no process may be at work in it."""
    shutil.copytree(original, folder, symlinks=True)
    return folder


@contextmanager
def world(*, generated: int = 0, page_size: int = 5) -> Iterator[Sandbox]:
    """A sandbox whose clock stands, with some more works in its first repository."""
    with Sandbox(page_size=page_size, clock=Clock(DAWN)) as sandbox:
        for number in range(generated):
            item = generate.item(number, 1, "oai_dc")
            sandbox.dspace.items[item.identifier] = item
        yield sandbox


def settle(sandbox: Sandbox, folder: Path, *arguments: str) -> Ended:
    """A configured folder in which a command has been run undisturbed."""
    write_config(sandbox, folder)
    ended = call(folder, *(arguments or ("run",)))
    assert ended.code in (0, 3), ended.err
    return ended


def news(sandbox: Sandbox) -> None:
    """An hour later: records that are new, changed, deleted and back again."""
    with sandbox.lock:
        sandbox.clock.advance(hours=1)
        names = sorted(sandbox.dspace.items)
        live = [name for name in names if not sandbox.dspace.items[name].deleted]
        for name in live[:4]:
            sandbox.dspace.delete(name)
        for name in live[4:12]:
            sandbox.dspace.put(sandbox.dspace.items[name])
        for name in names:
            if sandbox.dspace.items[name].deleted and name not in live[:4]:
                sandbox.dspace.undelete(name)
        for number in range(5000, 5012):
            sandbox.dspace.put(generate.item(number, 1, "oai_dc"))
        sandbox.clock.advance(hours=1)


def list_requests(sandbox: Sandbox) -> int:
    """Pages of lists that were asked for so far: what a kill may cost again. Questions of how many there are bring none."""
    return sum(
        "ListRecords" in request.query.get("verb", ())
        or (request.path.startswith("/crossref/works") and request.query.get("rows") != ["0"])
        for request in sandbox.requests
    )


def later(**duration: float) -> str:
    return (DAWN + timedelta(**duration)).strftime("%Y-%m-%dT%H:%M:%SZ")
