"""The listings as a static site: for each an HTML page and the same in Markdown."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from harvester.errors import StoreError
from harvester.listing import Listing, html, markdown
from harvester.listing.page import load
from harvester.store.database import sweep, workpiece


def site(
    db: sqlite3.Connection, listings: Mapping[str, Listing], folder: Path, *, generated: datetime | None = None
) -> list[Path]:
    """Write the site and return its files, the entrance first.

    One listing is ``index.html`` and ``listing.md``; of several each has a folder of its name, below an ``index.html`` that
    leads to them. The pages depend on nothing but the index and the settings (no clock, unless ``generated`` is given), and
    a file whose bytes would not change is not touched. StoreError where the folder cannot be written.
    """
    pages = {name: load(db, name, listing) for name, listing in listings.items()}
    time = generated.isoformat(timespec="seconds") if generated else ""
    files: dict[Path, str] = {}
    if len(pages) > 1:
        files[folder / "index.html"] = html.overview(pages.items())
    for name, page in pages.items():
        below = folder / name if len(pages) > 1 else folder
        files[below / "index.html"] = html.render(page, time)
        files[below / "listing.md"] = markdown.render(page, time)
    for path, text in files.items():
        _write(path, text.encode())
    return list(files)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a reader never sees half a page. What a killed process left of one is removed."""
    temporary = workpiece(path, "new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path, "new")
        if path.is_file() and path.read_bytes() == content:
            return
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror or error}") from error
