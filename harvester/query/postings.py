"""Which works have which value: for results so large that reading their rows would take seconds.

Sets of works are Python integers with a bit for each work id: to intersect two of a million bits and count what is left takes
a twentieth of a millisecond. Values that few works have are arrays of ids, which are smaller. Each is read when it is first asked
for; the connection has to see the state of the index that the others were read from.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator

import msgspec

from harvester import bitmaps

_DENSE = 600
"""A value that one work in so many has is worth a bit for each work."""

decode = msgspec.json.Decoder(list[int]).decode


class Postings:
    """Value -> works. Of a million works 30 MB are read for what most have, and 100 MB when all has been asked for."""

    def __init__(self, db: sqlite3.Connection) -> None:
        (last,) = db.execute("select coalesce(max(work_id), 0) from facets").fetchone()
        self.size: int = last + 1
        self._all = 0
        self._known: dict[int, int | array[int]] = {}

    def all(self, db: sqlite3.Connection) -> int:
        if not self._all:
            (text,) = db.execute("select group_concat(work_id) from facets").fetchone()
            self._all = self.bits(decode(f"[{text or ''}]"))
        return self._all

    def bits(self, ids: Iterable[int]) -> int:
        """The set of works with these ids."""
        return bitmaps.united(ids, self.size)

    def flags(self, works: int) -> bytes:
        """A set as one byte for each id, 0 or 1."""
        return bitmaps.flags(works, self.size)

    def ids(self, works: int) -> Iterator[int]:
        return bitmaps.members(works, self.size)

    def having(self, db: sqlite3.Connection, codes: Iterable[int]) -> int:
        """The works that have any of these values."""
        works = 0
        for code in codes:
            found = self._having(db, code)
            works |= found if isinstance(found, int) else self.bits(found)
        return works

    def count(self, db: sqlite3.Connection, codes: Iterable[int], works: int, flags: bytes) -> int:
        """How many works of a set have one of these values, of which a work has one at most."""
        known, total = self._known, 0
        for code in codes:
            found = known.get(code)
            if found is None:
                found = self._having(db, code)
            total += (found & works).bit_count() if isinstance(found, int) else sum(map(flags.__getitem__, found))
        return total

    def _having(self, db: sqlite3.Connection, code: int) -> int | array[int]:
        found = self._known.get(code)
        if found is None:
            blocks = db.execute(
                "select block, works from facet_sets where value = ? order by block", (code,)
            ).fetchall()
            found = self._known[code] = self._read(blocks)
        return found

    def _read(self, blocks: list[tuple[int, bytes]]) -> int | array[int]:
        if sum(len(block) for _, block in blocks) // 2 * _DENSE > self.size:  # of bits at least as many places as that
            return bitmaps.joined(blocks, self.size)
        ids = array("I")
        for number, block in blocks:
            start = number * bitmaps.BLOCK
            ids.extend([start + place for place in bitmaps.places(block)])
        return ids
