"""What a search finds: one page of works, and by what the whole result can be narrowed. Any input is answered."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
from msgspec import Struct

from harvester.facets import FACETS
from harvester.query import ordering
from harvester.query.fulltext import Hit, hits_of, snippets
from harvester.query.identified import by_identifier
from harvester.query.language import Part, Question, parse
from harvester.query.postings import Postings
from harvester.query.selecting import FEW, SHOWN, Everything, Few, Many, Selection, Wanted, candidates, wanted
from harvester.query.state import Search, Sort, bounded
from harvester.query.suggesting import suggestion
from harvester.query.values import Value, Values, label


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
    """Facet -> its most frequent values, the most frequent first (years: the newest first), and what is chosen; empty where no
    work has any. All facets are here, in the order of ``FACETS``."""
    more: tuple[str, ...] = ()
    """Facets that have, or of very large results may have, more values than are listed."""
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


class Hits(Struct, frozen=True):
    total: int
    hits: tuple[Hit, ...]
    exact: bool = False
    """The query was an identifier (DOI, handle, URL, key), and this is its work."""
    ignored: int = 0
    """Terms beyond the limit of the query language, that were not looked at."""
    suggestion: str | None = None
    """Nothing was found: the query in a spelling that finds something."""


class Line(Struct, frozen=True):
    part: str
    """Of the text, as it was read; '' for what is chosen beside it."""
    works: int
    """That it finds alone; of a part that is left out, too."""
    chosen: str = ""
    """The facet, or ``years``."""


def find(db: sqlite3.Connection, search: Search) -> Found:
    """Carry out a search. Damage of the database is the only thing that it raises.

    What it needs to know of an index as a whole is kept in memory until the index changes.
    """
    with _snapshot(db):
        memory = _memory(db)
        search = _canonical(db, memory.values, bounded(search))
        question, work_id = _asked(db, search.text)
        selection = _selected(db, memory, question, search, work_id)
        ids, later = ordering.page(
            db,
            selection,
            question,
            search.sort,
            search.size,
            offset=(search.page - 1) * search.size,
            after=search.after,
        )
        facets, more, years = _narrowing(db, selection, memory.values, search)
        hits = hits_of(db, ids, snippets(db, question.match, ids))
        return Found(
            search=search,
            total=selection.total,
            hits=hits,
            facets=facets,
            more=more,
            years=years,
            understood=question.understood,
            ignored=question.ignored,
            goes_to=hits_of(db, [work_id], {})[0].key if work_id is not None else None,
            suggestion=suggestion(db, search.text) if not selection.total and question.match else None,
            next=later,
        )


def search(db: sqlite3.Connection, query: str, limit: int = 20, offset: int = 0, sort: Sort = "relevance") -> Hits:
    """One page of what ``query`` finds (see ``language``), without facets. A pasted DOI, handle, URL or key goes to its work."""
    limit, offset = max(0, min(limit, 10_000)), max(0, min(offset, 2**62))
    with _snapshot(db):
        question, work_id = _asked(db, query)
        selection = _selected(db, _memory(db), question, Search(), work_id)
        ids, _ = ordering.page(db, selection, question, sort, limit, offset=offset)
        hits = hits_of(db, ids, snippets(db, question.match, ids))
        other = suggestion(db, query) if not selection.total and question.match else None
        return Hits(selection.total, hits, work_id is not None, question.ignored, other)


def all_ids(db: sqlite3.Connection, search: Search) -> list[int]:
    """The ids of all works that a search finds, in its order: for exports."""
    search = bounded(search)
    with _snapshot(db):
        question, work_id = _asked(db, search.text)
        selection = _selected(db, _memory(db), question, search, work_id)
        return ordering.page(db, selection, question, search.sort, selection.total)[0]


def lines(db: sqlite3.Connection, search: Search) -> tuple[Line, ...]:
    """Line by line what a search consists of, as strategies are reported: what each part finds alone."""
    search = bounded(search)
    with _snapshot(db):
        memory = _memory(db)
        question, work_id = _asked(db, search.text)

        def works(question: Question, chosen: Search, work_id: int | None = None) -> int:
            return _selected(db, memory, question, chosen, work_id).total

        anything = Question("", "", (), 0)
        found = [Line(part.shown, works(part.alone(), Search(), work_id)) for part in question.parts]
        for facet, values in search.chosen.items():
            found.append(Line("", works(anything, Search(chosen={facet: values})), facet))
        if search.years != (None, None):
            found.append(Line("", works(anything, Search(years=search.years)), "years"))
        return tuple(found)


def _asked(db: sqlite3.Connection, text: str) -> tuple[Question, int | None]:
    """How a text is read; and the work that it means, where it is an identifier."""
    work_id = by_identifier(db, text)
    if work_id is None:
        return parse(text), None
    return Question("", "", (), 0, parts=(Part(f"identifier: {text.strip()}"),)), work_id


def _selected(
    db: sqlite3.Connection, memory: Memory, question: Question, search: Search, work_id: int | None
) -> Selection:
    values = memory.values
    if work_id is not None:
        return Few(db, [work_id], Wanted((), {}), values)
    narrowed = wanted(question, search, values)
    ids, unwanted = candidates(db, question)
    if ids is not None and len(ids) <= FEW:
        return Few(db, ids, narrowed, values)
    if ids is None and not (unwanted or narrowed.typed or narrowed.chosen):
        return Everything(db, memory.total, values)
    postings = memory.postings
    works = postings.all(db) & ~postings.bits(unwanted) if ids is None else postings.bits(ids)
    return Many(db, postings, works, narrowed, values)


Narrowing = tuple[dict[str, tuple[FacetValue, ...]], tuple[str, ...], tuple[tuple[int, int], ...]]


def _narrowing(db: sqlite3.Connection, selection: Selection, values: Values, search: Search) -> Narrowing:
    """Facets, those that have more values, and the years."""
    listed: dict[str, tuple[FacetValue, ...]] = {}
    more: list[str] = []
    years: tuple[tuple[int, int], ...] = ()
    for facet in FACETS:
        if facet == "year":
            all_years, _ = selection.tally(facet, None)
            years = tuple(sorted((int(value.name), works) for value, works in all_years))
            all_years.sort(key=lambda found: -int(found[0].name))
            found, has_more = all_years[:SHOWN], len(all_years) > SHOWN
        else:
            found, has_more = selection.tally(facet)
        chosen = _chosen(db, selection, values, facet, search.chosen.get(facet, ()))
        shown = {v.name for v, _ in found}
        listed[facet] = (
            *(FacetValue(v.name, v.label, works, v.name in chosen) for v, works in found),
            *(value for name, value in chosen.items() if name not in shown),
        )
        more += [facet] * has_more
    return listed, tuple(more), years


def _chosen(
    db: sqlite3.Connection, selection: Selection, values: Values, facet: str, names: tuple[str, ...]
) -> dict[str, FacetValue]:
    """What is chosen of a facet, with its number also where it is not among the most frequent, or none."""
    found: dict[str, FacetValue] = {}
    for name in names:
        text, codes = label(db, values, facet, name)[1], values.codes(facet, name)
        counted = selection.count(Value(facet, name, text, 0, codes))
        found[name] = FacetValue(name, text, counted, chosen=True)
    return found


def _canonical(db: sqlite3.Connection, values: Values, search: Search) -> Search:
    """The search with each chosen value under the name that the facet lists it by: a journal by its least ISSN."""
    chosen = {
        facet: tuple(label(db, values, facet, name)[0] for name in names) for facet, names in search.chosen.items()
    }
    return bounded(msgspec.structs.replace(search, chosen=chosen))


# --- what is kept in memory of an index ------------------------------------------------------------------------------


class Memory:
    """What is known of one state of an index as a whole."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.values = Values(db)
        (self.total,) = db.execute("select count(*) from facets").fetchone()
        self.postings = Postings(db)


_KEPT: Final = 2
"""States of indexes: the one before is asked by those who began with it."""

_memories: OrderedDict[tuple[str, ...], Memory] = OrderedDict()
_making = threading.Lock()


def _memory(db: sqlite3.Connection) -> Memory:
    """Kept for the whole process: each request may come with a connection of its own."""
    file = next(path for _, name, path in db.execute("pragma database_list") if name == "main")
    state = ("generation", "built", "change_seen", "decision_seen", "works", "records")
    known = dict(db.execute(f"select name, value from meta where name in {state}"))
    key = (str(file), *(known.get(name, "") for name in state))
    with _making:
        memory = _memories.get(key)
        if memory is None:
            memory = _memories[key] = Memory(db)
            while len(_memories) > _KEPT:
                _memories.popitem(last=False)
        _memories.move_to_end(key)
        return memory


@contextmanager
def _snapshot(db: sqlite3.Connection) -> Iterator[None]:
    """One state of the index for several queries."""
    if db.in_transaction:
        yield
        return
    db.execute("begin")
    try:
        yield
    finally:
        if db.in_transaction:
            db.execute("rollback")
