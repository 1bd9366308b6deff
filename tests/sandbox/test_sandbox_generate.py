"""The generator: always the same works, of realistic size, shared between sources as asked; and served."""

from __future__ import annotations

import json
from statistics import mean

import pytest
import requests
from lxml import etree

from harvester.sandbox import generate
from harvester.sandbox.generated import Repository, served
from harvester.sandbox.server import Clock, Request, Server

SIZES = {"oai_dc": (2800, 3400), "eprints": (2800, 3800), "crossref": (4200, 5000)}


@pytest.mark.parametrize("format", generate.FORMATS)
def test_a_work_is_a_function_of_number_and_seed(format: str) -> None:
    once = list(generate.records(30, format=format))
    assert list(generate.records(30, format=format)) == once
    assert (
        list(generate.records(10, format=format, start=20))
        == once[-len(list(generate.records(10, format=format, start=20))) :]
    )
    assert {r.payload for r in generate.records(30, seed=2, format=format)}.isdisjoint(r.payload for r in once)
    assert len({r.identifier for r in once}) == len(once)


@pytest.mark.parametrize(("format", "bounds"), SIZES.items())
def test_sizes_are_those_of_real_records(format: str, bounds: tuple[int, int]) -> None:
    assert bounds[0] < mean(len(r.payload) for r in generate.records(300, format=format)) < bounds[1]


@pytest.mark.parametrize("format", ["oai_dc", "xoai", "dim", "eprints"])
def test_xml_records_are_whole(format: str) -> None:
    for record in generate.records(50, format=format):
        root = etree.fromstring(f"<page {record.context}>".encode() + record.payload + b"</page>")[0]
        assert root.findtext("{*}header/{*}identifier") == record.identifier
        assert root.findtext("{*}header/{*}datestamp") == record.datestamp
        assert len(root.find("{*}metadata")) == 1


def test_sources_share_as_many_works_as_their_ranges() -> None:
    dois = {json.loads(r.payload)["DOI"] for r in generate.records(200, format="crossref", start=100)}
    stated = [r.payload.decode() for r in generate.records(200, format="eprints")]
    shared = sum(any(f"<dc:relation>{doi}</dc:relation>" in payload for doi in dois) for payload in stated)
    assert 50 < shared < 100  # numbers 100 to 199, less those that have no DOI or do not say it


def test_words_are_as_many_as_in_real_text() -> None:
    words = [w for number in range(300) for w in " ".join(generate.facts(number).abstract).lower().split()]
    assert len(set(words)) > 4000
    assert words.count("the") > len(words) / 50


def test_a_generated_repository_keeps_its_answers_but_not_their_date() -> None:
    clock = Clock()
    app = Repository(250, clock=clock)
    with Server({"/oai": app}, clock) as server:
        app.prime(server.url + "/oai")
        made = len(app._kept)
        url, arguments, found = server.url + "/oai", {"verb": "ListRecords", "metadataPrefix": "oai_dc"}, set()
        while arguments:
            clock.advance(hours=1)
            root = etree.fromstring(requests.get(url, arguments, timeout=10).content)
            assert root.findtext("{*}responseDate") == clock().strftime("%Y-%m-%dT%H:%M:%SZ")
            found |= {e.text for e in root.iterfind(".//{*}header/{*}identifier")}
            token = root.findtext("*/{*}resumptionToken")
            arguments = {"verb": "ListRecords", "resumptionToken": token} if token else {}
        assert len(found) == 250
        assert len(app._kept) == made == 3
    app.provider.delete(next(iter(found)))
    since = {"verb": ["ListRecords"], "metadataPrefix": ["oai_dc"], "from": [clock().strftime("%Y-%m-%d")]}
    changed = app(Request(method="GET", path="", query=since, base_url=url)).body
    assert changed.count(b"<record>") == 1
    assert b'status="deleted"' in changed


@pytest.mark.parametrize(("format", "path"), [("eprints", "?verb=Identify"), ("crossref", "/works?rows=0")])
def test_a_process_of_its_own(format: str, path: str) -> None:
    with served(20, format=format) as url:
        answer = requests.get(url + path, timeout=10)
        assert answer.ok
    assert b"eprints.example.org" in answer.content or answer.json()["message"]["total-results"] > 10
    with pytest.raises(requests.ConnectionError):
        requests.get(url + path, timeout=10)
