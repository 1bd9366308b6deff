"""Everything that is known of one work, as its page shows it: facts and words, no markup."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from harvester import citation, query, schemas
from harvester.clean import identifiers, relations
from harvester.formats.bitstreams import format_label
from harvester.listing.entries import VERSIONS, Entry, condition, entries
from harvester.pages.elements import MOST, Fact, facts, identified, name_of, type_label
from harvester.record import FOR_PROGRAMS, File, Update, Work

BYLINE: Final = 30
"""Authors above the abstract."""


class FileShown(Struct, frozen=True):
    label: str
    link: str
    details: str
    source: str
    condition: str


class RecordShown(Struct, frozen=True):
    """One record that describes the work."""

    id: int
    source: str
    identifier: str
    format: str
    datestamp: str
    why: str
    """Why it is part of the work, in words."""


class UpdateShown(Struct, frozen=True):
    """One thing that happened to the work after it was published."""

    what: str
    date: str
    notice: str
    """What names the notice; '' where nobody does."""
    link: str
    by: str
    remark: str
    """That it no longer holds, or that only a title says so."""


class Related(Struct, frozen=True):
    how: str
    text: str
    link: str
    key: str
    """Of the work, where it is in the index; else ''."""


class Text(Struct, frozen=True):
    """An abstract, or another description."""

    type: str
    language: str
    text: str
    source: str


class Item(Struct, frozen=True):
    work: Work
    entry: Entry
    title: str
    type: str
    """In words."""
    byline: tuple[tuple[str, str], ...]
    """(name, ORCID address or '') of the authors, as many as fit."""
    more_authors: int
    published_in: str
    abstract: tuple[Text, ...]
    notes: tuple[Text, ...]
    facts: tuple[Fact, ...]
    files: tuple[FileShown, ...]
    updates: tuple[UpdateShown, ...]
    related: tuple[Related, ...]
    records: tuple[RecordShown, ...]
    former: tuple[str, ...]
    """Keys that lead here."""
    listed: tuple[tuple[str, str], ...]
    """(listing, section) of each place where it stands."""


def load(db: sqlite3.Connection, work_id: int) -> Item:
    """KeyError where there is no such work."""
    explained = query.explain(db, work_id)
    work = explained.work
    entry = entries(db, [work_id])[work_id]
    names = source_titles(db)
    said = _said(work, names)
    authors = [c for c in work.record.contributors if c.role == "author"]
    texts = [
        Text(d.type, d.language or "", d.text, said.get(who, ""))
        for d, who in zip(work.record.descriptions, work.origins.get("descriptions", ()), strict=True)
    ]
    return Item(
        work=work,
        entry=entry,
        title=entry.citation.title,
        type=type_label(work.record.type),
        byline=tuple(
            (name_of(c), identifiers.link("orcid", c.orcid) or "" if c.orcid else "") for c in authors[:BYLINE]
        ),
        more_authors=max(0, len(authors) - BYLINE),
        published_in=published_in(entry),
        abstract=tuple(d for d in texts if d.type in ("abstract", "summary")),
        notes=tuple(d for d in texts if d.type not in ("abstract", "summary")),
        facts=tuple(facts(work, said)),
        files=tuple(_files(work, said)),
        updates=tuple(_update(update, names) for update in work.updates),
        related=tuple(_related(db, work)),
        records=tuple(_records(db, work, explained.reasons, names)),
        former=explained.redirects,
        listed=tuple((listing, section) for listing, section, _ in explained.listed),
    )


def published_in(entry: Entry) -> str:
    """``BMJ Leader 4 (3), 128-134``: where it stands in print; '' where nobody says."""
    place = entry.place
    numbers = f"{place.volume} ({place.issue})" if place.volume and place.issue else place.volume or place.issue
    return ", ".join(part for part in (f"{place.container} {numbers}".strip(), place.pages) if part)


def source_titles(db: sqlite3.Connection) -> dict[str, str]:
    return {name: title or name for name, title in db.execute("select name, title from sources")}


# --- files, and what happened ----------------------------------------------------------------------------------------


def _said(work: Work, names: dict[str, str]) -> dict[int, str]:
    """Record -> the title of its source; also of records of other works that say something of this one."""
    said = {m.id: names.get(m.source, m.source) for m in work.members}
    for record_id, name in work.elsewhere.items():
        said.setdefault(record_id, names.get(name.partition(" ")[0], name.partition(" ")[0]))
    return said


def _files(work: Work, said: dict[int, str]) -> Iterator[FileShown]:
    """Those for readers first; what is meant for programs says so, and what nobody would read is left to the table of all."""
    origins = work.origins.get("files", ())
    numbered = sorted(enumerate(work.record.files[:MOST]), key=lambda each: each[1].description in FOR_PROGRAMS)
    for position, file in numbered:
        for_programs = file.description in FOR_PROGRAMS
        if for_programs and file.mime in _FOR_NOBODY:
            continue
        kind = file.format_label or (format_label(file.mime) or file.mime if file.mime else "")
        purpose = f"for {file.description}" if for_programs else file.description
        details = ", ".join(v for v in (file.name, purpose, kind, _size(file)) if v)
        yield FileShown(
            VERSIONS.get(file.version or "", "Copy"),
            file.url if file.url and citation.web_link(file.url) else "",
            details,
            said.get(origins[position], "") if position < len(origins) else "",
            condition(file.access, file.embargo_until),
        )


_FOR_NOBODY: Final = frozenset({"text/plain", "text/xml", "application/xml"})


def _size(file: File) -> str:
    return file.size_label or (f"{file.size:,} bytes" if file.size else "")


_ASSERTERS: Final = {"publisher": "the publisher", "retraction-watch": "Retraction Watch"}
"""Who Crossref names as the one who says so."""


def _update(update: Update, names: dict[str, str]) -> UpdateShown:
    label = schemas.label("vocabularies/updates", update.type)
    link = identifiers.link(update.scheme, update.notice) or ""
    remark = "" if update.holds else "does not hold any more" if update.basis != "title" else "said by the title alone"
    return UpdateShown(
        label,
        citation.date_text(update.date),
        identified(update.scheme, update.notice) if update.notice else "",
        link if citation.web_link(link) else "",
        " and ".join(names.get(source) or _ASSERTERS.get(source, source) for source in update.sources),
        remark,
    )


# --- what it has to do with others -----------------------------------------------------------------------------------


_ALIKE: Final = (
    " union ".join(
        f"select l.relation, r.work_id from records m join record_profiles p on p.record_id = m.id join likenesses l"
        f" on l.{mine} = p.profile_id join record_profiles q on q.profile_id = l.{theirs} join records r on r.id = q.record_id"
        " where m.work_id = :work and l.answer = 'related' and r.work_id <> :work"
        for mine, theirs in (("profile_id", "other_id"), ("other_id", "profile_id"))
    )
    + " order by 1, 2 limit :most"
)


def _related(db: sqlite3.Connection, work: Work) -> Iterator[Related]:
    """What records say, then works that are alike without being the same one."""
    seen = {work.key}
    for relation in work.record.relations[:MOST]:
        name = relation.target if relation.scheme == "url" else f"{relation.scheme}:{relation.target}"
        other = query.get(db, name)
        if other == work.id:
            continue  # a notice under the DOI of what it is about, which "what happened to it" says
        key, text = _label(db, other) if other is not None else ("", "")
        link = identifiers.link(relation.scheme, relation.target) or ""
        seen.add(key)
        yield Related(
            relations.label(relation.type),
            text or relation.label or identified(relation.scheme, relation.target),
            link if citation.web_link(link) else "",
            key,
        )
    rows = db.execute(_ALIKE, {"work": work.id, "most": MOST})
    for how, other in rows.fetchall():
        key, text = _label(db, other)
        if key and key not in seen:
            seen.add(key)
            yield Related(f"much the same title: {how}", text, "", key)


def _label(db: sqlite3.Connection, work_id: int) -> tuple[str, str]:
    return db.execute("select key, citation from works where id = ?", (work_id,)).fetchone() or ("", "")


def _records(
    db: sqlite3.Connection, work: Work, reasons: dict[int, query.Reason], names: dict[str, str]
) -> Iterator[RecordShown]:
    stamps = dict(db.execute("select id, datestamp from records where work_id = ?", (work.id,)))
    for member in work.members[:MOST]:
        yield RecordShown(
            member.id,
            names.get(member.source, member.source),
            member.identifier,
            member.format,
            stamps.get(member.id, ""),
            _why(reasons.get(member.id)),
        )


def _why(reason: query.Reason | None) -> str:
    if reason is None or reason.rule == "first":
        return "the first"
    if reason.rule == "decision":
        return "a curator’s decision"  # who decided it is nobody's business outside
    return f"{reason.rule}{', with ' + reason.other if reason.other else ''}"


def words(texts: Iterable[Text]) -> str:
    """The beginning of an abstract, in one line, for what previews a page."""
    text = next((" ".join(d.text.split()) for d in texts), "")
    return text if len(text) <= 300 else f"{text[:299].rsplit(' ', 1)[0]}…"
