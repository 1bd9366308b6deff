"""Works as a search shows them: a line each, and where the words were found."""

from __future__ import annotations

import sqlite3
from typing import Final

from msgspec import Struct

from harvester.query.language import parse

MARK_ON: Final = "\x02"
MARK_OFF: Final = "\x03"
"""Stand around each word that was found, in snippets: no text of ours holds them, so a page or terminal can replace them."""

RANK: Final = "bm25(works_fts, 10.0, 6.0, 3.0, 1.0, 2.0, 1.0)"
"""Weights of title, authors, container_title, abstract, subjects, doi, in the order of works_fts; the best has the least."""

SNIPPET_TOKENS: Final = 24
_ABSTRACT: Final = 3
"""The column of works_fts."""

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


def matching(query: str) -> tuple[str, list[str | int]]:
    """A query as one SQL condition on rows of ``works`` and its parameters, for those who sort by something else."""
    question = parse(query)
    where, values = question.where()
    if not question.match:
        return where or "1", values
    match = "id in (select rowid from works_fts where works_fts match ?)"
    return f"{match} and {where}" if where else match, [question.match, *values]


def hits_of(db: sqlite3.Connection, work_ids: list[int], found: dict[int, str]) -> tuple[Hit, ...]:
    """The works of these ids, in this order; ``found``: the snippets of some."""
    rows = db.execute(f"select {_COLUMNS} from works where id in ({', '.join(map(str, work_ids))})")
    hits = {row[0]: Hit(*(*row, found.get(row[0], ""))) for row in rows}
    return tuple(hits[i] for i in work_ids)


def snippets(db: sqlite3.Connection, match: str, work_ids: list[int]) -> dict[int, str]:
    """Where the words were found in these works: in the abstract, if they are there; the title is read anyway."""
    if not match or not work_ids:
        return {}
    abstract, any_ = (
        f"snippet(works_fts, {column}, '{MARK_ON}', '{MARK_OFF}', '…', {SNIPPET_TOKENS})" for column in (_ABSTRACT, -1)
    )
    where = f"works_fts match ? and rowid in ({', '.join(map(str, work_ids))})"
    return {
        id_: told if MARK_ON in (told or "") else best
        for id_, told, best in db.execute(f"select rowid, {abstract}, {any_} from works_fts where {where}", (match,))
    }


def unmarked(snippet: str) -> str:
    return snippet.replace(MARK_ON, "").replace(MARK_OFF, "")
