"""Rules for dates in RIS, whose parts stand between strokes: ``2020/09/28/``, ``2020///Spring``."""

from __future__ import annotations

import re

from msgspec import structs

from harvester.clean import dates
from harvester.formats.draft import Draft
from harvester.formats.rules import links, terms, words
from harvester.record import Date, Json


def published(draft: Draft, sent: str) -> Json:
    """``2020/09/28/``, ``2020///Spring``, or any other date; empty parts are not known."""
    if not sent.strip(" /"):
        return None
    found = terms.date(draft, plain_date(sent), "issued")
    if not isinstance(found, Date):
        return found
    draft.dates[-1] = structs.replace(found, raw=sent if sent != found.value else None)
    return draft.dates[-1]


def plain_date(sent: str) -> str:
    """
    >>> plain_date("2020/09/28/"), plain_date("2020/9//"), plain_date("2020///Spring"), plain_date("2020/Sep/28")
    ('2020-09-28', '2020-09', 'Spring 2020', '28 Sep 2020')
    """
    year, *rest = (part.strip() for part in sent.split("/", 3))
    if not rest or not re.fullmatch(r"[12]\d{3}", year):
        return sent
    month, day, other = (*rest, "", "", "")[:3]
    if re.fullmatch(r"0?[1-9]|1[0-2]", month):
        found = f"{year}-{int(month):02}"
        return f"{found}-{int(day):02}" if re.fullmatch(r"0?[1-9]|[12]\d|3[01]", day) else found
    spoken = f"{day if month.isalpha() else ''} {other or month} {year}".strip()
    return spoken if dates.date(spoken) else year


def days_of_event(draft: Draft, sent: str) -> Json:
    """Y1 beside PY: the days of the conference (IEEE)."""
    start, _, end = (dates.date(plain_date(sent)) or "").partition("/")
    return [links.event(draft, day, part) for part, day in (("start", start), ("end", end)) if day] or None


def early_access(draft: Draft, sent: str) -> Json:
    """C6 of an article: ``MAR 2019`` (Web of Science); EndNote has a number of manuscripts there, that we know no scheme for."""
    return terms.date(draft, sent, "online") if re.fullmatch(r"[A-Z]{3} (?:\d\d? )?\d{4}", sent) else None


def electronic_publication(draft: Draft, sent: str) -> Json:
    """ET of an article: when it was published online (EndNote)."""
    return (
        terms.date(draft, plain_date(sent), "online")
        if dates.date(plain_date(sent))
        else words.plain(draft, sent, "edition")
    )
