"""Foreign clients, unmodified, get every identifier over at least three pages from both repositories."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest
from oaipmh_scythe import Scythe

from harvester.sandbox import Provider, Sandbox

with warnings.catch_warnings():
    # sickle 0.7.0 has an invalid escape sequence, which Python warns of when it compiles the file for the first time.
    warnings.simplefilter("ignore", DeprecationWarning)
    from sickle import Sickle
    from sickle.iterator import OAIResponseIterator


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def _repository(sandbox: Sandbox, name: str) -> tuple[str, Provider]:
    return {"dspace": (sandbox.dspace_url, sandbox.dspace), "eprints": (sandbox.eprints_url, sandbox.eprints)}[name]


@pytest.mark.parametrize(("name", "prefix"), [("dspace", "xoai"), ("dspace", "oai_dc"), ("eprints", "oai_dc")])
def test_sickle_gets_every_record(sandbox: Sandbox, name: str, prefix: str) -> None:
    url, provider = _repository(sandbox, name)
    records = list(Sickle(url, timeout=10).ListRecords(metadataPrefix=prefix))
    assert {r.header.identifier for r in records} == set(provider.items)
    assert sum(r.deleted for r in records) == 1
    pages = list(Sickle(url, timeout=10, iterator=OAIResponseIterator).ListIdentifiers(metadataPrefix=prefix))
    assert len(pages) >= 3


@pytest.mark.parametrize("name", ["dspace", "eprints"])
def test_scythe_gets_every_record(sandbox: Sandbox, name: str) -> None:
    url, provider = _repository(sandbox, name)
    seen = len(sandbox.requests)
    with Scythe(url) as scythe:
        found = [r.header.identifier for r in scythe.list_records(metadata_prefix="oai_dc")]
        assert len(sandbox.requests) - seen >= 3
        assert sorted(found) == sorted(provider.items)
        assert scythe.identify().repositoryName == provider.platform.name
        assert {s.setSpec for s in scythe.list_sets()} == set(provider.platform.sets)
