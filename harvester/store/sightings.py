"""What a whole list has named: so that what it no longer names is found. Functions on a connection to store.db.

Kept in the database, because a list may take several runs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from harvester.record import Extent, Page


def forget(db: sqlite3.Connection, source: str, name: str) -> None:
    """The list begins, or has ended."""
    db.execute("delete from sightings where source = ? and list = ?", (source, name))


def add(db: sqlite3.Connection, source: str, name: str, page: Page) -> None:
    """What a page names; a broken record has not vanished."""
    seen = {raw.identifier for raw in page.records} | {b.identifier for b in page.broken if b.identifier}
    seen.update(page.unchanged)
    db.executemany("insert or ignore into sightings values (?, ?, ?)", [(source, name, i) for i in seen])


def named(db: sqlite3.Connection, source: str, name: str) -> Iterator[str]:
    """The identifiers that the list has named so far."""
    for (identifier,) in db.execute("select identifier from sightings where source = ? and list = ?", (source, name)):
        yield identifier


def has(db: sqlite3.Connection, source: str, name: str, identifier: str) -> bool:
    """Whether the list has named this identifier before."""
    found = db.execute(
        "select 1 from sightings where source = ? and list = ? and identifier = ?", (source, name, identifier)
    ).fetchone()
    return found is not None


def unseen(db: sqlite3.Connection, source: str, name: str, extent: Extent, page: Page) -> tuple[list[str], int]:
    """Identifiers of an extent that neither the list so far nor its last page names; and how many live ones it has."""
    named = {raw.identifier for raw in page.records} | {b.identifier for b in page.broken} | set(page.unchanged)
    where = (
        "from records where source = :source and deleted = 0 and vanished is null"
        " and (:format = '' or format = :format)"
        " and (:set = '' or exists (select 1 from json_each(sets) where value = :set or value like :below escape '\\'))"
    )
    bound = {
        "source": source,
        "list": name,
        "format": extent.format,
        "set": extent.set_spec,
        "below": _literal(extent.set_spec) + ":%",
    }
    (live,) = db.execute(f"select count(*) {where}", bound).fetchone()
    rows = db.execute(
        f"select distinct identifier {where} and not exists"
        " (select 1 from sightings s where s.source = :source and s.list = :list and s.identifier = records.identifier)"
        " order by identifier",
        bound,
    )
    return [identifier for (identifier,) in rows if identifier not in named], live


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
