"""The records of a cluster become one work: the best value of each element, and who said it. Pure.

Which rule an element follows is data, ``schemas/merge.toml``; ``values``, ``unions``, ``texts`` and ``people`` are the
rules. Ties are broken by rank, source and identifier, so the same records give the same work, in whatever order they came.
Nothing is made up: each value is a value of one of the records. What loses stays in the records, and is told of
(``differing``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Final

import msgspec

from harvester.link import repository_doi
from harvester.merge import people, texts, unions, values
from harvester.merge.differing import alternatives, overruled
from harvester.merge.table import Draft, Merge, Rule, elements, ordered, origin
from harvester.record import Choice, Finding, Identifier, Member, Record, Work

__all__ = ["RULES", "Rule", "elements", "merge", "origin", "overruled"]

RULES: Final[dict[str, Merge]] = {
    "precedence": values.precedence,
    "readable": values.readable,
    "refined": values.refined,
    "completed": values.completed,
    "worst": values.worst,
    "union": unions.union,
    "whole": unions.whole,
    "aligned": people.aligned,
    "abstracts": texts.abstracts,
}
_SILENT: Final = Record()


def merge(
    work_id: int,
    key: str,
    members: Sequence[Member],
    *,
    repository_doi_prefixes: Sequence[str] = (),
    conflicts: Sequence[tuple[int, Finding]] = (),
) -> Work:
    """One work of the records in ``members``, with the source of each value.

    ``repository_doi_prefixes``: a DOI under these is the work's own only where there is no other. ``conflicts``: findings
    of linking, (record id, finding); they are kept with those of the records.
    """
    singles, lists = elements()
    believed = ordered(members, None) if len(members) > 1 else list(members)
    speaking = [m for m in believed if m.record != _SILENT] or believed[:1]
    if len(speaking) == 1 and not conflicts:
        only = speaking[0]
        record = only.record
        identifiers = _demoted(record.identifiers, repository_doi_prefixes)
        if identifiers != record.identifiers:
            record = msgspec.structs.replace(record, identifiers=identifiers)
        choices, origins = _only(record, only.id, singles, lists)
        return Work(id=work_id, key=key, record=record, members=tuple(believed), choices=choices, origins=origins)
    order: dict[str | None, list[Member]] = {None: speaking}
    work = Draft()
    for element, rule in (*singles.items(), *lists.items()):
        if rule.first not in order:
            order[rule.first] = ordered(speaking, rule.first)
        RULES[rule.rule](element, rule, order[rule.first], work)
    if "identifiers" in work.values:
        work.values["identifiers"] = _demoted(work.values["identifiers"], repository_doi_prefixes)
    said = [(m.id, f) for m in speaking for f in m.record.findings] + work.findings + list(conflicts)
    if said:
        work.values["findings"] = tuple(f for _, f in said)
        work.origins["findings"] = tuple(id_ for id_, _ in said)
    work.values["extra"] = unions.unmapped(speaking)
    record = Record(**work.values)
    contested = {e: c.record_id for e, c in work.choices.items() if c.alternatives and e != "abstract"}
    return Work(
        id=work_id,
        key=key,
        record=record,
        members=tuple(believed),
        choices=work.choices,
        origins=work.origins,
        alternatives=tuple(alternatives(record, speaking, contested)),
        completions=tuple(work.completions),
    )


@cache
def _single_values(names: tuple[str, ...]) -> Callable[[Record], tuple[Any, ...]]:
    return attrgetter(*names)


@cache
def _companions() -> list[tuple[str, tuple[str, ...]]]:
    singles, _ = elements()
    return [(element, rule.together) for element, rule in singles.items() if rule.together]


def _only(
    record: Record, id_: int, singles: dict[str, Rule], lists: dict[str, Rule]
) -> tuple[dict[str, Choice], dict[str, tuple[int, ...]]]:
    """Choices and origins where there is but one record."""
    choice = Choice(id_, "only")
    found = _single_values(tuple(singles))(record)
    choices = {n: choice for n, v in zip(singles, found, strict=True) if v is not None and v != singles[n].empty}
    for element, companions in _companions():
        if element not in choices:
            choices.update((name, choice) for name in companions if getattr(record, name) is not None)
    origins = {n: (id_,) * len(v) for n in (*lists, "findings") if (v := getattr(record, n))}
    if "contributors" in origins:
        choices["contributors"] = choice
    if any(d.type == "abstract" for d in record.descriptions):
        choices["abstract"] = choice
    return choices, origins


def _demoted(identifiers: tuple[Identifier, ...], prefixes: Sequence[str]) -> tuple[Identifier, ...]:
    """DOIs that repositories registered for their own copies name a version where the work has a DOI of its own."""
    own = [i for i in identifiers if i.scheme == "doi" and i.relation == "self"]
    minted = [i for i in own if repository_doi(i, prefixes)] if len(own) > 1 else []
    if not minted or len(minted) == len(own):
        return identifiers
    return tuple(msgspec.structs.replace(i, relation="version") if i in minted else i for i in identifiers)
