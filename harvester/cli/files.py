"""Writing files that people name on the command line."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from harvester.errors import StoreError


def whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file whole or not at all: what stands there stays until all is on the disk. StoreError where that fails.

    What is no regular file (a pipe, ``/dev/stdout``) is written to as it is; where ``path`` is a link, its target is
    replaced. What a killed process left beside it is removed.
    """
    from harvester.store.database import sweep, workpiece

    chunks = iter(chunks)
    first = next(chunks, b"")  # a fault in what is to be written shows before anything is
    special = path.exists() and not path.is_file()
    target = Path(os.path.realpath(path))  # `resolve` raises where links go in a circle
    beside = path if special else workpiece(target, "part")
    try:
        if not special:
            sweep(target, "part")
        with beside.open("wb") as file:
            file.write(first)
            file.writelines(chunks)
            if not special:
                file.flush()
                os.fsync(file.fileno())
        if not special:
            beside.replace(target)
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        raise StoreError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        if not special and beside.exists():
            beside.unlink()
