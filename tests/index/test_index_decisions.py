"""What people decide, in the index: whatever comes in between, updates give what a new index holds."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester import index
from harvester.index.deciding import Deciding
from harvester.record import Contributor, Identifier, RawRecord, Record
from harvester.store import Store
from harvester.store.judgements import Decision, Name
from tests.index import histories
from tests.index.histories import SETTINGS, raw, read, save, tables

quick = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
NAMES: list[Name] = [(source, f"oai:{source}.example:{n}") for source in histories.SOURCES for n in (1, 2)]


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
    kind = draw(st.sampled_from(("same", "same", "different", "different", "pin")))
    if kind == "pin":
        element, value = draw(st.sampled_from((("title", "Pinned"), ("issued", "1999"), ("update_status", None))))
        return Decision(kind="pin", sides=(tuple(names),), element=element, value=value, by="Ada")
    cut = draw(st.integers(1, len(names) - 1))
    return Decision(kind=kind, sides=(tuple(names[:cut]), tuple(names[cut:])), by="Ada", reason="looked at both")


steps = st.one_of(histories.changes, decisions(), st.just("undo"))


def carry_out(store: Store, step: list[RawRecord] | Decision | str) -> None:
    """Harvest, decide, or undo the last decision that holds."""
    if isinstance(step, list):
        save(store, step)
    elif isinstance(step, Decision):
        store.upkeep.decide([step])
    else:
        found = store.decisions()
        ended = {d.undoes for d in found}
        if standing := [d for d in found if d.kind != "undo" and d.id not in ended]:
            store.upkeep.decide([Decision(kind="undo", undoes=standing[-1].id, by="Bo")])


@quick
@given(st.lists(steps, min_size=2, max_size=8))
def test_updates_give_what_a_new_index_holds(history: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
        path, anew = Path(name) / "index.db", Path(name) / "anew.db"
        for step in history:
            carry_out(store, step)
            index.update(store, path, SETTINGS, reader=read)
            index.build(store.path, anew, SETTINGS, reader=read)
            assert tables(path) == tables(anew)
            idle = index.update(store, path, SETTINGS, reader=read)
            assert (idle.written, idle.removed, idle.full) == (0, 0, False)
            _must_hold(store, path)


@quick
@given(st.lists(steps, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_records_and_decisions_may_arrive_in_any_order(history: list[Any], dice: random.Random) -> None:
    records: dict[object, RawRecord] = {}
    found = []
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
        for step in history:
            carry_out(store, step)
            if isinstance(step, list):
                records.update({(r.source, r.identifier, r.format): r for r in step})
        index.update(store, Path(name) / "index.db", SETTINGS, reader=read)
        found.append(_works(Path(name) / "index.db"))
        arriving: list[Any] = [*store.decisions(), *([r] for r in records.values())]
    dice.shuffle(arriving)
    arriving.append([])
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
        for one in arriving:
            carry_out(store, one)
            index.update(store, Path(name) / "index.db", SETTINGS, reader=read)
        found.append(_works(Path(name) / "index.db"))
        before = tables(Path(name) / "index.db")
        assert store.upkeep.decide([one for one in arriving if isinstance(one, Decision)]) == []
        assert index.update(store, Path(name) / "index.db", SETTINGS, reader=read).written == 0
        assert tables(Path(name) / "index.db") == before
    assert found[0] == found[1]


def _must_hold(store: Store, path: Path) -> None:
    """No work has two records that are decided to be different; all that are decided to be one are in one."""
    decided = Deciding(store).load().decided
    work = {
        (source, identifier): id_
        for id_, source, identifier in _asked(path, "select work_id, source, identifier from records")
    }
    for one in work:
        for other in work:
            if one < other and work[one] == work[other]:
                assert not decided.parted([one], [other])
            if decided.same(one, other):
                assert work[one] == work[other]


def _asked(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def _works(path: Path) -> set[tuple[Any, ...]]:
    """Works by their records and what they say, without the numbers and keys that arrival gave them."""
    return set(
        _asked(
            path,
            "select w.title, w.issued, w.update_status,"
            " (select group_concat(n, ' ') from (select source || identifier || format as n from records r"
            " where r.work_id = w.id order by 1)) from works w",
        )
    )


ARTICLE = Record(
    title="Sharing leadership: current attitudes in hospitals",
    type="article",
    issued="2020",
    identifiers=(Identifier("doi", "10.1136/a"),),
    contributors=(Contributor("Aufegger, L", family="Aufegger", given="L"),),
)
OTHER = Record(title="A randomised trial of something else entirely", type="article", issued="2014")


def _two(store: Store) -> None:
    save(store, [raw("alpha", "a", ARTICLE), raw("beta", "b", ARTICLE), raw("gamma", "c", OTHER)])


def test_split_stays_split_through_reindex_and_reharvest(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with Store.open(tmp_path / "store.db") as store:
        _two(store)
        index.update(store, path, SETTINGS, reader=read)
        assert len(_asked(path, "select * from works")) == 2
        store.upkeep.decide(
            [Decision(kind="different", sides=((("alpha", "a"),), (("beta", "b"),)), by="Ada", reason="parts")]
        )
        report = index.update(store, path, SETTINGS, reader=read)
        assert (report.full, report.read) == (False, 0)
        for _ in range(2):
            assert len(_asked(path, "select * from works")) == 3
            assert _asked(path, "select kind, state, named from decisions") == [
                ("different", "holds", "alpha a,beta b")
            ]
            index.rebuild(store, path, SETTINGS, reader=read)
        save(store, [raw("beta", "b", Record(), deleted=True)])
        index.update(store, path, SETTINGS, reader=read)
        assert _asked(path, "select state from decisions") == [("holds; 1 of its 2 records gone",)]
        save(store, [raw("beta", "b", ARTICLE)])
        index.update(store, path, SETTINGS, reader=read)
        assert len(_asked(path, "select * from works")) == 3


def test_joined_works_are_one_and_say_why(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with Store.open(tmp_path / "store.db") as store:
        _two(store)
        index.update(store, path, SETTINGS, reader=read)
        sides = ((("alpha", "a"), ("beta", "b")), (("gamma", "c"),))
        store.upkeep.decide([Decision(kind="same", sides=sides, by="Ada", reason="a translation; I asked")])
        report = index.update(store, path, SETTINGS, reader=read)
        assert (report.written, report.removed) == (1, 1)
        rules = _asked(path, "select rule, evidence from reasons order by record_id")
        assert [rule for rule, _ in rules] == ["first", "decision", "decision"]
        assert rules[1][1].startswith("same, decided by Ada on ")
        assert rules[1][1].endswith(": a translation, I asked")
        # A record that comes later is measured against the record that it is like, not against all of the work.
        save(store, [raw("gamma", "d", ARTICLE)])
        index.update(store, path, SETTINGS, reader=read)
        assert len(_asked(path, "select * from works")) == 1


def test_of_contradictory_decisions_the_newer_holds_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    a, b, c = (("alpha", "a"),), (("beta", "b"),), (("gamma", "c"),)
    with Store.open(tmp_path / "store.db") as store:
        save(store, [raw("alpha", "a", ARTICLE), raw("beta", "b", OTHER), raw("gamma", "c", Record(title="Third"))])
        for kind, *sides in (("same", a, b), ("same", b, c), ("different", a, c)):
            store.upkeep.decide([Decision(kind=kind, sides=tuple(sides), by="Ada")])
            index.update(store, path, SETTINGS, reader=read)
        works = _asked(
            path, "select group_concat(identifier) from (select * from records order by identifier) group by work_id"
        )
        assert sorted(works) == [("a",), ("b,c",)]
        assert _asked(path, "select kind, state from decisions") == [
            ("different", "holds"),
            ("same", "holds"),
            ("same", "overruled"),
        ]
        findings = _asked(
            path, "select r.identifier, f.message from findings f join records r on r.id = f.record_id order by 1"
        )
        assert [name for name, _ in findings] == ["a", "b"]
        assert "that does not hold beside different, decided by Ada on" in findings[0][1]


def test_a_pin_stands_whatever_the_source_says_until_a_newer_one(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with Store.open(tmp_path / "store.db") as store:
        _two(store)
        pin = Decision(
            kind="pin", sides=((("alpha", "a"), ("beta", "b")),), element="title", value="As printed", by="Ada"
        )
        store.upkeep.decide([pin])
        index.update(store, path, SETTINGS, reader=read)
        assert _asked(path, "select title from works order by id") == [("As printed",), (OTHER.title,)]
        assert _asked(path, "select source, alternatives from provenance where element = 'title' and work_id = 1") == [
            ("curator: Ada", 1)
        ]
        changed = Record(title="Something new", identifiers=ARTICLE.identifiers)
        save(store, [raw("alpha", "a", changed), raw("beta", "b", Record(), deleted=True)])
        index.update(store, path, SETTINGS, reader=read)
        assert _asked(path, "select title from works where id = 1") == [("As printed",)]
        store.upkeep.decide([Decision(kind="pin", sides=((("alpha", "a"),),), element="title", value=None, by="Bo")])
        index.update(store, path, SETTINGS, reader=read)
        assert _asked(path, "select title from works where id = 1") == [(None,)]
        assert _asked(path, "select state from decisions") == [("holds",), ("overruled",)]


def test_a_pin_stays_with_its_work_when_that_is_split(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    a, b = ("alpha", "a"), ("beta", "b")
    with Store.open(tmp_path / "store.db") as store:
        _two(store)
        store.upkeep.decide([Decision(kind="pin", sides=((a, b),), element="title", value="As printed", by="Ada")])
        store.upkeep.decide([Decision(kind="different", sides=((a,), (b,)), by="Ada")])
        save(store, [raw(*a, Record(), deleted=True)])
        index.update(store, path, SETTINGS, reader=read)
        assert _asked(path, "select title from works where title = 'As printed'") == []
        save(store, [raw(*a, ARTICLE)])
        index.update(store, path, SETTINGS, reader=read)
        titles = _asked(path, "select r.identifier, w.title from works w join records r on r.work_id = w.id order by 1")
        assert titles[:2] == [("a", "As printed"), ("b", ARTICLE.title)]
