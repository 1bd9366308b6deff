"""One reference as it is written in a list: authors, title, date and address, as far as they are certain.

Read are the styles that lists of papers are written in: ``Surname, I. Title. 29 January 2021. URL``; Vancouver, Harvard and APA,
and those that put the title in quotation marks. What is not certain stays unread: a line without a title is no reference.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct, structs

from harvester.clean import citations, dates, identifiers, names, text
from harvester.clean.names import Name

_PARTICLES = r"(?:(?:van|von|de|der|den|la|le|du|del|di|da|dos|el|ten|ter|bin|al)[ -]){0,3}"
_SURNAME = _PARTICLES + r"[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:['’-][^\W\d_]+)*(?:[ -][A-ZÀ-ÖØ-Þ][^\W\d_]+){0,2}"
_INITIALS = r"(?:[A-ZÀ-ÖØ-Þ]\.?[ -]?){1,4}(?:,? (?:Jr|Sr|II|III)\.?)?"
_INVERTED = rf"{_SURNAME}, {_INITIALS}"
_VANCOUVER = rf"{_SURNAME} [A-ZÀ-ÖØ-Þ]{{1,3}}(?: (?:Jr|Sr|II|III|2nd|3rd))?"
_ET_AL = r"(?:,? et al\.?|,? and others)?"
_AND = r"(?:,? and |,? & |, |; )"
_LIST_INVERTED = re.compile(
    rf"(?P<authors>{_INVERTED}(?:{_AND}{_INVERTED}){{0,60}}{_ET_AL})(?:\s*\(eds?\.?\))?(?=[\s.,(])"
)
_LIST_VANCOUVER = re.compile(rf"(?P<authors>{_VANCOUVER}(?:, {_VANCOUVER}){{0,60}}{_ET_AL})[.:]\s+")
_IN_BRACKETS = re.compile(
    r"\s*[.,]?\s*[(\[](?P<date>(?:19|20)\d\d[a-z]?(?:,\s?[^()\[\]]{1,30})?|n\.d\.)[)\]]\s*[.,:]?\s+"
)
_BARE_YEAR = re.compile(r"[.,]?\s*(?P<date>(?:19|20)\d\d)[a-z]?[.,:]\s+")
_QUOTED = re.compile(r"[\"“‘'«](?P<title>[^\"“”«»]{8,400}?)[,.]?[\"”’'»](?=[\s.,;(]|$)[.,]?\s*")
_SENTENCE = re.compile(r"(?P<title>.{4,500}?(?:[?!](?=\s|$)|(?<!\b[A-Z])\.(?=\s+(?:[A-Z0-9(\[]|https?:)|\s*$)))\s*")
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
    r"|\b(?:doi|digital object identifier)\s*:?\s*(?=$|[.;\s])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<?(?:https?://|www\.)\S+>?", re.IGNORECASE)
_DOI_TOKEN = re.compile(r"(?:\bdoi:?\s*)?\b10\.\d{4,9}/\S+", re.IGNORECASE)
_PROSE = re.compile(r"\b(?:is|are|was|were|has|have|will|we|our|you|please|visit|click)\b", re.IGNORECASE)
_NATURAL = re.compile(r"(?P<authors>[A-ZÀ-ÖØ-Þ][\w'’.-]+(?: [A-ZÀ-ÖØ-Þ][\w'’.-]*){1,3})\.\s+(?=[A-Z\"“‘'])")
_ORGANISATION = re.compile(r"(?P<authors>[A-Z][^.?!]{2,120}?)\.\s+(?=\S)")
_LAST_SENTENCE = re.compile(r"(.+)([?.!])\s+(\S.*)")
_SHORTEST: Final = 8
"""Characters of a title."""


class Reference(Struct, frozen=True, omit_defaults=True):
    """What is certain of one line."""

    raw: str
    title: str
    authors: tuple[Name, ...] = ()
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
    dois = identifiers.dois(raw)
    urls = [u for part in _ADDRESS.findall(raw) if (u := identifiers.url(part.strip("<>"))) and not _resolver(u)]
    body = _ADDRESS.sub(" ", _NOISE.sub(" ", raw))
    body = _NOISE.sub(" ", _DOI_TOKEN.sub(" ", body))
    body = re.sub(r"\s+([.,;])", r"\1", " ".join(body.split())).strip(" <>[]")
    found = _parts(body, placed=bool(dois or urls))
    if found is None:
        return None
    authors, title, sent, rest = found
    clean = text.title(re.sub(r"\s*\[[^\[\]]{3,30}\]$", "", title))
    if clean is None or len(clean) < _SHORTEST or not re.search(r"[^\W\d_]{3}", clean):
        return None
    date = dates.date(sent) if sent and sent != "n.d." else None
    where = _where(rest, date)
    if where is not None and where.container is not None:
        clean, container = _title_and_container(clean, where.container)
        where = structs.replace(where, container=container)
    named = tuple([n for n in names.names(authors) if n.name]) if authors else ()
    candidates = [c for u in urls if (c := identifiers.candidate_doi(u))]
    return Reference(
        raw=raw,
        title=clean,
        authors=named,
        et_al=bool(re.search(r"\bet al\b|and others", authors)),
        date=date,
        url=urls[-1] if urls else None,
        doi=dois[0] if len(dois) == 1 else None,
        candidate=candidates[0] if candidates and not dois else None,
        container=where.container if where else None,
        volume=where.volume if where else None,
        issue=where.issue if where else None,
        pages=where.pages if where else None,
    )


def _resolver(url: str) -> bool:
    return identifiers.host(url) in ("doi.org", "dx.doi.org")


def _parts(body: str, *, placed: bool) -> tuple[str, str, str, str] | None:
    """(authors, title, date, rest), each as sent. ``placed``: the line has an address, so a name and a title are enough."""
    listed = _LIST_VANCOUVER.match(body) or _LIST_INVERTED.match(body)
    if listed is not None:
        after = body[listed.end() :]
        return _after_authors(listed["authors"], after, placed)
    bracketed = _IN_BRACKETS.search(body[:400])
    if bracketed is not None and bracketed.start() > 2 and not _PROSE.search(body[: bracketed.start()]):
        return _after_authors(body[: bracketed.start()], body[bracketed.start() :], placed)
    quoted = _QUOTED.search(body)
    if quoted is not None and 3 < quoted.start() < 200 and not _PROSE.search(body[: quoted.start()]):
        rest = body[quoted.end() :]
        date = _last_date(rest)
        if date or placed:
            return body[: quoted.start()].strip(" ,."), quoted["title"], date, rest
        return None
    for pattern in (_NATURAL, _ORGANISATION):
        match = pattern.match(body)
        if match is None or _PROSE.search(match["authors"]):
            continue
        kinds = {name.kind for name in names.names(match["authors"])}
        if kinds == {"organisation"} or (pattern is _NATURAL and kinds == {"person"}):
            found = _after_authors(match["authors"], body[match.end() :], placed)
            return found if found and found[2] else None
    return None


def _after_authors(authors: str, after: str, placed: bool) -> tuple[str, str, str, str] | None:
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
    return authors, whole, date, rest


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
    compact = re.sub(r"((?:19|20)\d\d)(?: [A-Z][a-z]{2}(?: \d{1,2})?)?;\s*", r"\1;", rest)
    found = citations.citation(compact) or (citations.citation(f"{compact}, {date[:4]}") if date else None)
    if found is None or not (found.volume or found.pages) or (found.volume and date and found.volume == date[:4]):
        return None  # a place and a publisher, with the year behind them
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
    words = head.split()
    if len(words) < 4 or sum(w[:1].islower() and len(w) > 3 for w in words) < 2 or len(tail) < 2:
        return title, container
    stop = "" if title[-1] in "?!" else "."
    return f"{title}{stop} {head}{mark if mark != '.' else ''}", tail
