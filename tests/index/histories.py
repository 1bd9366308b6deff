"""Stores with made-up histories, and a comparison of two indexes row for row."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from harvester import index
from harvester.errors import RecordError
from harvester.record import Container, Contributor, Date, Description, Identifier, Page, RawRecord, Record, Subject
from harvester.store import Store

SOURCES = ("alpha", "beta", "gamma")
SETTINGS = index.Settings(
    sources={
        "alpha": index.SourceInfo("alpha", "crossref", "Alpha", "https://alpha.example/", 1),
        "beta": index.SourceInfo("beta", "oai_pmh", "Beta", "https://beta.example/oai", 2),
    },
    repository_doi_prefixes=("10.25560",),
)
BROKEN = b"not a record"


def read(raw: RawRecord, dialect: str) -> Record:
    """The reader of these tests: a payload is a Record as JSON."""
    if raw.payload == BROKEN:
        raise RecordError("this is no record", element="metadata")
    return msgspec.json.decode(raw.payload, type=Record)


def raw(
    source: str, identifier: str, record: Record | None, *, format_: str = "made_up", deleted: bool = False
) -> RawRecord:
    """``record=None``: bytes that cannot be read."""
    payload = BROKEN if record is None else msgspec.json.encode(record)
    return RawRecord(
        source=source,
        identifier=identifier,
        format=format_,
        payload=b"" if deleted else payload,
        deleted=deleted,
        digest=b"" if deleted else payload,
    )


def save(store: Store, records: Iterable[RawRecord]) -> None:
    """One page per source, in the order given."""
    pages: dict[str, list[RawRecord]] = {}
    for record in records:
        pages.setdefault(record.source, []).append(record)
    run_id = store.begin_run("test")
    for source, page in pages.items():
        store.begin_source(run_id, source)
        store.save(run_id, source, "list", Page(records=page))


def tables(path: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    """Every row of every table but those of the full-text index; ``meta`` without what tells one making from another."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        names = [
            name
            for (name,) in db.execute("select name from sqlite_master where type = 'table' order by name")
            if not name.startswith(("works_fts", "sqlite_"))
        ]
        found = {name: Counter(db.execute(f"select * from {name}").fetchall()) for name in names}
    for row in list(found["meta"]):
        if row[0] in {"generation", "built"}:
            del found["meta"][row]
    return found


def words_found(path: Path) -> list[tuple[Any, ...]]:
    """What the full-text index holds, and that it agrees with the works."""
    with closing(sqlite3.connect(path.resolve())) as db:
        db.execute("insert into works_fts(works_fts, rank) values ('integrity-check', 1)")
        db.execute("create virtual table temp.words using fts5vocab('main', 'works_fts', 'instance')")
        return sorted(db.execute("select * from temp.words"))


# --- histories -------------------------------------------------------------------------------------------------------

_DOIS = ("10.1136/a", "10.1136/b", "10.25560/c")
_TITLES = (
    None,
    *3 * ("Sharing leadership: current attitudes in hospitals",),
    *2 * ("Sharing leadership",),
    "A randomised trial of something else entirely",
    "Annual report 2019",
    "Annual report 2020",
)
_AUTHORS = (
    (),
    (Contributor("Aufegger, L", family="Aufegger", given="L"), Contributor("Darzi, A", family="Darzi", given="A")),
    (
        Contributor("Aufegger, Lisa", orcid="0000-0002-0000-0000", family="Aufegger", given="Lisa"),
        Contributor("Darzi, Ara", family="Darzi"),
    ),
    (Contributor("Jones, Lorelei", family="Jones", given="Lorelei", orcid="0000-0001-0000-0000"),),
)


def _optional(values: Iterable[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


@st.composite
def _record(draw: st.DrawFn) -> Record:
    doi = draw(st.sampled_from((None, *3 * _DOIS[:1], *_DOIS)))
    handle = draw(st.sampled_from((None, None, "10044/1/1", "10044/1/1", "10044/1/2")))
    issued = draw(_optional(("2018", "2020-09", "2020-09-28", "2020-09-28")))
    identifiers = []
    if doi:
        relation = draw(st.sampled_from(("self", "self", "self", "version", "candidate", "candidate")))
        identifiers.append(Identifier("doi", doi, relation))
    if handle:
        identifiers.append(Identifier("handle", handle))
    abstract = draw(_optional(("Background. We asked.", "Background. We asked, and they answered.")))
    return Record(
        title=draw(st.sampled_from(_TITLES)),
        type=draw(st.sampled_from((*4 * ("article",), "chapter", "book", "correction", "other"))),
        identifiers=tuple(identifiers),
        contributors=draw(st.sampled_from(_AUTHORS)),
        issued=issued,
        dates=(Date("issued", issued),) if issued else (),
        start_page=draw(st.sampled_from((None, None, None, "1", "128"))),
        container=Container(title="BMJ Leader", issn="2398-631X") if draw(st.booleans()) else None,
        descriptions=(Description(abstract),) if abstract else (),
        subjects=tuple(Subject(term) for term in draw(st.sets(st.sampled_from(("leadership", "care")))))[:1],
        update_status=draw(_optional(("retraction", "correction"))),
        extra=draw(st.sampled_from(({}, {"dc.foo": ["bar"]}))),
    )


@st.composite
def _change(draw: st.DrawFn) -> RawRecord:
    source = draw(st.sampled_from(SOURCES))
    number = draw(st.integers(1, 2))
    identifier = f"oai:{source}.example:{number}"
    format_ = draw(st.sampled_from(("xoai", "xoai", "oai_dc", "curated")))
    what = draw(st.sampled_from(("write", "write", "write", "delete", "break")))
    if what == "delete":
        return raw(source, identifier, Record(), format_=format_, deleted=True)
    return raw(source, identifier, draw(_record()) if what == "write" else None, format_=format_)


changes = st.lists(_change(), min_size=1, max_size=6)
histories = st.lists(st.tuples(changes, st.booleans()), min_size=1, max_size=4)
"""Steps: what a harvest brings, and whether the precedence of the sources is turned round before the index is updated."""


def turned(settings: index.Settings) -> index.Settings:
    ranks = {"alpha": 2, "beta": 1} if settings.sources["alpha"].rank == 1 else {"alpha": 1, "beta": 2}
    return index.Settings(
        sources={name: msgspec.structs.replace(info, rank=ranks[name]) for name, info in settings.sources.items()},
        repository_doi_prefixes=settings.repository_doi_prefixes,
    )
