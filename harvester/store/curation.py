"""What people say of the works in the listings, and what they said before: by whom, when; and since when works stand there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from msgspec import Struct

from harvester.clock import now
from harvester.store.upkeep import Transaction


class Said(Struct, frozen=True):
    """One change."""

    listing: str
    work: str
    """As the file names it."""
    said: str
    """JSON; '' from when on nothing is said."""
    by: str
    """'' where the file was edited without this program."""
    at: str


_CHANGES = "select listing, work, said, by, at from curation"


def every(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    """All changes, the oldest first; none of a store from before they were kept."""
    there = db.execute("select 1 from sqlite_master where name = 'curation'").fetchone()
    return db.execute(f"{_CHANGES} order by id").fetchall() if there else []


def carry_over(db: sqlite3.Connection, rows: Iterable[tuple[object, ...]]) -> None:
    """Changes of the store that this one replaces, where they are not known here."""
    known = set(every(db))
    db.executemany(
        "insert into curation (listing, work, said, by, at) values (?, ?, ?, ?, ?)",
        [row for row in rows if row not in known],
    )


class Curation:
    """Kept by the store. What may be said is decided in ``harvester.listing.curation``."""

    def __init__(self, db: sqlite3.Connection, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    def last(self) -> int:
        """The number of the last change: another one where anything is said otherwise."""
        (last,) = self._db.execute("select coalesce(max(id), 0) from curation").fetchone()
        return int(last)

    def of(self, listing: str) -> dict[str, Said]:
        """What is said now, by work, in the order in which it was said first."""
        latest = f"{_CHANGES} where id in (select max(id) from curation where listing = ? group by work) order by id"
        found = (Said(*row) for row in self._db.execute(latest, (listing,)))
        return {one.work: one for one in found if one.said}

    def history(self, listing: str) -> list[Said]:
        """Every change, the newest first."""
        return [Said(*row) for row in self._db.execute(f"{_CHANGES} where listing = ? order by id desc", (listing,))]

    def save(self, listing: str, wanted: Mapping[str, str], by: str) -> int:
        """Let this be what is said, by work; how many changes that was."""
        known = {work: one.said for work, one in self.of(listing).items()}
        changes = [(work, said) for work, said in wanted.items() if known.get(work) != said]
        changes += [(work, "") for work in known if work not in wanted]
        if changes:
            stamp = now()
            with self._transaction(durable=True) as db:
                db.executemany(
                    "insert into curation (listing, work, said, by, at) values (?, ?, ?, ?, ?)",
                    [(listing, work, said, by, stamp) for work, said in changes],
                )
        return len(changes)

    def listed(self, standing: Iterable[tuple[str, int]]) -> list[tuple[str, int, str]]:
        """(listing, work, since when) of the works that stand in listings; of those that were in none so far that is now."""
        wanted = sorted(set(standing))
        known = {(listing, id_): since for listing, id_, since in self._db.execute("select * from listed")}
        new = [place for place in wanted if place not in known]
        stamp = now()
        if new:
            with self._transaction() as db:
                db.executemany(
                    "insert into listed values (?, ?, ?) on conflict do nothing", [(*place, stamp) for place in new]
                )
        return [(*place, known.get(place, stamp)) for place in wanted]
