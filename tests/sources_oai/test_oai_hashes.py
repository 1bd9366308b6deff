"""A set that knows the same as Python's own, in an eighth of the memory."""

from __future__ import annotations

import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.sources.oai_pmh import hashes
from harvester.sources.oai_pmh.hashes import Hashes

WORDS = st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-5, 5), max_size=60)


@given(st.lists(WORDS, max_size=5), WORDS)
def test_as_a_set(batches: list[list[int]], others: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(hashes, "_RECENT", 7)
        ours, theirs = Hashes(), set[int]()
        for batch in batches:
            ours.update(batch)
            theirs.update(batch)
            assert len(ours) == len(theirs)
            assert bool(ours) == bool(theirs)
        for each in {*theirs, *others}:
            assert (each in ours) == (each in theirs)


def test_eight_bytes_each() -> None:
    chance = random.Random(1)
    ours = Hashes(chance.getrandbits(63) for _ in range(100_000))
    assert len(ours) == 100_000
    assert sys.getsizeof(ours._sorted) + 80 * len(ours._recent) < 1_300_000
