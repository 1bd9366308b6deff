"""What an EDTF date says: its year, how precise it is, which of two is earlier.

Level 1 of ISO 8601-2, https://www.loc.gov/standards/datetime/. ``harvester.clean.dates`` makes such dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

SEASONS: Final = {"21": "Spring", "22": "Summer", "23": "Autumn", "24": "Winter"}
"""Sub-year groupings of level 1 (4.8)."""


_PLAIN = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?")


def year(edtf: str) -> int | None:
    """The year, where it is known to the digit; of an interval the first.

    >>> year("2020-09-28"), year("2019/2020"), year("199X")
    (2020, 2019, None)
    """
    head = edtf.removeprefix("../")[:4]
    return int(head) if len(head) == 4 and head.isascii() and head.isdigit() else None


def is_plain(edtf: str) -> bool:
    """Whether it is a year, a month or a day, and certain: a date as ISO 8601 of old and most formats have it.

    >>> is_plain("2020-09"), is_plain("2020-21"), is_plain("1985~"), is_plain("2019/2020")
    (True, False, False, False)
    """
    return _PLAIN.fullmatch(edtf) is not None


def precision(edtf: str) -> int:
    """3 for a day, 2 for a month or a season, 1 for a year, 0 for less: a decade, a century, an interval.

    >>> precision("2020-09-28"), precision("2020-21"), precision("1985~"), precision("199X"), precision("2019/2020")
    (3, 2, 1, 0, 0)
    """
    if "/" in edtf or "X" in edtf or not edtf:
        return 0
    return 1 + edtf.rstrip("?~%").count("-")


def sort_key(edtf: str) -> str:
    """Sorts by time, the less precise first; seasons stand at their first month on the northern half of the world.

    >>> sorted(["2020-09-28", "2020-22", "199X", "2020"], key=sort_key)
    ['199X', '2020', '2020-22', '2020-09-28']
    """
    value = edtf.removeprefix("../").partition("/")[0].rstrip("?~%").replace("X", "0")
    season = _SEASON_STARTS.get(value[5:7]) if len(value) == 7 else None
    return f"{value[:5]}{season}" if season else value


_SEASON_STARTS = {"21": "03", "22": "06", "23": "09", "24": "12"}


def first(values: Iterable[str]) -> str | None:
    """The earliest of EDTF dates by what is known: a year gives way to a day in that year.

    >>> first(["2020", "2020-09-28", "2020-05-13"]), first(["2021-01-01", "2020"]), first([])
    ('2020-05-13', '2020', None)
    """
    known = [value for value in values if value]
    exact = [v for v in known if not any(other != v and other.startswith(f"{v}-") for other in known)]
    return min(exact, key=sort_key, default=None)
