"""What people decided about pairs of records: which are the same work, and which are not. Pure.

Decisions are taken the newest first. ``same`` chains: records that are one by several decisions are one class, also where a
record between them is gone. What is decided of a record holds for its class. A decision that cannot hold beside newer ones is
overruled by them and said to be, for each two of its sides: nothing here depends on the records that there are.

A side is a work, and stands or falls as one, as far as newer decisions have not parted it. Else two works that were joined, and
are parted again by one record of each, would exchange the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations, pairwise, product
from typing import Final, TypeAlias

from msgspec import Struct

Name: TypeAlias = tuple[str, str]
"""A record: its source, and its identifier there."""


class Judgement(Struct, frozen=True):
    """What somebody decided about the records of two sides, or of several."""

    id: str
    same: bool
    sides: tuple[tuple[Name, ...], ...]
    words: str
    """Who said so, when and why."""

    @property
    def pairs(self) -> Iterator[tuple[Name, Name]]:
        for one, other in combinations(self.sides, 2):
            yield from product(one, other)


class Overruled(Struct, frozen=True):
    """A pair of which an older decision does not hold."""

    judgement: Judgement
    one: Name
    other: Name
    by: Judgement


class Decided:
    """Classes of records that are one work by decision, and which of them are parted."""

    def __init__(self, newest_first: Iterable[Judgement] = ()) -> None:
        self.overruled: list[Overruled] = []
        self._root: dict[Name, Name] = {}
        self._members: dict[Name, list[Name]] = {}
        self._against: dict[Name, dict[Name, Judgement]] = {}
        self._united: dict[Name, dict[Name, Judgement]] = {}
        for judgement in newest_first:
            sides = [self._wholes(side) for side in judgement.sides]
            for one, other in combinations(sides, 2):
                for left, right in product(one, other):
                    self._take(judgement, [(a, b) for a, b in product(left, right) if a != b])

    def __bool__(self) -> bool:
        return bool(self._root)

    def root(self, name: Name) -> Name:
        """The record that stands for the class of this one."""
        return self._root.get(name, name)

    @property
    def classes(self) -> list[list[Name]]:
        """The records that are one by decision, where they are several."""
        return [members for members in self._members.values() if len(members) > 1]

    def mark(self, name: Name) -> Name | None:
        """The class of a record that decisions unite with, or part from, others; None for any other record.

        Two records may stand for each other only where their marks are equal.
        """
        root = self.root(name)
        return root if root in self._against or len(self._members.get(root, ())) > 1 else None

    def parted(self, left: Iterable[Name], right: Iterable[Name]) -> bool:
        """Whether any record of the one group was decided to be another work than any of the other group."""
        if not self._against:
            return False
        others = {self.root(name) for name in right}
        return any(not others.isdisjoint(self._against.get(self.root(name), ())) for name in left)

    def same(self, one: Name, other: Name) -> bool:
        return self.root(one) == self.root(other)

    def words(self, one: Name, other: Name, *, at_once: bool = False) -> tuple[str, ...]:
        """The decisions by which two records are one, on the shortest way between them; of one record, or of two classes, none.

        ``at_once``: only a decision about the two.
        """
        if at_once:
            judgement = self._united.get(one, {}).get(other)
            return (judgement.words,) if judgement else ()
        return tuple(dict.fromkeys(judgement.words for judgement in self._way(one, other)))

    def _wholes(self, side: Iterable[Name]) -> list[list[Name]]:
        """The records of a side, by themselves those that newer decisions have parted from the first."""
        wholes: list[list[Name]] = []
        for name in side:
            fitting = (w for w in wholes if not self.parted(w, [name]))
            if (whole := next(fitting, None)) is None:
                wholes.append([name])
            else:
                whole.append(name)
        return wholes

    def _take(self, judgement: Judgement, pairs: Sequence[tuple[Name, Name]]) -> None:
        """Let a decision hold for all of these pairs, or for none of them."""
        against = {pair: by for pair in pairs if (by := self._forbidding(*pair, judgement.same))}
        if against:
            first = next(iter(against.values()))
            self.overruled += [Overruled(judgement, *pair, against.get(pair, first)) for pair in pairs]
            return
        for one, other in pairs:
            if judgement.same:
                self._unite(one, other, judgement)
            else:
                self._part(one, other, judgement)

    def _forbidding(self, one: Name, other: Name, same: bool) -> Judgement | None:
        """The newer decision by which two records cannot be one, or cannot be parted."""
        left, right = self._known(one), self._known(other)
        if same:
            return self._against.get(left, {}).get(right)
        return self._way(one, other)[0] if left == right else None

    def _unite(self, one: Name, other: Name, judgement: Judgement) -> None:
        left, right = self.root(one), self.root(other)
        if left != right:
            if len(self._members[left]) < len(self._members[right]):
                left, right = right, left
            for name in self._members[right]:
                self._root[name] = left
            self._members[left] += self._members.pop(right)
            for parted, by in self._against.pop(right, {}).items():
                del self._against[parted][right]
                self._against[parted].setdefault(left, by)
                self._against.setdefault(left, {}).setdefault(parted, by)
        self._united[one].setdefault(other, judgement)
        self._united[other].setdefault(one, judgement)

    def _part(self, one: Name, other: Name, judgement: Judgement) -> None:
        left, right = self.root(one), self.root(other)
        self._against.setdefault(left, {}).setdefault(right, judgement)
        self._against.setdefault(right, {}).setdefault(left, judgement)

    def _known(self, name: Name) -> Name:
        if name not in self._root:
            self._root[name] = name
            self._members[name] = [name]
            self._united[name] = {}
        return self._root[name]

    def _way(self, one: Name, other: Name) -> list[Judgement]:
        """The decisions between two records of a class, breadth first."""
        before: dict[Name, tuple[Name, Judgement] | None] = {one: None}
        waiting = [one]
        for name in waiting:
            if name == other:
                break
            for following, judgement in sorted(self._united.get(name, {}).items(), key=lambda item: item[0]):
                if following not in before:
                    before[following] = (name, judgement)
                    waiting.append(following)
        way, step = [], before.get(other)
        while step is not None:
            name, judgement = step
            way.append(judgement)
            step = before[name]
        return way[::-1]


NOTHING: Final = Decided()


def chained(positions: Sequence[int], marks: Sequence[Name | None]) -> Iterator[tuple[int, int]]:
    """Pairs that connect records which say the same: a chain of those with one mark, and every mark with every other.

    One chain of all would fall apart where a decision takes a link out of it.
    """
    same: dict[Name | None, list[int]] = {}
    for position in positions:
        same.setdefault(marks[position], []).append(position)
    for group in same.values():
        yield from pairwise(group)
    yield from combinations([group[0] for group in same.values()], 2)


def by_class(positions: Collection[int], marks: Sequence[Name | None]) -> list[list[int]]:
    """Positions of records, those of one decided class together, any other alone."""
    found: dict[Name | int, list[int]] = {}
    for position in positions:
        mark = marks[position]
        found.setdefault(position if mark is None else mark, []).append(position)
    return list(found.values())
