"""How fast Crossref is asked, and when it is asked no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from harvester.errors import ProtocolError, SourceUnavailable
from harvester.sandbox.crossref import CrossrefApp
from harvester.sources.crossref.client import Client
from harvester.sources.crossref.limits import ARRAY, MARGIN, SINGLE, SLOWEST, Budget, Limits

from .conftest import ISSN, Harvest, work


@pytest.mark.parametrize(
    ("pool", "limit", "interval", "array", "single"),
    [
        ("public-array", "1", "1s", 1.0, 0.0),
        ("polite-array", "3", "1s", 1 / 3, 0.0),
        ("polite-single", "10", "1s", 0.0, 0.1),
        ("plus", "150", "1s", 1 / 150, 1 / 150),
        ("public", "50", "1s", 0.02, 0.02),
        ("", "5", "1000ms", 0.2, 0.2),
        ("POLITE-ARRAY", "30", "1m", 2.0, 0.0),
        ("polite-array", " 3 ", "1 second", 1 / 3, 0.0),
        ("polite-array", "1", "1h", 60.0, 0.0),
        ("polite-array", "999999999", "0s", 0.0, 0.0),
        ("polite-array", "0", "1s", 0.0, 0.0),
        ("polite-array", "²", "1s", 0.0, 0.0),
        ("polite-array", "٣", "1s", 0.0, 0.0),
        ("polite-array", "-3", "1s", 0.0, 0.0),
        ("polite-array", "9" * 5000, "1s", 0.0, 0.0),
        ("polite-array", "3", "9" * 5000 + "s", 0.0, 0.0),
        ("polite-array", "3", "soon", 0.0, 0.0),
        ("polite-array", "3", "", 0.0, 0.0),
    ],
)
def test_pace_by_pool(pool: str, limit: str, interval: str, array: float, single: float) -> None:
    limits = Limits(0.0, 0.0)
    limits.learn({"X-API-Pool": pool, "X-Rate-Limit-Limit": limit, "X-Rate-Limit-Interval": interval})
    found = [pace if pace in (0, SLOWEST) else pace / MARGIN for pace in (limits.pace(ARRAY), limits.pace(SINGLE))]
    assert found == [pytest.approx(array), pytest.approx(single)]


def test_the_operator_may_be_slower_never_faster() -> None:
    limits = Limits(2.0, 1.0)
    assert limits.pace(ARRAY) == 2.0
    limits.learn({"X-Rate-Limit-Limit": "50", "X-Rate-Limit-Interval": "1s"})
    assert limits.pace(ARRAY) == 2.0


def test_one_a_second_until_the_first_header() -> None:
    limits = Limits(0.0, 1.0)
    assert limits.pace(ARRAY) == 1.0
    limits.learn({"X-API-Pool": "polite-single", "X-Rate-Limit-Limit": "10", "X-Rate-Limit-Interval": "1s"})
    assert limits.pace(ARRAY) == 1.0


def test_lists_and_single_works_have_limits_of_their_own(serve: Callable[..., CrossrefApp]) -> None:
    app = serve([work(n) for n in range(9)], limits={"polite-array": 2, "polite-single": 10})
    with Harvest(app.base).session() as session:  # type: ignore[attr-defined]
        client = Client(session, app.base, mailto="librarian@example.org")  # type: ignore[attr-defined]
        client.works({"issn": ["2049-3630"]}, {}, rows=1)
        assert session.pace == pytest.approx(0.525)
        client.work("10.5555/lead.0001")
        assert session.pace == pytest.approx(0.105)
        client.works({"issn": ["2049-3630"]}, {}, rows=1)
        assert session.pace == pytest.approx(0.525)
        assert session.alone  # one at a time, whichever of our processes asks


@pytest.mark.parametrize("kind", ["429", "429-html", "429-text", "retry-after"])
def test_429_of_every_kind_slows_down_and_goes_on(harvest: Harvest, app: CrossrefApp, kind: str) -> None:
    app.fail(kind, skip=2, times=3, amount=7)
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)
    assert (7.0 in harvest.waits) == (kind == "retry-after")


def test_a_long_rest_is_left_to_the_next_run(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("retry-after", skip=4, amount=7200)
    with pytest.raises(SourceUnavailable, match="come back in 7200 s") as caught:
        harvest.run()
    assert caught.value.retry_after == 7200
    assert harvest.cursor.place is not None


def test_stops_where_too_much_fails(harvest: Harvest, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every second answer is an error: each repetition works, but Crossref asks to be left alone then."""
    monkeypatch.setattr(Budget, "FAILURES", 10)
    for n in range(300):
        app.fail("503", skip=n)
    with pytest.raises(SourceUnavailable, match=r"10 of 19 requests failed, the last with HTTP 503 .* stop at 10 %"):
        harvest.run()
    assert len(app.log) == 19
    assert harvest.cursor.place is not None
    app.heal()
    last = harvest.run()
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(app.items)


def test_the_error_budget_also_ends_a_cursor(
    serve: Callable[..., CrossrefApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There a failure only means that the window starts again."""
    monkeypatch.setattr(Budget, "FAILURES", 3)
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    app = serve([work(n, created=noon) for n in range(200)], times=False)
    app.fail("503", when="cursor=", skip=3)
    app.fail("503", when="cursor=", skip=8)
    app.fail("503", when="cursor=", skip=14)
    with pytest.raises(SourceUnavailable, match=r"3 of \d+ requests failed"):
        Harvest(app.base).run(
            filter={"issn": ISSN, "from-created-date": "2024-05-01", "until-created-date": "2024-05-01"}
        )  # type: ignore[attr-defined]


def test_a_few_failures_are_a_bad_minute() -> None:
    budget = Budget()
    for _ in range(49):
        budget.count(failed=True)
    assert not budget.spent
    for _ in range(451):
        budget.count(failed=False)
    budget.count(failed=True)
    assert not budget.spent  # 50 of 501
    budget.count(failed=True)
    assert budget.spent


def test_works_that_are_not_there_are_no_failures(serve: Callable[..., CrossrefApp]) -> None:
    app = serve([work(1)])
    with Harvest(app.base).session() as session:  # type: ignore[attr-defined]
        client = Client(session, app.base)  # type: ignore[attr-defined]
        assert [client.work(f"10.5555/none.{n}") for n in range(60)] == [None] * 60


def test_a_block_ends_it_at_once_wherever_it_comes(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("403", skip=6, times=100)
    with pytest.raises(
        SourceUnavailable, match=r"HTTP 403: Crossref has blocked us; .* support@crossref.org"
    ) as caught:
        harvest.run()
    assert caught.value.retry_after == 86_400
    assert len(app.log) == 7
    assert harvest.cursor.place is not None


def test_a_token_that_is_not_accepted(harvest: Harvest, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUS", "wrong-token-0815")
    with pytest.raises(ProtocolError, match="does not accept the Metadata Plus token; look at the variable") as caught:
        harvest.run(plus_token_env="PLUS")
    assert "0815" not in str(caught.value)
    assert len(app.log) == 1


def test_an_address_that_wants_a_token(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("401")
    with pytest.raises(ProtocolError, match="this address wants a token"):
        harvest.run()
