"""The source under test against the emulated API, over real HTTP, with waits that take no time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harvester.http import Session
from harvester.record import Page, RawRecord
from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.server import Clock, Server
from harvester.sources import Cursor, Window
from harvester.sources.crossref import Settings, connect

START = datetime(2026, 9, 1, 12, tzinfo=UTC)
ISSN = "2049-3630"


def work(n: int, created: datetime | None = None, **more: Any) -> dict[str, Any]:
    """One article; created day by day from 2019-01-01 on, unless told otherwise."""
    day = created or datetime(2019, 1, 1, 12, tzinfo=UTC) + timedelta(days=n)
    stamp = {
        "date-parts": [[day.year, day.month, day.day]],
        "date-time": day.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "timestamp": int(day.timestamp() * 1000),
    }
    return {
        "DOI": f"10.5555/lead.{n:04}",
        "type": "journal-article",
        "title": [f"Leading ward {n}"],
        "ISSN": [ISSN],
        "created": stamp,
        **more,
    }


def sampled(cases: Iterable[Any], every: int) -> list[Any]:
    """Every so manieth case; the others are for the long run."""
    return [
        case if n % every == 0 else pytest.param(*_tuple(case), marks=pytest.mark.slow) for n, case in enumerate(cases)
    ]


def _tuple(case: Any) -> tuple[Any, ...]:
    return case if isinstance(case, tuple) else (case,)


class Harvest:
    """What jobs do with a source, without a database: keeps records, and the cursor as the pages move it."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.records: dict[str, RawRecord] = {}
        self.broken: list[str] = []
        self.cursor = Cursor()
        self.quirks: dict[str, str] = {}
        self.waits: list[float] = []
        self.pages: list[Page] = []
        self._now = 0.0

    def session(self, **more: Any) -> Session:
        return Session("librarian@example.org", sleep=self._sleep, clock=lambda: self._now, **more)

    def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self._now += seconds

    def run(
        self,
        window: Window | None = None,
        *,
        stop_after: int | None = None,
        session: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Page | None:
        """Harvest once. ``stop_after``: as if killed after so many pages. Returns the last page."""
        settings = {"filter": {"issn": ISSN}, "rows": 20} | settings
        self.pages = []
        with self.session(**(session or {})) as http:
            source = connect("leader", Settings(kind="crossref", url=self.base, **settings), http, self.quirks)
            (name,) = source.lists
            for page in source.pages(name, self.cursor, window or Window()):
                self.pages.append(page)
                self.records |= {raw.identifier: raw for raw in page.records}
                self.broken += [b.reason for b in page.broken]
                through = page.complete_through or self.cursor.complete_through
                self.cursor = Cursor(place=page.place, complete_through=through)
                if len(self.pages) == stop_after:
                    return page
        return self.pages[-1] if self.pages else None


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture(autouse=True)
def _our_clock(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """This machine and the server agree on the time, unless a test sets another."""
    monkeypatch.setattr("harvester.sources.crossref.client.our_time", clock)


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """One for all tests: to start and to end one takes longer than most of them."""
    with Server({}) as server:
        yield server


@pytest.fixture
def serve(server: Server, clock: Clock) -> Iterator[Callable[..., CrossrefApp]]:
    """Start an emulator with these works; ``app.base`` is its address, ``app.log`` the log of all requests."""
    server.clock, server.requests = clock, []

    def start(works: list[dict[str, Any]], **more: Any) -> CrossrefApp:
        app = CrossrefApp(works, clock, **more)
        mount = f"/crossref{len(server.mounts) or ''}"
        server.mounts[mount] = app
        app.base = f"{server.url}{mount}"  # type: ignore[attr-defined]
        app.log = server.requests  # type: ignore[attr-defined]
        return app

    yield start
    server.mounts.clear()


@pytest.fixture
def app(serve: Callable[..., CrossrefApp]) -> CrossrefApp:
    return serve([work(n) for n in range(130)])


@pytest.fixture
def harvest(app: CrossrefApp) -> Harvest:
    return Harvest(app.base)  # type: ignore[attr-defined]
