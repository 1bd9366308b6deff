"""Web sites: may their pages be asked for, which are listed, and what do a few of them say of themselves?"""

from __future__ import annotations

from typing import Final

from harvester.config import Config
from harvester.doctor.chart import Chart
from harvester.errors import RecordError, SourceError
from harvester.jobs.sessions import session
from harvester.normalise import normalise
from harvester.record import RawRecord
from harvester.sources.web import Settings
from harvester.sources.web.site import Pages

_LOOKED_AT: Final = 5


def examine(config: Config, chart: Chart, name: str, settings: Settings) -> str:
    """Asks as a harvest would, at its pace, for the lists and for a few pages, spread over them."""
    with session(config, settings) as http:
        chart.listen(http)
        site = Pages(name, settings, http, {})
        listed, faults = site.listed()
        for fault in faults:
            chart.problem("lists", fault)
        if not listed:
            chart.problem("pages", "none is listed", "look at sitemaps, include and exclude")
            return ""
        chart.ok("pages", f"{len(listed)} are listed")
        urls = sorted(listed)
        for url in urls[:: max(1, len(urls) // _LOOKED_AT)][:_LOOKED_AT]:
            chart.question()
            _look(chart, site, url)
    return ""


def _look(chart: Chart, site: Pages, url: str) -> None:
    try:
        for page in site.fetch("pages", [url]):
            for raw in page.records:
                chart.ok("page", f"{url}: {_said(raw)}")
            for broken in page.broken:
                chart.note("page", broken.reason, "it goes to quarantine; the others are read")
            for gone in page.gone:
                chart.note("page", f"{gone}: there is no such page", "take it out of the list, or tell the site")
    except SourceError as error:
        chart.problem("page", str(error))


def _said(raw: RawRecord) -> str:
    try:
        record = normalise(raw)
    except RecordError as error:
        return str(error)
    authors = "; ".join([c.name for c in record.contributors if c.role == "author"][:3])
    return f"{record.type}, {record.title or 'without title'} ({authors or 'no author'}, {record.issued or 'no date'})"
