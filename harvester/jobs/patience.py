"""How long a run may go on, and the end of every wait when it may not."""

from __future__ import annotations

import threading
import time

from harvester.errors import PARTIAL, HarvesterError


class OutOfTime(HarvesterError):
    """``--max-seconds`` have passed: what is kept stays, the place too."""

    exit_code = PARTIAL


class Interrupted(BaseException):
    """The process is ending, and asks its threads to end."""


class Patience:
    """The time of one run, shared by its threads. A session whose ``sleep`` and ``clock`` are these stops with it.

    A session asks its clock before each request and at each piece of an answer, so nothing begins after the end.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Let every thread that waits here, or looks at its clock, end by Interrupted."""
        self._stopped.set()

    def left(self, at_most: float) -> float:
        """Seconds until the end, but at most so many, and at least one."""
        return at_most if self._end is None else min(at_most, max(1.0, self._end - time.monotonic()))

    @property
    def over(self) -> bool:
        return self._end is not None and time.monotonic() >= self._end

    def check(self) -> None:
        """Raise where time is over."""
        if self._stopped.is_set():
            raise Interrupted
        if self.over:
            raise OutOfTime(f"stopped after {self._seconds:g} seconds")

    def clock(self) -> float:
        """``time.monotonic`` while there is time."""
        self.check()
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """``time.sleep``; a wait that would last beyond the end does not begin."""
        if self._end is not None and time.monotonic() + seconds > self._end:
            raise OutOfTime(
                f"stopped after {self._seconds:g} seconds: the next wait would have taken {seconds:.0f} more"
            )
        if self._stopped.wait(seconds):
            raise Interrupted
