"""What happened on dates of which nobody said it, and which of a record's dates a reference list would print."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from harvester.clean import dates as edtf
from harvester.record import Date

_AS_SENT = attrgetter("raw")
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


def name_dates(loose: list[Date], named: list[Date], dialect: str) -> None:
    """Rules for the bare ``dc:date``, where order carries no meaning; what they find goes to ``named``.

    DSpace repeats dc.date.accessioned, .available and .issued as equal values: those with a time are events of the
    repository, those without are dates of issue. Of several the earliest year is the date of issue; the others stay
    as ``unknown``.
    """
    stamped: list[Date] = []
    plain: list[Date] = []
    unread: list[Date] = []
    for d in loose:
        if d.value is None:
            unread.append(d)
        else:
            (stamped if d.raw is not None and edtf.is_timestamp(d.raw) else plain).append(d)
    if stamped and dialect == "dspace":
        stamped.sort(key=_AS_SENT)
        first, last = stamped[0], stamped[-1]
        if len(stamped) > 1:
            named.append(Date("deposited", first.value, first.raw))
        named.append(Date("available", last.value, last.raw))
        named += [Date("unknown", d.value, d.raw) for d in stamped[1:-1] if d not in (first, last)]
    elif stamped and plain:
        named += [Date("available", d.value, d.raw) for d in dict.fromkeys(stamped)]
    elif stamped:
        plain = stamped
    if any(d.raw is not None and d.raw[0] == "\u00a9" for d in plain):
        owned = [d for d in plain if d.raw is not None and d.raw[0] == "\u00a9"]
        if len(owned) < len(plain):
            named += [Date("copyrighted", d.value, d.raw) for d in owned]
            plain = [d for d in plain if d not in owned]
    if plain:
        first = plain[0]
        if len(plain) > 1:
            first = min(plain, key=lambda d: (edtf.year(d.value or "") or 9999, -len(d.value or ""), d.value or ""))
            plain = list(dict.fromkeys(plain))
        typed = any(d.type == "issued" for d in named)
        named += [Date("unknown" if typed or d != first else "issued", d.value, d.raw) for d in plain]
    named += [Date("unknown", None, d.raw) for d in unread]
