"""What is suppressed leaves index, listings and exports, and does not come back by any way."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester import index
from harvester.clock import now
from harvester.locks import lock
from harvester.record import Broken, Identifier, Page, RawRecord, Record
from harvester.store import Store
from harvester.store.decisions import Suppression, record_name
from tests.index.histories import SETTINGS, SOURCES, changes, raw, read, save, tables
from tests.keeping.conftest import Installation, holds

ONE, TWO, THREE = "doi:10.1234/one", "local:library:two", "doi:10.1234/three"


def test_a_work_leaves_index_listing_and_exports_for_good(installation: Installation) -> None:
    installation("run")
    assert installation.works == {ONE, TWO, THREE}
    said = installation("suppress", "https://doi.org/10.1234/ONE", "--reason", "the author asked", "--by", "Ada")
    assert ONE in said
    assert "library one" in said
    assert "archive a1" in said
    for again in (("index",), ("reindex",), ("harvest", "--full"), ("run",)):
        installation(*again)
        assert installation.works == {TWO, THREE}, again
    assert "Sharing leadership" not in installation("export", "--format", "jsonl")
    assert holds(installation.folder / "site", "Sharing leadership") == []
    assert "not in the index" in installation("show", "10.1234/one", code=2)
    (row,) = installation.json("suppressed")
    assert (row["name"], row["decided_by"], row["reason"], row["erased"]) == (ONE, "Ada", "the author asked", False)
    installation("check")


def test_the_same_work_does_not_come_back_through_another_source(installation: Installation) -> None:
    installation.archive(("a3", "Annual report", "10.1234/three"))
    installation("run")
    installation("suppress", "10.1234/one", "--reason", "asked")
    installation.archive(("a3", "Annual report", "10.1234/three"), ("a9", "Sharing leadership", "10.1234/ONE"))
    installation("run")
    assert installation.works == {TWO, THREE}
    installation("reindex")
    assert installation.works == {TWO, THREE}


def test_what_nothing_has_yet_is_kept_out_ahead(installation: Installation) -> None:
    installation("suppress", "10.9999/Later", "--reason", "asked", code=6)  # there is no store yet
    installation("run")
    assert "nothing has it yet" in installation("suppress", "10.9999/Later", "--reason", "asked")
    installation.library(("later", "It came", "10.9999/later"))
    installation("run")
    assert installation.works == {ONE, THREE}
    assert "nothing here is called" in installation("suppress", "no such thing", "--reason", "asked", code=2)
    assert "say why" in installation("suppress", "10.9999/Later", "--reason", " ", code=2)


def test_a_suppression_can_be_undone_and_both_stay_on_record(installation: Installation) -> None:
    installation("run")
    installation("suppress", "10.1234/one", "--reason", "asked")
    installation("unsuppress", "10.1234/one", "--reason", "a mistake")
    assert installation.json("suppressed") == []
    said = installation("run")
    assert "a suppression was undone" in said
    assert installation.works == {ONE, TWO, THREE}
    values = installation.asked(installation.store, "select distinct value, reason from decisions order by id")
    assert values == [("yes", "asked"), ("no", "a mistake")]
    assert "is not suppressed" in installation("unsuppress", "10.1234/one", code=2)


def test_an_identifier_that_is_named_takes_every_work_that_claims_it(installation: Installation) -> None:
    installation.archive(("a1", "Another title altogether, of another work", "10.1234/one"))
    installation("run")
    assert installation.works == {ONE, f"{ONE}~2", TWO}
    said = installation("suppress", "10.1234/one", "--reason", "asked")
    assert "Another title altogether" in said
    assert installation.works == {TWO}


def test_a_work_that_is_named_by_its_record_takes_no_other_along(installation: Installation) -> None:
    installation.archive(("a1", "Another title altogether, of another work", "10.1234/one"))
    installation("run")
    installation("suppress", "a1", "--reason", "asked")
    assert installation.works == {ONE, TWO}


def test_generations_kept_for_a_rollback_do_not_bring_it_back(installation: Installation) -> None:
    installation("run")
    installation("reindex")
    installation("suppress", "10.1234/one", "--reason", "asked")
    assert "no generation before" in installation("index", "rollback", code=6)
    assert [path.name for path in installation.folder.glob("index-*.db")] == ["index-000002.db"]


def test_an_index_that_is_held_says_that_the_work_is_still_there(installation: Installation) -> None:
    installation("run")
    installation("reindex")
    installation("index", "rollback")
    said = installation("suppress", "10.1234/one", "--reason", "asked")
    assert "still in" in said
    installation("reindex")
    assert installation.works == {TWO, THREE}


def test_what_is_decided_while_the_index_is_written_is_said_and_done_later(installation: Installation) -> None:
    installation("run")
    with lock(installation.folder / "locks", "index"):
        said = installation("suppress", "10.1234/one", "--reason", "asked", code=75)
    assert "that is decided and stays" in said
    installation("index")
    assert installation.works == {TWO, THREE}


def test_what_is_erased_is_nowhere_and_stays_so(installation: Installation) -> None:
    installation.library(("one", "Sharing canaries", "10.1234/one"), ("two", "Care at a distance", None))
    installation("run")
    installation.library(("one", "Sharing other canaries", "10.1234/one"), ("two", "Care at a distance", None))
    installation("run")
    installation("suppress", "10.1234/one", "--reason", "a court", "--erase")
    for again in (("harvest", "--full"), ("run",), ("reindex",)):
        installation(*again)
        assert installation.works == {TWO, THREE}
        wiped = installation.asked(
            installation.store, "select length(payload), deleted, sets from records where identifier in ('one', 'a1')"
        )
        assert wiped == [(0, 1, "[]")] * 2
        assert installation.asked(installation.store, "select count(*) from record_versions") == [(0,)]
    assert [name for name in holds(installation.folder, "canaries") if not name.endswith(".toml")] == []
    installation("check", "--thorough")


def test_what_is_erased_may_be_only_in_quarantine(installation: Installation) -> None:
    installation("run")
    page = Page(
        records=[], broken=(Broken(identifier="oai:a:9", format="oai_dc", reason="cut", payload=b"<dc>canaries"),)
    )
    with Store.open(installation.store) as store:
        store.keep(store.begin_run("harvest"), "archive", page)
    assert "archive oai:a:9" in installation("suppress", "oai:a:9", "--reason", "a court", "--erase")
    assert installation.json("quarantine") == []
    assert holds(installation.folder, "canaries") == []
    with Store.open(installation.store) as store:  # its source sends it again, broken or not
        store.keep(store.begin_run("harvest"), "archive", page)
    assert installation.json("quarantine") == []
    assert holds(installation.folder, "canaries") == []
    installation("check")


def test_what_is_erased_and_comes_later_through_another_source_is_wiped_too(installation: Installation) -> None:
    installation.archive(("a3", "Annual report", "10.1234/three"))
    installation("run")
    installation("suppress", "10.1234/one", "--reason", "a court", "--erase")
    installation.archive(("a3", "Annual report", "10.1234/three"), ("a9", "Sharing leadership", "10.1234/one"))
    installation("run")
    late = "select length(payload) from records where identifier = 'a9'"
    assert installation.asked(installation.store, late) == [(0,)]
    installation("harvest", "--full")
    assert installation.asked(installation.store, late) == [(0,)]
    installation("check")


def test_what_was_erased_comes_back_from_its_source_once_that_is_undone(installation: Installation) -> None:
    installation("run")
    installation("suppress", "10.1234/one", "--reason", "a court", "--erase")
    assert "harvest --full archive library" in installation("unsuppress", "10.1234/one")
    installation("harvest", "--full")
    installation("index")
    assert installation.works == {ONE, TWO, THREE}


def test_a_chapter_with_the_doi_of_its_book_does_not_take_the_book(tmp_path: Path) -> None:
    book = Record(
        title="A handbook of leadership in health care", type="book", identifiers=(Identifier("doi", "10.1136/b"),)
    )
    chapter = Record(
        title="On something else entirely",
        type="chapter",
        start_page="12",
        identifiers=(Identifier("doi", "10.1136/b"),),
    )
    with Store.open(tmp_path / "store.db") as store:
        save(store, [raw("alpha", "oai:alpha.example:1", book), raw("beta", "oai:beta.example:2", chapter)])
        index.update(store, tmp_path / "index.db", SETTINGS, reader=read)
        kept = {record_name("beta", "oai:beta.example:2"): "yes"}
        store.upkeep.suppress(Suppression("x", False, "r", "b", now(), tuple(kept)), [2])
        index.update(store, tmp_path / "index.db", SETTINGS, reader=read)
    assert {row[0] for row in tables(tmp_path / "index.db")["records"]} == {1}


_KEYS = ("doi:10.1136/a", "doi:10.1136/b", "hdl:10044/1/1")
_RECORDS = tuple(record_name(source, f"oai:{source}.example:1") for source in SOURCES)
_DECISIONS = st.lists(
    st.tuples(
        changes, st.sampled_from(("suppress", "suppress", "erase", "undo")), st.sampled_from((*_KEYS, *_RECORDS))
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(_DECISIONS)
def test_whatever_is_decided_updates_give_what_a_new_index_holds(
    history: list[tuple[list[RawRecord], str, str]],
) -> None:
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "store.db") as store:
        path, anew = Path(name) / "index.db", Path(name) / "anew.db"
        for found, what, subject in history:
            save(store, found)
            index.update(store, path, SETTINGS, reader=read)
            _decide(store, path, what, subject)
            index.update(store, path, SETTINGS, reader=read)
            index.build(store.path, anew, SETTINGS, reader=read)
            assert tables(path) == tables(anew)
            assert not {row[0] for row in tables(path)["match_keys"] if row[0] in store.kept_out()} - _claimed(path)


def _decide(store: Store, path: Path, what: str, subject: str) -> None:
    if what == "undo":
        for suppression in store.suppressed():
            if subject in suppression.subjects:
                store.upkeep.unsuppress(suppression, reason="", by="b")
        return
    source, _, identifier = subject.rpartition("\t")
    reached = [row[1] for row in tables(path)["match_keys"] if row[0] == subject]
    reached += [row[0] for row in tables(path)["records"] if (row[2], row[3]) == (source, identifier)]
    store.upkeep.suppress(Suppression(subject, what == "erase", "r", "b", now(), (subject,)), reached)


def _claimed(path: Path) -> set[str]:
    """Match keys that are claims of curated entries: they name no record."""
    return {row[0] for row in tables(path)["match_keys"]} - {
        f"{row[2].replace('handle', 'hdl')}:{row[3]}" for row in tables(path)["identifiers"] if row[4] == "self"
    }
