"""Which works are in question: those of a journal, or of an institution."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from msgspec import Struct

from harvester.clean import identifiers
from harvester.link import words
from harvester.record import Record


class Scope(Struct, frozen=True):
    """Nothing in it: all works."""

    journal: str = ""
    """An ISSN, or the name."""
    institutions: tuple[str, ...] = ()
    """Names, or ROR addresses: one of them."""

    def __str__(self) -> str:
        said = [f"journal {self.journal}"] if self.journal else []
        return ", ".join([*said, *self.institutions]) or "all works"


def within(db: sqlite3.Connection, scope: Scope) -> set[int] | None:
    """The ids of the works in question; None: all."""
    found: set[int] | None = None
    if scope.journal:
        found = _of_journal(db, scope.journal)
    if scope.institutions:
        theirs = {id_ for name in scope.institutions for id_ in _of_institution(db, name)}
        found = theirs if found is None else found & theirs
    return found


def holds(scope: Scope, record: Record) -> bool:
    """Whether a record that is not in the index would be in question."""
    container = record.container
    if scope.journal:
        names = (container.title, container.short_title, container.issn, container.eissn) if container else ()
        wanted = identifiers.issn(scope.journal) or scope.journal
        if not any(name and words(name) == words(wanted) for name in names):
            return False
    if not scope.institutions:
        return True
    places = [a for c in record.contributors for a in c.affiliations]
    said = [*(p.name for p in places), *(i.name for i in record.institutions)]
    numbers = {*(p.ror for p in places), *(i.ror for i in record.institutions)}
    return any(
        identifiers.ror(name) in numbers if identifiers.ror(name) else _named(name, said) for name in scope.institutions
    )


def _named(name: str, said: Iterable[str | None]) -> bool:
    """Whether one of them has the name in it, word by word: ``Imperial College London, Dept of Surgery``."""
    return any(f" {words(name)} " in f" {words(text)} " for text in said if text)


def _of_journal(db: sqlite3.Connection, journal: str) -> set[int]:
    """By any of its ISSNs: a source may know that of the print edition, another that of the web."""
    given = identifiers.issn(journal)
    if given is None:
        wanted = words(journal)
        named = [name for (name,) in db.execute("select distinct container_title from works") if name]
        return _ids(
            row
            for name in named
            if words(name) == wanted
            for row in db.execute("select id from works where container_title = ?", (name,))
        )
    numbers = {given}
    for _ in range(2):  # those that stand beside it, and the works that have only those
        found = _ids(row for number in sorted(numbers) for row in db.execute(_OF_ISSN, (number,)))
        numbers.update(number for id_ in found for number in _issns(db, id_))
    return found


_OF_ISSN = (
    "select work_id from identifiers where value = ?1 and scheme in ('issn', 'eissn', 'issn-l')"
    " union select id from works where issn = ?1"
)


def _issns(db: sqlite3.Connection, work_id: int) -> list[str]:
    rows = db.execute(
        "select value from identifiers where work_id = ? and scheme in ('issn', 'eissn', 'issn-l') and relation = 'container'",
        (work_id,),
    )
    return [value for (value,) in rows]


def _of_institution(db: sqlite3.Connection, name: str) -> set[int]:
    ror = identifiers.ror(name)
    if ror is not None:
        return _ids(db.execute(_OF_ROR, (ror,)))
    return {
        work_id
        for query in (
            "select affiliation, group_concat(distinct work_id) from contributors where affiliation is not null group by 1",
            "select name, group_concat(distinct work_id) from institutions where name is not null group by 1",
        )
        for said, ids in db.execute(query)
        if _named(name, [said])
        for work_id in map(int, ids.split(","))
    }


_OF_ROR = (
    "select work_id from institutions where ror = ?1"
    " union select work_id from records r where instr(record, ?1)"  # few have it: only those are taken apart
    " and exists (select 1 from json_each(r.record, '$.contributors') c, json_each(c.value, '$.affiliations') a"
    " where json_extract(a.value, '$.ror') = ?1)"
)


def _ids(rows: Iterable[tuple[int]]) -> set[int]:
    return {id_ for (id_,) in rows}
