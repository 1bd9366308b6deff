"""A status that somebody pinned: the history, the views and the work agree with it, in an update as in a new index."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester import index, query
from harvester.record import Relation
from harvester.store import Store
from harvester.store.judgements import Decision
from harvester.updates import vocabulary
from tests.index.histories import read, save, tables
from tests.updates.small import SETTINGS, crossref, of, rows

WORK, NOTICE = "10.5555/work", "10.5555/notice"
STATUSES = [name for name, kind in vocabulary().items() if kind.status]


def pinned(folder: Path, value: str | None, *relations: Relation) -> Path:
    """An index of a work with a pinned status, brought up to date; it equals a new one."""
    path, anew = folder / "index.db", folder / "anew.db"
    work = crossref(of(WORK, "Sharing leadership in hospitals", *relations))
    with Store.open(folder / "store.db") as store:
        save(store, [work, crossref(of("10.5555/other", "Something else altogether"))])
        index.update(store, path, SETTINGS, reader=read)
        pin = Decision(kind="pin", sides=((("crossref", WORK),),), element="update_status", value=value, by="Ada")
        store.upkeep.decide([pin])
        index.update(store, path, SETTINGS, reader=read)
    index.build(folder / "store.db", anew, SETTINGS, reader=read)
    assert tables(path) == tables(anew)
    with query.open_index(path) as db:
        work_id = query.get(db, WORK)
        assert work_id is not None
        found = query.work(db, work_id)
    assert found.record.update_status == value
    assert found.choices["update_status"].rule == "curator: Ada"
    return path


def retracted_by(notice: str) -> Relation:
    return Relation(vocabulary()["retraction"].by[0], "doi", notice, date="2010-02-06")


def test_a_retraction_that_is_another_papers_is_not_listed(tmp_path: Path) -> None:
    path = pinned(tmp_path, None, retracted_by(NOTICE))
    assert rows(path, "select * from retractions") == []
    assert rows(path, "select type, holds, date, notice from updates") == [("retraction", 0, "2010-02-06", NOTICE)]


@pytest.mark.parametrize("status", STATUSES)
def test_what_nobody_reported_is_in_the_history_with_who_decided_it(tmp_path: Path, status: str) -> None:
    path = pinned(tmp_path, status)
    assert rows(path, "select type, holds, source, notice from updates") == [(status, 1, "curator: Ada", "")]
    graves = {"retraction", "withdrawal", "removal", "partial-retraction", "expression-of-concern"}
    assert rows(path, "select doi from retractions") == ([(WORK,)] if status in graves else [])


def test_a_lighter_status_lifts_what_is_graver(tmp_path: Path) -> None:
    path = pinned(tmp_path, "correction", retracted_by(NOTICE))
    assert rows(path, "select type, holds, source from updates") == [
        ("retraction", 0, "crossref"),
        ("correction", 1, "curator: Ada"),
    ]


def test_what_was_reported_keeps_its_notice(tmp_path: Path) -> None:
    path = pinned(tmp_path, "retraction", retracted_by(NOTICE))
    assert rows(path, "select type, date, source, notice from retractions") == [
        ("retraction", "2010-02-06", "crossref", NOTICE)
    ]
