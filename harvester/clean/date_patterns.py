"""The shapes in which dates are written, as patterns; ``harvester.clean.dates`` says what is made of them.

They see text in small letters with single spaces, in which every month and season is the English word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from harvester import schemas
from harvester.clean.characters import without_marks

MONTHS = {m: n for n, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}
WORD = re.compile(r"[^\W\d_]+")


@cache
def _words() -> dict[str, str]:
    """Every month and season of ``vocabularies/dates.toml``, also without its accents -> the word that the patterns know."""
    table = schemas.table("vocabularies/dates")
    words = {word: known for known, names in (table["months"] | table["seasons"]).items() for word in names}
    return {_bare(word): known for word, known in words.items() if len(word) > 4} | words


def _bare(word: str) -> str:
    if word[0] >= "\u0370":  # not a Latin letter: there the accents are part of the letter
        return word
    return without_marks(word.replace("ı", "i"))


def in_english(match: re.Match[str]) -> str:
    """For ``WORD.sub``: what a word says in English, or itself.

    >>> WORD.sub(in_english, "28. septembra 2020"), WORD.sub(in_english, "printemps 2020")
    ('28. sep 2020', 'spring 2020')
    """
    return _words().get(match[0], match[0])


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


MONTH = rf"(?:{_alternatives(MONTHS)})"
YEAR = r"(?<![\w./-])(?:[12][0-9]{3})(?![\w/-]|[.,][0-9]|['\u2019]s)"
DAY = r"(?:[0-3]?[0-9])(?:st|nd|rd|th|er|[oa](?![^\W\d_])|º|ª|°)?"
GAP = r"(?:[\s,./-]|\bde\b|\bdel\b|\bof\b){0,6}"

EU_REPO = re.compile(r"^info:eu-repo/date/\w{3,20}/")
_ROMAN_MONTHS = dict(zip("i ii iii iv v vi vii viii ix x xi xii".split(), MONTHS, strict=True))  # noqa: SIM905
ROMAN_MONTH = re.compile(r"(?<=[0-9])([. /-] ?)(i{1,3}|iv|vi{0,3}|ix|xi{0,2})(?=[. /-] ?[12][0-9]{3}(?![0-9]))")


def roman_month(match: re.Match[str]) -> str:
    """For ``ROMAN_MONTH.sub``.

    >>> ROMAN_MONTH.sub(roman_month, "28.ix.2020")
    '28.sep.2020'
    """
    return match[1] + _ROMAN_MONTHS[match[2]]


ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
SOUND_DAY = re.compile(
    r"(?:1[4-9]|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])(?:[T ][0-9:.]{5,18}(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
"""A day that every month has, with its time: nothing is to be found out but whether its year lies ahead."""
ISO_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ][0-9:.]{5,18}(?:Z|[+-][0-9]{2}:?[0-9]{2})?")
EDTF_DATE = (
    r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]|2[1-4])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?[?~%]?|[0-9]{3}X[?~%]?|[0-9]{2}XX[?~%]?"
)
EDTF = re.compile(rf"(?:(?:{EDTF_DATE}|\.\.)/)?(?:{EDTF_DATE}|\.\.)")
TIMESTAMP = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")
SHIFTED = re.compile(r"\s*([0-9]{4})-([0-9]{2})-([0-9]{2})T2[23]:00:[0-9]{2}(?:\.0+)?Z")

YMD = re.compile(
    r"(?<![\w./-])(?P<y>[0-9]{4})(?:\s?(?P<sep>[-/.:_])\s?|\s)(?P<m>[0-9]{1,2})(?:\s?(?P=sep)\s?|\s)(?P<d>[0-9]{1,2})(?=[tz]|[^\w/-]|$)(?!\.[0-9])"
)
DMY = re.compile(
    r"(?<![\w./-])(?P<a>[0-9]{1,2})\s?(?P<sep>[-/. ])\s?(?P<b>[0-9]{1,2})\s?(?P=sep)\s?(?P<y>[0-9]{4})(?![\w/-]|\.[0-9])"
)
COMPACT = re.compile(
    r"(?<![\w./-])(?P<compact>)(?P<y>[12][0-9]{3})(?P<m>[0-9]{2})(?P<d>[0-9]{2})?(?:(?:t?[0-9]{6}|t[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]{1,6})?z?)?(?![\w./-])"
)
CJK = re.compile(r"(?P<y>[0-9]{4})\s?[年년]\s?(?:(?P<m>[0-9]{1,2})\s?[月월]\s?(?:(?P<d>[0-9]{1,2})\s?[日일])?)?")
DAY_MONTH_YEAR = re.compile(
    rf"(?<![\w./-])(?:(?P<d>{DAY}){GAP})?(?<![^\W\d_])(?P<mon>{MONTH})(?![^\W\d_]){GAP}(?P<y>[12][0-9]{{3}})(?![\w/-])"
)
MONTH_DAY_YEAR = re.compile(
    rf"\b(?P<mon>{MONTH})\b{GAP}(?P<d>{DAY})(?:\s*,\s*|\s+|-|/|\.)(?P<y>[12][0-9]{{3}})(?![\w/-])"
)
YEAR_MONTH_DAY = re.compile(
    rf"(?<![\w./-])(?P<y>[12][0-9]{{3}}){GAP}(?P<mon>{MONTH})(?![^\W\d_])(?:{GAP}(?P<d>{DAY})(?![\w:]))?"
)
YM = re.compile(r"(?<![\w./-])(?P<y>[12][0-9]{3})\s?[-/.]\s?(?P<m>0[0-9]|1[0-2]|[1-9])(?![\w/-]|\.[0-9])")
MY = re.compile(r"(?<![\w./-])(?P<m>0?[1-9]|1[0-2])\s?[-/.]\s?(?P<y>[12][0-9]{3})(?![\w/-]|\.[0-9])")
SEASON = re.compile(
    rf"\b(?:(?P<s>{_alternatives(SEASONS)})\b[\s,-]*(?:(?:of|de)\s)?(?P<y>[12][0-9]{{3}})|(?P<y2>[12][0-9]{{3}})[\s,-]*(?P<s2>{_alternatives(SEASONS)})\b)(?![\w/-])"
)
SEASON_SPAN = re.compile(
    rf"(?:(?<![\w./-])(?P<y>[12][0-9]{{3}})[\s,]+)?\b(?P<s>{_alternatives(SEASONS)})\s?(?:[-/&]|\band\b)\s?(?P<s2>{_alternatives(SEASONS)})\b"
    r"(?:[\s,]+(?P<y2>[12][0-9]{3}))?(?![\s,/-]*[0-9])"
)
SEASON_WORD = re.compile(rf"\b(?:{_alternatives(SEASONS)})\b")
PLAIN_YEAR = re.compile(
    rf"(?P<y>{YEAR})|(?<![\w./-])(?P<week>[12][0-9]{{3}})-(?:w[0-5][0-9](?:-?[1-7])?|[0-3][0-9]{{2}})(?![\w/-])"
)
_TO = r"(?:\s?[-/&]\s?|,?\s(?:to|until|and|al?|au|y|e|et|und|bis|og|och|i|en|tot)\s)"
DAYS = re.compile(
    rf"(?<![\w./-])(?P<d>{DAY})\.?(?:,\s?{DAY}\.?){{0,9}}{_TO}(?P<d2>{DAY})\.?\s+(?:de\s+|of\s+)?(?P<mon>{MONTH})\b{GAP}(?P<y>[12][0-9]{{3}})(?![\w/-])"
)
DAYS_US = re.compile(
    rf"\b(?P<mon>{MONTH})\b\.?\s+(?P<d>{DAY})\s?(?:-|to|and|&)\s?(?P<d2>{DAY})\s*,?\s+(?P<y>[12][0-9]{{3}})(?![\w/-])"
)
MONTH_SPAN = re.compile(
    rf"\b(?P<mon>{MONTH})\b\.?(?:\s?[-/&,\s]\s?{MONTH}\b\.?){{0,10}}\s?(?:[-/&,]|to|and)?\s?(?P<mon2>{MONTH})\b"
    rf"{GAP}(?P<y>[12][0-9]{{3}})(?![\w/-])"
)
YEAR_DAYS = re.compile(
    rf"(?<![\w./-])(?P<y>[12][0-9]{{3}})[\s,:]+(?P<mon>{MONTH})\b\.?\s+(?P<d>{DAY})\s?[-/]\s?(?P<d2>{DAY})(?![\w:/-])"
)
"""``2015 Jan 7-13`` (PubMed)"""
YEAR_DAYS_OF_MONTHS = re.compile(
    rf"(?<![\w./-])(?P<y>[12][0-9]{{3}})[\s,:]+(?P<mon>{MONTH})\b\.?\s+(?P<d>{DAY})\s?[-/]\s?(?P<mon2>{MONTH})\b\.?\s+(?P<d2>{DAY})(?![\w:/-])"
)
"""``1991 Nov 21-Dec 4`` (PubMed)"""
YEAR_MONTH_SPAN = re.compile(
    rf"(?<![\w./-])(?P<y>[12][0-9]{{3}})[\s,:]+(?P<mon>{MONTH})\b\.?\s?(?:[-/&,]|to|and)?\s?(?P<mon2>{MONTH})\b(?:\s01$)?(?!\.?\s?[0-9])"
)
SPANS = (DAYS, DAYS_US, YEAR_DAYS, YEAR_DAYS_OF_MONTHS, MONTH_SPAN, YEAR_MONTH_SPAN)
DAY_TO_DAY = re.compile(r"(?P<y>[12][0-9]{3})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})/(?P<d2>[0-9]{2})")
YEARS = re.compile(r"(?P<a>[12][0-9]{3})\??\s?(?:--?|/|\.\.|to|bis)\s?c?(?P<b>[12][0-9]{3}|[0-9]{2})")
BETWEEN = re.compile(
    r"(?:between|entre|zwischen|tra il) (?P<a>[12][0-9]{3})\?? (?:and|et|und|y|e|il) (?P<b>[12][0-9]{3})(?: ?\?)?"
)
OPEN_END = re.compile(
    r"(?:(?:after|later than|since|from|not before|not earlier than|post|depuis|après|seit|desde|nach|ab) (?P<a2>[12][0-9]{3})"
    r"|(?P<a>[12][0-9]{3})\s?(?:(?:-|/)\s?(?:present|heute|today|now|9999)?|to (?:present|the present|date)"
    r"|(?:or|and) (?:later|after)))"
)
OPEN_START = re.compile(
    r"(?:before|earlier than|until|up to|not after|(?:not|no) later than|ante|avant|vor|antes de)\s(?P<w>[12][0-9]{3})"
    r"|[-/]\s?(?P<b>[12][0-9]{3})|(?P<c>[12][0-9]{3}) (?:or|and) (?:earlier|before)"
)
BOUND = re.compile(
    r"\b(?:before|after|since|until|(?:earlier|later) than|not (?:before|after)"
    r"|ante|post|avant|après|vor|nach|antes de|después de) "
)
BEHIND = re.compile(r"after|since|later|not before|not earlier|post|après|nach|después")
"""``BOUND`` makes of a date the end of a span, those of ``BEHIND`` its beginning."""

DECADE = re.compile(r"(?P<y>[12][0-9]{2})(?:(?:[u_x]|-|0'?s|0er(?: jahre)?|0-(?:luku|luvulla|talet))(?P<doubt>\?)?|\?)")
DECADE_WORDS = re.compile(
    r"(?:les )?(?:années|anni|años|anos|década de(?: los)?|décennie|decade of)\s(?P<y>[12][0-9]{2}0)"
)
CENTURY = re.compile(r"(?P<y>[12][0-9])(?:(?:uu|__|xx|--)(?P<doubt>\?)?|\?\?)")
CENTURY_WORD = r"(?:century|cent\.?|jh\.?|siècle|jahrhundert|secolo|siglo|século)"
NTH_CENTURY = re.compile(
    rf"(?P<n>1[5-9]|2[01])(?:st|th|e|ème|\.)? {CENTURY_WORD}|(?P<r>xv|xvi{{1,3}}|xix|xxi?)(?:e|ème)? {CENTURY_WORD}"
    rf"|{CENTURY_WORD} (?P<r2>xv|xvi{{1,3}}|xix|xxi?)"
)
HALVES = (
    re.compile(
        r"\s-\s|\s(?:to|until|bis)\s|(?<=[0-9]{4}-[0-9]{2}-[0-9]{2})-(?=[0-9]{4}-[0-9]{2}-[0-9]{2})|-(?=[0-9]{1,2}\.?\s[^\W\d_]{3})"
        r"|-(?=[^\W\d_]|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}|[0-9]{4}[./][0-9]{1,2}[./]|[12][0-9]{3}[\s,]+[^\W\d_])"
    ),
    re.compile(r"\s?/\s?"),
)
SPAN_WORD = re.compile(r"(?:between|from|early|mid|late|the)[\s-]")
# What stands beside a date and says nothing of the day: the number of an issue, the time with its zone, a quarter.
BESIDE = re.compile(
    r"\b(?:no|nr|n[°º]|num|number|vol|volume|iss|issue|heft|bd|band|an|année|part|pt)\b[.:]?\s?[0-9]{1,3}\s?[./,-]?\s?(?=[12][0-9]{3}\b)|"
    r"(?<=\s)[0-2]?[0-9]:[0-5][0-9](?::[0-6][0-9])?(?:\.[0-9]{1,6})?(?:\s?[ap]\.?m\b\.?)?"
    r"(?:\s?(?:utc|gmt|[a-z]{1,2}[sd]t|ce?s?t|msk)\b)?(?:\s?[+-][0-9]{2}:?[0-9]{2}\b)?|\([^()]{0,40}\btime\)"
    r"|(?:(?<=[0-9])-?|\b)q[1-4]\b/?|\b(?:[1-4](?:st|nd|rd|th)|first|second|third|fourth) quarter\b(?: of\b)?"
    r"|\(?\b(?:academic|school|fiscal|financial) year\b:?\)?|\b(?:[af]y|[ws]s|wise|sose)\s?(?=[12][0-9]{3})"
    r"|(?<=[0-9])-(?:xx|uu|\?\?)(?:-(?:xx|uu|\?\?))?$|(?<=[12][0-9]{3})(?:\.0{1,2}|[a-d])$|(?<=[0-9]{4}-[0-9]{2}-[0-9]{2})[+-][0-9]{4}$|(?<=[0-9])(?:z|[+-][0-9]{2}:[0-9]{2})$"
)
OTHER_YEAR = re.compile(r"(?<![\w.:])(?:1[4-9]|20)[0-9]{2}(?![\w:]|[.,][0-9])")
"""A year anywhere, also at the ends of a span: where it is not that of the date that was found, nothing is certain."""
OLD_OPEN = re.compile(r"^open(?=/)|(?<=/)open$")
"""How the draft of EDTF wrote what level 1 writes with two dots."""
NO_YEAR = re.compile(
    r"(?:^|[\s(])pp?\.?\s[12][0-9]{3}|\b[12][0-9]{3}\s?pp?\b\.?$|[0-9]\s?(?:a\.?h|b\.?c(?:\.?e)?|before christ|v\. ?chr)\.?$"
    r"|^(?:a\.?h|h)\.? ?1[34]"
)
"""Pages, and years that are counted from another event or backwards."""
ERA = re.compile(r"(?P<era>令和|平成|昭和|大正|明治|民國|民国)\s?(?P<n>元|[0-9]{1,3})\s?(?=年)")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民國": 1911, "民国": 1911}


def era(match: re.Match[str]) -> str:
    """For ``ERA.sub``: the year of a Japanese era, or of the Republic of China, in the common calendar.

    >>> ERA.sub(era, "令和2年9月28日"), ERA.sub(era, "平成元年")
    ('2020年9月28日', '1989年')
    """
    return str(_ERAS[match["era"]] + (1 if match["n"] == "元" else int(match["n"])))


TWO_YEARS = re.compile(r"(?<=\b[12][0-9]{3}),(?=[12][0-9]{3}\b)")
ZERO_TIME = re.compile(r"(?:1970-01-01|1899-12-3[01])[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?")
"""Where clocks begin to count: the value of a field that was never set."""
_DATE_WORD = rf"(?:[0-3]?[0-9](?:st|nd|rd|th)? )?(?:{_alternatives((*MONTHS, *SEASONS))})\b"
ABOUT = re.compile(
    r"(?:\b(?:circa|approximately|about|around|um|etwa|vers|hacia|verso|okolo|cca|około|omkring|rond|noin|около|ок)\b\.?|\bapprox\b\.?|\bca\b\.?|\bca(?=[12][0-9]{2})|\bc\.|\bc\s|~)\s*"
    rf"(?=[\s(\[]*(?:the )?(?:[12][0-9]{{2}}[0-9x]|{_DATE_WORD}))|(?<=[0-9?s])\s*\(?(?:approx(?:imately|\.)?|circa|~)\)?$"
)
COPYRIGHT = re.compile(r"(?:\bcopyright|©|\(c\)|℗|\b[cp](?=[12][0-9]{3}))\s*")
CORRECTED = re.compile(r".*\bi\.\s?e\.,?\s*")
IN_BRACKETS = re.compile(rf"\(({MONTH}\.?|{_alternatives(SEASONS)}|[12][0-9]{{3}})\)")
LATER_COPYRIGHT = re.compile(r",? ?(?:\b[cp]|[©℗]\s?|\(c\)\s?)[12][0-9]{3}\b")
ROMAN = re.compile(r"(?=[a-z]{4})m{1,2}(?:cm|cd|d?c{0,4})(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})")
DOUBT = re.compile(r"(?<=[0-9])\s*\(?\?\)?~?$")
DOUBT_WORD = re.compile(
    r"\(?\b(?:uncertain|maybe|perhaps|probably|possibly|presumably|doubtful|guess|vermutlich|wahrscheinlich)\b:?\)?"
)
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
ORDER = (CJK, DAY_MONTH_YEAR, MONTH_DAY_YEAR, YEAR_MONTH_DAY, YMD, DMY)
COARSE = (COMPACT, SEASON, YM, MY, PLAIN_YEAR)
