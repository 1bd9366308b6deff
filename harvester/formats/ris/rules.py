"""Rules for the tags of RIS that mean something else here than in repositories."""

from __future__ import annotations

import re

from msgspec import structs

from harvester.clean import citations, dates, identifiers, text, types
from harvester.formats.draft import Draft
from harvester.formats.ris.days import plain_date
from harvester.formats.ris.people import affiliation_of, funding_details
from harvester.formats.rules import bags, links, marks, people, terms, theses, words
from harvester.record import File, Json, Relation

_LOOSE_ISSN = re.compile(r"(?<![\d-])(\d{4})-?(\d{3}[\dXx])(?![\d-])")
_CITED_BY = re.compile(
    r"(?:cited by(?: \(since \d{4}\))?|(?:total )?times cited(?: in web of science core collection)?)\s*:?\s*(\d{1,7})",
    re.IGNORECASE,
)
_HOUSEKEEPING = re.compile(
    r"(?:export date|source|exported on|accessed|date of electronic publication|coden)\s*:.{0,60}"
    r"|(?:date (?:revised|created|completed)|last updated) - .{0,60}"
    r"|copyright - database copyright.{0,120}|correspondence address:.*",
    re.IGNORECASE,
)
"""Of the database, not of the work; where to write to somebody is personal data."""
_CITES = re.compile(r"(?:cited reference count|number of references)\s*:?\s*(\d{1,6})", re.IGNORECASE)
_NEXT_REMARK = re.compile(r"\n|;\s+(?=[A-Z][A-Za-z ]{2,30}\s?:\s)")
"""Scopus writes its remarks one after the other: ``Export Date: 5 June 2024; Cited By: 4; CODEN: JSOMB``."""
_FUNDING = re.compile(r"funding details:\s*(.+)", re.IGNORECASE)
_REFERENCES = "References: "
"""Scopus sends the whole list in a note."""
_TRIAL = re.compile(r"(?:NCT|ISRCTN)\d{8}|ACTRN\d{14}|DRKS\d{8}")
_JSTOR = re.compile(r"ArticleType: ([a-z-]{3,30}) /")
_NLM_CODE = re.compile(r"\d{6}")
_NUMBER_OF_PAGES = re.compile(r"((?:[ivxlc]{1,8}\s?[,+]\s?)?\d{1,5})(?:\s*(?:p|pp|pages|S|s)\.?)?")
_PREPRINT = re.compile(
    r"arxiv(?: preprint)?\b|(?:bio|med|chem|psy|soc|engr)a?rxiv\b|(?:available at )?ssrn (?P<ssrn>\d{5,8})$",
    re.IGNORECASE,
)
_RESOLVER = re.compile(r"[?&](?:url_ver|ctx_ver|rft\.\w+)=")
"""A question to the link resolver of somebody's library (OpenURL) is no address of the work."""
_PMID = re.compile(r"(?:pmid|pubmed)\b", re.IGNORECASE)


def periodical(draft: Draft, sent: str, form: str = "full") -> Json:
    """The journal, book or site that holds the work; the first full title stays, another is the abbreviated one."""
    said = _name_of(sent, form)
    if not said:
        return None
    if match := _PREPRINT.match(said):  # Google Scholar's journal of preprints
        draft.types.append((2, "preprint"))
        if (number := identifiers.arxiv(said)) is not None:
            return draft.identify("arxiv", number, raw=sent)
        if match["ssrn"]:
            return links.local(draft, match["ssrn"], "ssrn")
    if form == "full" and draft.container.setdefault("title", said) == said:
        return said
    if said == draft.container.get("title"):
        return said
    kept = draft.container.setdefault("short_title", said)
    return said if kept == said else None


def book_or_series(draft: Draft, sent: str) -> Json:
    """BT of a chapter: the book, or its series where T2 has the book (ScienceDirect)."""
    return (
        series_title(draft, sent) if draft.container.get("title", sent) != text.title(sent) else periodical(draft, sent)
    )


def _name_of(sent: str, form: str) -> str | None:
    """The full stop at the end of ``Mult. Scler.`` belongs to it."""
    said, plain = text.title(sent), text.plain(sent)
    abbreviated = form == "abbreviated" or (said is not None and "." in said)
    return plain if abbreviated and plain == f"{said}." else said


def proceedings(draft: Draft, sent: str) -> Json:
    """T2 of a conference paper: the conference where C3 has named its proceedings, else these."""
    if "title" not in draft.container:
        return periodical(draft, sent)
    return links.event(draft, sent) or (sent if draft.container["title"] == _name_of(sent, "full") else None)


def series_title(draft: Draft, sent: str) -> Json:
    """The series; Scopus gives a book its own title once more."""
    said = text.title(sent)
    if not said:
        return None
    if any(said == own.title for own in draft.titles):
        return said
    draft.series = draft.series or said
    return draft.put(draft.relations, Relation("is-part-of", "local", said))


def place_of_conference(draft: Draft, sent: str) -> Json:
    """CY of a conference paper: where the conference was, if C1 has the other place or T2 its name (EndNote)."""
    return links.event(draft, sent, "place") if "name" in draft.event else links.venue_or_place(draft, sent)


def department_of_school(draft: Draft, sent: str) -> Json:
    """T2 of a thesis: the department of the university in PB."""
    said = text.plain(sent)
    at = next((at for at, i in enumerate(draft.institutions) if i.role == "awarding" and i.department is None), None)
    if at is None:
        return people.department(draft, sent, "awarding")
    draft.institutions[at] = structs.replace(draft.institutions[at], department=said)
    return said


def issue_elsewhere(draft: Draft, sent: str) -> Json:
    """M1 of an article: its issue where IS is missing (EndNote); or who works where (Embase), or NLM's number of the journal."""
    if re.fullmatch(r"[\w./-]{1,12}", sent) and "issue" not in draft.values and not _NLM_CODE.search(sent):
        return words.number(draft, sent, "issue")
    if match := _JSTOR.match(sent):
        work_type(draft, match[1])
        return None
    return affiliation_of(draft, sent)


def number_of_pages(draft: Draft, sent: str) -> Json:
    """SP of a book or a report: how many pages it has; a range is that of a part."""
    if match := _NUMBER_OF_PAGES.fullmatch(sent):
        return draft.put(draft.extent, f"{match[1]} pages")
    return links.pages(draft, sent) or draft.put(draft.extent, text.plain(sent))


def section_or_page(draft: Draft, sent: str) -> Json:
    """SE of an article: its section in words, or its first page once more, or when it was published online (EndNote)."""
    if sent == draft.values.get("start_page"):
        return sent
    if not re.search(r"\d", sent):
        return words.plain(draft, sent, "part")
    when = plain_date(sent)
    return terms.date(draft, when, "online") if len(dates.date(when) or "") > len("2020") else None


def pages_or_words(draft: Draft, sent: str) -> Json:
    """SP of a page on the web, a program, a picture: a description (EndNote)."""
    return links.pages(draft, sent) or words.description(draft, sent, "note")


def pages_or_length(draft: Draft, sent: str) -> Json:
    """SP of a film: how long it takes (EndNote)."""
    return links.pages(draft, sent) or draft.put(draft.extent, text.plain(sent))


def article_number(draft: Draft, sent: str) -> Json:
    """C7; of what was published online EndNote keeps the number in PubMed Central there, CENTRAL that of the trial."""
    if _TRIAL.fullmatch(sent):
        return draft.identify("trial", sent, "related")
    found = identifiers.pmcid(sent) if sent.upper().startswith("PMC") else None
    return draft.identify("pmcid", found, raw=sent) if found else words.plain(draft, sent, "article_number")


def pages(draft: Draft, sent: str) -> Json:
    """``128-134``; ``128+`` is from that page on."""
    found = links.pages(draft, sent.rstrip("+"))
    return draft.set("article_number", sent) if found is None and citations.ARTICLE_NUMBER.fullmatch(sent) else found


def volumes(draft: Draft, sent: str) -> Json:
    return draft.put(draft.extent, f"{sent} volumes" if sent.isdigit() else text.plain(sent))


def serial_number(draft: Draft, sent: str) -> Json:
    """SN: ISSNs or ISBNs by their form, several of them, with or without hyphens and labels; of a report its number."""
    found: dict[str, Json] = {}
    for piece in re.split(r"[;\n\\]|,\s?|\)\s(?=\d)|\s(?=\d{3}-|\d{9})", sent[:2000]):
        if identifiers.isbn(piece) is not None:
            found[piece] = links.isbn(draft, piece)
        else:
            electronic = "eissn" if re.search(r"online|electronic|\be-?issn", piece, re.IGNORECASE) else "issn"
            pairs = [identifiers.issn(f"{m[1]}-{m[2]}") for m in _LOOSE_ISSN.finditer(piece)]
            found[piece] = [links.issn(draft, pair, electronic) for pair in pairs if pair is not None]
    if known := all_but_wrong(draft, found):
        return known
    if not any(kind in ("report", "policy-report", "standard", "patent") for _, kind in draft.types):
        return links.issn(draft, sent)
    return draft.identify("report-number", text.plain(sent))


def all_but_wrong(draft: Draft, found: dict[str, Json]) -> list[Json]:
    """What was read of the numbers in one field; a wrong one beside a right one is kept as it came, 0000-0000 is none."""
    known = [value for value in found.values() if value]
    for piece, value in found.items():
        if known and not value and re.search(r"[1-9].*\d", piece):
            draft.extra.setdefault(draft.path, []).append(piece.strip())
    return known


def accession(draft: Draft, sent: str) -> Json:
    """AN: a number of a database, told by its form or label; it never unites records otherwise."""
    if (pmid := identifiers.pmid(sent)) is not None and _PMID.search(sent):
        return draft.identify("pmid", pmid, raw=sent)
    if (found := identifiers.classify(sent)) is not None and found[0] in ("doi", "pmcid", "arxiv"):
        return links.classified(draft, sent, found)
    return draft.identify("local", text.plain(sent), "version") if sent != draft.raw.identifier else sent


def key(draft: Draft, sent: str) -> Json:
    """ID: a key that is good within its file, unless it is a DOI, a handle or an OAI identifier with its name before it."""
    if (found := identifiers.classify(sent)) is not None and re.match(r"(?:doi|hdl|oai|pmid|https?):", sent):
        return links.classified(draft, sent, found)
    return sent if sent == draft.raw.identifier else draft.identify("local", text.plain(sent), "version")


def journal_or_central(draft: Draft, sent: str) -> Json:
    """C3 of an article without T2: the journal (Scopus), or of an electronic one its number in PubMed Central (EndNote)."""
    return central(draft, sent) or (periodical(draft, sent) if re.search(r"[^\W\d]{4}", sent) else None)


def central(draft: Draft, sent: str) -> Json:
    """C2 of EndNote: PMC3333333."""
    found = identifiers.pmcid(sent)
    return draft.identify("pmcid", found, raw=sent) if found else None


def address(draft: Draft, sent: str) -> Json:
    """UR: DOIs and handles by their resolvers, files, pages; one line may hold several."""
    found: list[Json] = []
    for piece in re.split(r"[\s]+|;(?=https?:)", sent):
        if match := re.match(r"(?:ISI>|ISI)://(?:WOS:)?(\w+)", piece):  # <Go to ISI>://WOS:000123
            found.append(links.local(draft, match[1], "wos"))
        elif _RESOLVER.search(piece):
            continue
        elif (url := identifiers.url(piece)) is not None and bags.is_file(url):
            found.append(bags.file(draft, url))
        elif url is not None or identifiers.classify(piece) is not None:
            found.append(links.identifier(draft, piece))
    return [f for f in found if f] or None


def attachment(draft: Draft, sent: str, mime: str = "") -> Json:
    """L1 and L4: a file on the web; one on somebody's disk is nobody else's."""
    url = identifiers.url(sent) if "://" in sent or sent.startswith("www.") else None
    if url is None or not url.startswith("http"):
        return None
    known = next((f for f in draft.files if f.url == url), None)
    if known is not None:
        return known
    return draft.put(draft.files, File(url=url, mime=mime if mime and url.lower().endswith(".pdf") else None))


def keyword(draft: Draft, sent: str) -> Json:
    """KW: one a line, or a list; Ovid marks the main ones with a star."""
    found = [
        words.subject(draft, piece.replace("/*", "/").strip("* ")) for piece in sent.split("\n") if piece.strip("* ")
    ]
    return [f for f in found if f] or None


def abstract(draft: Draft, sent: str) -> Json:
    """AB and N2: the abstract; where both are there and differ, N2 is a note."""
    known = [d.text for d in draft.descriptions if d.type == "abstract"]
    if text.abstract(sent) in known:
        return sent
    return words.description(draft, sent, "note" if known else "abstract")


def remark(draft: Draft, sent: str) -> Json:
    """N1: notes, and what has no tag: a DOI, how often it was cited, that it was retracted, who paid."""
    if (where := affiliation_of(draft, sent)) is not None:
        return where  # Ovid has it in M2
    if (status := marks.mark(draft, sent)) is not None:
        return status
    if (
        len(sent) < 120
        and identifiers.dois(sent)
        and re.match(r"(?:doi\s*:?\s*)?(?:https?://\S*)?10\.\d{4,9}/\S+$", sent, re.I)
    ):
        return links.doi(draft, sent)
    if sent.startswith(_REFERENCES):
        return None
    if match := _FUNDING.fullmatch(sent):
        return funding_details(draft, match[1])
    found: list[Json] = []
    for line in sent.split("\n\n") if "\n\n" in sent else [sent]:
        pieces = [piece for piece in _NEXT_REMARK.split(line) if piece.strip()]
        rest = [piece for piece in pieces if not _of_the_database(draft, piece)]
        if rest:
            found.append(words.description(draft, line if rest == pieces else "\n".join(rest), "note"))
        if rest != pieces:
            found.append(line)
    return found or None


def _of_the_database(draft: Draft, remark: str) -> bool:
    """Whether it says how often a work was cited or cites, which is kept, or when somebody took it from there."""
    for counted, element in ((_CITED_BY, "cited_by_count"), (_CITES, "references_count")):
        if match := counted.match(remark):
            draft.set(element, int(match[1]))
            return True
    return _HOUSEKEEPING.fullmatch(remark) is not None


def work_type(draft: Draft, sent: str) -> Json:
    """M3: what kind of article, thesis or report it is; old exports have the DOI here."""
    if identifiers.doi(sent) is not None:
        return links.doi(draft, sent)
    draft.type_raw.append(sent)
    degree_of(draft, sent)
    found = types.resource_type(sent)
    if found is not None and found != "other" and (not draft.types or _narrows(draft.types[0][1], found)):
        draft.types.append((2, found))
    return found or sent


def type_in_database(draft: Draft, sent: str) -> Json:
    """What Scopus calls it is nearer to it than TY: chapters and papers in a series come as BOOK, SER or JOUR."""
    found = work_type(draft, sent)
    kind = types.resource_type(sent)
    if kind in ("chapter", "conference-paper", "book", "proceedings") and (2, kind) not in draft.types:
        draft.types.append((2, kind))
    return found


def degree_of(draft: Draft, sent: str) -> None:
    """``Ph.D.`` where the type of a thesis stands is its degree."""
    is_thesis = any(kind.endswith("thesis") for _, kind in draft.types)
    if (
        is_thesis
        and theses.degree_level(sent)
        and not re.search(r"thesis|dissertation|thèse|tesis", sent, re.IGNORECASE)
    ):
        theses.degree(draft, sent)


def _narrows(kind: str, found: str) -> bool:
    """Whether RIS has one type for both: a review article is a JOUR too."""
    name = types.name_in("ris", found) or ""
    return name == types.name_in("ris", kind) or types.named("ris", name) == kind
