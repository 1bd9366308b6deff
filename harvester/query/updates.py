"""What the index knows of updates, and no record of the work says by itself: its history, and what its notices say of it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict

import msgspec
from msgspec import Struct

from harvester.record import Choice, Finding, Relation, Update, Work
from harvester.updates import elsewhere


class Recorded(Struct):
    """Of one work."""

    status: str | None = None
    choice: Choice | None = None
    history: list[Update] = []
    relations: list[tuple[int, Relation]] = []
    """(record of another work that says so, relation)."""
    findings: list[tuple[int, Finding]] = []
    names: dict[int, str] = {}
    """Those records -> source and identifier."""


def recorded(db: sqlite3.Connection, within: str) -> dict[int, Recorded]:
    """Work -> what is recorded, for the works ``within`` (``in (1, 2)``) that have anything to do with an update."""
    found: dict[int, Recorded] = defaultdict(Recorded)
    for work_id, type_, holds, date, sources, *rest in db.execute(
        "select work_id, type, holds, date, sources, basis, scheme, notice, notice_work_id, label, record_id"
        f" from work_updates where work_id {within} order by work_id, position"
    ):
        found[work_id].history.append(Update(type_, bool(holds), date, tuple(sources.split("; ")), *rest))
    for work_id, record_id, name, *relation in db.execute(
        "select l.work_id, l.record_id, r.source || ' ' || r.identifier, l.type, l.scheme, l.target, l.label, l.date,"
        " l.asserted_by from relations l join records r on r.id = l.record_id and r.work_id <> l.work_id"
        f" where l.work_id {within} order by l.work_id, l.position"
    ):
        found[work_id].relations.append((record_id, Relation(*relation)))
        found[work_id].names[record_id] = name
    if not found:
        return found
    changed = f"in ({', '.join(map(str, found))})"
    for work_id, status in db.execute(f"select id, update_status from works where id {changed}"):
        found[work_id].status = status
    for work_id, name, *choice in db.execute(
        "select v.work_id, r.source || ' ' || r.identifier, v.record_id, v.rule, v.alternatives from value_sources v"
        f" join records r on r.id = v.record_id where v.work_id {changed} and v.element = 'update_status'"
    ):
        found[work_id].choice = Choice(*choice)
        found[work_id].names[choice[0]] = name
    for work_id, record_id, level, code, element, message, sent in db.execute(
        f"select * from findings where work_id {changed} and code = 'update-in-title' order by rowid"
    ):
        found[work_id].findings.append((record_id, Finding(code, element, message, sent, level)))
    return found


def restored(work: Work, said: Recorded) -> Work:
    """A work, merged from its records, with what the index knows beside."""
    choices = {element: choice for element, choice in work.choices.items() if element != "update_status"}
    if said.choice is not None:
        choices["update_status"] = said.choice
    origins = dict(work.origins)
    changes: dict[str, object] = {"update_status": said.status}
    for element, more in (("relations", said.relations), ("findings", said.findings)):
        if more:
            changes[element] = (*getattr(work.record, element), *(item for _, item in more))
            origins[element] = (*origins.get(element, ()), *(record_id for record_id, _ in more))
    return msgspec.structs.replace(
        work,
        record=msgspec.structs.replace(work.record, **changes),
        choices=choices,
        origins=origins,
        updates=tuple(said.history),
        elsewhere=elsewhere(work, origins, choices, said.names),
    )
