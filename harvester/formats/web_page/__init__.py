"""Web pages: what a page says about the work on it, in meta tags (Highwire, EPrints, Dublin Core, PRISM, Open Graph) and JSON-LD.

Crosswalks: ``crosswalks/web_page.toml`` and ``schema_org.toml``. Each vocabulary is read by itself, and element by element the
first of ``order`` that says something is believed: those made for bibliographies come before those made for social networks.
The payload is the page as it came; its identifier is its address.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from functools import cache
from typing import Final

import msgspec

from harvester import schemas
from harvester.clean import identifiers
from harvester.clean.urls import url_key
from harvester.formats.crosswalk import Crosswalk, Field, crosswalk, take
from harvester.formats.draft import Draft
from harvester.formats.rules import links, people
from harvester.formats.web_page import kind, trust
from harvester.formats.web_page.html import LARGEST, Meta, WebPage, page, text_of_page
from harvester.formats.web_page.jsonld import draft_of
from harvester.formats.web_page.objects import ORGANISATIONS, kinds, main_object, objects_of, site_names
from harvester.formats.web_page.page_level import entitle, speak
from harvester.formats.web_page.places import joined, within_site
from harvester.formats.web_page.site import (
    Site,
    bare_title,
    headed,
    is_account,
    known_names,
    named_by,
    only_the_site,
)
from harvester.formats.web_page.united import united
from harvester.record import Date, Json, RawRecord, Record, Step

NOT_CANONICAL: Final = "the canonical address is not its own"
"""A repair: the page names as its own the address of other pages, which only those can tell who see them all."""
_OTHER_PREFIX: Final = re.compile(r"^dc(?:terms)?\.")
"""Pages write terms of either namespace with the prefix of the other."""
_MOST: Final = 2_000
"""Authors of one list."""
_TITLES: Final = frozenset({"og:title", "html title"})
_CREATORS: Final = frozenset({"dc.creator", "dcterms.creator"})
_BYLINES: Final = frozenset(
    {
        "author",
        "byline",
        "written by",
        "article:author",
        "article:author:name",
        "book:author",
        "og:author",
        "og:article:author",
        "parsely-author",
        "sailthru.author",
        "cxenseparse:author",
    }
)


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:  # noqa: ARG001 (a Reader's signature)
    """The record of a page. RecordError for what is no page of a work: an error page, a login, a test for robots."""
    found = page(raw.payload)
    objects = objects_of(found.objects)
    address = raw.identifier if raw.identifier.startswith(("https://", "http://")) else ""
    own = {url_key(u) for u in (address, found.canonical, found.first("og:url")) if u}
    chosen = main_object(objects, own)
    said = [found.first("og:site_name"), found.first("application-name"), *site_names(objects, chosen)]
    sites = known_names(said)
    site = Site(sites, [*named_by(address), *named_by(found.canonical)])
    drafts = _drafts(raw, found, site, trace)
    trust.refuse_walls(found, drafts, sites)
    drafts["schema"] = _schema(raw, chosen, found, site, trace)
    for vocabulary in ("schema", "og"):
        if vocabulary in drafts:
            trust.republished(drafts[vocabulary])
    trust.authors(drafts)
    trust.affiliations(drafts.get("citation"))
    trust.fill_days(drafts)
    trust.only_date(drafts.get("dc"))
    kind.no_journal(drafts, sites)
    home = not within_site(found.canonical or address)
    entitle(drafts, found, site, home=home)
    speak(drafts, found)
    draft = united([drafts[name] for name in schemas.table("crosswalks/web_page")["order"] if name in drafts])
    _place(draft, found, address)
    kind.name_type(draft, found, sites, home=home)
    kind.opinion(draft, address)
    kind.preprint(draft, address)
    trust.days(draft)
    trust.deposited(draft)
    kind.contain(draft, sites)
    trust.boilerplate(draft, sites, [o.get("description") for o in objects if set(kinds(o)) & ORGANISATIONS])
    trust.no_subjects(draft, sites)
    return trust.undated(draft.finish(), kind.ON_THE_WEB, home=home)


# --- one vocabulary after the other ----------------------------------------------------------------------------------


def _drafts(raw: RawRecord, found: WebPage, site: Site, trace: list[Step] | None) -> dict[str, Draft]:
    dialect = _platform(found)
    table = crosswalk("web_page", dialect)
    drafts: dict[str, Draft] = {}
    named: dict[str, dict[tuple[str, str], str]] = {}
    for meta in (*found.metas, *_elements(found)):
        vocabulary = _vocabulary(meta.name)
        row = _row(table, meta.name)
        if row is None and vocabulary == "plain":
            continue  # what a browser or a social network needs to know
        draft = drafts.setdefault(vocabulary, Draft(raw, dialect, trace))
        content = _of_the_work(draft, meta, found, site)
        if meta.name.endswith("url") and "://" not in content[:10]:
            content = joined(draft, content)
        if content and content.strip():
            known = len(draft.contributors)
            take(draft, row, meta.name, content.strip(), meta.language)
            trust.once(draft, known, named.setdefault(vocabulary, {}), meta.name)
    _date_of_eprints(drafts.get("eprints"), found.first("eprints.date_type"))
    return drafts


def _platform(found: WebPage) -> str:
    """The software of a repository means more by some tags than they say."""
    names = {meta.name for meta in found.metas}
    if "eprints.eprintid" in names or (
        any(name.startswith("eprints.") for name in names)
        and not any(name.startswith(("prism.", "citation_")) for name in names)  # publishers use its tags too
    ):
        return "eprints"
    if found.first("ncbi_db") == "pubmed":
        return "pubmed"
    if names & {"citation_mjid", "hw.identifier"}:
        return "highwire"
    return "dspace" if found.first("generator").lower().startswith("dspace") else ""


def _date_of_eprints(draft: Draft | None, kind: str) -> None:
    """EPrints has one date, and says beside it what happened then."""
    if draft is not None and kind in ("accepted", "submitted"):
        draft.dates = [Date(kind, d.value, d.raw) if d.type == "issued" else d for d in draft.dates]


@cache
def _prefixes() -> tuple[tuple[str, str], ...]:
    rows: dict[str, list[str]] = schemas.table("crosswalks/web_page")["vocabularies"]
    return tuple([(prefix, name) for name, prefixes in rows.items() for prefix in prefixes])


def _row(table: Crosswalk, name: str) -> Field | None:
    return table.fields.get(name) or table.fields.get(_OTHER_PREFIX.sub(_other_prefix, name))


def _other_prefix(prefix: re.Match[str]) -> str:
    return "dc." if prefix[0] == "dcterms." else "dcterms."


def _vocabulary(name: str) -> str:
    return next((vocabulary for prefix, vocabulary in _prefixes() if name.startswith(prefix)), "plain")


def _elements(found: WebPage) -> list[Meta]:
    """What has elements of its own in HTML, or stands in a pair of tags: Yoast's ``twitter:label1`` and ``twitter:data1``."""
    labels = schemas.table("crosswalks/web_page")["accounts"]["written_by"]
    pairs = [(found.first(f"twitter:label{n}"), found.first(f"twitter:data{n}")) for n in (1, 2)]
    written = [Meta("written by", said) for label, said in pairs if said and label.lower() in labels]
    return [*written, *([Meta("html title", found.title)] if found.title else [])]


def _of_the_work(draft: Draft, meta: Meta, found: WebPage, site: Site) -> str:
    """What a tag says of the work, without what it says of the site; '' where nothing is left."""
    if meta.name in _TITLES:
        return headed(bare_title(meta.content, site.names, site.address), found.headings)
    byline = meta.name in _BYLINES and is_account(meta.content, site.names)
    login = meta.name in _CREATORS and (
        is_account(meta.content, []) if " " not in meta.content.strip() else _is_site_as_person(meta.content, site)
    )
    section = meta.name == "article:section" and bool(found.first("citation_title"))
    if byline or login or section:
        draft.extra.setdefault(meta.name, []).append(meta.content)
        return ""
    return meta.content


def _is_site_as_person(creator: str, site: Site) -> bool:
    """Whether a site would be a person by its name: ``Pretty Skincare``; one that is an organisation may have written."""
    return only_the_site(creator, site.names) and all(
        c.kind == "person" for c in people.contributors(creator, "author")
    )


def _schema(
    raw: RawRecord, chosen: dict[str, Json] | None, found: WebPage, site: Site, trace: list[Step] | None
) -> Draft:
    if chosen is None:
        return Draft(raw, "", trace)
    sent = dict(chosen)
    for key in ("headline", "name"):
        if isinstance(sent.get(key), str):
            sent[key] = headed(bare_title(sent[key], site.names, site.address), found.headings)
    nobody: list[str] = []
    for key in ("author", "creator"):
        nobody += [_name_of(a) for a in _as_list(sent.get(key)) if is_account(_name_of(a), site.names)]
        sent[key] = [a for a in _as_list(sent.get(key)) if not is_account(_name_of(a), site.names)]
    draft = draft_of(raw, sent, trace)
    draft.contributors = list({(c.name, c.role, c.orcid, c.affiliations): c for c in draft.contributors}.values())
    if nobody := [name for name in nobody if name]:
        draft.extra.setdefault("author", []).extend(nobody)
    return draft


def _as_list(value: Json) -> list[Json]:
    """One after the other, also where lists stand in lists and one object has several names."""
    if isinstance(value, list):
        return [each for item in value[:_MOST] for each in ([item] if not isinstance(item, list) else item[:_MOST])]
    if isinstance(value, dict) and isinstance(value.get("name"), list):
        return [{**value, "name": name} for name in value["name"][:_MOST]]
    return [] if value is None else [value]


def _name_of(agent: Json) -> str:
    """The name that may be one of an account: an organisation, and who has a family name, is none."""
    if isinstance(agent, dict):
        named = agent.get("name")
        nobody = "familyName" in agent or "Organization" in "".join(kinds(agent)) or set(kinds(agent)) & ORGANISATIONS
        return named if isinstance(named, str) and not nobody else "A B"
    return agent if isinstance(agent, str) else "A B"


# --- together --------------------------------------------------------------------------------------------------------


def _place(draft: Draft, found: WebPage, address: str) -> None:
    """Where the page is. A canonical address that is the home page of the site is a mistake of its template."""
    home = bool(address) and not within_site(address)
    canonical = identifiers.url(found.canonical) if found.canonical else None
    if canonical and identifiers.is_resolver(canonical) and (doi := identifiers.doi(canonical)):
        links.own_or_container_doi(draft, doi, canonical)
    believed = (within_site(canonical or "") or home) and NOT_CANONICAL not in draft.raw.repairs
    trusted = canonical if believed and _same_host(canonical or "", address) else None
    draft.landing = trusted or address or draft.landing
    for url in (address, draft.landing):
        if url:
            draft.identify("url", url)
    if not address:
        draft.identify("local", draft.raw.identifier)
    elif (own := links.form(address)) is not None and own[0] in ("pmid", "pmcid", "arxiv"):
        draft.identify(*own, raw=address)
    elif (candidate := identifiers.candidate_doi(address)) is not None:
        draft.identify("doi", candidate, "candidate", address)
    files = {file.url for file in draft.files} - {address, draft.landing}
    draft.identifiers = {key: i for key, i in draft.identifiers.items() if i.value not in files}
    if found.unreadable:
        draft.extra.setdefault("json-ld", []).append(f"{found.unreadable} block(s) that are no JSON")


def _same_host(one: str, other: str) -> bool:
    return not other or identifiers.host(one) == identifiers.host(other)


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
    table = crosswalk("web_page")
    said = [(m.name, m.content) for m in found.metas if (row := _row(table, m.name)) and row.rule != "ignored"]
    ignored = schemas.table("crosswalks/schema_org")["ignored"]
    objects = [_without(block, ignored, 0) for block in found.objects]
    parts = [found.title or found.headings, found.language, found.canonical, said, objects]
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
