"""Why a work says what it says: each value with its record, its rule, and what lost against it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from harvester.query.rebuild import work
from harvester.record import CURATOR, Json, Member, Record, Work


class Loser(Struct, frozen=True):
    """What another record says about an element, and was not believed."""

    record_id: int
    source: str
    identifier: str
    value: Json


class Explained(Struct, frozen=True):
    """One value of a work, and who said it."""

    element: str
    value: Json
    record_id: int
    source: str
    identifier: str
    format: str
    rule: str
    """Why this one: only, precedence, longest, union ... (``schemas/merge.toml``)."""
    losers: tuple[Loser, ...] = ()


class Reason(Struct, frozen=True):
    """Why a record is part of its work."""

    rule: str
    """'first', the identifier that united it with another, 'same record', 'likeness', or 'decision'."""
    other: str = ""
    """Source and identifier of the record that it was united with."""
    score: float | None = None
    evidence: tuple[str, ...] = ()
    """Of a likeness: what spoke for it (``schemas/linking.toml``). Of a decision: who decided it, when and why."""


class Judged(Struct, frozen=True, kw_only=True):
    """A decision about a work, or about some of its records."""

    id: str
    kind: str
    """same, different or pin."""
    element: str
    """Of a pin."""
    value: str
    name: str
    """What it was asked for as."""
    reason: str
    decided_by: str
    decided: str
    state: str
    """holds, undone, overruled ...; or that its records are gone."""
    because: str
    """Who undid or overruled it."""


class Explanation(Struct, frozen=True):
    work: Work
    reasons: dict[int, Reason]
    """Record id -> why it is part of this work."""
    elements: tuple[Explained, ...]
    redirects: tuple[str, ...]
    """Keys of works that were merged into this one."""
    listed: tuple[tuple[str, str, str], ...]
    """(listing, section, reason) of each place where it stands in a listing."""
    decisions: tuple[Judged, ...] = ()
    """What people decided about it, the newest first."""


def explain(db: sqlite3.Connection, work_id: int) -> Explanation:
    """Each value of a work with its source, its rule and what lost against it. KeyError where there is no such work."""
    found = work(db, work_id)
    return Explanation(
        found,
        reasons(db, work_id),
        tuple(_elements(found)),
        tuple(key for (key,) in db.execute("select key from redirects where work_id = ? order by key", (work_id,))),
        tuple(
            (listing, section, reason)
            for listing, section, reason in db.execute(
                "select listing, section, reason from listing_items where work_id = ? order by listing, section_position",
                (work_id,),
            )
        ),
        decisions(db, work_id),
    )


def decisions(db: sqlite3.Connection, work_id: int) -> tuple[Judged, ...]:
    """What people decided about a work or its records, the newest first; what is undone, too."""
    names = Judged.__struct_fields__
    return tuple(
        Judged(**dict(zip(names, row, strict=True)))
        for row in db.execute(
            f"select {', '.join(names)} from decisions where id in (select x.decision_id from records r join decided_records x"
            " on x.source = r.source and x.identifier = r.identifier where r.work_id = ?)",
            (work_id,),
        )
    )


def reasons(db: sqlite3.Connection, work_id: int) -> dict[int, Reason]:
    """Record id -> why it is part of this work, by id."""
    return {
        id_: Reason(
            rule, f"{source} {identifier}" if source else "", score, tuple(evidence.split("; ")) if evidence else ()
        )
        for id_, rule, source, identifier, score, evidence in db.execute(
            "select r.id, r.joined_by, o.source, o.identifier, y.score, y.evidence from records r"
            " left join reasons y on y.record_id = r.id left join records o on o.id = y.other_record_id"
            " where r.work_id = ? order by r.id",
            (work_id,),
        )
    }


def _elements(found: Work) -> Iterator[Explained]:
    members = {m.id: m for m in found.members}
    for element in Record.__struct_fields__:
        value = getattr(found.record, element)
        if choice := found.choices.get(element):
            winner = members.get(choice.record_id) or _elsewhere(found, choice.record_id)
            pinned = choice.rule.startswith(CURATOR)
            said = ((m, getattr(m.record, element)) for m in found.members if pinned or m.id != winner.id)
            losers = tuple(Loser(m.id, m.source, m.identifier, _plain(v)) for m, v in said if v and v != value)
            yield _explained(element, value, winner, choice.rule, losers)
        elif origins := found.origins.get(element):
            for item, record_id in zip(value, origins, strict=True):
                witness = members.get(record_id) or _elsewhere(found, record_id)
                yield _explained(element, item, witness, "union" if record_id in members else "said by the other work")


def _elsewhere(found: Work, record_id: int) -> Member:
    """A record of another work, such as a notice, by its name."""
    source, _, identifier = found.elsewhere[record_id].partition(" ")
    return Member(record_id, source, identifier, "", 0, Record(), "")


def _explained(element: str, value: object, member: Member, rule: str, losers: tuple[Loser, ...] = ()) -> Explained:
    return Explained(element, _plain(value), member.id, member.source, member.identifier, member.format, rule, losers)


def _plain(value: object) -> Json:
    return msgspec.to_builtins(value)
