"""Web pages: what a page says about the work on it, in meta tags (Highwire, EPrints, Dublin Core, PRISM, Open Graph) and JSON-LD.

Crosswalks: ``crosswalks/web_page.toml`` and ``schema_org.toml``. Each vocabulary is read by itself, and element by element the
first of ``order`` that says something is believed: those made for bibliographies come before those made for social networks.
The payload is the page as it came; its identifier is its address.
"""

from __future__ import annotations

import codecs
import hashlib
from functools import cache
from typing import Final

import msgspec

from harvester import schemas
from harvester.clean import identifiers, text
from harvester.clean.urls import url_key
from harvester.formats.crosswalk import crosswalk, take
from harvester.formats.draft import Draft
from harvester.formats.web_page import trust
from harvester.formats.web_page.html import LARGEST, Meta, WebPage, page, text_of_page
from harvester.formats.web_page.jsonld import draft_of
from harvester.formats.web_page.objects import kinds, main_object, objects_of, site_names
from harvester.formats.web_page.site import bare_title, headed, is_account
from harvester.record import Date, Json, RawRecord, Record, Step, Subject

NOT_CANONICAL: Final = "the canonical address is not its own"
"""A repair: the page names as its own the address of other pages, which only those can tell who see them all."""
_LISTS: Final = (
    "titles", "types", "type_raw", "contributors", "descriptions", "loose_descriptions", "language", "loose_dates",
    "institutions", "rights", "licenses", "funding", "audience", "coverage", "media_types", "extent",
)  # fmt: skip
"""Of these the first vocabulary that has any counts: others say the same in other words."""
_UNITED: Final = ("relations", "findings", "mimes", "citations")
_DICTS: Final = ("values", "event", "degree")
_TITLES: Final = frozenset({"og:title", "html title"})
_CREATORS: Final = frozenset({"dc.creator", "dcterms.creator"})
_BYLINES: Final = frozenset({"author", "byline", "article:author", "article:author:name", "book:author"})
_ON_THE_WEB: Final = frozenset(
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


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:  # noqa: ARG001 (a Reader's signature)
    """The record of a page. RecordError for what is no page of a work: an error page, a login, a test for robots."""
    found = page(raw.payload)
    objects = objects_of(found.objects)
    address = raw.identifier if raw.identifier.startswith(("https://", "http://")) else ""
    own = {url_key(u) for u in (address, found.canonical, found.first("og:url")) if u}
    chosen = main_object(objects, own)
    sites = [found.first("og:site_name"), found.first("application-name"), *site_names(objects, chosen)]
    sites = [site for site in dict.fromkeys(map(text.plain, sites)) if site]
    drafts = _drafts(raw, found, sites, trace)
    trust.refuse_walls(found, drafts, sites)
    drafts["schema"] = _schema(raw, chosen, found, sites, trace)
    for vocabulary in ("schema", "og"):
        if vocabulary in drafts:
            trust.republished(drafts[vocabulary])
    trust.authors(drafts)
    trust.fill_days(drafts)
    draft = _united([drafts[name] for name in schemas.table("crosswalks/web_page")["order"] if name in drafts])
    _place(draft, found, address)
    _name_type(draft, found)
    trust.preprint(draft)
    trust.deposited(draft)
    _contain(draft, sites)
    return draft.finish()


# --- one vocabulary after the other ----------------------------------------------------------------------------------


def _drafts(raw: RawRecord, found: WebPage, sites: list[str], trace: list[Step] | None) -> dict[str, Draft]:
    dialect = _platform(found)
    table = crosswalk("web_page", dialect)
    drafts: dict[str, Draft] = {}
    for meta in (*found.metas, *_elements(found)):
        vocabulary = _vocabulary(meta.name)
        row = table.fields.get(meta.name) or table.fields.get(meta.name.replace("dcterms.", "dc.", 1))
        if row is None and vocabulary == "plain":
            continue  # what a browser or a social network needs to know
        draft = drafts.setdefault(vocabulary, Draft(raw, dialect, trace))
        content = _of_the_work(draft, meta, found, sites)
        if content and content.strip():
            take(draft, row, meta.name, content.strip(), meta.language)
    _date_of_eprints(drafts.get("eprints"), found.first("eprints.date_type"))
    return drafts


def _platform(found: WebPage) -> str:
    """The software of a repository means more by some tags than they say."""
    if any(meta.name.startswith("eprints.") for meta in found.metas):
        return "eprints"
    return "dspace" if found.first("generator").lower().startswith("dspace") else ""


def _date_of_eprints(draft: Draft | None, kind: str) -> None:
    """EPrints has one date, and says beside it what happened then."""
    if draft is not None and kind in ("accepted", "submitted"):
        draft.dates = [Date(kind, d.value, d.raw) if d.type == "issued" else d for d in draft.dates]


@cache
def _prefixes() -> tuple[tuple[str, str], ...]:
    rows: dict[str, list[str]] = schemas.table("crosswalks/web_page")["vocabularies"]
    return tuple([(prefix, name) for name, prefixes in rows.items() for prefix in prefixes])


def _vocabulary(name: str) -> str:
    return next((vocabulary for prefix, vocabulary in _prefixes() if name.startswith(prefix)), "plain")


def _elements(found: WebPage) -> list[Meta]:
    """What has elements of its own in HTML."""
    return [Meta("html title", found.title)] if found.title else []


def _of_the_work(draft: Draft, meta: Meta, found: WebPage, sites: list[str]) -> str:
    """What a tag says of the work, without what it says of the site; '' where nothing is left."""
    if meta.name in _TITLES:
        return headed(bare_title(meta.content, sites), found.headings)
    byline = meta.name in _BYLINES and is_account(meta.content, sites)
    login = meta.name in _CREATORS and " " not in meta.content.strip() and is_account(meta.content, [])
    section = meta.name == "article:section" and bool(found.first("citation_title"))
    if byline or login or section:
        draft.extra.setdefault(meta.name, []).append(meta.content)
        return ""
    return meta.content


def _schema(
    raw: RawRecord, chosen: dict[str, Json] | None, found: WebPage, sites: list[str], trace: list[Step] | None
) -> Draft:
    if chosen is None:
        return Draft(raw, "", trace)
    sent = dict(chosen)
    for key in ("headline", "name"):
        if isinstance(sent.get(key), str):
            sent[key] = headed(bare_title(sent[key], sites), found.headings)
    nobody: list[str] = []
    for key in ("author", "creator"):
        nobody += [_name_of(a) for a in _as_list(sent.get(key)) if is_account(_name_of(a), sites)]
        sent[key] = [a for a in _as_list(sent.get(key)) if not is_account(_name_of(a), sites)]
    draft = draft_of(raw, sent, trace)
    if nobody := [name for name in nobody if name]:
        draft.extra.setdefault("author", []).extend(nobody)
    return draft


def _as_list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _name_of(agent: Json) -> str:
    """The name that may be one of an account: an organisation, and who has a family name, is none."""
    if isinstance(agent, dict):
        named = agent.get("name")
        return named if isinstance(named, str) and "familyName" not in agent and "Person" in kinds(agent) else "A B"
    return agent if isinstance(agent, str) else "A B"


# --- together --------------------------------------------------------------------------------------------------------


def _united(drafts: list[Draft]) -> Draft:
    whole, *others = drafts
    for other in others:
        if any(not title.type for title in whole.titles):
            known = {title.title for title in whole.titles}
            whole.titles += [title for title in other.titles if title.type and title.title not in known]
        whole.contributors = trust.united(whole.contributors, other.contributors)
        for name in _LISTS:
            if not getattr(whole, name):
                setattr(whole, name, getattr(other, name))
        if any(d.type == "issued" for d in whole.dates):
            whole.loose_dates = []
        for name in _UNITED:
            getattr(whole, name).extend(each for each in getattr(other, name) if each not in getattr(whole, name))
        for name in _DICTS:
            setattr(whole, name, {**getattr(other, name), **getattr(whole, name)})
        whole.files = trust.files(whole.files, other.files)
        whole.subjects = _subjects(whole.subjects, other.subjects, more=not whole.subjects or bool(other.identifiers))
        whole.container = _container(whole.container, other.container)
        dated = {d.type for d in whole.dates if d.value}
        whole.dates = [d for d in whole.dates if d.value or all(d.type != o.type for o in other.dates)]
        whole.dates += [d for d in other.dates if d.type not in dated]
        for identifier in other.identifiers.values():
            whole.identify(identifier.scheme, identifier.value, identifier.relation, identifier.raw)
        whole.landing = whole.landing or other.landing
        whole.citation = whole.citation or other.citation
        whole.series = whole.series or other.series
        for path, sent in other.extra.items():
            whole.extra.setdefault(path, []).extend(sent)
    return whole


def _subjects(first: dict[Subject, None], second: dict[Subject, None], *, more: bool) -> dict[Subject, None]:
    """Both, where the second stand among tags that name the work; keywords for search engines only where there are no others."""
    known = {subject.term.casefold() for subject in first}
    added = {subject: None for subject in second if subject.term.casefold() not in known} if more else {}
    return {**first, **added}


def _container(first: dict[str, str], second: dict[str, str]) -> dict[str, str]:
    """One says the journal's title, another its ISSN; a second title is that of something else."""
    if "title" in first and "title" in second and text.title_key(first["title"]) != text.title_key(second["title"]):
        return {**{k: v for k, v in second.items() if k == "site"}, **first}
    return {**second, **first}


def _place(draft: Draft, found: WebPage, address: str) -> None:
    """Where the page is. A canonical address that is the home page of the site is a mistake of its template."""
    home = bool(address) and not address.partition("://")[2].partition("/")[2].strip("/")
    canonical = identifiers.url(found.canonical) if found.canonical else None
    path = (canonical or "").partition("://")[2].partition("/")[2].strip("/")
    believed = (path or home) and NOT_CANONICAL not in draft.raw.repairs
    trusted = canonical if believed and _same_host(canonical or "", address) else None
    draft.landing = trusted or address or draft.landing
    for url in (address, draft.landing):
        if url:
            draft.identify("url", url)
    if not address:
        draft.identify("local", draft.raw.identifier)
    elif (candidate := identifiers.candidate_doi(address)) is not None:
        draft.identify("doi", candidate, "candidate", address)
    if not draft.language and found.language:
        take(draft, crosswalk("web_page").fields["language"], "html lang", found.language, None)
    if found.unreadable:
        draft.extra.setdefault("json-ld", []).append(f"{found.unreadable} block(s) that are no JSON")


def _same_host(one: str, other: str) -> bool:
    return not other or identifiers.host(one) == identifiers.host(other)


def _name_type(draft: Draft, found: WebPage) -> None:
    """By what says so, else by which tags there are, else a web page."""
    rows: dict[str, str] = schemas.table("crosswalks/web_page")["types"]
    names = {meta.name for meta in found.metas}
    by_tags = next((kind for name, kind in rows.items() if name in names), None)
    plain_page = all(kind in _ON_THE_WEB for _, kind in draft.types)
    if by_tags and plain_page:
        draft.types = [(2, by_tags)]
    elif not draft.types and "citation_title" not in names:  # with it the page is about a work of some other kind
        draft.types = [(0, "web-page")]


def _contain(draft: Draft, sites: list[str]) -> None:
    """What is only on the web is part of its site."""
    site = draft.container.pop("site", None)
    kind = max(draft.types, key=lambda found: found[0])[1] if draft.types else ""
    if not draft.container and kind in _ON_THE_WEB and (site or sites):
        draft.container = {"title": site or sites[0], "type": "website"}
    if kind not in _ON_THE_WEB and draft.values.get("publisher") in sites and draft.container.get("title") in sites:
        draft.values.pop("publisher")


# --- what is kept of a page ------------------------------------------------------------------------------------------


def stored(body: bytes, charset: str = "") -> tuple[bytes, tuple[str, ...]]:
    """A page as it is kept: as it came where it is UTF-8, else in UTF-8 with its mark in front; and what was done to it."""
    notes = []
    if len(body) > LARGEST:
        body = body[:LARGEST]
        notes.append(f"cut after {LARGEST >> 20} MiB")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        body = codecs.BOM_UTF8 + text_of_page(body, charset).encode("utf-8", "replace")
        notes.append("written in UTF-8")
    return body, tuple(notes)


def canonical(payload: bytes) -> str:
    """The address that a page calls its own, '' where it names none."""
    return page(payload).canonical


def digest(payload: bytes) -> bytes:
    """16 bytes that change when what a page says of its work does. Its text, its advertisements and its counters do not count."""
    found = page(payload)
    fields = crosswalk("web_page").fields
    said = [(m.name, m.content) for m in found.metas if (row := fields.get(m.name)) and row.rule != "ignored"]
    ignored = schemas.table("crosswalks/schema_org")["ignored"]
    objects = [_without(block, ignored, 0) for block in found.objects]
    parts = [found.title, found.language, found.canonical, said, objects]
    return hashlib.blake2b(msgspec.json.encode(parts), digest_size=16).digest()


def _without(value: Json, keys: dict[str, str], depth: int) -> Json:
    if depth > 40:
        return None
    if isinstance(value, list):
        return [_without(each, keys, depth + 1) for each in value]
    if isinstance(value, dict):
        return {
            key: _without(each, keys, depth + 1)
            for key, each in value.items()
            if key not in keys or key == "mainEntity"
        }
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else str(value)
