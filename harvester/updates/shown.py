"""What of its history a work shows: its update status, and the relations that only the other side names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from harvester.formats.findings import finding
from harvester.record import CURATOR, Choice, Finding, Relation, Update, Work
from harvester.updates.history import Said, history, named, notice_of, order, status, who
from harvester.updates.vocabulary import family, gravity, vocabulary


def applied(work: Work, said: Sequence[Said], names: Mapping[int, str]) -> Work:
    """The work with its history and update status, and with the relations that only the other side names.

    ``names``: record -> source and identifier.
    """
    found = history(work, said)
    record, choices, origins = work.record, dict(work.choices), dict(work.origins)
    if is_decided(work):
        found = _decided(work, found)
    else:
        choices.pop("update_status", None)
    now = status(found)
    if now is not None and "update_status" not in choices:
        others = {u.type for u in found if vocabulary()[u.type].status} - {now.type}
        several = len(found) > 1 or len(now.sources) > 1
        choices["update_status"] = Choice(now.record_id, "worst" if several else "only", len(others))
    changes: dict[str, object] = {"update_status": now.type if now else None}
    for element, more in (
        ("relations", list(_derived(said, work.id))),
        ("findings", list(_doubts(found, now))),
    ):
        if more:
            changes[element] = (*getattr(record, element), *(item for item, _ in more))
            origins[element] = (*origins.get(element, ()), *(record_id for _, record_id in more))
    return msgspec.structs.replace(
        work,
        record=msgspec.structs.replace(record, **changes),
        choices=choices,
        origins=origins,
        updates=tuple(found),
        elsewhere=elsewhere(work, origins, choices, names),
    )


def is_decided(work: Work) -> bool:
    """Whether somebody pinned the update status of a work."""
    choice = work.choices.get("update_status")
    return choice is not None and choice.rule.startswith(CURATOR)


def _decided(work: Work, found: Sequence[Update]) -> list[Update]:
    """A history that agrees with the pinned status: what is graver does not hold, and what nobody reported was decided."""
    name, choice = work.record.update_status, work.choices["update_status"]
    rank = gravity()[name] if name else len(gravity())
    graver = {n for n, kind in vocabulary().items() if kind.status and gravity()[n] < rank}
    kept = [msgspec.structs.replace(u, holds=False) if u.type in graver else u for u in found]
    if name is None or any(u.type == name and u.holds for u in kept):
        return kept
    made = Update(
        type=name,
        holds=True,
        date=None,
        sources=(choice.rule,),
        basis="status",
        scheme="",
        notice="",
        notice_work=None,
        label=None,
        record_id=choice.record_id,
    )
    return [*kept, made]


def elsewhere(
    work: Work, origins: Mapping[str, Sequence[int]], choices: Mapping[str, Choice], names: Mapping[int, str]
) -> dict[int, str]:
    """The records of other works that values of this one come from."""
    own = {m.id for m in work.members}
    said = {c.record_id for c in choices.values()}.union(*origins.values())
    return {id_: names[id_] for id_ in sorted(said - own)}


def _derived(said: Sequence[Said], work_id: int) -> Iterator[tuple[Relation, int]]:
    """(relation, record that says so) where only the other side says it."""
    told = sorted((s for s in said if s.role == "told" and s.other_work != work_id), key=order)
    seen = {(family(s.claim.type), notice_of(s, work_id)) for s in said if s.role == "own"}
    for one in told:
        mark = family(one.claim.type), notice_of(one, work_id)
        if mark not in seen:
            seen.add(mark)
            yield _relation(one, vocabulary()[one.claim.type].by[0]), one.record_id
    says = {(family(s.claim.type), s.other_work) for s in said if s.role == "says"}
    named: set[tuple[str, int | None]] = set()
    for one in sorted((s for s in said if s.role == "named"), key=order):
        pair = family(one.claim.type), one.other_work
        if pair not in says and pair not in named:
            named.add(pair)
            yield _relation(one, vocabulary()[one.claim.type].to[0]), one.record_id


def _relation(said: Said, relation_type: str) -> Relation:
    scheme, target = named(said)
    claim = said.claim
    return Relation(relation_type, scheme, target, label=claim.label, date=claim.date, asserted_by=who(said))


def _doubts(found: Sequence[Update], now: Update | None) -> Iterator[tuple[Finding, int]]:
    for update in found:
        if update.basis != "title":
            continue
        rest = (
            "" if update is now or update.holds else "; the registry that knows the work does not, so it is not marked"
        )
        message = f"the title says {vocabulary()[update.type].label.lower()}, but no source names a notice{rest}"
        yield finding("update-in-title", "update_status", message, update.type), update.record_id
