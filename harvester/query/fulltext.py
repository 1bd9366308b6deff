"""Full-text search, best match first; newest first where no words are asked for."""

from __future__ import annotations

import sqlite3
from typing import Final

from msgspec import Struct

from harvester.query.identified import by_identifier
from harvester.query.language import Question, parse

MARK_ON: Final = "\x02"
MARK_OFF: Final = "\x03"
"""Stand around each word that was found, in snippets: no text of ours holds them, so a page or terminal can replace them."""

_WEIGHTS: Final = "10.0, 6.0, 3.0, 1.0, 2.0, 1.0"
"""Of title, authors, container_title, abstract, subjects, doi, in the order of works_fts."""

RANK: Final = f"bm25(works_fts, {_WEIGHTS})"
"""The lower the better."""

SNIPPET_TOKENS: Final = 24

_COLUMNS = (
    "id, key, label, authors, container_title, issued, type, doi, url, update_status, sources, citation"  # as in Hit
)


class Hit(Struct, frozen=True):
    work_id: int
    key: str
    label: str
    """Title, or what stands in for it."""
    authors: str | None
    container_title: str | None
    issued: str | None
    type: str
    doi: str | None
    url: str | None
    update_status: str | None
    sources: str
    citation: str
    snippet: str = ""
    """Where the words were found, between MARK_ON and MARK_OFF; '' where no words were asked for."""


class Hits(Struct, frozen=True):
    total: int
    hits: tuple[Hit, ...]
    exact: bool = False
    """The query was an identifier (DOI, handle, URL, key), and this is its work."""
    ignored: int = 0
    """Terms beyond the limit of the query language, that were not looked at."""


def search(db: sqlite3.Connection, query: str, limit: int = 20, offset: int = 0) -> Hits:
    """One page of what ``query`` finds (see ``language``). A pasted DOI, handle, URL or key goes to its work."""
    limit, offset = max(0, min(limit, 10_000)), max(0, min(offset, 2**62))
    work_id = by_identifier(db, query)
    if work_id is not None:
        return Hits(1, hits_of(db, [work_id] if limit and not offset else [], {}), exact=True)
    question = parse(query)
    rows, values, ids, order = _found(question)
    total = db.execute(f"select count(*) from {rows}", values).fetchone()[0]
    # Rank the bare row ids first and fetch the rows of this page only: joining before sorting costs five times as much.
    page = db.execute(f"select {ids} from {rows} order by {order} limit ? offset ?", [*values, limit, offset])
    work_ids = [row[0] for row in page]
    return Hits(total, hits_of(db, work_ids, snippets(db, question.match, work_ids)), ignored=question.ignored)


def ranked_ids(db: sqlite3.Connection, query: str) -> list[int]:
    """The ids of all works that ``query`` finds, best first."""
    rows, values, ids, order = _found(parse(query))
    return [row[0] for row in db.execute(f"select {ids} from {rows} order by {order}", values)]


def matching(query: str) -> tuple[str, list[str | int]]:
    """A query as one SQL condition on rows of ``works`` and its parameters, for those who sort by something else."""
    question = parse(query)
    where, values = question.where()
    if not question.match:
        return where or "1", values
    match = "id in (select rowid from works_fts where works_fts match ?)"
    return f"{match} and {where}" if where else match, [question.match, *values]


def _found(question: Question) -> tuple[str, list[str | int], str, str]:
    """What to select from, its parameters, the column of the id, and the order: by rank, or newest first without words."""
    where, values = question.where()
    if not question.match:
        return f"works where {where or '1'}", values, "id", "issued desc, id"
    rows = f"works_fts where works_fts match ? and rank match 'bm25({_WEIGHTS})'"
    if where:
        # The plus keeps SQLite from asking the full-text index about each id in turn, which takes minutes.
        rows += f" and +rowid in (select id from works where {where})"
    return rows, [question.match, *values], "rowid", "rank, rowid"


def hits_of(db: sqlite3.Connection, work_ids: list[int], found: dict[int, str]) -> tuple[Hit, ...]:
    """The works of these ids, in this order; ``found``: the snippets of some."""
    rows = db.execute(f"select {_COLUMNS} from works where id in ({', '.join(map(str, work_ids))})")
    hits = {row[0]: Hit(*(*row, found.get(row[0], ""))) for row in rows}
    return tuple(hits[i] for i in work_ids)


def snippets(db: sqlite3.Connection, match: str, work_ids: list[int]) -> dict[int, str]:
    """Where the words were found in these works."""
    if not match or not work_ids:
        return {}
    snippet = f"snippet(works_fts, -1, '{MARK_ON}', '{MARK_OFF}', '…', {SNIPPET_TOKENS})"
    where = f"works_fts match ? and +rowid in ({', '.join(map(str, work_ids))})"
    return dict(db.execute(f"select rowid, {snippet} from works_fts where {where}", (match,)))
