"""Which works have which value, in memory: for results so large that reading their rows would take seconds.

Sets of works are Python integers with a bit for each work id: to intersect two of a million bits and count what is left takes
a twentieth of a millisecond. Values that few works have are arrays of ids, which are smaller.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import compress

import msgspec

_DENSE = 600
"""A value that one work in so many has is worth a bit for each work."""
_TO_DIGITS = bytes.maketrans(b"\0\1", b"01")
_FROM_DIGITS = bytes.maketrans(b"01", b"\0\1")

decode = msgspec.json.Decoder(list[int]).decode


class Postings:
    """Value -> works. Some seconds to make of a million works, and 100 MB."""

    def __init__(self, db: sqlite3.Connection) -> None:
        (last,) = db.execute("select coalesce(max(work_id), 0) from facets").fetchone()
        self.size: int = last + 1
        found: dict[int, array[int]] = defaultdict(lambda: array("I"))
        ids = array("I")
        for work_id, codes in db.execute("select work_id, codes from facets order by work_id"):
            ids.append(work_id)
            for code in decode(f"[{codes}]"):
                found[code].append(work_id)
        self._ids = dict(found)
        self._bits: dict[int, int] = {}
        self.all = self.bits(ids)

    def bits(self, ids: Iterable[int]) -> int:
        """The set of some ids; those that are no works of this index are left out."""
        flags = bytearray(self.size)
        for id_ in ids:
            flags[id_] = 1
        flags.reverse()
        return int(flags.translate(_TO_DIGITS), 2)

    def flags(self, works: int) -> bytes:
        """A set as one byte for each id, 0 or 1."""
        return f"{works:0{self.size}b}"[::-1].encode().translate(_FROM_DIGITS)

    def ids(self, works: int) -> Iterator[int]:
        return compress(range(self.size), self.flags(works))

    def having(self, codes: Iterable[int]) -> int:
        """The works that have any of these values."""
        works = 0
        for code in codes:
            works |= self._as_bits(code)
        return works

    def count(self, codes: Iterable[int], works: int, flags: bytes) -> int:
        """How many works of a set have one of these values, of which a work has one at most."""
        return sum(
            (self._as_bits(code) & works).bit_count()
            if self._is_dense(code)
            else sum(map(flags.__getitem__, self._ids.get(code, ())))
            for code in codes
        )

    def _is_dense(self, code: int) -> bool:
        return len(self._ids.get(code, ())) * _DENSE > self.size

    def _as_bits(self, code: int) -> int:
        found = self._bits.get(code)
        if found is None:
            found = self.bits(self._ids.get(code, ()))
            if self._is_dense(code):
                self._bits[code] = found
        return found
