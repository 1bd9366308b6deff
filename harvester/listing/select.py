"""Which work stands where in the listings. Runs on the connection that writes the index, in its transaction."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from harvester.errors import ConfigError
from harvester.listing import Listing, Section, check
from harvester.listing.curation import Choice, united
from harvester.listing.dates import newest_first, span
from harvester.query import get
from harvester.query.fulltext import matching
from harvester.wording import did_you_mean

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
    """rule, curated entry, include, curation."""


class _Entry(NamedTuple):
    work_id: int
    reason: str
    place: int | None = None
    note: str | None = None
    pin: int | None = None


_NOTHING: Final[Mapping[str, Collection[Choice]]] = MappingProxyType({})


def items(
    db: sqlite3.Connection, listings: Mapping[str, Listing], curation: Mapping[str, Collection[Choice]] = _NOTHING
) -> list[ListingItem]:
    """The entries of all listings, in their order. ConfigError where a listing makes no sense.

    ``curation``: what people say of works, by listing. What names nothing (an ``include`` that no work answers to, a curated
    entry for a section that is not there) is logged as a warning: it is a librarian's wish that is not met.
    """
    mistakes = [f"listing.{name}.{key}: {fault}" for name, it in listings.items() for key, fault in check(it)]
    if mistakes:
        raise ConfigError(*mistakes)
    found: list[ListingItem] = []
    for name, listing in listings.items():
        choices = curation.get(name, ())
        for number, (section, entries) in enumerate(
            zip(listing.sections, _entries(db, name, listing, choices), strict=True), 1
        ):
            found += (
                ListingItem(name, section.title, number, position, entry.work_id, entry.note, entry.reason)
                for position, entry in enumerate(_ordered(db, entries), 1)
            )
        for choice, why in unmet(db, listing, choices, {item.work_id for item in found if item.listing == name}):
            log.warning("listing %s: %s: %s", name, choice.work, why)
    return found


def unmet(
    db: sqlite3.Connection, listing: Listing, choices: Iterable[Choice], standing: Collection[int]
) -> Iterator[tuple[Choice, str]]:
    """What people say that has no effect as things are, and why. ``standing``: the works that stand in the listing."""
    titles = [section.title for section in listing.sections]
    known = {title.strip().casefold() for title in titles}
    for choice in choices:
        work_id = get(db, choice.work)
        if work_id is None:
            yield choice, "no work in the index answers to it"
        elif choice.section and choice.section.strip().casefold() not in known:
            yield choice, f"there is no section {choice.section!r}{did_you_mean(choice.section, titles)}"
        elif not choice.hide and work_id not in standing:
            excluded = "a section leaves it out (`exclude` in the config file)" if choice.section else ""
            yield choice, excluded or "no section takes it; say in which one it is to stand (section)"


def _resolved(db: sqlite3.Connection, choices: Iterable[Choice]) -> dict[int, Choice]:
    """Work -> what is said of it, whatever it is called."""
    found: dict[int, Choice] = {}
    for choice in choices:
        if (work_id := get(db, choice.work)) is not None:
            found[work_id] = united(found[work_id], choice) if work_id in found else choice
    return found


def _entries(db: sqlite3.Connection, name: str, listing: Listing, choices: Iterable[Choice]) -> list[list[_Entry]]:
    """The entries of each section, in no order. What is said of a work in this listing goes before what it includes, that
    before curated entries, and those before rules: people know better, and the later the better."""
    excluded = [set(_named(db, name, s, s.exclude)) for s in listing.sections]
    sections: list[list[_Entry]] = [[] for _ in listing.sections]
    wishes = _wishes(db, name, listing)
    said = _resolved(db, choices)
    taken: set[int] = {id_ for id_, choice in said.items() if choice.hide}

    def take(number: int, entry: _Entry) -> None:
        if entry.work_id not in taken and entry.work_id not in excluded[number]:
            taken.add(entry.work_id)
            if choice := said.get(entry.work_id):
                entry = entry._replace(
                    pin=choice.pin, place=choice.order or entry.place, note=choice.note or entry.note
                )
            sections[number].append(entry)

    numbers = _numbers(listing)
    for work_id, choice in said.items():
        moved = numbers.get(choice.section.strip().casefold()) if choice.section else None
        if moved is not None:
            wish = wishes.get((work_id, moved))
            take(moved, wish._replace(reason="curation") if wish else _Entry(work_id, "curation"))
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
    numbers = _numbers(listing)
    rows = db.execute(
        "select work_id, section, position, note from curated_entries where listing = ? order by record_id", (name,)
    ).fetchall()
    wishes: dict[tuple[int, int], _Entry] = {}
    nowhere: Counter[str] = Counter()
    for work_id, title, position, note in rows:
        number = numbers.get(title.strip().casefold())
        if number is None:
            nowhere[title] += 1
        elif listing.sections[number].curated:
            wishes.setdefault((work_id, number), _Entry(work_id, "curated entry", position, note))
    for title, count in nowhere.items():
        asking = "a curated entry asks" if count == 1 else f"{count} curated entries ask"
        there = ", ".join(repr(s.title) for s in listing.sections) or "none"
        log.warning("listing %s: %s for section %r; there are: %s", name, asking, title, there)
    return dict(sorted(wishes.items(), key=lambda wish: wish[0][1]))


def _numbers(listing: Listing) -> dict[str, int]:
    """Title of a section -> its number."""
    return {section.title.strip().casefold(): number for number, section in enumerate(listing.sections)}


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
    """What is pinned, then the newest first, and at its place what asks for one."""
    known = {}
    for entry in entries:
        known[entry.work_id] = db.execute("select issued, label from works where id = ?", (entry.work_id,)).fetchone()

    def by_date(entry: _Entry) -> tuple[tuple[int, ...], str, int]:
        issued, label = known[entry.work_id]
        return newest_first(issued), label.casefold(), entry.work_id

    ordered = sorted((e for e in entries if e.pin is None and e.place is None), key=by_date)
    for entry in sorted(
        (e for e in entries if e.pin is None and e.place is not None), key=lambda e: (e.place or 0, by_date(e))
    ):
        ordered.insert(max(0, (entry.place or 1) - 1), entry)
    return sorted((e for e in entries if e.pin is not None), key=lambda e: (e.pin or 0, by_date(e))) + ordered
