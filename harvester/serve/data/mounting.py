"""Datasette as a part of our app: which requests reach it, what it takes its address to be, and what its answers carry.

Its router takes ``base_url`` off a path itself, but links that it makes of the path of a request have it twice then
(https://github.com/simonw/datasette/issues/1590): it gets the path as it is below ``/data``.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import datasette
from datasette.app import Datasette

from harvester.pages import Site
from harvester.pages.addresses import root_of
from harvester.serve.data.aside import Aside
from harvester.serve.data.describing import DATABASE, metadata
from harvester.serve.data.faults import tell
from harvester.serve.data.reading import ROWS, STATEMENT_MS, Following
from harvester.serve.shield import App, Message, Receive, Scope, Send, plain

_AT_A_TIME: Final = 8
"""Requests; two statements are carried out at a time, the others wait."""
_SETTINGS: Final = {
    "sql_time_limit_ms": STATEMENT_MS,
    "max_returned_rows": ROWS,
    "default_page_size": 50,
    "num_sql_threads": 2,
    "suggest_facets": False,  # a statement for each column of each page
    "allow_download": False,
    "max_csv_mb": 100,
    "default_cache_ttl": 0,  # the index may change at any time
}


class Data:
    """An ASGI app for what is below ``/data``."""

    def __init__(self, site: Site, index: Path) -> None:
        tell()
        self._root = root_of(site.base_url)
        self._base = f"{self._root}data/"
        self._whole = urlsplit(site.base_url)
        served = Datasette(
            [], metadata=metadata(site, self._base), settings={**_SETTINGS, "base_url": self._base}, cors=True
        )
        served.remove_database("_memory")
        database = Following(served, index)
        served.add_database(database, DATABASE)
        self.readers = database.readers
        self._executor = served.executor
        self._app = Aside(served.app())
        self._policy = _policy()
        self._asked = 0

    def close(self) -> None:
        self._app.close()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def beside(self, app: App) -> App:
        """An app that has the data as well."""

        async def either(scope: Scope, receive: Receive, send: Send) -> None:
            path = scope.get("path", "")
            mine = scope["type"] == "http" and (path == "/data" or path.startswith("/data/"))
            await (self if mine else app)(scope, receive, send)

        return either

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["harvester.route"] = "/data"
        path = scope["path"].removeprefix("/data") or "/"
        if scope["method"] not in ("GET", "HEAD"):
            await plain(send, 405, b"This is to be read only.\n", (b"allow", b"GET, HEAD"))
        elif path.startswith("/-/") and not path.startswith("/-/static/"):
            await plain(send, 404, b"There is no such page.\n")  # what Datasette tells of itself, and of this machine
        elif self._asked >= _AT_A_TIME:
            await plain(send, 503, b"Several others are asking just now. Please try again in a minute.\n", _LATER)
        else:
            self._asked += 1
            try:
                await self._app(self._below(scope, path), receive, self._carrying(send))
            finally:
                self._asked -= 1

    def _below(self, scope: Scope, path: str) -> Scope:
        """The same request, as if Datasette stood alone, under the name that the public knows."""
        raw: bytes = scope.get("raw_path") or path.encode()
        raw = raw.partition(b"?")[0].removeprefix(self._root.rstrip("/").encode())
        headers = scope["headers"]
        if self._whole.netloc:
            headers = [(b"host", self._whole.netloc.encode()), *(h for h in headers if h[0] != b"host")]
        return {
            **scope,
            "path": path,
            "raw_path": raw.removeprefix(b"/data") or b"/" if raw.startswith(b"/data") else path.encode(),
            "root_path": "",
            "scheme": self._whole.scheme or scope["scheme"],
            "headers": headers,
        }

    def _carrying(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = [(name.lower(), value) for name, value in message["headers"]]
                headers = [(n, self._moved(v) if n == b"location" else v) for n, v in named]
                fixed = (*_CARRIED, (b"content-security-policy", self._policy))
                more = [header for header in fixed if header[0] not in dict(named)]
                message = {**message, "headers": [*headers, *more]}
            await send(message)

        return sending

    def _moved(self, location: bytes) -> bytes:
        """Of what it redirects itself, Datasette forgets where it stands."""
        base = self._base.encode()
        if location.startswith(base) or not location.startswith(b"/"):
            return location
        return base + location.lstrip(b"/")


_LATER: Final = (b"retry-after", b"60")
_CARRIED: Final = (
    (b"cache-control", b"no-cache"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)


def _policy() -> bytes:
    """Its pages run the scripts of its own files, and those that its templates have always had; styles differ by page."""
    hashes = " ".join(f"'sha256-{digest}'" for digest in sorted(set(_scripts())))
    return (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ).encode()


def _scripts() -> Iterator[str]:
    folder = Path(datasette.__file__).parent / "templates"
    for name in ("_close_open_menus.html", "_codemirror_foot.html", "table.html"):
        for script in re.findall(r"<script>(.*?)</script>", (folder / name).read_text(encoding="utf-8"), re.DOTALL):
            text = re.sub(r"{{ datasette_allow_facet }}", "true", script)
            yield base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
