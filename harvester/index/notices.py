"""Updates between works: which work a notice is about, and which notice a work names, whichever side says so.

A work shows what notices say of it, and a notice what works say of it, so a change of the one changes the other. What records
claim is kept (``update_claims``) under the match key of the other side: who is named is found by that, also when it comes
later, and is no longer found when it goes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from harvester import updates
from harvester.record import Record, Work
from harvester.updates import Claim, Said

SCRATCH: Final = """
create table scratch.claims (record_id integer, type text, on_notice integer, scheme text, target text, key text,
  own_key text, date text, asserted_by text, label text, basis text) strict;
create table scratch.said (             -- claims as they concern works, both sides of each
  work_id integer, role text, other_work integer, other_key text, record_id integer, source text, identifier text,
  type text, on_notice integer, scheme text, target text, date text, asserted_by text, label text, basis text
) strict;
"""
Row = tuple[int, str, bool, str, str, str, str, str | None, str | None, str | None, str]
"""A claim as it is kept: record, type, on_notice, scheme, target, key, own_key, date, asserted_by, label, basis."""

_COLUMNS: Final = "record_id, type, on_notice, scheme, target, key, own_key, date, asserted_by, label, basis"
_BATCH: Final = 1000
_SAID: Final = "insert into scratch.said values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def described(id_: int, record: Record, own_key: str) -> list[Row]:
    """What a record claims, as rows. ``own_key``: what names the record itself to the other side."""
    if record.update_status is None and not record.relations:
        return []
    return [
        (id_, c.type, c.on_notice, c.scheme, c.target, c.key, own_key, c.date, c.asserted_by, c.label, c.basis)
        for c in updates.claims(record)
    ]


def keep(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    db.executemany("insert into scratch.claims values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


# --- a new index: everything is staged -------------------------------------------------------------------------------


def settle_all(db: sqlite3.Connection) -> None:
    """Keep all claims, and find both sides of each."""
    db.execute(f"insert into update_claims ({_COLUMNS}) select {_COLUMNS} from scratch.claims order by {_COLUMNS}")
    _settle(db, db.execute(f"{_CLAIMS} order by c.key, c.record_id, c.rowid"), _HOLDERS)
    db.execute("create index scratch.said_work on said(work_id)")


_CLAIMS: Final = (
    "select c.*, a.work_id, s.source, s.identifier from scratch.claims c"
    " join scratch.assigned a on a.record_id = c.record_id join scratch.staged s on s.id = c.record_id"
)


_HOLDERS: Final = (
    "select a.work_id, s.source, s.identifier, s.format from scratch.keys k"
    " join scratch.assigned a on a.record_id = k.record_id join scratch.staged s on s.id = k.record_id where k.key = ?1"
)
"""(work, source, identifier, format) of each record with a key, where all records are staged."""


# --- an update: what was not touched is as the index has it ----------------------------------------------------------


def neighbours(db: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Records of the other sides of what these claim and claimed, and of whoever claims something of what these are."""
    found: set[int] = set()
    for id_ in ids:
        found.update(
            other
            for (other,) in db.execute(
                "with named(key) as (select key from update_claims where record_id = ?1 and key <> ''"
                " union select key from scratch.claims where record_id = ?1 and key <> ''),"
                " own(key) as (select key from match_keys where record_id = ?1"
                " union select key from scratch.keys where record_id = ?1)"
                " select m.record_id from named join match_keys m using (key)"
                " union select s.record_id from named join scratch.keys s using (key)"
                " union select c.record_id from own join update_claims c using (key)"
                " union select c.record_id from own join scratch.claims c using (key)",
                (id_,),
            )
        )
    return found


def settle_changed(db: sqlite3.Connection) -> None:
    """Replace the claims of what is affected, and find both sides of each that concerns it."""
    db.execute("create index scratch.said_work on said(work_id)")
    db.execute("delete from update_claims where record_id in (select record_id from scratch.affected)")
    db.execute(f"insert into update_claims ({_COLUMNS}) select {_COLUMNS} from scratch.claims order by {_COLUMNS}")
    _settle(db, db.execute(f"{_CLAIMS} order by c.key, c.record_id, c.rowid"), _HOLDERS_BESIDE)
    # What the rest claims of those that are affected. The rest is where it was, and so is what it claims of itself.
    _settle(db, db.execute(_OF_THE_REST), _HOLDERS_BESIDE)


_OF_THE_REST: Final = (
    "select c.*, r.work_id, r.source, r.identifier"
    " from update_claims c cross join records r on r.id = c.record_id"
    " where c.key in (select key from scratch.keys)"
    " and c.record_id not in (select record_id from scratch.affected) order by c.key, c.record_id, c.rowid"
)


_HOLDERS_BESIDE: Final = (
    f"{_HOLDERS} union all select r.work_id, r.source, r.identifier, r.format from match_keys m"
    " join records r on r.id = m.record_id"
    " where m.key = ?1 and m.record_id not in (select record_id from scratch.affected)"
)
"""The same where some records are staged and the rest stands in the index."""


# --- both sides ------------------------------------------------------------------------------------------------------


def _settle(db: sqlite3.Connection, rows: Iterable[tuple[Any, ...]], holders: str) -> None:
    """Write each claim at the works that it concerns. Claims of one key stand together; ``holders`` finds who has it."""
    found: list[tuple[object, ...]] = []
    for key, claims in groupby(rows, key=lambda row: row[5]):
        owners = _owners(key, db.execute(holders, (key,))) if key else []
        for record_id, type_, on_notice, scheme, target, _, first, *said, own, source, identifier in claims:
            other = next((work for work in owners if work != own), owners[0] if owners else None)
            claim = (record_id, source, identifier, type_, on_notice, scheme, target, *said)
            if not on_notice:
                found.append((own, "own", other, "", *claim))
                if other is not None and other != own:
                    found.append((other, "named", own, first, *claim))
            elif other is not None:
                found.append((other, "told", own, first if other != own else "", *claim))
                if other != own:
                    found.append((own, "says", other, "", *claim))
            if len(found) > _BATCH:
                db.executemany(_SAID, found)
                found.clear()
    db.executemany(_SAID, found)


def _owners(key: str, holders: Iterable[tuple[int, str, str, str]]) -> list[int]:
    """The works that a key may name, two at most: first the one with the registry's own record, which is called by the DOI.

    A claim means another work than its own, where there is another: repositories give a notice the DOI of its work.
    """
    value = key.partition(":")[2]
    best: dict[int, tuple[object, ...]] = {}
    for work, *name in holders:
        rank = (name[1].lower() != value, *name)
        best[work] = min(best.get(work, rank), rank)
    return sorted(best, key=lambda work: best[work])[:2]


def applied(db: sqlite3.Connection, works: Iterable[Work], first: int, last: int) -> Iterator[Work]:
    """Works with ids from ``first`` to ``last``, each with what is said of it."""
    said: dict[int, list[Said]] = {}
    names: dict[int, str] = {}
    for work_id, role, other_work, other_key, record_id, source, identifier, type_, on_notice, *claim in db.execute(
        "select work_id, role, other_work, other_key, record_id, source, identifier, type, on_notice, scheme, target, date,"
        " asserted_by, label, basis from scratch.said where work_id between ? and ?",
        (first, last),
    ):
        made = Claim(type_, bool(on_notice), *claim)
        said.setdefault(work_id, []).append(Said(made, record_id, source, role, other_work, other_key))
        names[record_id] = f"{source} {identifier}"
    for work in works:
        concerned = work.id in said or updates.is_decided(work)
        yield updates.applied(work, said.get(work.id, ()), names) if concerned else work
