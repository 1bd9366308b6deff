"""Pages, volume and issue numbers, and the citation strings that repositories put into ``dc:identifier`` and ``dc:source``."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from msgspec import Struct, structs

from harvester.clean.characters import replacing
from harvester.clean.citation_forms import ISSUE, PAGE, PAGES, PAGES_LABEL, VOLUME, VOLUME_LABEL, forms
from harvester.clean.dates import date
from harvester.clean.dates import year as _year_of
from harvester.clean.identifiers import doi
from harvester.clean.text import placeholder, plain

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u00ad\u301c\uff5e"), "-")


_with_hyphens = replacing(_DASHES)


def _hyphened(text: str) -> str:
    return text if text.isascii() else _with_hyphens(text)


class Pages(Struct, frozen=True):
    pages: str
    """``128-134``, or one page."""
    start: str
    end: str | None = None


class Citation(Struct, frozen=True, repr_omit_defaults=True):
    """The parts that were found; each None where it was not."""

    container: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    start_page: str | None = None
    end_page: str | None = None
    pages: str | None = None
    article_number: str | None = None


_RANGE = re.compile(rf"(?P<a>{PAGE})\s*(?:-{{1,3}}|\bto\b)\s*(?P<b>{PAGE})")
_PLAIN_PAGE = r"[A-OQ-Za-oq-z]?[1-9][0-9]{0,8}[A-OQ-Za-oq-z]?"
_PLAIN_RANGE = re.compile(rf"({_PLAIN_PAGE}) ?[-\u2013] ?({_PLAIN_PAGE})")
"""What nearly all ranges are: nothing to clean. A ``p`` may be a label."""
ARTICLE_NUMBER = re.compile(r"(?=\D{0,20}\d{2})[\w./-]{5,40}")
"""``ENEURO.0091-15.2015`` in the place of pages is the number of the article."""
_NUMBERED = re.compile(
    r"([A-Za-z]-[0-9]{1,6}|[0-9]{1,3}-[0-9]{1,4}(?=-)|[0-9]{1,4}:[0-9]{1,4}(?=-))(?:-([A-Za-z]-[0-9]{1,6}|[0-9]{1,3}-[0-9]{1,4}|[0-9]{1,4}:[0-9]{1,4}))?"
)  # e-13; 3-1-3-22; 12:1-12:23
_SINGLE = re.compile(PAGE)
# "S12" and "P5" are pages of supplements and posters, "p5" and "S. 12" are labels.
_LABEL = re.compile(
    r"(?:(?:[Pp]ages?|PAGES?|[Pp][Pp]|p|[Pp]gs?|[Pp]ág(?:ina)?s?|[Ss]eiten?|[Ss]tr|[Сс]|[Сс]тр)(?:\.|(?=\s)|:|(?=[0-9]))|[Ps]\.|S\.(?=[\s0-9]))\s*:?\s*"
)
_CJK_LABEL = re.compile(r"第?(.{1,30})[页頁]")
_THOUSANDS = re.compile(r"[0-9]{1,3},[0-9]{3} ?- ?[0-9]{1,3},[0-9]{3}")
_FOLLOWING = re.compile(r"([A-Za-z0-9.-]{1,30})(\+| ?ff| f)")
"""``128 ff.``, ``128-134+``: and some of the next."""
_AND_MORE = re.compile(
    r"([^;,]{1,30})[;,] ?((?:authors?(?:'s?)? )?(?:discussion|quiz|reply|response|comments?|passim|contd)\b[^;]{0,60})",
    re.IGNORECASE,
)
"""``395-9; discussion 399-400``: what PubMed puts behind the pages of an article."""
_COUNT = re.compile(
    r"[0-9]+\s*(?:pages?|pp?\b\.?|leaves|seiten|s\.|bytes|p\.)|.*\b(?:bytes|[kmg]b|cm|min(?:utes)?)\b.*", re.IGNORECASE
)


def pages(text: str) -> Pages | None:
    """A page or a range of pages; the last page in full. A count of pages ("12 pages") is none.

    >>> pages("128 - 134").pages, pages("637-41").end, pages("e1–e9"), pages("n/a-n/a"), pages("S12").pages
    ('128-134', '641', Pages(pages='e1-e9', start='e1', end='e9'), None, 'S12')
    >>> pages("395-9; discussion 399-400"), pages("2243-5; author reply 2243-5").end
    (Pages(pages='395-399; discussion 399-400', start='395', end='399'), '2245')
    """
    if match := _PLAIN_RANGE.fullmatch(text):
        start, end = match.groups()
        plain = len(start) <= len(end) and start != end and start.isdigit() and end.isdigit()
        return Pages(f"{start}-{end}", start, end) if plain else _of_range(start, end)
    if len(text) < 10 and text.isascii() and text.isdigit() and text[0] != "0":
        return Pages(text, text)
    return _odd_pages(text)


@lru_cache(maxsize=4096)
def _odd_pages(text: str) -> Pages | None:
    text = " ".join(_hyphened(text[:200]).split()).strip(" .,;:[]()")
    if not text or placeholder(text) or _COUNT.fullmatch(text):
        return None
    if (match := _AND_MORE.fullmatch(text)) and (known := pages(match[1])):
        return Pages(f"{known.pages}; {match[2]}", known.start, known.end)
    text = _LABEL.sub("", text).replace("[", "").replace("]", "").replace(";", ",")
    text = _CJK_LABEL.sub(r"\1", text).replace("~", "-")
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if (match := _FOLLOWING.fullmatch(text)) and (known := pages(match[1])):
        return Pages(f"{known.pages}{match[2]}", known.start, known.end)
    if match := _RANGE.fullmatch(text):
        return _of_range(match["a"], match["b"])
    if match := _NUMBERED.fullmatch(text):
        return Pages(text, match[1], match[2])
    first, comma, rest = text.partition(",")
    first, rest = first.strip(), rest.strip()
    if comma and rest:  # "128-134, 140" and "S1-S4, S7": kept as they are, the outermost pages told
        several = [pages(part) for part in (first, *rest.split(","))] if rest.count(",") < 12 else []
        told = [part for part in several if part is not None]
        if several and len(told) == len(several):
            last = told[-1].end or told[-1].start
            return Pages(", ".join(part.pages for part in told), told[0].start, last)
        return None
    if _SINGLE.fullmatch(text) and (len(text) > 1 or text.isdigit()):
        value = _unpadded(text)
        return Pages(value, value) if value else None
    return None


_PARTS = re.compile(r"(\D*)(\d+)(\D*)")
_NO_DIGIT = re.compile(r"\D")


def _of_range(sent_start: str, sent_end: str) -> Pages | None:
    start, end = _unpadded(sent_start), _unpadded(sent_end)
    if not start or not end:
        return Pages(start, start) if start else None  # 0-10 counts something else
    first, last = _PARTS.fullmatch(start), _PARTS.fullmatch(end)
    if first and last:
        if not last[1] and len(first[2]) == 4 and "1900" < first[2] < "2100" and (first[1] or len(last[2]) == 3):
            return None  # e2020-123 and 2020-123 number an article
        written = _NO_DIGIT.sub("", sent_end) or last[2]
        if last[1] in ("", first[1]) and len(written) < len(first[2]) and int(last[2]) < int(first[2]):
            # 637-41: the last page is written with the digits that differ
            end = first[1] + first[2][: len(first[2]) - len(written)] + written + last[3]
            if int(_NO_DIGIT.sub("", end)) < int(first[2]):
                return Pages(start, start)  # 999-04: of which page nobody can tell
        elif not last[1] and first[1] and int(last[2]) >= int(first[2]):
            end = first[1] + end  # e1-9
    if start == end:
        return Pages(start, start, end)
    return Pages(f"{start}-{end}", start, end)


def _unpadded(page: str) -> str:
    """``0012`` is page 12 and ``0`` none; the zeros of ``e0123456`` and ``040504`` belong to it: they number articles."""
    return page.lstrip("0") if page.isdigit() and (len(page) < 5 or not page.strip("0")) else page


_NUMBER_LABEL = re.compile(
    r"^(?:vol(?:ume|umen)?s?|v|iss(?:ue)?s?|no|nos|nr|nrs|number|numéro|número|núm|num|n[°º]|bd|band|heft|jg|jahrgang|tome|t|n(?=\.\s?[0-9]))(?:\.|:|\s|(?=[0-9]))\s*[.:]?\s*",
    re.IGNORECASE,
)


_NOT_YET = frozenset((
    "ahead of print", "publish ahead of print", "online first", "online ahead of print", "in press", "forthcoming", "early view",
))  # fmt: skip
"""What publishers write for the volume of an article that has none yet."""


@lru_cache(maxsize=8192)
def number(text: str) -> str | None:
    """A volume or an issue: text, never a number, for there are ``3-4``, ``Suppl 1`` and ``e12``. Label and zeros go.

    >>> number("Vol. 4"), number("n. 4"), number("004"), number("3/4"), number("Suppl 1"), number("n/a"), number("0")
    ('4', '4', '4', '3/4', 'Suppl 1', None, None)
    """
    if len(text) > 200:
        return None
    if len(text) < 10 and text.isascii() and text.isdigit() and text[0] != "0":
        return text
    text = _hyphened(plain(text.replace("\u2116", "No "))).strip(" .,;:")
    if text[:1] in "([" and text[-1:] in ")]":
        text = text[1:-1].strip(" .,;:")
    while match := _NUMBER_LABEL.match(text):
        if match.end() == len(text):
            break
        text = text[match.end() :].lstrip(" .,;:")
    if not text or placeholder(text) or text.casefold().replace("-", " ") in _NOT_YET:
        return None
    if text.isascii() and text.isdigit():
        return text.lstrip("0") or None
    text = (
        re.sub(r"(?<![0-9.A-Za-z])0+(?=[1-9])", "", text)
        if "0" in text and not re.match(r"[0-9]{4}-[0-9]{2}", text)
        else text
    )
    return re.sub(r"\s*-+\s*", "-", text) if re.fullmatch(r"[0-9]+\s*-+\s*[0-9]+", text) else text


# --- whole citations -------------------------------------------------------------------------------------------------

# Smith, J (2013) A title. Journal of Things, 12 (3). pp. 1-2 (EPrints)
_REFERENCE = re.compile(
    rf".{{2,300}}?\((?P<year>1[4-9][0-9]{{2}}|20[0-9]{{2}})\)[:.,]?\s+(?:.{{3,}}(?:[^\W\d_]{{5}}|[)?!\"'\u201d])[.?!]?\s+)"
    rf"(?<=[.?!]\s)(?P<container>[A-Z][^.?!]{{2,120}}?),\s*(?:{VOLUME_LABEL})?{VOLUME}\s*(?:\(\s*{ISSUE}\s*\))?(?:[.,]\s*(?:{PAGES_LABEL})?{PAGES})?"
)
_IN_BRACKETS = re.compile(r"\((?:1[4-9][0-9]{2}|20[0-9]{2})\)")
_PUBLISHED_IN = re.compile(r".*\bPublished in:\s*")
_NO_CONTAINER = re.compile(
    r"\b(?:vol|no|n[°º]|n[úu]m|nr|iss|issue|pp?)\.?\s*\d*$|\([12][0-9]{3}\)"
    r"|[,-]\s(?:v|t|bd|band|bind|tome?|jg|årg)$|^[^\W\d]{1,10}[.:]?\s\d{1,4}[,\s]+[^\W\d]{1,10}[.:]?\s\d{1,4}$|,\s\d{1,3}$|[,;]\s[^\W\d]{1,10}\.?\s\d{1,4},?\s[^\W\d]{1,6}$",
    re.IGNORECASE,
)
"""Also where volume and issue have names that are none of ours: ``Évfolyam 12, Szám 3``; ``Folyóirat, Évf. 12, sz``."""
_MAYBE = re.compile(r"[0-9]")
_LINKS = re.compile(
    r"[\s,;.\u27e8\u3008]*(?:\bdoi:?\s*|https?://\S*?)?10\.[0-9]{4,9}/\S+.*$|[\s,;.]*https?://\S+.*$|[\s,;]*\b[ep]?-?issn:?\s*[0-9]{4}-[0-9]{3}[0-9x].*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def citation(text: str) -> Citation | None:
    """The parts of a rendered citation of a journal article; None where it has not one of the forms that we know.

    >>> citation("BMJ Leader, 2020, 4 (3), pp.128-134")
    Citation(container='BMJ Leader', year=2020, volume='4', issue='3', start_page='128', end_page='134', pages='128-134')
    >>> citation("Medicine, Law and Society; Vol 4, No 3 (2020); 128-134").container
    'Medicine, Law and Society'
    >>> citation("Case Reports in Oncology, Vol 10, Iss 3, Pp 1085-1091 (2017)").year
    2017
    """
    if len(text) > 600 or not _MAYBE.search(text):
        return None
    clean = _hyphened(unicodedata.normalize("NFC", plain(text)))
    if doi(clean) or "://" in clean or "issn" in clean.lower():
        clean = _LINKS.sub("", clean)
    if "Published in:" in clean:
        clean = _PUBLISHED_IN.sub("", clean)
    clean = _ISSNS_BEHIND.sub(r"\1", clean.strip(" .;,"))
    if _NUMBERS_ALONE.match(clean):  # vol. 4, no. 3, pp. 128-134
        found = _in_a_form(f"Journal, {clean}")
        return structs.replace(found, container=None) if found is not None and found.container == "Journal" else None
    found = _in_a_form(clean)
    if (
        found is None and (within := _ISSN_WITHIN.search(text)) is not None
    ):  # Revista de Foo, ISSN 1576-3676, Vol. 12, 2010
        return citation(text[: within.start()] + text[within.end() :])
    return found


def _in_a_form(clean: str) -> Citation | None:
    if (
        _IN_BRACKETS.search(clean)
        and (match := _REFERENCE.fullmatch(clean))
        and (found := _of_citation(match.groupdict()))
    ):
        return found
    for sign, form in forms():
        if sign.search(clean, 1) and (match := form.fullmatch(clean)) and (found := _of_citation(match.groupdict())):
            return found
    return None


_ISSN_WITHIN = re.compile(r",? [(\[]?(?:[ep]-?)?(?:ISSN:? ?)?[0-9]{4}-[0-9]{3}[0-9X][)\]]?(?=, )")
_ISSNS_BEHIND = re.compile(r"(; ?[\w-]{1,20})(?:; ?[0-9]{4}-[0-9]{3}[0-9Xx]){1,2}$")
_ISSN_BEHIND = re.compile(r" ?\([0-9]{4}-[0-9]{3}[0-9Xx]\)$")
_NUMBERS_ALONE = re.compile(rf"{VOLUME_LABEL}[0-9]|[0-9]{{1,4}} ?\([0-9]{{1,4}}\)", re.IGNORECASE)
_AUTHORS = re.compile(r"[^\W\d_]['’\w-]{1,30} [A-Z]{1,3}(?:[,.]| and )[^.]*\. .*[^\W\d_]{3}[^.]*\. ?\S")
"""``Aufegger L, Darzi A. Sharing leadership. BMJ Leader``: a whole reference, whose last sentence is the journal."""
_IN = re.compile(r"(?:.*[\s,](?P<year>[12][0-9]{3}), )?In ?: ?(?=\S{2})", re.IGNORECASE)
"""``Roe, A., Mar 2020, In: BMJ Leader``, too."""
_NAME_ALONE = re.compile(r"(?:In ?: ?)?[^\W\d][^,:;.()0-9]{3,150}")
_YEAR_BEHIND = re.compile(r",? (1[4-9][0-9]{2}|20[0-9]{2})$")
_YEAR_ALONE = re.compile(r"1[89][0-9]{2}|20[0-9]{2}")


def _is_of_pages(volume: str) -> bool:
    """Whether what stands for a volume is a range of more numbers than volumes are ever bound together."""
    first, dash, last = volume.partition("-")
    return bool(dash) and first.isdigit() and last.isdigit() and int(last) - int(first) > 3


def _of_citation(parts: dict[str, str | None]) -> Citation | None:
    container = (parts["container"] or "").strip(" ,;:.-\"'")
    said_year = parts.get("year") or parts.get("date")
    if (match := _IN.match(container)) is not None:
        container, said_year = container[match.end() :], said_year or match["year"]
    if (
        len(container) < 2
        or not any(map(str.isalpha, container))
        or len(container) > 250
        or _NO_CONTAINER.search(container)
    ):
        return None
    if _AUTHORS.match(container):
        container = container.rpartition(". ")[2]
    container = _ISSN_BEHIND.sub("", container)
    if ";" in container:  # authors, title and publisher before it
        container = container.rpartition(";")[2].strip()
        if _NO_CONTAINER.search(container):
            return None
    if said_year is None and (match := _YEAR_BEHIND.search(container)):
        container, said_year = container[: match.start()], match[1]
    if said_year is None and _YEAR_ALONE.fullmatch(parts.get("pages") or ""):
        said_year, parts = parts["pages"], {**parts, "pages": None}  # Journal, Vol. 4, No. 3, 2020
    if not parts.get("issue") and _is_of_pages(parts.get("volume") or ""):
        return None  # Publisher, 2019, 42-62
    found = pages(parts.get("pages") or "")
    volume, issue = (number(parts.get(name) or "") for name in ("volume", "issue"))
    edtf = date(said_year or "")
    year = _year_of(edtf) if edtf else None
    if volume and not issue and year is None and _YEAR_ALONE.fullmatch(volume):
        return None  # Publisher, 2019, pp. 42-62
    if not (volume or issue) and (found is None or not _NAME_ALONE.fullmatch(parts["container"] or "")):
        return None
    if year is None and found is None and not (volume and issue):
        return None
    article = found.start if found and parts.get("article") else None
    if article:
        found = None
    return Citation(
        container=container,
        year=year,
        volume=volume,
        issue=issue,
        start_page=found.start if found else None,
        end_page=found.end if found else None,
        pages=found.pages if found else None,
        article_number=article,
    )
