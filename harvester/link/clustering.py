"""Clusters: the works that the records of a component describe. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import combinations, pairwise
from typing import Final

from msgspec import Struct

from harvester.formats.findings import finding
from harvester.link.decided import NOTHING, Decided, Name, by_class, chained
from harvester.link.evidence import ALIKE, EQUAL, Facts, about_each_other, in_conflict, likeness
from harvester.link.identity import by_strength
from harvester.link.likenesses import FIRST, Likenesses, Tie
from harvester.record import Finding

_MANY: Final = 60
"""Different descriptions under one identifier: above this it names a container, and pairs are no longer all compared."""


class Cluster(Struct, frozen=True):
    """The records of one work."""

    members: tuple[int, ...]
    """Record ids, ascending."""
    ties: tuple[Tie, ...]
    """For each member why it is here."""

    @property
    def joined_by(self) -> tuple[str, ...]:
        """For each member the rule alone."""
        return tuple(tie.rule for tie in self.ties)


class Linked(Struct, frozen=True):
    clusters: list[Cluster]
    """By lowest record id."""
    conflicts: list[tuple[int, Finding]]
    """(record id, finding): identifiers that clearly different works claim."""


def clusters(records: Sequence[Facts], likenesses: Likenesses | None = None, decided: Decided = NOTHING) -> Linked:
    """The works that records of one component describe (records of several components do no harm).

    What people ``decided`` holds whatever anything else says.
    """
    ordered = sorted(records, key=lambda f: f.name)
    alike = likenesses or Likenesses()
    holders: dict[str, list[int]] = {}
    for position, record in enumerate(ordered):
        for key in record.keys:
            holders.setdefault(key, []).append(position)
    holders = {key: found for key, found in holders.items() if len(found) > 1}
    groups = _united(ordered, holders, alike, decided)
    place = {position: number for number, group in enumerate(groups) for position in group}
    return Linked(
        sorted((_cluster(ordered, group, alike, decided) for group in groups), key=lambda c: c.members),
        [
            found
            for key in sorted(holders, key=by_strength)
            for found in _contested(ordered, key, _owners(ordered, key, holders[key]), place)
        ],
    )


def _united(
    ordered: Sequence[Facts], holders: Mapping[str, list[int]], alike: Likenesses, decided: Decided
) -> list[list[int]]:
    """Positions grouped into works: the best agreeing pairs are united first, and no union may bring a conflict.

    Identifiers go before likenesses, and what a likeness unites may have nothing against it in any of its records. Decisions
    go before both; records that are one by decision are in conflict with another only where all of them are.
    """
    root = {position: position for position in range(len(ordered))}
    members = {position: [position] for position in root}
    # Records that say the same stand for each other: one of them is compared, whatever their number.
    stand_ins: dict[tuple[object, ...], int] = {}
    marks = [decided.mark(f.name[:2]) for f in ordered]
    announced = frozenset[str]().union(*(f.other_sides for f in ordered))
    said = [
        stand_ins.setdefault(
            (
                f.titles,
                f.type,
                f.year,
                f.surnames,
                f.page,
                f.kind,
                f.within,
                f.other_sides,
                announced.intersection(f.keys),
                mark,
            ),
            p,
        )
        for p, (f, mark) in enumerate(zip(ordered, marks, strict=True))
    ]
    heads = {position: {said[position]} for position in root}

    @cache
    def conflict(one: int, other: int) -> bool:
        return one != other and in_conflict(ordered[one], ordered[other])

    def unite(one: int, other: int) -> None:
        one, other = sorted((_find(root, one), _find(root, other)))
        if one != other:
            root[other] = one
            members[one] += members.pop(other)
            heads[one] |= heads.pop(other)

    def clash(left: int, right: int, *, shared: bool) -> bool:
        """Whether decisions part two works, or what their records say does.

        ``shared``: as far as the records share a key.
        """
        mine, others = heads[left], heads[right]
        if not decided:
            pairs = ((a, b) for a in mine for b in others if not shared or _share(ordered[a], ordered[b]))
            return any(conflict(*sorted(pair)) for pair in pairs)
        return decided.parted(_names(ordered, mine), _names(ordered, others)) or any(
            found and all(conflict(*sorted(pair)) for pair in found)
            for one in by_class(mine, marks)
            for other in by_class(others, marks)
            for found in [[(a, b) for a in one for b in other if not shared or _share(ordered[a], ordered[b])]]
        )

    for one, other in pairwise(root):  # sorted by name: one record in several formats stands together
        if ordered[one].name[:2] == ordered[other].name[:2]:
            unite(one, other)
    for same in by_class(range(len(ordered)), marks) if decided else ():
        for one, other in pairwise(same):
            unite(one, other)
    edges = [
        (-alike, by_strength(key)[0], one, other)
        for key, found in holders.items()
        for alike, one, other in (
            *_pairs(ordered, _owners(ordered, key, found), said, conflict, marks),
            *_confirmed(ordered, key, found),
        )
    ]
    for _, _, one, other in sorted(edges):
        left, right = _find(root, one), _find(root, other)
        if left != right and not clash(left, right, shared=False):
            unite(left, right)
    for one, other in alike.edges(ordered, decided):
        left, right = _find(root, one), _find(root, other)
        if left != right:
            groups = ([ordered[p] for p in members[left]], [ordered[p] for p in members[right]])
            if alike.allow(*groups, decided) and not clash(left, right, shared=True):
                unite(left, right)
    return [sorted(group) for group in members.values()]


def _names(ordered: Sequence[Facts], positions: Iterable[int]) -> list[Name]:
    return [ordered[p].name[:2] for p in positions]


def _share(a: Facts, b: Facts) -> bool:
    return not set(a.keys).isdisjoint(b.keys) or about_each_other(a, b)


def _pairs(
    ordered: Sequence[Facts],
    holders: Sequence[int],
    said: Sequence[int],
    conflict: Callable[[int, int], bool],
    marks: Sequence[Name | None],
) -> Iterable[tuple[float, int, int]]:
    """(likeness, one, other) for the holders of a key that may be united by it.

    Where two of them cannot be one work the key is contested: then it unites only those whose titles agree.
    """
    same: dict[int, list[int]] = {}
    for position in holders:
        same.setdefault(said[position], []).append(position)
    chains = [(EQUAL, a, b) for group in same.values() for a, b in pairwise(group)]
    first = sorted(group[0] for group in same.values())
    if len(first) > _MANY:
        by_title: dict[str, list[int]] = {}
        for position in first:
            if ordered[position].titles:
                by_title.setdefault(ordered[position].titles[0], []).append(position)
        return [*chains, *((EQUAL, a, b) for group in by_title.values() for a, b in chained(group, marks))]
    pairs = list(combinations(first, 2))
    contested = any(conflict(*sorted((said[a], said[b]))) for a, b in pairs)
    scored = [(likeness(ordered[a], ordered[b]) or 0.0, a, b) for a, b in pairs]
    return [*chains, *(pair for pair in scored if not contested or pair[0] >= ALIKE)]


def _owners(ordered: Sequence[Facts], key: str, holders: Sequence[int]) -> list[int]:
    """The holders of a key that have it as their own."""
    return [position for position in holders if key not in ordered[position].claimed]


def _confirmed(ordered: Sequence[Facts], key: str, holders: Sequence[int]) -> Iterable[tuple[float, int, int]]:
    """As ``_pairs``, for those that only claim the key, each with an owner of the same title."""
    for claimant in holders:
        if key in ordered[claimant].claimed:
            for owner in _owners(ordered, key, holders):
                alike = likeness(ordered[claimant], ordered[owner]) or 0.0
                if alike >= ALIKE and not in_conflict(ordered[claimant], ordered[owner]):
                    yield alike, claimant, owner


def _cluster(ordered: Sequence[Facts], group: Sequence[int], alike: Likenesses, decided: Decided) -> Cluster:
    """Members by id, each with what ties it to those that were reached before it.

    That is a decision about the two, else the strongest key, else decisions by way of others, else the best likeness.
    """
    waiting = {ordered[p].id: ordered[p] for p in group}
    ids = tuple(sorted(waiting))
    ties = {ids[0]: FIRST}
    reached = {ids[0]: waiting.pop(ids[0])}
    while waiting:
        keys: dict[str, int] = {}
        items: dict[tuple[str, ...], int] = {}
        for id_, record in sorted(reached.items(), reverse=True):
            keys.update(dict.fromkeys(record.keys, id_))
            items[record.name[:2]] = id_
        found = list(_by_decision(reached, waiting, decided, at_once=True)) or [
            (by_strength(key), id_, Tie(key, keys[key])) for id_, f in waiting.items() for key in f.keys if key in keys
        ]
        if not found:
            found = [
                ((0, ""), id_, Tie("same record", items[f.name[:2]]))
                for id_, f in waiting.items()
                if f.name[:2] in items
            ]
        if not found:
            found = list(_by_decision(reached, waiting, decided, at_once=False))
        if not found:
            found = [((0, ""), *alike.tie(reached.values(), waiting.values()))]
        for _, id_, tie in sorted(found, key=lambda row: row[:2]):
            if id_ in waiting:
                reached[id_] = waiting.pop(id_)
                ties[id_] = tie
    return Cluster(ids, tuple(ties[id_] for id_ in ids))


def _by_decision(
    reached: Mapping[int, Facts], waiting: Mapping[int, Facts], decided: Decided, *, at_once: bool
) -> Iterable[tuple[tuple[int, str], int, Tie]]:
    """``at_once``: only where one decision is about the two."""
    classes: dict[Name, list[int]] = {}
    for id_, record in sorted(reached.items()) if decided else ():
        classes.setdefault(decided.root(record.name[:2]), []).append(id_)
    for id_, record in waiting.items() if decided else ():
        for other in classes.get(decided.root(record.name[:2]), ()):
            words = decided.words(record.name[:2], reached[other].name[:2], at_once=at_once)
            if words:
                yield (0, ""), id_, Tie("decision", other, evidence=words)
                break


def _contested(
    ordered: Sequence[Facts], key: str, holders: Sequence[int], place: Mapping[int, int]
) -> Iterable[tuple[int, Finding]]:
    """A finding for each holder of a key whose holders are several works; it names one record of another work."""
    second = next((p for p in holders if place[p] != place[holders[0]]), None)
    if second is None:
        return
    first = holders[0]
    for position in holders:
        other = ordered[first if place[position] != place[first] else second]
        title = f" ({other.titles[0][:80]})" if other.titles else ""
        yield (
            ordered[position].id,
            finding(
                "identifier-conflict",
                "identifiers",
                f"{key} is also claimed by a clearly different work: {other.source} {other.identifier}{title}",
                key,
            ),
        )


def _find(root: dict[int, int], id_: int) -> int:
    """The root of an id in a union-find forest; an id that is not in it yet becomes a root."""
    top = root.setdefault(id_, id_)
    while root[top] != top:
        top = root[top]
    while root[id_] != top:
        root[id_], id_ = top, root[id_]
    return top
