"""Crossref: into which pool we come, what it allows, and how many works the filter selects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from harvester.config import Config
from harvester.doctor import transport
from harvester.doctor.block import source_table
from harvester.doctor.chart import Chart
from harvester.errors import SourceError
from harvester.jobs.sessions import session
from harvester.sources import Settings as Common
from harvester.sources.crossref import Settings, check, client_for, selection
from harvester.sources.crossref.client import Client

_WHOLE_JOURNALS = 5
"""So many summaries of journals are looked at."""


def examine_address(config: Config, chart: Chart, url: str) -> str:
    """An address such as ``https://api.crossref.org/works?filter=issn:2398-631X``."""
    filters: dict[str, list[str]] = {}
    for part in dict(parse_qsl(urlsplit(url).query)).get("filter", "").split(","):
        key, colon, value = part.partition(":")
        if colon:
            filters.setdefault(key, []).append(value)
    if journal := re.search(r"/journals/([0-9Xx-]{9})(/|$)", urlsplit(url).path):
        filters["issn"] = [journal[1]]
    settings = Settings(kind="crossref", filter={k: v[0] if len(v) == 1 else v for k, v in filters.items()})
    mistakes = list(check(settings))
    for key, fault in mistakes:
        chart.problem("filter", f"{key}: {fault}")
    return "" if mistakes else examine(config, chart, "", settings)


def examine(config: Config, chart: Chart, name: str, settings: Common) -> str:
    assert isinstance(settings, Settings)
    with session(config, settings) as asked:
        chart.listen(asked)
        client = client_for(name, settings, asked)
        filters, queries = selection(settings)
        chart.question()
        try:
            total = client.works(filters, queries, rows=0).total
        except SourceError as error:
            chart.problem("works", str(error))
            return ""
        _pool(chart, client)
        if total:
            chart.ok("works", f"{total:,} are selected; {-(-total // settings.rows):,} requests for all of them")
        else:
            chart.problem("works", "none is selected", "is there a slip in the filter, or has it no works yet?")
        for text in _journals(chart, client, filters):
            chart.note("journal", text, "its own count is updated once a day")
        transport.look(chart, [answer for answer in chart.answers if answer.status < 300])
    return _block(name, settings)


def _pool(chart: Chart, client: Client) -> None:
    headers = chart.answers[-1].headers
    pool = headers.get("X-API-Pool", "")
    limit, interval = headers.get("X-Rate-Limit-Limit", ""), headers.get("X-Rate-Limit-Interval", "")
    text = f"the pool is {pool or 'not named'}" + (f"; {limit} requests in {interval} are allowed" if limit else "")
    if "public" in pool or not client.mailto:
        chart.note("pool", text, "`contact` in [harvester] brings us into the polite pool, which is faster")
    else:
        chart.ok("pool", text)


def _journals(chart: Chart, client: Client, filters: dict[str, list[str]]) -> Iterator[str]:
    for issn in filters.get("issn", [])[:_WHOLE_JOURNALS]:
        chart.question()
        journal = client.told(f"/journals/{issn}")
        counts = journal.get("counts")
        if isinstance(counts, dict) and isinstance(counts.get("total-dois"), int):
            chart.ok("journal", f"{journal.get('title', issn)}: {counts['total-dois']:,} works by its own count")
        else:
            yield f"Crossref has no summary of a journal with the ISSN {issn}"


def _block(name: str, settings: Settings) -> str:
    issn = settings.filter.get("issn")
    name = name or (f"issn-{issn.lower()}" if isinstance(issn, str) else "crossref")
    default = Settings(kind="crossref")
    kept = {
        key: value
        for key in ("title", "url", "query", "mailto", "plus_token_env", "rows", "rank")
        if (value := getattr(settings, key)) != getattr(default, key)
    }
    return source_table(
        name, {"kind": "crossref", **kept, "every": settings.every or "1 day", "filter": settings.filter}, {}
    )
