"""A second count: what Crossref's summary of a journal says that it has. Updated daily, so a little behind."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from harvester.sources.crossref.client import Client
from harvester.sources.crossref.items import MOST

log = logging.getLogger(__name__)

_JOURNALS: Final = 20
"""Journals that are looked up at most: one request each."""
_LAG: Final = 10
_SHARE: Final = 0.05


def shortfall(
    source: str, client: Client, filters: Mapping[str, list[str]], queries: Mapping[str, str], got: int
) -> str:
    """Why a list of whole journals cannot be all of them; '' where it can, or where nothing is known.

    The list and its count come from one index: while that is being rebuilt both are short, and agree. The summary is made
    apart from it. Up to 10 works or 5 % of difference is its age, and only said; more is a list that is not whole.
    """
    if queries or set(filters) != {"issn"} or len(filters["issn"]) > _JOURNALS:
        return ""
    journals: dict[frozenset[str], int] = {}  # print and electronic ISSN are one journal
    for issn in filters["issn"]:
        summary = client.told(f"/journals/{quote(issn, safe='')}")
        known, total = summary.get("ISSN"), _total(summary)
        if total:
            journals[frozenset(map(str, known)) if isinstance(known, list) else frozenset({issn})] = total
    expected = sum(journals.values())
    if got >= expected:
        return ""
    text = f"{got} works, but Crossref's summary of the journal counts {expected}"
    if expected - got > max(_LAG, _SHARE * expected):
        return text
    log.warning("%s: %s", source, text)
    return ""


def _total(summary: Mapping[str, Any]) -> int:
    counts = summary.get("counts")
    total = counts.get("total-dois") if isinstance(counts, dict) else None
    return total if isinstance(total, int) and 0 < total <= MOST else 0
