"""Works as schema.org in JSON-LD, for search engines and for the pages of a repository. https://schema.org/ScholarlyArticle

One object a work in ``@graph``. A journal stands at the end of a chain, article in issue in volume in periodical, of which what
is not known is left out. Dates are those of ISO 8601 alone: of a season the year is written, an estimate not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from harvester.clean import identifiers, relations, rights, types
from harvester.clean.edtf import is_plain
from harvester.formats import exported
from harvester.record import Affiliation, Contributor, File, Funding, Record, Relation, Subject, Work

_ARTICLES: Final = frozenset({"ScholarlyArticle", "NewsArticle", "BlogPosting", "Article", "Report"})
"""Kinds of schema.org that have a headline."""
_ROLES: Final = ("author", "editor", "translator", "illustrator")
"""Roles that are properties; anyone else is a contributor."""
_CONTAINERS: Final = {
    "journal": "Periodical",
    "newspaper": "Newspaper",
    "book": "Book",
    "proceedings": "Book",
    "series": "BookSeries",
    "website": "WebSite",
}
_IDENTIFIERS: Final = ("doi", "handle", "pmid", "pmcid", "arxiv", "report-number", "trial", "pii")


def write(works: Iterable[Work]) -> Iterator[str]:
    """One document, an object of ``@graph`` a line."""
    before = '{"@context": "https://schema.org", "@graph": [\n'
    for work in works:
        yield before + msgspec.json.encode(item(work)).decode()
        before = ",\n"
    yield f"{before}]}}\n" if before.startswith("{") else "\n]}\n"


def kind_of(record: Record) -> str:
    """``ScholarlyArticle``: what kind of thing it is."""
    return types.name_in("schema_org", record.type) or "CreativeWork"


def item(work: Work) -> dict[str, Any]:
    """One work as an object; what is empty is left out."""
    record = work.record
    kind = kind_of(record)
    title = exported.title(record)
    link = exported.link(record)
    own = record.type in ("book", "report", "policy-report", "working-paper", "proceedings")
    return _some(
        {
            "@type": kind,
            "@id": link or work.key,
            "headline": title if kind in _ARTICLES else None,
            "name": title,
            "alternativeHeadline": _titles(record, "subtitle", "short") if kind in _ARTICLES else None,
            "alternateName": _titles(record, "alternative", "translated", "original"),
            "url": record.url or link,
            "identifier": list(_identifiers(record)),
            **{role: [_agent(c) for c in exported.people(record, role)] for role in _ROLES},
            "contributor": [_agent(c) for c in record.contributors if c.role not in _ROLES and c.role != "sponsor"],
            "sponsor": [_agent(c) for c in exported.people(record, "sponsor")],
            "sourceOrganization": [
                _some(
                    {
                        "@type": "Organization",
                        "@id": i.ror,
                        "name": i.name,
                        "department": i.department and _organisation(i.department),
                    }
                )
                for i in record.institutions
            ],
            "datePublished": _day(record.issued),
            "dateCreated": _day(exported.day(record, "created")),
            "dateModified": _day(exported.day(record, "updated")),
            "copyrightYear": (exported.day(record, "copyrighted") or "")[:4],
            "abstract": exported.abstract(record),
            "description": [d.text for d in record.descriptions if d.type not in ("abstract", "summary")],
            "inLanguage": list(record.language),
            "keywords": [_keyword(s) for s in record.subjects],
            "isPartOf": _place(record),
            "pagination": record.pages or record.article_number,
            "pageStart": record.start_page,
            "pageEnd": record.end_page if record.end_page != record.start_page else None,
            "isbn": exported.numbers(record, "isbn") if own else None,
            "issn": exported.numbers(record, "issn", "eissn") if record.type == "journal" else None,
            "bookEdition": record.edition if kind == "Book" else None,
            "version": record.edition if kind != "Book" else None,
            "publisher": _some({**_organisation(record.publisher), "location": record.place})
            if record.publisher
            else None,
            "license": [one for licence in record.licenses if (one := licence.url or _address(licence.spdx))],
            "copyrightNotice": list(record.rights),
            "isAccessibleForFree": {"open": True, "restricted": False}.get(record.access or ""),
            "conditionsOfAccess": f"embargoed until {record.embargo_until}" if record.embargo_until else None,
            "funding": [_grant(f) for f in record.funding if f.award_number or f.award_title],
            "funder": [_funder(f) for f in record.funding if not (f.award_number or f.award_title)],
            "creativeWorkStatus": exported.MARKS[record.update_status][0]
            if record.update_status in exported.MARKS
            else record.publication_status,
            "inSupportOf": record.degree.name if record.degree else None,
            "spatialCoverage": list(record.coverage),
            "temporalCoverage": record.period,
            "audience": [{"@type": "Audience", "audienceType": audience} for audience in record.audience],
            "encoding": [_file(f) for f in record.files if f.url],
            "recordedAt": _event(record),
            **_related(record),
        }
    )


def _some(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty; a list of one is that one."""
    said = {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in values.items()}
    return {key: value for key, value in said.items() if value or value is False}


# --- people ----------------------------------------------------------------------------------------------------------


def _agent(c: Contributor) -> dict[str, Any]:
    """A person or an organisation; of whom nobody said which it is, no more than an agent of either kind."""
    if c.kind == "organisation":
        return _some({**_organisation(c.name), "@id": c.ror})
    return _some(
        {
            "@type": "Person" if c.kind == "person" else "Thing",
            "@id": f"https://orcid.org/{c.orcid}" if c.orcid else None,
            "name": f"{c.given} {c.family}" if c.given and c.family else c.name,
            "givenName": c.given,
            "familyName": c.family,
            "honorificSuffix": c.suffix,
            "affiliation": [_affiliation(a) for a in c.affiliations],
        }
    )


def _organisation(name: str) -> dict[str, Any]:
    return {"@type": "Organization", "name": name}


def _affiliation(a: Affiliation) -> dict[str, Any]:
    return _some(
        {
            "@type": "Organization",
            "@id": a.ror,
            "name": a.name,
            "department": a.department and _organisation(a.department),
        }
    )


def _funder(f: Funding) -> dict[str, Any]:
    link = f.funder_id and (f"https://doi.org/{f.funder_id}" if f.funder_id.startswith("10.") else f.funder_id)
    return _some({"@type": "Organization", "@id": link, "name": f.funder_name})


def _grant(f: Funding) -> dict[str, Any]:
    funder = _funder(f) if f.funder_name or f.funder_id else None
    return _some(
        {"@type": "Grant", "identifier": f.award_number, "name": f.award_title, "url": f.award_url, "funder": funder}
    )


# --- where it stands -------------------------------------------------------------------------------------------------


def _place(record: Record) -> dict[str, Any] | None:
    """Article, issue, volume, periodical: each is part of the next."""
    container = record.container
    chain: dict[str, Any] | None = None
    if container is not None and record.type != "journal":
        issns = exported.numbers(record, "issn", "eissn")
        chain = _some(
            {
                "@type": _CONTAINERS.get(container.type or "", "Periodical" if issns else "CreativeWork"),
                "name": container.title,
                "alternateName": container.short_title,
                "issn": issns,
                "isbn": [container.isbn] if container.isbn else None,
                "publisher": _organisation(container.publisher) if container.publisher else None,
            }
        )
    if record.volume:
        chain = _some({"@type": "PublicationVolume", "volumeNumber": record.volume, "isPartOf": chain})
    if record.issue:
        chain = _some({"@type": "PublicationIssue", "issueNumber": record.issue, "isPartOf": chain})
    return chain


def _event(record: Record) -> dict[str, Any] | None:
    event = record.event
    if event is None:
        return None
    start, end = _day(event.start), _day(event.end)
    return _some({"@type": "Event", "name": event.name, "location": event.place, "startDate": start, "endDate": end})


def _related(record: Record) -> dict[str, Any]:
    """Relations that schema.org has a property for."""
    found: dict[str, list[dict[str, Any]]] = {}
    for relation in record.relations:
        name = relations.name_in("schema_org", relation.type)
        if (
            name is not None
            and name not in ("isPartOf", "sameAs")
            and (thing := _thing(relation)) not in found.get(name, [])
        ):
            found.setdefault(name, []).append(thing)
    return dict(found)


def _thing(relation: Relation) -> dict[str, Any]:
    link = identifiers.link(relation.scheme, relation.target)
    name = relation.label or (relation.target if link is None else None)
    return _some({"@type": "CreativeWork", "@id": link, "name": name})


# --- parts -----------------------------------------------------------------------------------------------------------


def _titles(record: Record, *kinds: str) -> list[str]:
    return [t.title for t in record.titles if t.type in kinds]


def _identifiers(record: Record) -> Iterator[dict[str, Any]]:
    for i in record.identifiers:
        if i.relation == "self" and i.scheme in _IDENTIFIERS:
            yield _some(
                {
                    "@type": "PropertyValue",
                    "propertyID": i.scheme,
                    "value": i.value,
                    "url": identifiers.link(i.scheme, i.value),
                }
            )


def _keyword(s: Subject) -> str | dict[str, Any]:
    if not (s.scheme or s.uri):
        return s.term
    return _some({"@type": "DefinedTerm", "@id": s.uri, "name": s.term, "inDefinedTermSet": s.scheme})


def _file(f: File) -> dict[str, Any]:
    return _some(
        {
            "@type": "MediaObject",
            "contentUrl": f.url,
            "name": f.name,
            "description": f.description,
            "encodingFormat": f.mime,
            "contentSize": f"{f.size} B" if f.size is not None else f.size_label,
        }
    )


def _day(edtf: str | None) -> str | None:
    """A date of ISO 8601 with the precision that it has; of a season, an estimate or a range the year where it is certain.

    >>> _day("2020-09"), _day("2020-21"), _day("2019/2020"), _day("199X")
    ('2020-09', '2020', '2019', None)
    """
    first = (edtf or "").partition("/")[0]
    if is_plain(first):
        return first
    return first[:4] if re.match(r"\d{4}-(?:2[1-4]|XX)", first) else None


def _address(spdx: str | None) -> str | None:
    known = rights.licence(spdx) if spdx else None
    return known.url if known is not None and known.url else f"https://spdx.org/licenses/{spdx}" if spdx else None
