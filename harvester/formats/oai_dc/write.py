"""Works as oai_dc: one ``oai_dc:dc`` a work, as a repository would serve it, in one ``<records>``.

Where fifteen elements are too few for a clear meaning, values take the forms of OpenAIRE's guidelines for literature
repositories (``info:eu-repo/...``), and the place in a journal the form of OJS, which most harvesters can read.
https://guidelines.openaire.eu/en/latest/literature/application_profile.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from lxml import etree

from harvester.clean import citations, identifiers, types
from harvester.formats import exported
from harvester.formats.rules import bags
from harvester.formats.xml import LANG
from harvester.record import Contributor, Funding, Identifier, Record, Relation, Work

_DC: Final = "http://purl.org/dc/elements/1.1/"
_OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_EU_REPO: Final = "info:eu-repo"
_DATES: Final = ("accepted", "submitted", "updated", "created", "available")
"""Events for which OpenAIRE has a form; dates of other events would be taken for that of publication."""
_ACCESS: Final = {"open": "openAccess", "embargoed": "embargoedAccess", "restricted": "restrictedAccess"}
_VERSIONS: Final = {
    "AO": "draft",
    "SMUR": "submittedVersion",
    "AM": "acceptedVersion",
    "VoR": "publishedVersion",
    "EVoR": "updatedVersion",
}
_SAID: Final = ("abstract", "summary", "other")
"""What dc:description can hold without being taken for an abstract that it is not."""
_TITLES: Final = ("alternative", "translated", "original", "subtitle")
Value = tuple[str, str | None]
"""Text, and its language."""


def write(works: Iterable[Work]) -> Iterator[str]:
    """One record after the other, so that a million works need no memory."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<records>\n'
    for work in works:
        yield etree.tostring(dublin_core(work), encoding="unicode", pretty_print=True)
    yield "</records>\n"


def dublin_core(work: Work) -> etree._Element:
    root = etree.Element(f"{{{_OAI_DC}}}dc", nsmap={"oai_dc": _OAI_DC, "dc": _DC})
    for name, values in _elements(work):
        for text, language in values:
            if sent := exported.xml_text(text).strip():
                element = etree.SubElement(root, f"{{{_DC}}}{name}")
                element.text = sent
                if language:
                    element.set(LANG, language)
    return root


def _elements(work: Work) -> Iterator[tuple[str, Iterable[Value]]]:
    record = work.record
    tongue = record.language[0] if len(record.language) == 1 else None
    yield "title", [(title, tongue) for title in (exported.title(record),) if title]
    below = exported.divided(record.title or "", record)[1]
    yield "title", [(t.title, t.language) for t in record.titles if t.type in _TITLES and t.title != below]
    yield "creator", _plain(_name(c) for c in record.contributors if c.role == "author")
    yield "contributor", _plain(_with_role(c) for c in record.contributors if c.role != "author")
    yield "contributor", _plain(f"{f.funder_name} (sponsor)" for f in _unpaired(record))
    yield "subject", _plain(_heading(s.scheme, s.term) for s in record.subjects)
    yield "description", [(d.text, d.language) for d in record.descriptions if d.type in _SAID]
    yield "description", _plain([exported.mark(record)])
    yield "publisher", _plain([record.publisher or exported.awarding(record)])
    yield "date", _plain(_dates(record))
    yield "type", _plain(_types(record))
    yield "format", _plain(dict.fromkeys((*[f.mime for f in record.files], *record.media_types, *record.extent)))
    yield "identifier", _plain(_identifiers(record))
    yield "source", _plain(_sources(record))
    yield "language", _plain(record.language)
    yield "relation", _plain(_grant(f) for f in record.funding)
    yield "relation", _plain(_relation(r) for r in record.relations)
    yield "coverage", _plain((*record.coverage, record.period))
    yield "rights", _plain(_rights(record))


def _plain(values: Iterable[str | None]) -> list[Value]:
    return [(value, None) for value in values if value]


# --- who --------------------------------------------------------------------------------------------------------------


def _name(person: Contributor) -> str:
    if person.kind == "person" and person.family:
        return ", ".join([part for part in (person.family, person.given, person.suffix) if part])
    return person.name


def _with_role(person: Contributor) -> str:
    return _name(person) if person.role == "other" else f"{_name(person)} ({person.role})"


def _unpaired(record: Record) -> Iterable[Funding]:
    """Funders of which no grant is known: there is no form for them but that of a contributor."""
    return [f for f in record.funding if f.funder_name and not f.award_number]


def _grant(funding: Funding) -> str | None:
    """``info:eu-repo/grantAgreement/EC/H2020/688110``; a slash in a part is written as %2F."""
    if not funding.award_number:
        return None
    name = "EC" if funding.funder_name == "European Commission" else funding.funder_name or ""
    parts = [quote(part, safe=" &'()-.,:") for part in (name, funding.stream or "", funding.award_number)]
    return f"{_EU_REPO}/grantAgreement/{'/'.join(parts)}"


# --- what -------------------------------------------------------------------------------------------------------------


def _heading(scheme: str, term: str) -> str:
    return f"{_EU_REPO}/classification/{scheme}/{term}" if scheme and scheme != "local" else term


def _types(record: Record) -> Iterator[str]:
    """The type in OpenAIRE's words where they mean no less, else in COAR's, and in plain ones; the version; the review."""
    words = types.name_in("eu_repo", record.type)
    coar = types.name_in("coar", record.type)
    for uri in (
        f"{_EU_REPO}/semantics/{words}" if words else "",
        f"http://purl.org/coar/resource_type/{coar}" if coar else "",
    ):
        if uri and types.resource_type(uri) == record.type:
            yield uri
            break
    if record.type != "other":
        yield record.type.replace("-", " ")
    if record.version in _VERSIONS:
        yield f"{_EU_REPO}/semantics/{_VERSIONS[record.version]}"
    if record.peer_reviewed is not None:
        yield "PeerReviewed" if record.peer_reviewed else "NonPeerReviewed"


def _dates(record: Record) -> Iterator[str]:
    published = [d.value for d in record.dates if d.type == "issued" and d.value]
    yield from published or ([record.issued] if record.issued else [])
    for date in record.dates:
        if date.type in _DATES and date.value:
            yield f"{_EU_REPO}/date/{date.type}/{date.value}"
    if record.embargo_until:
        yield f"{_EU_REPO}/date/embargoEnd/{record.embargo_until}"


def _identifiers(record: Record) -> Iterator[str]:
    """Addresses where there are any: of the page, by DOI, handle, PMID ...; then of the files."""
    found = [record.url, *[_address(i) for i in record.identifiers if i.relation == "self"]]
    found += [f.url for f in record.files if f.url and bags.is_file(f.url)]
    yield from dict.fromkeys([one for one in found if one])


def _address(identifier: Identifier) -> str:
    if identifier.scheme == "isbn":
        return f"urn:isbn:{identifier.value}"
    return identifiers.link(identifier.scheme, identifier.value) or identifier.value


# --- where ------------------------------------------------------------------------------------------------------------


def _sources(record: Record) -> Iterator[str]:
    """The journal with volume, issue and pages in a form that is read back as it was, else its name alone; its numbers."""
    container = record.container
    if container is not None and container.title:
        yield next((form for form, pages in _citations(record) if _is_read_back(form, pages, record)), container.title)
    yield from dict.fromkeys((*exported.numbers(record, "issn"), *exported.numbers(record, "eissn")))
    if container is not None and container.isbn:
        yield f"urn:isbn:{container.isbn}"


def _citations(record: Record) -> Iterator[tuple[str, str | None]]:
    """(form, the pages in it): with the pages as they are, else the first stretch of them, else without."""
    name, year = record.container.title if record.container else "", exported.year(record)
    numbers = (f"Vol {record.volume}" if record.volume else "", f"No {record.issue}" if record.issue else "")
    number = ", ".join(part for part in numbers if part)
    dated = f"{number} ({year})" if number and year else number
    stretch = f"{record.start_page}-{record.end_page}" if record.end_page else record.start_page
    for pages in dict.fromkeys((record.pages or record.article_number, stretch, record.start_page, None)):
        yield "; ".join(part for part in (name, dated, pages) if part), pages
        if record.volume:
            issue = f"({record.issue})" if record.issue else ""
            yield f"{name}, {record.volume}{issue}" + (f", pp. {pages}" if pages else ""), pages


def _is_read_back(form: str, pages: str | None, record: Record) -> bool:
    """Whether it says what was meant; a name is read with hyphens for dashes."""
    found = citations.citation(form)
    return (
        found is not None
        and record.container is not None
        and (found.volume, found.issue, found.pages) == (record.volume, record.issue, pages)
        and _hyphened(found.container) == _hyphened(record.container.title)
    )


def _hyphened(name: str | None) -> str:
    return re.sub(r"[-\u2010-\u2015\u2212]", "-", name or "")


def _relation(relation: Relation) -> str | None:
    """What is cited has a form of its own; of the others only the target is left. Notices stand in the description."""
    target = identifiers.link(relation.scheme, relation.target) or relation.target
    if relation.type == "references":
        return f"{_EU_REPO}/semantics/reference/{relation.scheme}/{relation.target}"
    return None if relation.date or relation.type in {notice for _, notice in exported.MARKS.values()} else target


def _rights(record: Record) -> Iterator[str]:
    if record.access in _ACCESS:
        yield f"{_EU_REPO}/semantics/{_ACCESS[record.access]}"
    for licence in record.licenses:
        if licence.url or licence.spdx:
            yield licence.url or licence.spdx or ""
    yield from record.rights
