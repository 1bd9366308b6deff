"""The provider against the rules of OAI-PMH 2.0."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from harvester.sandbox import Clock, Sandbox, dspace, eprints
from harvester.sandbox.bundle import load
from harvester.sandbox.oai import Item, Provider
from harvester.sandbox.server import Request

NS = {"o": "http://www.openarchives.org/OAI/2.0/"}
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
BOTH = pytest.mark.parametrize("source", ["dspace", "eprints"])


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=Clock(NOW)) as sandbox:
        yield sandbox


def ask(provider: Provider, **arguments: Any) -> etree._Element:
    """The answer's root; ``from_`` is ``from``, lists are repeated arguments."""
    query = {k.rstrip("_"): v if isinstance(v, list) else [str(v)] for k, v in arguments.items()}
    answer = provider(Request(method="GET", path="", query=query, base_url="http://127.0.0.1/oai"))
    assert answer.status == 200
    root = etree.fromstring(answer.body)
    valid(root)
    return root


def valid(root: etree._Element) -> None:
    """What OAI-PMH.xsd says about order and occurrence, as far as our answers go."""
    names = [etree.QName(child).localname for child in root]
    assert names[:2] == ["responseDate", "request"]
    assert len(names) == 3
    for record in root.iterfind(".//o:record", NS):
        parts = [etree.QName(child).localname for child in record]
        deleted = record.find("o:header", NS).get("status") == "deleted"
        assert parts == (["header"] if deleted else ["header", "metadata"])
    for header in root.iterfind(".//o:header", NS):
        parts = [etree.QName(child).localname for child in header]
        assert parts[:2] == ["identifier", "datestamp"]
        assert set(parts[2:]) <= {"setSpec"}
    for listed in root.iterfind("o:ListRecords", NS):
        tokens = listed.findall("o:resumptionToken", NS)
        assert len(tokens) <= 1
        assert not tokens or listed[-1] is tokens[0]


def code(root: etree._Element) -> str:
    error = root.find("o:error", NS)
    return "" if error is None else str(error.get("code"))


def identifiers(root: etree._Element) -> list[str]:
    return [str(e.text) for e in root.iterfind(".//o:header/o:identifier", NS)]


def token(root: etree._Element) -> etree._Element | None:
    return root.find("*/o:resumptionToken", NS)


def walk(provider: Provider, verb: str = "ListIdentifiers", **arguments: Any) -> list[list[str]]:
    pages = [ask(provider, verb=verb, metadataPrefix="oai_dc", **arguments)]
    while (end := token(pages[-1])) is not None and end.text:
        pages.append(ask(provider, verb=verb, resumptionToken=end.text))
    return [identifiers(page) for page in pages]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def small(clock: Clock) -> Provider:
    """Ten items, a day apart, in five pages; order of the list is not that of the dates."""
    names = [(i * 7) % 10 for i in range(10)]
    items = [Item(f"oai:x:{i}", EPOCH + timedelta(days=i), (f"a:{i % 2}",), lambda _: "<x xmlns='x'/>") for i in names]
    return Provider(dspace.PLATFORM, items, clock, page_size=2)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "badVerb"),
        ({"verb": "listRecords"}, "badVerb"),
        ({"verb": ["Identify", "Identify"]}, "badVerb"),
        ({"verb": ""}, "badVerb"),
        ({"verb": "Identify", "set": "x"}, "badArgument"),
        ({"verb": "GetRecord", "identifier": "oai:x:1"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": ["oai_dc", "oai_dc"]}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "2020-13-01"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "2020-1-1"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2020-01-01T00:00:00+00:00"}, "badArgument"),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2020-01-02", "until": "2020-01-01"},
            "badArgument",
        ),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2020-01-01", "until": "2020-01-02T00:00:00Z"},
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "resumptionToken": "oai_dc////2"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "a b"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "GetRecord", "identifier": "oai:x:1", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "GetRecord", "identifier": "oai:x:99", "metadataPrefix": "oai_dc"}, "idDoesNotExist"),
        ({"verb": "ListMetadataFormats", "identifier": "\x01"}, "idDoesNotExist"),
        ({"verb": "ListRecords", "resumptionToken": "oai_dc////2"}, "badResumptionToken"),
        ({"verb": "ListSets", "resumptionToken": "\x00"}, "badResumptionToken"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2021-01-01"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "b"}, "noRecordsMatch"),
    ],
)
def test_error_conditions(small: Provider, arguments: dict[str, Any], expected: str) -> None:
    root = ask(small, **arguments)
    assert code(root) == expected
    assert bool(root.find("o:request", NS).attrib) == (expected not in ("badVerb", "badArgument"))


def test_a_repository_without_sets_says_so(small: Provider) -> None:
    small.platform = replace(small.platform, sets={})
    assert code(ask(small, verb="ListSets")) == "noSetHierarchy"
    assert code(ask(small, verb="ListRecords", metadataPrefix="oai_dc", set="a")) == "noSetHierarchy"


def test_pages_name_every_item_once_and_end_with_an_empty_token(small: Provider) -> None:
    pages = walk(small)
    assert [len(page) for page in pages] == [2, 2, 2, 2, 2]
    assert sorted(chain(*pages)) == sorted(small.items)
    first = ask(small, verb="ListRecords", metadataPrefix="oai_dc")
    end = token(first)
    assert dict(end.attrib) == {"expirationDate": "2026-09-01T12:05:00Z", "completeListSize": "10", "cursor": "0"}
    assert end.text == "oai_dc////2"
    last = ask(small, verb="ListRecords", metadataPrefix="oai_dc", from_="2020-01-10", until="2020-01-10")
    assert identifiers(last) == ["oai:x:9"]
    assert token(last) is None


def test_dates_are_inclusive_in_both_granularities(small: Provider) -> None:
    by_day = walk(small, from_="2020-01-03", until="2020-01-05")
    by_second = walk(small, from_="2020-01-03T00:00:00Z", until="2020-01-05T00:00:00Z")
    assert sorted(chain(*by_day)) == sorted(chain(*by_second)) == ["oai:x:2", "oai:x:3", "oai:x:4"]
    assert walk(small, from_="2020-01-03T00:00:01Z", until="2020-01-04T00:00:00Z") == [["oai:x:3"]]


def test_for_ever_is_a_date(small: Provider) -> None:
    assert len([*chain(*walk(small, from_="0001-01-01", until="9999-12-31"))]) == 10
    assert len([*chain(*walk(small, until="9999-12-31T23:59:59Z"))]) == 10
    assert code(ask(small, verb="ListRecords", metadataPrefix="oai_dc", from_="0000-01-01")) == "badArgument"


def test_a_set_includes_its_subsets(small: Provider) -> None:
    assert len([*chain(*walk(small, set="a"))]) == 10
    assert len([*chain(*walk(small, set="a:1"))]) == 5


def test_day_granularity(small: Provider) -> None:
    small.granularity = "day"
    root = ask(small, verb="ListIdentifiers", metadataPrefix="oai_dc")
    assert all(len(str(e.text)) == 10 for e in root.iterfind(".//o:datestamp", NS))
    assert code(ask(small, verb="ListRecords", metadataPrefix="oai_dc", from_="2020-01-01T00:00:00Z")) == "badArgument"
    assert ask(small, verb="Identify").findtext("*/o:granularity", "", NS) == "YYYY-MM-DD"


def test_tokens_expire_by_the_clock_and_by_decree(small: Provider, clock: Clock) -> None:
    end = token(ask(small, verb="ListRecords", metadataPrefix="oai_dc")).text
    clock.advance(seconds=300)
    assert identifiers(ask(small, verb="ListRecords", resumptionToken=end))
    assert code(ask(small, verb="ListIdentifiers", resumptionToken=end)) == "badResumptionToken"
    clock.advance(seconds=1)
    assert code(ask(small, verb="ListRecords", resumptionToken=end)) == "badResumptionToken"
    end = token(ask(small, verb="ListRecords", metadataPrefix="oai_dc")).text
    small.expire_tokens()
    assert code(ask(small, verb="ListRecords", resumptionToken=end)) == "badResumptionToken"


def test_changes_between_harvests(small: Provider, clock: Clock) -> None:
    clock.advance(hours=1)
    small.delete("oai:x:1")
    small.put(Item("oai:x:10", EPOCH, (), lambda _: "<x xmlns='x'/>"))
    small.forget("oai:x:2")
    since = {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-09-01T13:00:00Z"}
    changed = ask(small, **since)
    assert identifiers(changed) == ["oai:x:1", "oai:x:10"]
    assert [h.get("status") for h in changed.iterfind(".//o:header", NS)] == ["deleted", None]
    small.deleted_record = "no"
    assert identifiers(ask(small, **since)) == ["oai:x:10"]
    assert code(ask(small, verb="GetRecord", metadataPrefix="oai_dc", identifier="oai:x:1")) == "idDoesNotExist"
    small.undelete("oai:x:1")
    assert identifiers(ask(small, **since)) == ["oai:x:1", "oai:x:10"]


def test_what_changes_during_a_list_pushes_nothing_over_the_edge_of_a_page(small: Provider, clock: Clock) -> None:
    first = ask(small, verb="ListRecords", metadataPrefix="oai_dc", until="2020-12-31")
    clock.advance(minutes=1)
    small.delete(identifiers(first)[0])  # no longer before `until`
    rest = ask(small, verb="ListRecords", resumptionToken=token(first).text)
    assert len(set(identifiers(first) + identifiers(rest))) == 4


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["verb", "metadataPrefix", "from", "until", "set", "identifier", "resumptionToken", "x"]),
        st.lists(st.one_of(st.text(max_size=12), st.sampled_from(["ListRecords", "oai_dc", "2020-01-01"])), max_size=2),
    )
)
def test_whatever_is_asked_the_answer_is_of_the_protocol(query: dict[str, list[str]]) -> None:
    provider = Provider(eprints.PLATFORM, load().eprints_records(), Clock(NOW))
    answer = provider(
        Request(method="GET", path="", query={k: v for k, v in query.items() if v}, base_url="http://h/o")
    )
    assert etree.fromstring(answer.body).tag == "{http://www.openarchives.org/OAI/2.0/}OAI-PMH"


@BOTH
def test_over_http(sandbox: Sandbox, source: str) -> None:
    url = {"dspace": sandbox.dspace_url, "eprints": sandbox.eprints_url}[source]
    asked = requests.get(url, {"verb": "Identify"}, timeout=5)
    posted = requests.post(url, {"verb": "Identify"}, timeout=5)
    assert asked.content == posted.content
    assert asked.headers["Content-Type"].startswith("text/xml")
    root = etree.fromstring(asked.content)
    valid(root)
    assert root.findtext("*/o:baseURL", "", NS) == url
    assert root.findtext("o:responseDate", "", NS) == "2026-09-01T12:00:00Z"
    assert root.findtext("*/o:deletedRecord", "", NS) == "persistent"
    assert requests.get(url + "/x", timeout=5).status_code == 404


def test_faults_by_description(sandbox: Sandbox) -> None:
    asked = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}

    def get() -> requests.Response:
        return requests.get(sandbox.dspace_url, asked, timeout=5)

    whole = get().text
    sandbox.fail("dspace", "busy", amount=7, skip=1)
    assert get().text == whole
    busy = get()
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "7")
    sandbox.fail("dspace", "truncated", when="ListRecords")
    assert whole.startswith(get().text)
    for kind in ("reset", "cut"):
        sandbox.fail("dspace", kind)
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            get()
    sandbox.fail("dspace", "html")
    assert "<!DOCTYPE html>" in get().text
    assert get().text == whole
    with pytest.raises(ValueError, match="no-such-kind"):
        sandbox.fail("dspace", "no-such-kind")
