"""Rules for EPrints, whose oai_dc is inside-out: its landing page is a relation, its identifiers are files and a citation.

https://github.com/eprints/eprints3.4/blob/master/perl_lib/EPrints/Plugin/Export/DC.pm
"""

from __future__ import annotations

import re

from harvester.clean import citations, dates, identifiers, text, types
from harvester.clean.citations import Citation
from harvester.formats.draft import Draft
from harvester.formats.rules import bags, links, people, terms, theses
from harvester.record import Json

_ISSN_SAID = re.compile(r"\bISSN (\d{4}-\d{3}[\dX])(?!\S)")
_LINK = re.compile(r"\s?<https?://[^>]{1,300}>")
_AFTER_TITLE = re.compile(
    r"(?P<container>(?!In:)(?=\w)[^.\[\]<>:]{2,150}?)\s?"
    r"(?:,\s?(?P<volume>(?=[^\W\d]{0,11}\d|[IVXLC]{1,7}\b)[\w-]{1,12})?\s?(?:\((?P<issue>[^()]{1,30})\))?)?\s?[.,]"
    r"(?:\s(?:pp?\.\s)?(?P<pages>[A-Za-z]?\d[\w\u2010-\u2015-]{0,20})\.)?(?:\sArt(?:icle)?\.?(?:\s[Nn]o\.)?\s[\w.-]{1,20}\.)?"
    r"(?=\s(?P<issn>ISSN)|\sDOI|$)"
)

_PUBLISHED_IN = re.compile(
    r"(?:Published|Forthcoming) in: (?P<container>[^,:()]{2,150}?)\s?(?:,|(?=\())"
    r"(?:\sVol\. (?:Vol\.\s?)?(?P<volume>[\w-]{1,12}),)?(?:\sNo\. (?:No\.\s?)?(?P<issue>[\w-]{1,12}))?"
    r"(?:\s?\([^()]{1,40}\))?(?:\s?:\spp\. (?P<pages>[A-Za-z]?\d[\w\u2010-\u2015-]{0,20})\.)?"
)
"""The style of RePEc's archive: ``Published in: Indian Journal , Vol. 83, No. 8 (8 August 2013): pp. 847-851.``"""

_OF_A_BOOK = re.compile(r"In: (?P<book>[^.<>\[\]]{3,200})\. .{0,300}?\bpp?\. (?P<pages>[\w\u2010-\u2015-]{1,20})\.")
_OF_A_CONFERENCE = re.compile(r"In: (?P<name>[^<>]{3,200}?), (?P<days>[^,]{0,30}\b\d{4}), (?P<place>[^.<>]{3,80})\.")
_OF_A_THESIS = re.compile(r"(?P<kind>[\w ]{2,20}?) (?:thesis|dissertation), (?P<university>[^.<>]{4,100})\.", re.I)
_OF_A_REPORT = re.compile(r"(?P<kind>[A-Z][a-z]+ (?:Report|Paper))\.")
_KINDS = frozenset({"text", "image", "video", "audio", "archive", "slideshow", "spreadsheet", "other"})


def eprints_identifier(draft: Draft, sent: str) -> Json:
    """URLs are files of the item; the rest is a citation rendered for people, and the publisher's number."""
    if sent.startswith(("http://", "https://")) and " " not in sent:
        found = links.form(sent)
        if found is None or found[0] != "url":
            return links.classified(draft, sent, found)
        return links.landing(draft, sent) if _is_numbered_page(draft, sent) else bags.file(draft, found[1])
    if len(sent) <= 30 or " " not in sent:
        return links.identifier(draft, sent)
    if (doi := identifiers.doi(sent)) is not None:
        links.own_or_container_doi(draft, doi, doi)
    before, rest = around(sent, draft.titles[0].title if draft.titles else "")
    if "ISSN" in sent:
        said = _ISSN_SAID.search(rest)
        for value in identifiers.issns(said[1] if said is not None else rest or sent):
            draft.container.setdefault("issn", value)
    parsed = rendered(before, rest) or citations.citation(sent)
    draft.citation = draft.citation or parsed
    if parsed is None:
        _in_no_journal(draft, rest)
    return parsed or doi


def rendered(before: str, rest: str) -> Citation | None:
    """What EPrints' own citation style says before and after the title; None where the work is not in a journal.

    >>> title = "Citizens' juries?"
    >>> found = rendered(*around(f"McKee, M (2010) {title}  J Epidemiol, 64 (9).  pp. 750-1.", title))
    >>> found.container, found.volume, found.issue, found.pages
    ('J Epidemiol', '64', '9', '750-751')
    """
    match = _PUBLISHED_IN.match(rest) or _AFTER_TITLE.match(rest)
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


def around(sent: str, title: str) -> tuple[str, str]:
    """What stands before and after the title; two empty texts where it does not stand there."""
    whole = text.plain(_LINK.sub("", sent))  # before and after: a link may have been escaped twice
    if "<" in whole:
        whole = _LINK.sub("", whole)
    before, _, rest = whole.partition(title) if title else ("", "", "")
    return before, rest.lstrip(" .?!,'\u2019\"\u201d")


def _in_no_journal(draft: Draft, rest: str) -> None:
    """The book of a chapter, the conference of a paper, the university of a thesis, the kind of a report.

    The sentence says more than these, and is kept as it is.
    """
    if (book := _OF_A_BOOK.match(rest)) is not None:
        links.container(draft, book["book"])
        links.pages(draft, book["pages"])
    elif (conference := _OF_A_CONFERENCE.match(rest)) is not None:
        links.event(draft, conference["name"])
        links.event(draft, conference["place"], "place")
        days = (dates.date(conference["days"]) or "").split("/")
        for part, day in zip(("start", "end"), days, strict=False):
            links.event(draft, day, part)
    elif (thesis := _OF_A_THESIS.match(rest)) is not None:
        people.institution(draft, thesis["university"], "awarding")
        if (level := theses.degree_level(thesis["kind"])) is not None:
            draft.types.append((3, theses.kind_of_thesis(level)))
    elif (report := _OF_A_REPORT.match(rest)) is not None:
        kind = types.resource_type(report["kind"])
        if kind is not None and kind != "other":
            draft.types.append((2, kind))


def eprints_type(draft: Draft, sent: str) -> Json:
    """A monograph is to EPrints a report, a working paper, a manual (its field ``monograph_type``); a book is a Book."""
    if sent != "Monograph":
        return terms.type_(draft, sent)
    draft.type_raw.append(sent)
    draft.types.append((1, "report"))
    return "report"


def eprints_relation(draft: Draft, sent: str) -> Json:
    """The first URL is the landing page; then comes the DOI or the page of the published version.

    Some repositories (Madrid's) have turned it round: the page among the identifiers, files and the publisher's page here.
    """
    known = links.form(sent)
    value = known[1] if known is not None and known[0] == "doi" else identifiers.doi(sent)
    if value is None and draft.landing is None and sent.startswith(("http://", "https://")):
        if bags.is_file(sent) and (url := identifiers.url(sent)) is not None:
            return bags.file(draft, url)
        return links.landing(draft, sent) if _is_of_the_archive(draft, sent) else links.relation(draft, sent)
    if value is not None and not bags.is_reference(sent):
        return links.own_or_container_doi(draft, value, sent)
    return bags.loose_relation(draft, sent)


def _is_of_the_archive(draft: Draft, url: str) -> bool:
    """Whether an address may be the page of the item: by its number, or by its host, where the record names one."""
    scheme, _, rest = draft.raw.identifier.partition(":")
    host, _, number = rest.rpartition(":")
    return (
        scheme != "oai" or not number.isdigit() or number in url or identifiers.host(url) == host.removeprefix("www.")
    )


def _is_numbered_page(draft: Draft, url: str) -> bool:
    """Whether an address ends in the number of the item: ``http://oa.upm.es/26833/``."""
    before, _, last = links.path_of(url).rstrip("/").rpartition("/")
    return last.isdigit() and draft.raw.identifier.endswith(f":{last}") and not before.endswith(f"/{last}")


def eprints_format(draft: Draft, sent: str) -> Json:
    """A media type; versions before 3.3 send the broad kind of the document, which adds nothing to the type."""
    return sent if sent in _KINDS else bags.extent(draft, sent)
