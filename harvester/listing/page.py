"""A listing as it will be shown, read from the index: facts and words, no markup."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from harvester import citation
from harvester.listing import READING_LIST, Listing, Section
from harvester.listing.dates import span
from harvester.listing.entries import Entry, entries
from harvester.query.state import Search, query_string


class SectionShown(Struct, frozen=True):
    anchor: str
    title: str
    introduction: str
    entries: tuple[Entry, ...]
    search: str = ""
    """Query string of the search for all that its rule takes, where a limit leaves out some; else ''."""


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
    rows = db.execute(
        "select work_id, section, note from listing_items where listing = ? order by section_position, position",
        (name,),
    ).fetchall()
    ids = [work_id for work_id, _, _ in rows]
    known = entries(db, ids)
    if listing.style != READING_LIST:
        from harvester.listing.styled import cited  # citeproc-py takes a tenth of a second

        known = {id_: replace(known[id_], styled=text) for id_, text in cited(db, ids, listing.style).items()}
    shown: dict[str, list[Entry]] = defaultdict(list)
    taken: set[str] = set()
    for work_id, heading, note in rows:
        entry = known[work_id]
        shown[heading].append(replace(entry, anchor=_distinct(entry.anchor, taken), note=note or ""))
    named = {section.title for section in listing.sections}
    sections: list[SectionShown] = []
    anchors: set[str] = set()
    for section in [*listing.sections, *(Section(title) for title in shown if title not in named)]:
        anchor = _distinct(re.sub(r"\W+", "-", section.title.lower()).strip("-") or "section", anchors)
        found = tuple(shown.get(section.title, ()))
        sections.append(SectionShown(anchor, section.title, section.introduction, found, _beyond(section, len(found))))
    return Page(
        listing.title,
        listing.introduction,
        listing.language,
        tuple(sections),
        tuple(sources(db)),
        _summary(sections),
        built(db),
    )


def _beyond(section: Section, there: int) -> str:
    if not section.has_rule or section.limit is None or there < section.limit:
        return ""
    since, until = span(section.since), span(section.until)
    chosen = {"source": section.source, "type": section.type, "subject": section.subject}
    years = (int(since[0][:4]) if since else None, int(until[1][:4]) if until else None)
    return query_string(Search(section.query, chosen, years))


def _summary(sections: list[SectionShown]) -> str:
    count = sum(len(s.entries) for s in sections)
    marked = sum(any(mark.grave for mark in entry.marks) for s in sections for entry in s.entries)
    summary = f"{count} {'entry' if count == 1 else 'entries'} in {len(sections)} section{'s' * (len(sections) != 1)}."
    if marked:
        summary += (
            f" {marked} of them {'is' if marked == 1 else 'are'} retracted, withdrawn or in doubt, and marked so."
        )
    return summary


def built(db: sqlite3.Connection) -> str:
    """When the index was written, ISO 8601; '' where it does not say."""
    row = db.execute("select value from meta where name = 'built'").fetchone()
    return row[0] if row else ""


def moment(iso: str) -> str:
    """A time in words: ``22 November 2026, 02:49 UTC``; as it stands where it is no time."""
    try:
        time = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{citation.date_text(f'{time:%Y-%m-%d}')}, {time:%H:%M} UTC"


def sources(db: sqlite3.Connection) -> Iterable[SourceShown]:
    """Where the works come from, in order of precedence."""
    counted = _counted(db)
    for title, name, complete, verdict in db.execute(
        "select s.title, s.name, h.last_complete, h.verdict"
        " from sources s left join source_health h on h.source = s.name order by s.rank, s.name"
    ):
        harvested = moment(complete) if complete else "none yet"
        if verdict and not verdict.startswith("complete"):
            harvested += " (the latest harvest was not complete)"
        yield SourceShown(title or name, counted.get(name, 0), harvested)


_KEPT: Final = 8
"""States of indexes."""
_counts: dict[tuple[object, ...], dict[str, int]] = {}


def _counted(db: sqlite3.Connection) -> dict[str, int]:
    """Source -> its records. Counted once for each state of an index: it takes longer than all else on some pages."""
    file = next(path for _, name, path in db.execute("pragma database_list") if name == "main")
    state = (file, *db.execute("select name, value from meta order by name"))
    found = _counts.get(state)
    if found is None:
        found = dict(db.execute("select source, count(*) from records group by source"))
        if len(_counts) >= _KEPT:
            _counts.clear()
        if file:  # one in memory is nobody else's
            _counts[state] = found
    return found


def _distinct(wanted: str, taken: set[str]) -> str:
    """``wanted``, with a number after it where it is taken."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    taken.add(name)
    return name
