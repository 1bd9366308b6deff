"""What is expected of a source, and what happens where it is not so: the old index and site stay, exit 5, and a way to go on."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harvester.sandbox import Sandbox
from tests.jobs.conftest import Harvester, setting


def state(folder: Path) -> tuple[object, ...]:
    """What readers see."""
    with closing(sqlite3.connect(folder / "index.db")) as db:
        works = db.execute("select key, title from works order by key").fetchall()
    site = {path.name: path.read_bytes() for path in (folder / "site").rglob("*") if path.is_file()}
    return (folder / "index.db").resolve().name, works, site


def delete(sandbox: Sandbox, folder: Path, count: int) -> None:
    with closing(sqlite3.connect(folder / "store.db")) as db:
        found = db.execute(
            "select identifier from records where source = 'whiterose' and not deleted order by id limit ?", (count,)
        ).fetchall()
    sandbox.clock.advance(hours=1)
    for (identifier,) in found:
        sandbox.eprints.delete(identifier)


CURE = "the index stays as it is; look at the source, then `harvester index --force` takes what the store holds"


@pytest.mark.parametrize("command", ["run", "index", "reindex"])
def test_too_many_were_deleted(harvester: Harvester, folder: Path, sandbox: Sandbox, command: str) -> None:
    setting(folder, "whiterose", "expect = { max_deleted = 5 }")
    assert harvester("run").code == 3
    before = state(folder)
    delete(sandbox, folder, 6)
    if command != "run":
        assert harvester("harvest").code == 0
    ended = harvester(command, *(["--json"] if command == "run" else []))
    assert ended.code == 5
    fault = "source.whiterose.expect.max_deleted: 6 records were deleted since the index was last written, at most 5 are expected"
    assert f"{fault}\n{CURE}" in ended.err
    assert "Traceback" not in ended.err
    assert state(folder) == before
    if command == "run":  # what was harvested is said all the same
        assert ended.sources["whiterose"]["tally"]["deleted"] == 6
        assert ended.report["error"] == f"{fault}\n{CURE}"
    assert harvester("index").code == 5  # until somebody decides
    forced = harvester("reindex" if command == "reindex" else "index", "--force")
    assert forced.code == 0
    assert harvester("run").code == 0
    assert state(folder)[1] != before[1]


def test_as_many_as_expected(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    setting(folder, "whiterose", "expect = { max_deleted = 6 }")
    assert harvester("run").code == 3
    delete(sandbox, folder, 6)
    assert harvester("run").code == 0
    delete(sandbox, folder, 6)  # since the index was last written: these six only
    assert harvester("run").code == 0


def test_too_few(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    setting(folder, "whiterose", "expect = { min_records = 40 }")
    assert harvester("run").code == 3
    before = state(folder)
    delete(sandbox, folder, 2)
    ended = harvester("run")
    assert (ended.code, state(folder)) == (5, before)
    assert "source.whiterose.expect.min_records: 39 records are held, at least 40 are expected" in ended.err


def test_a_first_harvest_that_fails_makes_no_index(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    setting(folder, "whiterose", "expect = { min_records = 40 }")
    sandbox.fail("eprints", "error", times=99)
    assert harvester("run").code == 5
    assert not (folder / "index.db").exists()


def test_what_another_host_harvests_is_not_expected_here(harvester: Harvester, folder: Path) -> None:
    setting(folder, "whiterose", "expect = { min_records = 4000 }")
    assert harvester("run", "fmlm").code == 0


@pytest.mark.parametrize(("most", "code"), [(0, 5), (1, 3)])
def test_quarantine_found_while_indexing_counts(harvester: Harvester, folder: Path, most: int, code: int) -> None:
    """The script holds a record that no reader understands: that shows when the index has read it."""
    setting(folder, "spiral", f"expect = {{ max_quarantined = {most} }}")
    ended = harvester("run", "--json")
    assert ended.code == code
    assert ended.sources["spiral"]["tally"]["quarantined"] == 1
    assert (folder / "index.db").exists() is (code == 3)
    assert "1 " in harvester("quarantine", "spiral").out
    assert list(folder.glob("index*.db*")) == [] or code == 3
    if code == 5:
        assert "(`harvester quarantine spiral`), at most 0 are expected" in ended.err
        assert harvester("run").code == 5
        assert harvester("index", "--force").code == 0
        assert (folder / "index.db").exists()


def test_log_lines_after_the_harvest_name_their_run(harvester: Harvester, folder: Path) -> None:
    setting(folder, "whiterose", "expect = { min_records = 1000 }")
    config = folder / "config.toml"
    config.write_text(f"{config.read_text(encoding='utf-8')}\n[notify]\non_failure = 'false'\n", encoding="utf-8")
    ended = harvester("run", logs="json")
    lines = [json.loads(line) for line in ended.err.splitlines()]
    said = {line["message"].partition(":")[0]: line.get("run") for line in lines}
    assert said == {"notify.on_failure": 1, "source.whiterose.expect.min_records": 1}
