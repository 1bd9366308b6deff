"""Dates as people write them, to EDTF (ISO 8601-2 level 1) with exactly the precision that they had.

No month and no day is ever made up: ``2020`` stays ``2020``, ``03/04/2020`` is a year (which of the two is the month?),
``2020-02-30`` is a month. What is no date is None. Level 1 is described at https://www.loc.gov/standards/datetime/.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from harvester.clean import date_patterns as shapes
from harvester.clean.edtf import first, precision, sort_key, year
from harvester.clean.text import plain, unescape

__all__ = [
    "THIS_YEAR", "date", "first", "from_parts", "is_ambiguous", "is_shifted", "is_timestamp", "precision", "sort_key", "year",
]  # fmt: skip

THIS_YEAR = datetime.now(UTC).year
"""Taken once, when the program starts. Dates from 1400 to five years ahead are believed."""
_EARLIEST = 1400
_AHEAD = 5


def date(text: str, this_year: int = THIS_YEAR) -> str | None:
    """An EDTF date, interval, season or uncertain year; None where the text holds no date, or several that disagree.

    >>> date("28-Sep-2020"), date("Published online: 13 May 2020"), date("2020-02-30"), date("03/04/2020")
    ('2020-09-28', '2020-05-13', '2020-02', '2020')
    >>> date("Spring 2020"), date("ca. 1985"), date("199u"), date("2019/20"), date("n.d."), date("9999-01-01")
    ('2020-21', '1985~', '199X', '2019/2020', None, None)
    """
    if len(text) >= 10:
        if len(text) >= 16 and shapes.ZERO_TIME.fullmatch(text):
            return None
        if shapes.SOUND_DAY.fullmatch(text) and int(text[:4]) <= this_year + _AHEAD:
            return text[:10]
        if len(text) >= 16 and shapes.ISO_TIME.fullmatch(text):
            text = text[:10]  # times never repeat, days do: only those are worth remembering
    return _date(text, this_year)


@lru_cache(maxsize=16384)
def _date(text: str, this_year: int) -> str | None:
    if len(text) == 10 and (match := shapes.ISO.fullmatch(text)):
        return _build(int(match[1]), int(match[2]), int(match[3]), this_year)
    if len(text) > 400:
        return None
    text = shapes.EU_REPO.sub("", unescape(text).strip())
    if "<" in text:
        text = plain(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).translate(shapes.DASHES))
        text = shapes.ERA.sub(shapes.era, text)
    text = shapes.OLD_OPEN.sub("..", text)
    if shapes.EDTF.fullmatch(text) and (found := _edtf(text, this_year)):
        return found
    text = text.lower() if text.isascii() else unicodedata.normalize("NFC", text.lower())
    return _read(" ".join(text.split()).strip(" ,;:\"'"), this_year)


def _read(text: str, this_year: int) -> str | None:
    """``text`` is in lower case, with single spaces."""
    if shapes.NO_YEAR.search(text):
        return None
    both_doubtful = text.count("?") > 1
    doubtful = text.endswith("?]") or text.startswith("?") or bool(shapes.DOUBT.search(text))
    if shapes.DOUBT_WORD.search(text):
        doubtful, text = True, shapes.DOUBT_WORD.sub(" ", text)
    text = text.replace("[", "").replace("]", "").replace("<", "").replace(">", "")
    text = shapes.TWO_YEARS.sub(", ", text.strip(" ,;:").removesuffix("."))
    text = shapes.CORRECTED.sub(
        "", shapes.WORD.sub(shapes.in_english, shapes.ROMAN_MONTH.sub(shapes.roman_month, text))
    )
    text = shapes.IN_BRACKETS.sub(r" \1 ", " ".join(shapes.BESIDE.sub(" ", text).split())).strip()
    if bound := _open_start(text, this_year) or _open_end(text, this_year):
        return bound
    if between := shapes.BETWEEN.fullmatch(text):
        text = f"{between['a']}-{between['b']}"
    if found := _decades(shapes.SPAN_WORD.sub("", text), this_year):
        return found
    near = shapes.ABOUT.search(text)
    if near:
        text = shapes.ABOUT.sub("", text).strip(" ()")
    if doubtful:
        text = text.rstrip(" ?()").rstrip()
    if mark := shapes.COPYRIGHT.search(text):
        is_later = shapes.OTHER_YEAR.search(text[: mark.start()])
        text = (
            shapes.LATER_COPYRIGHT.sub("", text).strip(" ()") if is_later else shapes.COPYRIGHT.sub(" ", text).strip()
        )
    if match := shapes.BOUND.search(text):
        return _bounded(text, match, this_year)
    text = shapes.SPAN_WORD.sub("", text)
    found = _decades(text, this_year) or _span(text, this_year) or _search(text, this_year)
    doubt = "%" if doubtful and near else "?" if doubtful else "~" if near else ""
    if found is None or not doubt or found[-1] in "?~%":
        return found
    first, slash, last = found.partition("/")
    if first != ".." and not (slash and _of_the_end(near, both_doubtful)):
        first += doubt
    return first + slash + (last + doubt if slash and last != ".." else last)


def _of_the_end(near: re.Match[str] | None, both_doubtful: bool) -> bool:
    """Whether a doubt about a span is one about its end alone: ``1868-1871?``, ``1856-ca. 1865``."""
    if near is None:
        return not both_doubtful
    return re.search(r"[0-9]\s?[-/]\s?$", near.string[: near.start()]) is not None


def _bounded(text: str, match: re.Match[str], this_year: int) -> str | None:
    """``before January 1928``: a date that ends or begins a span; where the word stands elsewhere, nothing is certain."""
    found = _search(text[match.end() :], this_year) if match.start() == 0 else None
    if found is None:
        return None
    return f"{found}/.." if shapes.BEHIND.match(text) else f"../{found}"


def _decades(text: str, this_year: int) -> str | None:
    """``1860s``, ``199u``, ``19uu``, ``XIXe siècle``. The 1800s are a decade or a century: a century holds both."""
    if decade := shapes.DECADE.fullmatch(text):
        digits = decade["y"]
        either = digits.endswith("0") and "s" in text
        return _in_range(f"{digits[:2]}XX" if either else f"{digits}X", this_year, decade["doubt"])
    if decade := shapes.DECADE_WORDS.fullmatch(text):
        return _in_range(f"{decade['y'][:3]}X", this_year)
    if century := shapes.CENTURY.fullmatch(text):
        return _in_range(f"{century['y']}XX", this_year, century["doubt"])
    if century := shapes.NTH_CENTURY.fullmatch(text):
        number = int(century["n"]) if century["n"] else _roman(century["r"] or century["r2"])
        return _in_range(f"{number - 1}XX", this_year)
    return _build(_roman(text), None, None, this_year) if shapes.ROMAN.fullmatch(text) else None


def _open_start(text: str, this_year: int) -> str | None:
    match = shapes.OPEN_START.fullmatch(text)
    end = _build(int(match["b"] or match["w"] or match["c"]), None, None, this_year) if match else None
    return end and f"../{end}"


def _open_end(text: str, this_year: int) -> str | None:
    match = shapes.OPEN_END.fullmatch(text)
    start = _build(int(match["a"] or match["a2"]), None, None, this_year) if match else None
    return start and f"{start}/.."


def _span(text: str, this_year: int) -> str | None:
    """Intervals: of years (the whole text must be one), of months, of days."""
    if match := shapes.YEARS.fullmatch(shapes.SEASON_WORD.sub("", text).strip(" ,")):
        first, last = match["a"], match["b"]
        if len(last) == 2:
            if "01" <= last <= "12":
                return None  # a month
            last = first[:2] + last
        if int(first) < int(last):
            bounds = [_build(int(y), None, None, this_year) for y in (first, last)]
            return "/".join(b for b in bounds if b) if all(bounds) else bounds[0] if len(match["b"]) == 2 else None
        return _build(int(first), None, None, this_year) if first == last or len(match["b"]) == 2 else None
    if bound := _open_start(text, this_year) or _open_end(text, this_year):
        return bound
    if match := shapes.DAY_TO_DAY.fullmatch(text):
        year, month = int(match["y"]), int(match["m"])
        start, end = (_build(year, month, int(match[d]), this_year) for d in ("d", "d2"))
        return f"{start}/{end}" if start and end and start < end and len(end) == 10 else None
    if (match := shapes.SEASON_SPAN.search(text)) and (match["y"] is None) != (match["y2"] is None):
        whole = _build(int(match["y"] or match["y2"]), None, None, this_year)
        season, last = shapes.SEASONS[match["s"]], shapes.SEASONS[match["s2"]]
        # a winter before a spring began a year before
        return f"{whole}-{season}/{whole}-{last}" if whole and season < last else whole
    for pattern in shapes.SPANS:
        if match := pattern.search(text):
            parts = match.groupdict()
            months = (shapes.MONTHS[parts["mon"]], shapes.MONTHS[parts.get("mon2") or parts["mon"]])
            days = (_number(parts.get("d")), _number(parts.get("d2")))
            start, end = (_build(int(parts["y"]), m, d, this_year) for m, d in zip(months, days, strict=True))
            if start and end and start < end and len(start) == len(end):
                return f"{start}/{end}"
    for separator in shapes.HALVES:
        halves = separator.split(text)
        if len(halves) == 2 and (found := _halves(halves[0], halves[1], this_year)):
            return found
    return None


def _halves(left: str, right: str, this_year: int) -> str | None:
    """``28 April - 3 May 2020``, ``Dec 2019/Jan 2020``: two dates, the first of which may owe its year to the second."""
    if (first := _decades(left, this_year)) and (last := _decades(right, this_year)):
        return f"{first}/{last}" if sort_key(first) < sort_key(last) else None
    end = _search(right, this_year)
    if end is None:
        return None
    start = _search(left, this_year)
    if start and start[:4] == end[:4] and len(start) != len(end):
        return end[:4]
    start = start or _search(f"{left} {end[:4]}", this_year)
    return f"{start}/{end}" if start and len(start) == len(end) > 4 and sort_key(start) < sort_key(end) else None


def _search(text: str, this_year: int) -> str | None:
    """The one date in the text. Where there are several: what they have in common, if it is a year at least."""
    for patterns in (shapes.ORDER, shapes.COARSE):
        found: list[str] = []
        rest = text
        for pattern in patterns:
            found += [value for match in pattern.finditer(rest) if (value := _of(match, this_year))]
            rest = pattern.sub(" ; ", rest)
        if found:
            common = _common(found)
            others = {year for year in shapes.OTHER_YEAR.findall(rest) if common and year != common[:4]}
            return None if others else common
    return None


def _of(match: re.Match[str], this_year: int) -> str | None:
    parts = match.groupdict()
    if "a" in parts:
        one, other = int(parts["a"]), int(parts["b"])
        if one <= 12 and other <= 12:  # day and month cannot be told apart
            return _build(int(parts["y"]), None, None, this_year)
        day, month = max(one, other), min(one, other)
        return _build(int(parts["y"]), month, day, this_year)
    if "compact" in parts and (parts["m"] or "00") > "12" and not parts["d"]:
        return None  # six digits that are no year and month: a short year, month and day?
    if "s" in parts:
        season = shapes.SEASONS[parts["s"] or parts["s2"]]
        whole = _build(int(parts["y"] or parts["y2"]), None, None, this_year)
        return f"{whole}-{season}" if whole else None
    if match.re is shapes.YM and len(parts["m"]) == 1 and (int(parts["y"]) + 1) % 10 == int(parts["m"]):
        return _build(int(parts["y"]), None, None, this_year)  # 1985/6: June, or a year and the next?
    number = shapes.MONTHS[parts["mon"]] if parts.get("mon") else _number(parts.get("m"))
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


_TWO = tuple(f"{number:02d}" for number in range(32))


def _build(year: int, month: int | None, day: int | None, this_year: int) -> str | None:
    if not _EARLIEST <= year <= this_year + _AHEAD:  # so all years have four digits
        return None
    if not month or not 1 <= month <= 12:
        return f"{year}"
    if not day or not 1 <= day <= (28 if day < 29 else monthrange(year, month)[1]):
        return f"{year}-{_TWO[month]}"
    return f"{year}-{_TWO[month]}-{_TWO[day]}"


def _roman(numeral: str) -> int:
    values = [{"m": 1000, "d": 500, "c": 100, "l": 50, "x": 10, "v": 5, "i": 1}[letter] for letter in numeral]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def _in_range(value: str, this_year: int, doubt: str | None = None) -> str | None:
    latest, earliest = int(value.replace("X", "9")), int(value.replace("X", "0"))
    return value + (doubt or "") if latest >= _EARLIEST and earliest <= this_year + _AHEAD else None


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

    Both CSL and Crossref's deposits write seasons as EDTF does, as months from 21 (spring) to 24.

    >>> from_parts([2020, 9, 28]), from_parts([2020, 2, 30]), from_parts([2020, 0]), from_parts([None])
    ('2020-09-28', '2020-02', '2020', None)
    >>> from_parts([2020, 21])
    '2020-21'
    """
    if not parts or not parts[0]:
        return None
    month = parts[1] if len(parts) > 1 else None
    found = _build(parts[0], month, parts[2] if len(parts) > 2 else None, this_year)
    return f"{found}-{month}" if found and month and 21 <= month <= 24 else found


# --- what a date as it was sent gives away ---------------------------------------------------------------------------


def is_timestamp(text: str) -> bool:
    """Whether a time of day stands there: in DSpace's ``dc:date`` this marks what the repository did, not the publisher.

    >>> is_timestamp("2020-12-21T14:03:55Z"), is_timestamp("2020-12-21")
    (True, False)
    """
    return shapes.TIMESTAMP.match(text) is not None


def is_shifted(text: str) -> bool:
    """Whether a timestamp looks like a local midnight that was turned into UTC: the last hour or two of a month.

    >>> is_shifted("2017-12-31T23:00:18Z"), is_shifted("2017-12-30T23:00:00Z")
    (True, False)
    """
    match = shapes.SHIFTED.match(text)
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
        return False
    return int(match[3]) == monthrange(int(match[1]), int(match[2]))[1]


def is_ambiguous(text: str) -> bool:
    """Whether day and month cannot be told apart, so that only the year was kept.

    >>> is_ambiguous("03/04/2020"), is_ambiguous("13/04/2020")
    (True, False)
    """
    return len(text) < 400 and any(int(m["a"]) <= 12 and int(m["b"]) <= 12 for m in shapes.DMY.finditer(text))
