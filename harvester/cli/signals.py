"""SIGTERM and SIGINT end the program: in good order where that is soon done, by force where it is not."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import Final, NoReturn

GRACE: Final = 1.5
"""Seconds for putting things in order. A service manager waits longer, whoever presses Ctrl-C hardly does."""

_BOTH: Final = (signal.SIGTERM, signal.SIGINT)


def catch() -> None:
    """From now on SIGTERM ends this process with 143 and SIGINT with 130, also in the middle of a long statement.

    Python runs a handler between two of its own steps: not while SQLite builds an index or waits for another writer, nor
    while a name is looked up. So a thread sees to it as well. What is committed stays, as after kill -9.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for number in _BOTH:
        signal.signal(number, _end)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_insist, args=(reader,), daemon=True, name="insist-on-signals").start()


def _end(number: int, _: FrameType | None) -> NoReturn:
    """The open page is rolled back, and the next run fetches it again. Another signal does not disturb that."""
    ignore()
    sys.exit(128 + number)


def ignore() -> None:
    """From now on they change nothing: the work is done, and the exit code stands.

    Python takes its handlers back before it is gone; a signal in those last moments would make a death of a good end.
    """
    for number in _BOTH:
        signal.signal(number, signal.SIG_IGN)


def _insist(reader: int) -> None:
    number = os.read(reader, 1)[0]
    time.sleep(GRACE)
    os._exit(128 + number)
