"""The values of facets as people know them: journals under one name each, labels, and what a chosen value stands for."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from msgspec import Struct

from harvester import schemas
from harvester.facets import folded_subject, known_as, number, sort_title


class Value(Struct, frozen=True):
    """A value of a facet, or several that mean the same."""

    facet: str
    name: str
    """As ``Search.chosen`` has it: the least ISSN of a journal, or its title."""
    label: str
    works: int
    """In the whole index."""
    codes: tuple[int, ...]
    """Numbers that it has in the index."""


class Values:
    """All values of an index but subjects, which are too many to be held: each of them is one value by itself."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        found: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        for id_, facet, value, works in db.execute("select * from facet_values where facet <> 'subject'"):
            found[facet].append((id_, value, works))
        sources = dict(db.execute("select name, title from sources"))
        self.of: dict[str, list[Value]] = {
            facet: [Value(facet, value, _label(facet, value, sources), works, (id_,)) for id_, value, works in rows]
            for facet, rows in found.items()
            if facet != "journal"
        }
        self.of["journal"], self._journals = _journals(found["journal"])
        for values in self.of.values():
            values.sort(key=lambda value: (-value.works, value.name))
        self.by_code = {code: value for values in self.of.values() for value in values for code in value.codes}

    def codes(self, facet: str, name: str) -> tuple[int, ...]:
        """The numbers of what a reader chose or typed; those of no work where no work has it."""
        if facet == "journal":
            known = self._journals.get(name.upper()) or self._journals.get(_folded(name))
            return known.codes if known else ()
        if facet == "source":
            own = number(facet, name)
            titled = tuple(v.codes[0] for v in self.of.get(facet, ()) if v.label.casefold() == name.casefold())
            return titled if titled and own not in self.by_code else (own,)
        return (number(facet, folded_subject(name)),)

    def years(self, first: int | None, last: int | None) -> tuple[int, ...]:
        """The numbers of the years from ``first`` to ``last`` that any work has."""
        return tuple(
            code
            for value in self.of.get("year", ())
            if (0 if first is None else first) <= int(value.name) <= (9999 if last is None else last)
            for code in value.codes
        )


def subjects(db: sqlite3.Connection, codes: Iterable[int]) -> dict[int, Value]:
    """Subjects by their numbers."""
    within = ", ".join(map(str, codes))
    rows = db.execute(f"select id, value, works from facet_values where id in ({within}) and facet = 'subject'")
    return {id_: Value("subject", value, _spelt(db, value), works, (id_,)) for id_, value, works in rows.fetchall()}


def label(db: sqlite3.Connection, values: Values, facet: str, name: str) -> tuple[str, str]:
    """(value, label) of what was chosen, also where no work has it."""
    if facet == "subject":
        return folded_subject(name), _spelt(db, folded_subject(name))
    known = next((values.by_code[code] for code in values.codes(facet, name) if code in values.by_code), None)
    return (known.name, known.label) if known else (name, _label(facet, name, {}))


def _spelt(db: sqlite3.Connection, subject: str) -> str:
    """A subject with the capitals that most works give it, of a hundred at most. SQLite knows those of ASCII only."""
    row = db.execute(_SPELT, (subject, subject.capitalize())).fetchone()
    return str(row[0]) if row else subject


_SPELT: Final = (
    "select term from (select term from subjects where term collate nocase in (?, ?) limit 100)"
    " group by term order by count(*) desc, term limit 1"
)


ACCESS: Final = {
    "open": "Open access",
    "embargoed": "Under embargo",
    "restricted": "Restricted",
    "metadata-only": "Metadata only",
}


def _label(facet: str, value: str, sources: dict[str, str]) -> str:
    if facet == "type":
        return schemas.label("vocabularies/types", value)
    if facet == "language":
        return language(value)
    if facet == "access":
        return ACCESS.get(value, value)
    return sources.get(value, value) if facet == "source" else value


def language(code: str) -> str:
    """What a language is called in English; a code that nobody knows as it stands."""
    if code in {"mul", "zxx"}:
        return "Several languages" if code == "mul" else "No language"
    table = schemas.table("vocabularies/languages")
    names = next((table[part][code] for part in ("languages", "three", "iso639_3") if code in table[part]), None)
    if isinstance(names, dict):
        names = names.get("names")
    return str(names[0]) if isinstance(names, list) and names else str(names or code)


# --- journals --------------------------------------------------------------------------------------------------------


def _journals(rows: list[tuple[int, str, int]]) -> tuple[list[Value], dict[str, Value]]:
    """Journals, and each by its ISSNs and its titles, folded.

    What shares an ISSN is one journal. What has none belongs to the one journal of its title; where several with ISSNs have
    that title, nobody can tell, and it stays by itself.
    """
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = name = parents[parent]
        return name

    known = [(id_, works, *known_as(value)) for id_, value, works in rows]
    for _, _, own, _ in known:
        for issn in own[1:]:
            parents[root(issn)] = root(own[0])
    with_title: dict[str, set[str]] = defaultdict(set)
    for _, _, own, title in known:
        if own and title:
            with_title[_folded(title)].add(root(own[0]))
    groups: dict[str, list[tuple[int, int, list[str], str]]] = defaultdict(list)
    for row in known:
        folded = _folded(row[3])
        owners = with_title.get(folded, set())
        groups[root(row[2][0]) if row[2] else next(iter(owners)) if len(owners) == 1 else f"title {folded}"].append(row)
    journals, names = [], {}
    for members in groups.values():
        titles: dict[str, int] = defaultdict(int)
        for _, works, _, title in members:
            titles[title] += works
        titles.pop("", None)
        issns = {issn for member in members for issn in member[2]}
        title = min(titles, key=lambda t: (-titles[t], t), default=min(issns, default=""))
        codes = tuple(sorted(id_ for id_, *_ in members))
        value = Value("journal", min(issns, default=title), title, sum(row[1] for row in members), codes)
        journals.append(value)
        names.update(dict.fromkeys(issns, value))
        for other in titles:
            if not (issns and len(with_title[_folded(other)]) > 1):
                names.setdefault(_folded(other), value)
    return journals, names


@lru_cache(maxsize=1 << 15)
def _folded(title: str) -> str:
    return sort_title(title.replace("&", " and "))
