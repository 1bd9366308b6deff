"""Pairs of records in doubt, for a person to decide: both side by side, with what agrees and what differs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from harvester.jobs.judging import Subject, Unfit, subject
from harvester.link import words
from harvester.record import Record

Verdict: TypeAlias = Literal["agrees", "differs", "only one"]


class Line(Struct, frozen=True):
    """What two records say of one element."""

    element: str
    one: str
    other: str
    verdict: Verdict


class Side(Struct, frozen=True, kw_only=True):
    """One record of a pair."""

    work: str
    """Key of the work that it is part of."""
    records: int
    """How many records that work has."""
    source: str
    identifier: str
    link: str


class Pair(Struct, frozen=True, kw_only=True):
    """Two records that may be one work."""

    why: str
    score: float
    evidence: tuple[str, ...]
    """What spoke for and against it: names of weights and vetoes in ``schemas/linking.toml``."""
    one: Side
    other: Side
    lines: tuple[Line, ...]


def count(db: sqlite3.Connection) -> int:
    """How many pairs of works are in doubt."""
    return int(db.execute(f"select count(*) from ({_WORKS})").fetchone()[0])


_WORKS: Final = "select distinct min(work_id, other_work_id), max(work_id, other_work_id) from review"
_PAIRS: Final = (
    "select v.record_id, v.other_record_id, v.why, v.score, v.evidence from review v"
    " order by v.score desc, v.record_id, v.other_record_id"
)


def pairs(db: sqlite3.Connection, limit: int | None = None) -> Iterator[Pair]:
    """The likest first; of two works one pair."""
    seen: set[tuple[str, ...]] = set()
    for record_id, other_id, why, score, evidence in db.execute(_PAIRS).fetchall():
        (one, mine), (other, others) = _side(db, record_id), _side(db, other_id)
        works = tuple(sorted((one.work, other.work)))
        if works not in seen:
            seen.add(works)
            yield Pair(
                why=why,
                score=score,
                evidence=tuple(evidence.split("; ")) if evidence else (),
                one=one,
                other=other,
                lines=tuple(_lines(mine, others)),
            )
            if len(seen) == limit:
                return


def subjects(db: sqlite3.Connection, pair: Pair) -> list[Subject]:
    """The works of a pair, whole: what is decided is decided of them. Unfit where the index has changed since."""
    found = [subject(db, side.work) for side in (pair.one, pair.other)]
    if found[0].work_id == found[1].work_id:
        raise Unfit("they have become one work meanwhile")
    return found


def _side(db: sqlite3.Connection, record_id: int) -> tuple[Side, Record]:
    key, records, url, source, identifier, text = db.execute(
        "select w.key, w.record_count, w.url, r.source, r.identifier, r.record from records r"
        " join works w on w.id = r.work_id where r.id = ?",
        (record_id,),
    ).fetchone()
    side = Side(work=key, records=records, source=source, identifier=identifier, link=url or "")
    return side, msgspec.json.decode(text, type=Record)


def _own(scheme: str) -> Callable[[Record], str]:
    return lambda r: "; ".join(i.value for i in r.identifiers if i.scheme == scheme and i.relation == "self")


_SHOWN: Final[dict[str, Callable[[Record], str]]] = {
    "title": lambda r: r.title or "",
    "authors": lambda r: "; ".join(c.name for c in r.contributors if c.role == "author"),
    "type": lambda r: r.type,
    "year": lambda r: (r.issued or "")[:4],
    "published in": lambda r: (r.container.title or r.container.short_title or "") if r.container else "",
    "volume": lambda r: r.volume or "",
    "issue": lambda r: r.issue or "",
    "pages": lambda r: r.pages or r.article_number or "",
    "doi": _own("doi"),
    "pmid": _own("pmid"),
    "handle": _own("handle"),
    "publisher": lambda r: r.publisher or "",
}


def _lines(one: Record, other: Record) -> Iterator[Line]:
    for element, read in _SHOWN.items():
        mine, others = " ".join(read(one).split()), " ".join(read(other).split())
        if mine or others:
            verdict: Verdict = "only one"
            if mine and others:
                verdict = "agrees" if words(mine) == words(others) else "differs"
            yield Line(element, mine, others, verdict)
