"""store.db: what sources said, where harvests stand, what people decided. Precious.

A page and the place after it are one transaction: a crash loses neither or both. A record that comes again unchanged
costs one comparison and no write. Every change of a record gets a change number that only grows; the index remembers the
number that it has seen.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from harvester import __version__
from harvester.clock import now
from harvester.record import Extent, Page, RawRecord
from harvester.sources import Cursor
from harvester.store import quarantine, sightings
from harvester.store.database import connect, connect_read_only, translated
from harvester.store.keys import ID_BATCH, Keys
from harvester.store.nouns import Health, StoredRecord, Tally
from harvester.store.payloads import Payloads
from harvester.store.quarantine import Quarantined
from harvester.store.quirks import Quirks

__all__ = ["Health", "Quarantined", "Store", "StoredRecord", "Tally", "now"]


class Store:
    """An open store. Use ``Store.open`` or ``Store.read_only``; a context manager closes it."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db
        self._payloads = Payloads(db)
        self.keys = Keys(db, self.transaction)
        """Which work keys were issued, and which record was last in which work."""

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

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """For reading by hand; writing is this module's business."""
        return self._db

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, from the first statement on; may be nested: the outermost one commits."""
        if self._db.in_transaction:
            yield self._db
            return
        with translated(self.path):
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                if self._db.in_transaction:  # a full disk has already rolled back
                    self._db.execute("rollback")
                raise
            self._db.execute("commit")

    # --- runs --------------------------------------------------------------------------------------------------------

    def begin_run(self, command: str) -> int:
        with self.transaction() as db:
            cursor = db.execute(
                "insert into runs (command, started, host, pid, version) values (?, ?, ?, ?, ?)",
                (command, now(), socket.gethostname(), os.getpid(), __version__),
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def end_run(self, run_id: int, exit_code: int) -> None:
        with self.transaction() as db:
            db.execute("update runs set ended = ?, exit_code = ? where id = ?", (now(), exit_code, run_id))

    def begin_source(self, run_id: int, source: str) -> None:
        with self.transaction() as db:
            db.execute(
                "insert into run_sources (run_id, source, verdict, started) values (?, ?, 'running', ?)",
                (run_id, source, now()),
            )

    def end_source(self, run_id: int, source: str, verdict: str, requests: int) -> None:
        with self.transaction() as db:
            db.execute(
                "update run_sources set verdict = ?, requests = ?, ended = ? where run_id = ? and source = ?",
                (verdict, requests, now(), run_id, source),
            )

    # --- harvesting --------------------------------------------------------------------------------------------------

    def cursor(self, source: str, name: str) -> Cursor:
        """Where a list stands; a fresh cursor for a list that is new."""
        row = self._db.execute(
            "select place, complete_through, seen from lists where source = ? and list = ?", (source, name)
        ).fetchone()
        if row is None:
            return Cursor()
        return Cursor(place=json.loads(row[0]) if row[0] else None, complete_through=row[1], seen=row[2])

    def quirks(self, source: str) -> MutableMapping[str, str]:
        """What was learned about a source; what is set here is kept."""
        return Quirks(self._db, self.transaction, source)

    def compare(self, source: str, page: Page) -> Tally:
        """What ``save`` would find, without writing."""
        return self._sort(source, page)[0]

    def begin_list(self, source: str, name: str) -> None:
        """A list begins anew: what an earlier one has named does not count for it."""
        with self.transaction() as db:
            sightings.forget(db, source, name)

    def save(
        self, run_id: int, source: str, name: str, page: Page, *, move: bool = True, vanished: Sequence[str] = ()
    ) -> Tally:
        """Keep a page and the place after it, in one transaction. ``move=False``: *complete through* stays where it is.

        ``vanished``: identifiers that the list, which ends with this page, no longer names.
        """
        with self.transaction() as db:
            tally = self.keep(run_id, source, page)
            if page.extent is not None:
                sightings.add(db, source, name, page)
                if vanished:
                    tally += self._retire(db, run_id, source, page.extent, vanished)
                if page.verdict is not None:
                    sightings.forget(db, source, name)
            self._move(db, source, name, page, now(), move=move)
        return tally

    def unseen(self, source: str, name: str, page: Page) -> tuple[list[str], int]:
        """What a list that ends with this page has not named of its extent; and how many live records that has."""
        assert page.extent is not None
        return sightings.unseen(self._db, source, name, page.extent, page)

    def keep(self, run_id: int, source: str, page: Page) -> Tally:
        """Keep the records of a page that is no part of a list."""
        stamp = now()
        self._payloads.forget()
        with self.transaction() as db:
            tally, new, changed = self._sort(source, page)
            change = self.last_change()
            rows = []
            for raw in new:
                change += 1
                rows.append((*self._columns(raw), raw.source, raw.identifier, raw.format, change, stamp, stamp, run_id))
            db.executemany(_INSERT, rows)
            for record_id, raw in changed:
                change += 1
                db.execute(_KEEP_VERSION, (stamp, record_id))
                db.execute(_UPDATE, (*self._columns(raw), change, stamp, run_id, record_id))
            broken = self._quarantine_broken(db, run_id, source, page, stamp)
            quarantine.recovered(db, source, page.records, stamp)
            tally += Tally(quarantined=broken)
            db.executemany(
                "insert into sets (source, set_spec, name) values (?, ?, ?) on conflict (source, set_spec)"
                " do update set name = excluded.name where name <> excluded.name",
                [(source, spec, said) for spec, said in page.set_names.items()],
            )
            _count(db, run_id, source, tally)
        return tally

    def abandon(self, source: str, name: str, verdict: str, *, forget_place: bool = False) -> None:
        """A list that did not end: keep the reason, and (unless it leads nowhere) the place."""
        with self.transaction() as db:
            db.execute(
                "insert into lists (source, list, verdict, updated) values (?, ?, ?, ?) on conflict (source, list)"
                " do update set verdict = excluded.verdict, updated = excluded.updated",
                (source, name, verdict, now()),
            )
            if forget_place:
                db.execute("update lists set place = null, seen = 0 where source = ? and list = ?", (source, name))

    def _sort(self, source: str, page: Page) -> tuple[Tally, list[RawRecord], list[tuple[int, RawRecord]]]:
        """Which records of a page are new and which changed; the last of several with one key counts."""
        by_key = {(raw.identifier, raw.format): raw for raw in page.records}
        known: dict[tuple[str, str], tuple[int, bytes, int, int]] = {}
        identifiers = list({identifier for identifier, _ in by_key})
        for start in range(0, len(identifiers), ID_BATCH):
            batch = identifiers[start : start + ID_BATCH]
            marks = ",".join("?" * len(batch))
            for record_id, identifier, format_, digest, deleted, vanished in self._db.execute(
                "select id, identifier, format, digest, deleted, vanished is not null from records"
                f" where source = ? and identifier in ({marks})",
                (source, *batch),
            ):
                known[identifier, format_] = (record_id, digest, deleted, vanished and not deleted)
        new: list[RawRecord] = []
        changed: list[tuple[int, RawRecord]] = []
        deleted_count = 0
        for key, raw in by_key.items():
            before = known.get(key)
            if before is None:
                new.append(raw)
            elif before[1] == raw.digest and before[2] == raw.deleted and not before[3]:
                continue
            elif raw.deleted and before[2]:
                continue  # a tombstone that was only re-dated
            else:
                changed.append((before[0], raw))
        deleted_count = sum(r.deleted for r in new) + sum(r.deleted for _, r in changed)
        live_new = sum(not r.deleted for r in new)
        live_changed = sum(not r.deleted for _, r in changed)
        fetched = len(page.records)
        tally = Tally(fetched, live_new, live_changed, fetched - live_new - live_changed - deleted_count, deleted_count)
        return tally + Tally(fetched=len(page.broken)), new, changed

    def _columns(self, raw: RawRecord) -> tuple[object, ...]:
        dictionary, payload = self._payloads.compress(raw.payload, raw.format)
        return (
            raw.datestamp,
            int(raw.deleted),
            raw.digest,
            payload,
            dictionary,
            raw.context,
            json.dumps(raw.sets) if raw.sets else "[]",
            json.dumps(raw.repairs, ensure_ascii=False) if raw.repairs else "[]",
        )

    def _move(self, db: sqlite3.Connection, source: str, name: str, page: Page, stamp: str, *, move: bool) -> None:
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
                page.complete_through if move and page.verdict and page.verdict.complete else None,
                0 if ended else len(page.records) + len(page.broken),
                page.announced,
                str(page.verdict) if page.verdict else None,
                stamp,
                ended,
            ),
        )

    def _quarantine_broken(self, db: sqlite3.Connection, run_id: int, source: str, page: Page, stamp: str) -> int:
        return sum(
            quarantine.put(
                db,
                (source, b.identifier or quarantine.nameless(b.payload), b.format, "harvest"),
                element=b.element,
                reason=b.reason,
                payload=b.payload,
                run_id=run_id,
                stamp=stamp,
            )
            for b in page.broken
        )

    def _retire(
        self, db: sqlite3.Connection, run_id: int, source: str, extent: Extent, identifiers: Sequence[str]
    ) -> Tally:
        """Mark what has vanished; its last version stays readable. A record that comes again is there again."""
        stamp, change, count = now(), self.last_change(), 0
        for identifier in identifiers:
            for record_id, payload_digest in db.execute(
                "select id, digest from records where source = ? and identifier = ? and deleted = 0 and vanished is null"
                " and (?3 = '' or format = ?3)",
                (source, identifier, extent.format),
            ).fetchall():
                change, count = change + 1, count + 1
                if extent.deletes:
                    db.execute(_KEEP_VERSION, (stamp, record_id))
                db.execute(
                    "update records set deleted = ?, digest = ?, vanished = ?, change = ?, changed = ?, run_id = ?"
                    " where id = ?",
                    (
                        int(extent.deletes),
                        b"" if extent.deletes else payload_digest,
                        stamp,
                        change,
                        stamp,
                        run_id,
                        record_id,
                    ),
                )
        tally = Tally(deleted=count) if extent.deletes else Tally(changed=count)
        _count(db, run_id, source, tally)
        return tally

    # --- reading -----------------------------------------------------------------------------------------------------

    def last_change(self) -> int:
        (change,) = self._db.execute("select coalesce(max(change), 0) from records").fetchone()
        return int(change)

    def max_id(self) -> int:
        (record_id,) = self._db.execute("select coalesce(max(id), 0) from records").fetchone()
        return int(record_id)

    def changes(self, after: int, source: str | None = None, batch: int = 500) -> Iterator[list[StoredRecord]]:
        """Records, tombstones too, that changed after a change number, in order of change."""
        where = "" if source is None else " and source = :source"
        while True:
            rows = self._db.execute(
                f"{_SELECT} where change > :after{where} order by change limit :batch",
                {"after": after, "source": source, "batch": batch},
            ).fetchall()
            if not rows:
                return
            found = [self._stored(row) for row in rows]
            yield found
            after = found[-1].change

    def scan(self, first_id: int, last_id: int) -> Iterator[StoredRecord]:
        """Records, tombstones too, with ids from ``first_id`` to ``last_id`` inclusive, in order of id."""
        for row in self._db.execute(f"{_SELECT} where id between ? and ? order by id", (first_id, last_id)):
            yield self._stored(row)

    def records(self, ids: Sequence[int]) -> list[StoredRecord]:
        """Records by id, in order of id; ids that do not exist are left out."""
        found: list[StoredRecord] = []
        ordered = sorted(ids)
        for start in range(0, len(ordered), ID_BATCH):
            batch = ordered[start : start + ID_BATCH]
            marks = ",".join("?" * len(batch))
            found += map(self._stored, self._db.execute(f"{_SELECT} where id in ({marks}) order by id", batch))
        return found

    def sources(self) -> list[str]:
        """Names of the sources that have records here, by name."""
        rows = self._db.execute(  # a skip through the index: not every record is looked at
            "with recursive names(name) as (select min(source) from records union all"
            " select (select min(source) from records where source > name) from names where name is not null)"
            " select name from names where name is not null"
        )
        return [name for (name,) in rows]

    def set_names(self) -> dict[str, dict[str, str]]:
        """Source -> setSpec -> name."""
        found: dict[str, dict[str, str]] = {}
        for source, spec, name in self._db.execute("select source, set_spec, name from sets order by source, set_spec"):
            found.setdefault(source, {})[spec] = name
        return found

    def find(self, source: str, identifier: str) -> list[StoredRecord]:
        """All formats of a record."""
        rows = self._db.execute(f"{_SELECT} where source = ? and identifier = ? order by id", (source, identifier))
        return [self._stored(row) for row in rows]

    def _stored(self, row: tuple[object, ...]) -> StoredRecord:
        (id_, change, added, source, identifier, format_, datestamp, deleted, digest, payload, dictionary, *rest) = row
        context, sets, repairs = rest
        raw = RawRecord(
            source=source,  # type: ignore[arg-type]  # the table is STRICT: types are what its columns say
            identifier=identifier,  # type: ignore[arg-type]
            format=format_,  # type: ignore[arg-type]
            payload=self._payloads.restore(payload, dictionary),  # type: ignore[arg-type]
            context=context,  # type: ignore[arg-type]
            datestamp=datestamp,  # type: ignore[arg-type]
            deleted=bool(deleted),
            sets=() if sets == "[]" else tuple(json.loads(sets)),  # type: ignore[arg-type]
            repairs=() if repairs == "[]" else tuple(json.loads(repairs)),  # type: ignore[arg-type]
            digest=digest,  # type: ignore[arg-type]
        )
        return StoredRecord(id_, change, raw, added)  # type: ignore[arg-type]

    # --- quarantine and health ---------------------------------------------------------------------------------------

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
        stamp = now()
        losses: dict[str, int] = {}
        failed = set()
        with self.transaction() as db:
            for record, element, reason in unreadable:
                raw = record.raw
                failed.add((raw.source, raw.identifier, raw.format))
                new = quarantine.put(
                    db,
                    (raw.source, raw.identifier, raw.format, "read"),
                    element=element,
                    reason=reason,
                    payload=raw.payload,
                    run_id=run_id,
                    stamp=stamp,
                )
                if new:
                    losses[raw.source] = losses.get(raw.source, 0) + 1
            quarantine.release(db, failed, None if readable is None else set(readable), stamp)
            for source, count in losses.items():
                db.execute(
                    "update run_sources set quarantined = quarantined + ? where run_id = ? and source = ?",
                    (count, run_id, source),
                )
        return losses

    def quarantined(self, source: str | None = None) -> list[Quarantined]:
        """What is in quarantine now, oldest first."""
        return quarantine.current(self._db, source)

    def quarantined_payload(self, quarantine_id: int) -> bytes | None:
        row = self._db.execute("select payload from quarantine where id = ?", (quarantine_id,)).fetchone()
        return None if row is None else row[0]

    def health(self) -> list[Health]:
        """One row a source that was ever harvested, by name."""
        rows = self._db.execute(
            "with last as (select source, max(run_id) as run_id from run_sources group by source)"
            " select s.source, s.started,"
            " (select max(ended) from run_sources c where c.source = s.source and c.verdict = 'complete'),"
            " s.verdict,"
            " (select count(*) from records r where r.source = s.source and not r.deleted),"
            " (select count(*) from records r where r.source = s.source and r.deleted),"
            " (select count(*) from quarantine q where q.source = s.source and q.resolved is null),"
            " (select min(complete_through) from lists l where l.source = s.source)"
            " from run_sources s join last using (source, run_id) order by s.source"
        )
        return [Health(*row) for row in rows]

    # --- notes about the index ---------------------------------------------------------------------------------------

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


_SELECT = (
    "select id, change, first_seen, source, identifier, format, datestamp, deleted, digest, payload, dictionary, context,"
    " sets, repairs from records"
)
_INSERT = (
    "insert into records (datestamp, deleted, digest, payload, dictionary, context, sets, repairs, source, identifier,"
    " format, change, first_seen, changed, run_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE = (
    "update records set datestamp = ?, deleted = ?, digest = ?, payload = ?, dictionary = ?, context = ?, sets = ?,"
    " repairs = ?, change = ?, changed = ?, run_id = ?, vanished = null where id = ?"
)
_KEEP_VERSION = (
    "insert into record_versions (record_id, change, datestamp, deleted, digest, payload, dictionary, context, sets, repairs,"
    " changed, superseded, run_id) select id, change, datestamp, deleted, digest, payload, dictionary, context, sets,"
    " repairs, changed, ?, run_id from records where id = ?"
)


def _count(db: sqlite3.Connection, run_id: int, source: str, tally: Tally) -> None:
    db.execute(
        "update run_sources set fetched = fetched + ?, new = new + ?, changed = changed + ?,"
        " unchanged = unchanged + ?, deleted = deleted + ?, quarantined = quarantined + ?"
        " where run_id = ? and source = ?",
        (*(getattr(tally, f) for f in Tally.__struct_fields__), run_id, source),
    )
