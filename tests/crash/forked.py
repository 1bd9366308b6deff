"""Commands in forks of this process: as separate as a process of their own, without the time that its start takes."""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
import time
import traceback
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from typing import Any, NamedTuple

import harvester.formats
import harvester.index
import harvester.jobs.checking
import harvester.jobs.keeping
import harvester.pages.publishing
import harvester.sources.files
from harvester import cli, normalise, query

# Loaded here once, and not in each fork.
_LOADED = (harvester, normalise, query)

_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{4}-\d\d-\d\d \d\d:\d\d UTC")


class Answer(NamedTuple):
    code: int
    out: bytes
    """Without what differs between two folders: their names, and times."""
    err: str


def answer(folder: Path, *arguments: str, limit: Any = None) -> Answer:
    """What a command answers in a folder. ``limit`` is called in its process first."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os._exit(_called(folder, arguments, out.fileno(), err.fileno(), limit))
        status = _waited(child)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read())
    plain = _TIME.sub(b"TIME", texts[0].replace(str(folder).encode(), b"FOLDER"))
    return Answer(os.waitstatus_to_exitcode(status), plain, texts[1].decode("utf-8", "replace"))


def _waited(child: int, seconds: float = 120) -> int:
    """The status of a process that has ended; one that hangs is killed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _orphaned() -> None:
    """The helpers of ``multiprocessing`` that the tests' process may have are no children of this one."""
    tracker: Any = resource_tracker._resource_tracker  # type: ignore[attr-defined]
    tracker._fd = tracker._pid = None
    server: Any = forkserver._forkserver  # type: ignore[attr-defined]
    server._forkserver_pid = server._forkserver_address = server._forkserver_alive_fd = None


def _called(folder: Path, arguments: tuple[str, ...], out: int, err: int, limit: Any) -> int:
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.chdir(folder)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  the process ends with them
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    _orphaned()
    try:
        if limit is not None:
            limit()
        code = cli.call(["-c", str(folder / "config.toml"), *arguments])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    except BaseException:  # noqa: BLE001  as the interpreter does
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = code or 1
    return code
