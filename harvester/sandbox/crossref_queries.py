"""Queries, order, facets and selection of elements, as the list of works of Crossref's API has them.

Where the live API weighs words, this one counts them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from harvester.sandbox.crossref_filters import CONTRIBUTORS, VALUES, Item, at, invalid, moments

_NAMES: Final = ("family", "given", "name")
FIELD_QUERIES: Final[dict[str, Callable[[Item], Iterable[str]]]] = {
    "query.affiliation": VALUES["affiliation"],
    "query.author": at(*(f"author {part}" for part in _NAMES)),
    "query.bibliographic": at(
        "title", "subtitle", "container-title", "ISSN", "volume", "issue", "page", "issued date-parts",
        *(f"author {part}" for part in _NAMES),
    ),
    "query.chair": at(*(f"chair {part}" for part in _NAMES)),
    "query.container-title": at("container-title", "short-container-title"),
    "query.contributor": at(*(f"{role} {part}" for role in CONTRIBUTORS for part in _NAMES)),
    "query.degree": at("degree"),
    "query.description": at("abstract"),
    "query.editor": at(*(f"editor {part}" for part in _NAMES)),
    "query.event-acronym": at("event acronym"),
    "query.event-location": at("event location"),
    "query.event-name": at("event name"),
    "query.event-sponsor": at("event sponsor"),
    "query.event-theme": at("event theme"),
    "query.funder-name": at("funder name"),
    "query.publisher-location": at("publisher-location"),
    "query.publisher-name": at("publisher"),
    "query.standards-body-acronym": at("standards-body acronym"),
    "query.standards-body-name": at("standards-body name"),
    "query.title": at("title", "subtitle", "short-title"),
    "query.translator": at(*(f"translator {part}" for part in _NAMES)),
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
        n: VALUES[n]
        for n in ("affiliation", "archive", "assertion", "assertion-group", "category-name", "container-title")
    },
    **{n: VALUES[n] for n in ("orcid", "publisher-name", "ror-id", "type-name", "update-type")},
    "funder-doi": at("funder DOI"),
    "funder-name": at("funder name"),
    "issn": lambda item: (f"http://id.crossref.org/issn/{v}" for v in at("ISSN")(item)),
    "journal-issue": at("issue"),
    "journal-volume": at("volume"),
    "license": at("license URL"),
    "link-application": at("link intended-application"),
    "published": lambda item: (str(moment.year) for moment in moments(item, "issued")),
    "relation-type": VALUES["relation.type"],
    "source": at("source"),
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
