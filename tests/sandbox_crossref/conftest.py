"""Works in the shape of the API, and a server that answers for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.server import Clock, Server

START = datetime(2026, 9, 1, 12, tzinfo=UTC)


def work(n: int, **more: Any) -> dict[str, Any]:
    """One article of an invented journal; created day by day from 2019-01-01 on."""
    day = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(days=n)
    return {
        "DOI": f"10.5555/lead.{n:04}",
        "type": "journal-article",
        "title": [f"Leading ward {n}"],
        "container-title": ["Sandbox Leader"],
        "ISSN": ["2049-3630"],
        "member": "239",
        "publisher": "Sandbox Press",
        "author": [{"family": "Hale", "given": "Ada", "sequence": "first", "affiliation": []}],
        "published-online": {"date-parts": [[day.year, day.month, day.day]]},
        "issued": {"date-parts": [[day.year, day.month]]},
        **more,
    }


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def app(clock: Clock) -> CrossrefApp:
    return CrossrefApp((work(n) for n in range(65)), clock, limits=dict.fromkeys(("public-array",), 10_000))


@pytest.fixture
def server(app: CrossrefApp, clock: Clock) -> Iterator[Server]:
    with Server({"/crossref": app}, clock) as server:
        yield server


@pytest.fixture
def base(server: Server) -> str:
    return f"{server.url}/crossref"
