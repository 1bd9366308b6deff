"""What is remembered between runs and asked for singly: quirks, deletions, clocks."""

from __future__ import annotations

import doctest
import gzip
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from http_session.wire import Asked, Reply, Wire, http

from harvester.errors import SourceUnavailable
from harvester.http import Session
from harvester.record import Extent, Page
from harvester.sources import Cursor, Window
from harvester.sources.oai_pmh import Settings, check, connect, windows
from harvester.sources.oai_pmh.quirks import Overruled
from sources_oai.shelf import RESPONDED, Shelf, document, error, harvest, list_records, record

FIVE = [record(n) for n in range(5)]


# --- what a list covers -------------------------------------------------------------------------------------------------


def test_a_whole_list_says_so_on_every_page_and_an_incremental_one_on_none() -> None:
    whole = harvest(Shelf(FIVE))
    assert [page.extent for page in whole.pages] == [Extent(format="oai_dc")] * 3
    of_a_set = harvest(Shelf(FIVE), set="com_1", metadata_prefix="dim")
    assert {page.extent for page in of_a_set.pages} == {Extent(format="dim", set_spec="com_1")}
    assert {page.extent for page in harvest(Shelf(FIVE), Cursor(complete_through=RESPONDED)).pages} == {None}
    assert {page.extent for page in harvest(Shelf(FIVE), window=Window(since="2020-01-01")).pages} == {None}
    again = harvest(Shelf(FIVE), Cursor(place=whole.pages[0].place, named=lambda: ["oai:x:0", "oai:x:1"]))
    assert {page.extent for page in again.pages} == {Extent(format="oai_dc")}
    assert again.verdict == "complete"


# --- records asked for singly -------------------------------------------------------------------------------------------


def fetch(server: Callable[[Asked], Reply], identifiers: Sequence[str], **settings: object) -> tuple[Page, int]:
    """All that comes, as one page; and how many requests it took."""
    with Wire(server) as wire, Session(retries=1, sleep=lambda _: None) as session:
        configured = Settings(kind="oai_pmh", url=wire.url + "/oai", **settings)  # type: ignore[arg-type]
        source = connect("shelf", configured, session, {})
        pages = list(source.fetch(source.lists[0], identifiers))
        merged = Page(
            records=[r for p in pages for r in p.records],
            gone=tuple(g for p in pages for g in p.gone),
            broken=tuple(b for p in pages for b in p.broken),
        )
        return merged, len(wire.asked)


def singly(reply: Reply | str, *, deleted: str = "no", others: str = "") -> Shelf:
    """A repository that answers this where it is asked for a record; ``others``: for this one only."""

    def twist(asked: Asked, answer: str) -> Reply | str:
        wanted = asked.query.get("identifier", "")
        return reply if asked.query["verb"] == "GetRecord" and (not others or wanted == others) else answer

    return Shelf([record(1), record(2, status="deleted")], deleted=deleted, twist=twist)


def test_what_a_repository_says_when_asked_for_each() -> None:
    found, _ = fetch(Shelf([record(1), record(2, status="deleted")]), ["oai:x:1", "oai:x:2", "oai:x:3"])
    assert [(r.identifier, r.deleted) for r in found.records] == [("oai:x:1", False), ("oai:x:2", True)]
    assert found.gone == ("oai:x:3",)
    assert found.broken == ()


UNSURE: dict[str, Reply | str] = {
    "404": http("<html></html>", "404 Not Found"),
    "html": "<html><title>Error</title></html>",
    "badArgument": error("badArgument"),
    "cannot say": error("noMetadataFormats"),
}


@pytest.mark.parametrize("what", UNSURE)
def test_only_the_word_of_a_repository_that_keeps_tombstones_makes_a_record_gone(what: str) -> None:
    for deleted in ("persistent", "transient"):
        kept, _ = fetch(singly(UNSURE[what], deleted=deleted), ["oai:x:1"])
        assert [b.identifier for b in kept.broken] == ["oai:x:1"]
        assert kept.gone == ()
    if what != "html":  # what is no answer at all may be one later
        believed, _ = fetch(singly(UNSURE[what]), ["oai:x:1"])
        assert (believed.records, believed.gone, believed.broken) == ([], (), ())


def test_a_record_that_cannot_be_given_is_not_gone() -> None:
    found, _ = fetch(singly(http("", "500 Oops"), others="oai:x:1"), ["oai:x:1", "oai:x:3"])
    assert [b.identifier for b in found.broken] == ["oai:x:1"]
    assert found.gone == ("oai:x:3",)


def test_another_record_than_the_one_asked_for_is_none() -> None:
    found, _ = fetch(singly(document(f"<GetRecord>{record(7)}</GetRecord>")), ["oai:x:1"])
    assert found.records == []
    (broken,) = found.broken
    assert broken.identifier == "oai:x:1"
    assert "another record" in broken.reason


def test_a_server_that_is_down_makes_nothing_gone() -> None:
    with pytest.raises(SourceUnavailable):
        fetch(lambda _: http("", "500 Oops"), ["oai:x:1"])
    with pytest.raises(SourceUnavailable):
        fetch(lambda _: http("", "503 Busy"), ["oai:x:1"])


def test_where_there_is_no_get_record_nobody_asks_twice() -> None:
    found, asked = fetch(singly(error("badVerb"), deleted="persistent"), ["oai:x:1", "oai:x:2", "oai:x:3"])
    assert (found.records, found.gone, found.broken) == ([], (), ())
    assert asked == 1


def test_a_record_that_left_the_set_is_gone_from_its_list() -> None:
    shelf = Shelf([record(1), record(2).replace("com_1", "com_9"), record(3).replace("<setSpec>com_1</setSpec>", "")])
    found, _ = fetch(shelf, ["oai:x:1", "oai:x:2", "oai:x:3"], set="com_1")
    assert [r.identifier for r in found.records] == ["oai:x:1", "oai:x:3"]
    assert found.gone == ("oai:x:2",)
    both, _ = fetch(shelf, ["oai:x:2"], set=("com_1", "com_9"))
    assert [r.identifier for r in both.records] == ["oai:x:2"]  # it is in another list of this source


# --- quirks -------------------------------------------------------------------------------------------------------------


def test_what_is_set_by_hand_wins_and_is_not_learned() -> None:
    learned = {"token": "verbatim", "dates": "ignored"}
    quirks = Overruled({"token": "encoded"}, learned)
    quirks["token"] = "with prefix"
    quirks["granularity"] = "day"
    quirks.pop("dates")
    assert dict(quirks) == {"token": "encoded", "granularity": "day"}
    assert learned == {"token": "verbatim", "granularity": "day"}
    assert len(quirks) == 2


@pytest.mark.parametrize(
    ("quirks", "fault"),
    [
        ({"tokens": "verbatim"}, "is no quirk of OAI-PMH repositories; there is token, granularity"),
        ({"token": "raw"}, "is 'raw', and must be 'encoded' or 'verbatim' or 'with prefix'"),
        ({"window": "long"}, "must be a duration such as '30 days'"),
    ],
)
def test_mistakes_in_quirks(quirks: dict[str, str], fault: str) -> None:
    ((key, said),) = check(Settings(kind="oai_pmh", url="https://example.org/oai", quirks=quirks))
    assert key == f"quirks.{next(iter(quirks))}"
    assert fault in said


def test_quirks_that_are_right() -> None:
    right = {"token": "verbatim", "granularity": "day", "dates": "kept", "sizes": "ignored", "window": "30 days"}
    assert not list(check(Settings(kind="oai_pmh", url="https://example.org/oai", quirks=right)))


def test_a_token_is_sent_in_one_way_where_that_was_set_by_hand() -> None:
    got = harvest(Shelf(FIVE, page_size=2), quirks={"token": "with prefix"}, quirks_by_hand={"token": "encoded"})
    assert got.verdict == "complete"
    assert all("metadataPrefix" not in q for q in got.queries if "resumptionToken" in q)


def test_packing_that_is_broken_is_not_asked_for_again() -> None:
    def server(asked: Asked) -> Reply:
        if "gzip" in asked.headers.get("accept-encoding", ""):
            return http(gzip.compress(list_records(FIVE).encode())[:-9], headers=["Content-Encoding: gzip"])
        return http(list_records(FIVE))

    got = harvest(server)
    assert got.verdict == "complete"
    assert got.quirks["encoding"] == "identity"
    assert len(harvest(server, quirks=got.quirks).asked) == 1


def test_a_repository_that_ignores_dates_is_found_out_and_harvested_whole() -> None:
    old = [record(n, datestamp="2019-01-01T00:00:00Z") for n in range(8)]
    got = harvest(Shelf(old, page_size=5, keeps_to_dates=False), Cursor(complete_through=RESPONDED))
    assert got.verdict == "complete"
    assert got.numbers == list(range(8))
    assert got.quirks["dates"] == "ignored"
    again = harvest(
        Shelf(old, page_size=5, keeps_to_dates=False), Cursor(complete_through=RESPONDED), quirks=got.quirks
    )
    assert "from" not in again.queries[0]
    assert {page.extent for page in again.pages} == {Extent(format="oai_dc")}  # so what vanishes is found, too


def test_records_from_outside_of_the_window_are_kept_and_prove_nothing() -> None:
    """Their headers say when they were written; the list goes by when they were loaded."""

    def twist(asked: Asked, answer: str) -> str:
        since = asked.query.get("from", "")
        return error("noRecordsMatch") if since > "2030" else answer

    old = [record(n, datestamp="2019-01-01T00:00:00Z") for n in range(8)]
    shelf = Shelf(old, page_size=5, keeps_to_dates=False, twist=twist)
    got = harvest(shelf, Cursor(complete_through=RESPONDED))
    assert got.numbers == list(range(8))
    assert "dates" not in got.quirks


# --- clocks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("years", [-30, -2, 0, 2, 30])
def test_a_clock_that_is_years_wrong_loses_nothing(years: int) -> None:
    """The repository's clock dates its records, too: what it adds later is stamped later by the same clock."""
    theirs = datetime.now(UTC) + timedelta(days=365 * years)

    def stamp(days: float) -> str:
        return (theirs + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")

    records = [record(n, datestamp=stamp(-n)) for n in range(4)]

    def twist(asked: Asked, answer: str) -> str:
        return answer.replace(RESPONDED, stamp(0))

    shelf = Shelf(records, twist=twist)
    first = harvest(shelf)
    assert first.numbers == [0, 1, 2, 3]
    shelf.records = [*records, record(9, datestamp=stamp(0.001))]
    second = harvest(shelf, Cursor(complete_through=first.complete_through))
    assert 9 in second.numbers
    assert second.verdict == "complete"


def test_a_repository_in_local_time_is_caught_by_the_overlap() -> None:
    now = datetime.now(UTC)
    through = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    late = (now - timedelta(hours=12) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    got = harvest(Shelf([record(1, datestamp=late)]), Cursor(complete_through=through))
    assert got.numbers == [1]


# --- a repository that cannot say who it is -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply", [http("", "500 Oops"), "<html></html>", error("badVerb")], ids=["500", "html", "badVerb"]
)
def test_lists_do_without_identify(reply: Reply | str, caplog: pytest.LogCaptureFixture) -> None:
    """Every repository understands days."""

    def twist(asked: Asked, answer: str) -> Reply | str:
        return reply if asked.query["verb"] == "Identify" else answer

    got = harvest(Shelf(FIVE, twist=twist), Cursor(complete_through=RESPONDED))
    assert got.verdict == "complete"
    assert next(q["from"] for q in got.queries if "from" in q) == "2024-05-05"
    assert "does not say who it is" in caplog.text
    assert "granularity" not in got.quirks  # it may say so another time


def test_the_examples_of_windows_are_right() -> None:
    assert doctest.testmod(windows).failed == 0
    assert doctest.testmod(windows).attempted >= 4
