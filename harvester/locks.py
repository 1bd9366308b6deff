"""One process at a time for a source or an index; a lock whose owner has died is free at once."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from harvester.errors import Locked


@contextmanager
def lock(folder: Path, name: str) -> Iterator[None]:
    """Hold the lock ``name`` in ``folder``; Locked, naming its owner, where another process holds it.

    The kernel gives the lock back when its owner ends, however it ends; what is written in the file is for people only.
    The file stays: removing it would let two processes hold two files of one name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Locked(f"{name}: {_owner(file.read())} is at work on it; try again when it has ended") from None
        file.seek(0)
        file.truncate()
        json.dump({"pid": os.getpid(), "host": socket.gethostname(), "since": _now()}, file)
        file.flush()
        yield
        file.seek(0)
        file.truncate()


def _owner(text: str) -> str:
    try:
        owner = json.loads(text)
        return f"process {owner['pid']} on {owner['host']} (since {owner['since']})"
    except (ValueError, KeyError, TypeError):
        return "another process"  # it has the lock, but has not yet written its name


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
