"""The works of a selection in their order, a page at a time: from a number on, or from where the page before ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

import msgspec

from harvester.query.counting import LISTED, listed
from harvester.query.fulltext import RANK
from harvester.query.language import Question
from harvester.query.selecting import FEW, Few, Many, Selection, matched
from harvester.query.state import Sort


class Place(NamedTuple):
    """Where a work stands in an order: what it is sorted by, then its id."""

    tier: int
    """By relevance: 0 is ranked, 1 has the words in its title, 2 is the rest."""
    value: float | str | None
    work_id: int


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(tuple[str, int, float | str | None, int]).decode


def page(
    db: sqlite3.Connection,
    selection: Selection,
    question: Question,
    sort: Sort,
    size: int,
    *,
    offset: int = 0,
    after: str = "",
) -> tuple[list[int], str]:
    """The ids of a page, and what the next one goes on from; '' where there is none. ``after`` stands in for ``offset``.

    What is no place in this order is passed over: a list begins anew rather than end before its time.
    """
    order = "newest" if sort == "relevance" and not question.match else sort
    place = _place(after, order)
    offset = 0 if place else offset
    if offset >= selection.total:
        return [], ""
    end = offset + size
    ranked = order == "relevance"
    ordered = _by_rank(db, selection, question, place, end + 1) if ranked else _sorted(db, selection, order, place)
    found = list(islice(ordered, offset, end + 1))
    page = found[:size]
    return [p.work_id for p in page], _encode((order, *page[-1])).decode() if len(found) > size and page else ""


def _place(after: str, order: str) -> Place | None:
    try:
        its_order, tier, value, work_id = _decode(after) if after else ("", 0, None, 0)
    except msgspec.MsgspecError:
        return None
    return Place(tier, value, work_id) if its_order == order else None


# --- by relevance ----------------------------------------------------------------------------------------------------


def _by_rank(
    db: sqlite3.Connection, selection: Selection, question: Question, place: Place | None, most: int
) -> Iterator[Place]:
    """Best first, as far as there are few enough to be ranked.

    Words that so many works have say little about any of them. Of many works, those with the words in the title come first,
    ranked where these are few; the others follow, newest first.
    """
    if not isinstance(selection, Many):
        yield from _ranked(db, question.match, _ids(selection), place, most)
        return
    if selection.total <= FEW:
        yield from _ranked(db, question.match, selection.postings.ids(selection.works), place, most)
        return
    postings = selection.postings
    titled = postings.bits(matched(db, question.in_title)) & selection.works
    if titled.bit_count() > FEW:
        if place is None or place.tier <= 1:
            yield from _scanned(db, "newest", postings.flags(titled), place, 1)
    elif place is None or place.tier == 0:
        yield from _ranked(db, question.in_title, postings.ids(titled), place, most)
    rest = postings.flags(selection.works & ~titled)
    yield from _scanned(db, "newest", rest, place if place and place.tier == 2 else None, 2)


def _ids(selection: Selection) -> Iterable[int]:
    return selection.ids if isinstance(selection, Few) else ()


def _ranked(db: sqlite3.Connection, match: str, ids: Iterable[int], place: Place | None, most: int) -> Iterator[Place]:
    """The best of some works. The plus keeps SQLite from asking the full-text index about each id in turn."""
    rank, work_id = (place.value, place.work_id) if place and isinstance(place.value, float | int) else (None, 0)
    rows = db.execute(
        f"with ranked(r, id) as materialized (select {RANK}, rowid from works_fts where works_fts match ?1"
        " and +rowid in (select value from json_each(?2))) select r, id from ranked"
        " where ?3 is null or r > ?3 or (r = ?3 and id > ?4) order by r, id limit ?5",
        (match, listed(list(ids)), rank, work_id, most),
    )
    return (Place(0, rank, id_) for rank, id_ in rows)


# --- by date or title ------------------------------------------------------------------------------------------------


def _sorted(db: sqlite3.Connection, selection: Selection, order: str, place: Place | None) -> Iterator[Place]:
    if not isinstance(selection, Few):
        return _scanned(db, order, selection.flags if isinstance(selection, Many) else None, place, 1)
    column = _SCANS[order][0]
    rows = db.execute(
        f"select {column}, work_id from facets where work_id in {LISTED}", (listed(selection.ids),)
    ).fetchall()
    rows.sort(key=lambda row: (row[0] or "", row[1]), reverse=order == "newest")
    if order == "oldest":
        rows.sort(key=lambda row: row[0] is None)
    places = (Place(1, value, id_) for value, id_ in rows)
    return places if place is None else (p for p in places if _later(p, place, order))


def _later(one: Place, other: Place, order: str) -> bool:
    """Whether one work stands behind another; those without a date are the last."""
    a, b = str(one.value or ""), str(other.value or "")
    if order == "newest":
        return (a, one.work_id) < (b, other.work_id)
    if order == "oldest":
        return (one.value is None, a, one.work_id) > (other.value is None, b, other.work_id)
    return (a, one.work_id) > (b, other.work_id)


_SCANS: Final = {
    "newest": ("issued", "<", "desc"),
    "oldest": ("issued", ">", "asc"),
    "title": ("sort_title", ">", "asc"),
}
"""Order -> column of ``facets``, which is later, direction."""


def _scanned(
    db: sqlite3.Connection, order: str, flags: bytes | None, place: Place | None, tier: int
) -> Iterator[Place]:
    """Along an index, from a place on, what is in the set; of many works the next one is near."""
    column, later, direction = _SCANS[order]
    if place is None or place.value is not None:
        where = f"{column} is not null"
        values: tuple[str | int, ...] = ()
        if place is not None:
            where, values = f"({column}, work_id) {later} (?, ?)", (str(place.value), place.work_id)
        yield from _within(
            db.execute(
                f"select {column}, work_id from facets where {where} order by {column} {direction}, work_id {direction}",
                values,
            ),
            flags,
            tier,
        )
    start = place.work_id if place is not None and place.value is None else None
    yield from _within(
        db.execute(
            f"select null, work_id from facets where {column} is null and (?1 is null or work_id {later} ?1)"
            f" order by work_id {direction}",
            (start,),
        ),
        flags,
        tier,
    )


def _within(rows: Iterable[tuple[str | None, int]], flags: bytes | None, tier: int) -> Iterator[Place]:
    return (Place(tier, value, id_) for value, id_ in rows if flags is None or flags[id_])
