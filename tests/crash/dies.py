"""The program, ended by SIGKILL before its n-th step: ``python -m tests.crash.dies N -c config.toml harvest``.

A step is an SQL statement (each row of an ``executemany`` too) or a file that is renamed, linked or removed. Chance seldom
meets the few milliseconds of a migration or of a switch; counting meets each of them. With N = 0 nothing is killed, and the
number of steps is written into the file that STEPS names.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

_FILES = frozenset({"os.rename", "os.remove", "os.symlink", "os.mkdir", "os.truncate"})


def main() -> None:
    last, taken = int(sys.argv[1]), 0

    def step(*_: object) -> None:
        nonlocal taken
        taken += 1
        if taken == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FILES and not str(arguments[0]).endswith(".pyc"):
            step()

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        db = plain(*arguments, **options)
        db.set_trace_callback(step)
        return db

    sys.addaudithook(hook)
    plain, sqlite3.connect = sqlite3.connect, connect  # type: ignore[assignment]
    del sys.argv[1]
    from harvester import cli

    try:
        cli.main()
    finally:
        if "STEPS" in os.environ:
            Path(os.environ["STEPS"]).write_text(str(taken))


if __name__ == "__main__":
    main()
