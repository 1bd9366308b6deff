"""Rules for the meta tags of web pages. See ``rules`` for what a rule is, and ``web_page`` for how pages are read."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urljoin

from msgspec import structs

from harvester import schemas
from harvester.clean import citations, identifiers, text
from harvester.formats.draft import Draft
from harvester.formats.rules import bags, links, people, terms, theses, words
from harvester.formats.web_page.site import signed
from harvester.record import Affiliation, Degree, File, Funding, Json, Subject

_GRANT = re.compile(r"citation_(?P<key>\w+)=(?P<value>[^;]*)")
_TIGHT = re.compile(r",(?![\s\d])|(?<!\d),(?!\s)")
_COMMAS = re.compile(rf",\s+|{_TIGHT.pattern}")
_JOINED = re.compile(r"(?:and|und|et|y|e|&|\+) ", re.IGNORECASE)
"""How the last word of a list within one heading begins: ``Business, Finance, & Economics``."""
_OTHERS = frozenset({"general", "miscellaneous", "other", "various", "n.e.c."})
_RUN_TOGETHER = re.compile(
    r"(?<=PUB)\d+[A-Z].*|(?<=SAGE Publications)\s?S(?:AGE|age) .*|(?<=, publishers)\s?\d+ .*", re.DOTALL
)
"""``ACMPUB27New York, NY, USA``, ``SAGE PublicationsSage UK: London, England``."""
_NO_DAY = re.compile(r"(?:1969-12-31|1899-12-3[01]|1900-01-01)[T ]")
"""Moments at which computers begin to count, as they are in other time zones."""
_PROCEEDINGS = re.compile(
    r"(?:the )?(?:\w+ )?(?:conference )?(?:proceedings|proc\.|actes|atti|actas|tagungsband)\b", re.IGNORECASE
)


# --- people -----------------------------------------------------------------------------------------------------------


def author_institution(draft: Draft, sent: str) -> Json:
    """Stands behind the author whom it is about."""
    name = text.plain(sent)
    if not name or not draft.contributors:
        return None
    last = draft.contributors[-1]
    if all(a.name != name for a in last.affiliations):
        draft.contributors[-1] = structs.replace(last, affiliations=(*last.affiliations, Affiliation(name=name)))
    return name


def author_orcid(draft: Draft, sent: str) -> Json:
    found = identifiers.orcid(sent)
    if found is None:
        draft.find("orcid-checksum", "contributors", "stands as an ORCID iD, but its check digit is wrong", sent)
        return sent
    if not draft.contributors:
        return None
    draft.contributors[-1] = structs.replace(draft.contributors[-1], orcid=found)
    return found


def byline(draft: Draft, sent: str) -> Json:
    """Who wrote it, by tags that content systems fill; the address of a profile is no name."""
    plain = text.plain(sent)
    if "://" in plain or plain.startswith(("@", "www.")):
        return None
    name = signed(plain)
    if not name or "/" in name:
        return None
    found = people.contributors(name, "author")
    draft.contributors += found if name == plain else [structs.replace(each, raw=plain) for each in found]
    return found or None


def loose_orcid(draft: Draft, sent: str) -> Json:
    """ORCID iDs in a list of their own: whose they are can be told only where there is one author."""
    found = identifiers.orcid(sent)
    free = [i for i, c in enumerate(draft.contributors) if c.orcid is None]
    if found and len(draft.contributors) == 1 and free:
        draft.contributors[0] = structs.replace(draft.contributors[0], orcid=found)
        return found
    return None


# --- subjects, dates, types ------------------------------------------------------------------------------------------


def keywords(draft: Draft, sent: str) -> Json:
    """Several keywords in one tag are parted by semicolons, or by commas where there are none.

    By those without a space behind them, where there are more of them: ``Montana,Shelby,Scottsbluff, Nebraska``.
    """
    sent = sent.strip(" ,;")
    if ";" in sent or "," not in sent or len(sent) > 5_000:
        return words.subject(draft, sent) if sent else None
    tight = len(_TIGHT.findall(sent))
    parts = [part for part in (_TIGHT if tight > sent.count(", ") else _COMMAS).split(sent) if part.strip(" ,")]
    if len(parts) < 2 or any(len(part) > 60 or _JOINED.match(part) for part in parts):
        return _whole_subject(draft, sent)
    if len(parts) == 2 and not tight and parts[0][:1].isupper() and (parts[1][:1].isupper() or parts[1] in _OTHERS):
        return words.subject(draft, sent)  # Leadership, Moral; Physics, general
    return [_whole_subject(draft, part.strip(" ,")) for part in parts]


def _whole_subject(draft: Draft, sent: str) -> Json:
    """A subject that is not divided any more."""
    if "," not in sent:
        return words.subject(draft, sent)
    term = text.plain(sent)
    draft.subjects[Subject(term)] = None
    return term


def page_date(draft: Draft, sent: str, kind: str = "") -> Json:
    """Trailing slashes come from templates with an empty month: ``2020/`` is a year and no span without end."""
    return None if _NO_DAY.match(sent) else terms.date(draft, sent.rstrip("/- ") or sent, kind)


def dc_created(draft: Draft, sent: str) -> Json:
    """OJS means publication by ``DC.Date.created``; others mean their own page, by the second."""
    return terms.date(draft, sent, "created" if len(sent) > 10 else "issued")


def dc_accepted(draft: Draft, sent: str) -> Json:
    """DSpace fills it with the second in which an item came into the repository.

    https://github.com/DSpace/DSpace/blob/dspace-6_x/dspace/config/crosswalks/xhtml-head-item.properties
    """
    return terms.date(draft, sent, "deposited" if len(sent) > 10 else "accepted")


def dspace_date(draft: Draft, sent: str) -> Json:
    """A second is that of the deposit."""
    return terms.date(draft, sent, "deposited" if len(sent) > 10 else "issued")


def eprints_type(draft: Draft, sent: str) -> Json:
    """EPrints' own names, such as ``conference_item``."""
    return terms.type_(draft, sent.replace("_", " "))


def govuk_format(draft: Draft, sent: str) -> Json:
    """What a page of GOV.UK has on it: ``independent_report``."""
    found = schemas.table("crosswalks/web_page")["govuk"].get(sent)
    if found:
        draft.types.append((2, found))
    return found or sent


def open_graph_type(draft: Draft, sent: str) -> Json:
    """``article`` is any page that is not the home page: no journal article."""
    if sent.lower() == "book":
        draft.types.append((0, "book"))
    return sent


def refereed(draft: Draft, sent: str) -> Json:
    value = {"true": True, "false": False}.get(sent.lower())
    return None if value is None else draft.set("peer_reviewed", value)


def eprints_status(draft: Draft, sent: str) -> Json:
    known = {"pub": "published", "inpress": "in-press", "submitted": "submitted", "unpub": "unpublished"}
    found = known.get(sent.lower())
    return draft.set("publication_status", found) if found else None


# --- where it appeared -----------------------------------------------------------------------------------------------


def conference(draft: Draft, sent: str) -> Json:
    """A conference, or its proceedings."""
    return links.container(draft, sent) if _PROCEEDINGS.match(sent) else links.event(draft, sent, "name")


def publisher(draft: Draft, sent: str) -> Json:
    """A publisher, without the place that Atypon runs into its name."""
    return words.plain(draft, _RUN_TOGETHER.sub("", sent).removesuffix("PUB"), "publisher")


def short_title(draft: Draft, sent: str) -> Json:
    value = text.plain(sent)
    return draft.container.setdefault("short_title", value) if value else None


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


def page_landing(draft: Draft, sent: str) -> Json:
    """The page about the work; a file is none, and an address of the resolver names the DOI."""
    found = identifiers.url(sent)
    if found is None:
        return None
    if identifiers.host(found) in ("doi.org", "dx.doi.org") and (value := identifiers.doi(found)):
        return links.own_or_container_doi(draft, value, sent)
    if bags.is_file(found):
        return file(draft, sent)
    draft.landing = draft.landing or found
    return page_url(draft, sent)


def page_url(draft: Draft, sent: str) -> Json:
    """An address of the work itself; that of a whole site names the site."""
    found = identifiers.url(sent)
    if found is None:
        return None
    if identifiers.host(found) in ("doi.org", "dx.doi.org") and (value := identifiers.doi(found)):
        return links.own_or_container_doi(draft, value, sent)
    if (handle := identifiers.handle(found)) and ("hdl.handle.net/" in found or "/handle/" in found):
        draft.identify("handle", handle, raw=found)
    path = found.partition("://")[2].partition("/")[2].strip("/")
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
    return sent if sent.isdigit() else bags.bag(draft, sent)


def world_readable(draft: Draft, sent: str) -> Json:
    """Highwire: its presence says that anybody may read the text."""
    return sent if sent.lower() in ("false", "0", "no") else draft.set("access", "open") or sent


def reference(draft: Draft, sent: str) -> Json:
    """One of the works that are cited: they are counted."""
    draft.values["references_count"] = draft.values.get("references_count", 0) + 1
    return sent


def noted(draft: Draft, sent: str) -> Json:  # noqa: ARG001 (a rule's signature)
    return sent
