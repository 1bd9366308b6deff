"""Rules for schema.org's properties, whose values may be text, an object, or the id of an object elsewhere.

Crosswalk: ``crosswalks/schema_org.toml``; which object of a page is the one that it is about: ``objects``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import structs

from harvester.clean import citations, identifiers, names, text
from harvester.formats.crosswalk import crosswalk
from harvester.formats.draft import Draft
from harvester.formats.rules import bags, links, people, terms, words
from harvester.formats.tree import branches, said_json, walk_json
from harvester.formats.web_page.objects import ORGANISATIONS, PICTURES, by_its_whole, kinds, type_of
from harvester.formats.web_page.places import joined
from harvester.formats.web_page.rules import keywords
from harvester.formats.web_page.site import signed
from harvester.record import Affiliation, Contributor, File, Funding, Institution, Json, RawRecord, Relation, Step

_STUDENTSHIP = re.compile(
    r"\b(?:studentships?|PhD|doctoral (?:position|researcher|scholarship|fellow))\b", re.IGNORECASE
)
_AGENCIES = frozenset({"datacite", "crossref"})
"""Providers of metadata in what DataCite makes of them."""
_WIDE = frozenset({"CreativeWork", "Dataset", "Collection"})
_LASTING = frozenset({"project", "programme", "studentship"})


def draft_of(raw: RawRecord, item: dict[str, Json], trace: list[Step] | None = None) -> Draft:
    """One object of JSON-LD that describes a work, as a draft; what its type means included."""
    draft = Draft(raw, "", trace)
    spare = {"@type", "@context", "@id", "name" if item.get("headline") else ""}
    if isinstance(item.get("@id"), str):
        node_id(draft, item["@id"])
    walk_json({key: value for key, value in item.items() if key not in spare}, branches(crosswalk("schema_org")), draft)
    if kind := type_of(item):
        draft.type_raw += kinds(item)
        draft.types.append((2, by_its_whole(kind, item.get("isPartOf"))))
        if "JobPosting" in draft.type_raw and _STUDENTSHIP.search(said_json(draft, item, "title")):
            draft.types.append((3, "studentship"))
        if kind in _LASTING:
            _name_period(draft)
    return draft


def _name_period(draft: Draft) -> None:
    """Begin and end of a project are no event but the time that it takes."""
    start, end = (
        next((d.value for d in draft.dates if d.type == kind and d.value), "") for kind in ("event-start", "event-end")
    )
    if start and "/" not in f"{start}{end}":
        draft.set("period", f"{start}/{end or '..'}")
        draft.dates = [d for d in draft.dates if d.type not in ("event-start", "event-end")]


# --- people and organisations ----------------------------------------------------------------------------------------


def agent(draft: Draft, item: Json, role: str = "author") -> Json:
    """A person or an organisation, as an object or as a name."""
    if isinstance(item, str):
        return None if "://" in item else people.person(draft, signed(item), role) if signed(item) else None
    if not isinstance(item, dict):
        return None
    if "author" in item and "name" not in item:  # Role
        return agent(draft, item["author"], role)
    name, family, given = (text.plain(said_json(draft, item, key)) for key in ("name", "familyName", "givenName"))
    organisation = set(kinds(item)) & ORGANISATIONS or "Organization" in "".join(kinds(item))
    if organisation and name:
        found = Contributor(names.organisation(name).name, role, "organisation")
    elif family:
        given = given or names.given_beside(family, str(item.get("givenName") or "").strip())
        person = names.person(family, given or None)
        found = Contributor(person.name, role, person.kind, person.family, person.given, person.suffix)
    elif name and "://" not in name:
        several = people.contributors(signed(name), role)
        draft.contributors += several[:-1]
        if not several:
            return None
        found = structs.replace(several[-1], raw=None)
    else:
        return None
    orcid, ror = _ids(item, identifiers.orcid), _ids(item, identifiers.ror)
    whole = structs.replace(
        found, orcid=orcid, ror=ror, affiliations=tuple(_affiliations(draft, item)) or found.affiliations
    )
    draft.contributors.append(whole)
    return whole


def _ids(item: dict[str, Json], clean: Any) -> str | None:
    for key in ("@id", "identifier", "sameAs", "url"):
        value = item.get(key)
        for each in value if isinstance(value, list) else [value]:
            sent = each.get("value") or each.get("url") or each.get("@id") if isinstance(each, dict) else each
            if isinstance(sent, str) and (found := clean(sent)):
                return str(found)
    return None


def _affiliations(draft: Draft, item: dict[str, Json]) -> Iterator[Affiliation]:
    value = item.get("affiliation") or item.get("worksFor")
    for each in value if isinstance(value, list) else [value]:
        name = text.plain(
            each if isinstance(each, str) else said_json(draft, each, "name") if isinstance(each, dict) else ""
        )
        if name:
            name = name[1:-1] if name.startswith("(") and name.endswith(")") else name  # Dataverse
            yield Affiliation(name=name, ror=_ids(each, identifiers.ror) if isinstance(each, dict) else None)


def _name(draft: Draft, item: Json) -> str:
    """The name of what is given as an object or as text; '' for a bare address."""
    sent = item if isinstance(item, str) else said_json(draft, item, "name") if isinstance(item, dict) else ""
    return "" if "://" in sent else text.plain(sent)


def publishing(draft: Draft, item: Json) -> Json:
    name = _name(draft, item)
    return draft.set("publisher", name) if name else None


def organised(draft: Draft, item: Json, role: str = "host") -> Json:
    if not (name := _name(draft, item)) or name.casefold() in _AGENCIES:
        return name or None
    found = Institution(name=name, ror=_ids(item, identifiers.ror) if isinstance(item, dict) else None, role=role)
    draft.institutions.append(found)
    return found


def held_by(draft: Draft, item: Json) -> Json:
    name = _name(draft, item)
    return draft.put(draft.rights, name) if name else None


def paid_by(draft: Draft, item: Json) -> Json:
    """A funder; a grant is another object (``funding``)."""
    name = _name(draft, item)
    found = _ids(item, identifiers.funder_id) if isinstance(item, dict) else None
    return draft.put(draft.funding, Funding(funder_name=name or None, funder_id=found)) if name or found else None


def granted(draft: Draft, item: Json) -> Json:
    if isinstance(item, str):
        return people.award(draft, item)
    if not isinstance(item, dict):
        return None
    funder = item.get("funder") or item.get("sponsor")
    funder = funder[0] if isinstance(funder, list) and funder else funder
    number = said_json(draft, item, "identifier") or said_json(draft, item, "identifier", "value")
    found = Funding(
        funder_name=_name(draft, funder) or None,
        funder_id=_ids(funder, identifiers.funder_id) if isinstance(funder, dict) else None,
        award_number=None if "://" in number else text.plain(number) or None,
        award_title=_name(draft, item) or None,
        award_url=identifiers.url(said_json(draft, item, "url")),
    )
    return draft.put(draft.funding, found) if found != Funding() else None


def for_whom(draft: Draft, item: Json) -> Json:
    name = _name(draft, item) or (text.plain(said_json(draft, item, "audienceType")) if isinstance(item, dict) else "")
    return draft.put(draft.audience, name) if name else None


def where(draft: Draft, item: Json) -> Json:
    name = _name(draft, item)
    return draft.event.setdefault("place", name) if name else None


def covered(draft: Draft, item: Json) -> Json:
    name = _name(draft, item)
    return draft.put(draft.coverage, name) if name else None


# --- words -----------------------------------------------------------------------------------------------------------


def spoken(draft: Draft, item: Json) -> Json:
    sent = (
        item
        if isinstance(item, str)
        else said_json(draft, item, "alternateName") or said_json(draft, item, "name")
        if isinstance(item, dict)
        else ""
    )
    return words.language(draft, sent) if sent else None


def topic(draft: Draft, item: Json) -> Json:
    """A keyword, several in one text, or a term of a set (DefinedTerm)."""
    if isinstance(item, str):
        return keywords(draft, item.strip()) if item.strip() and "://" not in item else None
    name = _name(draft, item)
    return words.subject(draft, name) if name else None


# --- where it appeared -----------------------------------------------------------------------------------------------


def part_of(draft: Draft, item: Json) -> Json:
    """The chain article, issue, volume, journal, each perhaps left out; a page is part of a site."""
    if isinstance(item, str):
        bare = "://" in item or item.startswith(("#", "_:")) or not item.strip()  # an address, or an object of the page
        return None if bare else links.container(draft, item.strip())
    if (whole := _larger(draft, item)) is not None:
        return whole
    found: list[Json] = []
    for _ in range(6):
        if not isinstance(item, dict):
            break
        said_kinds = set(kinds(item))
        if "Product" in said_kinds or "productID" in item:  # what a reader subscribes to, for Google: no journal
            return found or True
        for key, element in (("volumeNumber", "volume"), ("issueNumber", "issue")):
            if (sent := said_json(draft, item, key)) and (value := citations.number(sent)):
                found.append(draft.set(element, value))
        value = item.get("issn")
        found += [
            links.issn(draft, sent) for sent in (value if isinstance(value, list) else [value]) if isinstance(sent, str)
        ]
        if isbn := said_json(draft, item, "isbn"):
            found.append(links.isbn(draft, isbn))
        name = _name(draft, item)
        if said_kinds & {"PublicationIssue", "PublicationVolume", "WebPage", "CollectionPage"} and (
            "Periodical" not in said_kinds  # Springer Nature puts volume and journal into one object
        ):
            found.append(name or True)
        elif name:
            if said_kinds & {"WebSite", "Blog"}:
                draft.container.setdefault("site", name)
            else:
                draft.container.setdefault("title", name)
            found.append(name)
        if (
            (publisher := item.get("publisher"))
            and "publisher" not in draft.values
            and not said_kinds & {"WebSite", "WebPage"}
        ):
            found.append(publishing(draft, publisher))
        item = item.get("isPartOf")
        item = item[0] if isinstance(item, list) and item else item
    return [f for f in found if f] or None


def _larger(draft: Draft, item: Json) -> Json:
    """A larger work that has a DOI, such as a collection of data, where nothing says that it is a journal or a book."""
    if not isinstance(item, dict) or not set(kinds(item)) <= _WIDE or {"issn", "isbn", "isPartOf"} & set(item):
        return None
    if (doi := _ids(item, identifiers.doi)) is None:
        return None
    return draft.put(draft.relations, Relation("is-part-of", "doi", doi, label=_name(draft, item) or None))


def encoded(draft: Draft, item: Json) -> Json:
    """A file of the work."""
    if isinstance(item, str):
        sent, mime, name, size = item, "", "", ""
    elif isinstance(item, dict):
        if set(kinds(item)) & PICTURES:
            return True
        sent = said_json(draft, item, "contentUrl") or said_json(draft, item, "url")
        mime, name, size = (said_json(draft, item, key) for key in ("encodingFormat", "name", "contentSize"))
    else:
        return None
    url = identifiers.url(joined(draft, sent)) if sent else None
    if url is None:
        return None
    known = mime if re.fullmatch(r"[a-z]+/[\w.+-]+", mime) else None
    return draft.put(draft.files, File(url=url, name=text.plain(name) or None, mime=known, size_label=size or None))


def cites(draft: Draft, item: Json) -> Json:
    """One of the works that are cited: they are counted."""
    if not item:
        return None
    draft.values["references_count"] = draft.values.get("references_count", 0) + 1
    return True


def beside(draft: Draft, item: Json) -> Json:  # noqa: ARG001 (a rule's signature)
    return True


# --- identifiers and rights ------------------------------------------------------------------------------------------


def identified(draft: Draft, item: Json) -> Json:
    """Text, or a PropertyValue whose ``propertyID`` names the scheme."""
    if isinstance(item, str):
        return bags.bag(draft, item.strip()) if item.strip() else None
    if not isinstance(item, dict):
        return None
    value = said_json(draft, item, "value") or said_json(draft, item, "url") or said_json(draft, item, "@id")
    scheme = re.sub(
        r"[^a-z]",
        "",
        said_json(draft, item, "propertyID").lower().rpartition("/")[2] or said_json(draft, item, "name").lower(),
    )
    if not value:
        return None
    if scheme == "doi":
        return links.doi(draft, value)
    if scheme in ("pmid", "pubmed", "pmcid", "arxiv", "handle"):
        return links.identifier(draft, value, "pmid" if scheme == "pubmed" else scheme)
    return bags.bag(draft, value)


def node_id(draft: Draft, sent: str) -> Json:
    """The id of an object is an address in the page, or the DOI itself."""
    if identifiers.is_resolver(sent):
        return links.doi(draft, sent)
    return sent


def same_as(draft: Draft, sent: str) -> Json:
    """The same work elsewhere: a DOI is its own, another page is a version of it."""
    found = links.form(sent)
    if found is None:
        return None
    if found[0] in ("doi", "pmid", "pmcid", "arxiv", "handle"):
        return links.classified(draft, sent, found)
    return draft.identify("url", found[1], "version", sent) if found[0] == "url" else None


def licensed(draft: Draft, item: Json) -> Json:
    sent = (
        item
        if isinstance(item, str)
        else said_json(draft, item, "url") or said_json(draft, item, "@id") or said_json(draft, item, "name")
        if isinstance(item, dict)
        else ""
    )
    return terms.license_(draft, sent) if sent else None


def free(draft: Draft, sent: str) -> Json:
    """``True``, ``"true"``, or ``https://schema.org/True``."""
    said = sent.lower().rpartition("/")[2]
    if said in ("true", "yes", "1"):
        return draft.set("access", "open")
    return sent
