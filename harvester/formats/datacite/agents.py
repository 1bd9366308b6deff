"""People, organisations and money of DataCite's schema.

``nameType`` is believed where it agrees with the name: Invenio calls every creator of old records Personal, and gives the whole
name as family name (https://zenodo.org/records/13320003: ``Encyclopedia of Life``).
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import structs

from harvester.clean import identifiers, names, roles, text
from harvester.clean.names import Name
from harvester.formats.datacite.form import keep, nothing, objects, said, squeezed, table, tongue
from harvester.formats.draft import Draft
from harvester.formats.rules import bags, people
from harvester.record import Affiliation, Funding, Institution, Json

_BRACKETED = re.compile(r"\([^()]{3,}\)")
_ACRONYM = re.compile(r"[A-Z]{3,}")


def creator(draft: Draft, item: Any) -> Json:
    """A creator. Where the name is a list of people, each of them is one."""
    return _agents(draft, item, "author")


def contributor(draft: Draft, item: Any) -> Json:
    """A contributor in the role that ``contributorType`` says; who hosts the work is its institution, a funder is funding."""
    kind = said(draft, item, "contributorType")
    if kind == "Funder":
        return _funder(draft, item)
    if kind == "HostingInstitution":
        return _host(draft, item)
    if kind in table("bodies")["types"] and isinstance(item, dict) and not _in_parts(draft, item):
        item = item | {"nameType": "Organizational"}
    return _agents(draft, item, roles.named("datacite", kind) or "other")


def _in_parts(draft: Draft, item: dict[str, Json]) -> bool:
    """Whether a name says itself that it is that of a person, or not."""
    return bool(said(draft, item, "nameType", "familyName", "givenName")) or "," in said(draft, item, "name")


def dspace_contributor_type(draft: Draft, item: Any) -> Json:
    """DSpace's stock crosswalk names the publisher of its configuration as data manager and host of every item, and an
    advisor as related person.

    https://github.com/DSpace/DSpace/blob/main/dspace/config/crosswalks/DIM2DataCite.xsl
    """
    kind = said(draft, item, "contributorType")
    if kind in ("DataManager", "HostingInstitution") or said(draft, item, "name") == "My University":
        return "of the repository, not of the work"
    if kind == "RelatedPerson":
        return _agents(draft, item, "advisor")
    return contributor(draft, item)


def untyped_contributor(draft: Draft, item: Any) -> Json:
    """A contributor of an OpenAIRE record: the host is the repository itself, and DSpace's have no type at all."""
    kind = said(draft, item, "contributorType")
    if kind == "HostingInstitution":
        return "the repository, not of the work"
    name = said(draft, item, "name")
    if not kind and draft.dialect == "dspace" and name:
        return bags.dspace_contributor(draft, name)
    return contributor(draft, item)


def publisher(draft: Draft, item: Any) -> Json:
    tongue(draft, item)
    found = text.plain(said(draft, item, "name", "publisher"))
    if not found:
        return nothing(draft, item, "publisher", "name", "publisher")
    if found == "My University" and draft.dialect == "dspace":
        return None
    return draft.set("publisher", found)


def funding_reference(draft: Draft, item: Any) -> Json:
    """A funder and its award. DSpace says of every identifier that it is one of Crossref's: its form tells."""
    number = said(draft, item, "awardNumber")
    if not number and isinstance(item, dict) and str(item.get("awardNumber") or "").strip():
        draft.find("award-placeholder", "funding", "the award number stands for no value", str(item["awardNumber"]))
    sent_id = said(draft, item, "funderIdentifier")
    found = Funding(
        funder_name=text.plain(said(draft, item, "funderName")) or None,
        funder_id=identifiers.funder_id(sent_id) or sent_id or None,
        award_number=text.plain(number) or None,
        award_title=text.plain(said(draft, item, "awardTitle")) or None,
        award_url=identifiers.url(said(draft, item, "awardUri")),
        stream=text.plain(said(draft, item, "fundingStream")) or None,
    )
    if found.award_url is None and isinstance(item, dict):  # RCAAP: the project identifier of OpenAIRE, as an address
        keep(draft, item, "awardUri")
    if number.startswith("info:eu-repo/grantAgreement/") and _agreed(draft, number, found):
        return number
    if found == Funding():
        return nothing(draft, item, "funding", "funderName", "funderIdentifier")
    return draft.put(draft.funding, found)


def _agreed(draft: Draft, sent: str, beside: Funding) -> bool:
    """Whether a project identifier of OpenAIRE was read; what stands beside it is believed before its parts."""
    before = len(draft.funding)
    if people.grant_agreement(draft, sent) is None:
        return False
    if len(draft.funding) > before:
        more = {name: value for name, value in structs.asdict(beside).items() if value and name != "award_number"}
        draft.funding[-1] = structs.replace(draft.funding[-1], **more)
    return True


# --- parts -----------------------------------------------------------------------------------------------------------


def _agents(draft: Draft, item: Any, role: str) -> Json:
    found = _named(draft, item)
    if not found:
        return nothing(draft, item, "contributors", "name", "familyName", "givenName")
    ids = _identifiers(draft, item)
    affiliations = tuple(_affiliations(draft, item))
    sent = said(draft, item, "name")
    listed = isinstance(item, dict) and isinstance(item.get("name"), list)
    for name in found:
        one = len(found) == 1
        draft.contributors.append(
            people.credited(
                name,
                role,
                None if listed else sent or None,
                affiliations or None,
                orcid=ids.get("orcid") if one and name.kind != "organisation" else None,
                ror=ids.get("ror") if one and name.kind != "person" else None,
                isni=ids.get("isni") if one else None,
            )
        )
    return [name.name for name in found]


def _named(draft: Draft, item: Any) -> list[Name]:
    tongue(draft, item)
    several = item.get("name") if isinstance(item, dict) else None
    if isinstance(several, list) and len(several) > 1:
        return [name for one in several for name in _named(draft, one)]
    sent = said(draft, item, "name")
    family, given = said(draft, item, "familyName"), said(draft, item, "givenName")
    if family and not given and isinstance(item, dict):
        given = names.given_beside(family, str(item.get("givenName") or "").strip())
    kind = said(draft, item, "nameType").lower() or said(draft, item, "type").lower()
    if kind.startswith("organi") and not (family and given):
        name = names.organisation(sent or family)
        return [name] if name.name and not text.placeholder(name.name, "person") else []
    if family and given and family != given:
        suffix = sent.partition(f"{family}, {given}, ")[2]  # for which the schema has no place of its own
        parts = names.person(family, given, suffix or None)
        return [parts] if parts.name and not text.placeholder(parts.name, "person") else []
    if not family and kind != "personal" and _ACRONYM.fullmatch(sent):
        read = names.names(sent)  # a centre (EUMETSAT, ICPSR) rather than a surname
        return [names.Name("unknown", sent) if one.kind == "person" else one for one in read]
    if sent and (not family or family == sent):
        return names.names(sent)
    parts = names.person(family, given)
    return [parts] if parts.name else []


def _identifiers(draft: Draft, item: Any) -> dict[str, str]:
    """ORCID, ROR and ISNI by their form, whatever scheme is said; others have no element of ours."""
    found: dict[str, str] = {}
    if not isinstance(item, dict):
        return found
    for sent in [*objects(item.get("nameIdentifiers")), *objects(item.get("id"))]:
        value = said(draft, sent, "nameIdentifier")
        if not value:
            continue
        scheme = squeezed(said(draft, sent, "nameIdentifierScheme") if isinstance(sent, dict) else "")
        if (orcid := identifiers.orcid(value)) is not None and scheme != "isni":
            found.setdefault("orcid", orcid)
        elif (ror := identifiers.ror(value)) is not None:
            found.setdefault("ror", ror)
        elif scheme in ("isni", "") and (isni := identifiers.isni(value)) is not None:
            found.setdefault("isni", isni)
        elif scheme == "orcid":
            draft.find("orcid-checksum", "contributors", "an ORCID iD is not valid", value)
            draft.extra.setdefault(f"{draft.path}/nameIdentifiers/orcid", []).append(value)
        else:
            draft.extra.setdefault(f"{draft.path}/nameIdentifiers/{scheme or 'nameIdentifier'}", []).append(value)
    return found


def _affiliations(draft: Draft, item: Any) -> list[Affiliation]:
    found: dict[Affiliation, None] = {}
    for sent in objects(item.get("affiliation")) if isinstance(item, dict) else []:
        name = text.plain(said(draft, sent, "name", "affiliation"))
        if _BRACKETED.fullmatch(name):  # Dataverse: (Harvard University)
            name = name[1:-1]
        sent_id = said(draft, sent, "affiliationIdentifier") if isinstance(sent, dict) else ""
        ror = identifiers.ror(sent_id) if sent_id else None
        if sent_id and ror is None:
            draft.extra.setdefault(f"{draft.path}/affiliation/affiliationIdentifier", []).append(sent_id)
        if name or ror:
            found[Affiliation(name=name or None, ror=ror)] = None
    return list(found)


def _host(draft: Draft, item: Any) -> Json:
    name = text.plain(said(draft, item, "name"))
    if not name:
        return nothing(draft, item, "institutions", "name")
    draft.put(draft.institutions, Institution(name=name, ror=_identifiers(draft, item).get("ror")))
    for larger in _affiliations(draft, item):
        sent = " ".join(filter(None, (larger.name, larger.ror)))
        draft.extra.setdefault(f"{draft.path}/affiliation", []).append(sent)
    return name


def _funder(draft: Draft, item: Any) -> Json:
    """Kernel 3 had no funding: the funder was a contributor, the grant its identifier.

    https://guidelines.openaire.eu/en/latest/data/field_contributor.html
    """
    name = text.plain(said(draft, item, "name"))
    rows: list[Json] = []
    for sent in objects(item.get("nameIdentifiers")) if isinstance(item, dict) else []:
        value = said(draft, sent, "nameIdentifier")
        if value.startswith("info:eu-repo/grantAgreement/"):
            if _agreed(draft, value, Funding(funder_name=name or None)):
                rows.append(value)
        elif value:
            rows.append(draft.put(draft.funding, Funding(name or None, identifiers.funder_id(value) or value)))
    if not rows and name:
        rows.append(draft.put(draft.funding, Funding(funder_name=name)))
    return rows or None
