"""The report of a run: one JSON document, as its schema says, also where the run failed; logs as JSON lines beside it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harvester.jobs import RunReport
from harvester.jobs.report import IndexReport, SourceReport
from harvester.locks import lock
from harvester.sandbox import Sandbox
from tests.jobs import report_schema
from tests.jobs.conftest import Harvester, edit


def test_the_schema_is_up_to_date() -> None:
    assert report_schema.path().read_text() == report_schema.text(), "make it anew: python tests/jobs/report_schema.py"


def test_every_field_is_said_or_speaks_for_itself() -> None:
    plain = {"started", "ended", "seconds", "source", "requests", "error", "exit_code", "fetched", "new", "changed"}
    plain |= {"unchanged"}
    for name, part in json.loads(report_schema.text())["$defs"].items():
        for field, described in part["properties"].items():
            assert "description" in described or field in plain, f"{name}.{field}"


def strict(part: Any) -> Any:
    """A decoder that takes what the structs say, and nothing beside it."""
    return msgspec.json.decode(json.dumps(part), type=RunReport, strict=True)


def test_reports(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    for arguments in (
        ["harvest", "fmlm"],
        ["index"],
        ["run"],
        ["run"],
        ["reindex"],
        ["retry"],
        ["harvest", "--dry-run"],
    ):
        ended = harvester(*arguments, "--json")
        report = strict(ended.report)
        assert set(ended.report) == set(RunReport.__struct_fields__)
        assert all(set(s) == set(SourceReport.__struct_fields__) for s in ended.report["sources"])
        assert ended.report["index"] is None or set(ended.report["index"]) == set(IndexReport.__struct_fields__)
        assert (report.command, report.exit_code) == (arguments[0], ended.code)
        assert report.started <= report.ended
        assert (report.run_id == 0) is ("--dry-run" in arguments)
    with closing(sqlite3.connect(folder / "store.db")) as db:
        assert db.execute("select group_concat(command) from runs").fetchone() == (
            "harvest,index,run,run,reindex,retry",
        )


def test_a_report_where_the_index_is_locked(harvester: Harvester, folder: Path) -> None:
    assert harvester("harvest", "fmlm").code == 0
    with lock(folder / "locks", "index"):
        ended = harvester("run", "--json", "fmlm")
        assert ended.code == 3  # harvested, but not in the index
        assert ended.sources["fmlm"]["complete"]
        assert ended.report["error"].startswith("index: process ")
        assert ended.err == f"harvester: {ended.report['error']}\n"
        alone = harvester("index", "--json")
        assert (alone.code, alone.out) == (75, "")
        with lock(folder / "locks", "source-fmlm"):
            assert harvester("run", "--json", "fmlm").code == 75
    with closing(sqlite3.connect(folder / "store.db")) as db:
        assert db.execute("select exit_code from runs order by id").fetchall() == [(0,), (3,), (75,), (75,)]


@pytest.mark.parametrize("arguments", [["-v", "harvest", "--jobs", "3"], ["-vv", "run"]])
def test_logs_as_json(harvester: Harvester, sandbox: Sandbox, arguments: list[str]) -> None:
    sandbox.fail("eprints", "error", times=99)
    command = [a for a in arguments if not a.startswith("-v")]
    ended = harvester(arguments[0], *command, logs="json")
    lines = [json.loads(line) for line in ended.err.splitlines()]
    assert lines
    for line in lines:
        assert {"time", "level", "logger", "message"} <= set(line) <= {*_FIELDS}
        datetime.fromisoformat(line["time"])
    (warning,) = [line for line in lines if line["logger"] == "harvester.jobs.source" and line["level"] == "warning"]
    assert (warning["source"], warning["run"]) == ("whiterose", 1)
    requests = [line for line in lines if "GET " in line["message"] and line["logger"] == "harvester.http"]
    assert all(line["run"] == 1 for line in requests)
    assert all(line["source"] in ("bmj-leader", "spiral", "whiterose") for line in requests)
    assert requests or arguments[0] == "-v"


_FIELDS = ("time", "level", "logger", "message", "run", "source", "traceback")


def test_the_last_word_is_a_line_too(harvester: Harvester) -> None:
    ended = harvester("search", "x", logs="json")
    (line,) = [json.loads(line) for line in ended.err.splitlines()]
    assert (ended.code, line["level"], line["logger"]) == (6, "error", "harvester")
    assert "there is no index here" in line["message"]


def test_a_bug_is_one_line(harvester: Harvester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.sources.files.Entries.pages", lambda *_: 1 // 0)
    ended = harvester("harvest", "fmlm", logs="json")
    assert ended.code == 1
    first, *_ = [json.loads(line) for line in ended.err.splitlines()]
    assert "ZeroDivisionError" in first["traceback"]
    assert (first["source"], first["run"]) == ("fmlm", 1)


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        ("store", 6, "this is another program's database"),
        ("variable", 2, "the environment variable NOT_SET_ANYWHERE is not set"),
    ],
)
def test_a_report_also_where_it_could_not_begin(
    harvester: Harvester, folder: Path, fault: str, code: int, said: str
) -> None:
    if fault == "store":
        with closing(sqlite3.connect(folder / "store.db")) as db:
            db.execute("create table somebody_elses (x)")
    else:
        edit(folder, '/eprints/cgi/oai2"', '/eprints/cgi/oai2?key=${NOT_SET_ANYWHERE}"')
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    ended = harvester("run", "--json")
    report = strict(ended.report)
    assert (ended.code, report.exit_code, report.run_id, report.sources) == (code, code, 0, [])
    assert said in (report.error or "")
    assert ended.err == f"harvester: {report.error}\n"
    plain = harvester("run")
    assert (plain.code, plain.out, plain.err) == (code, "", ended.err)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
