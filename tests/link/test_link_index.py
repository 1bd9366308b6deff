"""Likeness in the index: updates against a new build, what is told of it, what a change takes back."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester import index, link
from harvester.record import RawRecord, Record, Relation
from harvester.store import Store
from link.described import record
from tests.index.histories import raw, read, save, tables

SETTINGS = index.Settings(
    sources={
        "crossref": index.SourceInfo("crossref", "crossref", rank=1),
        "repository": index.SourceInfo("repository", "oai_pmh", rank=2),
        "export": index.SourceInfo("export", "files", rank=3),
    }
)
TITLE = "Shared leadership in emergency departments: a randomised trial of handover rounds"
ARTICLE = record(TITLE, "Okafor, Ada; Lindqvist, Bo", "2014", "BMJ Leader", "12(3):128-139", doi="10.5555/a")
COPY = record(TITLE.upper(), "Okafor, A; Lindqvist, B", "2014", "BMJ Lead.", "12(3):128-39")
THIN = record(TITLE, "Okafor, Ada; Lindqvist, Bo", "2014", type_="other")
ELSEWHERE = record(TITLE, "Okafor, Ada; Lindqvist, Bo", "2014", "Circulation", "130(1):7-19")
REPLY = record(f"{TITLE}: reply", "Okafor, A; Lindqvist, B", "2014", "BMJ Leader", "12(4):202")

quick = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as opened:
        yield opened


def said(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def works(path: Path) -> list[tuple[object, ...]]:
    return said(
        path,
        "select group_concat(identifier, ' ') from (select * from records order by identifier) group by work_id order by 1",
    )


def test_why_a_record_is_part_of_its_work(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    save(store, [raw("crossref", "10.5555/a", ARTICLE), raw("export", "7", COPY), raw("repository", "oai:x:1", THIN)])
    index.update(store, path, SETTINGS, reader=read)
    assert works(path) == [("10.5555/a 7 oai:x:1",)]
    assert said(path, "select rule, other_record_id, score, evidence from reasons order by record_id") == [
        ("first", None, None, ""),
        (
            "likeness",
            1,
            16.7,
            "title-equal-long; names-equal; year-equal; journal-near; volume-equal; issue-equal; pages-stretch",
        ),
        ("likeness", 1, 9.0, "title-equal-long; names-equal; year-equal"),
    ]
    assert said(path, "select joined_by, other_identifier, score from joins order by identifier desc") == [
        ("likeness", "10.5555/a", 9.0),
        ("likeness", "10.5555/a", 16.7),
        ("first", None, None),
    ]


def test_what_is_in_doubt_or_related_is_told_and_apart(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    late = msgspec.structs.replace(THIN, issued="2015", dates=())
    save(store, [raw("crossref", "10.5555/a", ARTICLE), raw("export", "reply", REPLY), raw("export", "late", late)])
    index.update(store, path, SETTINGS, reader=read)
    assert works(path) == [("10.5555/a",), ("late",), ("reply",)]
    assert said(path, "select identifier, other_identifier, evidence, why from review") in (
        [("10.5555/a", "late", "title-equal-long; names-equal; year-near; unplaced", "unsure")],
        [("late", "10.5555/a", "title-equal-long; names-equal; year-near; unplaced", "unsure")],
    )
    assert {row[0] for row in said(path, "select relation from related_works")} == {"reply"}


def test_what_a_source_states_is_related_whatever_the_titles(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    stated = (Relation("is-preprint-of", "doi", "10.5555/A"), Relation("references", "doi", "10.5555/A"))
    preprint = record("Rounds at handover", "Okafor, Ada", "2013", doi="10.5555/p", type_="preprint")
    save(store, [raw("crossref", "10.5555/a", ARTICLE)])
    save(store, [raw("crossref", "10.5555/p", msgspec.structs.replace(preprint, relations=stated))])
    index.update(store, path, SETTINGS, reader=read)
    assert said(path, "select relation, title, other_title, evidence from related_works") == [
        ("is-preprint-of", "Rounds at handover", TITLE, "stated")
    ]


IN_ONE_JOURNAL, IN_ANOTHER = (
    record(TITLE, "Okafor, Ada; Lindqvist, Bo", "2014", j) for j in ("BMJ Leader", "Circulation")
)


@pytest.mark.parametrize(("one", "other"), [(ARTICLE, ELSEWHERE), (IN_ONE_JOURNAL, IN_ANOTHER)])
def test_a_record_that_is_the_same_as_two_works_is_left_alone(
    store: Store, tmp_path: Path, one: Record, other: Record
) -> None:
    path = tmp_path / "index.db"
    save(store, [raw("crossref", "10.5555/a", one), raw("export", "b", other)])
    index.update(store, path, SETTINGS, reader=read)
    assert works(path) == [("10.5555/a",), ("b",)]
    save(store, [raw("repository", "oai:x:1", THIN)])
    index.update(store, path, SETTINGS, reader=read)
    assert works(path) == [("10.5555/a",), ("b",), ("oai:x:1",)]
    assert len(said(path, "select * from review where why like 'united%'")) == 2


def test_records_that_only_their_years_keep_apart_are_united_by_one_that_is_the_same_as_both(
    store: Store, tmp_path: Path
) -> None:
    path, who = tmp_path / "index.db", "Okafor, Ada; Lindqvist, Bo"
    told = [
        raw("export", "1", record(TITLE, who, "2013", "BMJ Leader", "12(3)")),
        raw("export", "2", record(TITLE, who, "2014", "BMJ Leader", doi="10.5555/a")),
        raw("export", "3", record(TITLE, who, "2014", "BMJ Leader", "12(3):128")),
    ]
    save(store, told)
    index.update(store, path, SETTINGS, reader=read)
    assert works(path) == [("1 2 3",)]


def test_deleting_and_correcting_takes_back_what_was_joined(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    first, second = raw("export", "a", ARTICLE), raw("export", "b", COPY)
    between = raw("repository", "oai:x:1", THIN)
    save(store, [first, second, between])
    index.update(store, path, SETTINGS, reader=read)
    assert works(path) == [("a b oai:x:1",)]
    save(store, [raw("repository", "oai:x:1", Record(), deleted=True), raw("export", "b", REPLY)])
    index.update(store, path, SETTINGS, reader=read)
    assert works(path) == [("a",), ("b",)]
    assert said(path, "select * from reasons") == []


def test_copies_are_one_profile_and_cost_no_comparing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    save(store, [raw("export", f"{n:03}", COPY) for n in range(120)])
    index.update(store, path, SETTINGS, reader=read)
    assert len(works(path)) == 1
    assert said(path, "select count(*) from profiles") == [(1,)]
    save(store, [raw("crossref", "10.5555/a", ARTICLE)])
    index.update(store, path, SETTINGS, reader=read)
    assert len(works(path)) == 1


def test_numbers_that_never_repeat_are_no_issues(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    wards = [letter * size for size in (2, 3, 4) for letter in "abcdefghijklmnopqrst"]
    running = [
        record(f"Report on the leadership of ward {ward}", "Marsh, C", "2014", "BMJ Leader", f"12({500 + n})")
        for n, ward in enumerate(wards)
    ]
    twice = record(TITLE, "Okafor, Ada; Lindqvist, Bo", "2014", "BMJ Leader", "12(901)")
    again = record(TITLE, "Okafor, A; Lindqvist, B", "2014", "BMJ Leader", "12(902)")
    save(store, [raw("export", "a", twice), raw("export", "b", again)])
    index.update(store, path, SETTINGS, reader=read)
    assert works(path) == [("a",), ("b",)]
    save(store, [raw("export", f"{n:03}", given) for n, given in enumerate(running)])
    report = index.update(store, path, SETTINGS, reader=read)
    assert (report.full, report.reason) == (True, "a source has come to number its records otherwise")
    assert ("a b",) in works(path)


# --- however an index came about --------------------------------------------------------------------------------------


@st.composite
def _records(draw: st.DrawFn) -> Record:
    title = draw(
        st.sampled_from((TITLE, TITLE, TITLE.upper(), TITLE.replace("trial", "trail"), f"{TITLE}: reply", "Editorial"))
    )
    return record(
        title,
        draw(st.sampled_from(("Okafor, Ada; Lindqvist, Bo", "Okafor, A; Lindqvist, B", "Petrov, I", ""))),
        draw(st.sampled_from(("2013", "2014", "2014", ""))),
        draw(st.sampled_from(("BMJ Leader", "BMJ Lead.", "Circulation", ""))),
        draw(st.sampled_from(("12(3):128-139", "12(3):128", "12(3)", "130(1):7-19", ""))),
        doi=draw(st.sampled_from(("", "", "10.5555/a", "10.5555/b"))),
        type_=draw(st.sampled_from(("article", "article", "other", "preprint"))),
    )


@st.composite
def _changes(draw: st.DrawFn) -> RawRecord:
    source = draw(st.sampled_from(("crossref", "repository", "export")))
    identifier = f"{source}:{draw(st.integers(1, 4))}"
    if draw(st.sampled_from((False, False, False, True))):
        return raw(source, identifier, Record(), deleted=True)
    return raw(source, identifier, draw(_records()))


@contextmanager
def held(holders: int) -> Iterator[None]:
    """A key that more profiles share is not used."""
    few = msgspec.structs.replace(link.rules(), holders=holders)
    with mock.patch.object(link, "rules", return_value=few):
        yield


@quick
@given(st.lists(st.lists(_changes(), min_size=1, max_size=6), min_size=1, max_size=3), st.sampled_from((2, 3, 40)))
def test_updates_give_what_a_new_index_holds(history: list[list[RawRecord]], holders: int) -> None:
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store, held(holders):
        path, anew = Path(name) / "index.db", Path(name) / "anew.db"
        for changes in history:
            save(store, changes)
            index.update(store, path, SETTINGS, reader=read)
            index.build(store.path, anew, SETTINGS, reader=read)
            assert tables(path) == tables(anew)
            assert all(not _against(work) for work in _members(path))


@quick
@given(st.lists(_changes(), min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(changes: list[RawRecord], dice: random.Random) -> None:
    newest = list({(r.source, r.identifier): r for r in changes}.values())
    found = []
    for order in (newest, dice.sample(newest, len(newest))):
        with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
            for one in order:
                save(store, [one])
                index.update(store, Path(name) / "index.db", SETTINGS, reader=read)
            found.append(works(Path(name) / "index.db"))
    assert found[0] == found[1]


def _members(path: Path) -> Iterable[list[tuple[str, int, link.Features, set[str]]]]:
    found: dict[object, list[tuple[str, int, link.Features, set[str]]]] = {}
    for work_id, id_, source, features, keys in said(
        path,
        "select r.work_id, r.id, r.source, p.features, (select group_concat(key, ' ') from match_keys where record_id = r.id)"
        " from records r join record_profiles on record_id = r.id join profiles p on p.id = profile_id",
    ):
        found.setdefault(work_id, []).append(
            (str(source), int(str(id_)), link.decode(str(features)), set(str(keys).split()))
        )
    return found.values()


def _against(work: list[tuple[str, int, link.Features, set[str]]]) -> bool:
    """Whether a likeness has brought together what nothing may: two records of it that are in hard conflict.

    What identifiers unite has its own guards.
    """
    if any(mine[3] & others[3] for mine in work for others in work if mine is not others):
        return False
    known = link.Sources(frozenset({"crossref", "repository"}))
    return any(
        known.compare(mine[2], others[2], mine[0], others[0]).hard
        for mine in work
        for others in work
        if mine[1] < others[1]
    )
