"""Stored records, as the right half of the program reads them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from harvester.errors import StoreError
from harvester.record import RawRecord
from harvester.store.keys import ID_BATCH
from harvester.store.nouns import StoredRecord
from harvester.store.payloads import Garbled, Payloads

_SELECT: Final = (
    "select id, change, first_seen, vanished, source, identifier, format, datestamp, deleted, digest, payload, dictionary,"
    " context, sets, repairs from records"
)


def last_change(db: sqlite3.Connection) -> int:
    """The last change number that was given out; also before the store was restored from a backup."""
    (change,) = db.execute(
        "select max(coalesce((select max(change) from records), 0),"
        " coalesce((select cast(value as integer) from meta where name = 'change'), 0))"
    ).fetchone()
    return int(change)


class Reading:
    """Reads records and restores their payloads."""

    def __init__(self, db: sqlite3.Connection, payloads: Payloads, where: str) -> None:
        self._db = db
        self._payloads = payloads
        self._where = where

    def max_id(self) -> int:
        (record_id,) = self._db.execute("select coalesce(max(id), 0) from records").fetchone()
        return int(record_id)

    def changes(self, after: int, source: str | None, batch: int) -> Iterator[list[StoredRecord]]:
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
        for row in self._db.execute(f"{_SELECT} where id between ? and ? order by id", (first_id, last_id)):
            yield self._stored(row)

    def by_id(self, ids: Sequence[int]) -> list[StoredRecord]:
        found: list[StoredRecord] = []
        ordered = sorted(ids)
        for start in range(0, len(ordered), ID_BATCH):
            batch = ordered[start : start + ID_BATCH]
            marks = ",".join("?" * len(batch))
            found += map(self._stored, self._db.execute(f"{_SELECT} where id in ({marks}) order by id", batch))
        return found

    def find(self, source: str, identifier: str) -> list[StoredRecord]:
        rows = self._db.execute(f"{_SELECT} where source = ? and identifier = ? order by id", (source, identifier))
        return [self._stored(row) for row in rows]

    def ids(self, names: Iterable[tuple[str, str]]) -> set[int]:
        """All formats of records that are named by source and identifier; of those that there never were, none."""
        find = "select id from records where source = ? and identifier = ?"
        return {id_ for name in names for (id_,) in self._db.execute(find, name)}

    def live(self, names: Iterable[tuple[str, str]]) -> int:
        """How many of some records, named by source and identifier, are there and not deleted."""
        find = "select 1 from records where source = ? and identifier = ? and deleted = 0 limit 1"
        return sum(self._db.execute(find, name).fetchone() is not None for name in names)

    def sources(self) -> list[str]:
        rows = self._db.execute(  # a skip through the index: not every record is looked at
            "with recursive names(name) as (select min(source) from records union all"
            " select (select min(source) from records where source > name) from names where name is not null)"
            " select name from names where name is not null"
            " and exists (select 1 from records where source = name and deleted = 0)"
        )
        return [name for (name,) in rows]

    def learned(self, quirk: str) -> dict[str, str]:
        """Source -> what was learned about it under this name."""
        return dict(self._db.execute("select source, value from quirks where name = ? order by source", (quirk,)))

    def set_names(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for source, spec, name in self._db.execute("select source, set_spec, name from sets order by source, set_spec"):
            found.setdefault(source, {})[spec] = name
        return found

    def _stored(self, row: tuple[object, ...]) -> StoredRecord:
        (id_, change, added, vanished, source, identifier, format_, *sent) = row
        (datestamp, deleted, digest, payload, dictionary, context, sets, repairs) = sent
        try:
            restored = self._payloads.restore(payload, dictionary)  # type: ignore[arg-type]
            in_sets = () if sets == "[]" else tuple(json.loads(sets))  # type: ignore[arg-type]
            mended = () if repairs == "[]" else tuple(json.loads(repairs))  # type: ignore[arg-type]
        except (Garbled, ValueError) as error:
            raise StoreError(
                f"{self._where}: record {id_} ({source} {identifier}) is damaged: {error}; `harvester check` says what"
                " else is, and a backup brings it back (`harvester restore`)"
            ) from error
        raw = RawRecord(
            source=source,  # type: ignore[arg-type]  # the table is STRICT: types are what its columns say
            identifier=identifier,  # type: ignore[arg-type]
            format=format_,  # type: ignore[arg-type]
            payload=restored,
            context=context,  # type: ignore[arg-type]
            datestamp=datestamp,  # type: ignore[arg-type]
            deleted=bool(deleted),
            sets=in_sets,
            repairs=mended,
            digest=digest,  # type: ignore[arg-type]
        )
        return StoredRecord(id_, change, raw, added, vanished)  # type: ignore[arg-type]
