"""Keys of works over time: what is joined, split and brought back goes by the same keys, however it was indexed."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester import index, query
from harvester.record import Contributor, Identifier, RawRecord, Record
from harvester.store import Store
from tests.index import histories
from tests.index.histories import SETTINGS, raw, read, save, tables


class Killed(BaseException):
    """What a signal is to a process."""


def killed(*_: object) -> None:
    raise Killed


def keys(store: Store) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What the store holds of keys, without when they were issued."""
    return (
        store.connection.execute("select id, key, founder, redirect from work_keys order by id").fetchall(),
        store.connection.execute("select record_id, work_id from record_works order by record_id").fetchall(),
    )


HOW = st.sampled_from(("update", "rebuild", "killed", "killed rebuild", "killed 1", "killed 2", "killed 3", "twice"))


def kill_after(store: Store, saves: int, path: Path) -> None:
    """End an update when it has saved keys so many times, if it ever does."""
    save_works, waiting = store.keys.save_works, iter(range(saves - 1))

    def once_more(*given: Any) -> None:
        save_works(*given)
        if next(waiting, None) is None:
            raise Killed

    with mock.patch.object(store.keys, "save_works", once_more), suppress(Killed):
        index.update(store, path, SETTINGS, reader=read)


def bring_up_to_date(store: Store, path: Path, how: str) -> None:
    if how[-1].isdigit():
        kill_after(store, int(how[-1]), path)
    elif how.startswith("killed"):
        again = index.rebuild if how.endswith("rebuild") else index.update
        with pytest.raises(Killed):
            again(store, path, SETTINGS, reader=read, check=killed)
    if how == "rebuild":
        index.rebuild(store, path, SETTINGS, reader=read)
    index.update(store, path, SETTINGS, reader=read)
    if how == "twice":
        index.update(store, path, SETTINGS, reader=read)


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(histories.changes, HOW), min_size=1, max_size=4))
def test_keys_are_the_same_however_each_step_was_indexed(history: list[tuple[list[RawRecord], str]]) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        Store.open(Path(name) / "one.db") as one,
        Store.open(Path(name) / "other.db") as other,
    ):
        paths = Path(name) / "one" / "index.db", Path(name) / "other" / "index.db"
        for path in paths:
            path.parent.mkdir()
        for changes, how in history:
            with mock.patch(
                "harvester.store.pages.now", return_value="2026-11-22T05:30:00Z"
            ):  # a second may begin between
                save(one, changes)
                save(other, changes)
            index.update(one, paths[0], SETTINGS, reader=read)
            bring_up_to_date(other, paths[1], how)
            assert keys(one) == keys(other)
            mine, others = (tables(path) for path in paths)
            for table in ("works", "records", "redirects"):
                assert _timeless(mine[table]) == _timeless(others[table]), table
            _resolve(one, paths[0])


def _timeless(found: Counter[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """Rows without moments: the two stores may have got their records in two seconds."""
    return Counter(tuple(v for v in row if not (isinstance(v, str) and v.endswith("Z") and "T" in v)) for row in found)


def _resolve(store: Store, path: Path) -> None:
    """Every key leads to one work at most, in one step, and to none that is redirected itself."""
    with closing(sqlite3.connect(path)) as db:
        redirects = dict(db.execute("select key, work_id from redirects"))
        works = dict(db.execute("select id, key from works"))
    assert set(redirects.values()) <= set(works)
    assert not set(redirects) & set(works.values())
    steps = {id_: to for id_, _, to in store.keys.redirecting()}
    for id_ in steps:
        seen = {id_}
        while (id_ := steps.get(id_, 0)) in steps:
            assert id_ not in seen
            seen.add(id_)
    assert not steps.keys() & works.keys()


def said(source: str, title: str, *dois: str) -> RawRecord:
    people = (Contributor("Bell, A", family="Bell", given="A"),)
    own = tuple(Identifier("doi", doi) for doi in dois)
    return raw(
        source, f"oai:{source}.example:1", Record(title=title, type="article", identifiers=own, contributors=people)
    )


TITLE = "Sharing leadership: current attitudes in hospitals"


def test_old_keys_lead_to_the_work_that_took_their_place_and_come_back_with_what_they_named(tmp_path: Path) -> None:
    path = tmp_path / "index.db"

    def found(*names: str) -> list[str | None]:
        index.update(store, path, SETTINGS, reader=read)
        with query.open_index(path) as db:
            ids = [query.get(db, name) for name in names]
            labels = dict(db.execute("select id, key from works"))
        return [labels[id_] if id_ is not None else None for id_ in ids]

    names = ("oai:alpha.example:1", "oai:beta.example:1", "oai:gamma.example:1")
    with Store.open(tmp_path / "store.db") as store:
        for source in ("alpha", "beta", "gamma"):
            save(store, [said(source, f"{TITLE} in {source}")])
        assert found(*names) == list(names)
        save(store, [said("beta", TITLE, "10.1136/a"), said("gamma", TITLE, "10.1136/a")])
        assert found(*names) == [names[0], names[1], names[1]]
        save(store, [said("alpha", TITLE, "10.1136/a")])
        assert found(*names) == [names[0]] * 3  # two redirects, one step
        save(
            store,
            [said("alpha", TITLE, "10.1136/a", "10.1136/b"), said("gamma", "On the breeding of mice", "10.5555/m")],
        )
        assert found(*names) == [names[0], names[0], names[2]]
        save(store, [said("alpha", "Another paper altogether", "10.1136/c")])
        assert found(*names) == list(names)


def test_a_doi_means_the_work_that_has_it_now_a_key_the_work_that_it_was_made_for(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with Store.open(tmp_path / "store.db") as store:
        save(store, [said("alpha", "Exit interviews of doctors", "10.1136/wrong")])
        index.update(store, path, SETTINGS, reader=read)
        save(
            store, [said("alpha", "Exit interviews of doctors", "10.1136/right"), said("beta", TITLE, "10.1136/wrong")]
        )
        index.update(store, path, SETTINGS, reader=read)
    with query.open_index(path) as db:
        titles = dict(db.execute("select id, title from works"))
        assert titles[query.get(db, "10.1136/wrong") or 0] == TITLE
        assert titles[query.get(db, "https://doi.org/10.1136/WRONG") or 0] == TITLE
        assert titles[query.get(db, "doi:10.1136/wrong") or 0] == "Exit interviews of doctors"
        assert titles[query.get(db, "10.1136/right") or 0] == "Exit interviews of doctors"
