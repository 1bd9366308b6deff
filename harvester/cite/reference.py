"""One reference as it is written in a list: authors, title, date and address, as far as they are certain.

Read are the styles that lists of papers are written in: ``Surname, I. Title. 29 January 2021. URL``; Vancouver, Harvard and APA,
and those that put the title in quotation marks. What is not certain stays unread: a line without a title is no reference.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from msgspec import Struct, structs

from harvester.cite import people
from harvester.cite.people import People
from harvester.clean import citations, dates, identifiers, text, types
from harvester.clean.names import Name

_IN_BRACKETS = re.compile(
    r"\s*[.,]?\s*[(\[](?P<date>(?:19|20)\d\d[a-z]?(?:,\s?[^()\[\]]{1,30})?|n\.d\.|no date|in press|forthcoming|submitted)"
    r"[)\]]\s*[.,:]?\s+"
)
_BARE_YEAR = re.compile(r"[.,]?\s*(?P<date>(?:19|20)\d\d)[a-z]?[.,:]\s+")
_QUOTED = re.compile(r"[\"“‘'«](?P<title>[^\"“”«»]{8,400}?)[,.]?[\"”’'»](?=[\s.,;(]|$)[.,]?\s*")
_SENTENCE = re.compile(
    r"(?P<title>.{4,500}?(?:[?!](?=\s|$)|(?<!\b[A-Z])(?<!\b[DMS][rst])(?<!\bMrs)(?<!\bProf)(?<!\bvs)\.(?=\s+(?:[A-Z0-9(\[]|https?:)|\s*$)))\s*"
)
_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec|Spring|Summer|Autumn|Fall|Winter)[a-z]{0,6}\.?"
_DAY_MONTH = rf"\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? {_YEAR}"
_MONTH_DAY = rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?, {_YEAR}"
_DATE = re.compile(
    rf"(?<![\w/-])(?:{_DAY_MONTH}|{_MONTH_DAY}|{_YEAR}[- /]\d{{1,2}}[- /]\d{{1,2}}"
    rf"|{_YEAR} {_MONTH}(?: \d{{1,2}})?(?=[;:.])|{_MONTH} {_YEAR}|{_YEAR})(?![\w/-])"
)
_NOISE = re.compile(
    r"\[(?:online|internet|cited [^\]]{4,30}|accessed [^\]]{4,40}|epub ahead of print|preprint)\]"
    r"|\(?(?:last )?(?:accessed|cited|viewed|retrieved|consulted)(?: on)?:?,? "
    r"(?:\d{1,2} [A-Z][a-z]{2,8}\.? \d{4}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}|\d{4}[- /]\d{1,2}[- /]\d{1,2})"
    r"\)?,?(?: from:?| at:?)?\.?"
    r"|\b(?:available (?:from|at|online)(?: at)?|retrieved from|accessed (?:from|at)|read (?:it )?(?:at|here)|url|link)"
    r"\s*:?(?=\s|$)"
    r"|\b(?:last )?(?:updated|modified|reviewed)(?: on)?:? "
    r"(?:\d{1,2} [A-Z][a-z]{2,8}\.? \d{4}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4})\.?"
    r"|\bepub \d{4} [a-z]{3}(?: \d{1,2})?\.?|\bPMC?ID:? ?(?:PMC)?\d{4,10}\b[.;]?"
    r"|\b(?:doi|digital object identifier)\s*:?\s*(?=$|[.;\s])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<?(?:https?://|www\.)\S+>?", re.IGNORECASE)
_DOI_TOKEN = re.compile(r"(?:\bdoi:?\s*)?\b10\.\d{4,9}/\S+", re.IGNORECASE)
_LAST_SENTENCE = re.compile(r"(.+)([?.!])\s+(\S.*)")
_KIND = re.compile(r"\s*(?:\[([^\[\]]{3,40})\]|\(((?:Doctoral|Master|PhD|MSc|MD)[^()]{3,100})\))[.,]?$")
"""What a work is, behind its title: ``[PhD thesis]``, ``(Doctoral dissertation, University of Leeds)``."""
_EDITION = re.compile(r"\s*\((\d{1,2}(?:st|nd|rd|th) edn?\.?|\d{1,2}(?:st|nd|rd|th) edition)\)\.?$", re.IGNORECASE)
_MONTHS = re.compile(r"((?:19|20)\d\d)(?: [A-Z][a-z]{2,8}\.?(?:[-–/][A-Z][a-z]{2,8}\.?)?(?: \d{1,2})?)?;\s*")
_SUPPLEMENT = re.compile(r";(\d{1,4})\s?Suppl\.?( \w{1,3})?(?:\([^()]{1,20}\))?(?=:)")
_YEAR_INSIDE = re.compile(
    r"((?:vol|no)\. ?\w{1,8}), (?:[A-Z][a-z]{2,8}\.? )?((?:19|20)\d\d), (pp?\. ?\w{1,9}(?:[-–]\w{1,9})?)"
)
_SHORTEST: Final = 8
"""Characters of a title."""


class Reference(Struct, frozen=True, omit_defaults=True):
    """What is certain of one line."""

    raw: str
    title: str
    authors: tuple[Name, ...] = ()
    edited: bool = False
    """Those named edited it."""
    edition: str | None = None
    type: str | None = None
    """Where the line says in brackets what it is: ``[PhD thesis]``."""
    et_al: bool = False
    """There are more authors than are named."""
    date: str | None = None
    """EDTF."""
    url: str | None = None
    """Where the line says that it is; not a DOI's resolver."""
    doi: str | None = None
    candidate: str | None = None
    """The DOI that the address implies by its form."""
    container: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None

    @property
    def year(self) -> int | None:
        return dates.year(self.date) if self.date else None


def reference(line: str) -> Reference | None:
    """A line as a reference; None where it is none, or none that can be read.

    >>> found = reference("Kirkpatrick, I. Unfinished business: medical roles. 29 January 2021. https://www.fmlm.ac.uk/news/unfinished.")
    >>> found.authors[0].name, found.title, found.date, found.url
    ('Kirkpatrick, I.', 'Unfinished business: medical roles', '2021-01-29', 'https://www.fmlm.ac.uk/news/unfinished')
    >>> found = reference("Darzi A, Bicknell C, et al. Sharing leadership in the NHS. BMJ Leader 2020;4(3):128-34.")
    >>> [a.name for a in found.authors], found.title, found.year, found.container, found.volume, found.pages
    (['Darzi, A', 'Bicknell, C'], 'Sharing leadership in the NHS', 2020, 'BMJ Leader', '4', '128-134')
    >>> reference("FMLM is committed to promoting research. Visit https://www.fmlm.ac.uk") is None
    True
    """
    raw = " ".join(line.split())
    dois = [doi for doi in identifiers.dois(raw) if not doi.endswith(("-", "/"))]
    urls = [
        u
        for part in _ADDRESS.findall(raw)
        if (u := identifiers.url(part.strip("<>"))) and not identifiers.is_resolver(u)
    ]
    body = _ADDRESS.sub(" ", _NOISE.sub(" ", raw))
    body = _NOISE.sub(" ", _DOI_TOKEN.sub(" ", body))
    body = re.sub(r"\s+([.,;])", r"\1", " ".join(body.split())).strip(" <>[]")
    found = _parts(body, placed=bool(dois or urls))
    if found is None or _is_two(raw):
        return None
    who, title, sent, rest = found
    if edition := _EDITION.search(title):
        title = title[: edition.start()]
    kind = _KIND.search(title)
    clean = text.title(title[: kind.start()] if kind else title)
    if clean is None or len(clean) < _SHORTEST or not re.search(r"[^\W\d_]{3}", clean):
        return None
    date = dates.date(sent) if sent[-4:].isdigit() or sent[:4].isdigit() else None
    where = _where(rest, date)
    if where is not None and where.container is not None:
        clean, container = _title_and_container(clean, where.container)
        where = structs.replace(where, container=container)
    candidates = [c for u in urls if (c := identifiers.candidate_doi(u))]
    return Reference(
        raw=raw,
        title=clean,
        authors=who.names,
        et_al=who.et_al,
        edited=who.edited,
        edition=edition[1] if edition else None,
        type=types.resource_type((kind[1] or kind[2]).partition(",")[0]) if kind else None,
        date=date,
        url=urls[-1] if urls else None,
        doi=dois[0] if len(dois) == 1 else None,
        candidate=candidates[0] if candidates and not dois else None,
        container=where.container if where else None,
        volume=where.volume if where else None,
        issue=where.issue if where else None,
        pages=where.pages if where else None,
    )


def _is_two(raw: str) -> bool:
    """Whether words and a year stand between two addresses: which address belongs to which words is not certain."""
    plain = _NOISE.sub(" ", raw)
    between = [plain[one.end() : other.start()] for one, other in pairwise(_ADDRESS.finditer(plain))]
    return any(len(part) > 20 and re.search(rf"\b{_YEAR}\b", part) for part in between)


def _parts(body: str, *, placed: bool) -> tuple[People, str, str, str] | None:
    """(people, title, date, rest), as sent. ``placed``: the line has an address, so a name and a title are enough."""
    if (begun := people.listed(body)) is not None:
        return _after_authors(begun[0], body[begun[1] :], placed)
    bracketed = _IN_BRACKETS.search(body[:400])
    if bracketed is not None and bracketed.start() > 2 and not people.PROSE.search(body[: bracketed.start()]):
        return _after_authors(people.loose(body[: bracketed.start()]), body[bracketed.start() :], placed)
    quoted = _QUOTED.search(body)
    if quoted is not None and 3 < quoted.start() < 200 and not people.PROSE.search(body[: quoted.start()]):
        rest = body[quoted.end() :]
        date = _last_date(rest)
        if date or placed:
            return people.loose(body[: quoted.start()].strip(" ,.")), quoted["title"], date, rest
        return None
    for who, end in people.spelt_out(body):
        found = _after_authors(who, body[end:], placed)
        return found if found and found[2] else None
    return None


def _after_authors(who: People, after: str, placed: bool) -> tuple[People, str, str, str] | None:
    date = ""
    for pattern in (_IN_BRACKETS, _BARE_YEAR):
        if (match := pattern.match(after)) is not None:
            date, after = match["date"], after[match.end() :]
            break
    after = after.lstrip(" .,:;")
    title = _QUOTED.match(after) or _SENTENCE.match(f"{after.rstrip('. ')}.")
    if title is None:
        return None
    rest = after[title.end() :] if title.end() <= len(after) else ""
    date = re.sub(r"(?<=\d{4})[a-z]\b", "", date) or _last_date(rest)
    whole = title["title"]
    if whole[-1] in "?!" and (more := _SENTENCE.match(rest)) and _is_sentence(more["title"].rstrip(".")):
        whole, rest = f"{whole} {more['title']}", rest[more.end() :]
    if not date:
        inside = list(_DATE.finditer(whole))  # "Title, 12 May 2021": no stop between them
        if (
            inside
            and inside[-1].end() >= len(whole) - 2
            and inside[-1].start() > _SHORTEST
            and "," in whole[: inside[-1].start()][-3:]
        ):
            date, whole = inside[-1][0], whole[: inside[-1].start()].rstrip(" ,")
    if not date and not placed:
        return None
    return who, whole, date, rest


def _last_date(rest: str) -> str:
    """The last date is that of the text; a year within volume and pages is found by the citation."""
    found = _DATE.findall(rest)
    full = [d for d in found if not d.isdigit()]
    date = str((full or found or [""])[-1])
    turned = re.fullmatch(r"(\d{4}) ([A-Z][a-z]{2,8}\.?)(?: (\d{1,2}))?", date)
    return " ".join(filter(None, (turned[3], turned[2], turned[1]))) if turned else date


def _where(rest: str, date: str | None) -> citations.Citation | None:
    """Journal, volume and pages, where the rest says them in a form that is known."""
    rest = rest.strip(" .,")
    if len(rest) < 8 or not re.search(r"\d", rest):
        return None
    compact = _SUPPLEMENT.sub(lambda m: f";{m[1]}(Suppl{m[2] or ''})", _MONTHS.sub(r"\1;", rest))
    compact = _YEAR_INSIDE.sub(r"\1, \3 (\2)", compact)
    found = citations.citation(compact) or (citations.citation(f"{compact}, {date[:4]}") if date else None)
    if found is None or not (found.volume or found.pages) or (found.volume and date and found.volume == date[:4]):
        return None  # a place and a publisher, with the year behind them
    if re.search(r"\d{4};", found.container or ""):
        return None
    return found


def _title_and_container(title: str, container: str) -> tuple[str, str]:
    """A title of two sentences: the second stands before the journal. Words of a journal's name are short or begin large.

    >>> _title_and_container("Does it work", "A study of leaders in hospitals. Med Care")
    ('Does it work. A study of leaders in hospitals', 'Med Care')
    >>> _title_and_container("Does it work", "J. Health Serv. Res")
    ('Does it work', 'J. Health Serv. Res')
    """
    match = _LAST_SENTENCE.fullmatch(container)
    head, mark, tail = match.groups() if match else ("", "", "")
    if not _is_sentence(head) or len(tail) < 2:
        return title, container
    stop = "" if title[-1] in "?!" else "."
    return f"{title}{stop} {head}{mark if mark != '.' else ''}", tail


def _is_sentence(words: str) -> bool:
    """Rather than the name of a journal or a publisher."""
    each = words.split()
    return len(each) >= 4 and sum(word[:1].islower() and len(word) > 3 for word in each) >= 2
