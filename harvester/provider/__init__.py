"""Our own OAI-PMH data provider: the works of the index, for other aggregators to harvest.

Items are works: ``oai:NAMESPACE:KEY``. Datestamps say when what is said of a work last changed (``harvester.index.provided``),
so neither a new index nor one that was put back is noticed but for what differs. Works that are gone, suppressed or merged
into another are deleted records, for good. A resumption token holds the place in the list itself: it needs no memory, never
expires, and what changes while a list is being harvested comes at its end.

Rules: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import parse_qs

from harvester.provider.settings import Answer, Settings, check

__all__ = ["Answer", "Settings", "answer", "check", "query", "schema"]

_MOST_ARGUMENTS = 20
"""The protocol knows seven."""


def query(text: str) -> dict[str, list[str]]:
    """The arguments of a query string, or of the body of a POST: name -> values, in their order."""
    pairs = "&".join(text.split("&")[:_MOST_ARGUMENTS])
    return parse_qs(pairs, keep_blank_values=True, errors="replace")


def answer(
    db: sqlite3.Connection,
    settings: Settings,
    arguments: Mapping[str, Sequence[str]],
    base_url: str,
    now: datetime,
    titles: Mapping[str, str] | None = None,
) -> Answer:
    """The answer to one request. ``db``: an index (``query.open_index``); ``titles``: of the listings, by their names.

    Errors of the protocol are answers like any other. sqlite3's are raised: who serves says that there is no index.
    """
    from harvester.provider.verbs import Repository

    return Repository(db, settings, base_url, now, titles or {}).answer(arguments)


def schema() -> bytes:
    """The XML schema of the metadata format ``work``, to be served as ``work.xsd`` below the base URL."""
    from harvester import schemas

    return (schemas.folder() / "xsd" / "work.xsd").read_bytes()
