"""A web site on the loopback interface, whose pages, headers and faults a test sets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from harvester.http import Session
from harvester.record import Page, RawRecord, Verdict
from harvester.sandbox.server import Request, Response, Server
from harvester.sources import Cursor, Window
from harvester.sources.web import Settings, connect


def html(title: str, head: str = "") -> bytes:
    return f"<html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{title}</body></html>".encode()


class Site:
    """Path -> answer; what is not there is 404. ETags are kept to."""

    def __init__(self) -> None:
        self.answers: dict[str, Response] = {}
        self.asked: list[tuple[str, int]] = []
        self.url = ""

    def __call__(self, request: Request) -> Response:
        path = request.path + (f"?{request.query_string}" if request.query_string else "")
        found = self.answers.get(path, Response(404, {"Content-Type": "text/html"}, html("Not found")))
        etag = found.headers.get("ETag")
        if etag and request.headers.get("if-none-match") == etag:
            found = Response(304, {"ETag": etag})
        self.asked.append((path, found.status))
        return found

    def put(self, path: str, body: bytes | str, status: int = 200, **headers: str) -> None:
        body = body if isinstance(body, bytes) else html(body)
        kind = {"Content-Type": "text/html; charset=utf-8"} if b"<html" in body[:10] else {}
        self.answers[path] = Response(
            status, kind | {name.replace("_", "-"): value for name, value in headers.items()}, body
        )

    def sitemap(self, path: str, *pages: tuple[str, str], index: bool = False) -> None:
        outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
        rows = "".join(
            f"<{inner}><loc>{self.url * loc.startswith('/')}{loc}</loc>{f'<lastmod>{day}</lastmod>' * bool(day)}</{inner}>"
            for loc, day in pages
        )
        self.put(path, f'<{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{outer}>'.encode())

    def paths(self) -> list[str]:
        """What was asked for since the last time, robots.txt left out."""
        asked, self.asked = [path for path, _ in self.asked if path != "/robots.txt"], []
        return asked


@contextmanager
def served() -> Iterator[Site]:
    site = Site()
    with Server({"": site}) as server:
        site.url = server.url
        yield site


class Harvest:
    """What jobs do with a source, without a database."""

    def __init__(self, site: Site, **settings: Any) -> None:
        self.site = site
        self.settings = Settings(kind="web", pace=0, **settings)
        self.records: dict[str, RawRecord] = {}
        self.quirks: dict[str, str] = {}
        self.cursor = Cursor()
        self.unchanged: list[str] = []
        self.gone: list[str] = []
        self.broken: dict[str, str] = {}
        self.new = 0

    def run(self, *, full: bool = False, stop_after: int = 10_000) -> Verdict | None:
        self.unchanged, self.gone, self.broken, self.new = [], [], {}, 0
        with Session(retries=0, sleep=lambda _: None) as session:
            source = connect("test", self.settings, session, self.quirks)
            for n, page in enumerate(source.pages("pages", self.cursor, Window(full=full))):
                self.keep(page)
                if page.verdict is not None:
                    return page.verdict
                if n + 1 == stop_after:
                    return None
        raise AssertionError("the list ended without a verdict")

    def keep(self, page: Page) -> None:
        for raw in page.records:
            self.new += raw.identifier not in self.records or self.records[raw.identifier].digest != raw.digest
            self.records[raw.identifier] = raw
        self.unchanged += page.unchanged
        self.gone += page.gone
        self.broken |= {b.identifier: b.reason for b in page.broken}
        through = page.complete_through or self.cursor.complete_through
        self.cursor = Cursor(place=page.place, complete_through=through)


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as found:
        yield found
