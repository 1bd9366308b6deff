"""Items without a DOI, and what Crossref finds for their words: compared as records are compared, and asserted never."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from harvester import link
from harvester.coverage.scope import Scope
from harvester.errors import RecordError, SourceError
from harvester.formats import crossref
from harvester.record import RawRecord, Record

if TYPE_CHECKING:
    from harvester.sources.crossref.client import Client

_ROWS: Final = 5
_LONGEST: Final = 500
"""Letters of a question."""
_LIKELY: Final = ("article", "review-article", "conference-paper", "chapter", "book", "proceedings")
"""Types that publishers register; they are asked about first."""


class Item(Struct, frozen=True):
    """A work that a repository holds and nobody knows a DOI of."""

    work_id: int
    repository: str
    identifier: str
    title: str
    authors: str | None
    issued: str | None
    published_in: str | None
    features: link.Features
    within: bool
    """Whether it is in question by what it says itself."""


class Found(Struct, frozen=True):
    """A work that Crossref found, and how alike it is."""

    doi: str
    record: Record
    compared: link.Compared

    @property
    def answer(self) -> str:
        return self.compared.relation if self.compared.answer == "related" else self.compared.answer


class Asked(Struct, frozen=True):
    """What came of one question."""

    item: Item
    found: tuple[Found, ...] = ()
    """The likest first; nothing that is clearly another work."""
    failure: str = ""


def items(db: sqlite3.Connection, scope: Scope, works: Collection[int] | None) -> list[Item]:
    """What Crossref can be asked about: items that are in question (``works``), and those that do not say whether they are.

    Repositories often leave out the journal, and hardly one tells where the authors work.
    """
    silent = []
    if scope.journal:
        silent.append("w.container_title is null and w.issn is null")
    if scope.institutions:
        silent.append(
            "not exists (select 1 from contributors c where c.work_id = w.id and c.affiliation is not null)"
            " and not exists (select 1 from institutions i where i.work_id = w.id)"
        )
    rows = db.execute(
        f"select w.id, r.source, r.identifier, w.title, w.authors, w.issued, w.container_title, p.features,"
        f" {' and '.join(silent) or '0'}, min(r.id) from works w"
        " join records r on r.work_id = w.id join sources s on s.name = r.source"
        " join record_profiles m on m.record_id = r.id join profiles p on p.id = m.profile_id"
        " where w.doi is null and w.title is not null and (s.kind = 'oai_pmh' or r.identifier like 'oai:%')"
        " group by w.id order by w.type not in (select value from json_each(?)), w.issued desc, w.id",
        (msgspec.json.encode(_LIKELY).decode(),),
    )
    found = []
    for *said, features, is_silent, _ in rows:  # of several records of a work the first
        inside = works is None or said[0] in works
        if inside or is_silent:
            id_, repository, identifier, title, authors, issued, published_in = said
            found.append(
                Item(id_, repository, identifier, title, authors, issued, published_in, link.decode(features), inside)
            )
    return found


def ask(client: Client, item: Item) -> Asked:
    """Never raises for what Crossref answers or does not."""
    surnames = [name.partition(",")[0] for name in (item.authors or "").split("; ")[:3]]
    year = (item.issued or "")[:4]
    words = " ".join(filter(None, (*surnames, item.title, item.published_in, year)))
    try:
        answer = client.works({}, {"query.bibliographic": words[:_LONGEST]}, rows=_ROWS)
    except SourceError as error:
        return Asked(item, failure=str(error))
    found = [*_compared(item, answer.items)]
    return Asked(item, tuple(sorted(found, key=lambda f: (-f.compared.score, f.doi))))


def _compared(item: Item, answers: Iterable[bytes]) -> Iterator[Found]:
    for payload in answers:
        raw = RawRecord(source="crossref", identifier="", format="crossref", payload=payload)
        try:
            record = crossref.read(raw, "")
        except RecordError:
            continue  # what cannot be read is no candidate
        doi = next((i.value for i in record.identifiers if i.scheme == "doi" and i.relation == "self"), "")
        features = link.features(record, link.match_keys(record, "crossref", doi, "crossref"))
        compared = link.compare(item.features, features)
        if doi and (compared.answer in ("same", "unsure") or compared.relation in ("version", "preprint")):
            yield Found(doi, record, compared)
