"""Records of works and notices, indexed by the real path; and what the index says of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from harvester import index
from harvester.record import Identifier, RawRecord, Record, Relation
from harvester.store import Store
from tests.index.histories import read, save

SETTINGS = index.Settings(
    sources={
        "crossref": index.SourceInfo("crossref", "crossref", "Crossref", "", 1),
        "pubmed": index.SourceInfo("pubmed", "files", "PubMed", "", 2),
        "spiral": index.SourceInfo("spiral", "oai_pmh", "Spiral", "", 3),
    }
)


def of(doi: str, title: str, *relations: Relation, **more: Any) -> Record:
    """An article with a DOI of its own."""
    identifiers = (Identifier("doi", doi), *more.pop("identifiers", ()))
    return Record(**{"title": title, "type": "article", "identifiers": identifiers, "relations": relations} | more)


def sent(source: str, identifier: str, record: Record, *, deleted: bool = False) -> RawRecord:
    payload = msgspec.json.encode(record)
    format_ = "crossref" if source == "crossref" else "made_up"
    return RawRecord(
        source=source,
        identifier=identifier,
        format=format_,
        payload=b"" if deleted else payload,
        deleted=deleted,
        digest=b"" if deleted else payload,
    )


def crossref(record: Record, **more: Any) -> RawRecord:
    return sent("crossref", record.identifiers[0].value, record, **more)


def indexed(folder: Path, *steps: Iterable[RawRecord]) -> Path:
    """An index that was brought up to date after each step."""
    path = folder / "index.db"
    with Store.open(folder / "store.db") as store:
        for step in steps:
            save(store, step)
            index.update(store, path, SETTINGS, reader=read)
    return path


def rows(path: Path, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(sql, parameters).fetchall()


def statuses(path: Path) -> dict[str, str | None]:
    """DOI -> update status."""
    return dict(rows(path, "select doi, update_status from works"))
