"""Disks that are full, too small or read-only: what cannot be done is said, nothing is written over, the next run completes."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harvester.sandbox import Sandbox, write_config
from tests.crash.forked import Answer, answer
from tests.crash.program import ENVIRONMENT, contents, copied, leftovers, settle, unsound, world

FULL = ("full", "space", "too large", "I/O")
READING = (["status"], ["search", "leadership"], ["show", "1"], ["show", "--raw", "1"], ["explain", "1"], ["runs"])


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Path]]:
    with world() as sandbox:
        folder = tmp_path_factory.mktemp("calm") / "folder"
        settle(sandbox, folder)
        yield sandbox, folder


def limited(size: int) -> Callable[[], None]:
    """No file can grow beyond so many bytes, as on a disk that is full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def refused(said: Answer, *words: str) -> None:
    assert said.code == 6, (said.code, said.err)
    assert "Traceback" not in said.err
    assert any(word in said.err for word in (*FULL, *words)), said.err


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 30))])
def test_files_that_cannot_grow(calm: tuple[Sandbox, Path], tmp_path: Path, seed: int) -> None:
    """Each command either does all, or says that there is no room; and once there is, all is done."""
    sandbox, whole = calm
    chance = random.Random(seed)
    folder = tmp_path / "folder"
    write_config(sandbox, folder)
    steps = (
        ["harvest"],
        ["index"],
        ["reindex"],
        ["publish"],
        ["export", "--format", "ris", "-o", "works.ris"],
        ["backup", "b.db"],
    )
    for command in steps:
        size = int(10 ** chance.uniform(2.5, 5.6))
        said = answer(folder, *command, limit=limited(size))
        if said.code not in (0, 3):
            refused(said, "there is no", "is empty")
        assert unsound(folder) == []
        assert leftovers(folder) == []
        assert answer(folder, *command).code in (0, 3)
    assert answer(folder, "run").code in (0, 3)
    assert contents(folder) == contents(whole)


@pytest.mark.parametrize("kilobytes", [400, *(pytest.param(n, marks=pytest.mark.slow) for n in (100, 160, 800, 1600))])
def test_a_full_disk(calm: tuple[Sandbox, Path], tmp_path: Path, kilobytes: int) -> None:
    sandbox, whole = calm
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", disk], capture_output=True
    ).returncode:
        pytest.skip("this machine does not let a test mount a small disk")
    try:
        write_config(sandbox, disk)
        refused(answer(disk, "run"))
        assert unsound(disk) == []
        assert leftovers(disk) == []
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        assert answer(disk, "run").code in (0, 3)
        assert contents(disk) == contents(whole)
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def test_no_room_for_a_new_index_leaves_the_old_one(calm: tuple[Sandbox, Path], tmp_path: Path) -> None:
    _, whole = calm
    folder = copied(whole, tmp_path / "folder")
    before = {path.name: path.read_bytes() for path in folder.glob("index-*.db")}
    size = (folder / "index.db").stat().st_size
    for share in (0.05, 0.5, 0.9):
        for command in (["reindex"], ["reindex", "--workers", "2"]):
            refused(answer(folder, *command, limit=limited(int(share * size))))
            assert {path.name: path.read_bytes() for path in folder.glob("index-*.db")} == before
            assert leftovers(folder) == []
    assert answer(folder, "search", "leadership").code == 0


# --- read-only ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def seen_by_all(calm: tuple[Sandbox, Path]) -> Iterator[Path]:
    """A folder of a whole run that every user may read: pytest's own folders are its user's alone."""
    with tempfile.TemporaryDirectory() as below:
        Path(below).chmod(0o755)
        folder = copied(calm[1], Path(below) / "folder")
        assert unsound(folder) == []
        yield folder


def as_another_user(folder: Path, *arguments: str) -> Answer:
    """By a user who may read everything here and write nothing: being root, a mode bit proves nothing."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    program = [sys.executable, "-m", "harvester", "-c", str(folder / "config.toml"), *arguments]
    if os.getuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("needs setpriv, to take from root what lets it write anywhere")
        program = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override", *program]
    done = subprocess.run(program, capture_output=True, text=True, env=ENVIRONMENT, cwd=folder)
    return Answer(done.returncode, done.stdout.encode(), done.stderr)


def on_a_read_only_disk(folder: Path, *arguments: str) -> Answer:
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && exec "$@"'
    program = [sys.executable, "-m", "harvester", "-c", str(folder / "config.toml"), *arguments]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, folder, *program], capture_output=True, text=True, env=ENVIRONMENT
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this machine does not let a test mount a read-only disk")
    return Answer(done.returncode, done.stdout.encode(), done.stderr)


@pytest.mark.parametrize("run", [as_another_user, on_a_read_only_disk])
def test_reading_where_nothing_can_be_written(seen_by_all: Path, run: Callable[..., Answer]) -> None:
    for command in READING:
        expected = answer(seen_by_all, *command)
        said = run(seen_by_all, *command)
        assert said.code == 0, (command, said.err)
        assert len(said.out) == pytest.approx(len(expected.out), abs=400)  # times and folders are cut out of one


@pytest.mark.parametrize("run", [as_another_user, on_a_read_only_disk])
def test_writing_where_nothing_can_be_written(seen_by_all: Path, run: Callable[..., Answer]) -> None:
    before = {path: path.read_bytes() for path in seen_by_all.rglob("*") if path.is_file()}
    for command in (["harvest", "fmlm"], ["index"], ["reindex"], ["run"], ["backup", "b.db"]):
        said = run(seen_by_all, *command)
        refused(said, "may this user", "read-only", "Read-only", "Permission denied", "may not write")
    assert {path: path.read_bytes() for path in seen_by_all.rglob("*") if path.is_file()} == before


def test_what_a_killed_writer_left_is_not_passed_over(seen_by_all: Path) -> None:
    """The newest pages are in the log; a reader who cannot take it in says so, rather than show the state before."""
    script = (
        "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        " db.execute(\"update works set title = 'changed'\"); os._exit(0)"
    )
    index = (seen_by_all / "index.db").resolve()
    subprocess.run([sys.executable, "-c", script, index], check=True)
    assert index.with_name(f"{index.name}-wal").stat().st_size
    said = as_another_user(seen_by_all, "search", "leadership")
    assert said.code == 0, said.err  # its files are all there
    index.with_name(f"{index.name}-shm").unlink()
    said = as_another_user(seen_by_all, "search", "leadership")
    assert (said.code, said.out) == (6, b"")
    assert "run a command once as a user who may" in said.err
