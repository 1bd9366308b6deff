"""Components: which records match keys and likenesses connect. Pure."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator


class Forest:
    """Ids that are joined to trees. A dozen bytes an id: there may be millions."""

    def __init__(self, ids: Iterable[int]) -> None:
        """``ids``: ascending, each once."""
        self._ids = array("q", ids)
        self._root = array("i", range(len(self._ids)))

    def join(self, ids: Iterable[int]) -> None:
        """Let these be in one tree; ids that are not of this forest are passed over.

        >>> forest = Forest(range(1, 7))
        >>> forest.join([5, 2]), forest.join([6, 5, 99])
        (None, None)
        >>> list(forest.trees()), list(forest.trees(single=True))
        ([[2, 5, 6]], [[1], [2, 5, 6], [3], [4]])
        """
        first = None
        for id_ in ids:
            position = bisect_left(self._ids, id_)
            if position == len(self._ids) or self._ids[position] != id_:
                continue
            other = self._find(position)
            if first is not None and other != first:
                first, other = min(first, other), max(first, other)
                self._root[other] = first
            first = other if first is None else first

    def trees(self, *, single: bool = False) -> Iterator[list[int]]:
        """The ids of each tree, ascending; trees by their lowest id. ``single``: also of those that have one id alone."""
        after = array("i", bytes(len(self._root) * self._root.itemsize))  # the next of the same tree; 0: none
        for position in range(len(self._root) - 1, -1, -1):
            root = self._find(position)
            if root != position:
                after[position], after[root] = after[root], position
        for position, root in enumerate(self._root):
            if root == position and (single or after[position]):
                yield [self._ids[p] for p in self._along(after, position)]

    @staticmethod
    def _along(after: array[int], position: int) -> Iterator[int]:
        yield position
        while position := after[position]:
            yield position

    def _find(self, position: int) -> int:
        root = self._root
        top = position
        while root[top] != top:
            top = root[top]
        while root[position] != top:
            root[position], position = top, root[position]
        return top
