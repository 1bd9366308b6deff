"""Answers that are no answers, counts that are none, cursors that lead in circles: it ends, and nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace

from harvester.errors import ProtocolError, SourceUnavailable
from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.server import Clock, Request, Response, Server
from harvester.sources.crossref import items

from .conftest import ISSN, Harvest, sampled, work

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ONE_SECOND = {
    "issn": ISSN,
    "from-created-date": "2024-05-01T12:00:00",
    "until-created-date": "2024-05-01T12:00:00",
}
"""Cannot be halved."""

NO_ANSWERS = [
    "drop",
    "lose",
    "cut",
    "gzip",
    "truncated",
    "html",
    "empty",
    "text",
    "null",
    "array",
    "no-message",
    "failed",
    "nested",
    "exception",
    "exception-text",
    "502",
    "503",
    "504",
    "429-html",
    "total-text",
    "total-null",
    "total-huge",
    "total-negative",
    "items-null",
    "items-object",
]


@pytest.fixture
def one_second(serve: Callable[..., CrossrefApp]) -> CrossrefApp:
    return serve([work(n, created=NOON) for n in range(90)])


@pytest.mark.parametrize("fault", sampled(NO_ANSWERS, 5))
def test_what_is_no_list_is_asked_for_again(harvest: Harvest, app: CrossrefApp, fault: str) -> None:
    app.fail(fault, skip=3, times=2)
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


@pytest.mark.parametrize("fault", sampled(NO_ANSWERS, 6))
def test_what_stays_no_list_is_never_the_end(harvest: Harvest, app: CrossrefApp, fault: str) -> None:
    app.fail(fault, skip=5, times=10_000)
    with pytest.raises((SourceUnavailable, ProtocolError)):
        harvest.run()
    assert harvest.cursor.complete_through is None
    assert len(app.log) < 40
    app.heal()
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


@pytest.mark.parametrize(
    ("fault", "skip"),
    sampled(product([*NO_ANSWERS, "expired", "cursor-404", "blank", "short", "stuck", "no-cursor"], range(4)), 9),
)
def test_a_page_that_a_cursor_loses_costs_a_new_start(one_second: CrossrefApp, fault: str, skip: int) -> None:
    one_second.fail(fault, when="cursor=", skip=skip)
    harvest = Harvest(one_second.base)  # type: ignore[attr-defined]
    last = harvest.run(filter=ONE_SECOND)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(one_second.items)
    assert len(one_second.log) < 20  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", ["503", "429-html", "drop", "exception"])
def test_a_failure_at_every_fourth_request(one_second: CrossrefApp, fault: str) -> None:
    """A list of five pages never comes to its end by new starts alone: then a page is asked for again, and counted."""
    for n in range(60):
        one_second.fail(fault, when="cursor=", skip=3 + 3 * n)
    harvest = Harvest(one_second.base)  # type: ignore[attr-defined]
    last = harvest.run(filter=ONE_SECOND)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(one_second.items)
    assert len(one_second.log) < 40  # type: ignore[attr-defined]


def test_a_page_that_is_skipped_when_it_is_asked_for_again(one_second: CrossrefApp) -> None:
    """The server moves on whether we hear of it or not: the count tells, and what is missing comes by offset."""
    for n in range(60):
        one_second.fail("lose", when="cursor=", skip=3 + 3 * n)
    harvest = Harvest(one_second.base)  # type: ignore[attr-defined]
    last = harvest.run(filter=ONE_SECOND)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(one_second.items)


def test_pages_that_are_skipped_by_cursor_where_offsets_are_ignored(
    one_second: CrossrefApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = one_second._list
    monkeypatch.setattr(
        one_second, "_list", lambda r, s, f: answer(replace(r, query={**r.query, "offset": ["0"]}), s, f)
    )
    for n in range(60):
        one_second.fail("lose", when="cursor=", skip=3 + 3 * n)
    harvest = Harvest(one_second.base)  # type: ignore[attr-defined]
    last = harvest.run(filter=ONE_SECOND)
    assert last is not None
    assert last.verdict is not None
    assert not last.verdict.complete
    assert " of 90 works in " in last.verdict.reason
    one_second.heal()
    last = harvest.run(filter=ONE_SECOND)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(one_second.items)


def test_a_mirror_with_short_pages_that_counts_too_few(
    one_second: CrossrefApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = one_second._list
    monkeypatch.setattr(
        one_second, "_list", lambda r, s, f: answer(replace(r, query={**r.query, "rows": ["20"]}), s, f)
    )
    one_second.fail("total", times=1000, amount=-25, when="works?")
    harvest = Harvest(one_second.base)  # type: ignore[attr-defined]
    last = harvest.run(rows=1000, filter=ONE_SECOND)
    assert last is not None
    assert set(harvest.records) == set(one_second.items)


def test_a_rest_that_is_too_long_between_two_pages(one_second: CrossrefApp) -> None:
    one_second.fail("retry-after", when="cursor=", skip=2, amount=7200)
    harvest = Harvest(one_second.base)  # type: ignore[attr-defined]
    with pytest.raises(SourceUnavailable, match="lost the cursor") as caught:
        harvest.run(filter=ONE_SECOND)
    assert caught.value.retry_after == 7200
    assert sum(harvest.waits) < 60


def test_a_server_that_dies_between_two_pages(one_second: CrossrefApp) -> None:
    """The window starts again at its first page, which is asked for as often as any; not three times as often."""
    one_second.fail("drop", when="cursor=", skip=2, times=1000)
    harvest = Harvest(one_second.base)  # type: ignore[attr-defined]
    with pytest.raises(SourceUnavailable, match="5 times"):
        harvest.run(filter=ONE_SECOND)
    one_second.heal()
    last = harvest.run(filter=ONE_SECOND)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(one_second.items)


@pytest.mark.parametrize("fault", ["stuck", "expired", "no-cursor", "blank"])
def test_no_cursor_leads_to_the_end(one_second: CrossrefApp, fault: str) -> None:
    """What no cursor reaches is fetched by offset: Crossref gives 10,000 works so."""
    one_second.fail(fault, when="cursor=", skip=1, times=10_000)
    harvest = Harvest(one_second.base)  # type: ignore[attr-defined]
    last = harvest.run(filter=ONE_SECOND)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(one_second.items)
    assert len(one_second.log) < 25  # type: ignore[attr-defined]


def test_neither_cursor_nor_offset_leads_to_the_end(one_second: CrossrefApp, monkeypatch: pytest.MonkeyPatch) -> None:
    one_second.fail("stuck", when="cursor=", times=10_000)
    answer = one_second._list
    monkeypatch.setattr(
        one_second, "_list", lambda r, s, f: answer(replace(r, query={**r.query, "offset": ["0"]}), s, f)
    )
    harvest = Harvest(one_second.base)  # type: ignore[attr-defined]
    last = harvest.run(filter=ONE_SECOND)
    assert last is not None
    assert last.verdict is not None
    assert last.verdict.reason.startswith("20 of 90 works in ")
    assert len(harvest.records) == 20
    assert len(one_second.log) < 25  # type: ignore[attr-defined]


@pytest.mark.parametrize("times", [2, 1000])
def test_an_invalid_cursor_where_none_was_sent(harvest: Harvest, app: CrossrefApp, times: int) -> None:
    app.fail("cursor-404", skip=3, times=times)
    if times > 5:
        with pytest.raises(SourceUnavailable, match="speaks of an invalid cursor, but was sent none, 5 times"):
            harvest.run()
    else:
        last = harvest.run()
        assert last is not None
        assert str(last.verdict) == "complete"


def test_a_list_without_end(serve: Callable[..., CrossrefApp], monkeypatch: pytest.MonkeyPatch) -> None:
    """A generator of works behind a cursor: new ones on each page, and a total that runs away."""
    app = serve([work(n, created=NOON) for n in range(90)])
    made = iter(range(10_000))
    answered = app._scroll

    def endless(*asked: Any) -> Response:
        from harvester.sandbox.crossref_answers import to_json, work_list

        answered(*asked)
        start = next(made) * 20
        page = [to_json({"DOI": f"10.5555/endless.{start + n}"}) for n in range(20)]
        return work_list(page, start + 1000, 20, {}, {}, "same")

    monkeypatch.setattr(app, "_scroll", endless)
    harvest = Harvest(app.base)  # type: ignore[attr-defined]
    with pytest.raises(
        ProtocolError, match=r"works keep coming behind a cursor: 11[0-9]+ by now, where 90 were counted"
    ):
        harvest.run(filter=ONE_SECOND)
    assert len(app.log) < 70  # type: ignore[attr-defined]


@pytest.mark.parametrize("amount", sampled([5000, 1, 7], 3))
def test_a_total_that_is_too_high_for_ever(harvest: Harvest, app: CrossrefApp, amount: int) -> None:
    app.fail("total", times=100_000, amount=amount)
    last = harvest.run()
    assert last is not None
    assert last.verdict is not None
    assert " works in " in last.verdict.reason
    assert set(harvest.records) == set(app.items)
    assert len(app.log) < 200


def test_a_total_that_grows_with_each_answer(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("drift", times=100_000, amount=1)
    last = harvest.run()
    assert last is not None
    assert last.verdict is not None
    assert not last.verdict.complete
    assert set(harvest.records) == set(app.items)
    assert len(app.log) < 300


@pytest.mark.parametrize(("amount", "skip"), sampled(product([-130, -60, -1, 1, 60, 1000], range(6)), 7))
def test_a_total_that_is_wrong_once(harvest: Harvest, app: CrossrefApp, amount: int, skip: int) -> None:
    """Also where it counts nothing, or as many as fit one answer: the sum tells, and what is missing comes by cursor."""
    app.fail("total", skip=skip, amount=amount)
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)
    assert len(app.log) < 100


@pytest.mark.parametrize("amount", sampled([-110, -1, -60], 2))
def test_a_total_that_is_too_low_for_ever(harvest: Harvest, app: CrossrefApp, amount: int) -> None:
    """-110 leaves 20, which fit one answer to the last place: what comes behind it is looked for all the same."""
    app.fail("total", times=100_000, amount=amount, when="works?")
    last = harvest.run()
    assert last is not None
    assert set(harvest.records) == set(app.items)
    assert str(last.verdict) == "complete"


def test_an_empty_list_is_asked_for_twice(harvest: Harvest, app: CrossrefApp) -> None:
    """A whole harvest that finds nothing, once, would make an update of every later one."""
    app.fail("total", amount=-130)
    app.fail("blank")
    last = harvest.run(rows=1000, filter={"issn": ISSN, "type": "journal-article"})
    assert last is not None
    assert set(harvest.records) == set(app.items)


@pytest.mark.parametrize("most", sampled([20, 25, 50, 129], 3))
def test_counts_that_are_capped(harvest: Harvest, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Elasticsearch counts to 10,000 unless it is told to go on: what is more is "as many" everywhere."""
    listed = items.work_list

    def capped(body: bytes) -> items.WorkList:
        page = listed(body)
        return replace(page, total=min(page.total, most))

    monkeypatch.setattr("harvester.sources.crossref.client.work_list", capped)
    last = harvest.run()
    assert last is not None
    assert set(harvest.records) == set(app.items)
    assert str(last.verdict) == "complete"
    assert len(app.log) < 100


def test_counts_that_mean_nothing(harvest: Harvest, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer names another, enormous total: halving ends long before all seconds since 1970 are asked for."""
    totals = iter(range(10**6, 10**9, 7919))
    listed = items.work_list
    monkeypatch.setattr(
        "harvester.sources.crossref.client.work_list", lambda body: replace(listed(body), total=next(totals))
    )
    last = harvest.run(rows=1000)
    assert last is not None
    assert last.verdict is not None
    assert not last.verdict.complete
    assert len(app.log) < 1000


def test_date_filters_that_are_ignored(harvest: Harvest, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch) -> None:
    selected = app._selected
    monkeypatch.setattr(app, "_selected", lambda _, queries: selected(f"issn:{ISSN}", queries))
    last = harvest.run()
    assert last is not None
    assert set(harvest.records) == set(app.items)
    assert str(last.verdict) == "complete"
    assert len(app.log) < 100


def test_date_filters_that_are_refused(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("400", when="created-date", times=10_000)
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


def test_the_works_of_one_answer_are_too_large_for_us(harvest: Harvest, app: CrossrefApp) -> None:
    for doi, item in app.items.items():
        app._sent[doi] = items.msgspec.json.encode({**item, "reference": [{"unstructured": "x" * 3000}]})
    last = harvest.run(rows=1000, session={"max_bytes": 100_000})
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


def test_one_work_is_too_large_for_us(serve: Callable[..., CrossrefApp]) -> None:
    app = serve([work(n, abstract="x" * 5000) for n in range(2)])
    harvest = Harvest(app.base)  # type: ignore[attr-defined]
    with pytest.raises(ProtocolError, match="larger than"):
        harvest.run(rows=1000, session={"max_bytes": 4000})
    assert len(app.log) < 20  # type: ignore[attr-defined]


def test_the_server_gives_up_on_long_answers(harvest: Harvest, app: CrossrefApp) -> None:
    """504 from the load balancer until so few works are asked for that the answer comes in time."""
    app.fail("504", when="rows=1000", times=10_000)
    last = harvest.run(rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


def test_a_server_that_always_gives_up(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("504", times=10_000)
    with pytest.raises(SourceUnavailable, match="504"):
        harvest.run(rows=1000)
    assert len(app.log) < 30


@pytest.mark.parametrize(
    ("item", "identifier"),
    [
        (b'{"DOI":"10.5555/lead.0000","n":' + b"9" * 6000 + b"}", "10.5555/lead.0000"),
        (b'{"DOI":"10.5555/lead.0000","n":' + b"[" * 3000 + b"]" * 3000 + b"}", "10.5555/lead.0000"),
        (b'{"DOI":"10.5555/lead.0000","n":NaN,"m":-Infinity}', "10.5555/lead.0000"),
        (b'{"DOI":"10.5555/lead.0000","title":["\\ud800 , ]} { "]}', "10.5555/lead.0000"),
        (b'{"DOI":"10.5555/lead.0000","title":["\xff\xfe"]}', "10.5555/lead.0000"),
        (b'{"DOI":"10.5555/x","DOI":"10.5555/lead.0000"}', "10.5555/lead.0000"),
        (b'{"DOI":["10.5555/lead.0000"]}', ""),
        (b'{"DOI":10.5555}', ""),
        (b'{"DOI":" "}', ""),
        (b"{}", ""),
        (b"null", ""),
        (b'"text , ] }"', ""),
        (b"17", ""),
        (b"[1,[2]]", ""),
        (b"NaN", ""),
    ],
)
def test_an_odd_item_costs_at_most_itself(harvest: Harvest, app: CrossrefApp, item: bytes, identifier: str) -> None:
    app._sent["10.5555/lead.0000"] = item
    last = harvest.run(rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    sound = {raw.identifier for raw in last.records}
    assert len(sound) + len(last.broken) == 130
    assert identifier in sound | {b.identifier for b in last.broken}
    assert all(b.payload == item for b in last.broken)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"}",
        b"[]",
        b"{}",
        b"17",
        b'"text"',
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000 + b"}",
        b'{"message":' * 50_000 + b"}" * 50_000,
        b'{"status":"ok","message":{"total-results":1,"items":[{"DOI":"\\ud800"}]}',
        b'{"status":"ok","message":{"items":[{"DOI":"\\ud800"}]}}',
        b'{"status":"ok","message":{"total-results":1e400,"items":[]}}',
        b'{"status":"ok","message":{"total-results":true,"items":[]}}',
        b'{"status":5,"message":{"total-results":1,"items":[]}}',
        b'{"status":"ok","message-type":"work","message":{"DOI":"10.5555/x"}}',
    ],
)
def test_no_body_is_taken_for_a_list_by_mistake(body: bytes) -> None:
    with pytest.raises(items.NotAListError) as caught:
        items.work_list(body)
    assert len(str(caught.value)) < 500


def test_works_change_while_they_are_harvested(harvest: Harvest, app: CrossrefApp, clock: Clock) -> None:
    """Deposited, reindexed and vanished between two requests: what is there at the end has come now or comes next time."""
    for n in range(8):
        app.then(lambda n=n: app.put(work(500 + n, created=clock())), skip=2 * n)  # type: ignore[misc]
        app.then(lambda n=n: app.reindex(f"10.5555/lead.{n:04}", title=["Changed"]), skip=2 * n + 1)  # type: ignore[misc]
        app.then(lambda n=n: app.remove(f"10.5555/lead.{100 + n:04}"), skip=2 * n + 3)  # type: ignore[misc]
        app.then(lambda: clock.advance(minutes=7), skip=2 * n)
    last = harvest.run()
    assert last is not None
    assert last.verdict is not None
    assert last.verdict.complete, last.verdict
    clock.advance(days=3)
    update = harvest.run()
    assert update is not None
    assert str(update.verdict) == "complete"
    assert set(app.items) <= set(harvest.records)
    assert all(b"Changed" in harvest.records[f"10.5555/lead.{n:04}"].payload for n in range(8))


def test_a_server_with_a_filter_of_its_own_mind(clock: Clock) -> None:
    """Anything but the list of works is a page of HTML: second counts and summaries are good to know, never needed."""
    app = CrossrefApp([work(n) for n in range(30)], clock)

    def front(request: Request) -> Response:
        if request.path != "/works":
            return Response(500, {"Content-Type": "text/html"}, b"<html><title>Oops</title></html>")
        return app(request)

    with Server({"": front}, clock) as server:
        harvest = Harvest(server.url)
        last = harvest.run(rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)
