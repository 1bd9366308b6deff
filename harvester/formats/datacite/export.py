"""Works as the properties of DataCite's schema 4.7, in the form of its JSON; XML is made of the same.

What the schema asks for and a work does not have is written as DataCite asks for it: ``:unav``, and 0000 for a year. What its
vocabularies have no name for is ``Other`` with our own name beside it, so that nothing is said that is not meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from harvester import schemas
from harvester.clean import identifiers, relations, rights, roles, types, vocabulary
from harvester.formats import exported
from harvester.formats.datacite.form import table
from harvester.record import Contributor, Date, Funding, Identifier, License, Record, Relation, Subject, Work

KERNEL: Final = "http://datacite.org/schema/kernel-4"
NOT_KNOWN: Final = ":unav"
_N = r"([+-]?\d{1,3}(?:\.\d{1,20})?)"
_POINT = re.compile(f"north={_N}; east={_N}")
_BOX = re.compile(f"southlimit={_N}; westlimit={_N}; northlimit={_N}; eastlimit={_N}")
_POLYGON = re.compile(rf"POLYGON\(\(({_N} {_N}(?:, {_N} {_N}){{3,}})\)\)")
"""Places as the reader writes them."""
_SUBJECT_SCHEMES: Final = {
    "mesh": ("MeSH", "https://www.nlm.nih.gov/mesh"),
    "lcsh": ("LCSH", "https://id.loc.gov/authorities/subjects"),
    "lcc": ("LCC", "https://id.loc.gov/authorities/classification"),
    "ddc": ("DDC", "https://dewey.info"),
    "fos": ("Fields of Science and Technology (FOS)", "https://www.oecd.org/science/inno"),
    "jel": ("JEL", "https://www.aeaweb.org/econlit/jelCodes.php"),
    "asjc": ("ASJC", None),
}
_FUNDERS: Final = (("10.13039/", "Crossref Funder ID"), ("https://ror.org/", "ROR"), ("grid.", "GRID"))


def attributes(work: Work) -> dict[str, Any]:
    """The properties of one work; what is empty is left out."""
    record = work.record
    found: dict[str, Any] = {
        "doi": exported.identifier(record, "doi"),
        "url": record.url,
        "types": _types(record),
        "creators": [_agent(c) for c in exported.people(record, "author")] or [{"name": NOT_KNOWN}],
        "titles": list(_titles(work)),
        "publisher": {"name": record.publisher or _awarding(record) or NOT_KNOWN},
        "publicationYear": exported.year(record) or "0000",
        "subjects": [_subject(s) for s in record.subjects],
        "contributors": list(_contributors(record)),
        "dates": list(_dates(record)),
        "language": record.language[0] if record.language else None,
        "alternateIdentifiers": [
            {"alternateIdentifier": i.value, "alternateIdentifierType": _type_of(i)} for i in _others(record)
        ],
        "relatedIdentifiers": _once(_related(r) for r in record.relations if _is_identified(r)),
        "relatedItems": [
            *_container(record),
            *_once(_unidentified(r) for r in record.relations if not _is_identified(r)),
        ],
        "sizes": list(record.extent),
        "formats": list(dict.fromkeys([*record.media_types, *(f.mime for f in record.files if f.mime)])),
        "version": record.edition or record.version,
        "rightsList": list(_rights(record)),
        "descriptions": list(_descriptions(record)),
        "geoLocations": [_place(place) for place in record.coverage],
        "fundingReferences": [_funding(f) for f in record.funding],
        "schemaVersion": KERNEL,
    }
    return {key: value for key, value in found.items() if value}


def _some(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _once(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two sources may say the same of a relation."""
    found: list[dict[str, Any]] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


def _types(record: Record) -> dict[str, str]:
    general = types.name_in("datacite", record.type) or "Other"
    return _some(resourceTypeGeneral=general, resourceType=types.label(record.type) if record.type != "other" else None)


# --- people ----------------------------------------------------------------------------------------------------------


def _agent(c: Contributor) -> dict[str, Any]:
    ids = (
        (c.orcid and f"https://orcid.org/{c.orcid}", "ORCID", "https://orcid.org"),
        (c.ror, "ROR", "https://ror.org"),
        (c.isni and f"https://isni.org/isni/{c.isni}", "ISNI", "https://isni.org"),
    )
    places = [(a.name or a.ror, a.ror) for a in c.affiliations]
    return _some(
        name=exported.in_full(c),
        nameType={"person": "Personal", "organisation": "Organizational"}.get(c.kind),
        givenName=c.given,
        familyName=c.family if c.given else None,
        nameIdentifiers=[
            {"nameIdentifier": value, "nameIdentifierScheme": scheme, "schemeUri": uri}
            for value, scheme, uri in ids
            if value
        ],
        affiliation=[
            _some(
                name=name,
                affiliationIdentifier=ror,
                affiliationIdentifierScheme="ROR" if ror else None,
                schemeUri="https://ror.org" if ror else None,
            )
            for name, ror in places
            if name
        ],
    )


def _contributors(record: Record) -> Iterator[dict[str, Any]]:
    for c in record.contributors:
        if c.role != "author":
            yield _agent(c) | {"contributorType": roles.name_in("datacite", c.role) or "Other"}
    for institution in record.institutions:
        if institution.name and institution.role == "host":
            yield {"name": institution.name, "nameType": "Organizational", "contributorType": "HostingInstitution"}


def _awarding(record: Record) -> str | None:
    return next((i.name for i in record.institutions if i.role == "awarding" and i.name), None)


# --- words -----------------------------------------------------------------------------------------------------------


def _titles(work: Work) -> Iterator[dict[str, Any]]:
    """The title without its subtitle, which stands for itself."""
    record = work.record
    yield {"title": exported.divided(exported.title(record) or NOT_KNOWN, record)[0]}
    kinds = {"subtitle": "Subtitle", "translated": "TranslatedTitle"}
    for other in record.titles:
        if other.type != "markup":
            yield _some(title=other.title, titleType=kinds.get(other.type, "AlternativeTitle"), lang=other.language)


def _subject(s: Subject) -> dict[str, Any]:
    name, uri = _SUBJECT_SCHEMES.get(s.scheme, (s.scheme or None, None))
    return _some(subject=s.term, subjectScheme=name, schemeUri=uri, valueUri=s.uri)


def _dates(record: Record) -> Iterator[dict[str, Any]]:
    """The citation date as Issued, the others as what they are; a kind that DataCite has no name for stands beside Other."""
    if record.issued:
        yield {"date": record.issued, "dateType": "Issued"}
    until = record.embargo_until if record.access == "embargoed" else None
    if until:
        yield {"date": until, "dateType": "Available"}
    for date in record.dates:
        if date.value and (date.type, date.value) not in (("issued", record.issued), ("embargo-end", until)):
            yield {"date": date.value, **_date_type(date)}
    if record.period:
        yield {"date": record.period, "dateType": "Coverage"}


def _date_type(date: Date) -> dict[str, str]:
    names = schemas.table("vocabularies/date_types").get(date.type, {}).get("datacite") or [vocabulary.BROADER]
    if str(names[0]).startswith(vocabulary.BROADER) or date.type == "unknown":
        return {"dateType": "Other", "dateInformation": date.type}
    return {"dateType": str(names[0])}


def _descriptions(record: Record) -> Iterator[dict[str, Any]]:
    kinds = {"abstract": "Abstract", "summary": "Abstract", "methods": "Methods", "toc": "TableOfContents"}
    for d in record.descriptions:
        yield _some(description=d.text, descriptionType=kinds.get(d.type, "Other"), lang=d.language)
    if (mark := exported.mark(record)) is not None:
        yield {"description": mark, "descriptionType": "Other"}


def _rights(record: Record) -> Iterator[dict[str, Any]]:
    for licence in record.licenses:
        yield _licence(licence)
    if record.access:
        row = schemas.table("vocabularies/access")[record.access]
        yield {"rights": f"{record.access} access", "rightsUri": row.get("eu_repo") or row["coar"]}
    for statement in record.rights:
        yield {"rights": statement}


def _licence(licence: License) -> dict[str, Any]:
    known = rights.licence(licence.spdx) if licence.spdx and not licence.url else None
    return _some(
        rights=licence.spdx or licence.raw or licence.url,
        rightsUri=licence.url or (known and known.url),
        rightsIdentifier=licence.spdx.lower() if licence.spdx else None,
        rightsIdentifierScheme="SPDX" if licence.spdx else None,
        schemeUri="https://spdx.org/licenses/" if licence.spdx else None,
    )


# --- identifiers and relations ---------------------------------------------------------------------------------------


def _others(record: Record) -> list[Identifier]:
    doi = exported.identifier(record, "doi")
    found = [i for i in record.identifiers if i.relation == "self" and not (i.scheme == "doi" and i.value == doi)]
    own = {(i.scheme, i.value) for i in record.identifiers}
    if record.url and ("url", record.url) not in own and identifiers.classify(record.url) not in own:
        found.append(Identifier("url", record.url))
    return found


def _type_of(identifier: Identifier) -> str:
    if identifier.scheme == "local":
        return "Local identifier"
    row: Mapping[str, Any] = schemas.table("identifiers").get(identifier.scheme, {})
    names = row.get("datacite", ())
    return (
        names[0] if names and not names[0].startswith(vocabulary.BROADER) else str(row.get("label", identifier.scheme))
    )


def _scheme(relation: Relation) -> str | None:
    found = vocabulary.name_in("identifiers", "datacite", relation.scheme)
    return found if relation.scheme != "local" else None


def _is_identified(relation: Relation) -> bool:
    return _scheme(relation) is not None and not relation.label


def _relation_type(relation: Relation) -> dict[str, Any]:
    names = schemas.table("vocabularies/relations").get(relation.type, {}).get("datacite") or [vocabulary.BROADER]
    if str(names[0]).startswith(vocabulary.BROADER) or relations.relation("datacite", names[0]) != relation.type:
        return {"relationType": "Other", "relationTypeInformation": relation.type}
    return {"relationType": str(names[0])}


def _related(relation: Relation) -> dict[str, Any]:
    link = relation.target
    if _scheme(relation) == "URL" and relation.scheme != "url":
        link = identifiers.link(relation.scheme, relation.target) or link
    return {"relatedIdentifier": link, "relatedIdentifierType": _scheme(relation), **_relation_type(relation)}


def _unidentified(relation: Relation) -> dict[str, Any]:
    """Something that has a name: a related item."""
    named = None
    if (scheme := _scheme(relation)) is not None:
        named = {"relatedItemIdentifier": relation.target, "relatedItemIdentifierType": scheme}
    return _some(
        titles=[{"title": relation.label or relation.target}],
        relatedItemType="Other",
        relatedItemIdentifier=named,
        **_relation_type(relation),
    )


def _container(record: Record) -> Iterator[dict[str, Any]]:
    container = record.container
    first, _, last = (record.pages or "").partition("-")
    place = _some(
        volume=record.volume,
        issue=record.issue,
        number=record.article_number or record.part,
        numberType=("Article" if record.article_number else "Other") if record.article_number or record.part else None,
        firstPage=record.start_page or first,
        lastPage=record.end_page or last,
    )
    if container is None and not place:
        return
    numbers = {
        scheme: value
        for scheme in ("issn", "eissn", "isbn")
        if container and (value := getattr(container, scheme, None))
    }
    kinds = {kind: name for name, kind in table("containers").items()}
    scheme = next(iter(numbers), None)
    yield _some(
        titles=[{"title": (container and container.title) or NOT_KNOWN}],
        relatedItemType=kinds.get(container.type or "", "Other") if container else "Other",
        relationType="IsPublishedIn",
        relatedItemIdentifier=_numbered(scheme, numbers[scheme], "relatedItemIdentifier") if scheme else None,
        publisher=container.publisher if container else None,
        **place,
    )
    for other in list(numbers)[1:]:  # an item has one identifier
        yield {
            "relatedItemType": kinds.get(container.type or "", "Other") if container else "Other",
            "relationType": "IsPublishedIn",
            "titles": [{"title": (container and container.title) or NOT_KNOWN}],
            "relatedItemIdentifier": _numbered(other, numbers[other], "relatedItemIdentifier"),
        }


def _numbered(scheme: str, value: str, key: str) -> dict[str, str]:
    return {key: value, f"{key}Type": vocabulary.name_in("identifiers", "datacite", scheme) or "Other"}


def _funding(f: Funding) -> dict[str, Any]:
    kind = next((name for start, name in _FUNDERS if (f.funder_id or "").startswith(start)), "Other")
    return _some(
        funderName=f.funder_name or NOT_KNOWN,
        funderIdentifier=f.funder_id,
        funderIdentifierType=kind if f.funder_id else None,
        awardNumber=f.award_number,
        awardUri=f.award_url,
        awardTitle=f.award_title,
    )


def _place(place: str) -> dict[str, Any]:
    if match := _POINT.fullmatch(place):
        return {"geoLocationPoint": _point(match[1], match[2])}
    if match := _BOX.fullmatch(place):
        south, west, north, east = map(float, match.groups())
        return {
            "geoLocationBox": {
                "westBoundLongitude": west,
                "eastBoundLongitude": east,
                "southBoundLatitude": south,
                "northBoundLatitude": north,
            }
        }
    if match := _POLYGON.fullmatch(place):
        pairs = [point.split(" ") for point in match[1].split(", ")]
        return {"geoLocationPolygon": [{"polygonPoint": _point(latitude, longitude)} for longitude, latitude in pairs]}
    return {"geoLocationPlace": place}


def _point(latitude: str, longitude: str) -> dict[str, float]:
    return {"pointLongitude": float(longitude), "pointLatitude": float(latitude)}
