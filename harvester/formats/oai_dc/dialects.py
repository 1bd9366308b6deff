"""Rules for what platforms mean by the fifteen elements, where that is not what the elements are for.

EPrints has a module of its own. Each rule says where the platform's own crosswalk can be read.
"""

from __future__ import annotations

import re

from msgspec import structs

from harvester.clean import citations, identifiers, rights, text, types
from harvester.formats import cited
from harvester.formats.draft import Draft
from harvester.formats.rules import bags, links, people, qualified, terms, words
from harvester.record import Contributor, Date, Funding, Institution, Json

_NUMBERED = re.compile(r"\s*\(\d{3,9}\)$")
_PURE_NUMBER = re.compile(
    r"(PURE(?: UUID)?|PURE ITEMID|Scopus|WOS|Bibtex|Mendeley|RIS|researchoutputwizard|ORCID): ?(\S.*)", re.S
)
_SCOPUS = re.compile(r"[?&](?:scp|eid)=([\w.-]{5,40})")
_HARVARD = re.compile(r"\b\d{4}, ['\u2018\u201c\"]|, (?:vol|no|pp?)\. ")
_ADDRESS = re.compile(r"[\s.]*https?://\S+$")
_REVIEWED = re.compile(r"\bpeer[ -]?reviewed\b", re.IGNORECASE)
_GALLEY = re.compile(r"/article/(?:view|download)(?:File|Article)?/[^/]+/\w")
_LICENCE_AS_SUBJECT = re.compile(r"(?:cc|other)-[a-z-]{2,20}(?:-\d\.\d)?$")


# --- OJS: https://github.com/pkp/ojs/blob/main/plugins/metadata/dc11/filter/Dc11SchemaArticleAdapter.php --------------


def ojs_sponsor(draft: Draft, sent: str) -> Json:
    """dc:contributor is the sponsor of the article; a person in its place is a contributor of unknown role."""
    found = people.contributors(sent, "other")
    if len(found) == 1 and found[0].kind == "person":
        draft.contributors += found
        return found
    return people.funder(draft, sent)


def ojs_source(draft: Draft, sent: str) -> Json:
    """The journal with its issue and pages, once a language; then the online ISSN, then the printed one."""
    first = draft.container.get("issn")
    if len(sent) <= links.ISSN_LENGTH and (found := identifiers.issns(sent)):
        if first is not None and found[0] != first and "eissn" not in draft.container:
            draft.container |= {"eissn": first, "issn": found[0]}
        else:
            links.issn(draft, sent)
        return found
    if identifiers.doi(sent) is not None or sent.startswith("urn:"):
        return links.relation(draft, sent, "is-part-of")  # of the issue
    return bags.source(draft, sent)


def ojs_relation(draft: Draft, sent: str) -> Json:
    """Addresses of the full text, and DOIs of single files of it."""
    if sent.startswith(("http://", "https://")) and " " not in sent and _GALLEY.search(links.path_of(sent)):
        url = identifiers.url(sent)
        return bags.file(draft, url) if url else None
    return bags.loose_relation(draft, sent)


def ojs_type(draft: Draft, sent: str) -> Json:
    """OJS calls everything that it publishes an article; what the section calls it says more."""
    if sent == "info:eu-repo/semantics/article":
        draft.type_raw.append(sent)
        draft.types.append((0, "article"))
        return "article"
    if _REVIEWED.search(sent):
        draft.set("peer_reviewed", True)
    return terms.type_(draft, sent)


# --- Pure -------------------------------------------------------------------------------------------------------------


def pure_identifier(draft: Draft, sent: str) -> Json:
    """Page, DOI, files, and numbers of databases with their names before them."""
    if (number := _PURE_NUMBER.fullmatch(sent)) is not None:
        return links.local(draft, number[2].strip(), number[1].lower().replace(" ", "-"))
    if "scopus.com/" in sent and (scopus := _SCOPUS.search(sent)) is not None:
        return links.local(draft, scopus[1], "scopus")
    return bags.bag(draft, sent)


def pure_source(draft: Draft, sent: str) -> Json:
    """A citation in Harvard style, with a space before each mark: ``Roe , R 2020 , ' Title ' , Journal , vol. 4 , pp. 1-9 .``"""
    whole = cited.unspaced(text.plain(sent))
    if not _HARVARD.search(whole):
        return bags.source(draft, sent)
    for value in identifiers.dois(whole):
        draft.identify("doi", value, "candidate", sent)
    draft.citations.append((draft.path, _ADDRESS.sub("", whole)))
    return whole


def pure_subject(draft: Draft, sent: str) -> Json:
    """Keywords, and the addresses of Pure's own lists: ``/dk/atira/pure/...``."""
    return words.subject(draft, sent.removeprefix("name="), "local" if sent.startswith("/dk/atira/") else "")


def own_doi_in_relation(draft: Draft, sent: str) -> Json:
    """A DOI that stands as a relation is the work's own, but not a second one."""
    if not bags.is_reference(sent) and (value := identifiers.doi(sent)) is not None:
        others = {i.value for i in draft.identifiers.values() if i.scheme == "doi" and i.relation == "self"} - {value}
        return links.relation(draft, sent) if others else links.own_or_container_doi(draft, value, sent)
    return bags.loose_relation(draft, sent)


# --- Invenio: .../invenio-rdm-records/blob/master/invenio_rdm_records/resources/serializers/dublincore/schema.py -----


def invenio_relation(draft: Draft, sent: str) -> Json:
    """Grants, related works, and the pages of communities, some with the name of their scheme before them."""
    bare = sent.partition(":")[2] if sent.startswith(("url:http", "handle:", "isbn:", "issn:", "pmid:")) else sent
    if "/communities/" in bare:
        return links.relation(draft, bare, "is-part-of")
    if bare.startswith("info:eu-repo/"):
        return bags.loose_relation(draft, bare)
    return links.relation(draft, bare)


def invenio_subject(draft: Draft, sent: str) -> Json:
    """Zenodo once sent the licence as a subject: ``cc-by``."""
    if _LICENCE_AS_SUBJECT.match(sent) and rights.licence(sent) is not None:
        return terms.license_(draft, sent)
    return words.subject(draft, sent)


# --- figshare ---------------------------------------------------------------------------------------------------------


def figshare_creator(draft: Draft, sent: str) -> Json:
    """The name, then figshare's number of the author: ``Jane Doe (1234567)``."""
    found = people.person(draft, bare := _NUMBERED.sub("", sent))
    if bare != sent and found is not None and len(found) == 1:
        draft.contributors[-1] = structs.replace(draft.contributors[-1], raw=sent)
    return found


def figshare_relation(draft: Draft, sent: str) -> Json:
    """The page of the item; then related works."""
    if draft.landing is None and "figshare" in sent and "/articles/" in sent and " " not in sent:
        return links.landing(draft, sent)
    return links.relation(draft, sent)


# --- Digital Commons --------------------------------------------------------------------------------------------------


def series_or_journal(draft: Draft, sent: str) -> Json:
    """The name of a series such as ``Faculty Publications``, of a journal, or of the owner of the page.

    Only the address of an article in an issue tells a journal: see ``settle``.
    """
    if len(sent) <= links.ISSN_LENGTH and (found := identifiers.issns(sent)):
        return links.issn(draft, sent) or found
    if citations.citation(sent) is not None:
        return bags.source(draft, sent)
    if any(
        c.family and c.given and sent.startswith(c.given[0]) and sent.endswith(f" {c.family}")
        for c in draft.contributors
    ):
        return None
    draft.series = draft.series or text.plain(sent)
    return links.relation(draft, sent, "is-part-of")


_STOCK_DAY = re.compile(r"(\d{4})-(\d\d)-01T0[078]:00:00(?:\.0+)?Z")


def stock_day(draft: Draft, sent: str, unit: str) -> Json:
    """A date for which the platform sends the first day, at midnight of its own place, where it knows none.

    DOAJ (``month``) knows years and months only, and of a journal sends the day on which it was listed. Digital Commons
    (``year``) may know the day: only the first of January is taken for none, which hardly anything appeared on.
    """
    if unit == "month" and "/journal:" in draft.raw.identifier:
        return terms.date(draft, sent, "deposited")
    match = _STOCK_DAY.fullmatch(sent)
    if match is None or (unit == "year" and match[2] != "01"):
        return qualified.bare_date(draft, sent)
    value = match[1] if match[2] == "01" else f"{match[1]}-{match[2]}"
    draft.find("date-shortened", "dates", f"says {value}: the platform sends the first day where it knows none", sent)
    draft.loose_dates.append(found := Date("", value, sent))
    return found


# --- HAL: https://api.archives-ouvertes.fr/docs/oai -------------------------------------------------------------------

_ANR = re.compile(r"(ANR-\d\d-[\w-]{3,30}),[^,]*(?:,(.*?))?(?:\(\d{4}\))?$", re.S)
_AUDIENCES = frozenset(("International audience", "National audience", "Audience internationale", "Audience nationale"))
_EUROPEAN = re.compile(r"European Project: ?(?:\w+ ?: ?)?(\d{5,9}),EC:?(\w*)")


def hal_contributor(draft: Draft, sent: str) -> Json:
    """Laboratories with what they belong to; supervisors; grants of the ANR and of the European Commission."""
    if (grant := _ANR.match(sent)) is not None:
        found = Funding(funder_name="ANR", award_number=grant[1], award_title=text.plain(grant[2] or "") or None)
        return draft.put(draft.funding, found)
    if (grant := _EUROPEAN.match(sent)) is not None:
        found = Funding(funder_name="European Commission", award_number=grant[1], stream=grant[2] or None)
        return draft.put(draft.funding, found)
    laboratory, _, above = sent.partition(" ; ")
    if above or laboratory.endswith(")"):  # with its sign, and what it belongs to: no part of it is a person
        named = [Contributor(text.plain(part), "other", "organisation") for part in (laboratory, above) if part]
        return [draft.put(draft.contributors, each) for each in named]
    return people.person(draft, sent, "other")


def hal_description(draft: Draft, sent: str) -> Json:
    """Whom the depositor wrote for is sent beside the abstract: ``International audience``."""
    return words.audience(draft, sent) if sent in _AUDIENCES else qualified.stated_description(draft, sent)


def hal_identifier(draft: Draft, sent: str) -> Json:
    """The file stands at ``/document`` below the page; other numbers have the names of their schemes: ``ARXIV : 1501.00001``."""
    if sent.startswith("ARXIV") and (value := identifiers.arxiv(sent.partition(":")[2].strip())) is not None:
        return draft.identify("arxiv", value, raw=sent)
    if sent.startswith("http") and sent.endswith("/document") and (url := identifiers.url(sent)) is not None:
        return bags.file(draft, url)
    return bags.bag(draft, sent)


def hal_publisher(draft: Draft, sent: str) -> Json:
    """The archive itself comes first."""
    return archive(draft, sent) if sent in ("HAL CCSD", "CCSD", "HAL") else words.plain(draft, sent, "publisher")


# --- Gallica ----------------------------------------------------------------------------------------------------------


def publisher_of_town(draft: Draft, sent: str) -> Json:
    """``Michel Levy (Paris)``; the first of several, and of ``[s.n.] (Paris)`` the town alone."""
    name, _, town = sent.removesuffix(")").rpartition(" (")
    if not name or "(" in town or not sent.endswith(")"):
        return words.plain(draft, sent, "publisher")
    if text.placeholder(name):
        return words.plain(draft, town, "place")
    return words.plain(draft, name, "publisher") and (words.plain(draft, town, "place") or name)


# --- Dataverse: .../dataverse/export/dublincore/DublinCoreExportUtil.java ---------------------------------------------


def related_publication(draft: Draft, sent: str) -> Json:
    """Citations of works that use the data: never where the data appeared."""
    return links.relation(draft, sent)


# --- PubMed Central, CiteSeerX ----------------------------------------------------------------------------------------


def heading(draft: Draft, sent: str) -> Json:
    """PubMed Central sends the heading under which an article stands as a subject: ``Review``, ``Article``."""
    if (known := types.resource_type(sent)) not in (None, "other"):
        draft.types.append((1, known))
    return words.subject(draft, sent)


def archive(draft: Draft, sent: str) -> Json:
    """The archive that found the file, not one who contributed to it."""
    found = Institution(name=text.plain(sent))
    draft.institutions.append(found)
    return found


def file_address(draft: Draft, sent: str) -> Json:
    url = identifiers.url(sent)
    return bags.file(draft, url) if url else None
