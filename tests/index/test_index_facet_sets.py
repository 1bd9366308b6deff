"""Sets of works by value: the same bytes for the same set, however it came to be, and the same works when they are read."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import bitmaps, schemas
from harvester.index import facet_sets
from harvester.query.postings import Postings

PLACES = st.integers(0, bitmaps.BLOCK - 1)


@st.composite
def sets(draw: st.DrawFn) -> set[int]:
    """Small ones, and those around the size at which bits are shorter."""
    many = range(draw(PLACES), bitmaps.BLOCK, 7)[: draw(st.sampled_from([0, 0, 4000, 4095, 4096, 4100]))]
    return set(many) ^ draw(st.sets(PLACES, max_size=20))


@given(sets(), sets())
def test_a_block_is_what_was_put_into_it(one: set[int], other: set[int]) -> None:
    kept = bitmaps.packed(sorted(one))
    assert len(kept) == min(2 * len(one), bitmaps.BITMAP)
    assert list(bitmaps.places(kept)) == sorted(one)
    assert bitmaps.size(kept) == len(one)
    assert bitmaps.toggled(kept, other) == bitmaps.packed(sorted(one ^ other))


@given(st.sets(st.integers(0, 3 * bitmaps.BLOCK), max_size=50), st.booleans())
def test_blocks_are_one_set(ids: set[int], dense: bool) -> None:
    ids = ids | set(range(70_000, 80_000)) if dense else ids
    size = 3 * bitmaps.BLOCK + 1
    blocks = [(n, bitmaps.packed(sorted(i % bitmaps.BLOCK for i in ids if i // bitmaps.BLOCK == n))) for n in range(4)]
    whole = bitmaps.joined(blocks, size)
    assert whole == bitmaps.united(ids, size)
    assert set(bitmaps.members(whole, size)) == ids


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.executescript(schemas.sql("index", "01_tables"))
        yield db


def write(db: sqlite3.Connection, works: Iterable[tuple[int, str]]) -> None:
    db.executemany("insert into facets values (?, null, '', ?)", works)


def held(db: sqlite3.Connection) -> list[tuple[int, int, bytes]]:
    return db.execute("select * from facet_sets order by value, block").fetchall()


def test_an_update_leaves_what_a_rebuild_makes(db: sqlite3.Connection) -> None:
    dice = random.Random(3)
    works = {id_: f"1,{2 + id_ % 2},{dice.randint(10, 60)}" for id_ in (*range(1, 9000), *range(70_000, 71_000))}
    write(db, works.items())
    facet_sets.fill(db)
    gone = [
        *dice.sample(list(works), 500),
        *range(4, 2000, 2),
    ]  # the even ones fall below the size at which bits are shorter
    others = {id_: f"1,{dice.randint(5, 70)}" for id_ in (*gone[:300], 140_000, 9500)}
    facet_sets.toggle(db, set(gone))
    db.executemany("delete from facets where work_id = ?", [(id_,) for id_ in gone])
    write(db, others.items())
    facet_sets.toggle(db, others)
    updated = held(db)
    db.execute("delete from facet_sets")
    facet_sets.fill(db)
    assert updated == held(db)


def test_sets_are_read_as_they_were_written(db: sqlite3.Connection) -> None:
    works = {id_: "1,2" if id_ % 3 else "1,3" for id_ in (*range(1, 20_000), *range(100_000, 100_100))}
    works[65_536] = works[131_072] = "1,4"
    write(db, works.items())
    facet_sets.fill(db)
    postings = Postings(db)
    for code in "1234":
        expected = {id_ for id_, codes in works.items() if code in codes.split(",")}
        found = postings.having(db, [int(code)])
        assert set(postings.ids(found)) == expected
        of_all = postings.all(db)
        assert postings.count(db, [int(code)], of_all, postings.flags(of_all)) == len(expected)
    assert postings.having(db, [2, 3, 4, 5]) == postings.having(db, [1]) == postings.all(db)
