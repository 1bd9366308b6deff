"""One request and its answer, as endpoints see them: no framework, no threads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from harvester.pages import Site, html
from harvester.pages.addresses import Addresses
from harvester.query import Index, Search
from harvester.query.state import parse
from harvester.serve import Settings
from harvester.serve.tally import Tally

HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"


class Answer(Struct, frozen=True, kw_only=True):
    body: bytes | Iterator[bytes]
    """Pieces: of a whole result, which is sent as it is written."""
    media_type: str = HTML
    status: int = 200
    headers: dict[str, str] = {}


class Refused(Exception):
    """A request that gets an answer without what it asked for: status, heading, words."""

    def __init__(self, status: int, heading: str, message: str, *, wanted: str = "", **headers: str) -> None:
        super().__init__(heading)
        self.status, self.heading, self.message, self.wanted = status, heading, message, wanted
        self.headers = headers


class Call:
    """One request."""

    def __init__(
        self,
        settings: Settings,
        to: Addresses,
        *,
        path: dict[str, str] | None = None,
        query: str = "",
        accept: str = "",
        form: bytes = b"",
        method: str = "GET",
        tally: Tally | None = None,
    ) -> None:
        self.settings = settings
        self.to = to
        self.path = path or {}
        self.query = query
        """As it was sent, without ``?``."""
        self.accept = accept
        self.form = form
        """The body of a POST."""
        self.method = method
        self.tally = tally or Tally()
        self._db: Index | None = None

    @property
    def site(self) -> Site:
        return self.settings.site

    @property
    def db(self) -> Index:
        assert self._db is not None, "only a route that reads the index has one"
        return self._db

    @db.setter
    def db(self, db: Index) -> None:
        self._db = db

    @cached_property
    def search(self) -> Search:
        return parse(self.query)

    def parameter(self, name: str) -> str:
        """The first of this name in the query, bounded; '' where there is none."""
        return next((v[:200] for n, v in parse_qsl(self.query[:8192], max_num_fields=None) if n == name), "")

    def page(self, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **facts: Any) -> Answer:
        text = html.render(template, self.site, self.to, **facts)
        return Answer(body=text.encode(), status=status, headers=headers or {})

    def json(self, value: Any, *, status: int = 200, media_type: str = JSON) -> Answer:
        body = msgspec.json.encode(value)
        return Answer(body=body, media_type=media_type, status=status)


def redirect(address: str, *, permanent: bool = False) -> Answer:
    return Answer(body=b"", status=301 if permanent else 302, headers={"Location": address})
