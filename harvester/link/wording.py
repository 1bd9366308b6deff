"""How two titles differ, word by word: in spelling, by a subtitle, by the number of a part, or in what they say. Pure."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from harvester import schemas
from harvester.link.features import listed, numeral, roman

Difference = Literal["equal", "typos", "subtitle", "more", "near", "loose", "opposed", "far"]


class Wording(NamedTuple):
    difference: Difference
    parts: Literal["", "lone", "mark", "other"] = ""
    """Whether their numbers differ, as those of parts of a series or the years of a report; ``lone``: one alone has a number.

    ``mark``: it stands at the end of one, as that of a footnote does, too.
    """
    about: str = ""
    """What one is to the other where its title says so: reply, erratum ..."""


EQUAL: Final = Wording("equal")
FAR: Final = Wording("far")
_YEAR: Final = re.compile(r"(?:1\d|20)\d\d")
_CUT: Final = 40
"""Letters of a title that may have been cut: so many do not begin another by chance."""
_SPELT: Final = 95
"""Likeness of the same words in two spellings."""
_FEW: Final = 3
"""Words of a subtitle behind which a number may be that of a part: ``in France 2``, and not ``... 220 pp., 25.99``."""
_PADDING: Final = re.compile(r"(?<!\d)0+(?=\d)")
_DIGIT: Final = re.compile(r"\d")


@lru_cache(maxsize=1024)
def wording(a: str, b: str) -> Wording:
    """How two folded titles differ. The order of the two does not matter."""
    if a == b:
        return EQUAL
    ratio = fuzz.ratio(a, b)
    if ratio < 60 and not (_beginning(a, b) or _ending(a, b) or _first_words(a, b)):
        return FAR
    if a.replace(" ", "") == b.replace(" ", ""):
        return EQUAL
    a, b = _uncut(a, b)
    mine, others = a.split(), b.split()
    left, right = _left_over(mine, others), _left_over(others, mine)
    left, right = _without_spacing(left, right)
    left, right = _without_typos(left, right)
    speaking = schemas.table("linking")["words"]["speaking"]
    about = next((speaking[word] for word in (*left, *right) if word in speaking), "")
    left_numbers, right_numbers = _numbers(left, mine), _numbers(right, others)
    if bool(left_numbers) != bool(right_numbers):  # meiosis I, meiosis II
        left_numbers |= {str(roman(word)) for word in left if word in ("i", "v", "x")}
        right_numbers |= {str(roman(word)) for word in right if word in ("i", "v", "x")}
    if not left and not right:
        return Wording("typos")
    if not left or not right:
        return _longer(left or right, a, b, left_numbers or right_numbers, about=about)
    parts: Literal["", "other"] = "other" if _numbered_apart(left, right, left_numbers, right_numbers) else ""
    told = max(_letters(left), _letters(right)) / max(len(a), len(b))
    if any(_turned(one, other) for one in left for other in right):
        return Wording("opposed", parts, about)
    if _ending(a, b):
        return Wording("more", parts, about)
    near = told <= 0.25 and ratio >= 80 and (told <= 0.12 or max(len(left), len(right)) <= 2)
    return Wording("near" if near else "loose" if ratio >= 60 else "far", parts, about)


def _uncut(a: str, b: str) -> tuple[str, str]:
    """Where the field of a database ended within a word, without that word; ``part I`` is no beginning of ``part II``."""
    short, long = sorted((a, b), key=len)
    if len(short) < _CUT or len(short) == len(long):
        return a, b
    before, _, word = short.rpartition(" ")
    if word in ("i", "v", "x") or numeral(word) or long.startswith(f"{short} "):
        return a, b
    place = before.count(" ") + 1
    there = long.split()[place - 1 : place + 2]
    cut = word not in there and any(other.startswith(word) for other in there)
    return (before, long) if cut and fuzz.ratio(before, long[: len(before)]) >= _SPELT else (a, b)


def _longer(more: list[str], a: str, b: str, numbers: set[str], *, about: str) -> Wording:
    """What one title has more than the other: a number counts as that of a part, but for a footnote mark at its end."""
    whole = max(a, b, key=lambda text: (len(text.split()), len(text))).split()
    more = [word for word in more if word in whole]
    if not more:
        return Wording("typos")
    mark = numbers and len(more) == 1 and whole[-1] == more[0] and len(more[0]) == 1 and not _counted(whole, more[0])
    begins = _beginning(a, b)
    first = min(len(a.split()), len(b.split())) if begins else 0
    counted = bool(numbers) and not mark and any(_is_part(whole, word, first) for word in more)
    parts: Literal["", "lone"] = "lone" if counted else ""
    small = all(word in listed("small") or len(word) == 1 for word in more)
    if mark or (small and not parts):
        return Wording("typos", "mark" if mark else parts)
    if begins and not parts:
        return Wording("subtitle", parts, about)
    share = _letters(more) / max(1, _letters(whole))
    return Wording("more" if share <= 0.3 or begins or _ending(a, b) else "loose", parts, about)


def _is_part(whole: list[str], word: str, first: int) -> bool:
    """Whether a word is the number of a part: not a year, nor amid a subtitle: ``a 10-year review of 892 cases``.

    ``first``: where the subtitle begins; 0 where there is none.
    """
    if _YEAR.fullmatch(word) or not (numeral(word) or _DIGIT.search(word) or len(word) == 1):
        return False
    place = whole.index(word)
    if 0 < first == place < len(whole) - 1:
        return bool(numeral(word))  # and not the article of: ... Fifth Edition: a new approach
    within = place < len(whole) - 1 or place - first > _FEW
    amid = 0 < first < place and within and whole[place - 1] not in listed("counted")
    return _counted(whole, word) and not amid


def _beginning(a: str, b: str) -> bool:
    """Whether one is how the other begins, but for spelling, and says enough."""
    short, long = sorted((a, b), key=len)
    if short.count(" ") < 2 or len(short) < 16:
        return False
    if long[len(short) :][:1] not in ("", " "):  # a letter more, or less
        head = " ".join(long.split()[: short.count(" ") + 1])
        return abs(len(head) - len(short)) <= 2 and fuzz.ratio(short, head) >= _SPELT
    return long.startswith(short) or fuzz.ratio(short, long[: len(short)]) >= _SPELT


def _first_words(a: str, b: str) -> bool:
    """Whether one is how the other begins, however little it says: a title without its subtitle."""
    return a.startswith(f"{b} ") or b.startswith(f"{a} ")


def _ending(a: str, b: str) -> bool:
    """``SIM Competition Paper: Trends in data administration``: the heading of a section went into the title."""
    short, long = sorted((a, b), key=len)
    if short.count(" ") < 2 or len(short) < 16:
        return False
    tail = " ".join(long.split()[-short.count(" ") - 1 :])
    return tail != long and (tail == short or fuzz.ratio(short, tail) >= 92)


def _left_over(mine: list[str], others: list[str]) -> list[str]:
    left = Counter(mine)
    left.subtract(Counter(others))
    found = []
    for word in mine:
        if left[word] > 0:
            left[word] -= 1
            found.append(word)
    return found


def _without_spacing(left: list[str], right: list[str]) -> tuple[list[str], list[str]]:
    """``health care`` and ``healthcare`` are the same."""
    if left and right and "".join(left) == "".join(right):
        return [], []
    for these, those in ((left, right), (right, left)):
        for first, second in pairwise(these[:]):
            if first + second in those and first in these and second in these:
                those.remove(first + second)
                these.remove(first)
                these.remove(second)
    return left, right


def _without_typos(left: list[str], right: list[str]) -> tuple[list[str], list[str]]:
    rest, free = [], right[:]
    for word in left:
        match = next((other for other in free if _misspelt(*sorted((word, other)))), None)
        if match is None:
            rest.append(word)
        else:
            free.remove(match)
    return rest, free


@lru_cache(maxsize=8192)
def _misspelt(a: str, b: str) -> bool:
    """Whether two words may be one in two spellings; never where a digit, or a prefix that turns the sense, differs."""
    if numeral(a) or numeral(b):
        return numeral(a) == numeral(b)
    if _DIGIT.search(a) or _DIGIT.search(b):
        return _PADDING.sub("", a) == _PADDING.sub("", b)  # WP0003, WP3
    shorter = min(len(a), len(b))
    allowed = 0 if shorter < 4 else 1 if shorter < 7 else 2
    if a[0] != b[0] and shorter < 6:
        return False
    distance = OSA.distance(a, b, score_cutoff=allowed)
    return distance <= allowed and not _opposed(a, b)


@cache
def _grammar() -> list[frozenset[str]]:
    return [frozenset(words) for words in schemas.table("linking")["words"]["grammar"].values()]


def one_language(a: str, b: str) -> bool:
    """Whether both titles are sentences of one language, as their smallest words tell: then none is the other's translation.

    >>> one_language("leading the wards", "the cost of care"), one_language("leading the wards", "was pflege kostet")
    (True, False)
    """
    mine, others = frozenset(a.split()), frozenset(b.split())
    return any(not mine.isdisjoint(words) and not others.isdisjoint(words) for words in _grammar())


@cache
def _opposites() -> list[tuple[str, str]]:
    rows = schemas.table("linking")["words"]["opposite"]
    return [(one, other) for pair in rows for one, other in (pair, pair[::-1])]


@cache
def _turns() -> dict[str, frozenset[str]]:
    """Word -> the words that exclude it."""
    rows = schemas.table("linking")["words"]
    found: dict[str, set[str]] = {}
    for family in rows["families"]:
        for group in family:
            for word in group:
                found.setdefault(word, set()).update(w for other in family if other is not group for w in other)
    for one, other in rows["turned"]:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


def _turned(a: str, b: str) -> bool:
    return b in _turns().get(a, ()) or _opposed(a, b)


def _opposed(a: str, b: str) -> bool:
    return a[-3:] == b[-3:] and any(
        a.startswith(one) and b.startswith(other) and a[len(one) : len(one) + 4] == b[len(other) : len(other) + 4]
        for one, other in _opposites()
    )


def _numbers(words: list[str], whole: list[str]) -> set[str]:
    """The numbers among words that only one title has."""
    found = {n for word in words if (n := numeral(word))}
    found |= {word for word in words if _DIGIT.search(word) and not numeral(word)}
    return found | {str(roman(w) or w) for w in words if len(w) == 1 and w.isalpha() and _counted(whole, w)}


def _numbered_apart(left: list[str], right: list[str], left_numbers: set[str], right_numbers: set[str]) -> bool:
    """Also by a letter that one has in the place of another: vitamin C, vitamin D."""
    if left_numbers and right_numbers:
        return left_numbers != right_numbers
    return len(left) == len(right) == 1 and len(left[0]) == len(right[0]) == 1


def _counted(whole: list[str], word: str) -> bool:
    """Whether a word stands behind ``part``, ``phase``..., or is a number that is spelt as no footnote is."""
    place = whole.index(word)
    return (place > 0 and whole[place - 1] in listed("counted")) or (len(word) > 1 and bool(numeral(word)))


def _letters(words: list[str]) -> int:
    return sum(map(len, words)) + len(words)
