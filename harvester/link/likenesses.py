"""What is known of how alike the records of a component are, and which of them a likeness may unite. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, TypeAlias

from msgspec import Struct

from harvester.link.comparing import Compared
from harvester.link.decided import NOTHING, Decided, Name, chained
from harvester.link.evidence import Facts
from harvester.link.features import Features
from harvester.link.rules import rules
from harvester.link.sources import Sources

Pair: TypeAlias = tuple[int, int]
"""Two profiles, the lower first; twice the same, where several records have it."""


class Tie(Struct, frozen=True):
    """Why a record is part of a work."""

    rule: str
    """``first``, the key (or ``same record``) that united it with another, ``likeness``, or ``decision``."""
    other: int | None = None
    """The record that it was united with."""
    score: float | None = None
    evidence: tuple[str, ...] = ()


FIRST: Final = Tie("first")
_CLEARLY: Final = 1.0
"""So much likelier one of two must be to be the one."""


class Likenesses:
    """How alike records are, by their profiles. What was not compared yet is compared when it is asked for."""

    def __init__(
        self,
        compared: Mapping[Pair, Compared] | None = None,
        features: Mapping[int, Features] | None = None,
        sources: Sources | None = None,
    ) -> None:
        self._compared = dict(compared or {})
        self._same = {pair: found for pair, found in self._compared.items() if found.answer == "same"}
        self._features = features or {}
        self._sources = sources or Sources()

    def edges(self, ordered: Sequence[Facts], decided: Decided = NOTHING) -> Iterator[Pair]:
        """Positions of records that are the same by likeness, the likest first; the order of arrival plays no part."""
        marks = [decided.mark(record.name[:2]) for record in ordered]
        holders: dict[int, list[int]] = {}
        for position, record in enumerate(ordered):
            holders.setdefault(record.profile, []).append(position)
        found: list[tuple[float, int, int]] = []
        sources = {record.profile: record.source for record in ordered}
        self._same = {
            pair: compared for pair, compared in self._same.items() if pair[0] in sources and pair[1] in sources
        }
        names: dict[int, list[Name]] = {}
        if decided:
            names = {profile: [ordered[p].name[:2] for p in held] for profile, held in holders.items()}
            self._same = {
                (one, other): compared
                for (one, other), compared in self._same.items()
                if one == other or not all(decided.parted([a], [b]) for a in names[one] for b in names[other])
            }
        self._leave_open(sources, names, decided)
        for (one, other), compared in self._same.items():
            mine, others = holders.get(one, []), holders.get(other, [])
            pairs = chained(mine, marks) if one == other else ((a, b) for a in mine for b in others)
            found += [(-compared.score, min(a, b), max(a, b)) for a, b in pairs]
        yield from ((one, other) for _, one, other in sorted(found))

    def _leave_open(self, sources: Mapping[int, str], names: Mapping[int, Sequence[Name]], decided: Decided) -> None:
        """A record that says little and is the same as two that cannot be one is left alone: nobody knows which it is."""
        neighbours: dict[int, dict[int, float]] = {}
        for (one, other), compared in self._same.items():
            if one != other:
                neighbours.setdefault(one, {})[other] = compared.score
                neighbours.setdefault(other, {})[one] = compared.score
        open_: set[Pair] = set()
        for profile, scores in neighbours.items():
            for one, other in combinations(scores, 2):
                if (
                    abs(scores[one] - scores[other]) < _CLEARLY
                    and self._between(one, other, sources[one], sources[other]).apart
                    and not any(decided.same(a, b) for a in names.get(one, ()) for b in names.get(other, ()))
                ):
                    open_ |= {_pair(profile, one), _pair(profile, other)}
        self._same = {pair: compared for pair, compared in self._same.items() if pair not in open_}

    def allow(self, left: Collection[Facts], right: Collection[Facts], decided: Decided = NOTHING) -> bool:
        """Whether nothing in the one group is against anything in the other, and the two are not too many.

        Against records that are one by decision is only what is against all of them.
        """
        mine = {record.profile: record.source for record in left}
        others = {record.profile: record.source for record in right}
        if len(mine.keys() | others.keys()) > rules().largest:
            return False
        return not any(
            all(one != other and self._between(one, other, mine[one], others[other]).hard for one in a for other in b)
            for a in _classes(left, decided)
            for b in _classes(right, decided)
        )

    def tie(self, reached: Collection[Facts], waiting: Collection[Facts]) -> tuple[int, Tie]:
        """(record, why): of those that wait the one that is likest to one that was reached, the lowest of equals."""
        score, id_, other = min(
            (-compared.score, late.id, first.id)
            for first in reached
            for late in waiting
            if (compared := self._same.get(_pair(first.profile, late.profile)))
        )
        profiles = {record.id: record.profile for record in (*reached, *waiting)}
        return id_, Tie("likeness", other, -score, self._same[_pair(profiles[id_], profiles[other])].evidence)

    def _between(self, one: int, other: int, source: str, other_source: str) -> Compared:
        pair = _pair(one, other)
        if pair not in self._compared:
            self._compared[pair] = self._sources.compare(
                self._features[one], self._features[other], source, other_source
            )
        return self._compared[pair]


def _classes(records: Collection[Facts], decided: Decided) -> Collection[Collection[int]]:
    """Profiles of records, those of one decided class together."""
    found: dict[Name | int, set[int]] = {}
    for record in records:
        mark = decided.mark(record.name[:2])
        found.setdefault(record.profile if mark is None else mark, set()).add(record.profile)
    return found.values()


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one <= other else (other, one)
