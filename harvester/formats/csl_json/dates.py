"""Dates in CSL-JSON: in parts, in EDTF, or in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from harvester.clean import dates
from harvester.formats.crosswalk import sound
from harvester.formats.csl_json.names import said
from harvester.formats.draft import Draft
from harvester.formats.rules import terms
from harvester.record import Date, Json

_SEASONS: Final = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}


def csl_date(draft: Draft, item: Any, kind: str = "issued") -> Json:
    """``date-parts``, with a season or ``circa``; a date in EDTF; or words in ``literal`` and ``raw``."""
    if isinstance(item, str | int) and not isinstance(item, bool):
        return terms.date(draft, sent, kind) if (sent := sound(draft, str(item).strip())) else "nothing"
    if not isinstance(item, dict):
        return None
    found = of_parts(item)
    if found is None:
        written = next((s for key in ("raw", "literal", "edtf", "date-time") if (s := said(draft, item, key))), "")
        return (
            terms.date(draft, written, kind) if written else "nothing" if not item.get("date-parts") else _unread(item)
        )
    return draft.put(draft.dates, Date(kind, found, _raw(item, found)))


def _raw(item: Mapping[str, Json], found: str) -> str | None:
    """As sent, where a part of a day could not be read: 31 February, ``Mar``."""
    sent = item.get("date-parts")
    first = sent[0] if isinstance(sent, list) and len(sent) == 1 else None
    parts = [str(part) for part in first if part not in (None, "", 0, "0")] if isinstance(first, list) else []
    return "-".join(parts) if found.count("-") + 1 < len(parts[:3]) else None


def _unread(item: Mapping[str, Json]) -> Json:
    return "nothing" if not re.search(r"\d", str(item["date-parts"])) else None


def of_parts(item: Mapping[str, Json]) -> str | None:
    """EDTF of a CSL date; None where ``date-parts`` hold none.

    >>> of_parts({"date-parts": [["2020", 9]]}), of_parts({"date-parts": [[2019, 11], [2024, 10]]})
    ('2020-09', '2019-11/2024-10')
    >>> of_parts({"date-parts": [[2020]], "season": 1}), of_parts({"date-parts": [[1985]], "circa": True}), of_parts({})
    ('2020-21', '1985~', None)
    """
    sent = item.get("date-parts")
    if not isinstance(sent, list):
        return dates.from_parts([_number(item.get(part)) for part in ("year", "month", "day")])  # Pandoc's own way
    if sent and not isinstance(sent[0], list):
        sent = [sent]  # a list too few
    found = [day for parts in sent[:2] if isinstance(parts, list) and (day := _day(parts))]
    if not found:
        return None
    about = "~" if (circa := item.get("circa")) and str(circa).lower() not in ("0", "false") else ""
    if len(found) == 2 and found[0] != found[1]:
        return dates.date("/".join(day + about for day in found))
    season = item.get("season")
    number = _SEASONS.get(season.lower()) if isinstance(season, str) and not season.isdigit() else _number(season)
    if number is not None and 1 <= number <= 4 and len(found[0]) == 4:
        found[0] = f"{found[0]}-2{number}"
    return found[0] + about


def _day(parts: list[Json]) -> str | None:
    if len(parts) == 1 and isinstance(parts[0], str) and "-" in parts[0]:
        return dates.date(parts[0])  # the whole of it as its year
    return dates.from_parts([_number(part) for part in parts[:3]])


def _number(value: Json) -> int | None:
    """A part of a date, which many send as text."""
    if isinstance(value, str) and value.isascii() and value.strip().isdigit() and len(value) < 5:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def event_date(draft: Draft, item: Any) -> Json:
    found = of_parts(item) if isinstance(item, dict) else dates.date(item) if isinstance(item, str) else None
    if found is None and isinstance(item, dict):
        found = dates.date(said(draft, item, "raw") or said(draft, item, "literal"))
    if found is None:
        return None
    start, _, end = found.partition("/")
    draft.event.setdefault("start", start)
    if end and end != "..":
        draft.event.setdefault("end", end)
    return found
