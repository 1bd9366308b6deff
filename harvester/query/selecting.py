"""The works of a search, and how many of them have which value of which facet.

Of few works the rows are read; of many the sets of ``postings`` are intersected. Both give the same.
"""

from __future__ import annotations

import heapq
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import chain
from typing import Final

from msgspec import Struct

from harvester.facets import FACETS
from harvester.query.counting import LISTED, Counts, Tally, codes_of, listed
from harvester.query.language import FILTERS, Filter, Question
from harvester.query.postings import Postings, decode
from harvester.query.state import Search
from harvester.query.values import Value, Values, subjects

FEW: Final = 10_000
"""Works whose rows are read one by one: so many take as long as sets of a million."""
SHOWN: Final = 30
"""Values of a facet that are listed."""

_OF_MANY_VALUES: Final = frozenset({"journal", "subject"})
SPARSE: Final = 40
"""In a set that has less than one work in so many, values that most works lack are counted by reading its rows."""


class Wanted(Struct, frozen=True):
    """What narrows a search by facets, as numbers of values."""

    typed: tuple[tuple[frozenset[int], bool], ...]
    """Of the text: works that have any of these; or, where False, none."""
    chosen: dict[str, frozenset[int]]
    """Facet -> works that have any of these. What can be chosen beside is counted as if nothing of its facet were."""


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
    """Works by their ids."""

    def __init__(self, db: sqlite3.Connection, ids: list[int], wanted: Wanted, values: Values) -> None:
        self._db, self._values = db, values
        self.ids = ids
        self._but: dict[str, list[int]] = {facet: [] for facet in wanted.chosen}
        if wanted.typed or wanted.chosen:
            self.ids = list(self._narrowed(wanted))
        self.total = len(self.ids)
        self._counts: dict[str, Counts] = {}

    def _narrowed(self, wanted: Wanted) -> Iterator[int]:
        """What has all that is wanted; what lacks but one is kept beside."""
        rows = self._db.execute(f"select work_id, codes from facets where work_id in {LISTED}", (listed(self.ids),))
        for work_id, text in rows:
            codes = decode(f"[{text}]")
            if any(typed.isdisjoint(codes) is expected for typed, expected in wanted.typed):
                continue
            missed = [facet for facet, chosen in wanted.chosen.items() if chosen.isdisjoint(codes)]
            if not missed:
                yield work_id
            elif len(missed) == 1:
                self._but[missed[0]].append(work_id)

    def _of(self, facet: str) -> Counts:
        beside = self._but.get(facet)
        kept = facet if beside else ""
        if kept not in self._counts:
            codes = codes_of(self._db, [*self.ids, *(beside or ())])
            self._counts[kept] = Counts(self._db, codes, self._values)
        return self._counts[kept]

    def tally(self, facet: str, most: int | None = SHOWN) -> Tally:
        return self._of(facet).tally(facet, most)

    def count(self, value: Value) -> int:
        return self._of(value.facet).count(value)


class Many(Selection):
    """Works as a set."""

    def __init__(self, db: sqlite3.Connection, postings: Postings, works: int, wanted: Wanted, values: Values) -> None:
        self._db, self.postings, self._values = db, postings, values
        for codes, expected in wanted.typed:
            having = postings.having(db, codes)
            works &= having if expected else ~having
        self._but: dict[str, int] = dict.fromkeys(wanted.chosen, works)
        self.works = works
        for facet, codes in wanted.chosen.items():
            having = postings.having(db, codes)
            self.works &= having
            for other in self._but:
                if other != facet:
                    self._but[other] &= having
        self.total = self.works.bit_count()
        self.flags = postings.flags(self.works)
        self._flags_but: dict[str, bytes] = {}
        self._counts: dict[str, Counts] = {}

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
            return self._of(facet).tally(facet, most)
        found: list[tuple[int, str | int, Value | None]] = []
        best: list[int] = []
        more = False
        for value, name, of_all in self._candidates(facet):
            if most is not None and len(best) == most and of_all < best[0]:
                more = True
                break
            codes = value.codes if value else (int(name),)
            counted = self.postings.count(self._db, codes, works, flags)
            if counted:
                found.append((-counted, name, value))
                (heapq.heappush if most is None or len(best) < most else heapq.heappushpop)(best, counted)
        found.sort(key=lambda item: item[:2])
        more = more or (most is not None and len(found) > most)
        found = found[:most]
        names = subjects(self._db, [int(name) for _, name, _ in found]) if facet == "subject" else {}
        return [(value or names[int(name)], -counted) for counted, name, value in found], more

    def _of(self, facet: str) -> Counts:
        """Of a set that is small beside the number of values."""
        kept = facet if facet in self._but else ""
        if kept not in self._counts:
            codes = codes_of(self._db, list(self.postings.ids(self._set(facet)[0])))
            self._counts[kept] = Counts(self._db, codes, self._values)
        return self._counts[kept]

    def _candidates(self, facet: str) -> Iterator[tuple[Value | None, str | int, int]]:
        if facet != "subject":
            yield from ((value, value.name, value.works) for value in self._values.of.get(facet, ()))
            return
        sql = "select id, works from facet_values where facet = 'subject' order by works desc, id"
        yield from ((None, id_, works) for id_, works in self._db.execute(sql))

    def count(self, value: Value) -> int:
        return self.postings.count(self._db, value.codes, *self._set(value.facet))


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
