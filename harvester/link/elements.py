"""What two records have in common, element by element, as names of weights (``schemas/linking.toml``). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from harvester.link.features import Features, listed
from harvester.link.rules import rules
from harvester.link.titles import generic
from harvester.link.wording import Wording, wording

_LONG_TITLE: Final = 8
"""Words that two works hardly have in common."""
NOTICES: Final = frozenset({"erratum", "retraction"})
SAME_PAGE: Final = frozenset({"page-equal", "pages-equal", "pages-stretch"})


def _titles(a: Features, b: Features) -> tuple[Wording | None, str]:
    """The best that two of their titles have in common, and the shorter of the two."""
    if not a.title or not b.title:
        return None, ""
    if a.title == b.title:
        return wording(a.title, b.title), a.title
    order = ("equal", "typos", "subtitle", "more", "near", "loose", "opposed", "far")
    best, text = wording(*sorted((a.title, b.title))), min(a.title, b.title, key=len)
    mine, others = _compared(a, b), _compared(b, a)
    if len(mine) + len(others) > 2:
        for one in mine:
            for other in others:
                found = wording(*sorted((one, other)))
                if order.index(found.difference) < order.index(best.difference):
                    best, text = found, min(one, other, key=len)
    return best, text


def _compared(f: Features, other: Features) -> tuple[str, ...]:
    """Its titles, and the one that it is about where the other is no text about it; two notices are told by it, too."""
    if f.about and (not other.kind or (f.kind in NOTICES and f.kind == other.kind)):
        return (f.title, *f.others, f.about)
    return (f.title, *f.others)


class Pair:
    """What two records say, element by element. Where one of them says nothing, nothing is found."""

    def __init__(self, a: Features, b: Features, *, issues: bool) -> None:
        self.a, self.b, self.issues = a, b, issues
        self.title, self.words = _titles(a, b)

    def hopeless(self) -> bool:
        """Cheaply: neither title nor place speak for it."""
        if self.title is None or self.title.difference not in ("loose", "opposed", "far"):
            return False
        return not (self.a.volume == self.b.volume and not set(self.a.pages).isdisjoint(self.b.pages))

    def evidence(self) -> Iterator[str]:
        """Names of weights."""
        yield self._title()
        if self._identical():
            yield "identical"
        for found in (self._people(), self._first_name(), self._year(), self._journal(), self._number("volume")):
            if found:
                yield found
        for found in (self._number("issue") if self.issues else "", self._pages(), self._doi(), self._abstract()):
            if found:
                yield found

    def _identical(self) -> bool:
        """Whether they are two copies of one record, however little it says."""
        a, b = self.a, self.b
        return bool(a.title) and _said(a) == _said(b)

    def _title(self) -> str:
        if self.title is None:
            return "title-missing"
        if self.title.difference in ("equal", "typos"):
            if generic(self.words):
                return "title-generic"
            if self.words.count(" ") < 3 and len(self.words) < 30:
                return "title-equal-short"
            if self.title.difference == "equal" and self.words.count(" ") >= _LONG_TITLE - 1:
                return "title-equal-long"
        elif self.title.difference in ("near", "more", "loose") and self._one_page():
            return "title-loose"
        elif self.title.difference == "loose" and self._begins() and self._pages() in SAME_PAGE:
            return "title-more"
        elif self.title.difference in ("loose", "far") and (self.a.translated or self.b.translated):
            return "title-translated"
        return f"title-{self.title.difference}"

    def _begins(self) -> bool:
        """Whether one title is the first words of the other, however few: its subtitle is missing."""
        a, b = self.a.title, self.b.title
        return a.startswith(f"{b} ") or b.startswith(f"{a} ")

    def _people(self) -> str:
        return people(self.a.names, self.b.names, self.a.givens, self.b.givens)

    def _first_name(self) -> str:
        a, b = self.a, self.b
        if not a.initial or not b.initial or a.initial == b.initial or a.names[:1] != b.names[:1]:
            return ""
        return "first-name-differs"

    def _year(self) -> str:
        mine, others = (self.a.year, *self.a.years), (self.b.year, *self.b.years)
        if not mine[0] or not others[0]:
            return ""
        apart = min(abs(one - other) for one in mine for other in others)
        if apart > 1:
            a, b = self.a, self.b
            one_issue = self.issues and a.volume and a.volume == b.volume and a.issue and a.issue == b.issue
            return "year-misprinted" if one_issue and self._journal() == "journal-equal" else "year-far"
        return "year-near" if apart else "year-equal"

    def _journal(self) -> str:
        a, b = self.a, self.b
        if not set(a.issns).isdisjoint(b.issns):
            return "journal-equal"
        if not a.journals or not b.journals:
            return ""
        found = _journals(a.journals, b.journals)
        if found == "journal-differs" and (_stands_for(a.acronym, b) or _stands_for(b.acronym, a)):
            return "journal-unclear"
        return found

    def _number(self, element: str) -> str:
        mine, others = getattr(self.a, element), getattr(self.b, element)
        if not mine or not others:
            return ""
        if mine == others:
            return f"{element}-equal"
        if element == "issue" and bool(_NUMBERED.search(mine)) != bool(_NUMBERED.search(others)):
            return ""  # Spring, or January, and 2
        if (
            element == "issue"
            and not set(mine.split()).isdisjoint(others.split())
            and ("s" in mine.split()) == ("s" in others.split())
        ):
            return f"{element}-equal"
        return f"{element}-differs"

    def _pages(self) -> str:
        a, b = self.a, self.b
        if not a.pages or not b.pages:
            return ""
        if not set(a.pages).isdisjoint(b.pages):
            return _stretch(a, b)
        if (_within(a.pages[0], b) or _within(b.pages[0], a)) and not _beside(a, b):
            return "pages-overlap"
        if _digits(a.pages[0]) and _digits(a.pages[0]) == _digits(b.pages[0]):
            return "pages-overlap"  # S108 and 108
        return "pages-differ"

    def _one_page(self) -> bool:
        """Whether both are on one and the same page, as abstracts of a meeting are: several by the same people."""
        a, b = self.a, self.b
        if not a.pages or not b.pages or any(len(page) > 4 for page in (*a.pages, *b.pages)):
            return False
        return all(not f.end or f.end in f.pages for f in (a, b)) and not set(a.pages).isdisjoint(b.pages)

    def _doi(self) -> str:
        if not self.a.dois or not self.b.dois:
            return ""
        if set(self.a.dois).isdisjoint(self.b.dois):
            return "doi-differs" if any(_rivals(mine, other) for mine in self.a.dois for other in self.b.dois) else ""
        return "doi-shared" if self._pages() == "pages-differ" else "doi-equal"

    def _abstract(self) -> str:
        mine, others = self.a.abstract, self.b.abstract
        if len(mine) < 40 or len(others) < 40:
            return ""
        size = min(len(mine), len(others))
        alike = fuzz.ratio(mine[:size], others[:size])
        return "abstract-equal" if alike >= 80 else "abstract-differs" if alike < 55 else ""


_NUMBERED: Final = re.compile(r"\d|\bs\b")
"""Of an issue: that it has a number, or is a supplement."""
_PREFIXED: Final = re.compile(r"[a-z]*([0-9]{1,9})")


def _stretch(a: Features, b: Features) -> str:
    """How much the pages say where the first one is the same: no two works fill the same five."""
    if not a.end or a.end != b.end or a.end in a.pages:
        return "pages-equal" if any(len(page) > 4 for page in set(a.pages).intersection(b.pages)) else "page-equal"
    first, last = _digits(a.pages[0]), _digits(a.end)
    long = first and last and 4 <= int(last) - int(first) <= 200
    return "pages-stretch" if long else "pages-equal"


def _rivals(doi: str, other: str) -> bool:
    """Whether two DOIs cannot be of one work; an archive gives one to what has that of its publisher already."""
    one, another = doi.partition("/")[0], other.partition("/")[0]
    return one == another or rules().archives.isdisjoint((one, another))


def _digits(page: str) -> str:
    found = _PREFIXED.fullmatch(page)
    return found[1] if found else ""


def _said(f: Features) -> tuple[object, ...]:
    place = (f.journals, f.volume, f.issue, f.pages, f.end)
    return (f.title, f.kind, f.type, f.year, f.names, f.initial, place, f.abstract)


def _beside(a: Features, b: Features) -> bool:
    """Whether each of two stretches has pages before, or behind, all of the other's: 7-21 and 12-26."""
    sent = (a.pages[0], a.end, b.pages[0], b.end)
    if not all(page.isdigit() for page in sent):
        return False
    first, last, other_first, other_last = map(int, sent)
    return (first < other_first and last < other_last) or (first > other_first and last > other_last)


def _within(page: str, other: Features) -> bool:
    if not (page.isdigit() and other.pages[0].isdigit() and other.end.isdigit()):
        return False
    first, last = int(other.pages[0]), int(other.end)
    return first <= int(page) <= last and last - first < 60


def people(
    mine: tuple[str, ...], others: tuple[str, ...], given: tuple[str, ...], others_given: tuple[str, ...]
) -> str:
    if not mine or not others:
        return ""
    one, other = set(mine), set(others)
    shared = one & other
    left, right = one - shared, other - shared
    count = len(shared) + _misspelt_names(left, right)
    fewer, more = sorted((len(one), len(other)))
    turned, others_turned = left & set(others_given), right & set(given)
    if (turned or others_turned) and (left == turned or right == others_turned) and (fewer > 1 or count == 0):
        whole = (left == turned or not others_given) and (right == others_turned or not given)
        if whole or (count and fewer > 1):
            return "names-most"
    if count == 0:
        return "names-some" if turned or others_turned else "names-none"
    if count >= 0.9 * fewer:
        return "names-equal" if fewer >= 0.6 * more else "names-most"
    return "names-most" if count >= 0.7 * fewer else "names-some"


def _misspelt_names(left: set[str], right: set[str]) -> int:
    count, free = 0, set(right)
    for name in sorted(left):
        match = next(
            (
                o
                for o in sorted(free)
                if len(name) > 3 and len(o) > 3 and (fuzz.ratio(name, o) >= 83 or name in o or o in name)
            ),
            None,
        )
        if match is not None:
            free.remove(match)
            count += 1
    return count


@lru_cache(maxsize=8192)
def _journals(mine: tuple[str, ...], others: tuple[str, ...]) -> str:
    if not set(mine).isdisjoint(others):
        return "journal-equal"
    best = "journal-differs"
    for one in mine:
        for other in others:
            short, long = sorted((one, other), key=len)
            if fuzz.ratio(one, other) >= 93:
                return "journal-equal"
            if _initials(short, long):
                best = "journal-near"
            elif ("journal" in short) != ("journal" in long):
                continue  # Pediatrics, and the Journal of Pediatrics
            elif _abbreviated(short, long) or (len(short) > 20 and fuzz.ratio(one, other) >= 86):
                best = "journal-near"
            elif best and long.startswith(f"{short} "):
                best = best if best == "journal-near" else ""
    return best


def _stands_for(acronym: str, other: Features) -> bool:
    """Whether it may: ``SIGMOD`` for International Conference on Management of Data, and not ``JAMA`` for Circulation."""
    if not acronym or other.acronym or acronym in other.journals[0].split():
        return False
    silent = listed("meetings")
    initials = "".join([word[0] for word in other.journals[0].split() if word not in silent])
    return len(initials) > 1 and (_subsequence(initials, acronym) or _subsequence(acronym, initials))


def _initials(short: str, long: str) -> bool:
    """Whether the one is the first letters of the other: ``bmj`` of ``british medical journal``."""
    return " " not in short and long.count(" ") > 1 and short == "".join([word[0] for word in long.split()])


def _abbreviated(short: str, long: str) -> bool:
    """Whether each word of the shorter begins a word of the longer, in their order.

    >>> _abbreviated("curr opin lipidol", "current opinion lipidology"), _abbreviated("jasa", "american statistical association")
    (True, False)
    """
    words, whole = short.split(), long.split()
    rest = iter(whole)
    if not all(any(_shortens(word, full) for full in rest) for word in words):
        return False
    return len(words) >= 2 or len(whole) == 1


def _shortens(word: str, full: str) -> bool:
    return full.startswith(word) or (word[0] == full[0] and len(word) >= 3 and _subsequence(word, full))


def _subsequence(word: str, full: str) -> bool:
    letters = iter(full)
    return all(letter in letters for letter in word)
