"""What people decide about works: what a name stands for, decisions made, undone and listed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from harvester.config import Config
from harvester.jobs import publish
from harvester.jobs.book import Run, recorded
from harvester.jobs.indexing import update_index
from harvester.jobs.report import RunReport
from harvester.link import match_key
from harvester.pins.values import value
from harvester.store import Store
from harvester.store.judgements import MOST, Decision, Name


class Unfit(ValueError):
    """What was asked for cannot be decided; it says why, and what would do."""


class Subject(Struct, frozen=True):
    """What a name stands for: a work with all its records, or one record."""

    name: str
    work_id: int
    key: str
    label: str
    records: tuple[Name, ...]
    """Of a work the one first by which its key was given, then by source and identifier."""
    whole: bool
    """All of the work."""


# --- what a name stands for ------------------------------------------------------------------------------------------


def subject(db: sqlite3.Connection, name: str, founder: int | None = None) -> Subject:
    """A record where ``name`` is its source and identifier with a blank or colon between them, else a work. Unfit: neither."""
    from harvester import query

    record = query.record(db, name)
    work_id = record[0] if record else query.get(db, name)
    if work_id is None:
        raise Unfit(f"{name[:100]!r} is not in the index; `harvester search` finds works by their words")
    key, label = db.execute("select key, label from works where id = ?", (work_id,)).fetchone()
    if record:
        return Subject(name, work_id, key, label, (record[1],), whole=False)
    found = db.execute(
        "select source, identifier from records where work_id = ? group by 1, 2"
        " order by max(id = ?) desc, source, identifier",
        (work_id, founder),
    )
    return Subject(name, work_id, key, label, tuple((source, id_) for source, id_ in found), whole=True)


def sides(db: sqlite3.Connection, kind: Literal["same", "different"], names: Sequence[str]) -> list[Subject]:
    """The records on each side of a decision. Unfit where they are not several.

    A work that is named several times is to be parted: each name stands for the records that have it as their own, and
    what is named by itself is no part of the rest.
    """
    found = [subject(db, name) for name in names]
    if kind == "different":
        times = Counter(s.work_id for s in found if s.whole)
        found = [_part(db, s) if s.whole and times[s.work_id] > 1 else s for s in found]
        found = [_rest(s, found) for s in found]
    taken: set[Name] = set()
    for one in found:
        if not one.records or not taken.isdisjoint(one.records):
            raise Unfit(_not_several(db, kind, one))
        taken |= set(one.records)
    if len(taken) > MOST:
        raise Unfit(
            f"these are {len(taken)} records, more than one decision can be about ({MOST}); name records of them"
        )
    return found


def _part(db: sqlite3.Connection, of: Subject) -> Subject:
    """Of a work the records that have its name as their own identifier; all of it where none has."""
    name = of.name.strip()
    for key in filter(None, (match_key(name), name)):
        found = db.execute(
            "select distinct r.source, r.identifier from match_keys k join records r on r.id = k.record_id"
            " where k.key = ? and r.work_id = ?",
            (key, of.work_id),
        ).fetchall()
        if found:
            return msgspec.structs.replace(of, key=key, records=tuple(r for r in of.records if r in found))
    return of


def _rest(one: Subject, all_: Iterable[Subject]) -> Subject:
    inside = (set(other.records) for other in all_ if set(other.records) < set(one.records))
    named = set().union(*inside)
    return msgspec.structs.replace(one, records=tuple(r for r in one.records if r not in named))


def _not_several(db: sqlite3.Connection, kind: str, one: Subject) -> str:
    rows = db.execute("select distinct source, identifier from records where work_id = ? limit 6", (one.work_id,))
    records = ", ".join(f"'{source} {identifier}'" for source, identifier in rows)
    if kind == "same":
        return f"{one.name!r} is part of {one.key}, which is named already: that is one work"
    return f"{one.name!r} is {one.key}, which is named already; to part it, name a record of it: {records}"


# --- deciding --------------------------------------------------------------------------------------------------------


def pairwise(kind: Literal["same", "different"], found: Sequence[Subject], *, reason: str, by: str) -> Decision:
    """The decision that the works or records on these sides are one, or are none of them the same."""
    name = (" = " if kind == "same" else " ≠ ").join(s.key if s.whole else " ".join(s.records[0]) for s in found)
    return Decision(kind=kind, sides=tuple(s.records for s in found), name=name, reason=reason, by=by)


def pin(
    store: Store, db: sqlite3.Connection, name: str, values: Sequence[str], *, reason: str, by: str
) -> list[Decision]:
    """The decisions that a work has these values (``element=value``). Unfit where one of them cannot be."""
    named = subject(db, name)
    founders = {id_: founder for id_, _, founder, _ in store.keys.work_keys([named.work_id])}
    named = subject(db, name, founders.get(named.work_id))
    if len(named.records) > MOST:
        raise Unfit(f"{named.key} has {len(named.records)} records, more than one decision can be about ({MOST})")
    decisions = []
    for given in values:
        element, equals, text = given.partition("=")
        if not equals:
            raise Unfit(f"{given[:80]!r} says no value; write element=value, as in title=..., or title= for none")
        try:
            decided = value(element.strip(), text)
        except ValueError as error:
            raise Unfit(str(error)) from error
        decisions.append(
            Decision(
                kind="pin",
                sides=(named.records,),
                element=element.strip(),
                value=decided,
                name=named.key,
                reason=reason,
                by=by,
            )
        )
    return decisions


def undo(store: Store, id_: str, *, reason: str, by: str) -> tuple[Decision, Decision]:
    """The decision that begins with this number, and its undo. Unfit where none does, or several do, or it is undone."""
    from harvester.store.judgements import undone

    decisions = everything(store)
    found = [d for d in decisions if id_ and d.id.startswith(id_)]
    if len(found) != 1:
        known = "several decisions begin so" if found else "no decision has this number"
        raise Unfit(f"{id_!r}: {known}; `harvester decisions` lists them")
    if found[0].kind == "suppress":
        raise Unfit(f"{found[0].id} is about what is kept out; `harvester unsuppress` and `suppress` change that")
    if found[0].kind == "undo":
        raise Unfit(f"{found[0].id} has ended {found[0].undoes}, and cannot be ended itself; decide that again")
    if found[0].id in undone(decisions):
        raise Unfit(f"{found[0].id} is undone already")
    return found[0], Decision(kind="undo", undoes=found[0].id, name=found[0].name, reason=reason, by=by)


def decide(config: Config, decisions: Sequence[Decision]) -> tuple[list[Decision], list[Listed]]:
    """Note decisions for good: those that were not here yet, and those that hold no longer because of them."""
    with Store.open(config.store, create=False) as store:
        names = {name for d in decisions for side in d.sides for name in side}
        before = _states(store, names)
        noted = store.upkeep.decide(decisions)
        after = _states(store, names)
        changed = [id_ for id_, (state, _) in after.items() if id_ in before and before[id_][0] != state]
        overruled = [
            Listed(decision=d, state=after[d.id][0], because=after[d.id][1])
            for d in store.decisions(changed)
            if d.id in changed
        ]
    return noted, [one for one in overruled if one.state.startswith("overruled")]


def _states(store: Store, names: Iterable[Name]) -> dict[str, tuple[str, str]]:
    from harvester.index.deciding import Deciding

    known = Deciding(store)
    known.connected(names)
    return known.states()


def apply(config: Config) -> RunReport:
    """Let index and listings be what was decided."""
    with Store.open(config.store, create=False) as store, recorded(store, Run("decide")) as run:
        update_index(config, store, run)
        if run.index is not None and config.listings:
            run.site += publish(config)
    return run.report()


def works(config: Config, records: Iterable[Name]) -> list[tuple[str, int, str]]:
    """The works that records are part of by now: key, number of records, title."""
    from harvester import query

    ask = (
        "select w.id, w.key, w.record_count, coalesce(w.title, w.label) from records r join works w on w.id = r.work_id"
        " where r.source = ? and r.identifier = ?"
    )
    with query.open_index(config.index) as db:
        found = {work for record in records for work in db.execute(ask, record)}
    return [(key, count, title) for _, key, count, title in sorted(found)]


# --- lists, and other installations ----------------------------------------------------------------------------------


class Listed(Struct, frozen=True, kw_only=True):
    """A decision, and whether it still applies."""

    decision: Decision
    state: str
    """holds, undone, overruled, overruled in part; its records are gone."""
    because: str
    """Who undid or overruled it, when and why."""


def listed(store: Store) -> list[Listed]:
    """All decisions about works and suppressions, the newest first."""
    from harvester.index.deciding import Deciding

    states = Deciding(store).load().states()
    held = {subject for s in store.suppressed() for subject in s.subjects}
    found = []
    for decision in everything(store):
        if decision.kind == "undo":
            continue
        state, because = states.get(decision.id, ("holds", ""))
        if decision.kind == "suppress":
            subjects = {*decision.keys, *("\t".join(name) for side in decision.sides for name in side)}
            state = "holds" if decision.value != "no" and not held.isdisjoint(subjects) else "undone"
            if decision.value == "no":
                state = "holds"
        elif state.startswith(("holds", "overruled in part")):
            names = {name for side in decision.sides for name in side}
            gone = len(names) - store.live(names)
            if gone:
                state = (
                    "its records are gone"
                    if gone == len(names)
                    else f"{state}; {gone} of its {len(names)} records gone"
                )
        found.append(Listed(decision=decision, state=state, because=because))
    return found[::-1]


def everything(store: Store) -> list[Decision]:
    """All decisions and undos, suppressions too, the oldest first: what an export has."""
    return sorted([*store.decisions(), *store.suppressions()], key=lambda d: d.decided)
