"""What becomes of real records: harvested, read and indexed by the real job, then counted format by format.

    python benchmarks/real_input.py ../shared [--keep FOLDER]

The folder holds recorded answers of repositories and works of Crossref; they are served over loopback (see
tests/real/real_sources.py). Unmapped fields and findings are what a librarian looks at to see what the crosswalks lack.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harvester import config, jobs
from harvester.sandbox.server import Clock, Server
from harvester.store import Store

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from real import real_sources  # the tests serve the same records


def run(shared: Path, folder: Path) -> tuple[jobs.RunReport, config.Config]:
    """Harvest and index everything into a fresh store."""
    repositories = [*real_sources.repositories(shared), *real_sources.damaged(shared)]
    mounts = {f"/{r.name}": r for r in repositories} | {"/crossref": real_sources.crossref(shared)}
    with Server(mounts, Clock(real_sources.NOW)) as server:
        path = folder / "config.toml"
        path.write_text(real_sources.config(server.url, repositories, with_crossref=True), encoding="utf-8")
        settings = config.load(path)
        return jobs.run(settings, jobs.Plan()), settings


def report(done: jobs.RunReport, settings: config.Config) -> Iterator[str]:
    """The lines of the report."""
    verdicts = [(s.verdict.partition(" (")[0], s) for s in done.sources]
    yield f"{len(verdicts)} lists, exit code {done.exit_code}:"
    for word in ("complete", "incomplete", "failed"):
        yield f"  {sum(v == word for v, _ in verdicts):4} {word}"
    for word, source in verdicts:
        if word != "complete":
            yield f"       {source.source}: {source.verdict[:200]}"
    with Store.read_only(settings.store) as store, contextlib.closing(sqlite3.connect(settings.index)) as db:
        counted = store.connection.execute(
            "select format, count(*), sum(deleted) from records group by format order by format"
        ).fetchall()
        indexed = dict(db.execute("select format, count(*) from records group by format").fetchall())
        quarantined = store.quarantined()
        for name, stored, deleted in counted:
            losses = [q for q in quarantined if q.format == name]
            received = stored + sum(q.stage == "harvest" for q in losses)
            yield f"\n{name}: {received} = {indexed.get(name, 0)} indexed + {deleted} deleted + {len(losses)} quarantined"
            yield from _losses(q.reason for q in losses)
            if name in indexed:
                yield from _table(db, name, "unmapped", "field")
                yield from _table(db, name, "findings", "code")
        yield f"\n{db.execute('select count(*) from works').fetchone()[0]} works"


def _losses(reasons: Iterator[str]) -> Iterator[str]:
    counted: dict[str, int] = {}
    for reason in reasons:
        counted[reason] = counted.get(reason, 0) + 1
    for reason, count in sorted(counted.items()):
        yield f"  quarantined {count:6}  {reason[:150]}"


def _table(db: sqlite3.Connection, name: str, table: str, column: str) -> Iterator[str]:
    example = "example" if table == "unmapped" else "coalesce(t.raw, t.message)"
    rows = db.execute(
        f"select t.{column}, count(*), min({example}) from {table} t join records on records.id = record_id"
        " where format = ? group by 1 order by 2 desc, 1",
        (name,),
    )
    for value, count, sample in rows:
        yield f"  {table} {count:6}  {value:32}  {' '.join(str(sample).split())[:100]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="leave store.db and index.db in this folder, made anew"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        if arguments.keep and folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(exist_ok=True)
        started = time.perf_counter()
        done, settings = run(arguments.shared.resolve(), folder)
        seconds = time.perf_counter() - started
        for line in report(done, settings):
            print(line)
        print(f"{seconds:.1f} s")


if __name__ == "__main__":
    main()
