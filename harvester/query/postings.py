"""Which works have which value, in memory: for results so large that reading their rows would take seconds.

Sets of works are Python integers with a bit for each work id: to intersect two of a million bits and count what is left takes
a twentieth of a millisecond. Values that few works have are arrays of ids, which are smaller.
"""

from __future__ import annotations

import sqlite3
import threading
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

import msgspec

_DENSE = 600
"""A value that one work in so many has is worth a bit for each work."""
_TO_DIGITS = bytes.maketrans(b"\0\1", b"01")
_FROM_DIGITS = bytes.maketrans(b"01", b"\0\1")

decode = msgspec.json.Decoder(list[int]).decode


class Postings:
    """Value -> works. Loaded when it is first needed, which takes seconds and 100 MB where there are a million works."""

    def __init__(self, db: sqlite3.Connection) -> None:
        (last,) = db.execute("select coalesce(max(work_id), 0) from facets").fetchone()
        self.size: int = last + 1
        self.all = 0
        self._ids: dict[int, array[int]] | None = None
        self._bits: dict[int, int] = {}
        self._loading = threading.Lock()

    def load(self, db: sqlite3.Connection) -> None:
        """Before ``all``, ``having`` and ``count`` are asked. The connection has to see the state that this was made of."""
        with self._loading:
            if self._ids is not None:
                return
            found: dict[int, array[int]] = defaultdict(lambda: array("I"))
            ids = array("I")
            for work_id, codes in db.execute("select work_id, codes from facets order by work_id"):
                ids.append(work_id)
                for code in decode(f"[{codes}]"):
                    found[code].append(work_id)
            self.all = self.bits(ids)
            self._ids = dict(found)

    def bits(self, ids: Iterable[int]) -> int:
        """The set of works with these ids."""
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
            else sum(map(flags.__getitem__, self._having(code)))
            for code in codes
        )

    def _having(self, code: int) -> Sequence[int]:
        if self._ids is None:
            raise RuntimeError("asked before it was loaded")
        return self._ids.get(code, ())

    def _is_dense(self, code: int) -> bool:
        return len(self._having(code)) * _DENSE > self.size

    def _as_bits(self, code: int) -> int:
        found = self._bits.get(code)
        if found is None:
            found = self.bits(self._having(code))
            if self._is_dense(code):
                self._bits[code] = found
        return found
