"""Where each list of a source stands: its place and *complete through*. Functions on a connection to store.db."""

from __future__ import annotations

import json
import sqlite3

from harvester.clock import now
from harvester.record import Page
from harvester.sources import Cursor
from harvester.store import sightings


def cursor(db: sqlite3.Connection, source: str, name: str) -> Cursor:
    """Where a list stands; a fresh cursor for a list that is new."""
    row = db.execute(
        "select place, complete_through, seen from lists where source = ? and list = ?", (source, name)
    ).fetchone()
    if row is None:
        return Cursor()
    return Cursor(
        place=json.loads(row[0]) if row[0] else None,
        complete_through=row[1],
        seen=row[2],
        named=lambda: sightings.named(db, source, name),
    )


def move(db: sqlite3.Connection, source: str, name: str, page: Page, *, through: bool) -> None:
    """The place after a page. ``through``: *complete through* may move, where the page ends a complete list."""
    ended = page.verdict is not None
    db.execute(
        "insert into lists (source, list, place, complete_through, seen, announced, verdict, updated)"
        " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (source, list) do update set place = excluded.place,"
        " complete_through = coalesce(excluded.complete_through, complete_through),"
        " seen = case when ? then 0 else seen + excluded.seen end,"
        " announced = coalesce(excluded.announced, announced), verdict = coalesce(excluded.verdict, verdict),"
        " updated = excluded.updated",
        (
            source,
            name,
            None if page.place is None else json.dumps(page.place, ensure_ascii=False),
            page.complete_through if through and page.verdict and page.verdict.complete else None,
            0 if ended else len(page.records) + len(page.broken),
            page.announced,
            str(page.verdict) if page.verdict else None,
            now(),
            ended,
        ),
    )


def abandon(db: sqlite3.Connection, source: str, name: str, verdict: str, *, forget_place: bool) -> None:
    """A list that did not end: keep the reason, and (unless it leads nowhere) the place."""
    db.execute(
        "insert into lists (source, list, verdict, updated) values (?, ?, ?, ?) on conflict (source, list)"
        " do update set verdict = excluded.verdict, updated = excluded.updated",
        (source, name, verdict, now()),
    )
    if forget_place:
        db.execute("update lists set place = null, seen = 0 where source = ? and list = ?", (source, name))


def moved(db: sqlite3.Connection, source: str, url: str) -> str | None:
    """Note where a source is harvested from; the address before, where it was another.

    A place in a list is a server's own, and so are its clock, its datestamps, and what was learned about it: at a new
    address everything is asked for once. A repository that moved may have brought records along with dates of before our
    last harvest, and another one at that address has nothing but such. Where only http became https, it has not moved.
    """
    row = db.execute("select url from origins where source = ?", (source,)).fetchone()
    if row is not None and row[0] == url:
        return None
    db.execute(
        "insert into origins (source, url, since) values (?, ?, ?)"
        " on conflict (source) do update set url = excluded.url, since = excluded.since",
        (source, url, now()),
    )
    if row is None or _place(row[0]) == _place(url):
        return None
    db.execute("update lists set place = null, seen = 0, complete_through = null where source = ?", (source,))
    for table in ("quirks", "sightings"):
        db.execute(f"delete from {table} where source = ?", (source,))
    return str(row[0])


def _place(url: str) -> str:
    """
    >>> _place("http://a.example/oai/") == _place("https://a.example/oai"), _place("https://b.example/oai")
    (True, 'b.example/oai')
    """
    return url.partition("://")[2].rstrip("/")
