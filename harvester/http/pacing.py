"""When the next request to a host may go out: agreed between the sources of this process, and between processes.

A host counts requests by address, not by our processes. So each host has a small file, ``pace-HOST``, that says when its last
request went out and how long it is to rest; whoever wants to ask holds the file's lock until it is his turn.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import FileIO, RawIOBase
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_FIRST: Final = 1.0
"""Seconds between requests to a host that said 429 (Too Many Requests) for the first time; doubled each time."""
_SLOWEST: Final = 30.0
_EASED: Final = 0.8
"""What an answer without complaint leaves of that."""
_LOOK: Final = 0.05
"""Seconds between two looks whether a host is free."""
_LENGTH: Final = 30
_LONGEST: Final = 600.0
"""No file keeps us from a host for longer, whatever is in it."""


class Pace:
    """Turns at hosts. ``folder`` None: this process only."""

    def __init__(
        self,
        folder: Path | None,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._sleep = sleep
        self._clock = clock
        self._wall_clock = wall_clock
        self._free: dict[str, float] = {}
        self._slowed: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str, seconds: float, *, alone: bool) -> Iterator[None]:
        """Wait for a turn: ``seconds`` after the last one of this host. ``alone``: nobody else has one until this ends."""
        seconds = max(seconds, self._slowed.get(host, 0.0))
        now = self._clock()
        free = self._free.get(host, now)
        if free > now:
            self._sleep(free - now)
        self._free[host] = max(free, now) + seconds
        with ExitStack() as stack:
            file = self._file(stack, host, wanted=bool(seconds or alone))
            if file is not None:
                self._rest(file, seconds)
                if not alone:
                    stack.close()
            yield

    def told(self, host: str, status: int, retry_after: float) -> None:
        """What an answer says about our pace. 429 slows a host down for a while; others hear of it too."""
        if status == 429:
            self._slowed[host] = min(max(_FIRST, 2 * self._slowed.get(host, 0.0)), _SLOWEST)
            rest = max(retry_after, self._slowed[host])
            with ExitStack() as stack:
                file = self._file(stack, host, wanted=True)
                if file is not None:
                    _write(file, self._wall_clock(), rest)
        elif host in self._slowed and status < 400:
            self._slowed[host] *= _EASED
            if self._slowed[host] < _FIRST / 4:
                del self._slowed[host]

    def _file(self, stack: ExitStack, host: str, *, wanted: bool) -> RawIOBase | None:
        """The file of a host, locked until the stack ends; None where there is none and none is wanted."""
        if self._folder is None:
            return None
        path = self._folder / _name(host)
        if not wanted and not path.exists():
            return None
        try:
            file = stack.enter_context(FileIO(path, "r+", opener=_made))
            while not _locked(file):
                self._sleep(_LOOK)  # not in the kernel: a run that ends must be able to end here
        except OSError as error:
            log.warning("%s: %s; other processes do not know when this one asks a host", path, error.strerror)
            self._folder = None
            return None
        return file

    def _rest(self, file: RawIOBase, seconds: float) -> None:
        last, theirs = _read(file)
        gap = max(seconds, theirs)
        passed = self._wall_clock() - last
        if passed < 0:  # somebody has put the clock back
            passed = 0.0
        if passed < gap:
            self._sleep(gap - passed)
        _write(file, self._wall_clock(), seconds)


def _name(host: str) -> str:
    """A file name for a host and port, readable and never a path."""
    readable = re.sub(r"[^a-z0-9.-]", "_", host.lower())[:80]
    return f"pace-{readable}-{hashlib.sha256(host.lower().encode()).hexdigest()[:8]}"


def _made(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CREAT, 0o644)


def _locked(file: RawIOBase) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: RawIOBase) -> tuple[float, float]:
    """(when the last request went out, the seconds to rest after it); nothing of what cannot be read."""
    file.seek(0)
    found = re.fullmatch(rb"(\d{10}\.\d{6}) (\d{4}\.\d{6})\n", file.read(_LENGTH) or b"")
    return (float(found[1]), min(float(found[2]), _LONGEST)) if found else (0.0, 0.0)


def _write(file: RawIOBase, when: float, seconds: float) -> None:
    """Over what is there and of the same length: to cut a file first takes a disk longer than all the rest."""
    try:
        file.seek(0)
        file.write(b"%017.6f %011.6f\n" % (when, min(seconds, _LONGEST)))
    except OSError as error:  # a full disk: politeness suffers before the harvest does
        log.debug("the time of a request is not written down: %s", error)
