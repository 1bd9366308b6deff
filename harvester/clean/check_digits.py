"""Identifiers that carry a check digit: ISSN, ISBN, ORCID iD, ISNI, ROR. It tells them from other numbers in a text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import unquote

from harvester.clean.characters import flat
from harvester.clean.dois import DOI

_LATEST_YEAR = datetime.now(UTC).year + 5


def _mod11_2(digits: str) -> bool:
    """ISO 7064 MOD 11-2, the check of ORCID and ISNI; the last character may be X."""
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return digits[-1] == ("X" if check == 10 else str(check))


_KHA = str.maketrans("\u0425\u0445", "XX")
"""The letter that looks like X on a Cyrillic keyboard, where check digits are typed."""

_ISSN = re.compile(
    r"(?:(?P<label>[ep]?-?issn(?:-?l)?(?:\s?\(\w{1,12}\))?[\W_]{0,4})|(?<![\w./-])(?<!\bp\.\s)(?<!\bpp\.\s)(?<!\bpp\s)|(?<=[0-9]{3}[0-9Xx]/))"
    r"(?P<a>[0-9]{4})(?P<dash>\s?[-_]\s?|\s)?(?P<b>[0-9]{3}[0-9Xx])(?![\w-]|\([0-9]|[./](?![0-9]{4}-?[0-9]{3}[0-9Xx](?!\w))\w)",
    re.IGNORECASE,
)
_EIGHTS = re.compile(
    r"\s*[0-9]{7}[0-9Xx](?:\s*[;,|/\s]\s*[0-9]{7}[0-9Xx]){0,20}\s*(?:[;,|.]?|\((?:print|online|electronic|e?issn|paper|digital|web)\))\s*",
    re.I,
)


_ISSN_DIGITS = re.compile(r"[0-9]{4}[\s_-]{0,3}[0-9]{3}")
"""What every ISSN has, found without a try for a label at each letter of a long text."""
_AROUND = 30
"""Characters that a label has at most; as many behind the first digit tell whether it is an ISSN."""
_BARE_ISSN = re.compile("([0-9]{4})-([0-9]{3}[0-9X])")


def _is_plain(text: str) -> bool:
    """Whether ``flat`` would change nothing."""
    return text.isascii() and "&" not in text


def issn(text: str) -> str | None:
    """The first ISSN in the text whose check digit is right.

    >>> issn("ISSN 2398-631x (online)"), issn("2398-6310"), issn("10.12016/j.issn.2096-1456.2017.06.014")
    ('2398-631X', None, None)
    """
    return next(iter(issns(text)), None)


def issns(text: str) -> list[str]:
    """All ISSNs in the text, in order, each once. A span of years and a part of a DOI are none.

    >>> issns("1470-8558;1360-0591"), issns("1998-2002")
    (['1470-8558', '1360-0591'], [])
    """
    if len(text) < 8:
        return []
    if len(text) == 9 and (match := _BARE_ISSN.fullmatch(text)):
        digits = match[1] + match[2]
        is_years = digits.isdigit() and 1900 <= int(match[1]) < int(match[2]) <= _LATEST_YEAR
        return [text] if not is_years and text != "0000-0000" and _is_issn(digits) else []
    if _is_plain(text) and _ISSN_DIGITS.search(text) is None:
        return []
    text = flat(text)
    if not text.isascii():
        text = text.translate(_KHA)
    if "10." in text:
        text = DOI.sub(" ", text)
    spots = [match.start() for match in _ISSN_DIGITS.finditer(text)]
    if not spots:
        return []
    bare = _EIGHTS.fullmatch(text) is not None
    found: list[str] = []
    for match in _ISSN.finditer(text, max(0, spots[0] - _AROUND), spots[-1] + _AROUND):
        label, left, right = match["label"], match["a"], match["b"].upper()
        if not label:
            if match["dash"] is None and (not bare or _is_day(left + right)):
                continue  # eight digits in running text, or a date
            if right.isdigit() and 1900 <= int(left) < int(right) <= _LATEST_YEAR:
                continue  # a span of years
        digits = left + right
        value = f"{left}-{right}"
        if _is_issn(digits) and value != "0000-0000" and value not in found:
            found.append(value)
    return found


def _is_issn(digits: str) -> bool:
    """ISO 3297: weights from 8 down to 2, modulo 11."""
    a, b, c, d, e, f, g = map(int, digits[:7])
    return digits[7] == "0123456789X"[-(8 * a + 7 * b + 6 * c + 5 * d + 4 * e + 3 * f + 2 * g) % 11]


def _is_day(digits: str) -> bool:
    return (
        digits.isdigit()
        and "1400" <= digits[:4] <= "2100"
        and "01" <= digits[4:6] <= "12"
        and "01" <= digits[6:] <= "31"
    )


_ISBN = re.compile(
    r"(?:(?<![A-Za-z0-9])[ep]?[- ]?(?P<label>isbn)(?:[- ]?1[03]\b)?[\s:=#./(]{0,4}"
    r"(?:\(?(?:[a-z]{3,12}|no|e-?book)\b[).:\s]{1,3})?(?:ISBN[: ])?|(?<![\w./-]))"
    r"(?P<isbn>97[89](?:[-. ]{0,2}[0-9]){10}|(?:[0-9][- ]{0,2}){9}[0-9Xx])(?![\w-])",
    re.IGNORECASE,
)
_NINE_DIGITS = re.compile(r"[0-9](?:[-. ]{0,2}[0-9]){8}")
"""What every ISBN has, found without a try for a label at each letter."""
_BARE_ISBN = re.compile(r"97[89](?:[-. ]{0,2}[0-9]){10}|(?:[0-9][- ]{0,2}){9}[0-9Xx]")
_NOT_IN_ISBN = str.maketrans("", "", "-. ")
_BETWEEN_ISBNS = re.compile(r"[\s;,|/:.+\"'<>\[\]]*")
_NOTE = re.compile(r"\([^()]{0,60}\)?")


def isbn(text: str) -> str | None:
    """An ISBN as 13 digits. Only a value of its own or one with its label counts: other numbers have ten digits too.

    >>> isbn("0-521-87723-7"), isbn("URN:ISBN:978-0-521-87723-7 (pbk.)"), isbn("9780521877237 (hbk) : 90.00")
    ('9780521877237', '9780521877237', '9780521877237')
    >>> isbn("0-521-87723-0"), isbn("10.1136/1234567890-x"), isbn("tel. 0 521 87723 7")
    (None, None, None)
    """
    if len(text) < 10 or (_is_plain(text) and _NINE_DIGITS.search(text) is None):
        return None
    text = flat(text[:2000])
    if not text.isascii():
        text = text.translate(_KHA)
    if (bare := _BARE_ISBN.fullmatch(text)) is not None:
        return _isbn_of(bare[0])
    place = 0
    for match in _ISBN.finditer(text):
        if not match["label"]:
            before = text[place : match.start()]
            if not _BETWEEN_ISBNS.fullmatch(_NOTE.sub("", before) if "(" in before else before):
                continue  # a number in running text
        place = match.end()
        if (found := _isbn_of(match["isbn"])) is not None:
            return found
    return None


def _isbn_of(written: str) -> str | None:
    """Thirteen digits of what has the form of an ISBN; None where the check digit is wrong."""
    digits = written.translate(_NOT_IN_ISBN).upper()
    if len(set(digits)) == 1:
        return None
    if len(digits) == 10:
        total = sum((10 if d == "X" else int(d)) * w for d, w in zip(digits, range(10, 0, -1), strict=True))
        return _isbn13("978" + digits[:9]) if total % 11 == 0 else None
    is_music = digits.startswith("9790")  # ISMN
    return digits if digits == _isbn13(digits[:12]) and not is_music else None


def _isbn13(twelve: str) -> str:
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(twelve))
    return twelve + str(-total % 10)


_SIXTEEN = re.compile(r"(?<![\w-])([0-9]{4})[- ]?([0-9]{4})[- ]?([0-9]{4})[- ]?([0-9]{3}[0-9Xx])(?![\w-])")
_AFTER_LABEL = re.compile(r"(?<![0-9-])([0-9]{4})[-_. ]?([0-9]{4})[-_. ]?([0-9]{4})[-_. ]?([0-9]{3}[0-9Xx])(?![0-9-])")


def orcid(text: str) -> str | None:
    """A person's ORCID iD: bare, with dashes, check digit verified.

    ORCID iDs are a block of the ISNIs (0000-0001-5... to 0000-0003-5..., and 0009-...,
    https://support.orcid.org/hc/en-us/articles/360006897674). What is neither labelled nor written with ORCID's dashes
    must be of that block, or it is somebody's ISNI.

    >>> orcid("http://orcid.org/0000-0002-1825-0097"), orcid("000000021694233x"), orcid("0000-0002-1825-0098")
    ('0000-0002-1825-0097', '0000-0002-1694-233X', None)
    >>> orcid("0000 0001 2146 438X") is None
    True
    """
    if len(text) < 16:
        return None
    text = flat(text[:2000])
    labelled = "orcid" in text.lower()
    if not labelled and "isni" in text.lower():
        return None
    if "%" in text:
        text = unquote(text)
    for match in (_AFTER_LABEL if labelled else _SIXTEEN).finditer(text):
        value = "-".join(match.groups()).upper()
        digits = value.replace("-", "")
        number = int(digits[:15])
        in_block = 15_000_000 <= number <= 35_000_000 or digits.startswith("0009")
        own = in_block or (number > 1 and digits.startswith("0000000") and (labelled or match[0].upper() == value))
        if own and _mod11_2(digits):
            return value
    return None


def isni(text: str) -> str | None:
    """An ISNI as 16 characters without spaces, check digit verified.

    >>> isni("ISNI 0000 0001 2146 438X"), isni("https://isni.org/isni/0000000121464380")
    ('000000012146438X', None)
    """
    if len(text) < 16:
        return None
    for match in _SIXTEEN.finditer(flat(text[:2000])):
        digits = "".join(match.groups()).upper()
        if _mod11_2(digits) and digits.strip("0"):
            return digits
    return None


_ROR = re.compile(r"(?:\bror\.org/|^\s*(?:ror:\s*)?)(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})(?![\w-])", re.IGNORECASE)
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def ror(text: str) -> str | None:
    """An organisation's ROR id as its URL; its last two digits are an ISO 7064 MOD 97-10 check.

    >>> ror("ror.org/041kmwe10"), ror("https://ror.org/041kmwe11")
    ('https://ror.org/041kmwe10', None)
    """
    match = _ROR.search(text[:2000])
    if not match:
        return None
    value = match[1].lower()
    number = 0
    for letter in value[:7]:
        number = number * 32 + _CROCKFORD.index(letter)
    return f"https://ror.org/{value}" if int(value[7:]) == 98 - number * 100 % 97 else None
