"""OpenAIRE's application profile for literature repositories, and what DSpace's stock crosswalk makes of it.

The profile keeps an embargo as a pair of dates, Accepted for its start and Available for its end, and DSpace fills Accepted with
the date of issue of every item; the item's own DOI it sends as that of something which the item is part of.
https://openaire-guidelines-for-literature-repository-managers.readthedocs.io/en/v4.0.0/field_embargoenddate.html,
https://github.com/DSpace/DSpace/issues/9715, https://github.com/DSpace/DSpace/issues/3099
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import structs

from harvester.clean import citations, dates, identifiers, rights, text, types
from harvester.formats.crosswalk import crosswalk
from harvester.formats.datacite.agents import untyped_contributor
from harvester.formats.datacite.form import as_json, in_order, nothing, objects, said, squeezed
from harvester.formats.datacite.links import related_identifier
from harvester.formats.datacite.settle import settle
from harvester.formats.datacite.words import kernel_date
from harvester.formats.draft import Draft, begin
from harvester.formats.rules import links, terms
from harvester.formats.tree import branches, walk_json
from harvester.formats.xml import metadata
from harvester.record import Date, File, Json, License, RawRecord, Record, Step

__all__ = ["read", "untyped_contributor"]

_XOAI = "http://www.lyncode.com/xoai"
"""The stylesheet of DSpace leaves this namespace in what it writes."""
_BOOK = re.compile(r"/(?:b\d{3,6}|97[89][\d-]{10,14}|\(?is[sb]n\)?.*|\d{4}-\d{3}[\dx])$", re.IGNORECASE)
"""How a DOI ends that names a book, a series or a journal."""
_ARTICLES = frozenset(
    {"article", "review-article", "editorial", "commentary", "letter", "correction", "data-paper", "book-review"}
)


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    """The record of a ``<resource>``."""
    resource = metadata(raw.payload, raw.context, crosswalk("oai_openaire").roots)
    item = in_order(as_json(resource))
    if not dialect and (_XOAI in resource.nsmap.values() or _is_dspace(item)):
        dialect = "dspace"
    draft = begin(raw, dialect, trace)
    walk_json(item, branches(crosswalk("oai_openaire", dialect)), draft)
    _settle_access(draft)
    _settle_doi(draft)
    _settle_pages(draft)
    tongues = {d.language for d in draft.loose_descriptions}
    one_each = len(tongues) == len(draft.loose_descriptions) and (len(tongues) == 1 or None not in tongues)
    if draft.dialect == "dspace" or one_each:  # the profile asks for the abstract, which may be translated
        draft.descriptions += [structs.replace(d, type="abstract") for d in draft.loose_descriptions]
        draft.loose_descriptions = []
    if {mime for _, mime in draft.mimes} <= {f.mime for f in draft.files}:
        draft.mimes = []
    settle(draft)
    return draft.finish()


def _is_dspace(item: dict[str, Json]) -> bool:
    """By the marks that its stylesheet leaves on people: its own key, the repository's address as an identifier."""
    for person in [*objects(item.get("creators")), *objects(item.get("contributors"))]:
        ids = objects(person.get("nameIdentifiers")) if isinstance(person, dict) else []
        if any(isinstance(i, dict) and i.get("nameIdentifierScheme") in ("DSpace", "e-mail") for i in ids):
            return True
    return False


# --- rules -----------------------------------------------------------------------------------------------------------


def openaire_date(draft: Draft, item: Any) -> Json:
    """Accepted waits until it is known whether there is an embargo, of which it would be the start."""
    if said(draft, item, "dateType") != "Accepted" or not isinstance(item, dict):
        return kernel_date(draft, item)
    sent = said(draft, item, "date")
    return terms.date(draft, sent, "embargo-start") if sent else nothing(draft, item, "dates", "date")


def openaire_type(draft: Draft, item: Any) -> Json:
    """The COAR term, else what is written beside it."""
    label = said(draft, item, "resourceType", "type")
    uri = said(draft, item, "uri", "resource") if isinstance(item, dict) else ""
    general = said(draft, item, "resourceTypeGeneral") if isinstance(item, dict) else ""
    draft.type_raw += [one for one in dict.fromkeys((label, uri)) if one]
    found = None
    for sent, sure in ((uri, 3), (label, 2), ("" if general.lower() == "literature" else general, 1)):
        if found is None and sent and (kind := types.resource_type(sent)) not in (None, "other"):
            found = kind
            draft.types.append((sure, str(kind)))
    return found or label or uri or general or None


def openaire_related_identifier(draft: Draft, item: Any) -> Json:
    """DSpace sends all identifiers of an item as those of what it is part of; what has no type there is called URN."""
    sent = said(draft, item, "relatedIdentifier")
    if draft.dialect != "dspace" or said(draft, item, "relationType") != "IsPartOf" or not sent:
        return related_identifier(draft, item)
    if squeezed(said(draft, item, "relatedIdentifierType")) != "urn":
        return related_identifier(draft, item)
    for prefix, scheme in (("govdoc:", "report-number"), ("ISMN:", "local"), ("sici:", "local")):
        if sent.startswith(prefix):
            return draft.identify(scheme, sent[len(prefix) :] if scheme != "local" else sent, raw=sent)
    if (doi := identifiers.doi(sent)) is not None:
        return links.own_or_container_doi(draft, doi, sent, "candidate")
    return draft.identify("local", text.plain(sent), raw=sent)


def licence_condition(draft: Draft, item: Any) -> Json:
    """A licence by its address or its words, with the day from which it holds."""
    sent = said(draft, item, "licenseCondition")
    uri = said(draft, item, "uri") if isinstance(item, dict) else ""
    start = dates.date(said(draft, item, "startDate")) if isinstance(item, dict) else None
    known = rights.licence(uri) if uri else None
    known = known or (rights.licence(sent) if sent else None)
    if known is not None:
        found = License(known.url, known.spdx, start=start, raw=(sent or uri) if (sent or uri) != known.url else None)
    elif (url := identifiers.url(uri)) is not None:
        found = License(url, start=start, raw=sent or None)
    else:
        return terms.rights_(draft, sent) if sent else None
    draft.licenses = [one for one in draft.licenses if known is None or one.spdx is None or one.spdx != found.spdx]
    return draft.put(draft.licenses, found)


def openaire_version(draft: Draft, item: Any) -> Json:
    """The COAR version; its number, where it says no more than that.

    The example of the profile writes AM beside the address of NA, and has been copied: there the word is believed.
    https://github.com/openaire/guidelines-literature-repositories/blob/master/docs/field_resourceversion.rst
    """
    sent = said(draft, item, "version")
    uri = said(draft, item, "uri") if isinstance(item, dict) else ""
    by_address = rights.version(uri) if uri else None
    by_word = rights.version(sent) if sent else None
    found = by_word if by_address in (None, "NA") and by_word else by_address
    if found is not None:
        return draft.set("version", found)
    return draft.set("edition", text.plain(sent)) if sent else None


def file_location(draft: Draft, item: Any) -> Json:
    url = identifiers.url(said(draft, item, "file"))
    if url is None:
        return None
    kind = said(draft, item, "objectType") if isinstance(item, dict) else ""
    return draft.put(
        draft.files,
        File(
            url=url,
            description=kind if kind and kind.lower() != "fulltext" else None,
            mime=said(draft, item, "mimeType") or None if isinstance(item, dict) else None,
            access=rights.access(said(draft, item, "accessRightsUri", "accessRights"))
            if isinstance(item, dict)
            else None,
        ),
    )


def citation_page(draft: Draft, sent: str, element: str) -> Json:
    """The first or the last page; some write the whole range in place of the first."""
    found = citations.pages(sent)
    if found is None:
        return None
    return links.pages(draft, sent) if found.end and found.end != found.start else draft.set(element, found.start)


def conference_date(draft: Draft, sent: str) -> Json:
    """A day, or the first and the last."""
    found = dates.date(sent)
    if found is None:
        return None
    start, slash, end = found.partition("/")
    draft.event.setdefault("start", start)
    if slash and end != "..":
        draft.event.setdefault("end", end)
    return found


# --- what only the whole record can tell -----------------------------------------------------------------------------


def _settle_access(draft: Draft) -> None:
    """Accepted and Available are the ends of an embargo where access is embargoed. Without one Accepted is not a date of
    acceptance either: DSpace repeats the date of issue."""
    starts = [d for d in draft.dates if d.type == "embargo-start"]
    ends = [d for d in draft.dates if d.type == "available" and d.value and not dates.is_timestamp(d.raw or "")]
    draft.dates = [d for d in draft.dates if d.type != "embargo-start"]
    embargoed = draft.values.get("access") == "embargoed"
    if embargoed and len(ends) == 1 and ends[0].value and all((s.value or "") < ends[0].value for s in starts):
        until = ends[0]
        draft.dates = [d for d in draft.dates if d is not until]
        draft.dates += [*starts, Date("embargo-end", until.value, until.raw)]
        draft.values.setdefault("embargo_until", until.value)
        return
    issued = {d.value for d in draft.dates if d.type == "issued"}
    for start in starts:
        if start.value not in issued:
            draft.extra.setdefault("dates/Accepted", []).append(start.raw or start.value or "")


def _settle_doi(draft: Draft) -> None:
    """The DOI that an article is said to be part of, where it has no other, is its own in what DSpace sends; a candidate
    elsewhere. The DOI of a book, a series or a journal is never the work's own."""
    own = {i.value for i in draft.identifiers.values() if i.scheme == "doi" and i.relation == "self"}
    within = [r for r in draft.relations if r.type == "is-part-of" and r.scheme == "doi"]
    if own:
        draft.relations = [r for r in draft.relations if not (r in within and r.target in own)]
        return
    if len(within) != 1 or _BOOK.search(within[0].target) or identifiers.is_container_doi(within[0].target):
        return
    dspace = draft.dialect == "dspace"
    article = bool(draft.types) and max(draft.types)[1] in _ARTICLES
    if not (dspace or article):
        return
    if dspace:
        draft.relations.remove(within[0])
    draft.identify("doi", within[0].target, "self" if dspace and article else "candidate")


def _settle_pages(draft: Draft) -> None:
    values = draft.values
    if "pages" not in values and (start := values.get("start_page")):
        end = values.get("end_page")
        links.pages(draft, f"{start}-{end}" if end and end != start else start)
