"""What a list no longer names: asked for by name, and never dropped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harvester.errors import ProtocolError, SourceUnavailable
from harvester.record import Extent, Page
from harvester.sandbox.crossref import CrossrefApp
from harvester.sources import Window
from harvester.sources.crossref import Settings, connect

from .conftest import ISSN, Harvest, work


def fetch(harvest: Harvest, dois: list[str]) -> list[Page]:
    with harvest.session() as session:
        source = connect("leader", Settings(kind="crossref", url=harvest.base, filter={"issn": ISSN}), session, {})
        return list(source.fetch(source.lists[0], dois))


def test_a_whole_list_names_everything(harvest: Harvest) -> None:
    harvest.run()
    assert {page.extent for page in harvest.pages} == {Extent(format="crossref", deletes=False)}


def test_so_does_one_that_was_resumed_or_needed_a_cursor(harvest: Harvest, app: CrossrefApp) -> None:
    app.items["10.5555/lead.0100"]["created"] = {"timestamp": -(10**11)}
    harvest.run(stop_after=3)
    harvest.run()
    assert harvest.pages[-1].verdict is not None
    assert all(page.extent for page in harvest.pages)


def test_updates_and_windows_do_not(harvest: Harvest) -> None:
    harvest.run(rows=1000)
    harvest.run(rows=1000)
    assert {page.extent for page in harvest.pages} == {None}
    harvest.run(Window(since="2019-02-01"), rows=1000)
    assert {page.extent for page in harvest.pages} == {None}
    harvest.run(Window(full=True), rows=1000)
    assert None not in {page.extent for page in harvest.pages}


def test_gone_moved_and_still_there(harvest: Harvest, app: CrossrefApp, caplog: pytest.LogCaptureFixture) -> None:
    app.remove("10.5555/lead.0001")
    app.remove("10.5555/lead.0002", agency="datacite")
    app.remove("10.5555/lead.0003", agency="")
    (first, second, third) = fetch(harvest, [f"10.5555/lead.000{n}" for n in (1, 2, 3)])
    assert (first.gone, second.gone, third.gone) == (
        ("10.5555/lead.0001",),
        ("10.5555/lead.0002",),
        ("10.5555/lead.0003",),
    )
    assert caplog.messages == [
        "leader: 10.5555/lead.0001 is not at Crossref; it is registered with Crossref",
        "leader: 10.5555/lead.0002 is not at Crossref; it is registered with Datacite",
        "leader: 10.5555/lead.0003 is not at Crossref",
    ]
    (still,) = fetch(harvest, ["10.5555/lead.0004"])
    assert [raw.identifier for raw in still.records] == ["10.5555/lead.0004"]
    assert still.gone == ()
    assert still.place is None
    assert still.verdict is None


def test_many_are_asked_for_fifty_at_a_time(harvest: Harvest, app: CrossrefApp) -> None:
    app.remove("10.5555/lead.0077")
    wanted = [f"10.5555/lead.{n:04}" for n in range(120)]
    pages = fetch(harvest, wanted)
    assert {raw.identifier for page in pages for raw in page.records} == set(wanted) - {"10.5555/lead.0077"}
    assert [doi for page in pages for doi in page.gone] == ["10.5555/lead.0077"]
    assert len(app.log) == 3 + 2  # three lists; the work itself, and its agency


def test_what_is_no_doi_is_not_asked_for(harvest: Harvest, app: CrossrefApp) -> None:
    assert (
        fetch(harvest, ["(without identifier, 1f)", "", "https://doi.org/10.5555/lead.0001", "../x", "10.5555/"]) == []
    )
    assert app.log == []


def test_an_alias_is_gone_and_its_work_is_here(harvest: Harvest, app: CrossrefApp) -> None:
    """Of two DOIs of one work Crossref makes one the alias of the other, and answers with that
    (https://github.com/CrossRef/rest-api-doc/issues/110)."""
    app._sent["10.5555/lead.0001"] = app._sent["10.5555/lead.0002"]
    (page,) = fetch(harvest, ["10.5555/lead.0001"])
    assert page.gone == ("10.5555/lead.0001",)
    assert [raw.identifier for raw in page.records] == ["10.5555/lead.0002"]


def test_dois_with_every_kind_of_character(serve: Callable[..., CrossrefApp]) -> None:
    odd = [
        "10.1002/(sici)1097<1::aid-x>3.0.co;2-0",
        "10.5555/a,b#c?d%2fe",
        "10.5555/a:b",
        "10.5555/é+&=c",
        "10.5555/[x]",
    ]
    app = serve([{**work(1), "DOI": doi} for doi in odd])
    pages = fetch(Harvest(app.base), odd)  # type: ignore[attr-defined]
    assert {raw.identifier for page in pages for raw in page.records} == set(odd)


def test_a_work_that_cannot_be_read_is_not_gone(harvest: Harvest, app: CrossrefApp) -> None:
    app._sent["10.5555/lead.0001"] = b'{"DOI":17,"title":["x"]}'
    (page,) = fetch(harvest, ["10.5555/lead.0001"])
    assert [b.identifier for b in page.broken] == ["10.5555/lead.0001"]
    assert page.gone == ()


def test_what_can_be_mended_is_mended_in_a_single_work_too(harvest: Harvest, app: CrossrefApp) -> None:
    item = b'{"DOI":"10.5555/lead.0001","title":["\\ud800"],"score":NaN}'
    app._sent["10.5555/lead.0001"] = item
    (page,) = fetch(harvest, ["10.5555/lead.0001"])
    assert [(raw.identifier, len(raw.repairs)) for raw in page.records] == [("10.5555/lead.0001", 2)]
    assert page.broken == page.gone == ()


@pytest.mark.parametrize(
    "fault", ["503", "html", "truncated", "drop", "empty", "null", "array", "no-message", "text", "403"]
)
def test_no_failure_is_taken_for_an_absence(harvest: Harvest, app: CrossrefApp, fault: str) -> None:
    app.fail(fault, times=100)
    with pytest.raises((SourceUnavailable, ProtocolError)):
        fetch(harvest, ["10.5555/lead.0001"])


def test_a_list_of_dois_says_which_are_gone(harvest: Harvest, app: CrossrefApp) -> None:
    wanted = ["10.5555/lead.0001", "10.5555/lead.0002"]
    harvest.run(filter={"doi": wanted})
    assert harvest.pages[-1].gone == ()
    app.remove("10.5555/lead.0002")
    harvest.run(filter={"doi": wanted})
    assert harvest.pages[-1].gone == ("10.5555/lead.0002",)
    assert harvest.pages[-1].extent is None


def test_a_search_that_finds_nothing_is_not_believed(
    harvest: Harvest, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As while its index is being rebuilt: asked for by name, the works are there."""
    wanted = ["10.5555/lead.0001", "10.5555/lead.0002"]
    monkeypatch.setattr(app, "_selected", lambda *_: [])
    harvest.run(filter={"doi": wanted})
    assert harvest.pages[-1].gone == ()
    assert set(harvest.records) == set(wanted)
