"""When harvesters are told what: only what differs from what they were told, and all of that, whatever became of the index."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import msgspec
import pytest

from harvester import index
from harvester.index import provided
from harvester.record import Identifier, Record
from harvester.store.decisions import Suppression
from tests.index.histories import raw
from tests.provider.library import NAMESPACE, Library, doi, name


def test_only_what_changes_gets_another_datestamp(library: Library) -> None:
    before = library.harvest(doi(1, "One"), doi(2, "Two")).datestamps()
    after = library.harvest(doi(1, "One, revised"), doi(2, "Two")).datestamps()
    assert after[name(1)] > before[name(1)]
    assert after[name(2)] == before[name(2)]


def test_a_new_index_is_no_news(library: Library) -> None:
    before = library.harvest(doi(1, "One"), doi(2, "Two")).datestamps()
    assert library.rebuild().datestamps() == before
    assert library.update().datestamps() == before


def test_a_new_index_tells_what_it_says_otherwise(library: Library) -> None:
    before = library.harvest(doi(1, "One"), doi(2, "Two")).datestamps()
    with closing(sqlite3.connect(library.index.resolve())) as db:
        db.execute("update provided set digest = x'00' where key = 'doi:10.1136/1'")
        db.commit()
    after = library.rebuild().datestamps()
    assert (after[name(1)] > before[name(1)], after[name(2)] == before[name(2)]) == (True, True)


def test_an_index_that_was_lost_leaves_what_the_store_remembers(library: Library) -> None:
    library.harvest(doi(1, "One"), doi(2, "Two"), doi(3, "Three"))
    before = library.harvest(doi(3, "Three", deleted=True)).headers()
    for path in library.folder.glob("index*"):
        path.unlink()
    assert library.update().headers() == before


def test_a_kill_before_the_store_hears_of_it_costs_nothing(library: Library) -> None:
    library.harvest(doi(1, "One"), doi(2, "Two"))
    library.harvest(doi(1, "One, revised"))
    library.store.begin_run("killed")
    before = library.update(keep=False).headers()
    assert library.rebuild(keep=False).headers() == before
    assert library.update().headers() == before
    assert [row[1] for row in library.store.provided.rows()] == ["doi:10.1136/1", "doi:10.1136/2"]
    for path in library.folder.glob("index*"):
        path.unlink()
    assert library.update().headers() == before


def test_what_is_gone_is_deleted_for_good_and_may_come_back(library: Library) -> None:
    library.harvest(doi(1, "One"), doi(2, "Two"))
    before = library.datestamps()
    library.harvest(doi(1, "One", deleted=True))
    gone = library.headers()[name(1)]
    assert gone[0] > before[name(1)]
    assert gone[1:] == (True, ("source:alpha", "type:article"))
    assert library.rebuild().headers()[name(1)] == gone
    library.harvest(doi(1, "One"))
    stamp, deleted, _ = library.headers()[name(1)]
    assert (stamp > gone[0], deleted) == (True, False)


def test_a_work_that_was_merged_into_another_is_deleted(library: Library) -> None:
    copy = Record(title="One", type="article", identifiers=(Identifier("handle", "10044/1/1"),))
    library.harvest(doi(1, "One"), raw("beta", "beta-1", copy))
    assert library.live() == ["1", "1"]
    both = msgspec.structs.replace(copy, identifiers=(*copy.identifiers, Identifier("doi", "10.1136/1")))
    library.harvest(raw("beta", "beta-1", both))
    headers = library.headers()
    assert (headers[name(1)][1], headers[f"oai:{NAMESPACE}:hdl:10044/1/1"][1]) == (False, True)
    assert headers[name(1)][2] == ("source:alpha", "source:beta", "type:article")
    assert library.codes(f"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:{NAMESPACE}:hdl:10044/1/1") == []
    library.harvest(raw("beta", "beta-1", copy))
    assert library.headers()[f"oai:{NAMESPACE}:hdl:10044/1/1"][1] is False


def test_what_is_suppressed_is_deleted_until_it_is_not(library: Library) -> None:
    library.harvest(doi(1, "One"), doi(2, "Two"))
    subjects = ("doi:10.1136/1",)
    library.store.upkeep.suppress(Suppression("doi:10.1136/1", False, "asked for", "B", "2026-11-22", subjects), [1])
    assert (library.update().live(), library.deleted()) == (["2"], ["1"])
    (held,) = library.store.suppressed()
    library.store.upkeep.unsuppress(held, reason="", by="B")
    assert library.update().live() == ["1", "2"]


def test_who_comes_into_a_listing_or_leaves_it_is_told_of(library: Library) -> None:
    library.harvest(doi(1, "One"), doi(2, "Two"))
    library.listed = {"base": [1]}
    library.update()
    assert (library.live("&set=listing:base"), library.deleted("&set=listing:base")) == (["1"], [])
    assert library.headers()[name(1)][2] == ("listing:base", "source:alpha", "type:article")
    before = library.datestamps()
    library.listed = {"base": [2], "other": [1]}
    after = library.update().datestamps()
    assert after[name(1)] > before[name(1)]
    assert after[name(2)] > before[name(2)]
    assert (library.live("&set=listing:base"), library.deleted("&set=listing:base")) == (["2"], ["1"])
    assert (library.live("&set=listing"), library.deleted("&set=listing")) == (["1", "2"], [])
    assert library.headers("&set=listing:base")[name(1)][1:] == (True, ("listing:base",))
    assert library.headers()[name(1)][1] is False  # it lives on, elsewhere
    library.listed = {}
    library.update()
    assert (library.live("&set=listing"), library.deleted("&set=listing")) == ([], ["1", "2"])
    assert library.rebuild().deleted("&set=listing") == ["1", "2"]


def test_who_leaves_a_source_is_deleted_from_its_set_alone(library: Library) -> None:
    library.harvest(doi(1, "One"), doi(1, "One", "beta"))
    assert library.live("&set=source:beta") == ["1"]
    library.harvest(doi(1, "One", "beta", deleted=True))
    assert (library.live("&set=source:beta"), library.deleted("&set=source:beta")) == ([], ["1"])
    assert library.live("&set=source") == library.live() == ["1"]
    library.harvest(doi(1, "One", "beta"))
    assert library.live("&set=source:beta") == ["1"]


def test_an_older_index_that_is_put_back_is_told_of(library: Library) -> None:
    library.harvest(doi(1, "One"), doi(2, "Two"))
    library.rebuild()
    with closing(sqlite3.connect(library.index.resolve(), isolation_level=None)) as db:
        db.execute("update digests set digest = x'00' where work_id = 1")
        db.execute("begin")
        index.provide(db, library.store, library.index)
        db.execute("commit")
    index.keep_provided(library.store, library.index)
    newer = library.datestamps()
    index.rollback(library.index)
    index.provide_again(library.store, library.index)
    older = library.datestamps()
    assert (older[name(1)] > newer[name(1)], older[name(2)] == newer[name(2)]) == (True, True)


def test_datestamps_only_grow_even_where_the_clock_is_put_back(library: Library) -> None:
    library.harvest(doi(1, "One"))
    with closing(sqlite3.connect(library.index.resolve())) as db:
        for table in ("provided", "provided_sets"):
            db.execute(f"update {table} set datestamp = '2099-01-01T00:00:00Z'")
        db.commit()
    library.harvest(doi(2, "Two"))
    assert library.datestamps()[name(2)] > "2099-01-01T00:00:00Z"


def test_what_readers_see_late_is_dated_when_they_see_it(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.harvest(doi(1, "One"))
    library.harvest(doi(2, "Two"))
    library.rebuild()
    early = library.datestamps()
    dated = []
    monkeypatch.setattr(provided, "now", lambda: dated.append(library.datestamps()) or "2098-01-01T00:00:00Z")
    library.harvest(doi(3, "Three"))
    after = library.datestamps()
    assert {i: s for i, s in after.items() if i != name(3)} == early
    assert library.live("&set=source:alpha") == ["1", "2", "3"]
    assert dated[0][name(3)] < after[name(3)] == max(after.values())
