"""How fast Crossref may be asked, and when to stop asking. Pure: fed with answers, read as seconds.

Limits differ by pool (public, polite, plus) and by question: a list costs more than a single work. Both are announced in
headers, which are the only truth (https://doi.org/10.64000/wadve-3tj60); lists had 1 request a second in the public pool
when that was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

ARRAY: Final = "array"
SINGLE: Final = "single"
FIRST_PACE: Final = 1.0
"""Seconds between two requests until a header says how many are allowed."""
SLOWEST: Final = 60.0
MARGIN: Final = 1.05
"""Requests that leave us at even distances do not arrive so: without it, every few seconds would have one too many."""

_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_INTERVAL: Final = re.compile(r"\s*([0-9]{1,9})\s*(ms|s|m|h|)[a-z]*\s*", re.IGNORECASE)


class Limits:
    """Seconds between two requests, for each kind of question. ``least``: as the operator wants it: headers only ever
    make us slower than that. ``first``: until there is a header. That a host which said 429 is asked more slowly for a
    while, whatever its headers promise, is the session's business."""

    def __init__(self, least: float, first: float) -> None:
        self._least = least
        self._told = {ARRAY: first, SINGLE: first}

    def pace(self, kind: str) -> float:
        return max(self._least, self._told[kind])

    def learn(self, headers: Mapping[str, str]) -> None:
        """The pool may be named with the kind of question (``polite-array``) or without: then it is all of them."""
        told = _pace(headers)
        if told is None:
            return
        kind = headers.get("X-API-Pool", "").lower().rpartition("-")[2]
        for each in (kind,) if kind in self._told else (ARRAY, SINGLE):
            self._told[each] = told


def _pace(headers: Mapping[str, str]) -> float | None:
    """``X-Rate-Limit-Limit`` requests in ``X-Rate-Limit-Interval``, as seconds for each; None where that is not told.

    >>> round(_pace({"X-Rate-Limit-Limit": "3", "X-Rate-Limit-Interval": "1s"}), 3)
    0.35
    """
    interval = _INTERVAL.fullmatch(headers.get("X-Rate-Limit-Interval", ""))
    limit = headers.get("X-Rate-Limit-Limit", "").strip()
    if interval is None or not re.fullmatch(r"[0-9]{1,9}", limit) or not int(limit):
        return None
    return min(MARGIN * int(interval[1]) * _SECONDS[interval[2].lower() or "s"] / int(limit), SLOWEST)


class Budget:
    """How much may go wrong: Crossref asks its clients to stop when 4xx and 5xx reach 10 % of their requests
    (https://github.com/CrossRef/rest-api-doc/blob/master/api_tips.md). Less than ``FAILURES`` is a bad minute only."""

    FAILURES: Final = 50
    SHARE: Final = 0.1

    def __init__(self) -> None:
        self.answers = 0
        self.failures = 0

    def count(self, *, failed: bool) -> None:
        self.answers += 1
        self.failures += failed

    @property
    def spent(self) -> bool:
        return self.failures >= self.FAILURES and self.failures >= self.SHARE * self.answers
