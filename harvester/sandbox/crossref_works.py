"""What a list of Crossref works can be asked: filters, queries, sort, facets, select.

Names and rules are those of the REST API (https://api.crossref.org/swagger-ui and the page "REST API filters"): different
filters narrow the list, the same filter twice widens it, and a filter's name ends at its first colon. Values are compared
without regard to case. Where the live API weighs words, this one counts them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
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


def _each(item: Item, *path: str) -> Iterator[Any]:
    """Every value at a path, through lists: ``author affiliation name``."""
    if not path:
        yield item
        return
    below = item.get(path[0]) if isinstance(item, dict) else None
    for value in below if isinstance(below, list) else [] if below is None else [below]:
        yield from _each(value, *path[1:])


def _at(*paths: str) -> Callable[[Item], Iterable[str]]:
    split = [path.split() for path in paths]
    return lambda item: (str(value) for path in split for value in _each(item, *path))


def _tail(path: str, pattern: str) -> Callable[[Item], Iterable[str]]:
    """Values with everything up to the end of ``pattern`` cut off: identifiers written as URLs."""
    cut = re.compile(f".*{pattern}", re.IGNORECASE)
    return lambda item: (cut.sub("", value) for value in _at(path)(item))


_CONTRIBUTORS: Final = ("author", "editor", "translator", "chair")

_VALUES: Final[dict[str, Callable[[Item], Iterable[str]]]] = {
    "affiliation": _at(*(f"{role} affiliation name" for role in _CONTRIBUTORS)),
    "alternative-id": _at("alternative-id"),
    "archive": _at("archive"),
    "article-number": _at("article-number"),
    "assertion": _at("assertion name"),
    "assertion-group": _at("assertion group name"),
    "award.funder": _tail("funder DOI", "10.13039/"),
    "award.number": _at("funder award", "award"),
    "category-name": _at("subject"),
    "clinical-trial-number": _at("clinical-trial-number clinical-trial-number"),
    "container-title": _at("container-title"),
    "content-domain": _at("content-domain domain"),
    "doi": _at("DOI"),
    "full-text.application": _at("link intended-application"),
    "full-text.type": _at("link content-type"),
    "full-text.version": _at("link content-version"),
    "funder": _tail("funder DOI", "10.13039/"),
    "funder-doi-asserted-by": _at("funder doi-asserted-by"),
    "group-title": _at("group-title"),
    "isbn": lambda item: (value.replace("-", "") for value in _tail("ISBN", "/")(item)),
    "issn": _at("ISSN", "issn-type value"),
    "license.url": _at("license URL"),
    "license.version": _at("license content-version"),
    "member": _tail("member", "/"),
    "orcid": lambda item: (v for role in _CONTRIBUTORS for v in _tail(f"{role} ORCID", "orcid.org/")(item)),
    "prefix": lambda item: (doi.partition("/")[0] for doi in _at("DOI")(item)),
    "publisher-name": _at("publisher"),
    "relation.object": lambda item: (str(t.get("id")) for _, t in _relations(item)),
    "relation.object-type": lambda item: (str(t.get("id-type")) for _, t in _relations(item)),
    "relation.type": lambda item: (name for name, _ in _relations(item)),
    "ror-id": lambda item: (v for v in _at("author affiliation id id", "funder id id")(item) if "ror.org" in v),
    "type": _at("type"),
    "type-name": lambda item: (_label(str(item.get("type"))),),
    "update-type": _at("update-to type"),
    "updates": _at("update-to DOI"),
}
_NORMAL: Final[dict[str, Callable[[str], str]]] = {
    "award.funder": lambda v: re.sub(".*10.13039/", "", v),
    "funder": lambda v: re.sub(".*10.13039/", "", v),
    "isbn": lambda v: v.replace("-", "").rpartition("/")[2],
    "orcid": lambda v: v.rpartition("/")[2],
}
"""How a filter's value is brought to the form of ``_VALUES``."""

_PRESENT: Final[dict[str, Callable[[Item], Iterable[Any]]]] = {
    "has-abstract": _at("abstract"),
    "has-affiliation": _at("author affiliation"),
    "has-alias": _at("aliases"),
    "has-archive": _at("archive"),
    "has-assertion": _at("assertion"),
    "has-authenticated-orcid": lambda item: [v for v in _at("author authenticated-orcid")(item) if v == "True"],
    "has-award": _at("funder award", "award"),
    "has-clinical-trial-number": _at("clinical-trial-number"),
    "has-content-domain": _at("content-domain domain"),
    "has-description": _at("abstract"),
    "has-domain-restriction": lambda item: [
        v for v in _at("content-domain crossmark-restriction")(item) if v == "True"
    ],
    "has-event": _at("event"),
    "has-full-text": _at("link"),
    "has-funder": _at("funder"),
    "has-funder-doi": _at("funder DOI"),
    "has-license": _at("license"),
    "has-orcid": _at("author ORCID"),
    "has-prime-doi": _at("prime-doi"),
    "has-references": _at("reference"),
    "has-relation": lambda item: list(_relations(item)),
    "has-ror-id": _VALUES["ror-id"],
    "has-update": _at("updated-by"),
    "has-update-policy": _at("update-policy"),
    "is-update": _at("update-to"),
}

_AMOUNTS: Final[dict[str, Callable[[Item, float], bool]]] = {
    "license.delay": lambda item, n: any(float(v) <= n for v in _at("license delay-in-days")(item)),
    "gte-award-amount": lambda item, n: any(float(v) >= n for v in _at("project award-amount amount")(item)),
    "lte-award-amount": lambda item, n: any(float(v) <= n for v in _at("project award-amount amount")(item)),
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

FILTERS: Final = sorted({*_VALUES, *_PRESENT, *_AMOUNTS, *_DATES})


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


def _moments(item: Item, name: str) -> Iterator[datetime]:
    """The item's dates for a date filter; a partial date counts as its first day."""
    if name in STAMPS:
        for stamp in _each(item, STAMPS[name], "timestamp"):
            yield datetime.fromtimestamp(stamp / 1000, UTC)
        return
    for date in _each(item, *_PUBLICATION[name].split()):
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
        return lambda item: any(moment >= start for moment in _moments(item, date))
    return lambda item: any(moment < end for moment in _moments(item, date))


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
    return lambda item: any(v.casefold() == wanted_value for v in _VALUES[name](item))


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


# --- queries, order, facets, select ----------------------------------------------------------------------------------

_NAMES: Final = ("family", "given", "name")
FIELD_QUERIES: Final[dict[str, Callable[[Item], Iterable[str]]]] = {
    "query.affiliation": _VALUES["affiliation"],
    "query.author": _at(*(f"author {part}" for part in _NAMES)),
    "query.bibliographic": _at(
        "title", "subtitle", "container-title", "ISSN", "volume", "issue", "page", "issued date-parts",
        *(f"author {part}" for part in _NAMES),
    ),
    "query.chair": _at(*(f"chair {part}" for part in _NAMES)),
    "query.container-title": _at("container-title", "short-container-title"),
    "query.contributor": _at(*(f"{role} {part}" for role in _CONTRIBUTORS for part in _NAMES)),
    "query.degree": _at("degree"),
    "query.description": _at("abstract"),
    "query.editor": _at(*(f"editor {part}" for part in _NAMES)),
    "query.event-acronym": _at("event acronym"),
    "query.event-location": _at("event location"),
    "query.event-name": _at("event name"),
    "query.event-sponsor": _at("event sponsor"),
    "query.event-theme": _at("event theme"),
    "query.funder-name": _at("funder name"),
    "query.publisher-location": _at("publisher-location"),
    "query.publisher-name": _at("publisher"),
    "query.standards-body-acronym": _at("standards-body acronym"),
    "query.standards-body-name": _at("standards-body name"),
    "query.title": _at("title", "subtitle", "short-title"),
    "query.translator": _at(*(f"translator {part}" for part in _NAMES)),
}  # fmt: skip
FIELD_QUERIES["query"] = lambda item: (
    text
    for name in ("query.bibliographic", "query.description", "query.contributor")
    for text in FIELD_QUERIES[name](item)
)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def matches(item: Item, queries: Mapping[str, str]) -> int:
    """How many of the words asked for the item has; 0 where a query has none of its words in it: no match."""
    total = 0
    for name, text in queries.items():
        hits = len(_words(text) & _words(" ".join(FIELD_QUERIES[name](item))))
        if not hits:
            return 0
        total += hits
    return total


SORTS: Final[dict[str, str]] = {
    **{name: name for name in ("created", "deposited", "indexed", "issued", "published", "published-online")},
    **{name: name for name in ("published-print", "is-referenced-by-count", "references-count")},
    "updated": "deposited",
    "relevance": "score",
    "score": "score",
}


def sort_key(name: str) -> Callable[[Item], tuple[Any, ...]]:
    """Items without the value come as if theirs were the smallest."""

    def key(item: Item) -> tuple[Any, ...]:
        value = item.get(SORTS[name])
        if isinstance(value, dict):
            value = value.get("timestamp") or [part or 0 for part in (value.get("date-parts") or [[]])[0]]
        return () if value is None else tuple(value) if isinstance(value, list) else (value,)

    return key


_FACETS: Final[dict[str, Callable[[Item], Iterable[str]]]] = {
    **{
        n: _VALUES[n]
        for n in ("affiliation", "archive", "assertion", "assertion-group", "category-name", "container-title")
    },
    **{n: _VALUES[n] for n in ("orcid", "publisher-name", "ror-id", "type-name", "update-type")},
    "funder-doi": _at("funder DOI"),
    "funder-name": _at("funder name"),
    "issn": lambda item: (f"http://id.crossref.org/issn/{v}" for v in _at("ISSN")(item)),
    "journal-issue": _at("issue"),
    "journal-volume": _at("volume"),
    "license": _at("license URL"),
    "link-application": _at("link intended-application"),
    "published": lambda item: (str(moment.year) for moment in _moments(item, "issued")),
    "relation-type": _VALUES["relation.type"],
    "source": _at("source"),
}


def facets(items: Iterable[Item], text: str) -> dict[str, Any]:
    """``facet=issn:*,type-name:10``: the commonest values and how many works have each."""
    counts = {}
    items = list(items)
    for pair in filter(None, text.split(",")):
        name, _, most = pair.partition(":")
        if name not in _FACETS:
            valid = f"Valid facets for this route are: {', '.join(sorted(_FACETS))}"
            message = f"Facet {name} specified but there is no such facet for this route. {valid}"
            raise invalid("facet-not-available", name, message)
        found = Counter(value for item in items for value in set(_FACETS[name](item)))
        common = found.most_common(int(most) if most.isdigit() else None)
        counts[name] = {"value-count": len(common), "values": dict(common)}
    return counts


NOT_SELECTABLE: Final = {
    "language",
    "published-other",
    "institution",
    "review",
    "version",
    "journal-issue",
    "isbn-type",
}
"""Elements that the API sends but does not let a client ask for by name."""


def select(item: Item, names: list[str]) -> Item:
    return {name: item[name] for name in names if name in item}
