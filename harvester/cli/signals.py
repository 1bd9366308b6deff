"""SIGTERM and SIGINT end the program: in good order where that is soon done, by force where it is not."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

GRACE: Final = 1.5
"""Seconds for putting things in order. A service manager waits longer, whoever presses Ctrl-C hardly does."""

_BOTH: Final = (signal.SIGTERM, signal.SIGINT)

_MOMENT: Final = 0.01
"""Seconds until a signal that was swallowed is raised again."""
_dropped: Final[list[signal.Signals]] = []
"""Signals that were swallowed."""


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
    sys.unraisablehook = _swallowed
    threading.Thread(target=_insist, args=(reader,), daemon=True, name="insist-on-signals").start()


def _end(number: int, _: FrameType | None) -> NoReturn:
    """The open page is rolled back, and the next run fetches it again. Another signal does not disturb that."""
    ignore()
    sys.exit(128 + number)


def _swallowed(unraisable: UnraisableHookArgs) -> None:
    """A signal heard in a callback, such as a weak reference's when a module is imported: Python drops what is raised there.

    It is raised once more, a moment later, when the callback is over. Nothing is waited for here: it would be raised within.
    """
    ended = unraisable.exc_value
    if not isinstance(ended, SystemExit) or not isinstance(ended.code, int) or ended.code - 128 not in _BOTH:
        sys.__unraisablehook__(unraisable)
        return
    number = signal.Signals(ended.code - 128)
    signal.signal(number, _end)
    _dropped.append(number)


def ignore() -> None:
    """From now on they change nothing: the work is done, and the exit code stands.

    Python takes its handlers back before it is gone; a signal in those last moments would make a death of a good end.
    """
    for number in _BOTH:
        signal.signal(number, signal.SIG_IGN)


def _insist(reader: int) -> None:
    number = os.read(reader, 1)[0]
    until = time.monotonic() + GRACE
    while time.monotonic() < until:
        time.sleep(_MOMENT)
        if _dropped:
            time.sleep(_MOMENT)
            _thread.interrupt_main(_dropped.pop())
    os._exit(128 + number)
