"""What is known of how alike the records of a component are, and which of them a likeness may unite. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Final, TypeAlias

from msgspec import Struct

from harvester.link.comparing import Compared
from harvester.link.evidence import Facts
from harvester.link.features import Features
from harvester.link.rules import rules
from harvester.link.sources import Sources

Pair: TypeAlias = tuple[int, int]
"""Two profiles, the lower first; twice the same, where several records have it."""


class Tie(Struct, frozen=True):
    """Why a record is part of a work."""

    rule: str
    """``first``, the key (or ``same record``) that united it with another, or ``likeness``."""
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

    def edges(self, ordered: Sequence[Facts]) -> Iterator[Pair]:
        """Positions of records that are the same by likeness, the likest first; the order of arrival plays no part."""
        holders: dict[int, list[int]] = {}
        for position, record in enumerate(ordered):
            holders.setdefault(record.profile, []).append(position)
        found: list[tuple[float, int, int]] = []
        sources = {record.profile: record.source for record in ordered}
        self._same = {
            pair: compared for pair, compared in self._same.items() if pair[0] in sources and pair[1] in sources
        }
        self._leave_open(sources)
        for (one, other), compared in self._same.items():
            mine, others = holders.get(one, []), holders.get(other, [])
            pairs = pairwise(mine) if one == other else ((a, b) for a in mine for b in others)
            found += [(-compared.score, min(a, b), max(a, b)) for a, b in pairs]
        yield from ((one, other) for _, one, other in sorted(found))

    def _leave_open(self, sources: Mapping[int, str]) -> None:
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
                ):
                    open_ |= {_pair(profile, one), _pair(profile, other)}
        self._same = {pair: compared for pair, compared in self._same.items() if pair not in open_}

    def allow(self, left: Collection[Facts], right: Collection[Facts]) -> bool:
        """Whether nothing in the one group is against anything in the other, and the two are not too many."""
        mine = {record.profile: record.source for record in left}
        others = {record.profile: record.source for record in right}
        if len(mine.keys() | others.keys()) > rules().largest:
            return False
        return not any(
            self._between(one, other, source, other_source).hard
            for one, source in mine.items()
            for other, other_source in others.items()
            if one != other
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


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one <= other else (other, one)
