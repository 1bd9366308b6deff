"""Rules for EPrints, whose oai_dc is inside-out: its landing page is a relation, its identifiers are files and a citation.

https://github.com/eprints/eprints3.4/blob/master/perl_lib/EPrints/Plugin/Export/DC.pm
"""

from __future__ import annotations

import re

from harvester.clean import citations, identifiers, text
from harvester.clean.citations import Citation
from harvester.formats import bags, links
from harvester.formats.draft import Draft
from harvester.record import Json

_LINK = re.compile(r"\s?<https?://[^>]{1,300}>")
_AFTER_TITLE = re.compile(
    r"(?P<container>(?!In:|\[|\()[^.\[\]<>:]{2,150}?)\s?"
    r"(?:,\s?(?P<volume>[\w-]{1,12})?\s?(?:\((?P<issue>[^()]{1,30})\))?)?\."
    r"(?:\s(?:pp?\.\s)?(?P<pages>[A-Za-z]?\d[\w\u2010-\u2015-]{0,20})\.)?"
    r"(?=\s(?P<issn>ISSN)|\sDOI|$)"
)

_PUBLISHED_IN = re.compile(
    r"(?:Published|Forthcoming) in: (?P<container>[^,:()]{2,150}?)\s?(?:,|(?=\())"
    r"(?:\sVol\. (?:Vol\.\s?)?(?P<volume>[\w-]{1,12}),)?(?:\sNo\. (?:No\.\s?)?(?P<issue>[\w-]{1,12}))?"
    r"(?:\s?\([^()]{1,40}\))?(?:\s?:\spp\. (?P<pages>[A-Za-z]?\d[\w\u2010-\u2015-]{0,20})\.)?"
)
"""The style of RePEc's archive: ``Published in: Indian Journal , Vol. 83, No. 8 (8 August 2013): pp. 847-851.``"""

_KINDS = frozenset({"text", "image", "video", "audio", "archive", "slideshow", "spreadsheet", "other"})


def eprints_identifier(draft: Draft, sent: str) -> Json:
    """URLs are files of the item; the rest is a citation rendered for people, and the publisher's number."""
    if sent.startswith(("http://", "https://")) and " " not in sent:
        found = links.form(sent)
        if found is not None and found[0] == "url":
            return bags.file(draft, found[1])
        return links.classified(draft, sent, found)
    if len(sent) <= 30 or " " not in sent:
        return links.identifier(draft, sent)
    dois = identifiers.dois(sent)
    for value in dois[:1]:
        links.own_or_container_doi(draft, value, value)
    for value in identifiers.issns(sent):
        draft.container.setdefault("issn", value)
    title = draft.titles[0].title if draft.titles else ""
    parsed = rendered(sent, title) or citations.citation(sent)
    draft.citation = draft.citation or parsed
    return parsed or dois or None


def rendered(sent: str, title: str) -> Citation | None:
    """What EPrints' own citation style says after the title; None where the work is not in a journal.

    >>> found = rendered("McKee, M (2010) Citizens' juries?  J Epidemiol, 64 (9).  pp. 750-1.", "Citizens' juries?")
    >>> found.container, found.volume, found.issue, found.pages
    ('J Epidemiol', '64', '9', '750-751')
    """
    whole = text.plain(_LINK.sub("", sent))  # before and after: a link may have been escaped twice
    if "<" in whole:
        whole = _LINK.sub("", whole)
    before, found, rest = whole.partition(title) if title else ("", "", "")
    rest = rest.lstrip(" .?!")
    match = (_PUBLISHED_IN.match(rest) or _AFTER_TITLE.match(rest)) if found else None
    if match is None or not any(match.groups()[1:]):
        return None  # a monograph: what follows its title is the publisher
    year = re.search(r"\((\d{4})\)", before)
    pages = citations.pages(match["pages"]) if match["pages"] else None
    return Citation(
        container=match["container"].strip(),
        year=int(year[1]) if year else None,
        volume=citations.number(match["volume"]) if match["volume"] else None,
        issue=citations.number(match["issue"]) if match["issue"] else None,
        start_page=pages.start if pages else None,
        end_page=pages.end if pages else None,
        pages=pages.pages if pages else None,
    )


def eprints_relation(draft: Draft, sent: str) -> Json:
    """The first URL is the landing page; then comes the DOI or the page of the published version."""
    if draft.landing is None and sent.startswith(("http://", "https://")) and identifiers.doi(sent) is None:
        return links.landing(draft, sent)
    if (value := identifiers.doi(sent)) is not None and not bags.is_reference(sent):
        return links.own_or_container_doi(draft, value, sent)
    return bags.loose_relation(draft, sent)


def eprints_format(draft: Draft, sent: str) -> Json:
    """A media type; versions before 3.3 send the broad kind of the document, which adds nothing to the type."""
    return sent if sent in _KINDS else bags.extent(draft, sent)
