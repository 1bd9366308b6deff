"""However records came, what happened to works is the same: updates against a new build, any order, each update once."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester import index, query, updates
from harvester.record import Identifier, RawRecord, Record, Relation
from harvester.store import Store
from tests.index.histories import read, save, tables
from tests.updates.small import SETTINGS, rows, sent

quick = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])

_NAMES = ("10.5555/a", "10.5555/b", "10.5555/n", "10.5555/m")
_TYPES = tuple(relation for kind in updates.vocabulary().values() for relation in (*kind.by, *kind.to))
_DATES = (None, "2019", "2019-05", "2019-05-02", "2020~", "2021-01-01")
_TITLES = (
    "Sharing leadership in wards",
    "RETRACTED: Sharing leadership in wards",
    "Retraction: Sharing leadership in wards",
)


@st.composite
def _relation(draw: st.DrawFn) -> Relation:
    return Relation(
        draw(st.sampled_from(_TYPES)),
        *draw(st.sampled_from([*(("doi", name) for name in _NAMES), ("pmid", "1"), ("local", "record 12")])),
        date=draw(st.sampled_from(_DATES)),
        asserted_by=draw(st.sampled_from((None, "publisher", "retraction-watch"))),
        update_type=draw(st.sampled_from((None, None, "retraction", "partial_retraction", "removal", "unheard of"))),
    )


@st.composite
def _raw(draw: st.DrawFn) -> RawRecord:
    doi = draw(st.sampled_from(_NAMES))
    pmid = draw(st.sampled_from((None, None, None, "1")))
    identifiers = [Identifier("doi", doi), *([Identifier("pmid", pmid)] if pmid else [])]
    record = Record(
        title=draw(st.sampled_from(_TITLES)),
        type=draw(st.sampled_from(("article", "article", "retraction-notice"))),
        identifiers=tuple(identifiers),
        relations=tuple(draw(st.lists(_relation(), max_size=3))),
        update_status=draw(st.sampled_from((None, None, None, "retraction", "correction"))),
    )
    source = draw(st.sampled_from(("crossref", "spiral")))
    deleted = draw(st.sampled_from((False, False, False, True)))
    return sent(source, doi if source == "crossref" else f"oai:spiral:{doi[-1]}", record, deleted=deleted)


_steps = st.lists(st.lists(_raw(), min_size=1, max_size=3), min_size=1, max_size=4)


@quick
@given(_steps)
def test_updates_of_the_index_give_what_a_new_one_holds(steps: list[list[RawRecord]]) -> None:
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
        path, anew = Path(name) / "index.db", Path(name) / "anew.db"
        for step in steps:
            save(store, step)
            index.update(store, path, SETTINGS, reader=read)
            index.build(store.path, anew, SETTINGS, reader=read)
            assert tables(path) == tables(anew)
        nothing = index.update(store, path, SETTINGS, reader=read)
        assert (nothing.written, nothing.removed) == (0, 0)


@quick
@given(st.lists(_raw(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_changes_what_happened(records: list[RawRecord], dice: random.Random) -> None:
    newest = list({(r.source, r.identifier): r for r in records}.values())
    shuffled = newest.copy()
    dice.shuffle(shuffled)
    found = []
    for order in (newest, shuffled):
        with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
            path = Path(name) / "index.db"
            for record in order:
                save(store, [record])
                index.update(store, path, SETTINGS, reader=read)
            happened = "select doi, update_status, type, holds, date, source, notice, notice_title from updates"
            status = "select doi, update_status, is_retracted from works"
            related = "select w.doi, r.type, r.scheme, r.target from relations r join works w on w.id = r.work_id"
            found.append([sorted(rows(path, sql), key=repr) for sql in (happened, status, related)])
    assert found[0] == found[1]


@quick
@given(st.lists(_raw(), min_size=1, max_size=4))
def test_what_holds_is_what_the_status_says(records: list[RawRecord]) -> None:
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
        path = Path(name) / "index.db"
        save(store, records)
        index.update(store, path, SETTINGS, reader=read)
        history: dict[int, list[str]] = {}
        for work_id, type_ in rows(path, "select work_id, type from work_updates where holds"):
            history.setdefault(work_id, []).append(type_)
        for id_, status in rows(path, "select id, update_status from works"):
            standing = [t for t in history.get(id_, []) if updates.vocabulary()[t].status]
            assert status == min(standing, key=updates.gravity().__getitem__, default=None)
        with query.open_index(path) as db:  # and so does a work that is put together again from its records
            for work in query.works(db):
                assert rows(path, "select update_status from works where id = ?", work.id) == [
                    (work.record.update_status,)
                ]
                related = rows(
                    path, "select type, scheme, target from relations where work_id = ? order by position", work.id
                )
                assert [(r.type, r.scheme, r.target) for r in work.record.relations] == related
        (count,) = rows(path, "select count(*) from (select distinct work_id, type, notice, date from work_updates)")[0]
        assert [(count,)] == rows(path, "select count(*) from work_updates")
