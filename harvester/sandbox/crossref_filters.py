"""The filters of Crossref's list of works, and the values of a work that they look at.

Names and rules are those of the page "REST API filters": different filters narrow the list, the same filter twice widens it,
and a filter's name ends at its first colon. Values are compared without regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

Item: TypeAlias = dict[str, Any]
Failure: TypeAlias = dict[str, str]
"""One entry of a ``validation-failure``: type, value, message."""

_TYPES: Final = (
    "book book-chapter book-part book-section book-series book-set book-track component database dataset dissertation "
    "edited-book grant journal journal-article journal-issue journal-volume monograph other peer-review posted-content "
    "proceedings proceedings-article proceedings-series reference-book reference-entry report report-component "
    "report-series standard"
)
TYPES: Final = _TYPES.split()


class InvalidParameterError(Exception):
    """A parameter that the API refuses with status 400."""

    def __init__(self, *failures: Failure) -> None:
        super().__init__(*failures)
        self.failures = list(failures)


def invalid(type_: str, value: str, message: str) -> InvalidParameterError:
    return InvalidParameterError({"type": type_, "value": value, "message": message})


# --- values of an item -----------------------------------------------------------------------------------------------


def each(item: Item, *path: str) -> Iterator[Any]:
    """Every value at a path, through lists: ``author affiliation name``."""
    if not path:
        yield item
        return
    below = item.get(path[0]) if isinstance(item, dict) else None
    for value in below if isinstance(below, list) else [] if below is None else [below]:
        yield from each(value, *path[1:])


def at(*paths: str) -> Callable[[Item], Iterable[str]]:
    split = [path.split() for path in paths]
    return lambda item: (str(value) for path in split for value in each(item, *path))


def _tail(path: str, pattern: str) -> Callable[[Item], Iterable[str]]:
    """Values with everything up to the end of ``pattern`` cut off: identifiers written as URLs."""
    cut = re.compile(f".*{pattern}", re.IGNORECASE)
    return lambda item: (cut.sub("", value) for value in at(path)(item))


CONTRIBUTORS: Final = ("author", "editor", "translator", "chair")

VALUES: Final[dict[str, Callable[[Item], Iterable[str]]]] = {
    "affiliation": at(*(f"{role} affiliation name" for role in CONTRIBUTORS)),
    "alternative-id": at("alternative-id"),
    "archive": at("archive"),
    "article-number": at("article-number"),
    "assertion": at("assertion name"),
    "assertion-group": at("assertion group name"),
    "award.funder": _tail("funder DOI", "10.13039/"),
    "award.number": at("funder award", "award"),
    "category-name": at("subject"),
    "clinical-trial-number": at("clinical-trial-number clinical-trial-number"),
    "container-title": at("container-title"),
    "content-domain": at("content-domain domain"),
    "doi": at("DOI"),
    "full-text.application": at("link intended-application"),
    "full-text.type": at("link content-type"),
    "full-text.version": at("link content-version"),
    "funder": _tail("funder DOI", "10.13039/"),
    "funder-doi-asserted-by": at("funder doi-asserted-by"),
    "group-title": at("group-title"),
    "isbn": lambda item: (value.replace("-", "") for value in _tail("ISBN", "/")(item)),
    "issn": at("ISSN", "issn-type value"),
    "license.url": at("license URL"),
    "license.version": at("license content-version"),
    "member": _tail("member", "/"),
    "orcid": lambda item: (v for role in CONTRIBUTORS for v in _tail(f"{role} ORCID", "orcid.org/")(item)),
    "prefix": lambda item: (doi.partition("/")[0] for doi in at("DOI")(item)),
    "publisher-name": at("publisher"),
    "relation.object": lambda item: (str(t.get("id")) for _, t in _relations(item)),
    "relation.object-type": lambda item: (str(t.get("id-type")) for _, t in _relations(item)),
    "relation.type": lambda item: (name for name, _ in _relations(item)),
    "ror-id": lambda item: (v for v in at("author affiliation id id", "funder id id")(item) if "ror.org" in v),
    "type": at("type"),
    "type-name": lambda item: (_label(str(item.get("type"))),),
    "update-type": at("update-to type"),
    "updates": at("update-to DOI"),
}
_NORMAL: Final[dict[str, Callable[[str], str]]] = {
    "award.funder": lambda v: re.sub(".*10.13039/", "", v),
    "funder": lambda v: re.sub(".*10.13039/", "", v),
    "isbn": lambda v: v.replace("-", "").rpartition("/")[2],
    "orcid": lambda v: v.rpartition("/")[2],
}
"""How a filter's value is brought to the form of ``VALUES``."""

_PRESENT: Final[dict[str, Callable[[Item], Iterable[Any]]]] = {
    "has-abstract": at("abstract"),
    "has-affiliation": at("author affiliation"),
    "has-alias": at("aliases"),
    "has-archive": at("archive"),
    "has-assertion": at("assertion"),
    "has-authenticated-orcid": lambda item: [v for v in at("author authenticated-orcid")(item) if v == "True"],
    "has-award": at("funder award", "award"),
    "has-clinical-trial-number": at("clinical-trial-number"),
    "has-content-domain": at("content-domain domain"),
    "has-description": at("abstract"),
    "has-domain-restriction": lambda item: [v for v in at("content-domain crossmark-restriction")(item) if v == "True"],
    "has-event": at("event"),
    "has-full-text": at("link"),
    "has-funder": at("funder"),
    "has-funder-doi": at("funder DOI"),
    "has-license": at("license"),
    "has-orcid": at("author ORCID"),
    "has-prime-doi": at("prime-doi"),
    "has-references": at("reference"),
    "has-relation": lambda item: list(_relations(item)),
    "has-ror-id": VALUES["ror-id"],
    "has-update": at("updated-by"),
    "has-update-policy": at("update-policy"),
    "is-update": at("update-to"),
}

_AMOUNTS: Final[dict[str, Callable[[Item, float], bool]]] = {
    "license.delay": lambda item, n: any(float(v) <= n for v in at("license delay-in-days")(item)),
    "gte-award-amount": lambda item, n: any(float(v) >= n for v in at("project award-amount amount")(item)),
    "lte-award-amount": lambda item, n: any(float(v) <= n for v in at("project award-amount amount")(item)),
}

STAMPS: Final = {"created": "created", "deposit": "deposited", "update": "deposited", "index": "indexed"}
"""Dates that Crossref itself sets: these filters take hours, minutes and seconds too."""
_PUBLICATION: Final = {
    "accepted": "accepted",
    "approved": "approved",
    "awarded": "award-start",
    "event-end": "event end",
    "event-start": "event start",
    "issued": "issued",
    "online-pub": "published-online",
    "posted": "posted",
    "print-pub": "published-print",
    "pub": "issued",
}
_DATES: Final = {f"{side}-{name}-date": name for side in ("from", "until") for name in (*STAMPS, *_PUBLICATION)}

FILTERS: Final = sorted({*VALUES, *_PRESENT, *_AMOUNTS, *_DATES})


def _relations(item: Item) -> Iterator[tuple[str, Item]]:
    for name, targets in (item.get("relation") or {}).items():
        for target in targets if isinstance(targets, list) else [targets]:
            yield name, target


def _label(name: str) -> str:
    return name.replace("-", " ").title()


# --- filters ---------------------------------------------------------------------------------------------------------


def interval(value: str, *, times: bool) -> tuple[datetime, datetime] | None:
    """The span [start, end) that a date of any precision names; None where it is no date.

    >>> interval("2023-04", times=False)
    (datetime.datetime(2023, 4, 1, 0, 0, tzinfo=datetime.timezone.utc), \
datetime.datetime(2023, 5, 1, 0, 0, tzinfo=datetime.timezone.utc))
    """
    shape = r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d))?)?)?)?)?Z?"
    found = re.fullmatch(shape, value)
    parts = [int(part) for part in found.groups() if part] if found else []
    if not parts or (len(parts) > 3 and not times):
        return None
    try:
        start = datetime(*(parts + [1, 1][len(parts) - 1 :])[:6], tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return None
    if len(parts) == 1:
        return start, start.replace(year=start.year + 1)
    if len(parts) == 2:
        return start, (start + timedelta(days=31)).replace(day=1)
    unit = {3: timedelta(days=1), 4: timedelta(hours=1), 5: timedelta(minutes=1), 6: timedelta(seconds=1)}
    return start, start + unit[len(parts)]


def moments(item: Item, name: str) -> Iterator[datetime]:
    """The item's dates for a date filter; a partial date counts as its first day."""
    if name in STAMPS:
        for stamp in each(item, STAMPS[name], "timestamp"):
            yield datetime.fromtimestamp(stamp / 1000, UTC)
        return
    for date in each(item, *_PUBLICATION[name].split()):
        day = first_day(date)
        if day:
            yield day


def first_day(date: Any) -> datetime | None:
    """The first day of a partial date ``{"date-parts": [[2020, 9]]}``; None where it names none."""
    parts = [part for part in (date.get("date-parts") or [[]])[0] if part]
    try:
        return datetime(*([*parts, 1, 1][:3] if parts else ()), tzinfo=UTC)  # type: ignore[misc]
    except (TypeError, ValueError):
        return None


def _date_test(name: str, value: str, *, times: bool) -> Callable[[Item], bool]:
    date = _DATES[name]
    span = interval(value, times=times and date in STAMPS)
    if span is None:
        forms = "yyyy or yyyy-MM or yyyy-MM-dd" + (" or yyyy-MM-ddTHH:mm:ss" if times and date in STAMPS else "")
        raise invalid("date-not-valid", value, f"Date specified as {value} but must be of the form: {forms}")
    start, end = span
    if name.startswith("from"):
        return lambda item: any(moment >= start for moment in moments(item, date))
    return lambda item: any(moment < end for moment in moments(item, date))


def _test(name: str, value: str, *, times: bool) -> Callable[[Item], bool]:
    if name in _DATES:
        return _date_test(name, value, times=times)
    if name in _PRESENT:
        if value not in {"t", "true", "1", "f", "false", "0"}:
            forms = "t, true, 1, f, false, 0"
            raise invalid("boolean-not-valid", value, f"Boolean specified as {value} but must be one of: {forms}")
        wanted = value in {"t", "true", "1"}
        return lambda item: bool(list(_PRESENT[name](item))) == wanted
    if name in _AMOUNTS:
        if not re.fullmatch(r"\d+(\.\d+)?", value):
            raise invalid("integer-not-valid", value, f"Integer specified as {value} but must be a positive integer. ")
        return lambda item: _AMOUNTS[name](item, float(value))
    if name == "type" and value not in TYPES:
        raise invalid("type-not-valid", value, f"Type specified as {value} but must be one of: {', '.join(TYPES)}")
    if name == "issn" and not re.fullmatch(r"(?:.*/)?\d{4}-?\d{3}[\dXx]", value):
        form = "aaaa-aaab where a is a digit, and b is a digit or 'X'"
        raise invalid("issn-not-valid", value, f"ISSN specified as {value} but must be of the form: {form}")
    wanted_value = _NORMAL.get(name, str)(value).casefold()
    return lambda item: any(v.casefold() == wanted_value for v in VALUES[name](item))


def filters(text: str, *, times: bool = True) -> Callable[[Item], bool]:
    """The test that a ``filter`` parameter stands for. ``times=False``: whole days only, as before 2025."""
    tests: dict[str, list[Callable[[Item], bool]]] = {}
    failures: list[Failure] = []
    for pair in filter(None, text.split(",")):
        name, colon, value = pair.partition(":")
        try:
            if not colon:
                form = f"Pair list form specified as '{text}' but should be of the form: key:val,...,keyN:valN"
                raise invalid("pair-list-form-invalid", text, form)
            if name not in FILTERS:
                there_is = f"Valid filters for this route are: {', '.join(FILTERS)}"
                message = f"Filter '{name}' specified but there is no such filter for this route. {there_is}"
                raise invalid("filter-not-available", name, message)
            tests.setdefault(name, []).append(_test(name, value, times=times))
        except InvalidParameterError as refusal:
            failures += refusal.failures
    if failures:
        raise InvalidParameterError(*failures)
    return lambda item: all(any(test(item) for test in alternatives) for alternatives in tests.values())
