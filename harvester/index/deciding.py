"""What people decided, on its way into an index: to clusters, findings, pins, and a copy that can be asked.

A decision reaches the records that it is about, and those of the decisions that are about one of them too, however many
others there are.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from harvester import link
from harvester.formats.findings import finding
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
    """What is decided about works, as the store has it now."""

    def __init__(self, store: Store) -> None:
        self.last = store.last_decision()
        """Asked first: what comes in between is seen again."""
        self._all = store.decisions()
        self._ended = undone(self._all)
        standing = [d for d in self._all if d.kind != "undo" and d.id not in self._ended]
        self._pairs = {d.id: _judgement(d) for d in reversed(standing) if d.kind != "pin"}
        self._pins = [d for d in reversed(standing) if d.kind == "pin"]
        self.decided = link.Decided(self._pairs.values())
        """Which records are one work, and which are not."""
        self._of: dict[Name, list[Decision]] = {}
        for decision in standing:
            for name in _names(decision):
                self._of.setdefault(name, []).append(decision)

    def reached(self, db: sqlite3.Connection, store: Store, records: Iterable[int]) -> set[int]:
        """The records that some of these are connected with by decisions, also through records that are gone."""
        if not self._of:
            return set()
        names = {name for id_ in records for name in _named(db, id_) if name in self._of}
        return store.ids(self._connected(names))

    def news(self, store: Store, seen: int) -> set[int]:
        """The records that decisions after this one may move."""
        if seen >= self.last:
            return set()
        fresh = store.decisions_since(seen)
        return store.ids(self._connected({name for d in self._all if d.id in fresh for name in _names(d)}))

    def _connected(self, names: Iterable[Name]) -> set[Name]:
        found = set(names)
        waiting = list(found)
        while waiting:
            following = {n for d in self._of.get(waiting.pop(), ()) for n in _names(d)} - found
            found |= following
            waiting += following
        return found

    # --- for what is staged ------------------------------------------------------------------------------------------

    def groups(self, db: sqlite3.Connection, store: Store) -> Iterator[list[int]]:
        """Staged records that are one work by decision."""
        for names in self.decided.classes:
            ids = sorted(id_ for id_ in store.ids(names) if _is_staged(db, id_))
            if len(ids) > 1:
                yield ids

    def note_overruled(self, db: sqlite3.Connection, store: Store) -> None:
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
                [(id_, text) for id_ in sorted(store.ids([name])) if _is_staged(db, id_)],
            )

    def pin(self, db: sqlite3.Connection, store: Store) -> None:
        """Let the works that are staged have the values that were decided for them, the newest first."""
        for decision in self._pins:
            id_ = self._place(db, store, decision.sides[0])
            if id_ is not None:
                pin = Pin(
                    decision.element, decision.value, decision.by, decision.decided, decision.reason, decision.id, id_
                )
                (work_id,) = db.execute("select work_id from scratch.assigned where record_id = ?", (id_,)).fetchone()
                db.execute("insert into scratch.pins values (?, ?)", (work_id, _encode(pin).decode()))

    def _place(self, db: sqlite3.Connection, store: Store, names: Sequence[Name]) -> int | None:
        """The first of these records that is here, but none that was decided to be another work than the first."""
        for name in names:
            if not self.decided.parted(names[:1], [name]):
                for id_ in sorted(store.ids([name])):
                    if _is_staged(db, id_):
                        return id_
        return None

    # --- the copy that can be asked ----------------------------------------------------------------------------------

    def write(self, db: sqlite3.Connection) -> None:
        """Let the tables ``decided`` and ``decided_records`` say what is decided; only what differs is written."""
        state = self.states()
        decisions = {
            (d.id, d.kind, d.element, _value(d), d.name, d.reason, d.by, d.decided, *state[d.id])
            for d in self._all
            if d.kind != "undo"
        }
        records = {
            (d.id, *name, side)
            for d in self._all
            for side, names in enumerate(d.sides)
            for name in names
        }  # fmt: skip
        for table, key, wanted in (
            ("decided_records", "decision_id = ? and source = ? and identifier = ?", records),
            ("decided", "id = ?", decisions),
        ):
            present: set[tuple[Any, ...]] = set(db.execute(f"select * from {table}"))
            width = key.count("?")
            db.executemany(f"delete from {table} where {key}", sorted(row[:width] for row in present - wanted))
        for table, columns, new in (("decided", 10, decisions), ("decided_records", 4, records)):
            present = set(db.execute(f"select * from {table}"))
            db.executemany(f"insert into {table} values ({','.join('?' * columns)})", sorted(new - present))

    def states(self) -> dict[str, tuple[str, str]]:
        """Decision -> how it stands, and why."""
        found = {d.id: ("holds", "") for d in self._all}
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


def _value(decision: Decision) -> str:
    if decision.kind != "pin" or decision.value is None:
        return ""
    return decision.value if isinstance(decision.value, str) else json.dumps(decision.value, ensure_ascii=False)


def _named(db: sqlite3.Connection, id_: int) -> list[Name]:
    return db.execute(
        "select source, identifier from scratch.staged where id = ?1 union"
        " select source, identifier from records where id = ?1",
        (id_,),
    ).fetchall()


def _is_staged(db: sqlite3.Connection, id_: int) -> bool:
    return db.execute("select 1 from scratch.staged where id = ?", (id_,)).fetchone() is not None
