"""A listing as it will be shown, read from the index: facts and words, no markup."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final, TypeVar

from msgspec import Struct

from harvester import citation
from harvester.citation import Citation
from harvester.clean import identifiers
from harvester.listing import Listing, Section
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


class Notice(Struct, frozen=True):
    word: str
    notice: str
    grave: bool
    """What is said is no longer to be relied on."""


_RETRACTED: Final = Notice("Retracted", "notice of retraction", True)
_WITHDRAWN: Final = Notice("Withdrawn", "notice of withdrawal", True)
_CONCERN: Final = Notice("Expression of concern", "notice of concern", True)
_CORRECTED: Final = Notice("Corrected", "correction", False)
STATUSES: Final = {
    "retraction": _RETRACTED,
    "withdrawal": _WITHDRAWN,
    "removal": Notice("Removed", "notice of removal", True),
    "partial-retraction": Notice("Partially retracted", "notice of partial retraction", True),
    "expression-of-concern": _CONCERN,
    "correction": _CORRECTED,
    "new-version": Notice("A newer version exists", "newer version", False),
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


class Copy(Struct, frozen=True):
    """A copy in a repository."""

    label: str
    link: str
    source: str
    condition: str
    """What stands in a reader's way: embargo, restriction; '' where nothing does."""


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


class SectionShown(Struct, frozen=True):
    anchor: str
    title: str
    introduction: str
    entries: tuple[Entry, ...]


class SourceShown(Struct, frozen=True):
    title: str
    records: int
    harvested: str
    """When it was last harvested completely, in words."""


class Page(Struct, frozen=True):
    title: str
    introduction: str
    language: str
    sections: tuple[SectionShown, ...]
    sources: tuple[SourceShown, ...]
    summary: str
    built: str
    """When the index was built, ISO 8601."""


def load(db: sqlite3.Connection, name: str, listing: Listing) -> Page:
    """A listing as the index has it; sections that the settings no longer name stand at the end, so that nothing is lost."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    marked = 0
    for heading, entry in _entries(db, name):
        entries[heading].append(entry)
        marked += any(mark.grave for mark in entry.marks)
    named = {section.title for section in listing.sections}
    sections: list[SectionShown] = []
    anchors: set[str] = set()
    for section in [*listing.sections, *(Section(title) for title in entries if title not in named)]:
        anchor = _distinct(re.sub(r"\W+", "-", section.title.lower()).strip("-") or "section", anchors)
        sections.append(
            SectionShown(anchor, section.title, section.introduction, tuple(entries.get(section.title, ())))
        )
    count = sum(len(s.entries) for s in sections)
    summary = f"{count} {'entry' if count == 1 else 'entries'} in {len(sections)} section{'s' * (len(sections) != 1)}."
    if marked:
        summary += (
            f" {marked} of them {'is' if marked == 1 else 'are'} retracted, withdrawn or in doubt, and marked so."
        )
    built = db.execute("select value from meta where name = 'built'").fetchone()
    return Page(
        listing.title,
        listing.introduction,
        listing.language,
        tuple(sections),
        tuple(_sources(db)),
        summary,
        built[0] if built else "",
    )


def moment(iso: str) -> str:
    """A time in words: ``22 November 2026, 02:49 UTC``; as it stands where it is no time."""
    try:
        time = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{citation.date_text(f'{time:%Y-%m-%d}')}, {time:%H:%M} UTC"


# --- from the index --------------------------------------------------------------------------------------------------

_LISTED = "select work_id from listing_items where listing = ?"


def _entries(db: sqlite3.Connection, name: str) -> Iterable[tuple[str, Entry]]:
    people = _by_work(
        (work_id, Contributor(name=name_, role=role, kind=kind, family=family, given=given, suffix=suffix))
        for work_id, name_, role, kind, family, given, suffix in db.execute(
            "select work_id, name, role, kind, family, given, suffix from contributors"
            f" where work_id in ({_LISTED}) and role in ('author', 'editor') order by work_id, position",
            (name,),
        )
    )
    marks = _marks(db, name)
    copies = _copies(db, name)
    anchors: set[str] = set()
    rows = db.execute(
        "select i.section, i.note, w.id, w.key, w.label, w.issued, w.doi, w.handle, w.url, w.language, w.update_status"
        " from listing_items i join works w on w.id = i.work_id where i.listing = ?"
        " order by i.section_position, i.position",
        (name,),
    )
    for section, note, work_id, key, label, issued, doi, handle, url, language, status in rows:
        own = [Identifier(scheme, value) for scheme, value in (("doi", doi), ("handle", handle)) if value]
        link = citation.link(own, url) or ""
        cited = Citation(citation.authors_text(people[work_id]), label, citation.date_text(issued), link)
        warnings = marks[work_id]
        if status in STATUSES and not any(m.word == STATUSES[status].word for m in warnings):
            warnings = [_mark(STATUSES[status]), *warnings]
        yield (
            section,
            Entry(
                anchor=_distinct(re.sub(r"\s", "_", key), anchors),
                citation=cited,
                issued=issued or "",
                language=language if language and ";" not in language else "",
                marks=tuple(sorted(warnings, key=lambda m: not m.grave)),
                copies=tuple(c for c in copies[work_id] if c.link != link),
                note=note or "",
            ),
        )


def _marks(db: sqlite3.Connection, name: str) -> dict[int, list[Mark]]:
    """What holds of what was announced about the works of a listing, with its date and notice where they are known."""
    rows = db.execute(
        f"select work_id, type, scheme, notice, date from work_updates where work_id in ({_LISTED}) and holds"
        " order by work_id, position",
        (name,),
    )
    order = list(STATUSES)
    found = sorted((row for row in rows if row[1] in STATUSES), key=lambda row: order.index(row[1]))
    return _by_work(
        (work_id, _mark(STATUSES[type_], _link(scheme, notice), date)) for work_id, type_, scheme, notice, date in found
    )


def _link(scheme: str, notice: str) -> str:
    """Where a notice is read: at its DOI, in PubMed ..."""
    return citation.link([Identifier(scheme, notice)], identifiers.link(scheme, notice) or notice) or ""


def _mark(notice: Notice, link: str = "", date: str | None = None) -> Mark:
    return Mark(notice.word, notice.notice, notice.grave, link, citation.date_text(date))


def _copies(db: sqlite3.Connection, name: str) -> dict[int, list[Copy]]:
    """Copies in repositories: of each record the first file of each version, else its landing page."""
    records = db.execute(
        "select r.id, r.work_id, s.title, s.name from records r join sources s on s.name = r.source"
        f" where r.work_id in ({_LISTED}) and s.kind = 'oai_pmh' order by s.rank, r.id",
        (name,),
    ).fetchall()
    files: dict[int, dict[str, Copy]] = defaultdict(dict)
    source = {record_id: title or short for record_id, _, title, short in records}
    for record_id, url, version, access, embargo in db.execute(
        "select record_id, url, version, access, embargo_until from files"
        f" where work_id in ({_LISTED}) order by work_id, is_primary = 1 desc, position",
        (name,),
    ):
        if record_id in source and url and citation.web_link(url):
            copy = Copy(VERSIONS.get(version or "", "Copy"), url, source[record_id], _condition(access, embargo))
            files[record_id].setdefault(version or "", copy)
    landing: dict[int, str] = {}
    for record_id, scheme, value in db.execute(
        "select record_id, scheme, value from identifiers"
        f" where work_id in ({_LISTED}) and relation = 'self' and scheme in ('handle', 'url') order by scheme, position",
        (name,),
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


def _condition(access: str | None, embargo_until: str | None) -> str:
    if embargo_until:
        return f"under embargo until {citation.date_text(embargo_until)}"
    return {"embargoed": "under embargo", "restricted": "restricted access", "metadata-only": "on request"}.get(
        access or "", ""
    )


def _sources(db: sqlite3.Connection) -> Iterable[SourceShown]:
    for title, name, records, complete, verdict in db.execute(
        "select s.title, s.name, (select count(*) from records where source = s.name), h.last_complete, h.verdict"
        " from sources s left join source_health h on h.source = s.name order by s.rank, s.name"
    ):
        harvested = moment(complete) if complete else "none yet"
        if verdict and not verdict.startswith("complete"):
            harvested += " (the latest harvest was not complete)"
        yield SourceShown(title or name, records, harvested)


T = TypeVar("T")


def _by_work(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for work_id, item in pairs:
        found[work_id].append(item)
    return found


def _distinct(wanted: str, taken: set[str]) -> str:
    """``wanted``, with a number after it where it is taken."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    taken.add(name)
    return name
