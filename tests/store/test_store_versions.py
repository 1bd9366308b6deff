"""Which version of a record holds, in whatever order versions come; and what the store notes beside them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.record import Broken, Extent, Page, RawRecord, Verdict
from harvester.store import Store, Tally

COMPLETE = Verdict(complete=True)
WHOLE = Extent(format="oai_dc")


def version(datestamp: str, text: str = "", *, deleted: bool = False, identifier: str = "a") -> RawRecord:
    text = text or datestamp
    return RawRecord(
        source="s",
        identifier=identifier,
        format="oai_dc",
        payload=b"" if deleted else text.encode(),
        digest=b"" if deleted else text.encode(),
        datestamp=datestamp,
        deleted=deleted,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db") as opened:
        run_id = opened.begin_run("harvest")
        opened.begin_source(run_id, "s")
        yield opened


def held(store: Store) -> tuple[str, bool]:
    (stored,) = store.find("s", "a")
    return stored.raw.datestamp, stored.raw.deleted


def save(store: Store, *records: RawRecord, extent: Extent | None = None, ended: bool = False) -> Tally:
    place = None if ended else {"n": 1}
    verdict = COMPLETE if ended else None
    return store.save(1, "s", "l", Page(records=list(records), place=place, verdict=verdict, extent=extent))


OLD, NEW = version("2024-01-01T00:00:00Z"), version("2024-02-01T00:00:00Z")
OLD_TOMBSTONE = version("2024-01-01T00:00:00Z", deleted=True)
NEW_TOMBSTONE = version("2024-02-01T00:00:00Z", deleted=True)


@pytest.mark.parametrize("pair", [(OLD, NEW), (OLD_TOMBSTONE, NEW), (OLD, NEW_TOMBSTONE)])
def test_the_newer_datestamp_holds_in_any_order(pair: tuple[RawRecord, RawRecord], store: Store) -> None:
    expected = (pair[1].datestamp, pair[1].deleted)
    for order in itertools.permutations(pair):
        store.connection.execute("delete from record_versions")
        store.connection.execute("delete from records")
        save(store, *order)
        assert held(store) == expected, "within a page"
        store.connection.execute("delete from record_versions")
        store.connection.execute("delete from records")
        for one in order:
            save(store, one)
        assert held(store) == expected, "from page to page"


def test_a_stale_copy_after_an_unchanged_record_does_not_replace_it(store: Store) -> None:
    save(store, NEW, ended=True)
    assert save(store, NEW) == Tally(1, 0, 0, 1, 0)
    assert save(store, OLD) == Tally(1, 0, 0, 1, 0)
    assert held(store) == (NEW.datestamp, False)


def test_in_a_whole_list_the_first_naming_holds_and_later_ones_only_when_newer(store: Store) -> None:
    save(store, NEW, extent=WHOLE, ended=True)
    store.begin_list("s", "l")
    save(store, OLD, extent=WHOLE)  # the server's backup was restored
    assert held(store) == (OLD.datestamp, False)
    save(store, version("2023-01-01T00:00:00Z"), extent=WHOLE)  # an overlap
    assert held(store) == (OLD.datestamp, False)
    save(store, NEW, extent=WHOLE, ended=True)
    assert held(store) == (NEW.datestamp, False)


def test_what_is_asked_for_singly_is_how_things_stand(store: Store) -> None:
    save(store, NEW)
    store.keep(1, "s", Page(records=[OLD]))
    assert held(store) == (OLD.datestamp, False)


def test_a_datestamp_in_the_future_does_not_hold_for_ever(store: Store) -> None:
    save(store, version("2999-01-01T00:00:00Z"))
    save(store, NEW)
    assert held(store) == (NEW.datestamp, False)


@pytest.mark.parametrize(
    ("held_", "comes"), [("2024-02-01", "2024-02-01T00:00:00Z"), ("", "2024-01-01"), ("2024-02-01", "?")]
)
def test_what_cannot_be_compared_is_believed_as_it_comes(held_: str, comes: str, store: Store) -> None:
    save(store, version(held_, "one"))
    save(store, version(comes, "two"))
    assert store.find("s", "a")[0].raw.payload == b"two"


def test_a_record_that_had_vanished_is_back_whatever_its_datestamp(store: Store) -> None:
    save(store, NEW, extent=WHOLE, ended=True)
    store.save(1, "s", "l", Page(records=[], verdict=COMPLETE, extent=WHOLE), vanished=["a"])
    assert held(store) == (NEW.datestamp, True)
    save(store, OLD)
    assert held(store) == (OLD.datestamp, False)


def test_what_the_source_says_it_does_not_have(store: Store) -> None:
    save(store, NEW)
    gone = Page(records=[], gone=("a", "b"))
    assert store.save(1, "s", "l", gone) == Tally(changed=1, quarantined=1)
    assert store.save(1, "s", "l", gone) == Tally()
    assert [q.identifier for q in store.quarantined()] == ["b"]
    assert store.find("s", "a")[0].vanished is not None
    save(store, version("2024-03-01", identifier="b"))
    assert store.quarantined() == []


def test_a_list_remembers_what_it_named_until_it_ends(store: Store) -> None:
    save(store, NEW)
    assert list(store.cursor("s", "l").named()) == ["a"]
    store.save(
        1,
        "s",
        "l",
        Page(records=[version("2024-01-01", identifier="c")], place={"n": 1}, verdict=Verdict(complete=False)),
    )
    assert sorted(store.cursor("s", "l").named()) == ["a", "c"]  # cut short on purpose: its place stays
    save(store, ended=True)
    assert list(store.cursor("s", "l").named()) == []


def test_at_another_address_lists_begin_anew(store: Store) -> None:
    quirks = store.quirks("s")
    assert store.moved("s", "https://a.example/oai") is None
    assert store.moved("s", "https://a.example/oai") is None
    quirks["granularity"] = "day"
    store.save(1, "s", "l", Page(records=[NEW], verdict=COMPLETE, complete_through="2024-03-01"))
    save(store, OLD)
    assert store.moved("s", "https://b.example/oai") == "https://a.example/oai"
    assert (store.cursor("s", "l").place, store.cursor("s", "l").complete_through) == (None, None)
    assert dict(store.quirks("s")) == {}
    store.save(1, "s", "l", Page(records=[NEW], verdict=COMPLETE, complete_through="2024-03-01"))
    assert store.moved("s", "http://b.example/oai/") is None  # the same place, by another scheme
    assert store.cursor("s", "l").complete_through == "2024-03-01"
    assert store.moved("s", "http://b.example/oai/") is None


def test_the_end_of_a_complete_list_is_on_the_disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    store.connection.set_trace_callback(
        lambda sql: seen.append(sql) if sql.startswith(("pragma sync", "commit")) else None
    )
    save(store, NEW)
    save(store, NEW, ended=True)
    store.connection.set_trace_callback(None)
    assert seen == ["commit", "pragma synchronous = full", "commit", "pragma synchronous = normal"]


def test_tallies_are_what_there_is(store: Store) -> None:
    save(store, OLD, version("2024-01-01", identifier="b"))
    save(store, NEW, ended=True)
    broken = Broken(identifier="x", format="oai_dc", reason="cut", payload=b"<")
    store.save(1, "s", "l", Page(records=[], broken=(broken,)))
    sizes = store.sizes()
    assert (sizes.records, sizes.versions, sizes.quarantined) == (2, 1, 1)
    assert sizes.file % 8192 == 0
