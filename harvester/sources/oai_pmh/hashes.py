"""A set of hashes in 8 bytes each: what a list of millions has named, in a few megabytes."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

_RECENT: Final = 4096
"""Kept in a set until they are merged into the rest: half a megabyte, and a copy of the rest each time."""


class Hashes:
    """What ``hash`` gives, sorted; Python's own set takes 60 bytes or more for each."""

    def __init__(self, hashes: Iterable[int] = ()) -> None:
        self._sorted = array("q")
        self._recent: set[int] = set()
        self.update(hashes)

    def __contains__(self, hashed: object) -> bool:
        return hashed in self._recent or (isinstance(hashed, int) and self._is_merged(hashed))

    def __len__(self) -> int:
        return len(self._sorted) + len(self._recent)

    def update(self, hashes: Iterable[int]) -> None:
        for hashed in hashes:
            if not self._is_merged(hashed):
                self._recent.add(hashed)
                if len(self._recent) >= _RECENT:
                    self._merge()

    def _is_merged(self, hashed: int) -> bool:
        at = bisect_left(self._sorted, hashed)
        return at < len(self._sorted) and self._sorted[at] == hashed

    def _merge(self) -> None:
        merged, begin = array("q"), 0
        for hashed in sorted(self._recent):
            end = bisect_left(self._sorted, hashed, begin)
            merged.extend(self._sorted[begin:end])
            merged.append(hashed)
            begin = end
        merged.extend(self._sorted[begin:])
        self._sorted = merged
        self._recent.clear()
