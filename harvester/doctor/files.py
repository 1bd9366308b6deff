"""Files: can they be read, what is in them, and what of it cannot be read?"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Final, cast

from harvester import sources
from harvester.doctor.chart import Chart
from harvester.errors import ConfigError
from harvester.http import Session
from harvester.record import Broken, Page
from harvester.sources import Cursor, Settings, Source, Window

_MOST: Final = 20_000
"""Records that are looked at: a dump has millions."""
_SHOWN: Final = 10
"""Broken records that are named."""


def examine(chart: Chart, name: str, settings: Settings) -> str:
    """Also of a kind that an installed package adds: whatever needs no network can be read."""
    with Session() as session:
        source: Source = sources.kind(settings.kind).connect(name, settings, session, {})
        for list_ in source.lists:
            try:
                _read(chart, source, list_, settings)
            except ConfigError as error:
                for mistake in error.mistakes:
                    chart.problem("file", mistake)
    return ""


def _read(chart: Chart, source: Source, list_: str, settings: Settings) -> None:
    where = cast(str, getattr(settings, "path", list_))
    formats: Counter[str] = Counter()
    repaired: Counter[str] = Counter()
    broken: list[Broken] = []
    count = 0
    page = Page(records=[])
    for page in source.pages(list_, Cursor(), Window()):
        formats.update(raw.format for raw in page.records)
        repaired.update(chain.from_iterable(raw.repairs for raw in page.records))
        count += len(page.broken)
        broken += page.broken[: _SHOWN - len(broken)]
        if formats.total() >= _MOST:
            break
    if set(formats) <= {"curated"}:
        chart.ok("file", f"{formats.total()} entries in {where}")
    else:
        said = ", ".join(f"{number} {format_ or 'tombstones'}" for format_, number in formats.most_common())
        chart.ok("file", f"{formats.total()} records in {where}: {said}")
    if page.verdict is None:
        chart.note(
            "file", f"there are more than {_MOST} records; the rest was not looked at", "a harvest reads all of them"
        )
    elif not page.verdict.complete:
        for fault in page.verdict.reason.split("; "):
            chart.problem("file", fault)
    for note, number in repaired.most_common():
        chart.note("file", f"{number} records: {note}", "what was mended is noted with each of them")
    for each in broken:
        chart.note("file", each.reason, "the entry goes to quarantine; the others are read")
    if count > len(broken):
        chart.note("file", f"{count - len(broken)} more records cannot be read", "`harvester quarantine` names them")
