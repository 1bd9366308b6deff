"""What an item page says to programs: tags of Highwire Press for Scholar and Zotero, schema.org, OpenGraph, signposts.

Tags as https://scholar.google.com/intl/en/scholar/inclusion.html#indexing asks for them and Zotero's "Embedded Metadata" reads
them; signposts as of https://signposting.org/FAIR/ (RFC 8288, RFC 8574). For entries of lists see ``coins``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final
from urllib.parse import quote

import msgspec
from markupsafe import Markup
from msgspec import Struct, structs

from harvester import citation
from harvester.clean import identifiers, rights, types
from harvester.formats import exported, schema_org
from harvester.pages.addresses import Addresses
from harvester.pages.downloads import DOWNLOADS
from harvester.pages.item import Item, words
from harvester.record import FOR_PROGRAMS, Contributor, File, Record

_MOST: Final = 100
"""Authors and keywords that tags name: some papers have thousands."""
_ABSTRACT: Final = 10_000
"""Characters of the abstract in its tag."""
DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_NOT_IN_SCRIPTS = re.compile(r"[<>&\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")
_MIME = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_TITLES: Final = {
    "chapter": ("citation_inbook_title", "citation_book_title"),
    "conference-paper": ("citation_conference_title",),
}
"""What the container is, where it is no journal."""


class Signpost(Struct, frozen=True):
    """One typed link (RFC 8288)."""

    rel: str
    href: str
    type: str = ""
    profile: str = ""

    def __str__(self) -> str:
        """As in the ``Link`` header, in ASCII; addresses hold no ``>`` and no control characters (``web_link``)."""
        more = "".join(
            f'; {name}="{value}"' for name, value in (("type", self.type), ("profile", self.profile)) if value
        )
        return f'<{_NOT_ASCII.sub(lambda sign: quote(sign[0]), self.href)}>; rel="{self.rel}"{more}'


_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_HEADER: Final = 6000
"""Characters: proxies refuse answers with more than 8 KB of headers."""


def link_header(found: Iterable[Signpost]) -> str:
    """Of the signposts as many as a header may hold, the first ones."""
    texts = list(map(str, found))
    ends = accumulate(len(text) + 2 for text in texts)
    return ", ".join(text for text, end in zip(texts, ends, strict=True) if end <= _HEADER)


def highwire(item: Item, own: str) -> Iterator[tuple[str, str]]:
    """(name, content) of the ``citation_*`` tags. ``own``: the whole address of the page, '' where it is not known.

    Zotero takes what has a title for an article, unless it is told what it is.
    """
    record = item.work.record
    if kind := types.name_in("zotero", record.type):
        yield "z:itemType", kind
    yield "citation_title", item.title
    for person in exported.people(record, "author")[:_MOST]:
        yield "citation_author", _one_author(person)
        if person.orcid:
            yield "citation_author_orcid", f"https://orcid.org/{person.orcid}"
        for affiliation in person.affiliations[:3]:
            if affiliation.name:
                yield "citation_author_institution", affiliation.name
    for person in exported.people(record, "editor")[:_MOST]:
        yield "citation_editor", _one_author(person)
    if date := slashed(record.issued):
        yield "citation_publication_date", date
    if date := slashed(exported.day(record, "online")):
        yield "citation_online_date", date
    yield from _container(record)
    for name, value in (
        ("citation_volume", record.volume),
        ("citation_issue", record.issue),
        ("citation_firstpage", record.start_page or record.article_number),
        ("citation_lastpage", record.end_page),
        ("citation_publisher", record.publisher),
        ("citation_doi", exported.identifier(record, "doi")),
        ("citation_pmid", exported.identifier(record, "pmid")),
        ("citation_pmcid", exported.identifier(record, "pmcid")),
        ("citation_arxiv_id", exported.identifier(record, "arxiv")),
        ("citation_language", record.language[0] if record.language else None),
        ("citation_abstract", item.abstract[0].text[:_ABSTRACT] if item.abstract else ""),
        ("citation_keywords", "; ".join(dict.fromkeys(s.term for s in record.subjects[:_MOST]))),
        ("citation_abstract_html_url", own),
        ("citation_public_url", item.entry.citation.link),
    ):
        if value:
            yield name, value
    if pdf := next((f.url for f in record.files if f.url and _is_open_pdf(f, record)), None):
        yield "citation_pdf_url", pdf


def _container(record: Record) -> Iterator[tuple[str, str]]:
    container = record.container
    if record.type.endswith("thesis"):
        if university := exported.awarding(record) or record.publisher:
            yield "citation_dissertation_institution", university
        if record.degree and record.degree.name:
            yield "citation_dissertation_name", record.degree.name
    elif record.type in ("report", "policy-report", "working-paper"):
        if record.publisher:
            yield "citation_technical_report_institution", record.publisher
        if number := exported.identifier(record, "report-number"):
            yield "citation_technical_report_number", number
    elif container is not None and container.title:
        for name in _TITLES.get(record.type, ("citation_journal_title",)):
            yield name, container.title
        if container.short_title:
            yield "citation_journal_abbrev", container.short_title
    for issn in exported.numbers(record, "issn", "eissn"):
        yield "citation_issn", issn
    for isbn in exported.numbers(record, "isbn"):
        yield "citation_isbn", isbn


def inverted(person: Contributor) -> str:
    """``Aufegger, Lisa, PhD``"""
    return ", ".join(v for v in (person.family, person.given, person.suffix) if v) if person.family else person.name


def _one_author(person: Contributor) -> str:
    """As ``inverted``. ``Di Marco, Maria Cristina`` would be two authors to Zotero: both sides of the comma have spaces."""
    if " " in (person.family or "") and person.given:
        person = structs.replace(person, given=person.given.replace(" ", "\xa0"))
    return inverted(person)


def slashed(edtf: str | None) -> str:
    """``2020/09/28``, with the precision that it has; of a season, an estimate or a span its year."""
    first = (edtf or "").partition("/")[0]
    if not DATE.fullmatch(first) or first[5:7] > "12":
        first = first[:4] if re.match(r"\d{4}(?![X\d])", first, re.ASCII) else ""
    return first.replace("-", "/")


def _is_open_pdf(file: File, record: Record) -> bool:
    """Whether everybody gets a PDF there: a tag that leads to a login page has Scholar drop the whole record."""
    is_pdf = file.mime == "application/pdf" or (file.url or "").lower().partition("?")[0].endswith(".pdf")
    closed = file.access in ("restricted", "embargoed", "metadata-only") or bool(file.embargo_until)
    doubtful = file.description in FOR_PROGRAMS and record.access != "open"
    return is_pdf and not (closed or doubtful) and citation.web_link(file.url or "")


def open_graph(item: Item, own: str) -> Iterator[tuple[str, str]]:
    """(property, content). https://ogp.me; no ``og:site_name``, which Zotero takes for the journal."""
    yield "og:type", "article"
    yield "og:title", item.title
    if own:
        yield "og:url", own
    if said := words(item.abstract):
        yield "og:description", said
    if date := item.entry.issued if DATE.fullmatch(item.entry.issued) else "":
        yield "article:published_time", date


def json_ld(item: Item) -> Markup:
    """schema.org for a ``script`` element: no sign in it can end one or begin a comment."""
    record = item.work.record
    few = structs.replace(record, contributors=record.contributors[:_MOST], subjects=record.subjects[:_MOST])
    thing = schema_org.item(structs.replace(item.work, record=few))
    text = msgspec.json.encode({"@context": "https://schema.org", **thing}).decode()
    return Markup(_NOT_IN_SCRIPTS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text))  # noqa: S704


def signposts(item: Item, addresses: Addresses) -> list[Signpost]:
    """Where the work is, what describes it, who made it, what it may be used for."""
    record = item.work.record
    found = [Signpost("type", "https://schema.org/AboutPage")]
    found.append(Signpost("type", f"https://schema.org/{schema_org.kind_of(record)}"))
    doi = exported.identifier(record, "doi")
    handle = exported.identifier(record, "handle")
    persistent = (doi and identifiers.link("doi", doi)) or (handle and identifiers.link("handle", handle))
    if persistent:
        found.append(Signpost("cite-as", persistent))
    people = exported.people(record, "author")[:10]
    found += [Signpost("author", f"https://orcid.org/{person.orcid}") for person in people if person.orcid]
    if addresses.alive:
        path = addresses.work(item.work.key)
        for name, download in DOWNLOADS.items():
            if download.of_one:
                href = f"{addresses.whole(path) or addresses.to(path)}?format={name}"
                found.append(Signpost("describedby", href, download.media_type, download.profile))
    for file in record.files[:10]:
        if file.url and citation.web_link(file.url):
            mime = file.mime or ""
            found.append(Signpost("item", file.url, mime if _MIME.fullmatch(mime) else ""))
    for licence in record.licenses[:3]:
        url = licence.url or ((known := rights.licence(licence.spdx)) and known.url if licence.spdx else None)
        if url and citation.web_link(url):
            found.append(Signpost("license", url))
    return [signpost for signpost in found if citation.web_link(signpost.href) or signpost.href.startswith("/")]
