"""Works asked for by DOI."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harvester.errors import ProtocolError
from harvester.sandbox.crossref import CrossrefApp
from harvester.sources import Window

from .conftest import Harvest, work

WANTED = [f"10.5555/lead.{n:04}" for n in range(120)]


def test_fifty_at_a_time(harvest: Harvest, app: CrossrefApp) -> None:
    last = harvest.run(filter={"doi": WANTED}, rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert last.complete_through == "2026-09-01T12:00:00Z"
    assert set(harvest.records) == set(WANTED)
    assert len(app.log) == 3  # type: ignore[attr-defined]


def test_resumes_at_the_same_batch(harvest: Harvest, app: CrossrefApp) -> None:
    harvest.run(filter={"doi": WANTED}, rows=1000, stop_after=1)
    last = harvest.run(filter={"doi": WANTED}, rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(WANTED)
    assert len(app.log) == 3  # type: ignore[attr-defined]


def test_always_all_of_them(harvest: Harvest) -> None:
    harvest.run(filter={"doi": WANTED[:3]})
    harvest.records.clear()
    harvest.run(filter={"doi": WANTED[:3]})
    assert set(harvest.records) == set(WANTED[:3])


def test_unknown_ones_are_told(harvest: Harvest) -> None:
    last = harvest.run(filter={"doi": [WANTED[0], "10.5281/zenodo.1"]})
    assert last is not None
    assert str(last.verdict) == "complete"
    assert last.gone == ("10.5281/zenodo.1",)


def test_what_another_filter_leaves_out_is_not_gone(harvest: Harvest) -> None:
    last = harvest.run(filter={"doi": WANTED[0], "type": "report"})
    assert last is not None
    assert str(last.verdict) == "complete"
    assert last.gone == ()


def test_dois_with_every_kind_of_character(serve: Callable[..., CrossrefApp]) -> None:
    odd = [
        "10.1002/(sici)1097-4679(199601)52:1<1::aid-x>3.0.co;2-0",
        "10.5555/a,b#c?d%2fe",
        "10.5555/a:b",
        "10.5555/é+&=c",
    ]
    app = serve([{**work(1), "DOI": doi} for doi in odd])
    harvest = Harvest(app.base)  # type: ignore[attr-defined]
    last = harvest.run(filter={"doi": odd})
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(odd)


def test_missing_one_with_a_comma(harvest: Harvest) -> None:
    last = harvest.run(filter={"doi": ["10.5555/no,ne", WANTED[0]]})
    assert last is not None
    assert set(harvest.records) == {WANTED[0]}


def test_explicit_window(harvest: Harvest) -> None:
    last = harvest.run(Window(since="2019-01-05"), filter={"doi": WANTED[:10]})
    assert last is not None
    assert last.complete_through is None
    assert set(harvest.records) == set(WANTED[4:10])


@pytest.mark.parametrize("fault", ["lose", "truncated", "503", "duplicate"])
def test_faults_that_pass(harvest: Harvest, app: CrossrefApp, fault: str) -> None:
    app.fail(fault, skip=1)
    last = harvest.run(filter={"doi": WANTED}, rows=1000)
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(WANTED)


def test_a_server_that_ignores_the_filter(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("total", amount=10_000)
    with pytest.raises(ProtocolError, match="10003 works for 3 DOIs: it ignores the filter"):
        harvest.run(filter={"doi": WANTED[:3]})
    assert harvest.records == {}


def test_one_that_crossref_refuses_does_not_cost_the_others(harvest: Harvest, app: CrossrefApp) -> None:
    app.fail("400", when="filter=doi")
    app.fail("400", when="works/10.5555%2Flead.0007")
    last = harvest.run(filter={"doi": WANTED[:10]})
    assert last is not None
    assert str(last.verdict) == "complete"
    assert set(harvest.records) == set(WANTED[:10]) - {"10.5555/lead.0007"}
    (refused,) = last.broken
    assert refused.identifier == "10.5555/lead.0007"
    assert "Crossref refuses the request" in refused.reason
    assert last.gone == ()
