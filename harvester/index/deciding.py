"""What people decided, on its way into an index: to clusters, findings, pins, and a copy that can be asked.

A decision reaches the records that it is about, and those of the decisions that are about one of them too, however many
others there are.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final

import msgspec

from harvester import link
from harvester.formats.findings import finding
from harvester.pins.values import written
from harvester.record import Pin
from harvester.store import Store
from harvester.store.judgements import Decision, Name, undone

SCRATCH: Final = """
create table scratch.pins (work_id integer, pin text) strict;
create index scratch.pins_work on pins(work_id);
"""

_encode = msgspec.json.Encoder().encode
_decode_pin = msgspec.json.Decoder(Pin).decode


class Deciding:
    """What is decided about works: all of it, or as much as some records are connected with."""

    def __init__(self, store: Store) -> None:
        self.last = store.last_decision()
        """Asked first: what comes in between is seen again."""
        self._store = store
        self._loaded: dict[str, Decision] = {}
        self._asked: set[Name] = set()

    def load(self) -> Deciding:
        """All that is decided."""
        self._loaded = {d.id: d for d in self._store.decisions()}
        return self

    def connected(self, names: Iterable[Name]) -> set[Name]:
        """Load what is decided about these records, and about all that decisions connect them with; their names."""
        found: set[Name] = set()
        frontier = set(names) - self._asked if self.last else set()
        while frontier:
            self._asked |= frontier
            fresh = self._store.decisions_about(frontier) - self._loaded.keys()
            frontier = self._take(fresh) - self._asked if fresh else set()
            found |= frontier
        return found

    def _take(self, ids: Iterable[str]) -> set[Name]:
        decisions = self._store.decisions(ids)
        self._loaded.update((d.id, d) for d in decisions)
        return {name for d in decisions for name in _names(d)}

    def reached(self, db: sqlite3.Connection, records: Iterable[int]) -> set[int]:
        """The records that some of these are connected with by decisions, also through records that are gone."""
        names = (name for id_ in records for name in _named(db, id_)) if self.last else ()
        return self._store.ids(self.connected(names))

    def news(self, seen: int) -> set[int]:
        """The records that decisions after this row may move."""
        if seen >= self.last:
            return set()
        names = self._take(self._store.decisions_since(seen))
        return self._store.ids(names | self.connected(names))

    # --- what holds of what is loaded --------------------------------------------------------------------------------

    @cached_property
    def _ended(self) -> dict[str, Decision]:
        return undone(self._loaded.values())

    @cached_property
    def _standing(self) -> list[Decision]:
        """The newest first."""
        found = [d for d in self._loaded.values() if d.kind != "undo" and d.id not in self._ended]
        return sorted(found, key=lambda d: (d.decided, d.id), reverse=True)

    @cached_property
    def _pairs(self) -> dict[str, link.Judgement]:
        return {d.id: _judgement(d) for d in self._standing if d.kind != "pin"}

    @cached_property
    def _pins(self) -> list[Decision]:
        return [d for d in self._standing if d.kind == "pin"]

    @cached_property
    def decided(self) -> link.Decided:
        """Which records are one work, and which are not. To be asked when all is loaded."""
        return link.Decided(self._pairs.values())

    # --- for what is staged ------------------------------------------------------------------------------------------

    def groups(self, db: sqlite3.Connection) -> Iterator[list[int]]:
        """Staged records that are one work by decision."""
        for names in self.decided.classes:
            ids = sorted(id_ for id_ in self._store.ids(names) if _is_staged(db, id_))
            if len(ids) > 1:
                yield ids

    def note_overruled(self, db: sqlite3.Connection) -> None:
        """A finding for each staged record of which a decision does not hold."""
        said = dict.fromkeys(
            (name, other, o.judgement, o.by)
            for o in self.decided.overruled
            for name, other in ((o.one, o.other), (o.other, o.one))
        )
        for name, other, judgement, by in said:
            noted = finding(
                "decision-conflict",
                "identifiers",
                f"with {' '.join(other)}: {judgement.words}; that does not hold beside {by.words}",
            )
            text = _encode(noted).decode()
            db.executemany(
                "insert into scratch.conflicts values (?, ?)",
                [(id_, text) for id_ in sorted(self._store.ids([name])) if _is_staged(db, id_)],
            )

    def pin(self, db: sqlite3.Connection) -> None:
        """Let the works that are staged have the values that were decided for them, the newest first."""
        for decision in self._pins:
            id_ = self._place(db, decision.sides[0])
            if id_ is not None:
                pin = Pin(
                    decision.element, decision.value, decision.by, decision.decided, decision.reason, decision.id, id_
                )
                (work_id,) = db.execute("select work_id from scratch.assigned where record_id = ?", (id_,)).fetchone()
                db.execute("insert into scratch.pins values (?, ?)", (work_id, _encode(pin).decode()))

    def _place(self, db: sqlite3.Connection, names: Sequence[Name]) -> int | None:
        """The first of these records that is here, but none that was decided to be another work than the first."""
        for name in names:
            if not self.decided.parted(names[:1], [name]):
                for id_ in sorted(self._store.ids([name])):
                    if _is_staged(db, id_):
                        return id_
        return None

    # --- the copy that can be asked ----------------------------------------------------------------------------------

    def write(self, db: sqlite3.Connection) -> None:
        """Let the tables ``decided`` and ``decided_records`` say what is decided; only what differs is written."""
        state = self.states()
        decisions = {
            (d.id, d.kind, d.element, written(d.element, d.value), d.name, d.reason, d.by, d.decided, *state[d.id])
            for d in self._loaded.values()
            if d.kind != "undo"
        }
        records = {
            (d.id, *name, side)
            for d in self._loaded.values()
            for side, names in enumerate(d.sides)
            for name in names
        }  # fmt: skip
        loaded = json.dumps(sorted(self._loaded))
        for table, key, wanted in (("decided", "id", decisions), ("decided_records", "decision_id", records)):
            mine = f"{key} in (select value from json_each(?))"
            present: set[tuple[Any, ...]] = set(db.execute(f"select * from {table} where {mine}", (loaded,)))
            others = [row for row in present if row not in wanted]
            columns = [row[1] for row in db.execute(f"pragma table_info({table})")]
            where = " and ".join(f"{column} = ?" for column in columns)
            db.executemany(f"delete from {table} where {where}", sorted(others))
            marks = ",".join("?" * len(columns))
            db.executemany(f"insert into {table} values ({marks})", sorted(wanted - present))

    def states(self) -> dict[str, tuple[str, str]]:
        """Decision -> how it stands, and why."""
        found = {d.id: ("holds", "") for d in self._loaded.values()}
        for id_, undo in self._ended.items():
            found[id_] = ("undone", words(undo))
        lost: dict[str, list[link.Overruled]] = {}
        for one in self.decided.overruled:
            lost.setdefault(one.judgement.id, []).append(one)
        for id_, overruled in lost.items():
            pairs = sum(one != other for one, other in self._pairs[id_].pairs)
            by = "; ".join(dict.fromkeys(one.by.words for one in overruled))
            found[id_] = ("overruled" if len(overruled) == pairs else "overruled in part", by)
        newest: dict[tuple[Name, str], Decision] = {}
        for pin in self._pins:
            newer = next((n for name in pin.sides[0] if (n := newest.get((name, pin.element)))), None)
            if newer is not None:
                found[pin.id] = ("overruled", words(newer))
            for name in pin.sides[0]:
                newest.setdefault((name, pin.element), pin)
        return found


def pins(db: sqlite3.Connection, first: int, last: int) -> dict[int, list[Pin]]:
    """Work -> its pins, the newest first, for works with these ids that are staged."""
    found: dict[int, list[Pin]] = {}
    for work_id, text in db.execute(
        "select work_id, pin from scratch.pins where work_id between ? and ? order by rowid", (first, last)
    ):
        found.setdefault(work_id, []).append(_decode_pin(text))
    return found


def words(decision: Decision) -> str:
    """Who decided what, when and why, in one line; a semicolon would end it where evidence is joined by them."""
    reason, by = (" ".join(said.replace(";", ",").split()) for said in (decision.reason, decision.by))
    return f"{decision.kind}, decided by {by} on {decision.decided[:10]}{f': {reason}' if reason else ''}"


def _judgement(decision: Decision) -> link.Judgement:
    return link.Judgement(decision.id, decision.kind == "same", decision.sides, words(decision))


def _names(decision: Decision) -> Iterator[Name]:
    return (name for side in decision.sides for name in side)


def _named(db: sqlite3.Connection, id_: int) -> list[Name]:
    return db.execute(
        "select source, identifier from scratch.staged where id = ?1 union"
        " select source, identifier from records where id = ?1",
        (id_,),
    ).fetchall()


def _is_staged(db: sqlite3.Connection, id_: int) -> bool:
    return db.execute("select 1 from scratch.staged where id = ?", (id_,)).fetchone() is not None
