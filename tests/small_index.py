"""A small index.db written row by row from the SQL of ``schemas/``: for tests of those who read it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from harvester import citation, schemas, updates
from harvester.index import facet_sets, facets
from harvester.record import Contributor, Identifier, Member, Record, Work

SOURCES = [
    ("crossref", "crossref", "BMJ Leader", "https://api.crossref.org", 10),
    ("spiral", "oai_pmh", "Spiral", "https://spiral.imperial.ac.uk/oai", 20),
    ("curated", "files", "Curated entries", "curated.toml", 30),
]
BUILT = "2026-11-22T02:49:30+00:00"


def member(record_id: int, source: str, identifier: str, record: Record, added: str = "2026-11-01T00:00:00Z") -> Member:
    ranks = {name: rank for name, _, _, _, rank in SOURCES}
    return Member(record_id, source, identifier, source, ranks[source], record, added)


def person(family: str, given: str) -> Contributor:
    return Contributor(name=f"{family}, {given}", family=family, given=given)


def doi(value: str) -> Identifier:
    return Identifier("doi", value)


def single(work_id: int, record: Record, source: str = "crossref", key: str = "") -> Work:
    """A work of one record."""
    own = next((i for i in record.identifiers if i.relation == "self"), None)
    key = key or (f"{own.scheme.replace('handle', 'hdl')}:{own.value}" if own else f"local:{source}:{work_id}")
    one = member(work_id * 10, source, own.value if own else str(work_id), record)
    return Work(id=work_id, key=key, record=record, members=(one,), choices={}, origins={})


def create(path: Path, works: Iterable[Work]) -> Path:
    db = sqlite3.connect(path)
    for file in schemas.sql_files("index"):
        db.executescript(file.read_text("utf-8"))
    db.execute(f"pragma application_id = {schemas.INDEX_APPLICATION_ID}")
    db.execute(f"pragma user_version = {schemas.INDEX_VERSION}")
    db.execute("insert into meta values ('built', ?)", (BUILT,))
    db.executemany("insert into sources values (?, ?, ?, ?, ?)", SOURCES)
    for name, *_ in SOURCES:
        health = (
            name,
            BUILT,
            BUILT if name != "spiral" else None,
            "complete" if name != "spiral" else "incomplete (x)",
        )
        db.execute("insert into source_health values (?, ?, ?, ?, 0, 0, 0, null, 0)", health)
    for work in works:
        _insert(db, work)
    facet_sets.fill(db)
    db.commit()
    db.close()
    return path


def _insert(db: sqlite3.Connection, work: Work) -> None:
    r = work.record
    own = {i.scheme: i.value for i in reversed(r.identifiers) if i.relation == "self"}
    label = r.title or work.key
    row = {
        "id": work.id,
        "key": work.key,
        "label": label,
        "title": r.title,
        "authors": "; ".join(c.name for c in r.contributors if c.role == "author") or None,
        "type": r.type,
        "container_title": r.container.title if r.container else None,
        "issued": r.issued,
        "issued_year": int(r.issued[:4]) if r.issued and r.issued[:4].isdigit() else None,
        "doi": own.get("doi"),
        "handle": own.get("handle"),
        "url": r.url,
        "language": "; ".join(r.language) or None,
        "abstract": next((d.text for d in r.descriptions), None),
        "subjects": "; ".join(s.term for s in r.subjects) or None,
        "update_status": r.update_status,
        "is_retracted": int(r.update_status == "retraction"),
        "sources": "; ".join(dict.fromkeys(m.source for m in work.members)),
        "record_count": len(work.members),
        "added": min(m.added for m in work.members),
        "citation": citation.plain(r, label),
    }
    _row(db, "works", row)
    for m in work.members:
        joined = "first" if m is work.members[0] else f"doi:{own.get('doi')}"
        db.execute(
            "insert into records values (?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?)",
            (m.id, work.id, m.source, m.identifier, m.format, m.id, m.record.title, joined, m.added,
             msgspec.json.encode(m.record).decode()),
        )  # fmt: skip
        for position, i in enumerate(m.record.identifiers):
            values = (work.id, position, i.scheme, i.value, i.relation, m.id)
            db.execute("insert into identifiers values (?, ?, ?, ?, ?, ?)", values)
        for position, f in enumerate(m.record.files):
            file = {"work_id": work.id, "position": position, "url": f.url, "version": f.version, "access": f.access,
                    "embargo_until": f.embargo_until, "is_primary": f.primary, "record_id": m.id}  # fmt: skip
            _row(db, "files", file)
        for position, n in enumerate(m.record.relations):
            relation = {"work_id": work.id, "position": position, "type": n.type, "scheme": n.scheme, "target": n.target,
                        "date": n.date, "record_id": m.id}  # fmt: skip
            _row(db, "relations", relation)
        for e in m.record.listing:
            values = (work.id, e.listing, e.section, e.position, e.note, m.id)
            db.execute("insert into curated_entries values (?, ?, ?, ?, ?, ?)", values)
    narrowed: list[tuple[object, ...]] = []
    counted: list[tuple[object, ...]] = []
    facets.add(narrowed, counted, work, label)
    db.executemany("insert into facets values (?, ?, ?, ?)", narrowed)
    db.executemany(facets.COUNT, counted)
    said = [updates.Said(c, m.id, m.source, "own") for m in work.members for c in updates.claims(m.record)]
    for position, u in enumerate(updates.history(work, said)):
        update = {"work_id": work.id, "position": position, "type": u.type, "holds": u.holds, "date": u.date,
                  "sources": "; ".join(u.sources), "basis": u.basis, "scheme": u.scheme, "notice": u.notice,
                  "record_id": u.record_id}  # fmt: skip
        _row(db, "work_updates", update)
    for position, c in enumerate(r.contributors):
        contributor = {"work_id": work.id, "position": position, "role": c.role, "kind": c.kind, "name": c.name,
                       "family": c.family, "given": c.given, "orcid": c.orcid, "record_id": work.members[0].id}  # fmt: skip
        _row(db, "contributors", contributor)
    for position, s in enumerate(r.subjects):
        subject = (work.id, position, s.scheme, s.term, s.uri, work.members[0].id)
        db.execute("insert into subjects values (?, ?, ?, ?, ?, ?)", subject)


def _row(db: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    db.execute(f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))
