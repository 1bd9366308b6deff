"""Decisions beside likenesses: they hold whatever is alike, and what they say is a matter of the decisions alone."""

from __future__ import annotations

import random
import tempfile
from itertools import combinations
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester import index, link
from harvester.index.deciding import Deciding
from harvester.link.decided import Name
from harvester.store import Store
from harvester.store.judgements import Decision
from link.test_link_index import ARTICLE, COPY, ELSEWHERE, SETTINGS, THIN, _changes, said, works
from tests.index.histories import raw, read, save, tables

quick = settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
NAMES: list[Name] = [(source, f"{source}:{n}") for source in ("crossref", "repository", "export") for n in range(1, 5)]


@st.composite
def _decisions(draw: st.DrawFn) -> Decision:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
    cut = draw(st.integers(1, len(names) - 1))
    kind = draw(st.sampled_from(("same", "different", "different")))
    return Decision(kind=kind, sides=(tuple(names[:cut]), tuple(names[cut:])), by="Ada")


_steps = st.one_of(st.lists(_changes(), min_size=1, max_size=6), _decisions())


@quick
@given(st.lists(_steps, min_size=2, max_size=6))
def test_updates_give_what_a_new_index_holds(history: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
        path, anew = Path(name) / "index.db", Path(name) / "anew.db"
        for step in history:
            if isinstance(step, Decision):
                store.upkeep.decide([step])
            else:
                save(store, step)
            index.update(store, path, SETTINGS, reader=read)
            index.build(store.path, anew, SETTINGS, reader=read)
            assert tables(path) == tables(anew)
            decided = Deciding(store).load().decided
            place = {(s, i): w for w, s, i in said(path, "select work_id, source, identifier from records")}
            for one, other in combinations(sorted(place), 2):
                assert not (place[one] == place[other] and decided.parted([one], [other]))
                assert not (place[one] != place[other] and decided.same(one, other))


def _decide(store: Store, kind: Any, *sides: tuple[str, str]) -> None:
    store.upkeep.decide([Decision(kind=kind, sides=tuple((side,) for side in sides), by="Ada")])


def test_one_copy_taken_out_leaves_the_others_together(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db") as store:
        save(store, [raw("export", f"{n:02}", COPY) for n in range(90)])
        others = tuple(("export", f"{n:02}") for n in range(90) if n != 40)
        store.upkeep.decide([Decision(kind="different", sides=(others, (("export", "40"),)), by="Ada")])
        index.update(store, tmp_path / "index.db", SETTINGS, reader=read)
        assert sorted(len(str(names).split()) for (names,) in works(tmp_path / "index.db")) == [1, 89]


def test_what_fits_two_works_joins_the_one_that_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    thin = ("repository", "oai:x:1")
    with Store.open(tmp_path / "store.db") as store:
        save(store, [raw("crossref", "10.5555/a", ARTICLE), raw("export", "b", ELSEWHERE), raw(*thin, THIN)])
        index.update(store, path, SETTINGS, reader=read)
        assert works(path) == [("10.5555/a",), ("b",), ("oai:x:1",)]
        assert len(said(path, "select * from review")) == 2
        _decide(store, "different", thin, ("export", "b"))
        index.update(store, path, SETTINGS, reader=read)
        assert works(path) == [("10.5555/a oai:x:1",), ("b",)]
        assert said(path, "select * from review") == []


def test_what_is_like_one_record_of_a_joined_work_joins_it(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with Store.open(tmp_path / "store.db") as store:
        save(store, [raw("crossref", "10.5555/a", ARTICLE), raw("export", "b", ELSEWHERE)])
        _decide(store, "same", ("crossref", "10.5555/a"), ("export", "b"))
        index.update(store, path, SETTINGS, reader=read)
        save(store, [raw("export", "c", COPY), raw("repository", "oai:x:1", THIN)])
        index.update(store, path, SETTINGS, reader=read)
        assert works(path) == [("10.5555/a b c oai:x:1",)]
        assert dict(said(path, "select rule, count(*) from reasons group by 1")) == {
            "first": 1,
            "decision": 1,
            "likeness": 2,
        }


_PAIRS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[1] != p[2]), max_size=14
)


@settings(deadline=None, max_examples=200)
@given(_PAIRS, st.randoms(use_true_random=False))
def test_decisions_are_taken_the_newest_first(pairs: list[tuple[bool, int, int]], dice: random.Random) -> None:
    names = [("s", str(n)) for n in range(8)]
    judgements = [
        link.Judgement(str(n), same, ((names[one],), (names[other],)), str(n))
        for n, (same, one, other) in enumerate(pairs)
    ]
    decided = link.Decided(judgements)
    lost = {one.judgement.id for one in decided.overruled}
    for judgement in judgements:
        ((one,), (other,)) = judgement.sides
        holds = decided.same(one, other) if judgement.same else decided.parted([one], [other])
        assert holds == (judgement.id not in lost)
        assert not (decided.same(one, other) and decided.parted([one], [other]))
    for overruled in decided.overruled:
        assert int(overruled.by.id) < int(overruled.judgement.id)  # by a newer one
    assert not judgements or judgements[0].id not in lost
    without = link.Decided([j for j in judgements if j.id not in lost])
    assert without.overruled == []
    for one, other in combinations(names, 2):
        assert without.same(one, other) == decided.same(one, other)
        assert without.parted([one], [other]) == decided.parted([other], [one])
        if decided.same(one, other):
            assert decided.words(one, other)


def _side(*numbers: int) -> tuple[Name, ...]:
    return tuple(("s", str(n)) for n in numbers)


def test_works_that_are_parted_again_get_their_records_back() -> None:
    joined = link.Judgement("joined", True, (_side(1, 2, 3), _side(4, 5)), "joined")
    decided = link.Decided([link.Judgement("parted", False, (_side(1), _side(4)), "parted"), joined])
    assert decided.classes == []  # what else unites 2 and 3 with 1, and 5 with 4, does so again
    assert len(decided.overruled) == 6


def test_what_is_taken_out_of_a_joined_work_leaves_the_rest_joined() -> None:
    joined = link.Judgement("joined", True, (_side(1, 2), _side(3)), "joined")
    decided = link.Decided([link.Judgement("parted", False, (_side(1, 3), _side(2)), "parted"), joined])
    assert decided.same(("s", "1"), ("s", "3"))
    assert decided.parted(_side(2), _side(1, 3))


def test_works_that_are_joined_again_by_a_record_are_whole() -> None:
    parted = link.Judgement("parted", False, (_side(1, 2), _side(3)), "parted")
    decided = link.Decided([link.Judgement("joined", True, (_side(1), _side(3)), "joined"), parted])
    assert not decided.parted(_side(2), _side(1, 3))
