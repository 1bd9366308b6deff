"""Logging set-up: people read it on stderr, one line an event."""

from __future__ import annotations

import logging
import sys


class _Stderr(logging.Handler):
    """Writes to what stderr is at the time: a progress display stands in for it while it is shown."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except OSError:  # a full disk behind stderr must not end a harvest
            self.handleError(record)


def set_up(verbosity: int = 0) -> None:
    """-1: errors only, 0: warnings, 1: info, 2: debug."""
    level = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG)
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", handlers=[_Stderr()], force=True)
    for noisy in ("urllib3", "habanero", "httpx", "httpx2", "httpcore", "httpcore2", "sickle"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
