"""What a page brings: which of its records are new, which changed, and what is written of them."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

from harvester.clock import now
from harvester.record import Broken, Extent, Page, RawRecord
from harvester.store import decisions, quarantine, runs, sightings
from harvester.store.keys import ID_BATCH
from harvester.store.nouns import Tally
from harvester.store.payloads import Payloads
from harvester.store.reading import last_change

Known: TypeAlias = tuple[int, bytes, int, int, str]
"""Of a record that we hold: id, digest, deleted, vanished without being deleted, datestamp."""


class Pages:
    """Sorts and writes the records of pages. Transactions are the caller's."""

    def __init__(self, db: sqlite3.Connection, payloads: Payloads) -> None:
        self._db = db
        self._payloads = payloads

    def sort(
        self, source: str, page: Page, name: str | None
    ) -> tuple[Tally, list[RawRecord], list[tuple[int, RawRecord]]]:
        """Which records of a page of the list ``name`` are new and which changed; ``None``: they were asked for singly."""
        newest: dict[tuple[str, str], RawRecord] = {}
        for raw in page.records:
            key = (raw.identifier, raw.format)
            if key not in newest or not _older(raw.datestamp, newest[key].datestamp):
                newest[key] = raw
        known = self._known(source, {identifier for identifier, _ in newest})
        new: list[RawRecord] = []
        changed: list[tuple[int, RawRecord]] = []
        for key, raw in newest.items():
            before = known.get(key)
            if before is None:
                new.append(raw)
            elif before[1] == raw.digest and before[2] == raw.deleted and not before[3]:
                continue
            elif raw.deleted and before[2]:
                continue  # a tombstone that was only re-dated
            elif self._stale(raw, before, page, name):
                continue
            else:
                changed.append((before[0], raw))
        deleted = sum(r.deleted for r in new) + sum(r.deleted for _, r in changed)
        live_new = sum(not r.deleted for r in new)
        live_changed = sum(not r.deleted for _, r in changed)
        fetched = len(page.records)
        tally = Tally(fetched, live_new, live_changed, fetched - live_new - live_changed - deleted, deleted)
        beside = Tally(fetched=len(page.broken) + len(page.unchanged), unchanged=len(page.unchanged))
        return tally + beside, new, changed

    def _known(self, source: str, identifiers: Iterable[str]) -> dict[tuple[str, str], Known]:
        known: dict[tuple[str, str], Known] = {}
        ordered = list(identifiers)
        for start in range(0, len(ordered), ID_BATCH):
            batch = ordered[start : start + ID_BATCH]
            marks = ",".join("?" * len(batch))
            for identifier, format_, *rest in self._db.execute(
                "select identifier, format, id, digest, deleted, vanished is not null and not deleted,"
                f" iif(vanished is null, datestamp, '') from records where source = ? and identifier in ({marks})",
                (source, *batch),
            ):
                known[identifier, format_] = tuple(rest)
        return known

    def _stale(self, raw: RawRecord, before: Known, page: Page, name: str | None) -> bool:
        """Whether this is an older version than the one that we hold, come late: from an overlap, or a lagging copy.

        Newer datestamp wins, tombstones too. But a server whose backup was restored has nothing newer to say: what a whole
        list names first, and what is answered singly, is how things stand. A datestamp in the future says nothing.
        """
        if name is None or not _older(raw.datestamp, before[4]) or before[4] > now():
            return False
        return page.extent is None or sightings.has(self._db, raw.source, name, raw.identifier)

    def keep(self, run_id: int, source: str, page: Page, name: str | None) -> Tally:
        """Keep the records of a page; what is to be kept out is counted as fetched, and not kept."""
        stamp, db = now(), self._db
        self._payloads.forget()
        erased = decisions.erased(db, source)
        if erased:
            page, kept_out = _without(page, erased)
        else:
            kept_out = 0
        tally, new, changed = self.sort(source, page, name)
        change = last_change(db)
        rows = []
        for raw in new:
            change += 1
            rows.append((*self._columns(raw), raw.source, raw.identifier, raw.format, change, stamp, stamp, run_id))
        db.executemany(_INSERT, rows)
        if rows:
            db.execute(_TALLY, (source, len(rows)))
        for record_id, raw in changed:
            change += 1
            db.execute(KEEP_VERSION, (stamp, record_id))
            db.execute(_UPDATE, (*self._columns(raw), change, stamp, run_id, record_id))
        broken = sum(_quarantine(db, run_id, source, b, stamp) for b in page.broken)
        quarantine.recovered(db, source, page.records, stamp)
        tally += Tally(quarantined=broken, fetched=kept_out, unchanged=kept_out)
        db.executemany(
            "insert into sets (source, set_spec, name) values (?, ?, ?) on conflict (source, set_spec)"
            " do update set name = excluded.name where name <> excluded.name",
            [(source, spec, said) for spec, said in page.set_names.items()],
        )
        runs.count(db, run_id, source, tally)
        return tally

    def retire(self, run_id: int, source: str, extent: Extent, identifiers: Sequence[str]) -> Tally:
        """Mark what has vanished; its last version stays readable. A record that comes again is there again."""
        stamp, change, count, db = now(), last_change(self._db), 0, self._db
        for identifier in identifiers:
            for record_id, *sent in db.execute(
                f"select id, {', '.join(SEALED)} from records where source = ? and identifier = ? and deleted = 0"
                " and vanished is null and (?3 = '' or format = ?3)",
                (source, identifier, extent.format),
            ).fetchall():
                change, count = change + 1, count + 1
                if extent.deletes:
                    db.execute(KEEP_VERSION, (stamp, record_id))
                    sent[1:3] = (1, b"")
                db.execute(
                    "update records set deleted = ?, digest = ?, seal = ?, vanished = ?, change = ?, changed = ?,"
                    " run_id = ? where id = ?",
                    (*sent[1:3], seal(sent), stamp, change, stamp, run_id, record_id),
                )
        tally = Tally(deleted=count) if extent.deletes else Tally(changed=count)
        runs.count(db, run_id, source, tally)
        return tally

    def gone(self, run_id: int, source: str, identifiers: Sequence[str]) -> Tally:
        """What a source says it does not have, asked for each: marked where we hold it, else a loss that is noted once."""
        held = {i for i in identifiers if self._known(source, (i,))}
        tally = self.retire(run_id, source, Extent(deletes=False), [i for i in identifiers if i in held])
        stamp = now()
        lost = Tally(
            quarantined=sum(
                quarantine.put(
                    self._db,
                    (source, identifier, "", "harvest"),
                    element="identifier",
                    reason="the source does not have it",
                    payload=b"",
                    run_id=run_id,
                    stamp=stamp,
                )
                for identifier in identifiers
                if identifier not in held
            )
        )
        runs.count(self._db, run_id, source, lost)
        return tally + lost

    def _columns(self, raw: RawRecord) -> tuple[object, ...]:
        dictionary, payload = self._payloads.compress(raw.payload, raw.format)
        sent = (
            raw.datestamp,
            int(raw.deleted),
            raw.digest,
            payload,
            dictionary,
            raw.context,
            json.dumps(raw.sets) if raw.sets else "[]",
            json.dumps(raw.repairs, ensure_ascii=False) if raw.repairs else "[]",
        )
        return (*sent, seal(sent))


SEALED: Final = ("datestamp", "deleted", "digest", "payload", "dictionary", "context", "sets", "repairs")
"""Columns that hold what was sent. Source, identifier, format and change stand in an index too, which tells when one differs."""


def seal(sent: Sequence[Any]) -> int:
    """A checksum over the columns ``SEALED``: SQLite has none, so that a changed byte is otherwise nobody's error."""
    datestamp, deleted, digest, payload, dictionary, context, sets, repairs = sent
    head = f"{datestamp}\0{deleted}\0{dictionary}\0{context}\0{sets}\0{repairs}\0".encode(errors="surrogatepass")
    return zlib.crc32(payload, zlib.crc32(digest, zlib.crc32(head)))


_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+Z?)?", re.ASCII)


def _older(ours: str, held: str) -> bool:
    """Whether a datestamp is certainly before another, at the granularity that both have.

    >>> _older("2020-05-01", "2020-05-02"), _older("2020-05-02", "2020-05-02T10:00:00Z"), _older("", "2020-05-02")
    (True, False, False)
    """
    length = min(len(ours), len(held))
    return ours[:length] < held[:length] and bool(_DATE.fullmatch(ours) and _DATE.fullmatch(held))


def _without(page: Page, erased: set[str]) -> tuple[Page, int]:
    """A page without what was erased, and how many records that were."""
    records = [raw for raw in page.records if raw.identifier not in erased]
    broken = tuple(b for b in page.broken if b.identifier not in erased)
    kept_out = len(page.records) - len(records) + len(page.broken) - len(broken)
    rest = Page(records=records, broken=broken, set_names=page.set_names, extent=page.extent, unchanged=page.unchanged)
    return rest, kept_out


def _quarantine(db: sqlite3.Connection, run_id: int, source: str, broken: Broken, stamp: str) -> bool:
    return quarantine.put(
        db,
        (source, broken.identifier or quarantine.nameless(broken.payload), broken.format, "harvest"),
        element=broken.element,
        reason=broken.reason,
        payload=broken.payload,
        run_id=run_id,
        stamp=stamp,
    )


_INSERT: Final = (
    f"insert into records ({', '.join(SEALED)}, seal, source, identifier, format, change, first_seen, changed, run_id)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_TALLY: Final = "insert into tallies values ('records', ?, ?) on conflict do update set rows = rows + excluded.rows"
_UPDATE: Final = (
    f"update records set {', '.join(f'{column} = ?' for column in SEALED)}, seal = ?, change = ?, changed = ?, run_id = ?,"
    " vanished = null where id = ?"
)
KEEP_VERSION: Final = (
    f"insert into record_versions (record_id, change, {', '.join(SEALED)}, seal, changed, superseded, run_id)"
    f" select id, change, {', '.join(SEALED)}, seal, changed, ?, run_id from records where id = ?"
)
