"""EDTF dates as spans of days, so that dates of unequal precision can be compared. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Final

_SEASONS: Final = {"21": (3, 5), "22": (6, 8), "23": (9, 11), "24": (12, 12)}
"""First and last month. Northern, as journals number their issues; a winter counts to the year that it is named after."""

_DATE = re.compile(r"(\d{2}(?:XX|\d(?:X|\d)))(?:-(\d\d|XX))?(?:-(\d\d|XX))?(?:T.*)?[?~%]?", re.ASCII)
_EARLIEST: Final = "0000-01-01"
_LATEST: Final = "9999-12-31"


def span(edtf: str | None) -> tuple[str, str] | None:
    """First and last day of an EDTF date (level 1); None where it is not one.

    >>> span("2020-02"), span("2020-21"), span("199X"), span("2019/2021-06"), span("2020/..")[1], span("n.d.")
    (('2020-02-01', '2020-02-29'), ('2020-03-01', '2020-05-31'), ('1990-01-01', '1999-12-31'), ('2019-01-01', \
'2021-06-30'), '9999-12-31', None)
    """
    start, slash, end = (edtf or "").partition("/")
    if not slash:
        return _days(start)
    first = (_EARLIEST, _EARLIEST) if start in {"", ".."} else _days(start)
    last = (_LATEST, _LATEST) if end in {"", ".."} else _days(end)
    if first is None or last is None or (first[0] == _EARLIEST and last[1] == _LATEST):
        return None
    return first[0], last[1]


def newest_first(edtf: str | None) -> tuple[int, ...]:
    """Sort key: later dates first, a month after its days and a year after its months, undated last."""
    days = span(edtf)
    if days is None:
        return (1,)
    first, last = (int(day.replace("-", "")) for day in days)
    return 0, -first, last - first


def _days(date: str) -> tuple[str, str] | None:
    found = _DATE.fullmatch(date)
    if found is None:
        return None
    year, month, day = found.groups()
    first, last = year.replace("X", "0"), year.replace("X", "9")
    if not month or month == "XX" or first != last or int(first) == 0:
        return f"{first}-01-01", f"{last}-12-31"
    begin, end = _SEASONS.get(month, (int(month), int(month)))
    if not 1 <= end <= 12:
        return None
    last_day = monthrange(int(first), end)[1]
    if day and day != "XX":
        return (f"{first}-{month}-{day}",) * 2 if 1 <= int(day) <= last_day and begin == int(month) else None
    return f"{first}-{begin:02}-01", f"{first}-{end:02}-{last_day}"
