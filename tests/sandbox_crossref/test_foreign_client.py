"""habanero as it comes from the package index gets everything that the emulator has."""

from __future__ import annotations

import habanero
import pytest

from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.server import Server


@pytest.fixture
def client(base: str) -> habanero.Crossref:
    return habanero.Crossref(base_url=base, mailto="me@example.org", timeout=30)


def dois(pages: object) -> list[str]:
    assert isinstance(pages, list)
    return [item["DOI"] for page in pages for item in page["message"]["items"]]


def test_works_by_cursor(client: habanero.Crossref, app: CrossrefApp, server: Server) -> None:
    pages = client.works(cursor="*", limit=20, cursor_max=1000)
    assert len(pages) == 4
    assert sorted(dois(pages)) == sorted(app.items)
    assert all("mailto:me@example.org" in line.headers["user-agent"] for line in server.requests)


def test_works_of_a_journal(client: habanero.Crossref, app: CrossrefApp) -> None:
    pages = client.journals(ids="2049-3630", works=True, cursor="*", limit=25, cursor_max=1000)
    assert len(pages) == 3
    assert sorted(dois(pages)) == sorted(app.items)


def test_journal_filter_query_and_single_work(client: habanero.Crossref) -> None:
    journal = client.journals(ids="2049-3630")
    assert journal["message"]["counts"]["total-dois"] == 65
    listed = client.works(filter={"from_created_date": "2019-02-01", "until_created_date": "2019-02"}, limit=5)
    assert listed["message"]["total-results"] == 28
    assert len(listed["message"]["items"]) == 5
    found = client.works(query="ward 7", limit=1)
    assert found["message"]["items"][0]["DOI"] == "10.5555/lead.0007"
    assert client.works(ids="10.5555/lead.0003")["message"]["title"] == ["Leading ward 3"]
    assert client.registration_agency("10.5555/lead.0003") == ["Crossref"]


def test_refusals_reach_the_client(client: habanero.Crossref) -> None:
    with pytest.raises(habanero.RequestError, match="less than or equal to 1000"):
        client.works(limit=1001)
    with pytest.raises(habanero.RequestError, match="there is no such filter"):
        client.works(filter={"isn": "2049-3630"})
    with pytest.raises(habanero.RequestError, match="Cursor specified but it is invalid"):
        client.works(cursor="thing")
