"""Generated works behind an address, for benchmarks: pages are made once, so that the server is not what is measured.

    with served(50_000) as url:          # in a process of its own: its memory and CPU time are not the harvester's
        ...

On the command line: ``python -m harvester.sandbox.generated --records 50000`` prints the address and serves until killed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from xml.sax.saxutils import unescape

from msgspec.structs import replace

from harvester.sandbox import crossref_items, dspace, eprints, generate
from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.oai import Provider
from harvester.sandbox.server import App, Clock, Request, Response, Server

_DATE = b"<responseDate>"
_TOKEN = re.compile(rb"<resumptionToken[^>]*>([^<]+)</resumptionToken>")
_YEARS = 3 * 366 * 86_400
"""Seconds; tokens of pages that are kept must not run out."""


class Repository:
    """A repository of ``n`` generated works whose answers are kept; only their responseDate is renewed.

    ``provider`` takes changes between harvests; call ``refresh`` afterwards. ``format``: one of ``generate.FORMATS``
    that OAI-PMH has; DSpace's three are all served, whichever of them is named.
    """

    def __init__(
        self,
        n: int,
        seed: int = 1,
        format: str = "oai_dc",
        *,
        start: int = 0,
        page_size: int = 100,
        clock: Clock | None = None,
    ) -> None:
        self.prefix = "oai_dc" if format == "eprints" else format
        items = (generate.item(number, seed, format) for number in range(start, start + n))
        platform = eprints.PLATFORM if format == "eprints" else dspace.PLATFORM
        self.provider = Provider(platform, items, clock or Clock(), page_size=page_size, token_lifetime=_YEARS)
        self._kept: dict[tuple[str, ...], Response] = {}

    def __call__(self, request: Request) -> Response:
        if "from" in request.query or "until" in request.query:
            return self.provider(request)  # asked for once, and then with other dates
        key = (
            request.base_url,
            *sorted(f"{name}={value}" for name, values in request.query.items() for value in values),
        )
        if key not in self._kept:
            self._kept[key] = self.provider(request)
        kept = self._kept[key]
        head, _, tail = kept.body.partition(_DATE)
        now = self.provider.clock().strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        return replace(kept, body=b"".join((head, _DATE, now, tail[len(now) :])))

    def refresh(self) -> None:
        """Forget the answers that were kept."""
        self._kept.clear()

    def prime(self, base_url: str) -> None:
        """Make every page of the whole list before the first client comes."""
        query = {"verb": ["ListRecords"], "metadataPrefix": [self.prefix]}
        while query:
            answer = self(Request(method="GET", path="", query=query, base_url=base_url))
            token = _TOKEN.search(answer.body, len(answer.body) - 1000)
            query = {"verb": ["ListRecords"], "resumptionToken": [unescape(token[1].decode())]} if token else {}


def application(n: int, seed: int, format: str, start: int, page_size: int) -> App:
    if format != "crossref":
        return Repository(n, seed, format, start=start, page_size=page_size)
    works = (generate.facts(number, seed) for number in range(start, start + n))
    return CrossrefApp((crossref_items.item(work) for work in works if work.crossref), Clock())


@contextmanager
def served(n: int, seed: int = 1, format: str = "oai_dc", *, start: int = 0, page_size: int = 100) -> Iterator[str]:
    """The base URL of a repository (format ``crossref``: of an API) of ``n`` generated works, in a process of its own."""
    options = {"records": n, "seed": seed, "format": format, "start": start, "page-size": page_size}
    command = [sys.executable, "-m", "harvester.sandbox.generated", *(f"--{k}={v}" for k, v in options.items())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            if not url:
                raise RuntimeError(f"{' '.join(command)} did not start")
            yield url
        finally:
            process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve generated works on the loopback interface.")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=[f for f in generate.FORMATS if f != "curated"], default="oai_dc")
    parser.add_argument("--start", type=int, default=0, help="number of the first work")
    parser.add_argument("--page-size", type=int, default=100)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    app = application(given.records, given.seed, given.format, given.start, given.page_size)
    mount = "/oai" if isinstance(app, Repository) else "/crossref"
    with Server({mount: app}, port=given.port, compress=False) as server:
        url = server.url + mount
        if isinstance(app, Repository):
            app.prime(url)
        sys.stdout.write(url + "\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
