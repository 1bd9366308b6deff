"""What a librarian may want to know about a record that was read: contradictions, gaps, traces of damage.

A finding is never a reason to drop a record. Codes, levels and explanations: ``vocabularies/findings.toml``. Readers note
what only they can see (a placeholder in place of a grant number); here is what any record shows, whatever its format.
"""

from __future__ import annotations

from harvester.clean import dates as edtf
from harvester.clean import text
from harvester.clean.dates import THIS_YEAR
from harvester.clean.types import resource_type
from harvester.formats.findings import finding
from harvester.formats.issued import issued
from harvester.record import Date, Finding, Record

__all__ = ["check", "issued"]

"""Once per process: the only thing here that is not in the record."""
_AHEAD = 2
"""Journals print issues ahead of time; a date of publication more years ahead than this is a slip."""
_ORDER = (
    ("submitted", "accepted"),
    ("received", "accepted"),
    ("accepted", "online"),
    ("accepted", "print"),
    ("accepted", "issued"),
)
"""(earlier, later): what must have happened in this order if both are right; acceptance is in every pair."""
_PUBLIC = frozenset({"issued", "print", "online", "posted", "accepted", "submitted", "received"})
_LOST = "\N{REPLACEMENT CHARACTER}"


def check(record: Record, this_year: int = THIS_YEAR) -> tuple[Finding, ...]:
    """The findings that a record earns by itself."""
    found: list[Finding] = []
    title = record.title
    if title is None:
        found.append(
            finding("no-title", "title", "has no title; its label falls back to container, volume, pages, DOI")
        )
    elif text.is_stub_title(title):
        found.append(
            finding("stub-title", "title", "is the name of a part of an issue or a placeholder, not a title", title)
        )
    if title is not None and _LOST in title:
        found.append(finding("title-replacement-character", "title", "a character was lost before it was sent", title))
    if record.type == "other" and record.type_raw and all(resource_type(sent) is None for sent in record.type_raw):
        raw = "; ".join(record.type_raw)
        found.append(finding("type-unknown", "type", "the type that the source gives is not in our list", raw))
    if record.dates:
        found += _dates(record.dates, this_year)
    if record.identifiers:
        dois = [i.value for i in record.identifiers if i.scheme == "doi" and i.relation == "self"]
        if len(dois) > 1 and len(own := set(dois)) > 1:
            found.append(finding("several-dois", "identifiers", "names several DOIs as its own", " ".join(sorted(own))))
    start, end = record.start_page, record.end_page
    if start is not None and end is not None and start.isdecimal() and end.isdecimal() and int(start) > int(end):
        found.append(finding("page-order", "pages", "the first page comes after the last", f"{start}-{end}"))
    return tuple(found)


def _dates(dates: tuple[Date, ...], this_year: int) -> list[Finding]:
    found: list[Finding] = []
    latest = f"{this_year + _AHEAD}-99"
    in_order = False
    for date in dates:
        value = date.value
        if value is None:
            continue
        if date.type == "accepted":
            in_order = True
        if (
            (value > latest or value[0] == ".")  # ISO dates sort as text; ``../2031`` does not
            and date.type in _PUBLIC
            and (edtf.year(value) or 0) > this_year + _AHEAD
        ):
            found.append(finding("future-date", "dates", f"{date.type} lies in the future", value))
    if not in_order:
        return found
    known: dict[str, str] = {}
    for date in dates:
        if date.value is not None:
            known.setdefault(date.type, date.value)
    for earlier, later in _ORDER:
        if earlier in known and later in known and _after(known[earlier], known[later]):
            message = f"{earlier} {known[earlier]} comes after {later} {known[later]}"
            found.append(finding("date-order", "dates", message, f"{known[earlier]} > {known[later]}"))
    return found


def _after(left: str, right: str) -> bool:
    """Whether ``left`` is certainly later, at the precision that both have; a season or an estimate is never certain.

    >>> _after("2020-05-20", "2020-05-13"), _after("2020-05-20", "2020-05"), _after("2020-21", "2020-03")
    (True, False, False)
    """
    length = min(len(left), len(right))
    return left[:length] > right[:length] and _certain(left) and _certain(right)


def _certain(value: str) -> bool:
    return value.replace("-", "").isdecimal() and not (len(value) == 7 and value[5:] > "12")
