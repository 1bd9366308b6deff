"""Who is told how a run ended: an address, a command, Prometheus. What fails there is a warning, and shows no secret."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from harvester.exposition import exposition
from harvester.jobs import telling
from harvester.jobs.report import RunReport
from harvester.locks import lock
from harvester.sandbox import Sandbox
from tests.jobs.conftest import Harvester, edit

SECRET = "3f9c1a52-canary-8d1e"


class Pinged:
    """Notes the paths that it is asked for, and answers with a status."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.status = 200
        noted = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                noted.paths.append(self.path)
                self.send_response(noted.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def pinged() -> Iterator[Pinged]:
    made = Pinged()
    yield made
    made.server.shutdown()
    made.server.server_close()


def notify(folder: Path, **settings: str) -> None:
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    edit(folder, "[http]\n", f"[notify]\n{lines}[http]\n")


def test_ping(harvester: Harvester, folder: Path, sandbox: Sandbox, pinged: Pinged) -> None:
    notify(folder, ping=f"{pinged.url}/ping/{SECRET}?rid=1")
    assert harvester("harvest", "fmlm").code == 0
    sandbox.fail("eprints", "error", times=99)
    assert harvester("harvest", "fmlm", "whiterose").code == 4
    assert harvester("harvest", "--dry-run", "fmlm").code == 0  # no run that anybody waits for
    assert harvester("index").code == 0
    assert pinged.paths == [f"/ping/{SECRET}?rid=1", f"/ping/{SECRET}/fail?rid=1"]


@pytest.mark.parametrize("fault", ["status", "nobody"])
def test_a_ping_that_fails_is_a_warning_without_its_secret(
    harvester: Harvester, folder: Path, pinged: Pinged, fault: str
) -> None:
    pinged.status = 404
    notify(folder, ping=f"{pinged.url if fault == 'status' else 'http://127.0.0.1:9'}/ping/{SECRET}")
    ended = harvester("harvest", "fmlm")
    assert ended.code == 0
    assert "WARNING harvester.jobs.telling: notify.ping: http://127.0.0.1" in ended.err
    assert ("HTTP 404" if fault == "status" else "refused the connection") in ended.err
    for verbose in ("-v", "-vv"):
        assert SECRET not in harvester(verbose, "harvest", "fmlm").err
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "config.toml":
            assert SECRET.encode() not in path.read_bytes()


def test_a_ping_with_a_variable(
    harvester: Harvester, folder: Path, pinged: Pinged, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify(folder, ping=f"{pinged.url}/${{PING_ID}}")
    monkeypatch.setenv("PING_ID", SECRET)
    assert harvester("harvest", "fmlm").code == 0
    assert pinged.paths == [f"/{SECRET}"]
    monkeypatch.delenv("PING_ID")
    ended = harvester("harvest", "fmlm")
    assert "PING_ID" in ended.err
    assert "Traceback" not in ended.err
    assert pinged.paths == [f"/{SECRET}"]


def command(folder: Path, text: str) -> str:
    """A program of these lines, as it is named in the config file."""
    script = folder / "on failure.py"
    script.write_text(f"import json, os, sys\nreport = json.load(sys.stdin)\n{text}\n")
    return f"{sys.executable} '{script}' 'an argument; $HOME `id`'"


def test_command_on_failure(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    text = "json.dump([report, sys.argv[1:], os.environ['HARVESTER_EXIT_CODE'], os.getcwd()], open('told.json', 'w'))"
    notify(folder, on_failure=command(folder, text))
    assert harvester("harvest", "fmlm").code == 0
    assert not (folder / "told.json").exists()
    sandbox.fail("eprints", "error", times=99)
    printed = harvester("harvest", "--json", "whiterose")
    report, arguments, code, where = json.loads((folder / "told.json").read_text())
    assert (arguments, code, where) == (["an argument; $HOME `id`"], "4", str(folder))
    assert report["exit_code"] == 4
    assert {k: v for k, v in report.items() if k not in ("seconds", "ended")} == {
        k: v for k, v in printed.report.items() if k not in ("seconds", "ended")
    }
    msgspec.json.decode(json.dumps(report), type=RunReport)


def test_it_is_told_also_of_a_run_that_could_not_begin(harvester: Harvester, folder: Path, pinged: Pinged) -> None:
    text = "json.dump(report, open('told.json', 'w'))"
    notify(folder, on_failure=command(folder, text), ping=pinged.url, metrics="harvester.prom")
    (folder / "store.db").write_text("somebody else's file, and long enough to be looked at" * 100)
    ended = harvester("run")
    assert ended.code == 6
    report = json.loads((folder / "told.json").read_text())
    assert (report["exit_code"], report["run_id"], report["sources"]) == (6, 0, [])
    assert report["error"] in ended.err
    assert pinged.paths == ["/fail"]


def test_it_is_told_of_a_locked_source_and_of_a_bug(
    harvester: Harvester, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify(folder, on_failure=command(folder, "open('told', 'a').write(str(report['exit_code']) + ' ')"))
    with lock(folder / "locks", "source-fmlm"):
        assert harvester("harvest", "fmlm").code == 75
    monkeypatch.setattr("harvester.jobs.harvest_sources", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        harvester("harvest", "fmlm")
    assert (folder / "told").read_text() == "75 1 "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("print('no mail today', file=sys.stderr); sys.exit(9)", "ended with 9: no mail today"),
        ("sys.exit(1)", "ended with 1: it said nothing"),
        ("import time; time.sleep(60)", "was ended after 1 seconds"),
        ("import subprocess; subprocess.run(['sleep', '60'])", "was ended after 1 seconds"),
    ],
)
def test_a_command_that_fails_is_a_warning(
    harvester: Harvester, folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.setattr(telling, "COMMAND_SECONDS", 1.0)
    notify(folder, on_failure=command(folder, text))
    sandbox.fail("eprints", "error", times=99)
    ended = harvester("harvest", "whiterose")
    assert ended.code == 4
    assert f"notify.on_failure: {sys.executable}: {said}" in ended.err
    assert "Traceback" not in ended.err


def test_a_command_that_is_not_there(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    notify(folder, on_failure="/nowhere/mail-me --now")
    sandbox.fail("eprints", "error", times=99)
    ended = harvester("harvest", "whiterose")
    assert ended.code == 4
    assert "notify.on_failure: /nowhere/mail-me: cannot be run: No such file or directory" in ended.err


LINE = re.compile(
    r'(# (HELP|TYPE) harvester_[a-z_]+ .+|harvester_[a-z_]+(\{[a-z]+="(\\.|[^"\\\n])*"\})? -?[0-9.e+]+)\n'
)


def metrics(path: Path) -> dict[str, float]:
    """Every sample, by name and label value; fails where a line is not of the text format."""
    text = path.read_text()
    assert all(LINE.fullmatch(line) for line in text.splitlines(keepends=True)), text
    found: dict[str, float] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            found[name] = float(value)
    return found


def test_metrics(harvester: Harvester, folder: Path, sandbox: Sandbox) -> None:
    notify(folder, metrics="harvester.prom")
    sandbox.fail("eprints", "error", times=99)
    assert harvester("run").code == 3
    found = metrics(folder / "harvester.prom")
    assert found['harvester_run_exit_code{command="run"}'] == 3
    assert found["harvester_index_works"] > 50
    assert found['harvester_source_records{source="spiral"}'] == 41
    assert found['harvester_source_deleted_records{source="spiral"}'] == 1
    assert found['harvester_source_quarantined_records{source="spiral"}'] == 1
    assert found['harvester_source_consecutive_failures{source="whiterose"}'] == 1
    assert found['harvester_source_last_success_timestamp_seconds{source="whiterose"}'] == 0
    assert found['harvester_source_last_run_complete{source="whiterose"}'] == 0
    assert found['harvester_source_last_run_complete{source="spiral"}'] == 1
    with closing(sqlite3.connect(folder / "store.db")) as db:
        (ended,) = db.execute("select unixepoch(ended) from run_sources where source = 'spiral'").fetchone()
    assert found['harvester_source_last_success_timestamp_seconds{source="spiral"}'] == ended
    assert (folder / "harvester.prom").stat().st_mode & 0o777 == 0o644
    assert [path.name for path in folder.iterdir() if ".new" in path.name] == []


def test_metrics_that_cannot_be_written(harvester: Harvester, folder: Path) -> None:
    notify(folder, metrics="harvester.prom")
    (folder / "harvester.prom").mkdir()
    ended = harvester("harvest", "fmlm")
    assert ended.code in (0, 2)  # 2: the configuration says so before anything is done
    assert "harvester.prom" in ended.err
    assert "Traceback" not in ended.err


def test_exposition_escapes() -> None:
    lines = list(
        exposition(
            [
                ("harvester_source_records", {"source": 'a"b\\c\nd'}, 3),
                ("harvester_index_works", {}, 1e9),
                ("harvester_http_requests_total", {}, 1),
            ],
            dict.fromkeys(
                ("harvester_source_records", "harvester_index_works", "harvester_http_requests_total"), "about"
            ),
        )
    )
    assert 'harvester_source_records{source="a\\"b\\\\c\\nd"} 3\n' in "".join(lines)
    assert "# TYPE harvester_index_works gauge\nharvester_index_works 1000000000\n" in "".join(lines)
    assert "".join(lines).endswith("# TYPE harvester_http_requests_total counter\nharvester_http_requests_total 1\n")
