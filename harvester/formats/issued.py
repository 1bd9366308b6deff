"""The citation date: which of a record's dates a reference list would print."""

from __future__ import annotations

from collections.abc import Iterable

from harvester.clean import dates as edtf
from harvester.record import Date

IN_AN_ISSUE = ("print", "issued", "online", "posted", "unknown", "copyrighted", "created", "available", "submitted")
"""A volume or an issue exists: the date of that issue is what is cited, though the article was online before."""
ON_ITS_OWN = ("online", "issued", "print", "posted", "unknown", "copyrighted", "created", "available", "submitted")


def issued(dates: Iterable[Date], has_volume_or_issue: bool) -> str | None:
    """EDTF, or None where no date says so. Dates of acceptance, deposit or embargo are never taken for publication.

    An article that was online on 13 May 2020 and printed in the issue of September 2020 is cited as of September. Of
    several dates of one kind the earliest counts.

    >>> found = [Date("accepted", "2020-04-28"), Date("online", "2020-05-13"), Date("issued", "2020-09-28")]
    >>> issued(found, has_volume_or_issue=True), issued(found, has_volume_or_issue=False)
    ('2020-09-28', '2020-05-13')
    """
    known: dict[str, str] = {}
    for date in dates:
        if date.value is not None:
            other = known.get(date.type)
            if other is None or edtf.sort_key(date.value) < edtf.sort_key(other):
                known[date.type] = date.value
    for kind in IN_AN_ISSUE if has_volume_or_issue else ON_ITS_OWN:
        if kind in known:
            return known[kind]
    return None
