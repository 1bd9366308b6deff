"""Each type of update that Crossref documents, and what publishers made of them, as items of its API, from either side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harvester import index
from harvester.record import RawRecord
from harvester.store import Store
from tests.formats_crossref.items import read
from tests.index.histories import save
from tests.updates.small import SETTINGS, rows, statuses

WORK, NOTICE, OTHER = "10.5555/work", "10.5555/notice", "10.5555/other"
TITLE = "Sharing leadership: current attitudes in hospitals"


def update(type_: str, doi: str, date: tuple[int, ...] = (2020, 3, 1), **more: str) -> dict[str, Any]:
    dated = {"updated": {"date-parts": [list(date)]}} if date else {}
    return {"DOI": doi, "type": type_, "source": "publisher", **dated, **more}


def payload(doi: str, title: str, **more: Any) -> bytes:
    authors = [{"given": "Jane", "family": "Doe"}]
    return json.dumps({"DOI": doi, "title": [title], "type": "journal-article", "author": authors, **more}).encode()


def item(doi: str, title: str, **more: Any) -> RawRecord:
    sent = payload(doi, title, **more)
    return RawRecord(source="crossref", identifier=doi, format="crossref", payload=sent, digest=sent)


def indexed(folder: Path, *records: RawRecord) -> Path:
    path = folder / "index.db"
    with Store.open(folder / "store.db") as store:
        save(store, records)
        index.update(store, path, SETTINGS)
    return path


# https://www.crossref.org/documentation/register-maintain-records/maintaining-your-metadata/updating-your-metadata/
TYPES = [
    ("addendum", None, 0),
    ("clarification", "correction", 0),
    ("correction", "correction", 0),
    ("corrigendum", "correction", 0),
    ("erratum", "correction", 0),
    ("expression_of_concern", "expression-of-concern", 0),
    ("new_edition", "new-version", 0),
    ("new_version", "new-version", 0),
    ("partial_retraction", "partial-retraction", 0),
    ("removal", "removal", 1),
    ("retraction", "retraction", 1),
    ("withdrawal", "withdrawal", 1),
    ("Expression of Concern", "expression-of-concern", 0),
    ("Retraction", "retraction", 1),
]


@pytest.mark.parametrize(("type_", "status", "retracted"), TYPES)
@pytest.mark.parametrize("side", ["work", "notice", "both"])
def test_every_type_of_update_is_known_from_either_side(
    type_: str, status: str | None, retracted: int, side: str, tmp_path: Path
) -> None:
    by = {"updated-by": [update(type_, NOTICE.upper())]} if side != "notice" else {}
    to = {"update-to": [update(type_, f"https://doi.org/{WORK.upper()}")]} if side != "work" else {}
    path = indexed(tmp_path, item(WORK, TITLE, **by), item(NOTICE, f"{type_}: {TITLE}", **to))
    assert rows(path, "select doi, update_status, is_retracted from works order by doi desc") == [
        (WORK, status, retracted),
        (NOTICE, None, 0),
    ]
    noted = status or "addendum"
    assert rows(path, "select doi, type, holds, date, notice_doi from updates") == [
        (WORK, noted, 1, "2020-03-01", NOTICE)
    ]


def test_a_type_of_its_own_is_read_by_its_label() -> None:
    notice = read(payload(NOTICE, "A slip", **{"update-to": [update("err", WORK, label="Erratum")]}))
    assert notice.type == "correction"
    assert [(r.type, r.target, r.update_type) for r in notice.relations] == [("corrects", WORK, "err")]
    assert notice.findings == ()
    unknown = read(payload(NOTICE, "A slip", **{"update-to": [update("xyz", WORK, label="XYZ")]}))
    assert [f.code for f in unknown.findings] == ["update-type-unknown"]


def test_a_notice_of_two_kinds_is_of_the_graver(tmp_path: Path) -> None:
    both = [update("correction", WORK), update("retraction", WORK)]
    path = indexed(tmp_path, item(WORK, TITLE), item(NOTICE, f"Retraction: {TITLE}", **{"update-to": both}))
    assert rows(path, "select type from works where doi = ?", NOTICE) == [("retraction-notice",)]
    assert rows(path, "select type from updates order by type") == [("correction",), ("retraction",)]


def test_publisher_and_retraction_watch_say_one_thing(tmp_path: Path) -> None:
    """As for 10.1177/1758835920922055: two entries of one notice, with another day."""
    said = [
        update("retraction", NOTICE, (2021, 5, 3)),
        update("retraction", NOTICE, (2021, 5, 4), source="retraction-watch", **{"record-id": "30104"}),
    ]
    path = indexed(tmp_path, item(WORK, TITLE, **{"updated-by": said}))
    assert rows(path, "select type, date, source from updates") == [
        ("retraction", "2021-05-03", "publisher; retraction-watch")
    ]


def test_what_was_withdrawn_and_published_anew(tmp_path: Path) -> None:
    withdrawn = item(WORK, f"WITHDRAWN: {TITLE}", **{"update-to": [update("withdrawal", WORK, (2020,))]})
    anew = item(OTHER, TITLE, **{"update-to": [update("new_version", WORK, (2021,))]})
    path = indexed(tmp_path, withdrawn, anew)
    assert statuses(path) == {WORK: "withdrawal", OTHER: None}
    assert rows(path, "select type, date, notice_doi from updates") == [
        ("withdrawal", "2020", WORK),
        ("new-version", "2021", OTHER),
    ]
