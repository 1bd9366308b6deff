"""Entries that a librarian wrote: what has no DOI and no repository, such as opinion pieces, projects and studentships.

An entry is a flat table of text and lists of text, so that it can be written in TOML and in a spreadsheet alike. The payload
is the entry as JSON. Curated data is typed by hand and checked by ``sources/files.py``; here it is only cleaned.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from harvester.clean import citations, dates, identifiers, languages, names, rights, text, types
from harvester.errors import RecordError
from harvester.formats.emails import without_emails
from harvester.formats.findings import finding
from harvester.formats.issued import issued
from harvester.record import (
    Container,
    Contributor,
    Date,
    Description,
    Event,
    Finding,
    Funding,
    Identifier,
    Institution,
    License,
    ListingEntry,
    RawRecord,
    Record,
    Step,
    Subject,
)

Many = list[str]


class Entry(Struct, kw_only=True, omit_defaults=True):
    """What may be said of an entry, and so the columns of a spreadsheet of entries. Only a title is asked for."""

    id: str = ""
    """Stays the same when the entry is edited; made from DOI, link or title where it is not given."""
    type: str = ""
    """Any name of a type: ``web-opinion``, ``Report``, ``studentship``."""
    title: str = ""
    subtitle: str = ""
    authors: Many = []
    """``Surname, Given`` or as in a citation; organisations are recognised."""
    organisations: Many = []
    """Authors that are organisations, whatever their names look like; after ``authors``."""
    editors: Many = []
    leaders: Many = []
    """Who leads a project or programme."""
    participants: Many = []
    contacts: Many = []
    """Names, never e-mail addresses."""
    date: str = ""
    """Of publication: ``2021-01-29``, ``2015``, ``29 January 2021``."""
    period: str = ""
    """How long a project runs: ``2014/``, ``2019-11/2024-10``."""
    url: str = ""
    doi: str = ""
    handle: str = ""
    isbn: str = ""
    issn: str = ""
    description: str = ""
    language: str = ""
    subjects: Many = []
    audience: Many = []
    coverage: Many = []
    publisher: str = ""
    place: str = ""
    published_in: str = ""
    """Journal, series or website."""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    edition: str = ""
    hosts: Many = []
    """Institutions by what they do for a project, programme or studentship."""
    partners: Many = []
    commissioners: Many = []
    supporters: Many = []
    awarding: Many = []
    funders: Many = []
    grants: Many = []
    event: str = ""
    rights: str = ""
    licence: str = ""
    access: str = ""
    """open, embargoed, restricted or metadata-only."""
    listing: str = ""
    """Name of the listing; the source's setting where empty."""
    section: str = ""
    """Title of the section of the listing in which it stands."""
    position: int | None = None
    note: str = ""
    """Printed with the entry in the listing."""


_decoder = msgspec.json.Decoder(Entry)


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:  # noqa: ARG001 (a Reader's signature)
    """The record of one entry. RecordError where the payload is no entry."""
    try:
        entry = _decoder.decode(raw.payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"is not an entry: {error}") from error
    record = _record(entry, raw.identifier)
    if trace is not None:
        trace.extend(_steps(entry, record))
    return record


_ELEMENTS = {
    "id": "identifiers", "doi": "identifiers", "handle": "identifiers", "isbn": "identifiers", "issn": "identifiers",
    "authors": "contributors", "organisations": "contributors", "editors": "contributors", "leaders": "contributors",
    "participants": "contributors", "contacts": "contributors", "subtitle": "titles", "date": "dates",
    "description": "descriptions", "published_in": "container", "hosts": "institutions", "partners": "institutions",
    "commissioners": "institutions", "supporters": "institutions", "awarding": "institutions", "funders": "funding",
    "grants": "funding", "licence": "licenses", "section": "listing", "position": "listing", "note": "listing",
}  # fmt: skip
"""Field -> element, where their names differ."""


def _steps(entry: Entry, record: Record) -> Iterator[Step]:
    for field in entry.__struct_fields__:
        if value := getattr(entry, field):
            element = _ELEMENTS.get(field, field)
            sent = "; ".join(value) if isinstance(value, list) else str(value)
            yield Step(field, sent, element, "curated", msgspec.to_builtins(getattr(record, element, None)))


def _record(entry: Entry, identifier: str) -> Record:
    findings: list[Finding] = []
    title = text.title(entry.title)
    subtitle = text.title(entry.subtitle)
    if title and subtitle:
        title = f"{title}: {subtitle}"
    given_dates = []
    if entry.date:
        value = dates.date(entry.date)
        given_dates.append(Date("issued", value, entry.date if entry.date != value else None))
    volume, issue = (citations.number(v) if v else None for v in (entry.volume, entry.issue))
    pages = citations.pages(entry.pages) if entry.pages else None
    licence = rights.licence(entry.licence) if entry.licence else None
    issn = identifiers.issn(entry.issn) if entry.issn else None
    description = _without_email(entry.description, findings)
    abstract = text.abstract(description) if description else None
    event = text.plain(entry.event)
    url = identifiers.url(entry.url) if entry.url else None
    found_type = types.resource_type(entry.type) if entry.type else None
    if url is None:
        own = {i.scheme: i.value for i in _identifiers(entry, identifier, None)}
        url = next((link for s in ("doi", "handle") if s in own and (link := identifiers.link(s, own[s]))), None)
    return Record(
        title=title or subtitle,
        type=found_type or "other",
        type_raw=(entry.type,) if entry.type.strip() else (),
        identifiers=tuple(_identifiers(entry, identifier, url)),
        url=url,
        contributors=tuple(_contributors(entry, findings)),
        descriptions=(Description(abstract, "summary"),) if abstract else (),
        language=tuple(languages.languages(entry.language)) if entry.language else (),
        subjects=tuple([Subject(s) for s in _each(entry.subjects)]),
        dates=tuple(given_dates),
        issued=issued(given_dates, volume is not None or issue is not None),
        container=_container(entry, issn, found_type),
        volume=volume,
        issue=issue,
        pages=pages.pages if pages else None,
        start_page=pages.start if pages else None,
        end_page=pages.end if pages else None,
        edition=text.plain(entry.edition) or None,
        publisher=text.plain(entry.publisher) or None,
        place=text.plain(entry.place) or None,
        rights=(text.plain(entry.rights),) if entry.rights.strip() else (),
        licenses=(License(url=licence.url, spdx=licence.spdx, raw=entry.licence),) if licence else (),
        access=rights.access(entry.access) if entry.access else None,
        funding=(
            *(Funding(funder_name=f) for f in _each(entry.funders)),
            *(Funding(award_number=g) for g in _each(entry.grants)),
        ),
        event=Event(name=event) if event else None,
        institutions=tuple(_institutions(entry)),
        audience=tuple(_each(entry.audience)),
        coverage=tuple(_each(entry.coverage)),
        period=dates.date(entry.period) if entry.period else None,
        listing=_listing(entry),
        findings=tuple(findings),
    )


def _each(values: Many) -> list[str]:
    return list(dict.fromkeys([plain for v in values if (plain := text.plain(v)) and not text.placeholder(plain)]))


def _without_email(value: str, findings: list[Finding], element: str = "descriptions") -> str:
    rest, count = without_emails(value)
    if count:
        findings.append(finding("email-dropped", element, f"{count} e-mail address(es) left out"))
    return rest


def _identifiers(entry: Entry, identifier: str, url: str | None) -> list[Identifier]:
    """The entry's own id first. A DOI that a publisher's link only suggests is a candidate: it unites nothing."""
    found = [Identifier("local", identifier)] if identifier else []
    for scheme, sent, clean in (
        ("doi", entry.doi, identifiers.doi),
        ("handle", entry.handle, identifiers.handle),
        ("isbn", entry.isbn, identifiers.isbn),
    ):
        value = clean(sent) if sent else None
        if value:
            found.append(Identifier(scheme, value, raw=sent if sent != value else None))
    if url:
        found.append(Identifier("url", url))
        stated = identifiers.doi(url)
        suggested = stated or identifiers.candidate_doi(url)
        if suggested and not any(i.scheme == "doi" for i in found):
            found.append(Identifier("doi", suggested, "self" if stated and _resolver(url) else "candidate"))
    if entry.issn and (issn := identifiers.issn(entry.issn)):
        found.append(Identifier("issn", issn, "container"))
    return found


def _resolver(url: str) -> bool:
    return identifiers.host(url) in {"doi.org", "dx.doi.org"}


_CONTAINERS = {
    "web-opinion": "website",
    "web-page": "website",
    "article": "journal",
    "review-article": "journal",
    "editorial": "journal",
    "commentary": "journal",
    "letter": "journal",
    "chapter": "book",
    "conference-paper": "proceedings",
    "newspaper-article": "newspaper",
    "report": "series",
    "policy-report": "series",
    "working-paper": "series",
    "book": "series",
}


def _container(entry: Entry, issn: str | None, found_type: str | None) -> Container | None:
    title = text.plain(entry.published_in)
    if not title and not issn:
        return None
    return Container(title=title or None, type=_CONTAINERS.get(found_type or ""), issn=issn)


def _contributors(entry: Entry, findings: list[Finding]) -> list[Contributor]:
    found: dict[Contributor, None] = {}
    for role, people in (
        ("author", entry.authors),
        ("editor", entry.editors),
        ("leader", entry.leaders),
        ("participant", entry.participants),
        ("contact", entry.contacts),
    ):
        for sent in people:
            for name in names.names(_without_email(sent, findings, "contributors")):
                found[Contributor(name.name, role, name.kind, name.family, name.given, name.suffix)] = None
        if role == "author":
            for sent in _each(entry.organisations):
                organisation = names.organisation(sent)
                found[Contributor(organisation.name, role, "organisation")] = None
    return list(found)


def _institutions(entry: Entry) -> list[Institution]:
    return [
        Institution(name=name, role=role)
        for role, institutions in (
            ("host", entry.hosts),
            ("awarding", entry.awarding),
            ("partner", entry.partners),
            ("commissioner", entry.commissioners),
            ("supporter", entry.supporters),
        )
        for name in _each(institutions)
    ]


def _listing(entry: Entry) -> tuple[ListingEntry, ...]:
    if not (entry.listing and entry.section):
        return ()
    return (ListingEntry(entry.listing, entry.section, entry.position, text.plain(entry.note) or None),)
