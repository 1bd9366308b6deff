"""Rules for the fields of BibTeX that mean something else here than in repositories. Values come as plain text."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from msgspec import structs

from harvester import schemas
from harvester.clean import citations, identifiers, latex, text, types
from harvester.formats.bibtex.names import contributors
from harvester.formats.draft import ABOUT_A_NAME, Draft
from harvester.formats.ris import rules as ris
from harvester.formats.rules import bags, links, terms, words
from harvester.record import Contributor, File, Funding, Json, Subject

_DEGREES = {
    "phdthesis": "doctoral-thesis",
    "mathesis": "masters-thesis",
    "bathesis": "bachelors-thesis",
    "candthesis": "thesis",
}
"""Keys of biblatex for the type of a thesis."""


def people(draft: Draft, sent: str, role: str = "author") -> Json:
    """Names in LaTeX: only there do braces say what belongs together."""
    found = contributors(sent, role)
    draft.contributors += found
    return found or None


def bodies(draft: Draft, sent: str, role: str = "author") -> Json:
    """``ATLAS, CMS``: the collaborations in whose name the authors write (INSPIRE)."""
    named = [name for part in latex.text(sent).split(",") if (name := text.plain(part))]
    known = {c.name for c in draft.contributors}
    draft.contributors += [Contributor(name, role, "organisation") for name in named if name not in known]
    return named or None


def acknowledged(draft: Draft, sent: str) -> Json:
    """``National Park Service [P17AC01178, P18]; Wellcome``: who paid, and their grants (Web of Science)."""
    found: list[Json] = []
    for match in _ACKNOWLEDGED.finditer(sent):
        name = text.plain(match[1])
        numbers: list[str | None] = [g for part in re.split(r"[,;]", match[2] or "") if (g := part.strip())] or [None]
        if name and len(name) > ABOUT_A_NAME:
            return None
        found += [
            draft.put(draft.funding, Funding(funder_name=name, award_number=number)) for number in numbers if name
        ]
    return found or None


_ACKNOWLEDGED = re.compile(r"([^\[\];]{2,1000})(?:\[([^\[\]]{1,1000})\])?")


def container(draft: Draft, sent: str) -> Json:
    """A journal; astronomers write macros that each of their styles defines: ``\\mnras``."""
    return ris.periodical(draft, _journals().get(sent, sent) if sent[:1] == "\\" else sent)


@cache
def _journals() -> dict[str, str]:
    names: dict[str, str] = schemas.table("crosswalks/bibtex")["journals"]
    return {f"\\{macro}": name for macro, name in names.items()}


def article_number(draft: Draft, sent: str) -> Json:
    """eid: at ADS also that of a preprint, ``arXiv:2009.12318``."""
    if sent[:6].lower() == "arxiv:" and (found := identifiers.arxiv(sent)) is not None:
        return draft.identify("arxiv", found, raw=sent)
    return words.plain(draft, sent, "article_number")


def abbreviated(draft: Draft, sent: str) -> Json:
    return ris.periodical(draft, sent, "abbreviated")


def series_title(draft: Draft, sent: str) -> Json:
    """A series by its name; that of a journal (``newseries``, ``4``) is none."""
    return None if sent.isdigit() or sent in ("newseries", "oldseries") else ris.series_title(draft, sent)


def volumes(draft: Draft, sent: str) -> Json:
    return ris.volumes(draft, sent)


def number_of_pages(draft: Draft, sent: str) -> Json:
    return ris.number_of_pages(draft, sent)


def pages_or_number(draft: Draft, sent: str) -> Json:
    """A range, or what journals without pages write there; ``14`` of a book is how many it has."""
    if re.fullmatch(r"20\d\d-\d\d", sent.replace("\u2013", "-")) and (2, "preprint") in draft.types:
        return None  # Google Scholar has a month there
    if sent[:6].lower() == "arxiv:":
        return article_number(draft, sent)
    found = citations.pages(sent.rstrip("+"))  # 73+: from that page on
    if found is None:
        counted = re.fullmatch(r"\d+\s*(?:p|pp|pages|S)\.?", sent)
        return ris.number_of_pages(draft, sent) if counted else ris.pages(draft, sent)
    if found.pages == draft.values.get("article_number"):
        return found
    return links.pages(draft, sent.rstrip("+"))


def volume(draft: Draft, sent: str) -> Json:
    """dblp has the number of a preprint here: ``abs/1901.00001`` of the "journal" CoRR."""
    if sent.startswith("abs/") and (found := identifiers.arxiv(sent.removeprefix("abs/"))) is not None:
        draft.container.pop("title", None)
        draft.types.append((2, "preprint"))
        return draft.identify("arxiv", found, raw=sent)
    return words.number(draft, sent, "volume")


def event_days(draft: Draft, sent: str) -> Json:
    """``2019-11-05/2019-11-06``"""
    start, _, end = sent.partition("/")
    return [links.event(draft, start, "start"), links.event(draft, end, "end") if end else None]


def sponsor_of_event(draft: Draft, sent: str) -> Json:
    return links.event(draft, sent, "sponsor")


def address(draft: Draft, sent: str) -> Json:
    found = [f for piece in sent.split() if (f := _address(draft, piece)) is not None]
    return found or None


def _address(draft: Draft, sent: str) -> Json:
    url = identifiers.url(sent)
    if url is None:
        return links.identifier(draft, sent) if identifiers.classify(sent) is not None else None
    return bags.file(draft, url) if bags.is_file(url) else links.identifier(draft, url)


def attachment(draft: Draft, sent: str) -> Json:
    url = identifiers.url(sent) if sent.startswith(("http", "www.")) else None
    return draft.put(draft.files, File(url=url)) if url else None


def how_published(draft: Draft, sent: str) -> Json:
    """A URL; else where it appeared: a site, ``Preprint``; or when somebody looked at it."""
    said = _AVAILABLE.sub("", sent)
    if _LOOKED_AT.search(sent) or _FILE_NAME.fullmatch(sent):
        return ris.remark(draft, sent)
    if re.match(r"(?:https?://|www\.)\S+$", said):
        return address(draft, said)
    if (found := types.resource_type(said)) is not None and found != "other":
        return work_type(draft, said)
    if re.match(r"(?:doi:?\s*)?10\.\d{4,9}/\S+$", said, re.IGNORECASE):
        return links.doi(draft, said)
    if by := re.match(r"(?:printed|published|distributed) by (?:the )?([A-Z].+)$", said, re.IGNORECASE):
        return words.plain(draft, by[1], "publisher")
    if draft.type_raw[:1] == ["booklet"] or re.search(r"\b(?:printed|published)$", said):
        return words.description(draft, sent, "note")  # Privately printed
    return (
        words.description(draft, sent, "note")
        if len(said.split()) > 6 or "title" in draft.container
        else container(draft, said)
    )


def eprint(draft: Draft, sent: str) -> Json:
    """``eprinttype:value``; the type is that of archiveprefix or eprinttype, and arXiv where neither is given."""
    kind, _, value = sent.partition("\t")
    if kind in ("arxiv", "") and (found := identifiers.arxiv(value)) is not None:
        if draft.type_raw[:1] in (["misc"], ["online"], ["unpublished"]) and "title" not in draft.container:
            draft.types.append((2, "preprint"))  # as arXiv itself exports them
        return draft.identify("arxiv", found, raw=value)
    if kind in ("pubmed", "pmid") and (found := identifiers.pmid(value)) is not None:
        return draft.identify("pmid", found, raw=value)
    if kind in ("hdl", "handle") and (found := identifiers.handle(value)) is not None:
        return draft.identify("handle", found, raw=value)
    if value.startswith("http"):
        return address(draft, value)
    return links.local(draft, value, kind) if kind else None


def isbns(draft: Draft, sent: str) -> Json:
    """One or several, with their bindings."""
    if (issns := identifiers.issns(sent)) and identifiers.isbn(sent) is None:
        return [links.issn(draft, issn) for issn in issns]  # Mendeley keeps both in one field
    pieces = re.split(r"[,;]| (?=97[89][\d-])| and ", " ".join(sent.split()))
    return ris.all_but_wrong(draft, {piece: links.isbn(draft, piece) for piece in pieces if piece.strip()}) or None


def keywords(draft: Draft, sent: str, scheme: str = "") -> Json:
    """Commas divide them, or semicolons where there are some; what braces hold together came with its commas hidden."""
    mark = ";" if ";" in sent else ","
    found = [
        _whole(draft, said, scheme)
        if HIDDEN[";"] in said
        else words.subject(draft, said.replace(HIDDEN[","], ","), scheme)
        for piece in sent.split(mark)
        if (said := text.plain(piece.strip("* ")))  # a star is on the main ones (MEDLINE by EndNote)
    ]
    return [f for f in found if f] or None


_AVAILABLE = re.compile(r"^(?:(?:also )?available (?:at|from|online at)|online at|url):?\s*", re.IGNORECASE)
_LOOKED_AT = re.compile(r"\b(?:accessed|retrieved|visited|checked|abgerufen|consult[ée]e?)\b", re.IGNORECASE)
_FILE_NAME = re.compile(r"[\w-]{1,100}\.(?:pdf|ps|html?|docx?)", re.IGNORECASE)
_STATUS = re.compile(r"(?:in|to|im) (?:press|appear)|accepted|forthcoming|submitted", re.IGNORECASE)


def _whole(draft: Draft, said: str, scheme: str) -> Json:
    """A term with marks in it that otherwise divide terms."""
    found = Subject(said.replace(HIDDEN[","], ",").replace(HIDDEN[";"], ";"), scheme)
    draft.subjects[found] = None
    return found


HIDDEN: Final = {",": "\ue000", ";": "\ue001"}
"""Stand for the marks within braces until the keywords are divided."""


def babel(draft: Draft, sent: str) -> Json:
    """A language by its name for babel (``ngerman``), else by any other."""
    found = [
        words.language(draft, _babel().get(part.strip().lower(), part.strip()))
        for part in sent.split(",")
        if part.strip()
    ]
    return [f for f in found if f] or None


@cache
def _babel() -> dict[str, str]:
    names: dict[str, str] = schemas.table("crosswalks/bibtex")["babel"]
    return names


def remark(draft: Draft, sent: str) -> Json:
    """note: that it was retracted, a URL, a DOI, or a remark."""
    if re.match(r"(?:https?://|www\.)\S+$", bare := _AVAILABLE.sub("", sent)):
        return address(draft, bare)
    if re.fullmatch(r"(?:PMID|PMCID):? ?(?:PMC)?\d+", sent):
        return links.identifier(draft, sent)
    if re.match(r"(?:in|to|im) (?:press|appear)|accepted|forthcoming|submitted", sent, re.IGNORECASE) and terms.status(
        draft, sent
    ):
        return sent
    return ris.remark(draft, sent)


def work_type(draft: Draft, sent: str) -> Json:
    """type: what kind of thesis or report; it makes the kind of the entry narrower, never another."""
    draft.type_raw.append(sent)
    if sent.lower() not in _DEGREES:
        ris.degree_of(draft, sent)
    found = _DEGREES.get(sent.lower()) or types.resource_type(sent)
    kind = draft.types[0][1] if draft.types else ""
    if found and found != "other" and (not kind or _narrows(kind, found)):
        draft.types.append((2, found))
    return found or sent


def type_in_database(draft: Draft, sent: str) -> Json:
    """document_type of Scopus, which has chapters as @BOOK and papers in a series as @ARTICLE."""
    return ris.type_in_database(draft, sent)


def orcids(draft: Draft, sent: str) -> Json:
    """``Bell, Amina/0000-0002-1825-0097`` in lines: for the one person of that name (Web of Science)."""
    found: list[Json] = []
    for match in _NAMED_ORCID.finditer(sent):
        number = identifiers.orcid(match[2])
        of_name = [at for at, c in enumerate(draft.contributors) if c.name == " ".join(match[1].split())]
        if number is not None and len(of_name) == 1:
            draft.contributors[of_name[0]] = structs.replace(draft.contributors[of_name[0]], orcid=number)
            found.append(number)
    return found or None


_NAMED_ORCID = re.compile(r"([^/]{3,100})/([\dXx]{4}(?:-[\dXx]{4}){3})\s*")


def _narrows(kind: str, found: str) -> bool:
    if kind.endswith("thesis"):
        return found.endswith("thesis")
    name = types.name_in("bibtex", found) or ""
    return name == types.name_in("bibtex", kind) or types.named("bibtex", name) == kind
