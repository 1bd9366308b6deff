"""Rules for identifiers, relations, and what the work is part of."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from harvester.clean import citations, dates, identifiers, text
from harvester.clean.dois import is_sound_doi
from harvester.clean.urls import SOUND_URL
from harvester.formats.draft import ABOUT_A_NAME, Draft
from harvester.formats.rules import words
from harvester.record import Identifier, Json, Relation


def doi(draft: Draft, sent: str, relation: str = "self") -> Json:
    found = [own_or_container_doi(draft, value, sent, relation) for value in identifiers.dois(sent)]
    return found or None


def own_or_container_doi(draft: Draft, value: str, sent: str, relation: str = "self") -> Identifier:
    """DOIs of journals and of whole books of ISSN form are those of the container, wherever they stand."""
    if identifiers.is_container_doi(value):
        relation = "container"
    return draft.identify("doi", value, relation, sent)


_TYPED: dict[str, Callable[[str], str | None]] = {
    "handle": identifiers.handle,
    "pmid": identifiers.pmid,
    "pmcid": identifiers.pmcid,
    "arxiv": identifiers.arxiv,
    "url": identifiers.url,
}


def identifier(draft: Draft, sent: str, scheme: str = "") -> Json:
    """An identifier of the work, of the scheme that the field names or of the one that it has the form of, else ``local``."""
    if scheme and scheme not in _TYPED:
        value = text.plain(sent)
        return draft.identify(scheme, value, raw=sent) if value else None
    if scheme:
        known = _TYPED[scheme](sent)
        return draft.identify(scheme, known, raw=sent) if known else None
    return classified(draft, sent, form(sent))


def form(sent: str) -> tuple[str, str] | None:
    """(scheme, value) by the form of a value, None for that of none.

    >>> form("10.1136/leader-2020-000228"), form("http://hdl.handle.net/10044/1/85584"), form("RDB04")
    (('doi', '10.1136/leader-2020-000228'), ('handle', '10044/1/85584'), None)
    >>> form("http://cogprints.org/9686/"), form("http://www.ncbi.nlm.nih.gov/pubmed/25263208")
    (('url', 'http://cogprints.org/9686/'), ('pmid', '25263208'))
    """
    return _form(sent) if len(sent) <= ABOUT_A_NAME else _form.__wrapped__(sent)


@lru_cache(maxsize=10_000)
def _form(sent: str) -> tuple[str, str] | None:
    """A short way for the four forms that fill repositories."""
    if sent.startswith("http"):
        if (at_resolver := _DOI_URL.fullmatch(sent)) is not None and is_sound_doi(found := at_resolver[1].lower()):
            return "doi", found
        if (handle := _HANDLE_URL.fullmatch(sent)) is not None:
            return "handle", handle[1]
        if SOUND_URL.fullmatch(sent) and not _MORE_THAN_A_URL.search(sent):
            return "url", sent
    elif is_sound_doi(sent):
        return "doi", sent
    if len(sent) == 9 and sent[4] == "-" and (issn_ := identifiers.issn(sent)) is not None:
        return "issn", issn_
    return identifiers.classify(sent)


def classified(draft: Draft, sent: str, found: tuple[str, str] | None) -> Json:
    """An identifier of the work that was told by its form: (scheme, value), or None where it has that of none."""
    if found is None:
        if _ISSN_FORM.fullmatch(sent):
            return issn(draft, sent)
        if not _DIGIT.search(sent):
            return None  # a name: CONICET Digital
        value = text.plain(sent)
        return draft.identify("local", value, raw=sent) if value and len(value) <= ABOUT_A_NAME else None
    kind, value = found
    if kind == "doi":
        return own_or_container_doi(draft, value, sent)
    if kind == "issn":
        return issn(draft, sent) if draft.container.setdefault("issn", value) != value else value
    if kind == "isbn":
        if len(sent) == _PPN_LENGTH and draft.raw.identifier.endswith(sent):
            return draft.identify("local", sent)
        return _isbn(draft, value, sent)
    return draft.identify(kind, value, raw=sent)


def local(draft: Draft, sent: str, authority: str) -> Json:
    """A number of a database that has no scheme of its own here: ``scopus:2-s2.0-85087``."""
    value = text.plain(sent)
    return draft.identify("local", f"{authority}:{value}", "version", sent) if value else None


_DOI_URL = re.compile(
    r"https?://(?:dx\.)?doi\.org/(?!.*(?:arxiv|orcid))(10\.[1-9][0-9]{3,8}/[a-z0-9](?:[a-z0-9._/-]{0,300}[a-z0-9])?)",
    re.IGNORECASE | re.ASCII,
)
_HANDLE_URL = re.compile(r"https?://hdl\.handle\.net/(?!10\.)(\d+(?:\.\d+)*/[A-Za-z0-9](?:[\w./-]*[A-Za-z0-9])?)", re.A)
_MORE_THAN_A_URL = re.compile(r"10\.|arxiv|handle|orcid|pm|pubmed|ror\.org|:(?!//)", re.IGNORECASE)
"""What an address has in it that may be of another scheme."""
ISSN_LENGTH = 20
"""A value of fewer characters with an ISSN in it is an ISSN, with its label at most."""
_PPN_LENGTH = 10
"""Numbers of records in German library networks have the length and the check digit of an ISBN: ``1310061653``."""
_ELECTRONIC = re.compile(r"\be-?issn\b|\bonline\b|\belectronic\b", re.I)
_DIGIT = re.compile(r"\d")
_ISSN_FORM = re.compile(r"\d{4}-\d{3}[\dXx]")


def issn(draft: Draft, sent: str, scheme: str = "issn") -> Json:
    """Of the journal; a second ISSN is its electronic one only where a field says so."""
    found = identifiers.issns(sent)
    if not found:
        if _ISSN_FORM.search(sent):
            draft.find("issn-checksum", "container", "has the form of an ISSN, but its check digit is wrong", sent)
        return None
    if scheme == "issn" and len(found) == 1 and len(sent) > 9 and _ELECTRONIC.search(sent):
        scheme = "eissn"
    for value in found:
        if draft.container.setdefault(scheme, value) != value:
            draft.identify("issn", value, "container", sent)
    return found


def isbn(draft: Draft, sent: str) -> Json:
    found = identifiers.isbn(sent)
    return _isbn(draft, found, sent) if found is not None else None


def _isbn(draft: Draft, found: str, sent: str) -> str:
    if draft.container.setdefault("isbn", found) != found:
        draft.identify("isbn", found, "version", sent)
    return found


def relation(draft: Draft, sent: str, kind: str = "other") -> Json:
    """A relation to something else; its identifiers are never the record's own."""
    return related(draft, sent, kind, form(sent) if len(sent) < 2000 else None)


def related(draft: Draft, sent: str, kind: str, found: tuple[str, str] | None, update_type: str | None = None) -> Json:
    """As ``relation``, where the form of the value is known."""
    scheme, target = found if found is not None else ("local", text.plain(sent))
    if not target:
        return None
    label = text.plain(sent) if found is None or len(sent) > len(target) + 30 else None
    label = label if label != target else None
    result = Relation(type=kind, scheme=scheme, target=target, label=label, update_type=update_type)
    return draft.put(draft.relations, result)


def versioned(draft: Draft, sent: str, kind: str = "has-version") -> Json:
    """Another version of the same work: a relation, and its DOI an identifier that does not unite records by itself."""
    for value in identifiers.dois(sent):
        own_or_container_doi(draft, value, sent, "version")
    return relation(draft, sent, kind)


def path_of(url: str) -> str:
    """The path of an address, '' where it has none. Unlike ``urlsplit`` it takes whatever a record says.

    >>> path_of("https://example.org/a/b.pdf?download=1#p2"), path_of("http://[example.org"), path_of("https://example.org?q=1")
    ('/a/b.pdf', '', '')
    """
    _, slash, path = url.partition("://")[2].partition("#")[0].partition("?")[0].partition("/")
    return slash + path


def landing(draft: Draft, sent: str) -> Json:
    found = identifiers.url(sent)
    if found is not None:
        draft.landing = draft.landing or found
        draft.identify("url", found, raw=sent)
    return found


def container(draft: Draft, sent: str) -> Json:
    """The journal or book that the work is part of; an identifier in this place is a relation to it."""
    if sent.startswith(("http", "10.", "hdl:", "doi:")):
        return relation(draft, sent, "is-part-of")
    if len(sent) <= ISSN_LENGTH and identifiers.issns(sent):  # urn:ISSN:2398-631X
        return issn(draft, sent)
    if (part := VOLUME.fullmatch(sent)) is not None:
        return _numbers(draft, part)
    value = text.plain(sent)
    if not any(map(str.isalpha, value)):
        return None
    if draft.container.setdefault("title", value) == value:
        return value
    return relation(draft, sent, "is-part-of")


VOLUME = re.compile(r"vol(?:ume)?[.:]? ?([\w-]{1,12})(?:[,;]? ?(?:no|nr|issue|number)[.:]? ?([\w/-]{1,12}))?", re.I)
"""DSpace's second part of ``Journal;Vol. 48 no. 1``, which its oai_dc may send as a value of its own."""


def _numbers(draft: Draft, part: re.Match[str]) -> Json:
    found = [citations.number(value) if value else None for value in part.groups()]
    for element, value in zip(("volume", "issue"), found, strict=True):
        if value is not None:
            draft.set(element, value)
    return found


_COUNTED = re.compile(r"[\d:/. -]+")


def series(draft: Draft, sent: str) -> Json:
    """DSpace's ``Series;number``."""
    name, _, report = sent.rpartition(";") if ";" in sent else (sent, "", "")
    if (part := VOLUME.fullmatch(report.strip())) is not None and name.strip():
        return _numbers(draft, part) and container(draft, name.strip())
    found = identifiers.issns(name)
    if found:
        issn(draft, name)
        name = name.replace(found[0], "").rstrip(" ,;()")
        draft.container.setdefault("title", text.plain(name))
    value, report = text.plain(name), text.plain(report)
    draft.series = draft.series or value or None
    if report and not (found and _COUNTED.fullmatch(report)):  # the books of a series are counted, reports have numbers
        draft.identify("report-number", report, "version", sent)
    return relation(draft, sent, "is-part-of") if value else report or None


def pages(draft: Draft, sent: str) -> Json:
    found = citations.pages(sent)
    if found is None:
        return None
    draft.set("pages", found.pages)
    draft.set("start_page", found.start)
    if found.end:
        draft.set("end_page", found.end)
    return found


def citation(draft: Draft, sent: str) -> Json:
    """A citation in words, read when the title is known; its DOI is a candidate where the record names none.

    Some servers send it in pieces, of which one is the ISSN.
    """
    if len(sent) < ISSN_LENGTH and (found := identifiers.issns(sent)):
        return issn(draft, sent) or found
    draft.citations.append((draft.path, sent))
    for value in identifiers.dois(sent):
        draft.identify("doi", value, "candidate", sent)
    return sent


def event(draft: Draft, sent: str, part: str = "name") -> Json:
    """Name, place, start ... of a conference; days from first to last may be sent together."""
    value = dates.date(sent) if part in ("start", "end") else text.plain(sent)
    if not value:
        return None
    if part == "start" and "/" in value:
        value, _, end = value.partition("/")
        draft.event.setdefault("end", end)
    return value if draft.event.setdefault(part, value) == value else None


def venue_or_place(draft: Draft, sent: str) -> Json:
    """Of a conference paper: where the conference was if another field has the place of the publisher (EndNote, ACM)."""
    return event(draft, sent, "place") if "place" in draft.values else words.plain(draft, sent, "place")
