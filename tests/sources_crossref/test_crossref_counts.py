"""What Crossref says beside its lists: summaries of journals, and the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.crossref_answers import single
from harvester.sandbox.server import Clock, Response
from harvester.sources import Window

from .conftest import ISSN, Harvest, sampled, work


@pytest.fixture
def summary(app: CrossrefApp, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the journal's summary say something else."""

    def say(response: Response) -> None:
        monkeypatch.setattr(app, "_journal", lambda _: response)

    return say


def counted(total: Any, issn: list[str] | None = None) -> Response:
    return single("journal", {"counts": {"total-dois": total}, "ISSN": issn or [ISSN]})


def test_a_journal_that_has_more_than_its_list(
    harvest: Harvest, app: CrossrefApp, summary: Callable[..., None]
) -> None:
    """As while an index is being rebuilt: list and total agree, and are short."""
    summary(counted(500))
    last = harvest.run(rows=1000)
    assert last is not None
    assert str(last.verdict) == ("incomplete (130 works, but Crossref's summary of the journal counts 500)")
    assert last.complete_through is None
    assert any("cursor" in line.query for line in app.log)  # not without having looked for them


def test_a_summary_that_is_a_day_old(
    harvest: Harvest, summary: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    summary(counted(135))
    last = harvest.run(rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert "leader: 130 works, but Crossref's summary of the journal counts 135" in caplog.text


@pytest.mark.parametrize(
    "response",
    [
        counted(7),
        counted(None),
        counted("many"),
        counted(10**400),
        counted(-4),
        counted(True),
        single("journal", {"counts": [1]}),
        single("journal", {}),
        Response(200, {}, b"<html>"),
        Response(200, {}, b'{"message":[]}'),
        Response(200, {}, b"[" * 50_000),
        Response(404, {}, b"Resource not found."),
        Response(400),
        Response(403),
        Response(500),
        Response(cut=-1),
    ],
)
def test_a_summary_that_says_nothing(harvest: Harvest, summary: Callable[..., None], response: Response) -> None:
    summary(response)
    last = harvest.run(rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert len(harvest.records) == 130
    assert sum(harvest.waits) == pytest.approx(0.02, abs=0.2)  # asked for once


def test_two_issns_of_one_journal_count_once(
    harvest: Harvest, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "2398-631X"
    monkeypatch.setattr(app, "_journal", lambda _: counted(130, [ISSN, other]))
    last = harvest.run(filter={"issn": [ISSN, other]}, rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"


@pytest.mark.parametrize("settings", [{"filter": {"issn": ISSN, "type": "journal-article"}}, {"query": "ward"}])
def test_part_of_a_journal_is_not_compared(harvest: Harvest, app: CrossrefApp, settings: dict[str, Any]) -> None:
    harvest.run(rows=1000, **settings)
    assert not [line for line in app.log if "/journals/" in line.path]


def test_an_update_is_not_compared(harvest: Harvest, app: CrossrefApp) -> None:
    harvest.run(rows=1000)
    app.log.clear()
    harvest.run(rows=1000)
    harvest.run(Window(since="2020"), rows=1000)
    assert [line.path[-6:] for line in app.log] == ["/works", "/works"]


@pytest.mark.parametrize(("whose", "days"), sampled(product(["server", "ours"], [2000, -90, -1, 1, 90, -2000]), 5))
def test_a_clock_that_is_wrong(
    harvest: Harvest, app: CrossrefApp, clock: Clock, monkeypatch: pytest.MonkeyPatch, days: int, whose: str
) -> None:
    """Crossref stamps its works with the right time; the Date of its answers, or this machine, is wrong by so much."""
    right, wrong = Clock(clock()), Clock(clock() + timedelta(days=days))
    app.clock = right
    ours, server = (right, wrong) if whose == "server" else (wrong, right)
    monkeypatch.setattr("harvester.sources.crossref.client.our_time", ours)
    clock.set(server())
    first = harvest.run()
    assert first is not None
    assert str(first.verdict) == "complete"
    assert set(harvest.records) == set(app.items)
    for step in range(3):
        right.advance(days=2)
        wrong.advance(days=2)
        clock.advance(days=2)
        app.put(work(3, title=[f"Corrected {step}"]))
        app.put(work(700 + step, created=right()))
        last = harvest.run()
        assert last is not None
        assert str(last.verdict) == "complete"
        assert set(harvest.records) == set(app.items)
        assert f"Corrected {step}".encode() in harvest.records["10.5555/lead.0003"].payload


def test_a_time_that_has_not_come_yet_is_not_waited_for(
    harvest: Harvest, app: CrossrefApp, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both clocks were wrong when it was written."""
    clock.advance(days=3000)
    harvest.run(rows=1000)
    assert harvest.cursor.complete_through == "2034-11-18T12:00:00Z"
    clock.set(datetime(2026, 9, 5, tzinfo=UTC))
    app.put(work(3, title=["Corrected"]))
    last = harvest.run(rows=1000)
    assert last is not None
    assert [raw.identifier for raw in last.records] == ["10.5555/lead.0003"]
    assert last.complete_through == "2026-09-05T00:00:00Z"


def test_a_server_that_does_not_tell_the_time(
    harvest: Harvest, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.http.Answer.date", None)
    last = harvest.run(rows=1000)
    assert last is not None
    assert last.complete_through == "2026-09-01T12:00:00Z"
