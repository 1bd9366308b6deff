"""What people decided about records. Rows are never overwritten: a newer one undoes an older one.

A suppressed record is in no index, listing or export, whoever sends it: it is kept out by its own name (source and
identifier) and by its match keys, so that the same work does not come back through another source.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from typing import Final

from msgspec import Struct

from harvester.clock import now

YES, ERASE, NO = "yes", "erase", "no"
COLUMNS: Final = "kind, subject, value, name, reason, decided_by, decided, decision, side, element"
"""All that a decision says; its number is this store's own."""


class Suppression(Struct, frozen=True):
    """One decision to suppress that holds."""

    name: str
    """What it was asked for as: the key of a work."""
    erased: bool
    """Whether the bytes of its records were wiped too."""
    reason: str
    decided_by: str
    decided: str
    subjects: tuple[str, ...]
    """Match keys, and records as ``record_name`` writes them."""


def columns(db: sqlite3.Connection) -> str:
    """``COLUMNS`` as a store has them that may be of before there were decisions about works."""
    known = {row[1] for row in db.execute("pragma table_info(decisions)")}
    return COLUMNS if "decision" in known else COLUMNS.replace("decision, side, element", "null, 0, ''")


def record_name(source: str, identifier: str) -> str:
    """A record as the subject of a decision."""
    return f"{source}\t{identifier}"


def record_of(subject: str) -> tuple[str, str]:
    """(source, identifier) of a subject that names a record; of a match key ('', '')."""
    source, tab, identifier = subject.partition("\t")
    return (source, identifier) if tab else ("", "")


_HOLDING = (
    "select d.subject, d.value, d.name, d.reason, d.decided_by, d.decided from decisions d where d.kind = 'suppress'"
    " and d.value <> 'no' and d.id = (select max(id) from decisions n where n.kind = d.kind and n.subject = d.subject)"
)


def suppressed(db: sqlite3.Connection) -> list[Suppression]:
    """The suppressions that hold, oldest first."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for subject, value, *rest in db.execute(f"{_HOLDING} order by d.id"):
        groups.setdefault((value, *rest), []).append(subject)
    return [
        Suppression(name, value == ERASE, reason, decided_by, decided, tuple(subjects))
        for (value, name, reason, decided_by, decided), subjects in groups.items()
    ]


def subjects(db: sqlite3.Connection) -> dict[str, str]:
    """Subject -> yes or erase, for the suppressions that hold."""
    return {subject: value for subject, value, *_ in db.execute(_HOLDING)}


def erased(db: sqlite3.Connection, source: str) -> set[str]:
    """Identifiers of a source of which nothing is kept, whatever it sends."""
    if db.execute("select 1 from decisions where kind = 'suppress' limit 1").fetchone() is None:
        return set()
    start = record_name(source, "")
    found = {subject: value for subject, value in subjects(db).items() if subject.startswith(start)}
    return {subject.removeprefix(start) for subject, value in found.items() if value == ERASE}


def undone(db: sqlite3.Connection) -> int:
    """The number of the last decision that undid a suppression: an index from before it lacks what came back."""
    (last,) = db.execute(
        "select coalesce(max(id), 0) from decisions where kind = 'suppress' and value = 'no'"
    ).fetchone()
    return int(last)


def decide(
    db: sqlite3.Connection, kind: str, subjects: Iterable[str], value: str, *, name: str, reason: str, by: str
) -> None:
    """Note a decision about each of some subjects."""
    stamp = now()
    db.executemany(
        "insert into decisions (kind, subject, value, name, reason, decided_by, decided) values (?, ?, ?, ?, ?, ?, ?)",
        [(kind, subject, value, name, reason, by, stamp) for subject in subjects],
    )


def suppress(db: sqlite3.Connection, suppression: Suppression) -> None:
    value = ERASE if suppression.erased else YES
    given = {"name": suppression.name, "reason": suppression.reason, "by": suppression.decided_by}
    decide(db, "suppress", suppression.subjects, value, **given)


def extend(db: sqlite3.Connection, found: Iterable[tuple[str, str, str]]) -> None:
    """Let a decision hold for records that were recognised later: (source, identifier, subject it was recognised by)."""
    for source, identifier, subject in found:
        name, reason, by = db.execute(
            "select name, reason, decided_by from decisions where kind = 'suppress' and subject = ?"
            " order by id desc limit 1",
            (subject,),
        ).fetchone()
        decide(db, "suppress", [record_name(source, identifier)], ERASE, name=name, reason=reason, by=by)


def carry_over(db: sqlite3.Connection, rows: Collection[tuple[object, ...]]) -> int:
    """Decisions of the store that this one replaces, where they are not known here; how many."""
    before = db.total_changes
    db.executemany(
        f"insert into decisions ({COLUMNS}) select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 where not exists"
        " (select 1 from decisions where kind = ?1 and subject = ?2 and value = ?3 and decided = ?7 and decision is ?8)",
        rows,
    )
    return db.total_changes - before
