"""Which work stands where in the listings. Runs on the connection that writes the index, in its transaction."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from harvester.errors import ConfigError
from harvester.listing import Listing, Section, check
from harvester.listing.dates import newest_first, span
from harvester.query import get
from harvester.query.fulltext import matching

log = logging.getLogger(__name__)


class ListingItem(NamedTuple):
    """One row of the table ``listing_items``, in the order of its columns."""

    listing: str
    section: str
    section_position: int
    """1 is the first section."""
    position: int
    """1 is the first entry of the section."""
    work_id: int
    note: str | None
    reason: str
    """rule, curated entry, include."""


class _Entry(NamedTuple):
    work_id: int
    reason: str
    pinned: int | None = None
    note: str | None = None


def items(db: sqlite3.Connection, listings: Mapping[str, Listing]) -> list[ListingItem]:
    """The entries of all listings, in their order. ConfigError where a listing makes no sense.

    What names nothing (an ``include`` that no work answers to, a curated entry for a section that is not there) is logged
    as a warning: it is a librarian's wish that is not met.
    """
    mistakes = [f"listing.{name}.{key}: {fault}" for name, it in listings.items() for key, fault in check(it)]
    if mistakes:
        raise ConfigError(*mistakes)
    found: list[ListingItem] = []
    for name, listing in listings.items():
        for number, (section, entries) in enumerate(zip(listing.sections, _entries(db, name, listing), strict=True), 1):
            found += (
                ListingItem(name, section.title, number, position, entry.work_id, entry.note, entry.reason)
                for position, entry in enumerate(_ordered(db, entries), 1)
            )
    return found


def _entries(db: sqlite3.Connection, name: str, listing: Listing) -> list[list[_Entry]]:
    """The entries of each section, in no order. Included before curated before rules: people know better."""
    excluded = [set(_named(db, name, s, s.exclude)) for s in listing.sections]
    sections: list[list[_Entry]] = [[] for _ in listing.sections]
    wishes = _wishes(db, name, listing)
    taken: set[int] = set()

    def take(number: int, entry: _Entry) -> None:
        if entry.work_id not in taken and entry.work_id not in excluded[number]:
            taken.add(entry.work_id)
            sections[number].append(entry)

    for number, section in enumerate(listing.sections):
        for work_id in _named(db, name, section, section.include, warn=True):
            wish = wishes.get((work_id, number))
            take(number, wish._replace(reason="include") if wish else _Entry(work_id, "include"))
    for (_, number), wish in wishes.items():
        take(number, wish)
    for number, section in enumerate(listing.sections):
        if section.has_rule:
            room = None if section.limit is None else max(0, section.limit - len(sections[number]))
            fitting = (i for i in _by_rule(db, section) if i not in taken and i not in excluded[number])
            for count, work_id in enumerate(fitting):
                if count == room:
                    break
                take(number, _Entry(work_id, "rule"))
    return sections


def _named(
    db: sqlite3.Connection, name: str, section: Section, names: tuple[str, ...], *, warn: bool = False
) -> Iterator[int]:
    for text in names:
        work_id = get(db, text)
        if work_id is not None:
            yield work_id
        elif warn:
            log.warning(
                "listing %s, section %r: include %r: no work in the index answers to it", name, section.title, text
            )


def _wishes(db: sqlite3.Connection, name: str, listing: Listing) -> dict[tuple[int, int], _Entry]:
    """What curated entries ask for: (work id, number of the section) -> entry, in the order of the sections."""
    numbers = {s.title.casefold(): n for n, s in enumerate(listing.sections)}
    rows = db.execute(
        "select work_id, section, position, note from curated_entries where listing = ? order by record_id", (name,)
    ).fetchall()
    wishes: dict[tuple[int, int], _Entry] = {}
    for work_id, title, position, note in rows:
        number = numbers.get(title.strip().casefold())
        if number is None:
            there = ", ".join(repr(s.title) for s in listing.sections) or "none"
            log.warning("listing %s: a curated entry asks for section %r; there are: %s", name, title, there)
        elif listing.sections[number].curated:
            wishes.setdefault((work_id, number), _Entry(work_id, "curated entry", position, note))
    return dict(sorted(wishes.items(), key=lambda wish: wish[0][1]))


def _by_rule(db: sqlite3.Connection, section: Section) -> list[int]:
    """The works that a section's rule takes, newest first."""
    conditions: list[str] = []
    values: list[str | int] = []
    for values_, condition in (
        (section.source, "id in (select work_id from records where source in ({}))"),
        (section.type, "type in ({})"),
        (section.subject, "id in (select work_id from subjects where term collate nocase in ({}))"),
    ):
        if values_:
            conditions.append(condition.format(", ".join("?" * len(values_))))
            values += values_
    if section.query:
        condition, more = matching(section.query)
        conditions.append(f"({condition})")
        values += more
    since, until = span(section.since), span(section.until)
    if since or until:
        conditions.append("issued is not null")
    rows = db.execute(f"select id, issued, label from works where {' and '.join(conditions) or '1'}", values)
    within = (
        (work_id, issued, label)
        for work_id, issued, label in rows
        if not (since or until) or _overlap(span(issued), since, until)
    )
    return [row[0] for row in sorted(within, key=lambda row: (newest_first(row[1]), row[2].casefold(), row[0]))]


def _overlap(days: tuple[str, str] | None, since: tuple[str, str] | None, until: tuple[str, str] | None) -> bool:
    return days is not None and (since is None or days[1] >= since[0]) and (until is None or days[0] <= until[1])


def _ordered(db: sqlite3.Connection, entries: list[_Entry]) -> list[_Entry]:
    """Newest first, and what is pinned at the place that it asks for."""
    known = {}
    for entry in entries:
        known[entry.work_id] = db.execute("select issued, label from works where id = ?", (entry.work_id,)).fetchone()

    def by_date(entry: _Entry) -> tuple[tuple[int, ...], str, int]:
        issued, label = known[entry.work_id]
        return newest_first(issued), label.casefold(), entry.work_id

    ordered = sorted((e for e in entries if e.pinned is None), key=by_date)
    for entry in sorted((e for e in entries if e.pinned is not None), key=lambda e: (e.pinned or 0, by_date(e))):
        ordered.insert(max(0, (entry.pinned or 1) - 1), entry)
    return ordered
