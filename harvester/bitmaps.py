"""Sets of works as the index keeps them: by blocks of 65,536 ids, each a list of places or bits, whichever is shorter. Pure.

The way of Roaring bitmaps (https://roaringbitmap.org), less what is not needed. The same set is always the same bytes.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import Final

BLOCK: Final = 1 << 16
"""Ids of a block: ``id // BLOCK`` is its number, ``id % BLOCK`` a place in it."""
BITMAP: Final = BLOCK // 8
"""Bytes of a block that is kept as bits; what is shorter is a list, of two bytes a place."""

_TO_DIGITS = bytes.maketrans(b"\0\1", b"01")
_FROM_DIGITS = bytes.maketrans(b"01", b"\0\1")


def packed(places: Sequence[int]) -> bytes:
    """A block with these places, which are sorted and each there once."""
    if 2 * len(places) < BITMAP:
        return _little(array("H", places)).tobytes()
    bits = bytearray(BITMAP)
    _toggle(bits, places)
    return bytes(bits)


def places(block: bytes | bytearray) -> Sequence[int]:
    """The places of a block, sorted.

    >>> list(places(packed([3, 5, 65535]))), len(packed([3, 5, 65535])), len(packed(range(5000)))
    ([3, 5, 65535], 6, 8192)
    """
    if len(block) < BITMAP:
        found = array("H")
        found.frombytes(block)
        return _little(found)
    return list(members(int.from_bytes(block, "little"), BLOCK))


def size(block: bytes | bytearray) -> int:
    """How many places a block has."""
    return len(block) // 2 if len(block) < BITMAP else int.from_bytes(block, "little").bit_count()


def toggled(block: bytes, others: set[int]) -> bytes:
    """A block with those of these places that it lacked, and without those that it had."""
    if len(block) < BITMAP:
        return packed(sorted(others.symmetric_difference(places(block))))
    bits = bytearray(block)
    _toggle(bits, others)
    return bytes(bits) if 2 * size(bits) >= BITMAP else packed(places(bits))


def _toggle(bits: bytearray, places: Iterable[int]) -> None:
    for place in places:
        bits[place >> 3] ^= 1 << (place & 7)


def _little(found: array[int]) -> array[int]:
    if sys.byteorder == "big":
        found.byteswap()
    return found


# --- whole sets, in memory: an integer with a bit for each id ---------------------------------------------------------


def joined(blocks: Iterable[tuple[int, bytes]], size: int) -> int:
    """The set that is kept in these blocks, by their numbers; ``size``: beyond the largest id."""
    bits = bytearray((size // BLOCK + 1) * BITMAP)
    for number, block in blocks:
        start = number * BITMAP
        if len(block) == BITMAP:
            bits[start : start + BITMAP] = block
        else:
            for place in places(block):
                bits[start + (place >> 3)] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def united(ids: Iterable[int], size: int) -> int:
    """The set of these ids."""
    flags_ = bytearray(size)
    for id_ in ids:
        flags_[id_] = 1
    flags_.reverse()
    return int(flags_.translate(_TO_DIGITS), 2)


def flags(works: int, size: int) -> bytes:
    """A set as one byte for each id, 0 or 1."""
    return f"{works:0{size}b}"[::-1].encode().translate(_FROM_DIGITS)


def members(works: int, size: int) -> Iterator[int]:
    return compress(range(size), flags(works, size))
