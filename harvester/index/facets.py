"""The tables ``facets`` and ``facet_values``: one narrow row a work, and how many works have each value.

A value has the same number in every index, since it is a hash: an index that is updated numbers as one that is made anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from harvester.facets import number, sort_title, values
from harvester.record import Work

COUNT: Final = "insert into facet_values values (?2, ?3, ?4, 1) on conflict (id) do update set works = works + 1"
"""A work has a value: (work_id, id, facet, value)."""


def add(facets: list[tuple[Any, ...]], counted: list[tuple[Any, ...]], work: Work, label: str) -> None:
    """Append the row of a work, and one for each of its values."""
    found = [(work.id, number(facet, value), facet, value) for facet, value in values(work)]
    counted += found
    language = work.record.language[0] if work.record.language else "en"
    codes = ",".join([str(row[1]) for row in found])
    facets.append((work.id, work.record.issued, sort_title(label, language), codes))


def discount(db: sqlite3.Connection, work_ids: Iterable[int]) -> None:
    """These works are about to be removed: their values are theirs no more."""
    for id_ in work_ids:
        for (codes,) in db.execute("select codes from facets where work_id = ?", (id_,)).fetchall():
            numbers = [(int(code),) for code in codes.split(",")]
            db.executemany("update facet_values set works = works - 1 where id = ?", numbers)
            db.executemany("delete from facet_values where id = ? and works = 0", numbers)
