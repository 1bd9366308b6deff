"""The works of a search, and how many of them have which value of which facet.

Of few works the rows are read; of many the sets of ``postings`` are intersected. Both give the same.
"""

from __future__ import annotations

import heapq
import sqlite3
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from harvester.facets import FACETS
from harvester.query.language import FILTERS, Filter, Question
from harvester.query.postings import Postings, decode
from harvester.query.state import Search
from harvester.query.values import Value, Values, subjects

FEW: Final = 10_000
"""Works whose rows are read one by one: so many take as long as sets of a million."""
SHOWN: Final = 30
"""Values of a facet that are listed."""

_OF_MANY_VALUES: Final = frozenset({"journal", "subject"})
SPARSE: Final = 20
"""In a set that has less than one work in so many, values that most works lack are counted by reading its rows."""

Tally = tuple[list[tuple[Value, int]], bool]
"""Values with the number of works, the most frequent first; whether there are, or may be, more than these."""


class Wanted(Struct, frozen=True):
    """What narrows a search by facets, as numbers of values."""

    typed: tuple[tuple[frozenset[int], bool], ...]
    """Of the text: works that have any of these; or, where False, none."""
    chosen: dict[str, frozenset[int]]
    """Facet -> works that have any of these. What can be chosen beside is counted as if nothing of its facet were."""


class Row(NamedTuple):
    work_id: int
    issued: str | None
    sort_title: str
    codes: list[int]


class Selection(ABC):
    """The works that a search finds."""

    total: int

    @abstractmethod
    def tally(self, facet: str, most: int | None = SHOWN) -> Tally:
        """The values of a facet, of the works that would be found if nothing of it were chosen."""

    @abstractmethod
    def count(self, value: Value) -> int:
        """The works with one value, of those that would be found if nothing of its facet were chosen."""


class Few(Selection):
    """Works whose rows are here."""

    def __init__(self, db: sqlite3.Connection, ids: list[int], wanted: Wanted, values: Values) -> None:
        self._db, self._values = db, values
        self.rows: dict[int, Row] = {}
        self._but: dict[str, list[Row]] = {facet: [] for facet in wanted.chosen}
        for row in _rows(db, ids):
            if any(codes.isdisjoint(row.codes) is expected for codes, expected in wanted.typed):
                continue
            missed = [facet for facet, codes in wanted.chosen.items() if codes.isdisjoint(row.codes)]
            if not missed:
                self.rows[row.work_id] = row
            elif len(missed) == 1:
                self._but[missed[0]].append(row)
        self.total = len(self.rows)

    @cached_property
    def _counted(self) -> Counter[int]:
        return Counter(chain.from_iterable(row.codes for row in self.rows.values()))

    def _codes(self, facet: str) -> Counter[int]:
        beside = self._but.get(facet)
        return self._counted + Counter(chain.from_iterable(row.codes for row in beside)) if beside else self._counted

    def tally(self, facet: str, most: int | None = SHOWN) -> Tally:
        return _counted(self._db, self._codes(facet), facet, most, self._values)

    def count(self, value: Value) -> int:
        codes = self._codes(value.facet)
        return sum(codes[code] for code in value.codes)


class Many(Selection):
    """Works as a set."""

    def __init__(self, db: sqlite3.Connection, postings: Postings, works: int, wanted: Wanted, values: Values) -> None:
        self._db, self.postings, self._values = db, postings, values
        for codes, expected in wanted.typed:
            having = postings.having(codes)
            works &= having if expected else ~having
        self._but: dict[str, int] = dict.fromkeys(wanted.chosen, works)
        self.works = works
        for facet, codes in wanted.chosen.items():
            having = postings.having(codes)
            self.works &= having
            for other in self._but:
                if other != facet:
                    self._but[other] &= having
        self.total = self.works.bit_count()
        self.flags = postings.flags(self.works)
        self._flags_but: dict[str, bytes] = {}
        self._counted: dict[str, Counter[int]] = {}

    def _set(self, facet: str) -> tuple[int, bytes]:
        if facet not in self._but:
            return self.works, self.flags
        if facet not in self._flags_but:
            self._flags_but[facet] = self.postings.flags(self._but[facet])
        return self._but[facet], self._flags_but[facet]

    def tally(self, facet: str, most: int | None = SHOWN) -> Tally:
        """Looks at values in the order of their works in the whole index, until no further one can be among the best."""
        works, flags = self._set(facet)
        if most is not None and facet in _OF_MANY_VALUES and works.bit_count() * SPARSE < self.postings.size:
            return _counted(self._db, self._codes(facet), facet, most, self._values)
        found: list[tuple[int, str | int, Value | None]] = []
        best: list[int] = []
        more = False
        for value, name, of_all in self._candidates(facet):
            if most is not None and len(best) == most and of_all < best[0]:
                more = True
                break
            codes = value.codes if value else (int(name),)
            counted = self.postings.count(codes, works, flags)
            if counted:
                found.append((-counted, name, value))
                (heapq.heappush if most is None or len(best) < most else heapq.heappushpop)(best, counted)
        found.sort(key=lambda item: item[:2])
        more = more or (most is not None and len(found) > most)
        found = found[:most]
        names = subjects(self._db, [int(name) for _, name, _ in found]) if facet == "subject" else {}
        return [(value or names[int(name)], -counted) for counted, name, value in found], more

    def _codes(self, facet: str) -> Counter[int]:
        """How often each value occurs in a set that is small beside the number of values."""
        kept = facet if facet in self._but else ""
        if kept not in self._counted:
            ids = msgspec.json.encode(list(self.postings.ids(self._set(facet)[0]))).decode()
            sql = "select group_concat(codes) from facets where work_id in (select value from json_each(?))"
            self._counted[kept] = Counter(_ids(self._db, sql, [ids]))
        return self._counted[kept]

    def _candidates(self, facet: str) -> Iterator[tuple[Value | None, str | int, int]]:
        if facet != "subject":
            yield from ((value, value.name, value.works) for value in self._values.of.get(facet, ()))
            return
        sql = "select id, works from facet_values where facet = 'subject' order by works desc, id"
        yield from ((None, id_, works) for id_, works in self._db.execute(sql))

    def count(self, value: Value) -> int:
        return self.postings.count(value.codes, *self._set(value.facet))


def _counted(db: sqlite3.Connection, codes: Counter[int], facet: str, most: int | None, values: Values) -> Tally:
    """The values of a facet among all that some works have."""
    if facet == "subject":
        others = [(-works, code) for code, works in codes.items() if code not in values.by_code]
        best = sorted(others) if most is None else heapq.nsmallest(most, others)
        names = subjects(db, [code for _, code in best])
        return [(names[code], -works) for works, code in best], len(others) > len(best)
    found: Counter[str] = Counter()
    members: dict[str, Value] = {}
    for code, works in codes.items():
        value = values.by_code.get(code)
        if value is not None and value.facet == facet:
            found[value.name] += works
            members[value.name] = value
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:most]
    return [(members[name], works) for name, works in ordered], len(found) > len(ordered)


class Everything(Selection):
    """All works of the index: how many have each value is written there."""

    def __init__(self, db: sqlite3.Connection, total: int, values: Values) -> None:
        self._db, self._values, self.total = db, values, total

    def tally(self, facet: str, most: int | None = SHOWN) -> Tally:
        if facet != "subject":
            found = self._values.of.get(facet, [])
            return [(value, value.works) for value in found[:most]], most is not None and len(found) > most
        sql = "select id, works from facet_values where facet = 'subject' order by works desc, id limit ?"
        rows = self._db.execute(sql, (-1 if most is None else most + 1,)).fetchall()
        kept = rows[:most]
        names = subjects(self._db, [code for code, _ in kept])
        return [(names[code], works) for code, works in kept], len(rows) > len(kept)

    def count(self, value: Value) -> int:
        return value.works


# --- from a question -------------------------------------------------------------------------------------------------


def wanted(question: Question, search: Search, values: Values) -> Wanted:
    """What of a search is about facets, as numbers."""
    typed = []
    for names, expected in _grouped(question):
        if _is_facet(names[0]):
            codes = (
                values.years(int(f.values[0]), int(f.values[1]))
                if f.name == "year"
                else values.codes(f.name, str(f.values[0]))
                for f in names
            )
            typed.append((frozenset(chain.from_iterable(codes)), expected))
    picked = {
        facet: frozenset(chain.from_iterable(values.codes(facet, name) for name in names))
        for facet, names in search.chosen.items()
    }
    if search.years != (None, None):
        within = frozenset(values.years(*search.years))
        picked["year"] = picked.get("year", within) & within
    return Wanted(tuple(typed), {facet: picked[facet] for facet in FACETS if facet in picked})


def _is_facet(asked: Filter) -> bool:
    """Others are looked up in the tables that they are about; so is a variety of a language, since facets have the language."""
    return asked.name in FACETS and not (asked.name == "language" and "-" in str(asked.values[0]))


def candidates(db: sqlite3.Connection, question: Question) -> tuple[list[int] | None, set[int]]:
    """The ids of what the text asks for, by words and by filters that are no facets (None: it asks for none), and of what it
    leaves out."""
    found: list[list[int]] = []
    unwanted: set[int] = set()
    if question.match:
        found.append(matched(db, question.match))
    if question.without:
        unwanted.update(matched(db, question.without))
    for names, expected in _grouped(question):
        if not _is_facet(names[0]):
            where = " or ".join([FILTERS[f.name] for f in names])
            parameters = [value for f in names for value in f.values]
            ids = _ids(db, f"select group_concat(id) from works where {where}", parameters)
            if expected:
                found.append(ids)
            else:
                unwanted.update(ids)
    if not found:
        return None, unwanted
    ids = found[0] if len(found) == 1 else sorted(set(found[0]).intersection(*found[1:]))
    return [id_ for id_ in ids if id_ not in unwanted] if unwanted else ids, set()


def matched(db: sqlite3.Connection, match: str) -> list[int]:
    """The works that a full-text expression finds. As one text: rows would take five times as long."""
    return _ids(db, "select group_concat(rowid) from works_fts where works_fts match ?", [match])


def _ids(db: sqlite3.Connection, sql: str, parameters: list[str | int]) -> list[int]:
    (text,) = db.execute(sql, parameters).fetchone()
    return decode(f"[{text or ''}]")


def _grouped(question: Question) -> Iterator[tuple[list[Filter], bool]]:
    """Filters that are to be met together: the same one twice means either, but each unwanted one counts."""
    for name in dict.fromkeys(f.name for f in question.filters if f.wanted):
        yield [f for f in question.filters if f.wanted and f.name == name], True
    for unwanted in question.filters:
        if not unwanted.wanted:
            yield [unwanted], False


def _rows(db: sqlite3.Connection, ids: Iterable[int]) -> Iterator[Row]:
    listed = msgspec.json.encode(list(ids)).decode()
    sql = "select work_id, issued, sort_title, codes from facets where work_id in (select value from json_each(?))"
    for work_id, issued, title, codes in db.execute(sql, (listed,)):
        yield Row(work_id, issued, title, decode(f"[{codes}]"))
