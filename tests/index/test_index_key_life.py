"""A key leads to its work for good: through joins, splits, deletions, decisions, renamed sources, new builds and rollbacks."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester import index, query
from harvester.errors import StoreError
from harvester.index import generations
from harvester.store import Store
from tests.index import histories
from tests.index.histories import SETTINGS, read
from tests.index.test_index_decisions import carry_out, decisions
from tests.index.test_index_history import bring_up_to_date, kill_after

_INDEXING = st.sampled_from(("rebuild", "rollback", "killed 1", "killed 2", "rename"))
STEPS = st.lists(
    st.one_of(histories.changes, histories.changes, decisions(), st.just("undo"), _INDEXING), min_size=2, max_size=9
)


class World:
    """A store with an index, and what was ever known of its keys."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.store, self.path = store, folder / "index.db"
        self.issued: dict[int, tuple[str, int]] = {}
        self.holders: dict[str, set[int]] = {}
        """Key -> the records that were in its work when it last was one."""

    def step(self, what: Any) -> None:
        if what == "rename":
            known = {name for (name,) in self.store.connection.execute("select distinct source from records")}
            for old, new in (("gamma", "delta"), ("delta", "gamma")):
                if old in known and new not in known:
                    self.store.upkeep.rename_source(old, new)
                    break
        elif what == "rollback":
            with suppress(StoreError):  # nothing to go back to
                generations.rollback(self.path)
        elif isinstance(what, str) and what.startswith("killed"):
            kill_after(self.store, int(what[-1]), self.path)
        elif what == "rebuild":
            index.rebuild(self.store, self.path, SETTINGS, reader=read)
        else:
            carry_out(self.store, what)
        index.update(self.store, self.path, SETTINGS, reader=read)

    def check(self) -> None:
        rows = self.store.connection.execute("select id, key, founder from work_keys order by id").fetchall()
        issued = {id_: (key, founder) for id_, key, founder in rows}
        assert self.issued.items() <= issued.items()  # kept for good, and never given to another
        assert len({key for key, _ in issued.values()}) == len(issued)
        self.issued = issued
        with closing(sqlite3.connect(self.path)) as db:
            works = dict(db.execute("select id, key from works"))
            work_of = dict(db.execute("select id, work_id from records"))
        members: dict[str, set[int]] = {}
        for record, work in work_of.items():
            members.setdefault(works[work], set()).add(record)
        assert set(members) == set(works.values())  # no work without records
        self.holders.update(members)
        with query.open_index(self.path) as db:
            for key, founder in issued.values():
                found = query.get(db, key)
                if founder in work_of:
                    assert found == work_of[founder], key
                elif (
                    self.holders.get(key, set()) & work_of.keys()
                ):  # to what it was merged into, or to what is left of it
                    assert found is not None, key


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_a_key_leads_to_its_work_whatever_happens(steps: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
        world = World(Path(name), store)
        for step in steps:
            world.step(step)
            world.check()
        before = store.connection.execute("select * from work_keys order by id").fetchall()
        bring_up_to_date(store, world.path, "rebuild")
        world.check()
        assert store.connection.execute("select * from work_keys order by id").fetchall() == before
