"""However an index came about, it is the same: updates against a new build, one process against two, any order."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester import index
from harvester.record import RawRecord
from harvester.store import Store
from tests.index import histories
from tests.index.histories import SETTINGS, read, save, tables, words_found

quick = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def made_anew(store: Store, folder: Path, configured: index.Settings, *, workers: int = 1) -> Path:
    target = folder / f"anew-{workers}.db"
    index.build(store.path, target, configured, reader=read, workers=workers)
    return target


@quick
@given(histories.histories)
def test_updates_give_what_a_new_index_holds(history: list[tuple[list[RawRecord], bool]]) -> None:
    configured = SETTINGS
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
        folder, path = Path(name), Path(name) / "index.db"
        for changes, turn in history:
            save(store, changes)
            configured = histories.turned(configured) if turn else configured
            report = index.update(store, path, configured, reader=read)
            anew = made_anew(store, folder, configured)
            assert tables(path) == tables(anew)
            assert words_found(path) == words_found(anew)
            with_nothing_new = index.update(store, path, configured, reader=read)
            assert (with_nothing_new.written, with_nothing_new.removed, with_nothing_new.full) == (0, 0, False)
            assert (report.works, report.records) == (with_nothing_new.works, with_nothing_new.records)


@quick
@given(histories.histories, st.sampled_from(histories.SOURCES))
def test_reading_a_source_again_changes_nothing(history: list[tuple[list[RawRecord], bool]], source: str) -> None:
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
        path = Path(name) / "index.db"
        for changes, _ in history:
            save(store, changes)
            index.update(store, path, SETTINGS, reader=read)
        before = tables(path)
        report = index.update(store, path, SETTINGS, reader=read, reread_source=source)
        assert (report.written, report.removed) == (0, 0)
        assert tables(path) == before


@quick
@given(histories.changes, st.randoms(use_true_random=False))
def test_order_of_arrival_never_changes_the_works(changes: list[RawRecord], dice: random.Random) -> None:
    newest = list({(r.source, r.identifier, r.format): r for r in changes}.values())
    shuffled = newest.copy()
    dice.shuffle(shuffled)
    found = []
    for order in (newest, shuffled):
        with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
            for record in order:
                save(store, [record])
            anew = made_anew(store, Path(name), SETTINGS)
            found.append(_works(anew))
    assert found[0] == found[1]


def _works(path: Path) -> set[tuple[object, ...]]:
    """Works by what their records are called and what they say, without the numbers that arrival gave them."""
    with closing(sqlite3.connect(path)) as db:
        return set(
            db.execute(
                "select w.title, w.type, w.authors, w.issued, w.doi, w.abstract, w.sources, w.update_status,"
                " (select group_concat(n, ' ') from (select source || identifier || format as n from records r"
                " where r.work_id = w.id order by 1)) from works w"
            )
        )
