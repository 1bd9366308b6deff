"""What is computed over the whole index once works are written: the listings; and what the store knows of works over time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from harvester.store.database import replace_rows


def replace_listing(db: sqlite3.Connection, items: Iterable[tuple[Any, ...]]) -> None:
    """Let ``listing_items`` hold these rows: (listing, section, section_position, position, work_id, note, reason).

    Nothing is written where nothing differs.
    """
    replace_rows(db, "listing_items", "rowid", [tuple(item) for item in items])


def replace_times(
    db: sqlite3.Connection, listed: Iterable[tuple[str, int, str]], news: Iterable[tuple[int, str, str, str, str]]
) -> None:
    """Let ``listed_since`` and ``news`` hold these rows."""
    replace_rows(db, "listed_since", "listing, work_id", list(listed))
    replace_rows(db, "news", "rowid", list(news))
