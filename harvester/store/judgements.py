"""What people decided about works: which records are the same or different, and which value one has. Functions on a connection.

A decision is about records by the names that their sources give them, so it outlives reharvests, rebuilds and the records
themselves. It has a number that follows from what it says: the same decision, imported again, is no other. None is ever
changed; an undo is a decision too. Of two that contradict each other the later one holds, wherever it was made.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from harvester.record import Json
from harvester.store.decisions import NO, YES, record_name, record_of

Name: TypeAlias = tuple[str, str]
"""A record: its source, and its identifier there."""
Kind: TypeAlias = Literal["same", "different", "pin", "suppress", "undo"]

MOST: Final = 500
"""Records that one decision may be about: all pairs across its sides are looked at."""
_STAMP: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


class Decision(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One decision, as a line of an export has it."""

    id: str = ""
    """Follows from the rest; see ``identified``."""
    kind: Kind
    sides: tuple[tuple[Name, ...], ...] = ()
    """``same``, ``different``: every record of one side against every one of the others. ``pin``, ``suppress``: one side,
    of a pin the record first to which it belongs; the next where that is gone."""
    keys: tuple[str, ...] = ()
    """``suppress``: match keys that are kept out."""
    element: str = ""
    """``pin``: the element whose value is decided."""
    value: Json = None
    """``pin``: the value, null for none. ``suppress``: yes, erase (the bytes too) or no."""
    undoes: str = ""
    """``undo``: the number of the decision that no longer counts."""
    name: str = ""
    """What it was asked for as."""
    reason: str = ""
    by: str
    decided: str = ""
    """UTC, to the microsecond: of two decisions the later one holds."""


def identified(decision: Decision) -> Decision:
    """The decision with its records in order and its number."""
    sides = tuple(tuple(dict.fromkeys(side)) for side in decision.sides)
    if decision.kind != "pin":  # of a pin the order counts
        sides = tuple(sorted(tuple(sorted(side)) for side in sides))
    decision = msgspec.structs.replace(decision, id="", sides=sides, keys=tuple(sorted(set(decision.keys))))
    digest = hashlib.blake2b(msgspec.json.encode(decision, order="sorted"), digest_size=8).hexdigest()
    return msgspec.structs.replace(decision, id=digest)


def note(db: sqlite3.Connection, decision: Decision) -> Decision | None:
    """Keep a decision, with its number; one without a time is made now, after all that are here. None where it is here."""
    decision = identified(decision if decision.decided else msgspec.structs.replace(decision, decided=_next(db)))
    if db.execute("select 1 from decisions where decision = ? limit 1", (decision.id,)).fetchone():
        return None
    value = json.dumps(decision.value) if decision.kind == "pin" else "yes"
    db.executemany(
        "insert into decisions (kind, subject, value, name, reason, decided_by, decided, decision, side, element)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                decision.kind, subject, value, decision.name, decision.reason, decision.by, decision.decided, decision.id,
                side, decision.element,
            )
            for side, subject in _subjects(decision)
        ],
    )  # fmt: skip
    return decision


def _subjects(decision: Decision) -> Iterator[tuple[int, str]]:
    if decision.kind == "undo":
        yield 0, decision.undoes
    elif decision.kind == "pin":
        yield from ((place, record_name(*name)) for place, name in enumerate(decision.sides[0]))
    else:
        yield from ((side, record_name(*name)) for side, names in enumerate(decision.sides) for name in names)


def _next(db: sqlite3.Connection) -> str:
    """Now, or as soon as possible after the last decision: a clock that was put back must not let an older one win."""
    (last,) = db.execute("select max(decided) from decisions where decision is not null").fetchone()
    time = datetime.now(UTC)
    if last is not None:
        time = max(time, datetime.strptime(last, _STAMP).replace(tzinfo=UTC) + timedelta(microseconds=1))
    return time.strftime(_STAMP)


def moment(text: str) -> str | None:
    """A time as decisions have it; None where the text is none, has no time zone, or lies in the future."""
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is None or time.year < 1970 or time > datetime.now(UTC) + timedelta(days=1):
            return None
        return time.astimezone(UTC).strftime(_STAMP)
    except (ValueError, OverflowError):
        return None


def last(db: sqlite3.Connection) -> int:
    """The number of the last row; the index remembers the one that it has seen."""
    (row,) = db.execute("select coalesce(max(id), 0) from decisions where decision is not null").fetchone()
    return int(row)


def since(db: sqlite3.Connection, row: int) -> set[str]:
    """The decisions that were noted after a row, and those that they undo."""
    found = db.execute("select decision, kind, subject from decisions where id > ? and decision is not null", (row,))
    return {
        id_ for decision, kind, subject in found for id_ in ((decision, subject) if kind == "undo" else (decision,))
    }


def every(db: sqlite3.Connection) -> list[Decision]:
    """All decisions but those to suppress, the oldest first."""
    return _read(db, "decision is not null")


def numbered(db: sqlite3.Connection, ids: Iterable[str]) -> list[Decision]:
    """Some decisions, and what undoes them, the oldest first."""
    wanted = json.dumps(sorted(ids))
    undoing = "select decision from decisions where kind = 'undo' and subject in (select value from json_each(?1))"
    return _read(db, f"decision in (select value from json_each(?1) union {undoing})", wanted)


def about(db: sqlite3.Connection, names: Iterable[Name]) -> set[str]:
    """The numbers of the decisions that are about one of these records, also of those that were undone."""
    find = "select decision from decisions where kind in ('same', 'different', 'pin') and subject = ?"
    return {id_ for name in names for (id_,) in db.execute(find, (record_name(*name),))}


def _read(db: sqlite3.Connection, where: str, *bound: str) -> list[Decision]:
    rows: dict[str, list[tuple[str, int, str, str, str, str, str, str, str]]] = {}
    for decision, *row in db.execute(
        "select decision, kind, side, subject, element, value, name, reason, decided_by, decided from decisions"
        f" where {where} order by decided, decision, side, subject",
        bound,
    ):
        rows.setdefault(decision, []).append(tuple(row))
    return [_decision(id_, found) for id_, found in rows.items()]


def _decision(id_: str, rows: list[tuple[str, int, str, str, str, str, str, str, str]]) -> Decision:
    kind, _, subject, element, value, name, reason, by, decided = rows[0]
    given = {"id": id_, "kind": kind, "name": name, "reason": reason, "by": by, "decided": decided}
    if kind == "undo":
        return Decision(**given, undoes=subject)  # type: ignore[arg-type]  # kinds are those that were noted
    sides: dict[int, list[Name]] = {}
    for row in rows:
        sides.setdefault(0 if kind == "pin" else row[1], []).append(record_of(row[2]))
    decision = Decision(**given, sides=tuple(map(tuple, sides.values())))  # type: ignore[arg-type]
    if kind == "pin":
        return msgspec.structs.replace(decision, element=element, value=json.loads(value))
    return decision


def suppressions(db: sqlite3.Connection) -> list[Decision]:
    """All decisions to suppress and to undo that, in the form of the others, the oldest first."""
    found: dict[tuple[str, ...], list[str]] = {}
    for subject, *given in db.execute(
        "select subject, value, name, reason, decided_by, decided from decisions where kind = 'suppress' order by id"
    ):
        found.setdefault(tuple(given), []).append(subject)
    return [
        identified(
            Decision(
                kind="suppress",
                sides=(names,) if (names := tuple(record_of(s) for s in subjects if "\t" in s)) else (),
                keys=tuple(s for s in subjects if "\t" not in s),
                value=value,
                name=name,
                reason=reason,
                by=by,
                decided=decided,
            )
        )
        for (value, name, reason, by, decided), subjects in found.items()
    ]


def suppress(db: sqlite3.Connection, decision: Decision) -> list[str]:
    """Note a decision to suppress, or to undo that, of another installation; the subjects for which it is new.

    Later decisions that are here already go before it. What another installation has erased is kept out; to wipe bytes
    here takes somebody here.
    """
    value = NO if decision.value == NO else YES
    subjects = [*decision.keys, *(record_name(*name) for side in decision.sides for name in side)]
    known = (
        "select 1 from decisions where kind = 'suppress' and subject = ?1"
        " and (decided > ?2 or (decided = ?2 and (value = 'no') = (?3 = 'no')))"
    )
    new = [subject for subject in subjects if db.execute(known, (subject, decision.decided, value)).fetchone() is None]
    db.executemany(
        "insert into decisions (kind, subject, value, name, reason, decided_by, decided) values ('suppress', ?, ?, ?, ?, ?, ?)",
        [(subject, value, decision.name, decision.reason, decision.by, decision.decided) for subject in new],
    )
    return new


def undone(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Number of a decision -> the undo that ended it."""
    return {d.undoes: d for d in decisions if d.kind == "undo"}


def rename(db: sqlite3.Connection, old: str, new: str) -> None:
    """Let what was decided about records of a source hold for them under its new name."""
    found = every(db)
    ended = undone(found)
    for decision in found:
        if (
            decision.kind == "undo"
            or decision.id in ended
            or not any(s == old for side in decision.sides for s, _ in side)
        ):
            continue
        sides = tuple(tuple((new if source == old else source, id_) for source, id_ in side) for side in decision.sides)
        note(db, msgspec.structs.replace(decision, sides=sides))
        note(db, Decision(kind="undo", undoes=decision.id, reason=f"source {old} is now called {new}", by="harvester"))
