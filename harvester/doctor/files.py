"""A file of one's own: can it be read, and how many entries has it?"""

from __future__ import annotations

from typing import cast

from harvester import sources
from harvester.doctor.chart import Chart
from harvester.errors import ConfigError
from harvester.http import Session
from harvester.sources import Cursor, Settings, Source, Window


def examine(chart: Chart, name: str, settings: Settings) -> str:
    """Also of a kind that an installed package adds: whatever needs no network can be read whole."""
    with Session() as session:
        source: Source = sources.kind(settings.kind).connect(name, settings, session, {})
        for list_ in source.lists:
            try:
                pages = list(source.pages(list_, Cursor(), Window()))
            except ConfigError as error:
                for mistake in error.mistakes:
                    chart.problem("file", mistake)
                continue
            records = sum(len(page.records) for page in pages)
            chart.ok("file", f"{records} entries in {cast(str, getattr(settings, 'path', list_))}")
            for broken in (broken for page in pages for broken in page.broken):
                chart.note("file", broken.reason, "the entry goes to quarantine; the others are read")
    return ""
