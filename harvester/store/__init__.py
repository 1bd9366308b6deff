"""store.db: what sources said, where harvests stand, what people decided. Precious.

A page and the place after it are one transaction: a crash loses neither or both. A record that comes again unchanged
costs one comparison and no write. Every change of a record gets a change number that only grows; the index remembers the
number that it has seen.

This is the door; the rooms behind it are functions on a connection, one file a concern.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from harvester.clock import now
from harvester.errors import Damaged, StoreError
from harvester.record import Page
from harvester.sources import Cursor
from harvester.store import decisions, epoch, judgements, lists, quarantine, runs, sightings
from harvester.store.curation import Curation
from harvester.store.database import connect, connect_read_only, damage, explained, transaction
from harvester.store.keys import Keys
from harvester.store.news import News
from harvester.store.nouns import Health, StoredRecord, Tally
from harvester.store.pages import Pages
from harvester.store.payloads import Payloads
from harvester.store.provided import Provided
from harvester.store.quarantine import Quarantined
from harvester.store.quirks import Quirks
from harvester.store.reading import Reading, last_change
from harvester.store.readonly import ReadOnly
from harvester.store.schedule import Schedule
from harvester.store.sizes import Sizes, sizes
from harvester.store.upkeep import Upkeep

__all__ = ["Health", "Quarantined", "Store", "StoredRecord", "Tally", "now"]


class Store:
    """An open store. Use ``Store.open`` or ``Store.read_only``; a context manager closes it."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db
        payloads = Payloads(db)
        self._pages = Pages(db, payloads)
        self._reading = Reading(db, payloads, str(path))
        begin = partial(
            transaction, path, db
        )  # not a method: a store that is closed is gone, without a search for cycles
        self.keys = Keys(db, begin)
        """Which work keys were issued, and which record was last in which work."""
        self.upkeep = Upkeep(db, begin)
        """Pruning, suppressing, and sources that go."""
        self.schedule = Schedule(db, begin)
        self.news = News(db, begin)
        """What became of works from one index to the next."""
        self.provided = Provided(db, begin)
        """What harvesters were told of works, and when."""
        self.curation = Curation(db, begin)
        """What people say of the works in the listings."""

    @classmethod
    def open(cls, path: Path, *, create: bool = True) -> Store:
        """Open for writing; made where it does not exist, migrated where it is older. StoreError where it is not ours.

        ``create=False``: StoreError where there is none, so that a wrong path is not taken for a store without records.
        """
        return cls(path, connect(path, create=create))

    @classmethod
    def for_a_dry_run(cls, path: Path) -> Store:
        """Open for reading; where there is no store, one without records, in memory."""
        return cls.read_only(path) if path.exists() else cls(path, connect(Path(":memory:")))

    @classmethod
    def read_only(cls, path: Path) -> Store:
        """Open for reading. StoreError where there is none."""
        return cls(path, connect_read_only(path))

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        try:
            if error is not None and (fault := damage(self._db, error)):
                raise Damaged(
                    f"{self.path}: is damaged ({fault}); `harvester restore FILE` puts a backup in its place"
                ) from error
            if isinstance(self._db, ReadOnly):
                self._db.confirm()
        finally:
            self.close()
        if isinstance(error, sqlite3.Error):
            raise StoreError(f"{self.path}: {explained(error)}") from error

    @property
    def connection(self) -> sqlite3.Connection:
        """For reading by hand; writing is this room's business."""
        return self._db

    def transaction(self, *, durable: bool = False) -> AbstractContextManager[sqlite3.Connection]:
        """All or nothing, from the first statement on; may be nested: the outermost one commits.

        ``durable``: it is on the disk when it returns. Others survive the end of this process at any moment, but a power
        cut may take the last of them back: whole, and in order (https://www.sqlite.org/pragma.html#pragma_synchronous).
        """
        return transaction(self.path, self._db, durable=durable)

    # --- runs --------------------------------------------------------------------------------------------------------

    def begin_run(self, command: str) -> int:
        with self.transaction() as db:
            return runs.begin(db, command)

    def end_run(self, run_id: int, exit_code: int) -> None:
        with self.transaction() as db:
            runs.end(db, run_id, exit_code)

    def begin_source(self, run_id: int, source: str) -> None:
        with self.transaction() as db:
            runs.begin_source(db, run_id, source)

    def end_source(self, run_id: int, source: str, verdict: str, requests: int) -> None:
        with self.transaction() as db:
            runs.end_source(db, run_id, source, verdict, requests)

    def health(self) -> list[Health]:
        """One row a source that was ever harvested, by name."""
        return runs.health(self._db)

    # --- harvesting --------------------------------------------------------------------------------------------------

    def cursor(self, source: str, name: str) -> Cursor:
        """Where a list stands; a fresh cursor for a list that is new."""
        return lists.cursor(self._db, source, name)

    def quirks(self, source: str) -> MutableMapping[str, str]:
        """What was learned about a source; what is set here is kept."""
        return Quirks(self._db, self.transaction, source)

    def moved(self, source: str, url: str) -> str | None:
        """Note where a source is harvested from; the address before, where it was another: then its lists begin anew."""
        with self.transaction() as db:
            return lists.moved(db, source, url)

    def begin_list(self, source: str, name: str) -> None:
        """A list begins anew: what an earlier one has named does not count for it."""
        with self.transaction() as db:
            sightings.forget(db, source, name)

    def compare(self, source: str, page: Page) -> Tally:
        """What ``save`` would find, without writing."""
        return self._pages.sort(source, page, None)[0]

    def save(
        self, run_id: int, source: str, name: str, page: Page, *, move: bool = True, vanished: Sequence[str] = ()
    ) -> Tally:
        """Keep a page and the place after it, in one transaction. ``move=False``: *complete through* stays where it is.

        ``vanished``: identifiers that the list, which ends with this page, no longer names.
        """
        complete = page.verdict is not None and page.verdict.complete
        with self.transaction(durable=move and complete) as db:
            tally = self._pages.keep(run_id, source, page, name)
            if page.place is None:
                sightings.forget(db, source, name)
            else:
                sightings.add(db, source, name, page)
            if page.extent is not None and vanished:
                tally += self._pages.retire(run_id, source, page.extent, vanished)
            if page.gone:
                tally += self._pages.gone(run_id, source, page.gone)
            lists.move(db, source, name, page, through=move)
        return tally

    def unseen(self, source: str, name: str, page: Page) -> tuple[list[str], int]:
        """What a list that ends with this page has not named of its extent; and how many live records that has."""
        assert page.extent is not None
        return sightings.unseen(self._db, source, name, page.extent, page)

    def keep(self, run_id: int, source: str, page: Page) -> Tally:
        """Keep the records of a page that is no part of a list: each was asked for, and is as the source has it now."""
        with self.transaction():
            return self._pages.keep(run_id, source, page, None)

    def abandon(self, source: str, name: str, verdict: str, *, forget_place: bool = False) -> None:
        """A list that did not end: keep the reason, and (unless it leads nowhere) the place."""
        with self.transaction() as db:
            lists.abandon(db, source, name, verdict, forget_place=forget_place)

    # --- reading -----------------------------------------------------------------------------------------------------

    def last_change(self) -> int:
        """The last change number that was given out."""
        return last_change(self._db)

    def max_id(self) -> int:
        return self._reading.max_id()

    def changes(self, after: int, source: str | None = None, batch: int = 500) -> Iterator[list[StoredRecord]]:
        """Records, tombstones too, that changed after a change number, in order of change."""
        return self._reading.changes(after, source, batch)

    def scan(self, first_id: int, last_id: int) -> Iterator[StoredRecord]:
        """Records, tombstones too, with ids from ``first_id`` to ``last_id`` inclusive, in order of id."""
        return self._reading.scan(first_id, last_id)

    def records(self, ids: Sequence[int]) -> list[StoredRecord]:
        """Records by id, in order of id; ids that do not exist are left out."""
        return self._reading.by_id(ids)

    def find(self, source: str, identifier: str) -> list[StoredRecord]:
        """All formats of a record."""
        return self._reading.find(source, identifier)

    def ids(self, names: Iterable[tuple[str, str]]) -> set[int]:
        """Records, in all formats, by (source, identifier); ids of tombstones too."""
        return self._reading.ids(names)

    def live(self, names: Iterable[tuple[str, str]]) -> int:
        """How many of these records, (source, identifier), there are."""
        return self._reading.live(names)

    def sources(self) -> list[str]:
        """Names of the sources that have live records here, by name."""
        return self._reading.sources()

    def learned(self, quirk: str) -> dict[str, str]:
        """Source -> what was learned about it under this name, of all sources of which it was."""
        return self._reading.learned(quirk)

    def set_names(self) -> dict[str, dict[str, str]]:
        """Source -> setSpec -> name."""
        return self._reading.set_names()

    # --- quarantine --------------------------------------------------------------------------------------------------

    def note_readings(
        self,
        run_id: int,
        unreadable: Iterable[tuple[StoredRecord, str, str]],
        readable: Iterable[tuple[str, str, str]] | None,
    ) -> dict[str, int]:
        """After indexing: quarantine what no reader understands, (record, element, reason), and release what can be read.

        ``readable`` are (source, identifier, format) that were read, or are gone; None: everything but ``unreadable`` was.
        Returns the number of new losses per source.
        """
        with self.transaction() as db:
            losses = quarantine.note_readings(db, run_id, unreadable, None if readable is None else set(readable))
            for source, count in losses.items():
                runs.count(db, run_id, source, Tally(quarantined=count))
        return losses

    def quarantined(self, source: str | None = None) -> list[Quarantined]:
        """What is in quarantine now, oldest first."""
        return quarantine.current(self._db, source)

    def quarantined_payload(self, quarantine_id: int) -> bytes | None:
        row = self._db.execute("select payload from quarantine where id = ?", (quarantine_id,)).fetchone()
        return None if row is None else row[0]

    # --- decisions and notes -----------------------------------------------------------------------------------------

    def suppressed(self) -> list[decisions.Suppression]:
        """The suppressions that hold, oldest first."""
        return decisions.suppressed(self._db)

    def kept_out(self) -> dict[str, str]:
        """Match keys and records (``decisions.record_name``) that are suppressed -> ``yes``, or ``erase``."""
        return decisions.subjects(self._db)

    def undone(self) -> int:
        """The number of the last decision that undid a suppression."""
        return decisions.undone(self._db)

    def decisions(self, ids: Iterable[str] | None = None) -> list[judgements.Decision]:
        """All decisions but those to suppress, the oldest first; or those with these numbers, and what undoes them."""
        return judgements.every(self._db) if ids is None else judgements.numbered(self._db, ids)

    def decisions_about(self, names: Iterable[tuple[str, str]]) -> set[str]:
        """Numbers of the decisions about one of these records, (source, identifier); of those that were undone, too."""
        return judgements.about(self._db, names)

    def suppressions(self) -> list[judgements.Decision]:
        """All decisions to suppress, and to undo that, in the form of the others, the oldest first."""
        return judgements.suppressions(self._db)

    def last_decision(self) -> int:
        """The number of the last row of them; the index remembers the one that it has seen."""
        return judgements.last(self._db)

    def decisions_since(self, row: int) -> set[str]:
        """Numbers of the decisions that were noted, or undone, after a row."""
        return judgements.since(self._db, row)

    def erase_late(self, found: Iterable[tuple[str, str, str]]) -> None:
        """Wipe records that came after the decision: (source, identifier, the subject that it was recognised by)."""
        self.upkeep.erase_late(list(found))

    def sizes(self) -> Sizes:
        """How much room it takes."""
        return sizes(self._db, self.path)

    # --- notes about the index ---------------------------------------------------------------------------------------

    def mark(self, change: int) -> str:
        """Which store this is, and the run that brought a change: so that an index notices one that went back in time."""
        return epoch.mark(self._db, change)

    def knows(self, mark: str) -> bool:
        """Whether this store still has the past that an index was made from."""
        return epoch.knows(self._db, mark)

    def note(self, name: str) -> str | None:
        row = self._db.execute("select value from meta where name = ?", (name,)).fetchone()
        return None if row is None else row[0]

    def set_note(self, name: str, value: str | None) -> None:
        with self.transaction() as db:
            if value is None:
                db.execute("delete from meta where name = ?", (name,))
            else:
                db.execute(
                    "insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
                    (name, value),
                )
