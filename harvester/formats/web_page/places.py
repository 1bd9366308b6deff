"""Rules for meta tags that say where a work appeared and where it can be had."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urljoin

from harvester.clean import citations, identifiers, text
from harvester.formats.draft import Draft
from harvester.formats.rules import bags, links, people, terms, theses, words
from harvester.record import Date, Degree, File, Funding, Json

_GRANT = re.compile(r"citation_(?P<key>\w+)=(?P<value>[^;]*)")
_RUN_TOGETHER = re.compile(
    r"(?<=PUB)\d+[A-Z].*|(?<=SAGE Publications)\s?S(?:AGE|age) .*|(?<=, publishers)\s?\d+ .*", re.DOTALL
)
"""``ACMPUB27New York, NY, USA``, ``SAGE PublicationsSage UK: London, England``."""
_CITED = re.compile(r"\((\d{4})\)\. .{1,500}: Vol\. (\d{1,4})", re.DOTALL)
_PROCEEDINGS = re.compile(
    r"(?:the )?(?:\w+ )?(?:conference )?(?:proceedings|proc\.|actes|atti|actas|tagungsband)\b", re.IGNORECASE
)


# --- where it appeared -----------------------------------------------------------------------------------------------


def conference(draft: Draft, sent: str) -> Json:
    """A conference, or its proceedings."""
    return links.container(draft, sent) if _PROCEEDINGS.match(sent) else links.event(draft, sent, "name")


def publisher(draft: Draft, sent: str) -> Json:
    """A publisher, without the place that Atypon runs into its name."""
    return words.plain(draft, _RUN_TOGETHER.sub("", sent).removesuffix("PUB"), "publisher")


def short_title(draft: Draft, sent: str) -> Json:
    value = text.plain(sent)
    return draft.container.setdefault("short_title", value) if any(c.isalpha() for c in value) else None


def series_title(draft: Draft, sent: str) -> Json:
    value = text.plain(sent)
    draft.series = draft.series or value or None
    return value or None


def first_page(draft: Draft, sent: str) -> Json:
    found = citations.pages(sent)
    if found is None:
        return (
            draft.set("article_number", sent)
            if re.fullmatch(r"[\w.-]{1,30}", sent) and re.search(r"\d", sent)
            else None
        )
    draft.set("start_page", found.start)
    if found.end:
        links.pages(draft, sent)
    return found


def last_page(draft: Draft, sent: str) -> Json:
    start = draft.values.get("start_page")
    found = citations.pages(f"{start}-{sent}") if start else None
    if found is None or not found.end:
        alone = citations.pages(sent)
        return draft.set("end_page", alone.start) if alone and not alone.end else None
    draft.values.setdefault("pages", found.pages)
    draft.set("end_page", found.end)
    return found


def page_count(draft: Draft, sent: str) -> Json:
    value = f"{sent} p." if sent.isdigit() else text.plain(sent)
    return draft.put(draft.extent, value) if value else None


def thesis_institution(draft: Draft, sent: str) -> Json:
    return people.institution(draft, sent, "awarding")


def page_degree(draft: Draft, sent: str) -> Json:
    """The name of a degree; EPrints has only its level."""
    level = theses.degree_level(sent)
    if level is not None:
        draft.types.append((3, theses.kind_of_thesis(level)))
        draft.degree.setdefault("level", level)
    if not sent.islower():
        draft.degree.setdefault("name", text.plain(sent))
    return Degree(**draft.degree) if draft.degree else None


def report_number(draft: Draft, sent: str) -> Json:
    value = text.plain(sent)
    return draft.identify("report-number", value, raw=sent) if value else None


def highwire_funding(draft: Draft, sent: str) -> Json:
    """``citation_funder=NIHR;citation_grant_number=RDB04;``, or a name."""
    pairs = {m["key"]: text.plain(m["value"]) for m in _GRANT.finditer(sent)}
    if not pairs:
        return people.funder(draft, sent)
    found = Funding(
        funder_name=pairs.get("funder") or pairs.get("funding_source") or None,
        funder_id=identifiers.funder_id(pairs.get("funder_id", "")),
        award_number=pairs.get("grant_number") or pairs.get("award_number") or None,
    )
    return draft.put(draft.funding, found) if found != Funding() else None


def page_citation(draft: Draft, sent: str) -> Json:
    """A citation in words, or as the pairs of an OpenURL (Z39.88-2004): ``rft.volume=39&rft.spage=129``."""
    if "rft." not in sent:
        return links.citation(draft, sent)
    try:
        pairs = dict(parse_qsl(sent, max_num_fields=60))
    except ValueError:
        return None
    found: list[Json] = []
    for key, element in (("rft.volume", "volume"), ("rft.issue", "issue")):
        if value := citations.number(pairs.get(key, "")):
            found.append(draft.set(element, value))
    if start := pairs.get("rft.spage"):
        found.append(first_page(draft, f"{start}-{pairs['rft.epage']}" if pairs.get("rft.epage") else start))
    if title := pairs.get("rft.jtitle"):
        found.append(links.container(draft, title))
    if number := pairs.get("rft.issn") or pairs.get("rft.eissn"):
        found.append(links.issn(draft, number))
    return [each for each in found if each] or None


# --- links -----------------------------------------------------------------------------------------------------------


def joined(draft: Draft, sent: str) -> str:
    """An address that is said from where the page is, as a whole one."""
    address = draft.raw.identifier
    if not address.startswith(("https://", "http://")) or not sent.startswith(("/", "./", "../", "?")):
        return sent
    try:
        return urljoin(address, sent)
    except ValueError:
        return sent


def file(draft: Draft, sent: str, mime: str = "") -> Json:
    found = identifiers.url(sent)
    return draft.put(draft.files, File(url=found, mime=mime or None)) if found else None


def summary(draft: Draft, sent: str) -> Json:
    """A description for networks; Taylor & Francis has the citation there, which knows the year of the issue."""
    cited = _CITED.match(sent)
    if cited is None:
        return words.description(draft, sent, "summary")
    draft.dates.append(Date("print", cited[1]))
    return sent if cited[2] == "0" else links.citation(draft, sent)


def page_source(draft: Draft, sent: str) -> Json:
    """The journal; the address of something of the platform is none."""
    return sent if "://" in sent else bags.source(draft, sent)


def open_access(draft: Draft, sent: str) -> Json:
    """Highwire calls what is free restricted as well."""
    return terms.rights_(draft, sent) if sent.startswith("open") else sent


def within_site(url: str) -> str:
    """What stands behind the host, with its query; '' for a home page."""
    return url.partition("://")[2].partition("/")[2].strip("/")


def page_landing(draft: Draft, sent: str) -> Json:
    """The page about the work; a file is none, and an address of the resolver names the DOI."""
    found = identifiers.url(sent)
    if found is None:
        return None
    if not (identifiers.is_resolver(found) and identifiers.doi(found)):
        if bags.is_file(found):
            return file(draft, sent)
        draft.landing = draft.landing or found
    return page_url(draft, sent)


def page_url(draft: Draft, sent: str) -> Json:
    """An address of the work itself; that of a whole site names the site."""
    found = identifiers.url(sent)
    if found is None:
        return None
    if identifiers.is_resolver(found) and (value := identifiers.doi(found)):
        return links.own_or_container_doi(draft, value, sent)
    if (handle := identifiers.handle(found)) and ("hdl.handle.net/" in found or "/handle/" in found):
        draft.identify("handle", handle, raw=found)
    path = within_site(found)
    return draft.identify("url", found, "self" if path else "container")


def official_url(draft: Draft, sent: str) -> Json:
    """EPrints: where the publisher has it; a DOI in it is that of the published version."""
    if (value := identifiers.doi(sent)) and identifiers.host(identifiers.url(sent) or "").endswith("doi.org"):
        return links.own_or_container_doi(draft, value, sent)
    return links.relation(draft, sent, "is-version-of")


def page_rights(draft: Draft, sent: str) -> Json:
    """A statement; a number is a code of the site's own."""
    return None if sent.isdigit() else terms.rights_(draft, sent)


def page_bag(draft: Draft, sent: str) -> Json:
    """An identifier; a bare number is that of a database, which its address has too."""
    if sent.isdigit():
        return sent
    sentence = sent.count(" ") > 3 and links.form(sent) is None
    return links.citation(draft, sent) if sentence else bags.bag(draft, sent)


def world_readable(draft: Draft, sent: str) -> Json:
    """Highwire: its presence says that anybody may read the text."""
    return sent if sent.lower() in ("false", "0", "no") else draft.set("access", "open") or sent


def reference(draft: Draft, sent: str) -> Json:
    """One of the works that are cited: they are counted."""
    draft.values["references_count"] = draft.values.get("references_count", 0) + 1
    return sent


def noted(draft: Draft, sent: str) -> Json:  # noqa: ARG001 (a rule's signature)
    return sent
