"""Rules for what MODS says of the work itself: titles, kind, language, texts, identifiers, addresses, rights, the degree."""

from __future__ import annotations

import re

from lxml import etree

from harvester.clean import dates, languages, rights, text
from harvester.formats.crosswalk import take
from harvester.formats.draft import ABOUT_A_NAME, Draft
from harvester.formats.exported import MARKS
from harvester.formats.mods.dates import squeezed
from harvester.formats.mods.parts import title_text
from harvester.formats.rules import bags, links, people, terms, words
from harvester.formats.rules.theses import degree, degree_level
from harvester.formats.tree import attribute_of, children, said
from harvester.record import File, Institution, Json, Title

_TITLES = {
    "": "",
    "main": "",
    "primary": "",
    "alternative": "alternative",
    "uniform": "alternative",
    "translated": "translated",
    "abbreviated": "short",
}
_REVIEWED = dict.fromkeys(
    ("ref", "refereed", "peer-reviewed", "refereegranskat", "fagfellevurdert"), True
) | dict.fromkeys(("vet", "pop", "science", "other academic", "popular science"), False)
_SVEP = {
    "art": "article", "for": "review-article", "rec": "book-review", "bok": "book", "sam": "book", "kap": "chapter",
    "kon": "conference-paper", "pro": "proceedings", "rap": "report", "dok": "doctoral-thesis", "lic": "thesis", "pat": "patent",
    "ovr": "other", "dat": "dataset",
}  # fmt: skip
"""Publication types of SwePub, the catalogue of Sweden's universities (``authority="svep"``)."""
_KINDS_OF_TEXT = {"methods": "methods", "description": "other"}
_COUNTS = frozenset({"creatorcount", "admin", "internal", "internalnote"})
_DEGREE = re.compile(r"(?:Thesis|Dissertation) ?\(([^()]{2,40})\)", re.IGNORECASE)
"""As in MARC 502: ``Thesis (Ph.D.)--University of Leeds, 2001.``"""
_OF_DEGREE = {
    "degreename": "name", "degree": "name", "degreelevel": "level", "degreetype": "level", "degreediscipline": "discipline",
    "discipline": "discipline",
}  # fmt: skip
_IN_BRACKETS = re.compile(r"\((.{2,60})\)$")
_PART_LABEL = re.compile(r"(?:parts?|pts?\.|vol\.|no\.) (?=\S)", re.IGNORECASE)
_PREVIEWS = frozenset({"preview", "thumbnail"})


def title_info(draft: Draft, node: etree._Element) -> Json:
    """``nonSort`` before the title, ``subTitle`` after a colon, number and name of the part behind.

    The type may stand at the title instead (DSpace's METS); a title without ``<title>`` is DSpace's of before 1.5.
    """
    _in_language(draft, node)
    sent = title_text(draft, node)
    inner = next(children(node, "title"), None)
    kind = attribute_of(node, "type") or (attribute_of(inner, "type") if inner is not None else "")
    other = attribute_of(node, "otherType")
    kind = "alternative" if other and not kind else _TITLES.get(kind.strip().lower(), "alternative")
    if kind == "short" and sent:
        draft.titles.append(Title(text.plain(sent), kind, draft.tag))
        return sent
    found = words.title(draft, sent, kind) if sent else None
    if found is not None and attribute_of(node, "usage") == "primary":
        main = [t for t in draft.titles if t.title == found and not t.type]
        draft.titles[:] = main + [t for t in draft.titles if t not in main]
    if number := said(draft, node, "partNumber"):
        draft.set("part", _PART_LABEL.sub("", text.plain(number)))
    return found


def _in_language(draft: Draft, node: etree._Element) -> None:
    """MODS has an attribute of its own beside xml:lang."""
    draft.sent_language = node.get("lang") or draft.sent_language


def summary(draft: Draft, node: etree._Element) -> Json:
    _in_language(draft, node)
    sent = said(draft, node)
    kind = _ABSTRACTS.get(squeezed(attribute_of(node, "type")), "abstract")
    return words.description(draft, sent, kind) if sent else None


_ABSTRACTS = {"summary": "summary", "review": "other", "contentadvice": "note"}
"""As the Library of Congress turns the first indicator of MARC 520 into a type."""


def resource_kind(draft: Draft, sent: str) -> Json:
    """``text``, ``still image`` ...: broader than a genre, which is believed before it."""
    before = len(draft.types)
    found = terms.type_(draft, sent)
    draft.types[before:] = [(0, kind) for _, kind in draft.types[before:]]
    return found


def genre(draft: Draft, node: etree._Element) -> Json:
    """By its address where that is a term of COAR, else by what it is called. Sweden says here who reviewed it."""
    sent, address = said(draft, node), attribute_of(node, "valueURI")
    kind = squeezed(attribute_of(node, "type"))
    if kind.startswith("contenttype"):
        code = (node.text or "").strip()  # ``ref`` would be no value elsewhere
        if (reviewed := _REVIEWED.get(code.lower())) is not None:
            draft.set("peer_reviewed", reviewed)
        return code or None
    if attribute_of(node, "authority") == "svep" and sent in _SVEP:
        draft.type_raw.append(sent)
        draft.types.append((2, _SVEP[sent]))
        return _SVEP[sent]
    if "purl.org/coar" in address and (found := terms.type_(draft, address)) is not None:
        if sent:
            draft.type_raw[-1] = sent
        return found
    return terms.type_(draft, sent) if sent else None


def tongue(draft: Draft, node: etree._Element) -> Json:
    """The language of the work; that of a part of it (``objectPart``: summary, subtitles) is none of the work."""
    if attribute_of(node, "objectPart"):
        return "of a part"
    named = list(children(node, "languageTerm")) or ([] if len(node) else [node])
    named.sort(key=lambda term: attribute_of(term, "type") != "code")  # code and name of one language are one
    found: list[Json] = []
    for sent in [sent for term in named if (sent := said(draft, term))]:
        known = languages.languages(sent)
        if not known:
            take(draft, None, "language/languageTerm", sent, None)
        elif not {tag.partition("-")[0] for tag in known} <= {tag.partition("-")[0] for tag in draft.language}:
            found.append(words.language(draft, sent))
    return found or ("said before" if named and draft.language else [])


def note(draft: Draft, node: etree._Element) -> Json:
    """By its type: who paid, whether peers reviewed it, which version it is, how to cite it; else a note."""
    _in_language(draft, node)
    sent, kind = said(draft, node), squeezed(attribute_of(node, "type") or attribute_of(node, "displayLabel"))
    if not sent:
        return None
    if kind in ("sponsorship", "funding", "funder", "fundingnote", "sponsor", "grant"):
        return people.funder(draft, sent)
    if kind in ("peerreview", "peerreviewed", "refereed", "reviewstatus"):
        reviewed = terms.peer_reviewed(draft, sent)
        return words.description(draft, sent, "note") if reviewed is None else reviewed
    if kind == "publicationstatus" and (status := terms.status(draft, sent)) is not None:
        return status
    if kind in ("version", "publicationstatus", "publicationversion", "status", "versionidentification"):
        return terms.version_or_review(draft, sent) or words.description(draft, sent, "note")
    if kind in ("preferredcitation", "citation", "bibliographiccitation"):
        return links.citation(draft, sent)
    part = _OF_DEGREE.get(kind) or _OF_DEGREE.get(squeezed(attribute_of(node, "displayLabel")))
    if part is not None and (known := degree(draft, sent, part)) is not None:
        return known
    if kind in ("thesis", "dissertation"):
        draft.types.append((0, "thesis"))
        if (named := _DEGREE.match(sent)) is not None:
            degree(draft, named[1], "name")
    if kind == "level" and (known := _level(draft, sent)) is not None:
        return known
    if kind == "updatestatus":
        status = next((name for name, (mark, _) in MARKS.items() if sent.startswith(mark)), None)
        return draft.set("update_status", status) if status else words.description(draft, sent, "note")
    if kind in _KINDS_OF_TEXT:
        return words.description(draft, sent, _KINDS_OF_TEXT[kind])
    if kind in _COUNTS:
        return "for the staff"
    if bags.is_provenance(sent):
        draft.find("provenance-dropped", "descriptions", "a note on who submitted the item was left out")
        return "names people"
    return words.description(draft, sent, "note")


def _level(draft: Draft, sent: str) -> Json:
    """DiVA's ``Självständigt arbete på avancerad nivå (masterexamen)``."""
    level = degree_level(sent)
    if level is None or draft.degree.setdefault("level", level) != level:
        return None
    if (named := _IN_BRACKETS.search(sent)) is not None:
        draft.degree.setdefault("name", named[1])
    return level


def named_identifier(draft: Draft, node: etree._Element) -> Json:
    """By its type where that is one of ours, else by its form; one that is marked as invalid identifies nothing."""
    sent, kind = said(draft, node), squeezed(attribute_of(node, "type"))
    if attribute_of(node, "invalid").lower() == "yes":
        return None
    if sent.endswith("n/a") and sent != "n/a" and draft.dialect != "eprints":
        draft.find("placeholder", "identifiers", "a value and a placeholder were written as one", sent)
        while sent.endswith("n/a"):  # DSpace's stylesheet for METS writes all values of a field as one
            sent = sent.removesuffix("n/a")
    if not sent:
        return None
    if kind in ("grantnumber", "grant", "awardnumber"):
        return people.award(draft, sent)
    if kind == "citation":
        return links.citation(draft, sent)
    if kind in ("issn", "eissn", "essn", "pissn", "issnl"):
        electronic = kind in ("eissn", "essn") or "electronic" in attribute_of(node, "displayLabel").lower()
        return links.issn(draft, sent, "eissn" if electronic else "issn")
    if kind in ("isbn", "eisbn", "pisbn"):
        return links.isbn(draft, sent)
    if kind == "doi":
        return links.doi(draft, sent)
    if kind in _OWN:
        return links.identifier(draft, sent, _OWN[kind]) or links.identifier(draft, sent)
    if kind in _OF_OTHERS:
        return links.local(draft, sent, kind)
    if sent.startswith("http"):
        return bags.bag(draft, sent)
    return links.identifier(draft, sent)


_OF_OTHERS = frozenset({
    "oclc", "oclcnumber", "lccn", "isi", "wos", "scopus", "sici", "ismn", "isrc", "isan", "iswc", "govdoc", "stocknumber", "upc",
    "musicpublisher", "ark", "pubsid",
})  # fmt: skip
"""Numbers of databases and catalogues, kept with the name of what gives them."""
_OWN = {
    "hdl": "handle", "handle": "handle", "pmid": "pmid", "pubmed": "pmid", "pmc": "pmcid", "pmcid": "pmcid", "arxiv": "arxiv",
    "url": "url", "reportnumber": "report-number", "report": "report-number", "technicalreport": "report-number", "pii": "pii",
}  # fmt: skip


def address(draft: Draft, node: etree._Element) -> Json:
    """A file where it is called a raw object or looks like one, else the page about the work; a preview is neither."""
    sent, access = said(draft, node), attribute_of(node, "access").strip().lower()
    label = f"{attribute_of(node, 'displayLabel')} {attribute_of(node, 'note')}".lower()
    if not sent:
        return None
    if access in _PREVIEWS or "thumbnail" in label + sent.lower() or "iiif" in label or "preview" in label:
        return "a small picture"
    found = links.form(sent)
    if found is None or found[0] != "url":
        return links.classified(draft, sent, found) if found else None
    primary = attribute_of(node, "usage").strip().lower().startswith("primary")
    full = "fulltext" in squeezed(label) or bags.is_file(found[1])
    if not (full if primary else full or access == "raw object"):
        return links.landing(draft, sent)
    known = next((f for f in draft.files if f.url == found[1]), None)
    if known is None:
        level, until = _free_from(attribute_of(node, "note"), draft.raw.datestamp)
        known = File(url=found[1], access=level, embargo_until=until)
        draft.files.append(known)
    return known


def _free_from(note: str, as_of: str) -> tuple[str | None, str | None]:
    """DiVA's ``free`` and ``free/2015-01-01``: who may read the file, from which day on."""
    word, _, day = note.strip().lower().partition("/")
    if word != "free":
        return None, None
    until = dates.date(day) if day else None
    if until is None:
        return "open", None
    return ("embargoed" if as_of and until > as_of[:10] else "open"), until


_SHELF = re.compile(
    r"(?:box|folder|series|drawer|shelf|map case|reel|carton|flat file|ms\.?|mss\.?)\b.{0,20}\d", re.IGNORECASE
)


def holder(draft: Draft, sent: str) -> Json:
    """Who has the thing; where it stands with them (``Box 1, Folder 3``) is nobody."""
    return None if _SHELF.match(sent) else people.institution(draft, sent, "host")


def condition(draft: Draft, node: etree._Element) -> Json:
    """Access, a licence or a statement. The address of a licence may stand in ``xlink:href``, which DSpace calls simpleLink."""
    kind = squeezed(attribute_of(node, "type"))
    link = (attribute_of(node, "href") or attribute_of(node, "simpleLink") or attribute_of(node, "valueURI")).strip()
    sent = " ".join(said(draft, node).split())
    if "restriction" in kind or "accessrights" in kind:
        levels = (rights.access(said_level) for said_level in (sent, link, link.rpartition("/")[2]) if said_level)
        if (level := next(filter(None, levels), None)) is not None:
            return draft.set("access", level) or level
    if kind.startswith("embargo") and (until := terms.embargo(draft, sent)) is not None:
        return until
    if sent.lower() == "gratis":
        return draft.set("access", "open") or sent  # free to read, as Sweden's repositories say
    found: Json = terms.license_(draft, link) if link.startswith("http") else None
    if not sent or sent == link:
        return found
    if found is not None and len(sent) < ABOUT_A_NAME and rights.licence(sent) == rights.licence(link):
        return found
    return terms.rights_(draft, sent) or found


def degree_of(draft: Draft, node: etree._Element) -> Json:
    """``etd:degree``: name, level, discipline, and who grants it (https://ndltd.org/standards/metadata/)."""
    if said(draft, node, "name"):
        draft.degree.pop("name", None)  # from a note, which has it in fewer words
    found = [degree(draft, sent, part) for part in ("name", "level", "discipline") if (sent := said(draft, node, part))]
    if grantor := said(draft, node, "grantor"):
        found.append(draft.put(draft.institutions, Institution(name=text.plain(grantor), role="awarding")))
    return found or None
