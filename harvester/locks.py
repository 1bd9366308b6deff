"""One process at a time for a source or an index; a lock whose owner has died is free at once."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path

from harvester.clock import now
from harvester.errors import Locked, StoreError

log = logging.getLogger(__name__)


@contextmanager
def lock(folder: Path, name: str) -> Iterator[None]:
    """Hold the lock ``name`` in ``folder``; Locked, naming its owner, where another process holds it.

    The kernel gives the lock back when its owner ends, however it ends; what is written in the file is for people only.
    The file stays: removing it would let two processes hold two files of one name.
    """
    path = folder / f"{name}.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b", buffering=0)
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened: {error.strerror}; may this user write there?") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Locked(f"{name}: {_owner(file.read())} is at work on it; try again when it has ended") from None
        except OSError as error:
            raise StoreError(f"{path}: cannot be locked: {error.strerror}; is it on a network file system?") from error
        _sign(file)
        yield
        file.truncate(0)


def _sign(file: RawIOBase) -> None:
    """Say who holds the lock. The lock holds without: on a full disk, those who need room will say so."""
    owner = {"pid": os.getpid(), "host": socket.gethostname(), "since": now()}
    try:
        file.truncate(0)
        file.write(json.dumps(owner).encode())
    except OSError as error:
        log.debug("the holder of a lock is not written down: %s", error)


def _owner(text: bytes) -> str:
    try:
        owner = json.loads(text)
        return f"process {owner['pid']} on {owner['host']} (since {owner['since']})"
    except (ValueError, KeyError, TypeError):
        return "another process"  # it has the lock, but has not yet written its name
