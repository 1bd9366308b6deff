"""What of a journal or an institution is in repositories, in which version, and what is not: ``harvester coverage``.

The view ``coverage`` of the index has one row a work, ``coverage_candidates`` what items without a DOI may be. Here both are
narrowed to what is asked for (``scope``), and Crossref is asked about items that nothing in the index is like (``asking``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from typing import Final

import msgspec
from msgspec import Struct

from harvester.coverage.asking import Asked, Item, ask, items
from harvester.coverage.scope import Scope, holds, within

__all__ = [
    "Asked", "Candidate", "Covered", "Item", "Scope", "ask", "asked", "candidates", "covered", "holds", "items",
    "within",
]  # fmt: skip


class Covered(Struct, frozen=True):
    """One row of the view ``coverage``."""

    work_id: int
    key: str
    doi: str | None
    title: str | None
    authors: str | None
    type: str
    published_in: str | None
    issn: str | None
    issued: str | None
    in_crossref: int
    repositories: str | None
    """Names of sources, joined by commas."""
    state: str
    """missing, or of the best copy: open, embargo over, embargoed, restricted, unknown, metadata-only, no file named."""
    accepted_version: str
    """held, missing, unknown: the version that was accepted, or a later one."""
    version: str | None
    embargo_until: str | None
    license: str | None
    url: str | None
    accepted: str | None
    deposited: str | None
    deposit_by: str | None
    """Three months after acceptance."""
    deposited_in_time: int | None
    """1, 0; None where nobody can tell."""
    publisher_license: str | None
    update_status: str | None


class Candidate(Struct, frozen=True):
    """A work that an item without a DOI may be: one row of the view ``coverage_candidates``, or an answer of Crossref."""

    work_id: int
    repository: str
    identifier: str
    title: str | None
    authors: str | None
    issued: str | None
    candidate_doi: str
    candidate_title: str | None
    candidate_issued: str | None
    candidate_published_in: str | None
    score: float
    answer: str
    """unsure; same: alike enough, but something forbids to unite them, or they were not harvested; version, preprint."""
    evidence: str
    found_in: str = "index"
    """index, or Crossref where it was asked."""


_COVERED: Final = ", ".join(Covered.__struct_fields__)
_CANDIDATE: Final = ", ".join(name for name in Candidate.__struct_fields__ if name != "found_in")


def covered(db: sqlite3.Connection, works: Collection[int] | None = None) -> Iterator[Covered]:
    """The works in question (see ``within``; None: all), by journal and date."""
    chosen = "" if works is None else f" where work_id in {_SOME}"
    for row in db.execute(
        f"select {_COVERED} from coverage{chosen} order by published_in is null, published_in, issued, work_id",
        _given(works),
    ):
        yield Covered(*row)


def candidates(db: sqlite3.Connection, works: Collection[int] | None = None) -> list[Candidate]:
    """What items without a DOI may be, the likest first; in question is a pair of which one is."""
    chosen = "" if works is None else f" where work_id in {_SOME} or candidate_work_id in {_SOME}"
    rows = db.execute(
        f"select {_CANDIDATE} from coverage_candidates{chosen} order by score desc, work_id, candidate_doi",
        _given(works),
    )
    return [Candidate(*row) for row in rows]


_SOME: Final = "(select value from json_each(:works))"


def _given(works: Collection[int] | None) -> dict[str, str]:
    return {} if works is None else {"works": msgspec.json.encode(sorted(works)).decode()}


def asked(answer: Asked, scope: Scope) -> list[Candidate]:
    """What Crossref found for an item, as candidates; of a scope only where the item or what was found is in it."""
    item = answer.item
    return [
        Candidate(
            item.work_id,
            item.repository,
            item.identifier,
            item.title,
            item.authors,
            item.issued,
            found.doi,
            found.record.title,
            found.record.issued,
            found.record.container.title if found.record.container else None,
            found.compared.score,
            found.answer,
            "; ".join(found.compared.evidence),
            "Crossref",
        )
        for found in answer.found
        if item.within or holds(scope, found.record)
    ]
