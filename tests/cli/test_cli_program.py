"""The program as it is started by shells, timers and pipes: streams, encodings, limits, imports, exit codes."""

from __future__ import annotations

import json
import os
import pty
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Harvester

Program = Callable[..., "subprocess.CompletedProcess[bytes]"]
ROOT = Path(__file__).parents[2]
HEAVY = {
    "msgspec",
    "requests",
    "lxml",
    "sickle",
    "habanero",
    "sqlite_utils",
    "rich",
    "jinja2",
    "ftfy",
    "rapidfuzz",
    "zstandard",
}
NETWORK = {"requests", "urllib3", "sickle", "habanero", "lxml"}


def imported(folder: Path, *arguments: str) -> set[str]:
    """The top-level modules that a command leaves loaded."""
    script = (
        "import sys\nfrom harvester.cli import call\n"
        "try: call(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print('\\n', *{m.partition('.')[0] for m in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


def test_help_loads_nothing_heavy(there: Path) -> None:
    assert imported(there, "--help") & (HEAVY | {"sqlite3"}) == set()


@pytest.mark.parametrize(
    "arguments", [["status"], ["search", "leadership"], ["show", "1"], ["export", "--format", "ris"]]
)
def test_looking_loads_no_network(there: Path, arguments: list[str]) -> None:
    assert imported(there, *arguments) & NETWORK == set()


@pytest.mark.parametrize(
    "arguments",
    [["export", "--format", "jsonl"], ["show", "1"], ["search", "--json", "leadership"], ["--help"]],
)
def test_a_reader_that_goes_away_is_no_fault(program: Program, there: Path, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = program(*arguments, stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_run_ends_with_its_own_code_also_where_nobody_reads(program: Program, fresh: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert program("run", stdout=writer, stderr=subprocess.PIPE).returncode == 3
        assert program("run", "--json", stdout=writer, stderr=subprocess.PIPE).returncode == 0
    finally:
        os.close(writer)


def test_closed_streams_do_not_meet_the_databases(program: Program, fresh: Path) -> None:
    def closed() -> None:
        for number in (0, 1, 2):
            os.close(number)

    assert program("run", preexec_fn=closed).returncode == 3
    status = program("status", "--json")
    assert status.returncode == 0
    assert len(status.stdout.splitlines()) == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "arguments", [["status"], ["search", "--json", "leadership"], ["export", "--format", "csv"], ["--help"]]
)
def test_no_room_for_the_output(
    program: Program, there: Path, arguments: list[str], unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with Path("/dev/full").open("wb") as full:
        done = program(*arguments, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 6
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C.UTF-8"},
    ],
)
def test_any_locale(program: Program, there: Path, environment: dict[str, str]) -> None:
    cleaned = program("clean", "name", "Nguyễn, Łucja", environment=environment)
    assert json.loads(cleaned.stdout)["value"][0]["family"] == "Nguyễn"
    found = program("search", "--json", "Nguyễn", environment=environment)
    assert "Nguyễn-Park" in found.stdout.decode("utf-8")
    assert program("export", "--format", "ris", environment=environment).stdout.decode("utf-8").count("Nguyễn-Park") > 1
    shown = program("search", "Nguyễn", environment=environment)
    assert (shown.returncode, shown.stderr) == (0, b"4 works\n")


@pytest.mark.parametrize("size", [*(pytest.param(n, marks=pytest.mark.slow) for n in (0, 4096)), 100_000])
def test_files_that_cannot_grow(program: Program, fresh: Path, size: int) -> None:
    """As on a full disk: everything fails in words, and the next run makes it good."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    for command in (["harvest"], ["reindex"], ["export", "--format", "ris", "-o", "works.ris"]):
        done = program(*command, preexec_fn=limited, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert (done.returncode, done.stdout) == (6, b"")
        assert b"Traceback" not in done.stderr
    assert [path.name for path in fresh.iterdir() if path.name.startswith(".")] == []
    assert program("run").returncode == 3
    for command in (["reindex"], ["export", "--format", "jsonl", "-o", "works.jsonl"]):
        done = program(*command, preexec_fn=limited, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert (done.returncode, done.stdout) == (6, b"")
        assert b"Traceback" not in done.stderr
    assert [path.name for path in fresh.iterdir() if path.name.startswith(".") or path.name == "works.jsonl"] == []
    assert program("search", "leadership").returncode == 0


def _empty(folder: Path) -> None:
    (folder / "store.db").write_bytes(b"")


def _text(folder: Path) -> None:
    (folder / "store.db").write_bytes(b"not a database " * 100)


def _pipe(folder: Path) -> None:
    (folder / "store.db").unlink()
    os.mkfifo(folder / "store.db")


def _cut(folder: Path) -> None:
    (folder / "store.db").write_bytes((folder / "store.db").read_bytes()[:30_000])


def _other(folder: Path) -> None:
    shutil.copy((folder / "index.db").resolve(), folder / "store.db")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_empty, "is an empty file; it was left alone"),
        (_text, "it was left alone"),
        (_pipe, "is no file; name one as `store`"),
        (_cut, "the file is damaged"),
        (_other, "is an index, not a store"),
    ],
)
def test_a_store_that_is_none(harvester: Harvester, there: Path, damage: Callable[[Path], None], said: str) -> None:
    for name in ("store.db-wal", "store.db-shm"):
        (there / name).unlink(missing_ok=True)
    damage(there)
    for command in (["status"], ["runs"], ["index"], ["reindex", "--diff"]):
        ended = harvester(*command)
        assert (ended.code, ended.out) == (6, "")
        assert said in ended.err
        assert "store.db: " in ended.err
        assert ended.err.count("\n") == 1


def test_locks_that_cannot_be_made(harvester: Harvester, there: Path) -> None:
    shutil.rmtree(there / "locks")
    (there / "locks").write_bytes(b"")
    for command in (["index"], ["harvest", "fmlm"]):
        ended = harvester(*command)
        assert ended.code == 6
        assert ".lock: cannot be opened: " in ended.err
        assert "Traceback" not in ended.err


def test_progress_is_for_terminals_only(program: Program, fresh: Path) -> None:
    done = program("harvest", "--json", "spiral", "fmlm")
    assert done.stderr == b""
    assert json.loads(done.stdout)["exit_code"] == 0


def test_a_warning_is_not_painted_over_by_progress(fresh: Path) -> None:
    config = fresh / "config.toml"
    config.write_text(config.read_text().replace("/eprints/cgi/oai2", "/nowhere"))
    terminal, theirs = pty.openpty()
    shown = b""
    with subprocess.Popen(
        [sys.executable, "-m", "harvester", "harvest", "fmlm", "whiterose"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "200"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ):
        os.close(theirs)
        while chunk := _read(terminal):
            shown += chunk
    os.close(terminal)
    warning = next(line for line in shown.split(b"\n") if b"WARNING" in line)
    # What stood in its line is wiped before, and the display is painted below it.
    assert re.fullmatch(
        rb".*\x1b\[2K(\x1b\[0?m)?WARNING harvester.jobs.source: whiterose: .*repository\?[ \r]*", warning
    )


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux's way to say that the other side is closed
        return b""


def test_the_demo(program: Program, tmp_path: Path) -> None:
    done = program("demo", str(tmp_path / "demo"))
    assert done.returncode == 0
    assert b"all as scripted" in done.stdout
