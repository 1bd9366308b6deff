"""Worker processes that do not outlive who started them, and leave signals to it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, forkserver, get_context, parent_process, resource_tracker
from multiprocessing.context import BaseContext
from typing import Any, TypeVar

T = TypeVar("T")


def context(module: str) -> BaseContext:
    """Where workers come from: forked from a server process that has only ``module`` loaded and nothing open.

    A fork of this process would copy its connections and locks. The server, and so each worker, is deaf to SIGINT: Ctrl-C
    in a terminal reaches every process of the group, and each would print a traceback of its own. One that comes while the
    server is started waits until this is done.
    """
    made = get_context("forkserver")
    made.set_forkserver_preload([module])
    resource_tracker.ensure_running()  # else the server starts it, and lets SIGINT through again
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    return made


def submit(pool: ProcessPoolExecutor, function: Callable[..., T], *arguments: Any) -> Future[T]:
    """``pool.submit``, which may start a worker: a signal that comes meanwhile is heard when the worker is known.

    One that nobody knows of cannot be killed with the others, and would print a traceback over what went with its pool.
    """
    with _signals_later():
        return pool.submit(function, *arguments)


@contextmanager
def _signals_later() -> Iterator[None]:
    """By handlers of their own: blocked in this thread, signals would come by way of another one."""
    if threading.current_thread() is not threading.main_thread():
        yield  # handlers run in the main thread only
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda signalled, _: came.append(signalled)) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for signalled in came[:1]:
        signal.raise_signal(signalled)


_ENDING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def no_longer_than_wanted() -> Iterator[None]:
    """Workers that are started within are killed where it is left by an error or a signal.

    Their pool would wait until they have done what they were given: longer than who sends SIGTERM does.
    """
    before = set(active_children())
    try:
        yield
    except BaseException:
        for child in set(active_children()) - before:
            child.kill()
        raise


def end_with_parent() -> None:
    """To be called in a worker. Where its parent is killed, the worker would wait for work for ever: it ends too."""
    threading.Thread(target=_watch, daemon=True, name="end-with-parent").start()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
