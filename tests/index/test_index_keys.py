"""Work keys are issued once and never reused, whatever is joined and split."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.keys import LADDER, Members, State, WorkKey, issue, settle


class Book:
    """Where keys and memberships are kept, as the store does."""

    def __init__(self) -> None:
        self.works: dict[int, WorkKey] = {}
        self.record_works: dict[int, int] = {}

    def assign(self, clusters: list[Members]) -> dict[Members, int]:
        settled = settle(clusters, State(self.works, self.record_works))
        new = issue(
            settled.new, {m: (f"doi:10.1/{m % 3}",) for c in clusters for m in c}, len(self.works) + 1, self.taken
        )
        works = {**settled.works, **{cluster: key.id for cluster, key in zip(settled.new, new, strict=True)}}
        self.works.update({key.id: key for key in new})
        for id_, to in settled.redirects.items():
            before = self.works[id_]
            self.works[id_] = WorkKey(id_, before.key, before.founder, to)
        self.record_works.update({m: work for c, work in works.items() for m in c})
        return works

    def taken(self, texts: object) -> set[str]:
        return {w.key for w in self.works.values()} & set(texts)  # type: ignore[call-overload]


def test_joined_works_redirect_to_the_oldest_and_come_back_when_split() -> None:
    book = Book()
    assert book.assign([(1,), (2,), (3,)]) == {(1,): 1, (2,): 2, (3,): 3}
    assert book.assign([(1, 2, 3)]) == {(1, 2, 3): 1}
    assert [book.works[n].redirect for n in (1, 2, 3)] == [None, 1, 1]
    assert book.assign([(1,), (2, 3)]) == {(1,): 1, (2, 3): 2}
    assert [book.works[n].redirect for n in (1, 2, 3)] == [None, None, 2]
    assert book.assign([(1,), (2,), (3,)]) == {(1,): 1, (2,): 2, (3,): 3}


def test_a_key_that_was_merged_away_goes_with_its_founder_into_another_work() -> None:
    book = Book()
    book.assign([(1,), (2,), (3,)])
    book.assign([(1, 2), (3,)])
    assert book.assign([(1,), (2, 3)]) == {(1,): 1, (2, 3): 3}
    assert [book.works[n].redirect for n in (1, 2, 3)] == [None, 3, None]


def test_work_stays_with_its_founder_when_it_is_split() -> None:
    book = Book()
    book.assign([(1, 2, 3)])
    assert book.assign([(1,), (2, 3)]) == {(1,): 1, (2, 3): 2}
    assert book.works[2].key == "doi:10.1/2"


def test_work_without_its_founder_stays_with_the_lowest_record() -> None:
    book = Book()
    book.assign([(1, 2, 3)])
    assert book.assign([(2,), (3,)]) == {(2,): 1, (3,): 2}
    # The founder comes back and takes what is its own.
    assert book.assign([(1,), (2,), (3,)]) == {(1,): 1, (3,): 2, (2,): 3}


def test_text_that_was_issued_is_not_issued_again() -> None:
    book = Book()
    book.assign([(1,), (4,), (7,)])
    assert [book.works[n].key for n in (1, 2, 3)] == ["doi:10.1/1", "doi:10.1/1~2", "doi:10.1/1~3"]
    book.assign([])
    book.assign([(10,)])
    assert book.works[4].key == "doi:10.1/1~4"


def test_key_is_the_best_identifier_of_the_lowest_record() -> None:
    match_keys = {1: ("pmid:1", "oai:x:1"), 2: ("hdl:1/2",), 3: ("doi:10.1/b", "doi:10.1/a"), 4: ("pmid:1",)}
    assert LADDER.index("doi") < LADDER.index("hdl")

    def first(cluster: Members) -> tuple[str, int]:
        (key,) = issue([cluster], match_keys, 1, lambda _: set())
        return key.key, key.founder

    assert first((1, 2, 3)) == ("doi:10.1/a", 3)
    assert first((1, 2)) == ("hdl:1/2", 2)
    assert first((1, 4)) == ("oai:x:1", 1)
    assert first((4,)) == ("local:pmid:1", 4)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.dictionaries(st.integers(1, 7), st.integers(1, 4), max_size=7), max_size=7), st.randoms())
def test_assigning_again_changes_nothing(history: list[dict[int, int]], dice: random.Random) -> None:
    """``history``: record -> which cluster it is in; records that are left out are deleted for now."""
    book = Book()
    issued: dict[int, tuple[str, int]] = {}
    for step in history:
        clusters = [tuple(sorted(m for m, c in step.items() if c == number)) for number in set(step.values())]
        shuffled = clusters.copy()
        dice.shuffle(shuffled)
        works = book.assign(shuffled)
        assert sorted(works) == sorted(clusters)
        assert len(set(works.values())) == len(works)
        assert all(book.works[id_].redirect is None for id_ in works.values())
        for id_, work in book.works.items():
            assert issued.setdefault(id_, (work.key, work.founder)) == (work.key, work.founder)
            seen = {id_}
            while work.redirect is not None:
                work = book.works[work.redirect]
                assert work.id not in seen
                seen.add(work.id)
            # A key leads to where its founder is.
            assert all(work.id == found for cluster, found in works.items() if book.works[id_].founder in cluster)
        assert len({work.key for work in book.works.values()}) == len(book.works)
        before = dict(book.works)
        assert book.assign(clusters) == works
        assert book.works == before
