"""What a search finds: one page of works, and by what the whole result can be narrowed. Any input is answered."""

from __future__ import annotations

import sqlite3
from typing import Final

from msgspec import Struct

from harvester.query.fulltext import Hit, hits_of, matching, snippets
from harvester.query.identified import by_identifier
from harvester.query.language import parse
from harvester.query.state import Search, bounded

SHOWN: Final = 30
"""Values of a facet that are listed; what is chosen is listed in any case."""


class FacetValue(Struct, frozen=True):
    value: str
    """As ``Search.chosen`` has it."""
    label: str
    """As people call it."""
    count: int
    """Works that would be found if it alone were chosen of its facet."""
    chosen: bool = False


class Found(Struct, frozen=True, kw_only=True):
    """One page of a search, with everything that a page about it shows."""

    search: Search
    """As it was carried out: within the limits, in its canonical form."""
    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    """Facet -> its most frequent values, the most frequent first, and what is chosen; empty where no work has any. All
    facets are here, in the order of ``FACETS``."""
    more: dict[str, int] = {}
    """Facet -> how many further values it has in this result, where there are more than are listed."""
    years: tuple[tuple[int, int], ...] = ()
    """(year, works) in the order of time, without years that have none. Of any year, also outside of ``search.years``."""
    understood: tuple[str, ...] = ()
    """How the text was read, a part each: 'leadership', 'not: nursing', 'author: darzi', 'year: 2019-2022'."""
    ignored: int = 0
    """Terms beyond the limit of the query language, that were not looked at."""
    goes_to: str | None = None
    """The text is an identifier: the key of its work, which is the only hit."""
    suggestion: str | None = None
    """Nothing was found: the text in a spelling that finds something."""
    next: str = ""
    """``Search.after`` of the next page; '' on the last one."""


_COLUMNS: Final = {
    "type": "type", "source": "sources", "journal": "container_title", "year": "issued_year", "language": "language",
    "subject": "subjects", "access": "access",
}  # fmt: skip


def find(db: sqlite3.Connection, search: Search) -> Found:
    """Carry out a search. Damage of the database is the only thing that it raises."""
    search = bounded(search)
    question = parse(search.text)
    work_id = by_identifier(db, search.text)
    where, values = ("id = ?", [work_id]) if work_id is not None else matching(search.text)
    parameters: list[str | int] = [*values]
    for facet, chosen in search.chosen.items():
        where += f" and {_COLUMNS[facet]} in ({', '.join('?' * len(chosen))})"
        parameters += chosen
    for year, comparison in zip(search.years, (">=", "<="), strict=True):
        if year is not None:
            where += f" and issued_year {comparison} ?"
            parameters.append(year)
    order = {"title": "label collate nocase, id", "oldest": "issued, id"}.get(search.sort, "issued desc, id")
    (total,) = db.execute(f"select count(*) from works where {where}", parameters).fetchone()
    page = [*parameters, search.size, (search.page - 1) * search.size]
    ids = [id_ for (id_,) in db.execute(f"select id from works where {where} order by {order} limit ? offset ?", page)]

    def counts(column: str) -> list[tuple[str | int, int]]:
        return db.execute(
            f"select {column}, count(*) from works where {where} and {column} is not null group by 1 order by 2 desc, 1",
            parameters,
        ).fetchall()

    hits = hits_of(db, ids, snippets(db, question.match, ids))
    return Found(
        search=search,
        total=total,
        hits=hits,
        facets={
            facet: tuple(
                FacetValue(str(value), str(value), works, str(value) in search.chosen.get(facet, ()))
                for value, works in counts(column)[:SHOWN]
            )
            for facet, column in _COLUMNS.items()
        },
        years=tuple(sorted((int(year), works) for year, works in counts("issued_year"))),
        understood=(search.text,) if search.text else (),
        ignored=question.ignored,
        goes_to=hits[0].key if work_id is not None and hits else None,
    )
