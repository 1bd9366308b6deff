"""The objects of JSON-LD in a web page, and which of them the page is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from harvester.clean import text, types
from harvester.clean.urls import url_key
from harvester.record import Json

_DEPTH: Final = 40
_VALUES: Final = 4
"""Levels of an object on which a value may stand with its language or its type."""
_MOST: Final = 2_000
"""Objects of one page."""
ORGANISATIONS: Final = frozenset(
    {
        "WebSite",
        "Organization",
        "NewsMediaOrganization",
        "EducationalOrganization",
        "CollegeOrUniversity",
        "ResearchOrganization",
    }
)
PICTURES: Final = frozenset({"ImageObject", "VideoObject", "AudioObject", "Photograph"})
"""What stands beside a text and is none of its files."""
_PAGES = frozenset(
    {"WebPage", "ItemPage", "AboutPage", "MedicalWebPage", "Article", "TechArticle", "CreativeWork", "CollectionPage"}
)
"""Kinds that say little: any page of a content system is one."""
_OTHER_KINDS = {
    "Article": "web-page", "ItemPage": "web-page", "AboutPage": "web-page", "MedicalWebPage": "web-page",
    "TechArticle": "web-page", "BlogPost": "web-opinion", "LiveBlogPosting": "web-opinion", "CourseInstance": "learning-resource",
    "JobPosting": "other", "BackgroundNewsArticle": "newspaper-article", "ReviewNewsArticle": "newspaper-article",
}  # fmt: skip
"""Names that vocabularies/types.toml leaves out, since only a web page gives them a meaning."""
_SPLIT = re.compile(r"^https?://schema\.org/|^schema:", re.IGNORECASE)


def objects_of(blocks: Iterable[Json]) -> list[dict[str, Json]]:
    """All objects at the top of a page's blocks, in ``@graph`` or in arrays, those they name by id put in their place."""
    found: list[dict[str, Json]] = []
    _gather(list(blocks), found, 0)
    by_id = {o["@id"]: o for o in found if isinstance(o.get("@id"), str) and len(o) > 2}
    return [_resolved(o, by_id) for o in found[:_MOST]]


def _gather(value: Json, found: list[dict[str, Json]], depth: int) -> None:
    if depth > _DEPTH or len(found) > _MOST:
        return
    if isinstance(value, list):
        for each in value:
            _gather(each, found, depth + 1)
    elif isinstance(value, dict):
        if "@graph" in value:
            _gather(value["@graph"], found, depth + 1)
        if "@type" in value or "headline" in value:
            found.append(value)
        main = value.get("mainEntity")
        if isinstance(main, dict) and "@type" in main:
            _gather(main, found, depth + 1)


def _resolved(item: dict[str, Json], by_id: dict[str, dict[str, Json]]) -> dict[str, Json]:
    """One level deep: an author by its ``@id``."""

    def known(value: Json, depth: int = 0) -> Json:
        if isinstance(value, list):
            return [known(each, depth) for each in value]
        if isinstance(value, str) and not depth and value.startswith(("#", "_:")):
            return by_id.get(value, value)
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("@value"), str):  # {"@language": "en", "@value": "Leading"}
            return value["@value"]
        if set(value) <= {"@id", "@type"} and isinstance(value.get("@id"), str):
            return by_id.get(value["@id"], value)
        return {key: known(each, depth + 1) for key, each in value.items()} if depth < _VALUES else value

    return {key: value if key.startswith("@") else known(value) for key, value in item.items()}


def kinds(item: dict[str, Json]) -> list[str]:
    sent = item.get("@type")
    return [_SPLIT.sub("", str(each)) for each in (sent if isinstance(sent, list) else [sent]) if each]


def type_of(item: dict[str, Json]) -> str | None:
    """Our type for an object, by the kind that says most; None for what is no work: a site, a person, a picture."""
    if "OpinionNewsArticle" in kinds(item):  # of a journal where that is said as well
        return "commentary" if "ScholarlyArticle" in kinds(item) else "newspaper-article"
    for kind in sorted(kinds(item), key=lambda kind: kind in _PAGES):
        if kind in ORGANISATIONS:
            return None
        if found := types.named("schema_org", kind) or _OTHER_KINDS.get(kind):
            return found
    return None


def by_its_whole(kind: str, whole: Json) -> str:
    """What is part of a book is a chapter, and an article that is part of a journal one of that."""
    wholes = {
        k for each in (whole if isinstance(whole, list) else [whole]) if isinstance(each, dict) for k in kinds(each)
    }
    if kind == "article" and "Book" in wholes:
        return "chapter"
    return (
        "article" if kind == "web-page" and wholes & {"Periodical", "PublicationIssue", "PublicationVolume"} else kind
    )


def main_object(objects: list[dict[str, Json]], page: set[str]) -> dict[str, Json] | None:
    """The object that the page is about: of works the one that says so, else the only one of its kind; None where that is unsure.

    ``page``: keys of the page's addresses.
    """
    works = [
        o for o in objects if type_of(o) and not set(kinds(o)) & {"ImageObject", "VideoObject", "SearchAction", "Event"}
    ]
    telling = [o for o in works if not set(kinds(o)) <= _PAGES] or [o for o in works if "Article" in kinds(o)] or works
    if len(telling) > 1:
        own = [o for o in telling if page & {url_key(u) for u in _addresses(o)}]
        titles = {text.title_key(said) for o in telling if isinstance(said := o.get("headline") or o.get("name"), str)}
        telling = own[:1] or (telling[:1] if len(titles) == 1 else [])
    return telling[0] if telling else None


def _addresses(item: dict[str, Json]) -> Iterator[str]:
    main = item.get("mainEntityOfPage")
    for value in (item.get("url"), item.get("@id"), main, main.get("@id") if isinstance(main, dict) else None):
        if isinstance(value, str):
            yield value


def site_names(objects: list[dict[str, Json]], chosen: dict[str, Json] | None) -> list[str]:
    """What the site and its publisher are called."""
    sites = [o for o in objects if set(kinds(o)) & ORGANISATIONS]
    publisher = (chosen or {}).get("publisher")
    sites += [
        p
        for p in (publisher if isinstance(publisher, list) else [publisher])
        if isinstance(p, dict) and "Person" not in kinds(p)
    ]
    parts = [
        p
        for o in sites
        for key in ("name", "alternateName", "legalName")
        for p in (o[key] if isinstance(o.get(key), list) else [o.get(key)])
    ]
    return [p for p in parts if isinstance(p, str) and p.strip()]
