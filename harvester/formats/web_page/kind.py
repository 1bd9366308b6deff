"""What kind of work a page is about, and what that is part of."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache
from typing import Final

from harvester import schemas
from harvester.clean import identifiers
from harvester.formats.draft import Draft
from harvester.formats.rules import preprints
from harvester.formats.web_page.html import WebPage
from harvester.formats.web_page.site import only_the_site

_OF_JOURNALS: Final = frozenset({"issn", "eissn", "volume", "issue"})
_A_TITLE: Final = 300
ON_THE_WEB: Final = frozenset(
    {
        "web-page",
        "web-opinion",
        "other",
        "newspaper-article",
        "learning-resource",
        "programme",
        "project",
        "studentship",
    }
)


def no_journal(drafts: dict[str, Draft], sites: list[str]) -> None:
    """Content systems call a page an article or an opinion too: without a journal, an identifier or a number it is a site's."""
    draft = drafts.get("dc")
    others = [drafts[name] for name in ("citation", "eprints", "prism") if name in drafts]
    if draft is None or draft.dialect or any(d.titles or d.container or d.identifiers or d.values for d in others):
        return
    numbered = {"volume", "issue", "pages", "start_page"} & draft.values.keys() or {
        "issn",
        "eissn",
    } & draft.container.keys()
    journal = draft.container.get("title") or (sites or [""])[0]
    known = any(scheme not in ("url", "local") for scheme, _ in draft.identifiers)
    if numbered or known or not only_the_site(journal, [*sites, ""]):
        return
    if {kind for _, kind in draft.types} <= {"article", "commentary", "editorial"}:
        draft.types = [(sure, "web-opinion") for sure, kind in draft.types if kind != "article"]


def opinion(draft: Draft, address: str) -> None:
    """An article of a site, by the part of the address under which it stands."""
    table: dict[str, list[str]] = schemas.table("crosswalks/web_page")["opinions"]
    host, *path = (address.partition("://")[2].partition("?")[0].rstrip("/") or "-").lower().split("/")
    below = host.startswith(tuple(table["hosts"])) or not set(path[:-1]).isdisjoint(table["paths"])
    if below and len(path) > 1 and {"web-page"} >= {kind for _, kind in draft.types} and "Article" in draft.type_raw:
        draft.types = [(2, "web-opinion")]


def name_type(draft: Draft, found: WebPage, sites: list[str], *, home: bool) -> None:
    """By what says so, else by which tags there are, else a web page.

    What a tag that only one kind has says comes before words that are said of any: of a chapter Springer says
    ``ScholarlyArticle``, of an article HAL says ``journal``.
    """
    rows: dict[str, str] = schemas.table("crosswalks/web_page")["types"]
    names = {meta.name for meta in found.metas}
    by_tags = next((kind for name, kind in rows.items() if name in names), None)
    if by_tags == "article" and _is_blog(draft, sites):
        by_tags = None
    elif by_tags == "article" and "isbn" in draft.container and not _OF_JOURNALS & {*draft.container, *draft.values}:
        by_tags = "chapter"  # SSOAR has books as journals
    if draft.titles and draft.container.get("title") == draft.titles[0].title and "isbn" in draft.container:
        draft.container.pop("title")  # a book names itself
        by_tags = by_tags or "book"
    said = {kind for _, kind in draft.types}
    broad = {"journal"} if by_tags == "article" else {"journal", "article"}
    if home and said <= ON_THE_WEB and not by_tags:
        draft.types = [(2, "web-page")]
    elif said <= {"web-page", "other"} and not by_tags and _is_studentship(draft):
        draft.types = [(2, "studentship")]
    elif by_tags and (said <= ON_THE_WEB or said <= broad):
        draft.types = [(2, by_tags)]
    elif not draft.types and (
        "citation_title" not in names or _is_blog(draft, sites)
    ):  # with it the page is about a work of some other kind
        draft.types = [(0, "web-page")]


@cache
def _studentships() -> re.Pattern[str]:
    said = schemas.table("crosswalks/web_page")["studentships"]["titles"]
    return re.compile("|".join(translate(each) for each in said), re.IGNORECASE)


def _is_studentship(draft: Draft) -> bool:
    """Whether the title is that of an advertisement: ``PhD studentship: leadership in the NHS``."""
    return any(not t.type and len(t.title) < _A_TITLE and _studentships().match(t.title) for t in draft.titles[:1])


def _is_blog(draft: Draft, sites: list[str]) -> bool:
    """Whether what is named as a journal is a site that has nothing of one."""
    of_journal = {"issn", "eissn", "isbn"} & draft.container.keys() or {
        "volume",
        "issue",
        "pages",
    } & draft.values.keys()
    known = any(i.scheme in ("doi", "pmid", "pmcid", "arxiv") for i in draft.identifiers.values())
    return not of_journal and not known and draft.container.get("title") in sites


def contain(draft: Draft, sites: list[str]) -> None:
    """What is only on the web is part of its site."""
    site = draft.container.pop("site", None)
    kind = max(draft.types, key=lambda found: found[0])[1] if draft.types else ""
    if kind in ON_THE_WEB and draft.container.keys() == {"title"} and only_the_site(draft.container["title"], sites):
        draft.container["type"] = "website"
    if not draft.container and kind in ON_THE_WEB and (site or sites):
        draft.container = {"title": site or sites[0], "type": "website"}
    if kind not in ON_THE_WEB and draft.values.get("publisher") in sites and draft.container.get("title") in sites:
        draft.values.pop("publisher")


def preprint(draft: Draft, address: str) -> None:
    """Servers of preprints name themselves as the journal, or nobody; hosts of blogs call what they have news."""
    table: dict[str, list[str]] = schemas.table("crosswalks/web_page")["preprints"]
    title = draft.container.get("title")
    own = [i.value for i in draft.identifiers.values() if i.scheme == "doi" and i.relation == "self"]
    arxiv = any(scheme == "arxiv" for scheme, _ in draft.identifiers) and not title
    posted = not draft.types and not title and any(doi.startswith(tuple(table["dois"])) for doi in own)
    host = f".{identifiers.host(address)}" if address else ""
    if host.endswith(tuple(table["no_newspapers"])) and {k for _, k in draft.types} == {"newspaper-article"}:
        draft.types = [(2, "web-page")]
    if host.endswith(tuple(table["blogs"])) and draft.types and {"newspaper-article"} >= {k for _, k in draft.types}:
        draft.types = [(2, "web-opinion")]
    if arxiv or posted or preprints.on_server(draft):
        preprints.posted(draft)
