"""Works as the entries of a list: cited in one line, with warnings and copies. Read from the index; facts, no markup."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from msgspec import Struct

from harvester import citation
from harvester.citation import Citation
from harvester.clean import identifiers
from harvester.record import Contributor, Identifier

VERSIONS: Final = {
    "AO": "Author’s original",
    "SMUR": "Submitted version",
    "AM": "Accepted version",
    "P": "Proof",
    "VoR": "Published version",
    "CVoR": "Corrected version",
    "EVoR": "Enhanced version",
}
"""NISO RP-8 journal article versions, in the words that repositories use for their copies."""

PEOPLE: Final = 300
"""Of a work, the first ones: some papers have thousands, and a list has many papers."""
BATCH: Final = 500
"""Works in one statement."""


class Notice(Struct, frozen=True):
    word: str
    notice: str
    grave: bool
    """What is said is no longer to be relied on."""
    advice: str
    """What that means for a reader."""


_RETRACTED: Final = Notice("Retracted", "notice of retraction", True, "Its findings are not to be relied on.")
_WITHDRAWN: Final = Notice(
    "Withdrawn", "notice of withdrawal", True, "It has been taken back, and is not to be relied on."
)
_CONCERN: Final = Notice(
    "Expression of concern", "notice of concern", True, "Its editors doubt it; rely on it with care."
)
_CORRECTED: Final = Notice("Corrected", "correction", False, "Read it together with its correction.")
STATUSES: Final = {
    "retraction": _RETRACTED,
    "withdrawal": _WITHDRAWN,
    "removal": Notice("Removed", "notice of removal", True, "It is no longer to be had, and not to be relied on."),
    "partial-retraction": Notice(
        "Partially retracted", "notice of partial retraction", True, "A part of it is not to be relied on."
    ),
    "expression-of-concern": _CONCERN,
    "correction": _CORRECTED,
    "new-version": Notice("A newer version exists", "newer version", False, ""),
}
"""Update status -> how a reader is warned; the gravest first."""


class Mark(Struct, frozen=True):
    """A warning at an entry."""

    word: str
    notice: str
    grave: bool
    link: str
    """'' where the notice is not known."""
    date: str
    """In words; '' where not known."""
    advice: str = ""
    """What that means for a reader."""


class Copy(Struct, frozen=True):
    """A copy in a repository."""

    label: str
    link: str
    source: str
    condition: str
    """What stands in a reader's way: embargo, restriction; '' where nothing does."""


class Place(Struct, frozen=True):
    """What a reference manager wants to know beside the citation; '' where not known."""

    type: str = "other"
    container: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    issn: str = ""
    isbn: str = ""
    doi: str = ""
    publisher: str = ""
    authors: tuple[Contributor, ...] = ()
    """Without editors."""


class Entry(Struct, frozen=True):
    anchor: str
    """The work key, without white space: an id within the page."""
    citation: Citation
    issued: str
    """EDTF; '' where not known."""
    language: str
    """BCP 47 of the title; '' where not known."""
    marks: tuple[Mark, ...]
    copies: tuple[Copy, ...]
    note: str
    key: str = ""
    place: Place = Place()
    styled: str = ""
    """As a citation style has it, in HTML; '' for the form of the reading list."""
    about: str = ""
    """Of what has no authors to be cited (projects, programmes, studentships): whose it is, and what."""


def entries(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Entry]:
    """Work -> its entry, in the order of ``ids``, as far as the index has them. Anchors are not yet told apart."""
    found: dict[int, Entry] = {}
    remaining = iter(ids)
    while batch := list(islice(remaining, BATCH)):
        known = _batch(db, batch)
        found |= {id_: known[id_] for id_ in batch if id_ in known}
    return found


def marks(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[Mark]]:
    """What holds of what was announced about these works, with its date and notice where they are known."""
    rows = db.execute(
        f"select work_id, type, scheme, notice, date from work_updates where {_within('work_id', ids)} and holds"
        " order by work_id, position"
    )
    order = list(STATUSES)
    found = sorted((row for row in rows if row[1] in STATUSES), key=lambda row: order.index(row[1]))
    said = _by_work(
        (work_id, _mark(STATUSES[type_], _link(scheme, notice), date)) for work_id, type_, scheme, notice, date in found
    )
    statuses = f"select id, update_status from works where {_within('id', ids)} and update_status is not null"
    for work_id, status in db.execute(statuses):
        if status in STATUSES and not any(m.word == STATUSES[status].word for m in said[work_id]):
            said[work_id].insert(0, _mark(STATUSES[status]))
    return {work_id: sorted(found, key=lambda m: not m.grave) for work_id, found in said.items()}


def _link(scheme: str, notice: str) -> str:
    """Where a notice is read: at its DOI, in PubMed ..."""
    return citation.link([Identifier(scheme, notice)], identifiers.link(scheme, notice) or notice) or ""


def _mark(notice: Notice, link: str = "", date: str | None = None) -> Mark:
    return Mark(notice.word, notice.notice, notice.grave, link, citation.date_text(date), notice.advice)


def _batch(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Entry]:
    people = _by_work(
        (work_id, Contributor(name=name_, role=role, kind=kind, family=family, given=given, suffix=suffix))
        for work_id, name_, role, kind, family, given, suffix in db.execute(
            "select work_id, name, role, kind, family, given, suffix from contributors"
            f" where {_within('work_id', ids)} and role in ('author', 'editor') and position < {PEOPLE}"
            " order by work_id, position"
        )
    )
    warnings, held, told = marks(db, ids), copies(db, ids), undertakings(db, ids)
    rows = db.execute(
        "select id, key, label, issued, doi, handle, url, language, type, container_title, volume, issue, pages, issn, publisher"
        f" from works where {_within('id', ids)}"
    )
    isbns = dict(
        db.execute(
            f"select work_id, value from identifiers where {_within('work_id', ids)} and scheme = 'isbn' order by position desc"
        )
    )
    found = {}
    for work_id, key, label, issued, doi, handle, url, language, type_, *said in rows:
        own = [Identifier(scheme, value) for scheme, value in (("doi", doi), ("handle", handle)) if value]
        link = citation.link(own, url) or ""
        authors = people.get(work_id, [])
        found[work_id] = Entry(
            anchor=re.sub(r"\s", "_", key),
            citation=Citation(citation.authors_text(authors), label, citation.date_text(issued), link),
            issued=issued or "",
            language=language if language and ";" not in language else "",
            marks=tuple(warnings.get(work_id, ())),
            copies=tuple(c for c in held.get(work_id, ()) if c.link != link),
            note="",
            about=told.get(work_id, ""),
            key=key,
            place=_place(type_, [text or "" for text in said], doi or "", isbns.get(work_id, ""), authors),
        )
    return found


def _place(type_: str, said: list[str], doi: str, isbn: str, people: list[Contributor]) -> Place:
    container, volume, issue, pages, issn, publisher = said
    return Place(
        type=type_,
        container=container,
        volume=volume,
        issue=issue,
        pages=pages,
        issn=issn,
        isbn=isbn,
        doi=doi,
        publisher=publisher,
        authors=tuple(person for person in people if person.role == "author"),
    )


def copies(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[Copy]]:
    """Copies in repositories: of each record the first file of each version, else its landing page."""
    records = db.execute(
        "select r.id, r.work_id, s.title, s.name from records r join sources s on s.name = r.source"
        f" where {_within('r.work_id', ids)} and s.kind = 'oai_pmh' order by s.rank, r.id"
    ).fetchall()
    files: dict[int, dict[str, Copy]] = defaultdict(dict)
    source = {record_id: title or short for record_id, _, title, short in records}
    for record_id, url, version, access, embargo in db.execute(
        "select record_id, url, version, access, embargo_until from files"
        f" where {_within('work_id', ids)} order by work_id, is_primary = 1 desc, position"
    ):
        if record_id in source and url and citation.web_link(url):
            copy = Copy(VERSIONS.get(version or "", "Copy"), url, source[record_id], condition(access, embargo))
            files[record_id].setdefault(version or "", copy)
    landing: dict[int, str] = {}
    for record_id, scheme, value in db.execute(
        f"select record_id, scheme, value from identifiers where {_within('work_id', ids)}"
        " and relation = 'self' and scheme in ('handle', 'url') order by scheme, position"
    ):
        link = citation.link([Identifier(scheme, value)], value)
        if record_id in source and link:
            landing.setdefault(record_id, link)
    found = []
    for record_id, work_id, _, _ in records:
        if record_id in files:
            found += [(work_id, copy) for copy in files[record_id].values()]
        elif record_id in landing:
            found.append((work_id, Copy("Record", landing[record_id], source[record_id], "")))
    return _by_work(dict.fromkeys(found))


_UNDERTAKINGS: Final = ("project", "programme", "studentship", "case-study")
_ROLES: Final = {
    "host": "", "partner": "with ", "commissioner": "commissioned by ", "supporter": "supported by ", "awarding": "awarded by ",
}  # fmt: skip
_LONGEST: Final = 300
"""Characters of what it is about; a page of its own has all."""


def undertakings(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, str]:
    """Of projects, programmes and studentships: where they are at home, who else has a part in them, what they are about."""
    kinds = ", ".join(f"'{kind}'" for kind in _UNDERTAKINGS)
    within = f"{_within('w.id', ids)} and w.type in ({kinds})"
    who: dict[int, dict[str, list[str]]] = {}
    for id_, role, name in db.execute(
        "select w.id, i.role, i.name from works w join institutions i on i.work_id = w.id"
        f" where {within} and i.name is not null order by w.id, i.position"
    ):
        who.setdefault(id_, {}).setdefault(role, []).append(name)
    what: dict[int, str] = {}
    for id_, text in db.execute(
        "select w.id, coalesce(w.abstract, (select d.text from descriptions d where d.work_id = w.id"
        f" and d.type in ('abstract', 'summary') order by d.position)) from works w where {within}"
    ):
        what[id_] = " ".join((text or "").split())
    found = {}
    for id_, text in what.items():
        roles = who.get(id_, {})
        parts = [f"{word}{' and '.join(roles[role])}" for role, word in _ROLES.items() if role in roles]
        home = "; ".join(parts)
        short = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"
        found[id_] = " ".join(
            part for part in (citation.stopped(home[:1].upper() + home[1:]) if home else "", short) if part
        )
    return {id_: text for id_, text in found.items() if text}


def condition(access: str | None, embargo_until: str | None) -> str:
    """What stands in a reader's way, in words; '' where nothing does."""
    if embargo_until:
        return f"under embargo until {citation.date_text(embargo_until)}"
    return {"embargoed": "under embargo", "restricted": "restricted access", "metadata-only": "on request"}.get(
        access or "", ""
    )


T = TypeVar("T")


def _within(column: str, ids: Sequence[int]) -> str:
    return f"{column} in ({', '.join(str(int(i)) for i in ids)})"


def _by_work(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    found: dict[Any, list[T]] = defaultdict(list)
    for work_id, item in pairs:
        found[work_id].append(item)
    return found
