"""Every work arrives, and what did not arrive is said."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from harvester.errors import ProtocolError, SourceUnavailable
from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.server import Clock
from harvester.sources import Cursor, Window

from .conftest import ISSN, Harvest, sampled, work

ONE_SECOND = {
    "issn": "2049-3630",
    "from-created-date": "2024-05-01T12:00:00",
    "until-created-date": "2024-05-01T12:00:00",
}
"""Cannot be halved."""


def test_one_request_where_everything_fits(harvest: Harvest, app: CrossrefApp) -> None:
    last = harvest.run(filter={"issn": ISSN, "type": "journal-article"}, rows=1000)
    assert last is not None
    assert last.verdict is not None
    assert last.verdict.complete
    assert last.complete_through == "2026-09-01T12:00:00Z"
    assert last.announced == 130
    assert set(harvest.records) == set(app.items)
    assert len(app.log) == 1


def test_filter_polite_address_and_rows_arrive_in_the_url(harvest: Harvest, app: CrossrefApp) -> None:
    harvest.run(filter={"issn": ["2049-3630", "2398-631X"], "has-abstract": False, "type": "journal-article"}, rows=500)
    query = app.log[0].query
    assert query["filter"] == ["has-abstract:false,issn:2049-3630,issn:2398-631X,type:journal-article"]
    assert query["rows"] == ["500"]
    assert query["mailto"] == ["librarian@example.org"]
    assert "mailto:librarian@example.org" in app.log[0].headers["user-agent"]


def test_field_queries_and_dotted_filters_arrive(harvest: Harvest, app: CrossrefApp) -> None:
    harvest.run(
        filter={"relation.type": "is-preprint-of", "license.url": "x"},
        query={"container-title": "ward", "author": "Hale"},
    )
    query = app.log[0].query
    assert query["filter"] == ["license.url:x,relation.type:is-preprint-of"]
    assert query["query.container-title"] == ["ward"]
    assert query["query.author"] == ["Hale"]


def test_windows_are_halved_until_they_fit(harvest: Harvest, app: CrossrefApp) -> None:
    last = harvest.run()
    assert last is not None
    assert last.verdict is not None
    assert last.verdict.complete
    assert set(harvest.records) == set(app.items)
    assert all("cursor" not in line.query for line in app.log)
    assert max(len(page.records) for page in harvest.pages) <= 20


def test_payload_is_the_bytes_received(harvest: Harvest, app: CrossrefApp) -> None:
    harvest.run(rows=1000)
    raw = harvest.records["10.5555/lead.0007"]
    assert raw.payload == app._sent["10.5555/lead.0007"]
    assert raw.format == "crossref"
    assert raw.datestamp == "2019-01-08T12:00:00Z"


def test_resumes_at_the_same_window(harvest: Harvest, app: CrossrefApp) -> None:
    harvest.run()
    undisturbed = len(app.log)
    app.log.clear()
    fresh = Harvest(harvest.base)
    killed = 0
    while fresh.run(stop_after=2) is not None and fresh.cursor.place is not None:
        killed += 1
    assert killed > 2
    assert set(fresh.records) == set(app.items)
    assert fresh.pages[-1].verdict is not None
    assert fresh.pages[-1].verdict.complete
    assert len(app.log) <= undisturbed + killed


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_killed_before_each_page_loses_nothing(harvest: Harvest, app: CrossrefApp, every: int) -> None:
    """A page that was fetched, but not saved, is fetched again."""
    harvest.run()
    for lost in range(0, len(harvest.pages), every):
        again = Harvest(harvest.base)
        again.run(stop_after=lost) if lost else None
        again.run()
        assert set(again.records) == set(app.items)


def test_update_asks_for_what_was_indexed_since(harvest: Harvest, app: CrossrefApp, clock: Clock) -> None:
    harvest.run(rows=1000)
    clock.advance(days=10)
    app.put(work(3, title=["Corrected"]))
    app.put(work(900, created=clock()))
    app.reindex("10.5555/lead.0005", **{"is-referenced-by-count": 9})
    before = dict(harvest.records)
    app.log.clear()
    last = harvest.run(rows=1000)
    assert last is not None
    assert {raw.identifier for raw in last.records} == {"10.5555/lead.0003", "10.5555/lead.0900", "10.5555/lead.0005"}
    assert app.log[0].query["filter"] == ["issn:2049-3630,from-index-date:2026-08-31"]
    assert last.complete_through == "2026-09-11T12:00:00Z"
    assert before["10.5555/lead.0005"].digest == harvest.records["10.5555/lead.0005"].digest  # a citation is no change
    assert before["10.5555/lead.0003"].digest != harvest.records["10.5555/lead.0003"].digest


def test_large_update_is_cut_by_index_date(harvest: Harvest, app: CrossrefApp, clock: Clock) -> None:
    harvest.run(rows=1000)
    for n in range(130):
        clock.advance(hours=3)
        app.reindex(f"10.5555/lead.{n:04}")
    harvest.records.clear()
    last = harvest.run()
    assert last is not None
    assert last.verdict is not None
    assert last.verdict.complete, last.verdict
    assert set(harvest.records) == set(app.items)


def test_reindexed_during_the_harvest_is_in_the_next_update(harvest: Harvest, app: CrossrefApp, clock: Clock) -> None:
    harvest.run(stop_after=3)
    done = sorted(harvest.records)[0]
    clock.advance(minutes=10)
    app.reindex(done, title=["Changed while we looked elsewhere"])
    last = harvest.run()
    assert last is not None
    assert last.complete_through == "2026-09-01T12:00:00Z"
    clock.advance(days=30)
    update = harvest.run()
    assert update is not None
    assert done in {raw.identifier for raw in update.records}


def test_explicit_window_moves_nothing(harvest: Harvest, app: CrossrefApp) -> None:
    last = harvest.run(Window(since="2019-02", until="2019-02-10"), rows=1000)
    assert last is not None
    assert last.complete_through is None
    assert len(last.records) == 10
    assert app.log[0].query["filter"] == ["issn:2049-3630,from-index-date:2019-02,until-index-date:2019-02-10"]


def test_second_window_of_a_busy_day(serve: Callable[..., CrossrefApp]) -> None:
    """Times of day split a day that has more works than one answer."""
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    app = serve([work(n, created=noon + timedelta(seconds=n)) for n in range(90)])
    harvest = Harvest(app.base)  # type: ignore[attr-defined]
    last = harvest.run()
    assert last is not None
    assert last.verdict is not None
    assert last.verdict.complete
    assert set(harvest.records) == set(app.items)
    assert all("cursor" not in line.query for line in app.log)  # type: ignore[attr-defined]


@pytest.mark.parametrize("times", [True, False])
def test_cursor_where_a_window_cannot_be_halved(serve: Callable[..., CrossrefApp], times: bool) -> None:
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    app = serve([work(n, created=noon) for n in range(90)], times=times)
    harvest = Harvest(app.base)  # type: ignore[attr-defined]
    last = harvest.run()
    assert last is not None
    assert last.verdict is not None
    assert last.verdict.complete
    assert set(harvest.records) == set(app.items)
    assert harvest.quirks == ({} if times else {"granularity": "day"})
    assert last.announced == 90


def test_blocked(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("403")
    with pytest.raises(
        SourceUnavailable, match="has blocked us; do not try again before you have written to"
    ) as caught:
        harvest.run()
    assert caught.value.retry_after == 86_400
    assert len(app.log) == 1


def test_refused_with_crossrefs_own_words(harvest: Harvest) -> None:
    with pytest.raises(ProtocolError, match="Type specified as article but must be one of") as caught:
        harvest.run(filter={"type": "article"})
    assert caught.value.code == "type-not-valid"
    assert caught.value.status == 400


def test_not_crossref_at_all(harvest: Harvest) -> None:
    harvest.base += "/nothing"
    with pytest.raises(ProtocolError, match="is the url right"):
        harvest.run()


def test_wrong_kind_of_answer(harvest: Harvest) -> None:
    harvest.base = harvest.base.replace("/crossref", "/crossref/types/../x")
    with pytest.raises(ProtocolError):
        harvest.run()


def test_count_that_drifts_once(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("total", when="rows=1000", amount=3)
    last = harvest.run(rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    # asked again, once more whether what was announced first is still there, and the summary of the journal
    assert [line.path[9:] for line in app.log] == ["/works", "/works", "/works", f"/journals/{ISSN}"]


def test_count_that_stays_wrong_is_an_incomplete_list(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("total", times=1000, amount=2)
    last = harvest.run(rows=1000)
    assert last is not None
    assert str(last.verdict) == "incomplete (130 of 132 works in all time)"
    assert last.complete_through is None
    assert set(harvest.records) == set(app.items)


def test_count_that_is_wildly_wrong_ends(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("total", times=100_000, amount=5000)
    last = harvest.run(rows=1000)
    assert last is not None
    assert last.verdict is not None
    assert not last.verdict.complete
    assert set(harvest.records) == set(app.items)
    assert len(app.log) < 100


def test_duplicate_in_one_answer_is_asked_again(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("duplicate")
    last = harvest.run(rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


def test_items_without_doi_cost_themselves_only(serve: Callable[..., CrossrefApp]) -> None:
    app = serve([work(1), {**work(2), "DOI": ""}, {**work(3), "title": None, "type": None}])
    harvest = Harvest(app.base)  # type: ignore[attr-defined]
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == {"10.5555/lead.0001", "10.5555/lead.0003"}
    assert harvest.broken == ["has no DOI"]


def test_unsound_items_are_mended_or_cost_themselves_only(harvest: Harvest, app: CrossrefApp) -> None:
    app._sent["10.5555/lead.0001"] = b'{"DOI":"10.5555/lead.0001","title":["\\ud800 \x01 ]}"],"x":NaN}'
    app._sent["10.5555/lead.0002"] = b'{"DOI":"10.5555/lead.0002","x":' + b"[" * 5000 + b"]" * 5000 + b"}"
    app._sent["10.5555/lead.0003"] = b'{"DOI":"10.5555/lead.0003","title":["\xff"]}'
    last = harvest.run(rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert [b.identifier for b in last.broken] == ["10.5555/lead.0002"]
    assert set(harvest.records) == set(app.items) - {"10.5555/lead.0002"}
    assert {raw.identifier for raw in last.records if raw.repairs} == {"10.5555/lead.0001", "10.5555/lead.0003"}


def test_pace_follows_the_headers(serve: Callable[..., CrossrefApp]) -> None:
    app = serve([work(n) for n in range(60)], limits={"polite-array": 4})
    harvest = Harvest(app.base)  # type: ignore[attr-defined]
    harvest.run()
    assert {round(wait, 4) for wait in harvest.waits} == {0.2625}


def test_429_without_headers_slows_down(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("429", skip=3)
    harvest.run()
    assert max(harvest.waits) > 0.9
    assert len([w for w in harvest.waits if w > 0.2]) > 5  # not the 0.02 s that the headers go on to promise


def test_empty_list_is_complete(harvest: Harvest) -> None:
    last = harvest.run(filter={"issn": "2398-631X"})
    assert last is not None
    assert str(last.verdict) == "complete"
    assert last.records == []
    assert last.complete_through is not None


def test_works_that_vanish_during_the_harvest(harvest: Harvest, app: CrossrefApp) -> None:
    harvest.run(stop_after=2)
    for doi in sorted(app.items)[-4:]:
        app.remove(doi)
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "complete"


def test_works_lost_between_windows_are_missed(harvest: Harvest, app: CrossrefApp) -> None:
    """A date that the filters do not reach: only the sum tells, and a cursor over all of it finds the work."""
    app.items["10.5555/lead.0100"]["created"] = {"timestamp": -(10**11)}
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


def test_works_that_no_way_leads_to_are_missed(
    harvest: Harvest, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted with all, but neither in a window, nor behind a cursor, nor at an offset."""
    app.items["10.5555/lead.0100"]["created"] = {"timestamp": -(10**11)}
    app.fail("short", when="cursor=Dn", skip=5, times=100)
    app.fail("blank", when="offset=", times=100)
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "incomplete (129 of 130 works in all time)"
    assert len(app.log) < 80


def test_server_that_sends_fewer_than_asked_for(
    harvest: Harvest, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mirror that caps rows: the cursor gets at the rest, whatever the size of its pages."""
    answer = app._list
    monkeypatch.setattr(app, "_list", lambda r, s, f: answer(replace(r, query={**r.query, "rows": ["50"]}), s, f))
    last = harvest.run(rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


def test_index_windows_keep_up_with_what_moves(harvest: Harvest, app: CrossrefApp, clock: Clock) -> None:
    """Works that are indexed anew while an update goes through its windows come in this update or in the next."""
    harvest.run(rows=1000)
    for n in range(130):
        clock.advance(hours=3)
        app.reindex(f"10.5555/lead.{n:04}", title=["Changed"])
    harvest.run(stop_after=4)
    seen = {raw.identifier for page in harvest.pages for raw in page.records}
    visited, unvisited = sorted(seen)[0], "10.5555/lead.0120"
    assert unvisited not in seen
    clock.advance(days=2)
    app.reindex(visited, title=["Changed again"])
    app.reindex(unvisited, title=["Changed again"])
    harvest.records.clear()
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "complete"
    assert last.complete_through == "2026-09-17T18:00:00Z"
    harvest.run()
    assert seen | set(harvest.records) == set(app.items)
    assert b"Changed again" in harvest.records[visited].payload
    assert b"Changed again" in harvest.records[unvisited].payload


def test_a_cursor_that_stays_lost_leaves_the_place(serve: Callable[..., CrossrefApp]) -> None:
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    app = serve([work(n, created=noon) for n in range(90)])
    harvest = Harvest(app.base)  # type: ignore[attr-defined]
    app.fail("lose", when="cursor=Dn", times=100)
    with pytest.raises(SourceUnavailable, match="lost the cursor of 2024-05-01T12:00:00 3 times, at 20 of 90"):
        harvest.run(filter=ONE_SECOND)
    app.heal()
    last = harvest.run(filter=ONE_SECOND)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


def test_a_place_that_makes_no_sense_is_forgotten(harvest: Harvest, app: CrossrefApp) -> None:
    harvest.cursor = Cursor(place={"windows": "all of them"})
    last = harvest.run(rows=1000)
    assert last is not None
    assert set(harvest.records) == set(app.items)


def test_a_place_of_an_older_version_goes_on(harvest: Harvest, app: CrossrefApp) -> None:
    harvest.run(stop_after=3)
    undisturbed = len(harvest.records)
    assert harvest.cursor.place is not None
    older = {name: value for name, value in harvest.cursor.place.items() if name not in ("closes", "cuts", "again")}
    harvest.cursor = Cursor(place=older)
    harvest.records.clear()
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "complete"
    assert len(harvest.records) == 130 - undisturbed


def test_full_gives_up_an_unfinished_list(harvest: Harvest, app: CrossrefApp) -> None:
    harvest.run(stop_after=2)
    app.log.clear()  # type: ignore[attr-defined]
    harvest.run(Window(full=True))
    assert app.log[0].query["filter"] == ["issn:2049-3630"]  # type: ignore[attr-defined]


def test_created_dates_of_the_filter_bound_the_windows(harvest: Harvest, app: CrossrefApp) -> None:
    last = harvest.run(filter={"issn": "2049-3630", "from-created-date": "2019-02", "until-created-date": "2019-03"})
    assert last is not None
    assert str(last.verdict) == "complete"
    assert len(harvest.records) == 28 + 31
    assert all("1970" not in line.query["filter"][0] for line in app.log)  # type: ignore[attr-defined]


@pytest.mark.parametrize("skip", [0, 1, 3])
def test_cursor_refused_with_400(serve: Callable[..., CrossrefApp], skip: int) -> None:
    """https://community.crossref.org/t/not-being-able-to-retrieve-whole-set-of-journal-articles/5116"""
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    app = serve([work(n, created=noon) for n in range(90)])
    app.fail("400", when="cursor=Dn", skip=skip)
    harvest = Harvest(app.base)  # type: ignore[attr-defined]
    last = harvest.run(filter=ONE_SECOND)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


FAULTS = [
    *("lose", "drop", "cut", "gzip", "truncated", "html", "empty", "text", "null", "no-message", "nested", "exception"),
    *("502", "503", "504", "429", "429-text", "expired", "blank", "short", "duplicate", "stuck", "no-cursor"),
    *("total-text", "total-huge", "items-null"),
]
QUARTER = 1 / 3
"""One request in four: a fault that is due holds those after it up by one."""


@pytest.mark.parametrize("seed", sampled(range(12), 12))
def test_bad_days(serve: Callable[..., CrossrefApp], seed: int) -> None:
    """A quarter of all requests goes wrong in some way, and we are killed now and then: nothing is lost, and it ends."""
    chance = random.Random(seed)
    start = datetime(2024, 5, 1, tzinfo=UTC)
    works = [work(n, created=start + timedelta(seconds=chance.choice([0, 1, 40, 86_400, 900_000]))) for n in range(150)]
    app = serve(works, times=chance.random() < 0.5)
    for position in range(600):
        if chance.random() < QUARTER:
            app.fail(chance.choice(FAULTS), skip=position)
    harvest = Harvest(app.base)  # type: ignore[attr-defined]
    for _ in range(60):
        try:
            last = harvest.run(stop_after=chance.choice([None, 1, 2, 5]))
        except SourceUnavailable:
            continue
        if last is not None and last.verdict is not None and last.verdict.complete:
            break
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_three_thousand_works_in_one_bad_night(serve: Callable[..., CrossrefApp], seed: int) -> None:
    """A quarter of all requests fails: all works arrive in one run, with less than twice the requests of a good night."""
    chance = random.Random(seed)
    start = datetime(2003, 5, 1, tzinfo=UTC)
    works = [work(n, created=start + timedelta(days=chance.randrange(8000), seconds=n)) for n in range(3000)]
    good, bad = serve(works), serve(works)
    Harvest(good.base).run(rows=200)  # type: ignore[attr-defined]
    undisturbed = len(good.log)  # type: ignore[attr-defined]
    for position in range(1000):
        if chance.random() < QUARTER:
            bad.fail(chance.choice(FAULTS), skip=position)
    harvest = Harvest(bad.base)  # type: ignore[attr-defined]
    last = harvest.run(rows=200)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(bad.items)
    assert len(bad.log) - undisturbed < 2 * undisturbed  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_killed_in_bad_nights(serve: Callable[..., CrossrefApp], seed: int) -> None:
    """The same with a kill after one to five pages, again and again."""
    chance = random.Random(seed)
    works = [work(n, created=datetime(2003, 5, 1, tzinfo=UTC) + timedelta(hours=37 * n)) for n in range(3000)]
    app = serve(works)
    for position in range(3000):
        if chance.random() < QUARTER:
            app.fail(chance.choice(FAULTS), skip=position)
    harvest = Harvest(app.base)  # type: ignore[attr-defined]
    for _ in range(200):
        try:
            last = harvest.run(rows=200, stop_after=chance.randrange(1, 6))
        except SourceUnavailable:
            continue
        if last is not None and last.verdict is not None and last.verdict.complete:
            break
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)
