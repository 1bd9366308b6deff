"""Dates as people write them, to EDTF (ISO 8601-2 level 1) with exactly the precision that they had.

No month and no day is ever made up: ``2020`` stays ``2020``, ``03/04/2020`` is a year (which of the two is the month?),
``2020-02-30`` is a month. What is no date is None. Level 1 is described at https://www.loc.gov/standards/datetime/.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from harvester.clean.text import unescape

THIS_YEAR = datetime.now(UTC).year
"""Taken once, when the program starts. Dates from 1400 to five years ahead are believed."""
_EARLIEST = 1400
_AHEAD = 5

_MONTH_NAMES = """
january januar janvier enero gennaio janeiro januari jan jän jänner janv ene gen ιανουάριος
february februar février fevrier febrero febbraio fevereiro februari feb febr fév fev févr
march märz maerz mars marzo março marco maart mar mär mrt mrz
april avril abril aprile apr avr abr
may mai mayo maggio maio mei maj mag
june juni juin junio giugno junho jun giu
july juli juillet julio luglio julho jul juil lug
august août aout agosto augustus aug ago augusti
september septembre septiembre setiembre settembre setembro sept sep set sett
october oktober octobre octubre ottobre outubro oct okt ott out
november novembre noviembre novembro nov
december dezember décembre decembre diciembre dicembre dezembro dec dez déc dic desember
"""
_MONTHS = {name: number for number, line in enumerate(_MONTH_NAMES.split("\n")[1:13], 1) for name in line.split()}
_SEASONS = {
    **dict.fromkeys(["spring", "printemps", "frühling", "frühjahr", "primavera", "lente"], 21),
    **dict.fromkeys(["summer", "été", "sommer", "verano", "verão", "estate", "zomer"], 22),
    **dict.fromkeys(["autumn", "fall", "automne", "herbst", "otoño", "autunno", "outono", "herfst"], 23),
    **dict.fromkeys(["winter", "hiver", "invierno", "inverno"], 24),
}


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MONTH = rf"(?:{_alternatives(_MONTHS)})"
_YEAR = r"(?<![\w./-])(?:[12][0-9]{3})(?![\w/-]|[.,][0-9])"
_DAY = r"(?:[0-3]?[0-9])(?:st|nd|rd|th|er|º|ª|°)?"
_GAP = r"(?:[\s,./-]|\bde\b|\bdel\b|\bof\b){0,6}"

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ISO_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ][0-9:.]{5,18}(?:Z|[+-][0-9]{2}:?[0-9]{2})?")
_EDTF_DATE = (
    r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]|2[1-4])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?[?~%]?|[0-9]{3}X[?~%]?|[0-9]{2}XX[?~%]?"
)
_EDTF = re.compile(rf"(?:(?:{_EDTF_DATE}|\.\.)/)?(?:{_EDTF_DATE}|\.\.)")
_TIMESTAMP = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")
_SHIFTED = re.compile(r"\s*([0-9]{4})-([0-9]{2})-([0-9]{2})T2[23]:00:[0-9]{2}(?:\.0+)?Z")

_YMD = re.compile(
    r"(?<![\w./-])(?P<y>[0-9]{4})(?:\s?(?P<sep>[-/.])\s?|\s)(?P<m>[0-9]{1,2})(?:\s?(?P=sep)\s?|\s)(?P<d>[0-9]{1,2})(?=[tz]|[^\w/-]|$)(?!\.[0-9])"
)
_DMY = re.compile(
    r"(?<![\w./-])(?P<a>[0-9]{1,2})\s?(?P<sep>[-/. ])\s?(?P<b>[0-9]{1,2})\s?(?P=sep)\s?(?P<y>[0-9]{4})(?![\w/-]|\.[0-9])"
)
_COMPACT = re.compile(
    r"(?<![\w./-])(?P<y>[12][0-9]{3})(?P<m>[0-9]{2})(?P<d>[0-9]{2})?(?:t?[0-9]{6}(?:\.[0-9]{1,6})?z?)?(?![\w./-])"
)
_CJK = re.compile(r"(?P<y>[0-9]{4})\s?[年년]\s?(?:(?P<m>[0-9]{1,2})\s?[月월]\s?(?:(?P<d>[0-9]{1,2})\s?[日일])?)?")
_DAY_MONTH_YEAR = re.compile(
    rf"(?<![\w./-])(?:(?P<d>{_DAY}){_GAP})?(?<![^\W\d_])(?P<mon>{_MONTH})\b{_GAP}(?P<y>[12][0-9]{{3}})(?![\w/-])"
)
_MONTH_DAY_YEAR = re.compile(
    rf"\b(?P<mon>{_MONTH})\b{_GAP}(?P<d>{_DAY})(?:\s*,\s*|\s+|-|/|\.)(?P<y>[12][0-9]{{3}})(?![\w/-])"
)
_YEAR_MONTH_DAY = re.compile(
    rf"(?<![\w./-])(?P<y>[12][0-9]{{3}}){_GAP}(?P<mon>{_MONTH})\b(?:{_GAP}(?P<d>{_DAY})(?![\w:]))?"
)
_YM = re.compile(r"(?<![\w./-])(?P<y>[12][0-9]{3})\s?[-/.]\s?(?P<m>0[0-9]|1[0-2]|[1-9])(?![\w/-]|\.[0-9])")
_MY = re.compile(r"(?<![\w./-])(?P<m>0?[1-9]|1[0-2])\s?[-/.]\s?(?P<y>[12][0-9]{3})(?![\w/-]|\.[0-9])")
_SEASON = re.compile(
    rf"\b(?:(?P<s>{_alternatives(_SEASONS)})\b[\s,-]*(?P<y>[12][0-9]{{3}})|(?P<y2>[12][0-9]{{3}})[\s,-]*(?P<s2>{_alternatives(_SEASONS)})\b)(?![\w/-])"
)
_SEASON_WORD = re.compile(rf"\b(?:{_alternatives(_SEASONS)})\b")
_PLAIN_YEAR = re.compile(
    rf"(?P<y>{_YEAR})|(?<![\w./-])(?P<week>[12][0-9]{{3}})-(?:w[0-5][0-9](?:-?[1-7])?|[0-3][0-9]{{2}})(?![\w/-])"
)
_DAYS = re.compile(
    rf"(?<![\w./-])(?P<d>{_DAY})\s?(?:-|/|to|until|and|&)\s?(?P<d2>{_DAY})\s+(?:de\s+|of\s+)?(?P<mon>{_MONTH})\b{_GAP}(?P<y>[12][0-9]{{3}})(?![\w/-])"
)
_DAYS_US = re.compile(
    rf"\b(?P<mon>{_MONTH})\b\.?\s+(?P<d>{_DAY})\s?(?:-|to|and|&)\s?(?P<d2>{_DAY})\s*,?\s+(?P<y>[12][0-9]{{3}})(?![\w/-])"
)
_MONTH_SPAN = re.compile(
    rf"\b(?P<mon>{_MONTH})\b\.?\s?(?:[-/&]|to|and)\s?(?P<mon2>{_MONTH})\b{_GAP}(?P<y>[12][0-9]{{3}})(?![\w/-])"
)
_YEAR_MONTH_SPAN = re.compile(
    rf"(?<![\w./-])(?P<y>[12][0-9]{{3}})[\s,:]+(?P<mon>{_MONTH})\b\.?\s?(?:[-/&]|to|and)\s?(?P<mon2>{_MONTH})\b(?!\.?\s?[0-9])"
)
_YEARS = re.compile(r"(?P<a>[12][0-9]{3})\s?(?:-|/|to|bis)\s?(?P<b>[12][0-9]{3}|[0-9]{2})")
_OPEN_END = re.compile(r"(?P<a>[12][0-9]{3})\s?(?:-|/)\s?(?:present|heute|today|now)?")
_OPEN_START = re.compile(r"(?:before|until|-|/|avant|vor)\s?(?P<b>[12][0-9]{3})")

_DECADE = re.compile(r"(?P<y>[12][0-9]{2})(?:[u_x]|-(?:\?|$)|\?(?=$)|0'?s)\??")
_CENTURY = re.compile(r"(?P<y>[12][0-9])(?:uu|__|xx|--|\?\?)\??")
_NTH_CENTURY = re.compile(r"(?P<n>1[5-9]|2[01])(?:st|th|e|ème|\.)? (?:century|siècle|jahrhundert)")
_HALF = re.compile(r"\s?/\s?|\s-\s|-(?=[^\W\d_])|\s(?:to|until|bis)\s")
_SPAN_WORD = re.compile(r"(?:between|from|early|mid|late)[\s-]")
_ABOUT = re.compile(
    r"(?:\bcirca|\bca\b\.?|\bc\.|\bc\s|\bapprox(?:imately|\.)?|\babout\b|\baround\b|\bum\b|\bvers\b|~)\s*(?=[\s(\[]*[12][0-9]{3})|(?<=[0-9?])\s*\(?(?:approx\.?|circa|~)\)?$"
)
_COPYRIGHT = re.compile(r"(?:\bcopyright|©|\(c\)|℗|\b[cp](?=[12][0-9]{3}))\s*")
_CORRECTED = re.compile(r".*\bi\.\s?e\.,?\s*")
_DOUBT = re.compile(r"(?<=[0-9])\s*\(?\?\)?~?$")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_ORDER = (_CJK, _DAY_MONTH_YEAR, _MONTH_DAY_YEAR, _YEAR_MONTH_DAY, _YMD, _DMY)
_COARSE = (_COMPACT, _SEASON, _YM, _MY, _PLAIN_YEAR)


def date(text: str, this_year: int = THIS_YEAR) -> str | None:
    """An EDTF date, interval, season or uncertain year; None where the text holds no date, or several that disagree.

    >>> date("28-Sep-2020"), date("Published online: 13 May 2020"), date("2020-02-30"), date("03/04/2020")
    ('2020-09-28', '2020-05-13', '2020-02', '2020')
    >>> date("Spring 2020"), date("ca. 1985"), date("199u"), date("2019/20"), date("n.d."), date("9999-01-01")
    ('2020-21', '1985~', '199X', '2019/2020', None, None)
    """
    if len(text) >= 16 and _ISO_TIME.fullmatch(text):
        text = text[:10]  # times never repeat, days do: only those are worth remembering
    return _date(text, this_year)


@lru_cache(maxsize=16384)
def _date(text: str, this_year: int) -> str | None:
    if len(text) == 10 and (match := _ISO.fullmatch(text)):
        return _build(int(match[1]), int(match[2]), int(match[3]), this_year)
    if len(text) > 400:
        return None
    text = unescape(text).strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).translate(_DASHES))
    if _EDTF.fullmatch(text) and (found := _edtf(text, this_year)):
        return found
    return _read(" ".join(text.lower().split()).strip(" ,;:\"'"), this_year)


def _read(text: str, this_year: int) -> str | None:
    """``text`` is in lower case, with single spaces."""
    doubtful = text.endswith("?]") or bool(_DOUBT.search(text))
    text = text.replace("[", "").replace("]", "").replace("<", "").replace(">", "")
    text = text.strip(" ,;:").removesuffix(".")
    text = _CORRECTED.sub("", text)
    if decade := _DECADE.fullmatch(text):
        return _in_range(f"{decade['y']}X", this_year)
    if century := _CENTURY.fullmatch(text):
        return _in_range(f"{century['y']}XX", this_year)
    if century := _NTH_CENTURY.fullmatch(text):
        return _in_range(f"{int(century['n']) - 1}XX", this_year)
    text = _SPAN_WORD.sub("", text)
    about = bool(_ABOUT.search(text))
    if about:
        text = _ABOUT.sub("", text).strip(" ()")
    if doubtful:
        text = text.rstrip(" ?()")
    if (bare := _COPYRIGHT.sub(" ", text).strip()) != text:
        text = re.sub(r",? ?\b[cp][12][0-9]{3}\b", "", text).strip() if re.match(r"[12][0-9]{3}\b", text) else bare
    found = _span(text, this_year) or _search(text, this_year)
    if found is None or "/" in found:
        return found
    return found + ("%" if doubtful and about else "?" if doubtful else "~" if about else "")


def _span(text: str, this_year: int) -> str | None:
    """Intervals: of years (the whole text must be one), of months, of days."""
    if match := _YEARS.fullmatch(_SEASON_WORD.sub("", text).strip(" ,")):
        first, last = match["a"], match["b"]
        if len(last) == 2:
            if "01" <= last <= "12":
                return None  # a month
            last = first[:2] + last
        if int(first) < int(last):
            bounds = [_build(int(y), None, None, this_year) for y in (first, last)]
            return "/".join(b for b in bounds if b) if all(bounds) else None
        return _build(int(first), None, None, this_year) if first == last or len(match["b"]) == 2 else None
    if (match := _OPEN_END.fullmatch(text)) and (start := _build(int(match["a"]), None, None, this_year)):
        return f"{start}/.."
    if (match := _OPEN_START.fullmatch(text)) and (end := _build(int(match["b"]), None, None, this_year)):
        return f"../{end}"
    for pattern in (_DAYS, _DAYS_US, _MONTH_SPAN, _YEAR_MONTH_SPAN):
        if match := pattern.search(text):
            parts = match.groupdict()
            months = (_MONTHS[parts["mon"]], _MONTHS[parts.get("mon2") or parts["mon"]])
            days = (_number(parts.get("d")), _number(parts.get("d2")))
            start, end = (_build(int(parts["y"]), m, d, this_year) for m, d in zip(months, days, strict=True))
            if start and end and start < end and len(start) == len(end):
                return f"{start}/{end}"
    halves = _HALF.split(text)
    return _halves(halves[0], halves[1], this_year) if len(halves) == 2 else None


def _halves(left: str, right: str, this_year: int) -> str | None:
    """``28 April - 3 May 2020``, ``Dec 2019/Jan 2020``: two dates, the first of which may owe its year to the second."""
    end = _search(right, this_year)
    if end is None:
        return None
    start = _search(left, this_year) or _search(f"{left} {end[:4]}", this_year)
    return f"{start}/{end}" if start and len(start) == len(end) > 4 and sort_key(start) < sort_key(end) else None


def _search(text: str, this_year: int) -> str | None:
    """The one date in the text. Where there are several: what they have in common, if it is a year at least."""
    for patterns in (_ORDER, _COARSE):
        found: list[str] = []
        rest = text
        for pattern in patterns:
            found += [value for match in pattern.finditer(rest) if (value := _of(match, this_year))]
            rest = pattern.sub(" ; ", rest)
        if found:
            return _common(found)
    return None


def _of(match: re.Match[str], this_year: int) -> str | None:
    parts = match.groupdict()
    if "a" in parts:
        one, other = int(parts["a"]), int(parts["b"])
        if one <= 12 and other <= 12:  # day and month cannot be told apart
            return _build(int(parts["y"]), None, None, this_year)
        day, month = max(one, other), min(one, other)
        return _build(int(parts["y"]), month, day, this_year)
    if "s" in parts:
        season = _SEASONS[parts["s"] or parts["s2"]]
        whole = _build(int(parts["y"] or parts["y2"]), None, None, this_year)
        return f"{whole}-{season}" if whole else None
    number = _MONTHS[parts["mon"]] if parts.get("mon") else _number(parts.get("m"))
    return _build(int(parts["y"] or parts["week"]), number, _number(parts.get("d")), this_year)


def _common(values: list[str]) -> str | None:
    for length in (10, 7, 4):
        heads = {value[:length] for value in values}
        if len(heads) == 1 and all(len(v) >= length for v in values):
            return heads.pop()
    return None


def _number(text: str | None) -> int | None:
    digits = re.match(r"[0-9]+", text) if text else None
    return int(digits[0]) if digits else None


def _build(year: int, month: int | None, day: int | None, this_year: int) -> str | None:
    if not _EARLIEST <= year <= this_year + _AHEAD:
        return None
    if not month or not 1 <= month <= 12:
        return f"{year:04d}"
    if not day or not 1 <= day <= monthrange(year, month)[1]:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}"


def _in_range(value: str, this_year: int) -> str | None:
    latest, earliest = int(value.replace("X", "9")), int(value.replace("X", "0"))
    return value if latest >= _EARLIEST and earliest <= this_year + _AHEAD else None


def _edtf(text: str, this_year: int) -> str | None:
    """Text in the shape of EDTF: checked, and shortened where a part of it cannot be."""
    first, slash, last = text.partition("/")
    if not slash:
        return None if text == ".." else _edtf_date(text, this_year)
    if first == last:
        return None if first == ".." else _edtf_date(first, this_year)
    bounds = [bound if bound == ".." else _edtf_date(bound, this_year) for bound in (first, last)]
    if None in bounds or (".." not in bounds and sort_key(first) > sort_key(last)):
        return None
    return "/".join(map(str, bounds))


def _edtf_date(text: str, this_year: int) -> str | None:
    value = text.rstrip("?~%")
    mark = text[len(value) :]
    if "X" in value:
        found = _in_range(value, this_year)
    elif value[5:7] > "20":
        year = _build(int(value[:4]), None, None, this_year)
        found = year and f"{year}-{value[5:7]}"
    else:
        found = from_parts([int(part) for part in value.split("-")], this_year)
    return found and found + mark


def from_parts(parts: Sequence[int | None], this_year: int = THIS_YEAR) -> str | None:
    """Crossref's ``date-parts``: year, month, day. Zeros and impossible parts shorten the date.

    >>> from_parts([2020, 9, 28]), from_parts([2020, 2, 30]), from_parts([2020, 0]), from_parts([None])
    ('2020-09-28', '2020-02', '2020', None)
    """
    if not parts or not parts[0]:
        return None
    return _build(parts[0], parts[1] if len(parts) > 1 else None, parts[2] if len(parts) > 2 else None, this_year)


# --- reading EDTF ----------------------------------------------------------------------------------------------------


def year(edtf: str) -> int | None:
    """The year, where it is known to the digit; of an interval the first.

    >>> year("2020-09-28"), year("2019/2020"), year("199X")
    (2020, 2019, None)
    """
    head = edtf.removeprefix("../")[:4]
    return int(head) if len(head) == 4 and head.isascii() and head.isdigit() else None


def precision(edtf: str) -> int:
    """3 for a day, 2 for a month or a season, 1 for a year, 0 for less: a decade, a century, an interval.

    >>> precision("2020-09-28"), precision("2020-21"), precision("1985~"), precision("199X"), precision("2019/2020")
    (3, 2, 1, 0, 0)
    """
    if "/" in edtf or "X" in edtf or not edtf:
        return 0
    return 1 + edtf.rstrip("?~%").count("-")


def sort_key(edtf: str) -> str:
    """Sorts by time, the less precise first; seasons stand at their first month on the northern half of the world.

    >>> sorted(["2020-09-28", "2020-22", "199X", "2020"], key=sort_key)
    ['199X', '2020', '2020-22', '2020-09-28']
    """
    value = edtf.removeprefix("../").partition("/")[0].rstrip("?~%").replace("X", "0")
    season = _SEASON_STARTS.get(value[5:7]) if len(value) == 7 else None
    return f"{value[:5]}{season}" if season else value


_SEASON_STARTS = {"21": "03", "22": "06", "23": "09", "24": "12"}


def first(values: Iterable[str]) -> str | None:
    """The earliest of EDTF dates by what is known: a year gives way to a day in that year.

    >>> first(["2020", "2020-09-28", "2020-05-13"]), first(["2021-01-01", "2020"]), first([])
    ('2020-05-13', '2020', None)
    """
    known = [value for value in values if value]
    exact = [v for v in known if not any(other != v and other.startswith(f"{v}-") for other in known)]
    return min(exact, key=sort_key, default=None)


def is_timestamp(text: str) -> bool:
    """Whether a time of day stands there: in DSpace's ``dc:date`` this marks what the repository did, not the publisher.

    >>> is_timestamp("2020-12-21T14:03:55Z"), is_timestamp("2020-12-21")
    (True, False)
    """
    return _TIMESTAMP.match(text) is not None


def is_shifted(text: str) -> bool:
    """Whether a timestamp looks like a local midnight that was turned into UTC: the last hour or two of a month.

    >>> is_shifted("2017-12-31T23:00:18Z"), is_shifted("2017-12-30T23:00:00Z")
    (True, False)
    """
    match = _SHIFTED.match(text)
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
        return False
    return int(match[3]) == monthrange(int(match[1]), int(match[2]))[1]


def is_ambiguous(text: str) -> bool:
    """Whether day and month cannot be told apart, so that only the year was kept.

    >>> is_ambiguous("03/04/2020"), is_ambiguous("13/04/2020")
    (True, False)
    """
    return len(text) < 400 and any(int(m["a"]) <= 12 and int(m["b"]) <= 12 for m in _DMY.finditer(text))
