"""Worker processes that do not outlive who started them."""

from __future__ import annotations

import os
import threading
from multiprocessing import parent_process


def end_with_parent() -> None:
    """To be called in a worker. Where its parent is killed, the worker would wait for work for ever: it ends too."""
    threading.Thread(target=_watch, daemon=True, name="end-with-parent").start()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
