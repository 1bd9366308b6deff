"""RIOXX 2 and 3 and the drafts between them. Crosswalk: ``crosswalks/rioxx.toml``.

Version 3 parts what a repository keeps (``dc:relation``: files, addresses of its own) from what is elsewhere
(``rioxxterms:ext_relation``); the published version stands there with its COAR version, and its DOI is that of the work.
"""

from __future__ import annotations

import re

from lxml import etree
from msgspec import structs

from harvester.clean import dates, identifiers, rights, text
from harvester.formats import platforms, tree
from harvester.formats.crosswalk import crosswalk
from harvester.formats.draft import Draft, begin
from harvester.formats.rules import bags, eprints, links, people, terms
from harvester.formats.rules.qualified import landing
from harvester.formats.tree import all_said, attribute_of, said
from harvester.formats.xml import metadata
from harvester.record import Date, File, Funding, Json, License, RawRecord, Record, Relation, Step

_UNDER_EMBARGO = "under-embargo-all-rights-reserved"
_COAR = re.compile(r"https?://purl\.org/coar/")


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    root = metadata(raw.payload, raw.context, crosswalk("rioxx").roots)
    dialect = dialect or platforms.guess(raw, root)
    draft = begin(raw, dialect, trace)
    tree.walk(root, tree.branches(crosswalk("rioxx", dialect)), draft)
    _lead_with_first_author(draft, root)
    _settle_access(draft)
    if dialect == "dspace":
        _undo_accession(draft)
    return draft.finish()


def _undo_accession(draft: Draft) -> None:
    """An item of DSpace without a date of publication gets that of its accession, which is also that of its release."""
    released = {d.value for d in draft.dates if d.type == "available"}
    for found in [d for d in draft.dates if d.type == "issued" and d.value in released]:
        draft.dates.remove(found)
        draft.find(
            "stock-date", "dates", "stands as date of publication, but is when the item was accessioned", found.value
        )


# --- people -----------------------------------------------------------------------------------------------------------


def agent(draft: Draft, node: etree._Element, role: str = "author") -> Json:
    """Version 3: ``name`` and any number of ``id``; version 2: the name alone, and one id as an attribute."""
    name = said(draft, node, "name") or (said(draft, node) if not len(node) else "")
    if not name:
        return None
    if role == "other" and draft.dialect == "dspace":
        return bags.dspace_contributor(draft, name)
    found = list(people.contributors(name, role))
    sent = [*all_said(draft, node, "id"), attribute_of(node, "id"), attribute_of(node, "uri")]
    if len(found) == 1:
        for value in filter(None, sent):
            known = _identified(value.strip())
            if known is None:
                draft.extra.setdefault(f"{draft.path}/id", []).append(value.strip())
            else:
                found[0] = structs.replace(found[0], **known)
    draft.contributors += found
    return found or None


def _identified(sent: str) -> dict[str, str | None] | None:
    """What an id says of a person or organisation; None for one of a scheme that has no place in a record."""
    if orcid := identifiers.orcid(sent):
        return {"orcid": orcid}
    if ror := identifiers.ror(sent):
        return {"ror": ror, "kind": "organisation"}
    if "isni" in sent.lower() and (isni := identifiers.isni(sent)):
        return {"isni": isni}
    return {} if "@" in sent else None  # an e-mail address is never kept


def _lead_with_first_author(draft: Draft, root: etree._Element) -> None:
    """The author that is marked as the first named goes first: DSpace sends authors by the language of their names."""
    marked = [said(draft, e, "name") or said(draft, e) for e in root if attribute_of(e, "first-named-author") == "true"]
    if len(marked) != 1:
        return
    authors = [c for c in draft.contributors if c.role == "author"]
    first = [c for c in authors if marked[0] in (c.raw, c.name)]
    if len(first) == 1 and authors[0] != first[0]:
        draft.contributors.remove(first[0])
        draft.contributors.insert(0, first[0])
        draft.find("author-order-unsure", "contributors", f"{marked[0]!r} is marked as the first author", marked[0])


def publisher(draft: Draft, node: etree._Element) -> Json:
    name = said(draft, node, "name") or (said(draft, node) if not len(node) else "")
    return draft.set("publisher", text.plain(name)) if name else None


def project(draft: Draft, node: etree._Element) -> Json:
    """A grant with its funder, one element each; in version 2 the funder may stand without a grant."""
    sent = text.plain(said(draft, node))
    url = identifiers.url(sent) if sent.startswith("http") else None  # of a grant with a DOI, of a project with a RAiD
    name, given = attribute_of(node, "funder_name").strip(), attribute_of(node, "funder_id").strip()
    found = Funding(
        funder_name=text.plain(name) or None if name.lower() not in ("", "n/a", "none", "unknown") else None,
        funder_id=identifiers.funder_id(given) or given or None,
        award_number=sent or None if url is None else None,
        award_url=url,
    )
    return draft.put(draft.funding, found) if found != Funding() else None


# --- what it is, and where --------------------------------------------------------------------------------------------


def kind(draft: Draft, node: etree._Element) -> Json:
    """A COAR type as text or, in a draft of version 3, beside a label of version 2."""
    uri = attribute_of(node, "uri")
    if _COAR.match(uri):
        terms.type_(draft, uri)
    sent = said(draft, node)
    if draft.dialect == "eprints" and sent:
        return eprints.eprints_type(draft, sent)
    return terms.type_(draft, sent) if sent else None


def page_or_file(draft: Draft, sent: str) -> Json:
    """Version 2: the file, or its page where there is none; version 3: the page."""
    if sent.startswith("http") and bags.is_file(sent) and (url := identifiers.url(sent)) is not None:
        return bags.file(draft, url)
    return landing(draft, sent) if sent.startswith("http") else links.identifier(draft, sent)


def version_of_record(draft: Draft, sent: str) -> Json:
    """The DOI of the published version is that of the work; another address is that of another version."""
    if identifiers.doi(sent) is not None:
        return links.doi(draft, sent)
    return links.relation(draft, sent, "is-version-of")


def related(draft: Draft, node: etree._Element) -> Json:
    """A file (``rel="item"``), an identifier of the repository's own (``cite-as``); in version 2 another work."""
    sent, rel = said(draft, node), attribute_of(node, "rel").lower()
    if not sent:
        return None
    if rel == "cite-as":
        return landing(draft, sent)
    exposed = attribute_of(node, "resource_exposed_date") or attribute_of(node, "date_exposed")
    if rel != "item" and not (exposed or attribute_of(node, "deposit_date") or attribute_of(node, "type")):
        return links.relation(draft, sent)
    if identifiers.doi(sent) is not None or identifiers.url(sent) is None:
        return links.relation(draft, sent)  # a dataset in a draft of version 3
    return _file(draft, node, sent, exposed)


def _file(draft: Draft, node: etree._Element, sent: str, exposed: str) -> Json:
    since = dates.date(exposed) if exposed else None
    deposited = dates.date(attribute_of(node, "deposit_date") or "")
    access = rights.access(
        attribute_of(node, "access_rights")
        or attribute_of(node, "access_rights_")
        or attribute_of(node, "accessRightsURI")
    )
    stage = rights.version(attribute_of(node, "coar_version") or attribute_of(node, "rioxx_version"))
    later = since if since and since > draft.raw.datestamp[:10] > "" else None
    mime = attribute_of(node, "type")
    found = File(
        url=identifiers.url(sent),
        version=stage,
        mime=mime if "/" in mime and "://" not in mime else None,
        access="embargoed" if later and access in (None, "embargoed", "open") else access,
        license=attribute_of(node, "license_ref") or None,
        embargo_until=later,
    )
    draft.put(draft.files, found)
    for date_type, value, raw in (
        ("deposited", deposited, attribute_of(node, "deposit_date")),
        ("exposed", since, exposed),
    ):
        if value is not None:
            draft.put(draft.dates, Date(date_type, value, raw if raw != value else None))
    return found


def elsewhere(draft: Draft, node: etree._Element) -> Json:
    """What others keep: other versions of the work, of which the published one has the work's own DOI; data; code."""
    sent = said(draft, node)
    if not sent:
        return None
    stage = rights.version(attribute_of(node, "coar_version"))
    if stage == "VoR" and identifiers.doi(sent) is not None:
        _yield_to(draft, sent)
        return links.doi(draft, sent)
    if attribute_of(node, "coar_version"):
        return links.versioned(draft, sent, "has-version")
    found = links.relation(draft, sent)
    return found if isinstance(found, Relation) else None


def _yield_to(draft: Draft, published: str) -> None:
    """Beside the DOI of the published version, one of the repository's own is that of another version."""
    for key, known in draft.identifiers.items():
        if known.scheme == "doi" and known.relation == "self" and known.value not in identifiers.dois(published):
            draft.identifiers[key] = structs.replace(known, relation="version")


# --- who may read it --------------------------------------------------------------------------------------------------


def starting_licence(draft: Draft, node: etree._Element) -> Json:
    """A licence that holds from a day on; one that begins later than the record says when an embargo ends."""
    sent, start = said(draft, node), dates.date(attribute_of(node, "start_date"))
    if not sent:
        return None
    known = rights.licence(sent)
    url = (known.url if known else None) or identifiers.url(sent)
    if url is None and known is None:
        return terms.rights_(draft, sent)
    found = License(url=url, spdx=known.spdx if known else None, start=start, raw=sent if sent != url else None)
    return draft.put(draft.licenses, found)


def free_to_read(draft: Draft, node: etree._Element) -> Json:
    """Open from a day on, or until one; an empty element: open."""
    start, end = dates.date(attribute_of(node, "start_date")), dates.date(attribute_of(node, "end_date"))
    today = draft.raw.datestamp[:10]
    if start and today and start > today:
        draft.set("embargo_until", start)
        return draft.set("access", "embargoed")
    return None if end and today and end < today else draft.set("access", "open")


def _settle_access(draft: Draft) -> None:
    """The end of an embargo, where a licence says that there is one; the access that all files have."""
    today = draft.raw.datestamp[:10]
    reserved = [one for one in draft.licenses if one.url and _UNDER_EMBARGO in one.url]
    later = sorted(
        one.start for one in draft.licenses if one.start and one not in reserved and today and one.start > today
    )
    if later and (reserved or len(draft.licenses) == 1):
        draft.set("access", "embargoed")
        draft.set("embargo_until", later[0])
    levels = {file.access for file in draft.files if file.access}
    if len(levels) == 1 and "access" not in draft.values:
        draft.set("access", levels.pop())
    ends = {file.embargo_until for file in draft.files if file.embargo_until}
    if len(ends) == 1 and draft.values.get("access") == "embargoed":
        draft.set("embargo_until", ends.pop())
    if until := draft.values.get("embargo_until"):
        draft.put(draft.dates, Date("embargo-end", until))
