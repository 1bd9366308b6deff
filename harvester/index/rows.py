"""A work as rows of index.db. One tuple a row, gathered per table and written with ``executemany``."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import msgspec

from harvester import citation, schemas
from harvester.index import facets
from harvester.pins.values import written
from harvester.record import Affiliation, Contributor, Record, Work

Row: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = dict[str, list[Row]]
"""Table -> rows."""

RETRACTED: Final = frozenset(
    name for name, row in schemas.table("vocabularies/updates").items() if row.get("retracted")
)

WIDTHS: Final = {
    "works": 32, "identifiers": 6, "contributors": 11, "titles": 6, "descriptions": 6, "dates": 6, "subjects": 6,
    "funding": 7, "relations": 9, "files": 17, "licenses": 7, "collections": 5, "institutions": 8, "details": 4,
    "value_sources": 5, "completions": 6, "alternatives": 5, "findings": 7, "unmapped": 3, "curated_entries": 6,
    "pinned": 9, "work_updates": 12, "facets": 4, "facet_values": 4, "digests": 2,
}  # fmt: skip
"""Tables that hold what works say -> number of columns (a test compares them with ``schemas/sql/index``)."""
FORM: Final = 1
"""Another number where a writer of ``harvester.provider`` says works otherwise, and harvesters are to have all of them again."""
SEARCHED: Final = (0, 3, 4, 6, 18, 19, 14)
"""Columns of ``works`` that are searched: id, title, authors, container_title, abstract, subjects, doi."""
OF_WORK: Final = tuple(table for table in WIDTHS if table not in {"works", "unmapped", "facet_values"})
"""Tables whose rows belong to a work by ``work_id``."""

_encode = msgspec.json.Encoder().encode
_INSERT: Final = {table: f"insert into {table} values ({','.join('?' * width)})" for table, width in WIDTHS.items()}
_INSERT["facet_values"] = facets.COUNT


def empty() -> Rows:
    return {table: [] for table in WIDTHS}


def write(db: sqlite3.Connection, rows: Rows) -> None:
    for table, found in rows.items():
        if found:
            db.executemany(_INSERT[table], found)


def add(rows: Rows, work: Work) -> None:
    """Append the rows of a work."""
    id_, record, origins = work.id, work.record, work.origins
    rows["works"].append(_work(work))
    if record.identifiers:
        rows["identifiers"] += [
            (id_, n, i.scheme, i.value, i.relation, said)
            for n, (i, said) in enumerate(zip(record.identifiers, origins["identifiers"], strict=True))
        ]
    if record.contributors:
        rows["contributors"] += [
            (id_, n, c.role, c.kind, c.name, c.family, c.given, c.suffix, c.orcid, _affiliation(c), said)
            for n, (c, said) in enumerate(zip(record.contributors, origins["contributors"], strict=True))
        ]
    if record.dates:
        rows["dates"] += [
            (id_, n, d.type, d.value, d.raw, said)
            for n, (d, said) in enumerate(zip(record.dates, origins["dates"], strict=True))
        ]
    if record.subjects:
        rows["subjects"] += [
            (id_, n, s.scheme, s.term, s.uri, said)
            for n, (s, said) in enumerate(zip(record.subjects, origins["subjects"], strict=True))
        ]
    if record.titles:
        rows["titles"] += [
            (id_, n, t.type, t.language, t.title, said)
            for n, (t, said) in enumerate(zip(record.titles, origins["titles"], strict=True))
        ]
    if record.descriptions:
        abstract = _abstract(record)
        rows["descriptions"] += [
            (id_, n, d.type, d.language, d.text, said)
            for n, (d, said) in enumerate(zip(record.descriptions, origins["descriptions"], strict=True))
            if d is not abstract
        ]
    if record.collections:
        rows["collections"] += [
            (id_, n, c.set_spec, c.name, said)
            for n, (c, said) in enumerate(zip(record.collections, origins["collections"], strict=True))
        ]
    if record.files:
        rows["files"] += _files(work)
    if record.funding:
        rows["funding"] += [
            (id_, n, f.funder_name, f.funder_id, f.award_number, f.award_title, said)
            for n, (f, said) in enumerate(zip(record.funding, origins["funding"], strict=True))
        ]
    if record.relations:
        rows["relations"] += [
            (id_, n, r.type, r.scheme, r.target, r.label, r.date, r.asserted_by, said)
            for n, (r, said) in enumerate(zip(record.relations, origins["relations"], strict=True))
        ]
    if work.updates:
        rows["work_updates"] += _updates(work)
    if record.licenses:
        rows["licenses"] += [
            (id_, n, x.spdx, x.url, x.applies_to, x.start, said)
            for n, (x, said) in enumerate(zip(record.licenses, origins["licenses"], strict=True))
        ]
    if record.institutions:
        rows["institutions"] += [
            (id_, n, i.name, i.place, i.department, i.ror, i.role, said)
            for n, (i, said) in enumerate(zip(record.institutions, origins["institutions"], strict=True))
        ]
    if record.listing:
        rows["curated_entries"] += [
            (id_, e.listing, e.section, _integer(e.position), e.note, said)
            for e, said in zip(record.listing, origins["listing"], strict=True)
        ]
    if record.findings:
        rows["findings"] += [
            (id_, said, f.level, f.code, f.element, f.message, f.raw)
            for f, said in zip(record.findings, origins["findings"], strict=True)
        ]
    rows["details"] += _details(work)
    rows["value_sources"] += [
        (id_, element, c.record_id, c.rule, c.alternatives) for element, c in work.choices.items()
    ]
    rows["pinned"] += [
        (id_, p.element, written(p.element, p.value) or None, p.by, p.decided, p.reason, p.decision, p.record_id, said)
        for p in work.pins
        for said in [json.dumps(p.value, ensure_ascii=False)]
    ]
    rows["completions"] += [(id_, c.element, c.position, c.part, _text(c.value), c.record_id) for c in work.completions]
    rows["alternatives"] += [(id_, a.element, a.value, a.differs, a.record_id) for a in work.alternatives]
    facets.add(rows["facets"], rows["facet_values"], work, label(record, work.key))
    rows["digests"].append((id_, digest(work)))
    for member in work.members:
        if member.record.extra:
            rows["unmapped"] += [
                (member.id, field, values[0] if values else "") for field, values in member.record.extra.items()
            ]


def digest(work: Work) -> bytes:
    """Another one where anything changes that is said of a work, or who says it; what was found wrong with it is not said."""
    record = msgspec.structs.replace(work.record, findings=(), extra={})
    said = (FORM, work.key, record, work.updates, [(m.source, m.identifier, m.format) for m in work.members])
    return hashlib.blake2b(_encode(said), digest_size=16).digest()


def label(record: Record, key: str) -> str:
    """What stands for a work in a list: its title, else where it was published, else its DOI, else its key."""
    if record.title:
        return record.title
    container = record.container
    where = [
        container.title or container.short_title if container else None,
        f"volume {record.volume}" if record.volume else None,
        f"issue {record.issue}" if record.issue else None,
        f"p. {record.pages or record.article_number}" if record.pages or record.article_number else None,
    ]
    text = ", ".join([part for part in where if part])
    return text or next((i.value for i in record.identifiers if i.scheme == "doi" and i.relation == "self"), key)


def _work(work: Work) -> Row:
    record, members = work.record, work.members
    container = record.container
    own: dict[str, str] = {}
    for identifier in record.identifiers:
        if identifier.relation == "self":
            own.setdefault(identifier.scheme, identifier.value)
    abstract = _abstract(record)
    name = label(record, work.key)
    issued = record.issued
    return (
        work.id,
        work.key,
        name,
        record.title,
        "; ".join([c.name for c in record.contributors if c.role == "author"]) or None,
        record.type,
        container.title or container.short_title if container else None,
        record.volume,
        record.issue,
        record.pages or record.article_number,
        record.publisher,
        issued,
        int(issued[:4]) if issued and issued[:4].isdecimal() else None,
        container.issn or container.eissn if container else None,
        own.get("doi"),
        own.get("handle"),
        citation.link(record.identifiers, record.url),
        "; ".join(record.language) or None,
        abstract.text if abstract else None,
        "; ".join(dict.fromkeys([s.term for s in record.subjects])) or None,
        "; ".join(record.rights) or None,
        record.access,
        record.embargo_until,
        record.publication_status,
        record.peer_reviewed,
        record.version,
        record.update_status,
        record.update_status in RETRACTED,
        "; ".join(dict.fromkeys([m.source for m in members])),
        len(members),
        min([m.added for m in members]),
        citation.plain(record, name),
    )


def _abstract(record: Record) -> Any:
    for description in record.descriptions:
        if description.type == "abstract":
            return description
    return None


def _affiliation(contributor: Contributor) -> str | None:
    return _names(contributor.affiliations) or None


def _names(affiliations: Sequence[Affiliation]) -> str:
    return "; ".join([a.name or a.ror or a.department or "" for a in affiliations])


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return _names(value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def _integer(value: int | None) -> int | None:
    """SQLite holds 64 bits; a size beyond is no size."""
    return value if value is not None and -(2**63) <= value < 2**63 else None


def _files(work: Work) -> Iterable[Row]:
    return [
        (
            work.id,
            n,
            f.url,
            f.name,
            f.description,
            f.version,
            f.mime,
            f.format_label,
            _integer(f.size),
            f.size_label,
            f.checksum,
            f.checksum_type,
            f.access,
            f.license,
            f.embargo_until,
            f.primary,
            said,
        )
        for n, (f, said) in enumerate(zip(work.record.files, work.origins["files"], strict=True))
    ]


def _updates(work: Work) -> Iterable[Row]:
    return [
        (
            work.id,
            n,
            u.type,
            u.holds,
            u.date,
            "; ".join(u.sources),
            u.basis,
            u.scheme,
            u.notice,
            u.notice_work,
            u.label,
            u.record_id,
        )
        for n, u in enumerate(work.updates)
    ]


_SINGLE_DETAILS: Final = (
    "article_number", "edition", "part", "place", "period", "contact", "start_page", "end_page", "references_count",
    "cited_by_count",
)  # fmt: skip
_PARTS: Final = {"start_page": "pages", "end_page": "pages"}
_LIST_DETAILS: Final = ("type_raw", "audience", "coverage", "media_types", "extent")
_COMPOSED: Final = {
    "event": ("name", "acronym", "place", "start", "end", "number", "sponsor"),
    "degree": ("name", "level", "discipline"),
}


def _details(work: Work) -> Sequence[Row]:
    record = work.record
    found: list[Row] = []
    for element in _SINGLE_DETAILS:
        value = getattr(record, element)
        if value is not None:
            choice = work.choices.get(_PARTS.get(element, element)) or work.choices.get(element)
            found.append((work.id, element, str(value), choice.record_id if choice else work.members[0].id))
    for element in _LIST_DETAILS:
        values = getattr(record, element)
        if values:
            found += [
                (work.id, element, value, said) for value, said in zip(values, work.origins[element], strict=True)
            ]
    for element, parts in _COMPOSED.items():
        composed = getattr(record, element)
        if composed is not None:
            said = work.choices[element].record_id
            values = [(f"{element}.{part}", getattr(composed, part)) for part in parts]
            found += [(work.id, name, value, said) for name, value in values if value is not None]
    return found
