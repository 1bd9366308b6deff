"""Rules for unqualified Dublin Core, where one element holds what other formats keep in ten.

Each looks at the form of a value to tell what it is: ``dc:identifier`` may be a DOI, a handle, an ISSN, a grant number or
a whole citation.
"""

from __future__ import annotations

import re

from harvester.clean import citations, identifiers, relations, text
from harvester.formats import cited
from harvester.formats.draft import ABOUT_A_NAME, Draft
from harvester.formats.rules import links, people, terms, words
from harvester.record import Description, File, Funding, Json

_FILE = re.compile(r"\.(?:pdf|docx?|pptx?|xlsx?|odt|rtf|epub|zip|tar|gz|csv|txt|ps|jpe?g|png|tiff?|mp[34]|wav)$", re.I)
_THUMBNAIL = re.compile(r"/thumbnail\.\w{3,4}$|/thumbnails?/", re.I)
"""Digital Commons sends the address of a small picture of the first page as a description."""
_FILE_PATH = re.compile(
    r"/viewcontent\.cgi$|/bitstreams?/|/fulltext/|/download(?:/\d+)?/?$|/type/native/viewcontent$"
    r"|/(?:article-file|file|outputfile)/\d+/?$",
    re.I,
)
_NO_FUNDER = re.compile(
    r"\b(?:universit|departments?\b|facult|school|college\b(?!.*fund)|librar|institut[ei] (?!.*research)"
    r"|conference\b|symposi|congress\b|workshop|meeting\b)",
    re.I,
)
_PROVENANCE = re.compile(
    r"(?:Submitted by|Made available in|Approved for entry|Item withdrawn by|Rejected by|Restored by)\b.{0,300}?"
    r"\d{4}-\d\d-\d\dT\d\d:",
    re.S,
)
"""What DSpace notes in dc.description.provenance; old versions let it into oai_dc."""
_SERIES = re.compile(r"[^;]{0,100};\s?(?=\D{0,40}\d)[^;]{1,60}|[^;]{2,100} series;", re.I)
"""DSpace's ``Series;number``, told by its form where the platform is not known."""
_ISBN_FIRST = re.compile(r"97[89]-[\d-]{10,13}\d\b")
"""Libraries write binding and price behind it."""
_MIME = re.compile(r"([a-z]+/[\w.+-]+)(?:\s*;.*|\s+(https?://\S.*))?")
_DIGIT = re.compile(r"\d")
"""Every identifier has one; most titles of journals have none."""
_PERSON = re.compile(r"\w+ (?:[A-Z]\. )+\w+")
"""bepress sends the owner of a page, ``Ryan C. Alaniz``, as dc:source."""
_REFERENCE = re.compile(r"\[?\d{1,3}[\].)]|[^,.;]+,? [A-Z](?:\.|[A-Z]?[.,] )")
"""How an entry of a list of references begins: ``1. Smith J. Leading. BMJ Leader``."""
_HOLDER = re.compile(
    r"(?:reponame|instacron|collname):|biblioth(?:\u00e8|e)que (?:nationale|municipale|universitaire|de)\b|national library\b"
    r"|biblioteca (?:nacional|nazionale|universitaria|de|di)\b|library of congress\b|university librar|british library\b",
    re.I,
)
"""Who keeps the thing, or where the record comes from: no journal."""
_RELATED = re.compile(
    r"(is[A-Z][A-Za-z]{3,20}|has[A-Z][a-z]{3,10}|replaces|requires)[:\s]+(?=https?://|doi:|10\.|info:|urn:|hdl:)"
)
"""``isReplacedBy https://...``: the refinement of DCMI before the value."""
_SUPPLEMENT = re.compile(r"(?:In )?[Ss]upplement to: ?(?=\S)")
"""PANGAEA: what the data belong to, not where they appeared."""
_PARTS = r"\b(?:p(?:ages?|p?\.)|vol\.?|n[u\u00fa]m\.?|n[r\u00ba\u00b0]\.?) ?\d|\bissn\b"
_PAGED = re.compile(_PARTS, re.I)
_SENTENCE = re.compile(rf",.*\d|\d ?\(\w{{1,6}}\)|\u27e8|<\w|\d{{4}}\)?[.,] |; .*; |{_PARTS}", re.I)
"""What stands in a citation and not in the name of a journal; the title of a book may have more of it."""
_OF_JOURNALS = {"issn": "issn", "pissn": "issn", "lissn": "issn", "eissn": "eissn"}
_CLASS_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,6})?")


def is_file(url: str) -> bool:
    """Whether a URL is that of a file rather than of a page about it.

    >>> is_file("http://cogprints.org/9686/1/UTS%20ARTICLE.pdf"), is_file("http://cogprints.org/9686/")
    (True, False)
    """
    path = links.path_of(url)
    return bool(_FILE.search(path) or _FILE_PATH.search(path))


def bag(draft: Draft, sent: str) -> Json:
    """dc:identifier: order carries no meaning, the form tells; a sentence may be a citation, which the title will tell."""
    if sent.startswith(("http://", "https://")) and " " not in sent:
        return _url(draft, sent)
    if len(sent) > 60 and sent.count(" ") > 5:
        return (links.isbn(draft, sent) if _ISBN_FIRST.match(sent) else None) or links.citation(draft, sent)
    found = links.form(sent)
    if (found is None or (len(sent) > 30 and " " in sent)) and citations.citation(sent) is not None:
        return links.citation(draft, sent)
    return links.classified(draft, sent, found)


def _url(draft: Draft, sent: str) -> Json:
    found = links.form(sent)
    if found is None or found[0] != "url":
        return links.classified(draft, sent, found)
    url = found[1]
    if is_file(url):
        return file(draft, url)
    if (candidate := identifiers.candidate_doi(url)) is not None:
        draft.identify("doi", candidate, "candidate", sent)
    address, _, fragment = url.partition("#")  # of a page that a program makes: https://aoe.fi/#/materiaali/12
    is_page = links.path_of(url).strip("/") or address.partition("?")[2] or "/" in fragment
    return draft.identify("url", url, "self" if is_page else "container", sent)


def file(draft: Draft, url: str) -> File:
    found = File(url=url)
    return draft.put(draft.files, found)


def is_reference(sent: str) -> bool:
    return sent.startswith(("/*ref*/", "reference")) or "semantics/reference" in sent


def loose_relation(draft: Draft, sent: str) -> Json:
    """dc:relation: own identifiers only where the value says so (``altIdentifier``); cited works never are."""
    if sent.startswith("info:eu-repo/grantAgreement/"):
        return people.grant_agreement(draft, sent)
    if "info:eu-repo/semantics/altIdentifier/" in sent:
        return _alternative(draft, sent.partition("/altIdentifier/")[2])
    if sent.startswith("vignette : "):
        return None  # the address of a small picture, as French libraries send it
    if is_reference(sent):
        cited = re.sub(r"^/\*ref\*/|^references?:?\s*|^.*semantics/references?/", "", sent)
        if cited.startswith("issn/"):  # nobody cites a journal: OpenEdition sends its own so
            return links.issn(draft, cited[5:])
        return links.relation(draft, cited or sent, "references")
    if (said := _RELATED.match(sent)) is not None and (kind := relations.relation("dcterms", said[1])) is not None:
        return links.relation(draft, sent[said.end() :], kind)
    found = links.form(sent) if "://" in sent or _DIGIT.search(sent) else None
    if found is not None and (found[0] != "issn" or not _SERIES.fullmatch(sent)):
        return links.related(draft, sent, "other", found if len(sent) < 2000 else None)
    if (parsed := citations.citation(sent)) is not None and (parsed.volume or parsed.issue):
        if _REFERENCE.match(sent) or not text.plain(sent).startswith(parsed.container or ""):
            return links.related(draft, sent, "other", None)  # with its authors: another work
        return source(draft, sent)
    if _SERIES.fullmatch(sent):
        return links.series(draft, sent)
    if (
        draft.dialect == "dspace"
        and len(sent) < ABOUT_A_NAME
        and (not sent[-1].isdigit() or links.VOLUME.fullmatch(sent))
    ):
        return links.container(draft, sent)
    return None  # 34, or Research Council: 123456


def _alternative(draft: Draft, sent: str) -> Json:
    """``scheme/value`` as OpenAIRE writes other identifiers of the work, and those of its journal.

    https://guidelines.openaire.eu/en/latest/literature/field_alternativeidentifier.html
    """
    scheme, _, value = sent.partition("/")
    scheme = scheme.lower()
    if scheme in _OF_JOURNALS:
        return links.issn(draft, value, _OF_JOURNALS[scheme])
    if scheme == "isbn":
        return links.isbn(draft, value)
    if scheme in ("hdl", "handle"):
        return links.identifier(draft, value, "handle")
    if scheme == "wos":
        return links.local(draft, value, "isi")
    if scheme == "url":
        url = identifiers.url(value)
        return draft.identify("url", url, "version", sent) if url else None
    return links.identifier(draft, value if value.startswith((f"{scheme}:", "http")) else f"{scheme}:{value}")


def source(draft: Draft, sent: str) -> Json:
    """dc:source: the journal with volume, issue and pages (OJS, DOAJ), its ISSN, or its bare name.

    Of a sentence that no form fits, only an ISSN is taken: it is no name of a journal.
    """
    if len(sent) <= 30 and (found := identifiers.issns(sent)):
        return links.issn(draft, sent) or found
    if sent[:4] in ("URI:", "URL:"):  # Hypotheses
        sent = sent[4:].strip()
    if sent.startswith(("http://", "https://", "10.", "doi:", "urn:", "info:")):
        return links.relation(draft, sent, "is-derived-from")
    if (supplemented := _SUPPLEMENT.match(sent)) is not None:
        return links.relation(draft, sent[supplemented.end() :], "is-supplement-to")
    parsed = cited.read_citation(sent, draft.titles[0].title if draft.titles else None)
    if parsed is not None:
        draft.citation = draft.citation or parsed
        if "issn" in sent.lower():
            links.issn(draft, sent)
        return parsed
    if links.VOLUME.fullmatch(sent):
        return links.container(draft, sent)
    if sent.startswith("instname:"):  # as harvesters in Latin America mark where a record comes from
        return people.institution(draft, sent.removeprefix("instname:"))
    if len(sent) > ABOUT_A_NAME:
        return None
    if (_PAGED if any(kind == "chapter" for _, kind in draft.types) else _SENTENCE).search(sent):
        if identifiers.issns(sent):
            links.issn(draft, sent)
        return None
    if draft.dialect == "dspace" or _PERSON.fullmatch(sent) or _HOLDER.match(sent):
        return None
    return links.container(draft, sent)


def is_provenance(sent: str) -> bool:
    """Whether DSpace noted here who submitted, approved or withdrew the item: such notes name people, and are never kept."""
    return _PROVENANCE.match(sent) is not None


def loose_description(draft: Draft, sent: str) -> Json:
    """dc:description without a qualifier: what it is comes out when all are there."""
    if sent.startswith(("http://", "https://")) and " " not in sent:
        return None if _THUMBNAIL.search(sent) else _url(draft, sent)
    if _CLASS_NUMBER.fullmatch(sent):
        return words.subject(draft, sent, "ddc")
    if len(sent) < 40 and (reviewed := terms.peer_reviewed(draft, sent)) is not None:
        return reviewed
    if is_provenance(sent):
        draft.find("provenance-dropped", "descriptions", "a note on who submitted the item was left out")
        return "names people"
    sent = words.untagged(draft, sent)
    found = text.abstract(sent)
    if found is None:
        return None
    markup = sent if text.has_markup(sent) else None
    draft.loose_descriptions.append(Description(found, "", draft.tag, markup))
    return found


def dspace_contributor(draft: Draft, sent: str) -> Json:
    """DSpace: dc:contributor holds advisors, editors, sponsors and affiliations, undistinguished.

    Organisations whose names say that they pay for research are sponsors; all others, and people, are contributors of unknown
    role: a wrong sponsor is worse than none.
    """
    found = people.contributors(sent, "other")
    if len(found) == 1 and found[0].kind == "organisation" and people.is_payer(sent) and not _NO_FUNDER.search(sent):
        funding = Funding(funder_name=found[0].name)
        return draft.put(draft.funding, funding)
    draft.contributors += found
    return found or None


def extent(draft: Draft, sent: str) -> Json:
    """dc:format: a media type, or pages, or the size of the thing."""
    mime = _MIME.fullmatch(sent)
    if mime is not None and (url := identifiers.url(mime[2]) if mime[2] else None) is not None:
        draft.files.append(File(url=url, mime=mime[1]))
        return draft.files[-1]
    if mime is not None:
        draft.mimes.append((draft.path, mime[1]))
        return mime[1]
    return links.pages(draft, sent) if not sent.isdigit() else None
