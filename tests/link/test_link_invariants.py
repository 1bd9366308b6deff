"""What holds of clusters whatever the records are: compared in memory, so that many histories are tried."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from harvester import link
from harvester.record import Record
from link.described import record

TITLE = "Shared leadership in emergency departments: a randomised trial of handover rounds"
_PEOPLE = ("Okafor, Ada; Lindqvist, Bo", "Okafor, A; Lindqvist, B", "Okafor, Ada", "Petrov, I")
_PLACES = ("12(3):128-139", "12(3):128", "12(3)", "130(1):7-19", "", "")
SOURCES = link.Sources(frozenset({"crossref"}))

RECORDS = st.builds(
    record,
    st.sampled_from((TITLE, TITLE, TITLE, TITLE.partition(":")[0], f"{TITLE}: reply", f"{TITLE}. Part 2")),
    st.sampled_from(_PEOPLE),
    st.sampled_from(("2013", "2014", "2014", "2014")),
    st.sampled_from(("BMJ Leader", "BMJ Leader", "Circulation", "", "")),
    st.sampled_from(_PLACES),
    doi=st.sampled_from(("", "", "", "10.5555/a", "10.5555/b")),
    type_=st.sampled_from(("article", "article", "other", "preprint", "correction")),
)
A_WORK = record(TITLE, _PEOPLE[0], "2014", "BMJ Leader", "12(3):128-139")
LIKE_BOTH = record(TITLE, _PEOPLE[0], "2014", "BMJ Leader")
ANOTHER = record(TITLE, _PEOPLE[0], "2014", "", "130(1):7-19")
NAMED = st.lists(
    st.tuples(
        st.sampled_from(("crossref", "export", "list")),
        st.one_of(st.sampled_from((A_WORK, LIKE_BOTH, ANOTHER)), RECORDS),
    ),
    min_size=3,
    max_size=7,
)


def clustered(
    named: Sequence[tuple[str, Record]], order: Sequence[int]
) -> tuple[set[frozenset[int]], dict[int, link.Facts], dict[int, link.Features]]:
    """Works as sets of positions, the records taken in an order and numbered by it."""
    features: dict[int, link.Features] = {}
    sources: dict[int, str] = {}
    facts: dict[int, link.Facts] = {}
    for id_, position in enumerate(order):
        source, sent = named[position]
        keys = link.match_keys(sent, source, str(position), "csv")
        said = link.features(sent, keys)
        profile = link.profile(source, link.encode(said))
        features[profile], sources[profile] = said, source
        facts[position] = link.facts(id_, source, str(position), "csv", keys, sent, profile)
    compared = {
        (one, other): SOURCES.compare(features[one], features[other], sources[one], sources[other])
        for one, other in combinations(sorted(features), 2)
    }
    linked = link.clusters(list(facts.values()), link.Likenesses(compared, features, SOURCES))
    return {frozenset(order[id_] for id_ in c.members) for c in linked.clusters}, facts, features


@settings(deadline=None, max_examples=150)
@given(NAMED, st.randoms(use_true_random=False))
def test_the_order_and_the_numbers_of_records_change_nothing(
    named: list[tuple[str, Record]], dice: random.Random
) -> None:
    whole = range(len(named))
    assert clustered(named, whole)[0] == clustered(named, dice.sample(whole, len(named)))[0]


@settings(deadline=None, max_examples=150)
@given(NAMED)
def test_no_work_bridges_a_conflict(named: list[tuple[str, Record]]) -> None:
    works, facts, features = clustered(named, range(len(named)))
    for work in works:
        for one, other in combinations(sorted(work), 2):
            a, b = facts[one], facts[other]
            if not set(a.keys).isdisjoint(b.keys):
                assert not link.in_conflict(a, b)
        if not any(set(facts[one].keys) & set(facts[other].keys) for one, other in combinations(work, 2)):
            found = [(facts[one], facts[other]) for one, other in combinations(sorted(work), 2)]
            assert not any(
                SOURCES.compare(features[a.profile], features[b.profile], a.source, b.source).hard
                for a, b in found
                if a.profile != b.profile
            )


def test_a_record_like_two_works_joins_the_likest_and_none_bridges_them() -> None:
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)):
        named = [("export", A_WORK), ("list", LIKE_BOTH), ("other", ANOTHER)]
        assert clustered(named, order)[0] == {frozenset({0, 1}), frozenset({2})}
        without = [named[0], named[2]]
        assert clustered(without, (0, 1))[0] == {frozenset({0}), frozenset({1})}


def test_a_record_that_two_works_claim_alike_goes_to_the_same_one_in_any_order() -> None:
    """Nothing but the names of the records tells the two apart: they decide, and not who came first."""
    letters = (
        ("Letters to the editor", _PEOPLE[0], "2004", "BMJ Leader", "2(1):12"),
        ("Letters to the editor", _PEOPLE[3]),
    )
    named = [
        ("archive", record(*letters[0], doi="10.5555/a")),
        ("copies", record("Letters to the editor", doi="10.5555/a")),
        ("library", record(*letters[1], "2014", "BMJ Leader", "12(3):128", doi="10.5555/a")),
    ]
    for order in permutations(range(3)):
        assert clustered(named, order)[0] == {frozenset({0, 1}), frozenset({2})}
