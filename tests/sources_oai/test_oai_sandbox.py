"""Whole harvests of the sandbox's two repositories: first, incremental, interrupted, and while things go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from harvester.http import Session
from harvester.record import Page
from harvester.sandbox import Sandbox
from harvester.sandbox.faults import KINDS
from harvester.sandbox.server import Clock
from harvester.sources import Cursor, Window
from harvester.sources.oai_pmh import Settings, connect
from harvester.sources.oai_pmh.description import formats, identify, set_names


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(crossref=False, page_size=10, clock=Clock(datetime(2024, 3, 1, tzinfo=UTC))) as sandbox:
        yield sandbox


def pages(url: str, prefix: str = "oai_dc", cursor: Cursor | None = None) -> list[Page]:
    with Session(sleep=lambda _: None, retries=3) as session:
        source = connect("x", Settings(kind="oai_pmh", url=url, metadata_prefix=prefix), session, {})
        return list(source.pages(source.lists[0], cursor or Cursor(), Window()))


def identifiers(found: list[Page]) -> set[str]:
    return {record.identifier for page in found for record in page.records}


@pytest.mark.parametrize("prefix", ["xoai", "dim", "oai_dc"])
def test_every_record_of_every_format(sandbox: Sandbox, prefix: str) -> None:
    found = pages(sandbox.dspace_url, prefix)
    assert len(found) >= 3
    assert identifiers(found) == set(sandbox.dspace.items)
    assert str(found[-1].verdict) == "complete"
    assert found[-1].complete_through == "2024-03-01T00:00:00Z"
    assert all(page.repairs == () and page.broken == () for page in found)
    deleted = {r.identifier for page in found for r in page.records if r.deleted}
    assert deleted == {name for name, item in sandbox.dspace.items.items() if item.deleted} != set()


def test_the_platform_is_learned_where_identify_is_asked(sandbox: Sandbox) -> None:
    """An incremental harvest has to know the granularity: what runs the repository comes with the same answer."""
    with Session(sleep=lambda _: None, retries=3) as session:
        assert identify(session, sandbox.dspace_url).platform == "dspace"
        assert identify(session, sandbox.eprints_url).platform == "eprints"
        learned: dict[str, str] = {}
        source = connect("x", Settings(kind="oai_pmh", url=sandbox.dspace_url), session, learned)
        list(source.pages("oai_dc", Cursor(complete_through="2024-02-01T00:00:00Z"), Window()))
    assert learned["platform"] == "dspace"


def test_a_repository_that_announces_no_size(sandbox: Sandbox) -> None:
    found = pages(sandbox.eprints_url)
    assert identifiers(found) == set(sandbox.eprints.items)
    assert str(found[-1].verdict) == "complete"


def test_only_what_changed_since(sandbox: Sandbox) -> None:
    first = pages(sandbox.dspace_url)
    sandbox.clock.advance(days=3)
    gone, changed = sorted(name for name, item in sandbox.dspace.items.items() if not item.deleted)[:2]
    sandbox.dspace.delete(gone)
    sandbox.dspace.put(sandbox.dspace.items[changed])
    second = pages(sandbox.dspace_url, cursor=Cursor(complete_through=first[-1].complete_through))
    sent = {r.identifier: r.deleted for page in second for r in page.records}
    assert (sent[gone], sent[changed]) == (True, False)
    since = datetime(2024, 2, 29, tzinfo=UTC)
    assert set(sent) == {name for name, item in sandbox.dspace.items.items() if item.datestamp >= since}
    assert second[-1].complete_through == "2024-03-04T00:00:00Z"
    before = next(r for page in first for r in page.records if r.identifier == changed)
    after = next(r for page in second for r in page.records if r.identifier == changed)
    assert before.digest == after.digest  # it was only stamped anew
    assert before.datestamp != after.datestamp


def test_tokens_that_expire_between_runs(sandbox: Sandbox) -> None:
    place = pages(sandbox.dspace_url)[1].place
    sandbox.dspace.expire_tokens()
    found = pages(sandbox.dspace_url, cursor=Cursor(place=place))
    assert identifiers(found) == set(sandbox.dspace.items)
    assert str(found[-1].verdict) == "complete"


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"slow"}))
def test_faults_cost_time_and_nothing_else(sandbox: Sandbox, kind: str) -> None:
    sandbox.fail("dspace", kind, when="resumptionToken", skip=1, times=2)
    found = pages(sandbox.dspace_url)
    assert identifiers(found) == set(sandbox.dspace.items)
    assert str(found[-1].verdict) == "complete"


def test_what_a_repository_says_about_itself(sandbox: Sandbox) -> None:
    with Session() as session:
        said = identify(session, sandbox.dspace_url)
        assert (said.granularity, said.deleted) == ("second", "persistent")
        assert said.base_url.endswith("/dspace/oai/request")
        assert set(formats(session, sandbox.dspace_url)) == {"oai_dc", "xoai", "dim"}
        names = set_names(session, sandbox.dspace_url)
        assert names
        assert all(spec.startswith(("com_", "col_")) and name for spec, name in names.items())
        assert len(set_names(session, sandbox.dspace_url, most=1)) >= 1


def test_set_names_are_asked_for_only_on_request_and_with_whole_lists(sandbox: Sandbox) -> None:
    fresh = Cursor()

    def names(url: str, cursor: Cursor = fresh, **settings: bool) -> dict[str, str]:
        source = connect("x", Settings(kind="oai_pmh", url=url, **settings), session, {})
        pages = list(source.pages("oai_dc", cursor, Window()))
        assert not any(page.set_names for page in pages[1:])
        return pages[0].set_names

    with Session() as session:
        assert names(sandbox.dspace_url) == {}
        assert names(sandbox.dspace_url, set_names=True) == set_names(session, sandbox.dspace_url) != {}
        assert names(sandbox.dspace_url, Cursor(complete_through="2026-01-01T00:00:00Z"), set_names=True) == {}
        assert names(sandbox.eprints_url, set_names=True) == set_names(session, sandbox.eprints_url)
