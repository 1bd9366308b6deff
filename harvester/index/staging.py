"""From stored records to the rows of works, by way of a scratch database.

Records are read once and kept beside the index as JSON (``staged``) until it is known which of them are one work
(``assigning``); then each work is merged from its records and written. A new index stages all records, an update only those
that a change touches: the rest of the way is the same, and so is what comes out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from harvester import link
from harvester.errors import RecordError
from harvester.formats.findings import finding
from harvester.index import deciding, likeness, notices, rows
from harvester.index.settings import Reader, Settings
from harvester.merge import merge, overruled
from harvester.pins import pinned
from harvester.record import Finding, Member, Pin, Record, Work
from harvester.store import Store, StoredRecord
from harvester.store.decisions import ERASE, record_name

BATCH: Final = 250
"""Records or works in memory at a time."""

SCRATCH: Final = """
create table scratch.staged (          -- records as they were read
  id integer primary key, source text, identifier text, format text, datestamp text, change integer, title text,
  added text, keys text, record text
) strict;
create table scratch.keys (key text, record_id integer) strict;
create table scratch.clusters (        -- which are one work, by the lowest of them; what shares nothing has no row
  record_id integer primary key, first integer
) strict;
create table scratch.assigned (        -- which work each belongs to
  record_id integer primary key, work_id integer
) strict;
create table scratch.ties (            -- why, where it is in one with others
  record_id integer primary key, rule text, other_record_id integer, score real, evidence text
) strict;
create table scratch.works (id integer primary key, key text) strict;
create table scratch.conflicts (record_id integer, finding text) strict;
"""
KEYS_INDEX: Final = "create index scratch.keys_key on keys(key, record_id)"
"""Wanted by ``assigning``; made when all is staged, or before the first where there is little."""

_decode = msgspec.json.Decoder(Record).decode
_encode = msgspec.json.Encoder().encode
_decode_finding = msgspec.json.Decoder(Finding).decode


class Reading(Struct):
    """What became of some stored records."""

    staged: list[rows.Row] = []
    keys: list[tuple[str, int]] = []
    described: list[likeness.Described] = []
    blocks: list[tuple[int, int]] = []
    claims: list[notices.Row] = []
    unreadable: list[tuple[StoredRecord, str, str]] = []
    to_erase: list[tuple[str, str, str]] = []
    """(source, identifier, subject of the decision): kept out, and its bytes are still in the store."""


# --- read ------------------------------------------------------------------------------------------------------------


def read(records: Iterable[StoredRecord], settings: Settings, reader: Reader, kept_out: Mapping[str, str]) -> Reading:
    """Normalise records; tombstones are passed over, what cannot be read is put aside with its reason.

    ``kept_out``: what people have suppressed (``Store.kept_out``): of a match key, or of a record.
    """
    found = Reading([], [], [], [], [], [], [])
    for stored in records:
        raw = stored.raw
        if raw.deleted:
            continue
        try:
            source = settings.source(raw.source)
            record = source.named(reader(raw, source.dialect))
            if stored.vanished:
                record = _vanished(record, stored.vanished)
            text = _encode(record).decode()
        except RecordError as error:
            found.unreadable.append((stored, error.element, error.reason))
            continue
        except (UnicodeError, OverflowError) as error:
            # Half a surrogate pair, or a number of more than 64 bits: neither JSON nor SQLite can hold it.
            found.unreadable.append((stored, "metadata", f"holds what is no text or number: {error}"))
            continue
        origin = (stored.id, raw.source, raw.identifier, raw.format, raw.datestamp, stored.change)
        _stage(found, origin, stored.added, record, text, settings, kept_out, described=False)
    return found


def read_again(records: Iterable[rows.Row], settings: Settings, kept_out: Mapping[str, str]) -> Reading:
    """Records as an index has them, described already: (id, source, identifier, format, datestamp, change, added, record)."""
    found = Reading([], [], [], [], [], [], [])
    for *origin, added, text in records:
        _stage(found, tuple(origin), added, _decode(text), text, settings, kept_out, described=True)
    return found


def _vanished(record: Record, since: str) -> Record:
    noted = finding("vanished", "source", f"its source no longer has it (since {since[:10]})")
    return msgspec.structs.replace(record, findings=(*record.findings, noted))


def _stage(
    found: Reading,
    origin: rows.Row,
    added: str,
    record: Record,
    text: str,
    settings: Settings,
    kept_out: Mapping[str, str],
    *,
    described: bool,
) -> None:
    id_, source, identifier, format_ = origin[:4]
    matched = link.match_keys(record, source, identifier, format_, settings.repository_doi_prefixes)
    if kept_out:
        names = (record_name(source, identifier), *matched)
        if decided := [name for name in names if name in kept_out]:
            found.to_erase += [(source, identifier, name) for name in decided[:1] if kept_out[name] == ERASE]
            return
    found.staged.append((*origin, record.title, added, _encode(matched).decode(), text))
    found.keys += [(key, id_) for key in (*matched, *link.claims(record, format_))]
    found.claims += notices.described(id_, record, matched[0])
    if not described:
        row, blocks = likeness.describe(id_, source, link.features(record, matched))
        found.described.append(row)
        found.blocks += blocks


def keep(db: sqlite3.Connection, reading: Reading) -> None:
    db.executemany("insert into scratch.staged values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", reading.staged)
    db.executemany("insert into scratch.keys values (?, ?)", reading.keys)
    likeness.keep(db, reading.described, reading.blocks)
    notices.keep(db, reading.claims)


def is_staged(db: sqlite3.Connection, id_: int) -> bool:
    return db.execute("select 1 from scratch.staged where id = ?", (id_,)).fetchone() is not None


# --- merge and write -------------------------------------------------------------------------------------------------


def work_ranges(db: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """(first, last) ids of works, about as many records in each as fit in memory."""
    first = None
    count = 0
    for work_id, records in db.execute("select work_id, count(*) from scratch.assigned group by work_id"):
        first = work_id if first is None else first
        count += records
        last = work_id
        if count >= BATCH:
            yield first, last
            first, count = None, 0
    if first is not None:
        yield first, last


def merged(db: sqlite3.Connection, settings: Settings, first: int, last: int) -> rows.Rows:
    """The rows of the works with ids from ``first`` to ``last``."""
    conflicts: dict[int, list[tuple[int, Finding]]] = {}
    for work_id, record_id, text in db.execute(
        "select a.work_id, c.record_id, c.finding from scratch.conflicts c"
        " join scratch.assigned a on a.record_id = c.record_id where a.work_id between ? and ? order by c.rowid",
        (first, last),
    ):
        conflicts.setdefault(work_id, []).append((record_id, _decode_finding(text)))
    pins = deciding.pins(db, first, last)
    works: list[Work] = []
    names = dict(db.execute("select id, key from scratch.works where id between ? and ?", (first, last)))
    members: list[Member] = []
    current = 0
    member = settings.member
    for work_id, id_, source, identifier, format_, added, record in db.execute(
        "select a.work_id, s.id, s.source, s.identifier, s.format, s.added, s.record from scratch.assigned a"
        " join scratch.staged s on s.id = a.record_id where a.work_id between ? and ? order by a.work_id, s.id",
        (first, last),
    ):
        if work_id != current:
            if members:
                works.append(_merged(current, names, members, settings, conflicts, pins))
            current, members = work_id, []
        members.append(member(id_, source, identifier, format_, added, _decode(record)))
    if members:
        works.append(_merged(current, names, members, settings, conflicts, pins))
    found = rows.empty()
    for work in notices.applied(db, works, first, last):
        rows.add(found, work)
    return found


def _merged(
    work_id: int,
    names: dict[int, str],
    members: list[Member],
    settings: Settings,
    conflicts: dict[int, list[tuple[int, Finding]]],
    pins: dict[int, list[Pin]],
) -> Work:
    work = merge(
        work_id,
        names[work_id],
        members,
        repository_doi_prefixes=settings.repository_doi_prefixes,
        conflicts=conflicts.get(work_id, ()),
    )
    return overruled(pinned(work, pins.get(work_id, ())))


RECORDS: Final = (
    "select s.id, a.work_id, s.source, s.identifier, s.format, s.datestamp, s.change, s.title, coalesce(t.rule, 'first'),"
    " s.added, s.record from scratch.staged s join scratch.assigned a on a.record_id = s.id"
    " left join scratch.ties t on t.record_id = s.id"
)
REASONS: Final = (
    "select t.record_id, a.work_id, t.rule, t.other_record_id, t.score, t.evidence from scratch.ties t"
    " join scratch.assigned a on a.record_id = t.record_id"
)


def write_records(db: sqlite3.Connection) -> None:
    """Rows that need no merging: the records themselves and their match keys."""
    db.execute(f"insert into records {RECORDS} order by s.id")
    db.execute("insert into match_keys select key, record_id from scratch.keys order by key, record_id")
    db.execute(f"insert into reasons {REASONS} order by t.record_id")


def write_redirects(db: sqlite3.Connection, store: Store, works: Iterable[int] | None = None) -> None:
    """Keys that lead to works of this index, however many times they were redirected.

    ``works``: those that came, went or were written; None: nothing is written yet.
    """
    for key, work in store.keys.leading(works):
        if db.execute("select 1 from works where id = ? and key <> ?", (work, key)).fetchone():
            db.execute(
                "insert into redirects values (?, ?)"
                " on conflict (key) do update set work_id = excluded.work_id where work_id <> excluded.work_id",
                (key, work),
            )
        elif works is not None:
            db.execute("delete from redirects where key = ?", (key,))


def write_sources(db: sqlite3.Connection, store: Store, settings: Settings) -> None:
    """Configured sources, and those of which only records are left."""
    names = {*settings.sources, *store.sources()}
    wanted = {(s.name, s.kind, s.title or s.name, s.url, s.rank) for s in map(settings.source, names)}
    present = set(db.execute("select name, kind, title, url, rank from sources"))
    db.executemany("delete from sources where name = ?", [(row[0],) for row in present - wanted])
    db.executemany("insert into sources values (?, ?, ?, ?, ?)", sorted(wanted - present))
