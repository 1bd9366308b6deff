"""A run without news asks first and touches nothing; whatever an index depends on is news."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from harvester.config import load
from harvester.jobs.news import dialects, unchanged
from harvester.sandbox import Sandbox
from harvester.store import Store
from tests.jobs.conftest import Harvester, edit

SOURCES = ("whiterose", "fmlm")
INDEX = {"harvester.index", "harvester.normalise", "ftfy"}


def loaded(folder: Path, *arguments: str) -> set[str]:
    """What is imported when a command has ended."""
    script = (
        "import sys\nfrom harvester.cli import call\ntry: call(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "-c", str(folder / "config.toml"), *arguments], capture_output=True, text=True
    )
    assert "nothing changed: 0 rows written" in done.stdout
    return set(done.stderr.splitlines()[-1].split())


def test_a_run_without_news_imports_no_index(harvester: Harvester, folder: Path) -> None:
    assert harvester("run").code == 3
    assert harvester("index", "--json").report["index"]["written"] == 0
    assert loaded(folder, "run") & INDEX == set()
    text = (folder / "config.toml").read_text()
    (folder / "config.toml").write_text(text[: text.index("[listing.")])
    assert harvester("run", "--json").report["site"] == []
    assert loaded(folder, "run") & (INDEX | {"harvester.query", "harvester.link", "rapidfuzz", "jinja2"}) == set()


def test_readers_still_learn_when_a_source_was_harvested(harvester: Harvester, folder: Path) -> None:
    def known() -> object:
        with closing(sqlite3.connect(folder / "index.db")) as db:
            return db.execute("select last_complete from source_health where source = 'fmlm'").fetchone()

    assert harvester("run", "fmlm").code == 0
    with closing(sqlite3.connect(folder / "index.db")) as db, db:
        db.execute("update source_health set last_complete = 'long ago'")
    assert harvester("run", "fmlm").code == 0
    assert known() != ("long ago",)


@pytest.mark.parametrize("what", ["record", "rank", "listing", "index gone", "index older", "store older", "hand"])
def test_news(harvester: Harvester, folder: Path, sandbox: Sandbox, what: str) -> None:
    assert harvester("harvest", "--limit", "20", "whiterose").code == 3
    assert harvester("index").code == 0
    for name in ("store.db", "index.db"):
        shutil.copy(folder / name, folder / f"older-{name}")
    assert harvester("run", *SOURCES).code == 0
    with closing(sqlite3.connect(folder / "index.db")) as db:
        before = db.execute("select key from works order by key").fetchall()
    match what:
        case "record":
            sandbox.clock.advance(hours=1)
            sandbox.eprints.delete(next(iter(sandbox.eprints.items)))
        case "rank":
            edit(folder, "rank = 3", "rank = 30")
        case "listing":
            edit(folder, 'title = "Current projects"', 'title = "Projects"')
        case "index gone":
            (folder / "index.db").unlink()
        case "index older":
            real = (folder / "index.db").resolve()
            for leftover in folder.glob("index-*.db-*"):
                leftover.unlink()
            shutil.copy(folder / "older-index.db", real)
        case "store older":
            for leftover in folder.glob("store.db*"):
                leftover.unlink()
            shutil.copy(folder / "older-store.db", folder / "store.db")
        case "hand":  # somebody who knows that it must be looked at
            with closing(sqlite3.connect(folder / "store.db")) as db, db:
                db.execute("delete from meta where name = 'indexed'")
    assert harvester("run", *SOURCES).code == 0
    with closing(sqlite3.connect(folder / "index.db")) as db:
        after = db.execute("select key from works order by key").fetchall()
        sections = {title for (title,) in db.execute("select distinct section from listing_items")}
        harvested = db.execute("select source, count(*) from records group by source order by 1").fetchall()
    with closing(sqlite3.connect(folder / "store.db")) as db:
        held = db.execute(
            "select source, count(*) from records where not deleted group by source order by 1"
        ).fetchall()
    assert held == harvested
    if what != "record":
        assert after == before
    if what == "listing":
        assert "Current projects" not in sections


def test_a_platform_that_was_learned_is_news(harvester: Harvester, folder: Path) -> None:
    """Records are read in its dialect from then on; what the operator set is believed instead."""
    edit(folder, 'platform = "eprints"\n', "")
    harvester("run")
    config = load(folder / "config.toml")
    with Store.open(config.store) as store:
        assert unchanged(config, store) is not None
        store.quirks("spiral")["platform"] = "eprints"
        assert dialects(config, store)["spiral"] == "dspace"
        assert unchanged(config, store) is not None
        store.quirks("whiterose")["platform"] = "eprints"
        assert dialects(config, store)["whiterose"] == "eprints"
        assert unchanged(config, store) is None
