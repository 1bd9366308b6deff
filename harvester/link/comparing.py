"""Whether two records are one work, by what both say: named evidence, its weights, and what overrides them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, Literal

from msgspec import Struct
from rapidfuzz import fuzz

from harvester import schemas
from harvester.link.features import Features
from harvester.link.titles import generic
from harvester.link.wording import Wording, wording

Answer = Literal["same", "unsure", "related", "different"]


class Compared(Struct, frozen=True):
    """What came of comparing two records."""

    answer: Answer
    score: float
    evidence: tuple[str, ...]
    """Names of ``weights`` in ``schemas/linking.toml``, and after them what overrides their sum."""
    relation: str = ""
    """Where they are related: version, erratum, part ..."""
    hard: bool = False
    """Whether they can never be one work: what speaks against it is no mere want of evidence."""


class Rules(Struct, frozen=True):
    """``schemas/linking.toml``."""

    same: float
    unsure: float
    holders: int
    largest: int
    weights: dict[str, float]
    lines: dict[str, int]
    """Type -> the line of those that are taken for each other."""
    relations: dict[str, str]


@cache
def rules() -> Rules:
    rows = schemas.table("linking")
    types = rows["types"]
    lines = {type_: number for number, line in enumerate(types["alike"]) for type_ in line}
    return Rules(
        rows["same"], rows["unsure"], rows["holders"], rows["largest"], rows["weights"], lines, types["relations"]
    )


HESITATIONS: Final = frozenset({"unplaced", "unsure-journal", "recurring-title"})
"""What keeps two records apart, and lets a third one that is surely the same as both unite them."""
DIFFERENT: Final = Compared("different", 0.0, ())


def compare(a: Features, b: Features, *, one_source: bool = False, issues: bool = True) -> Compared:
    """Compare two records.

    ``one_source``: both are of a source that has each work once. ``issues=False``: what stands as the issue of one of them
    is no issue (see ``harvester.link.sources``).
    """
    title, words = _titles(a, b)
    found = Evidence(a, b, title, words, issues=issues)
    if found.hopeless():
        return DIFFERENT
    evidence = tuple(found.names())
    weights = rules().weights
    score = round(sum(weights[name] for name in evidence), 2)
    against, relation = found.against(set(evidence), one_source=one_source)
    if against:
        hard = not HESITATIONS.issuperset(against)
        if relation and relation != "other":
            return Compared("related", score, (*evidence, *against), relation, hard)
        enough = rules().same if hard else rules().unsure
        answer: Answer = "unsure" if score >= enough and found.worth_a_look(set(evidence)) else "different"
        return Compared(answer, score, (*evidence, *against), "", hard)
    if score >= rules().same and found.rests(set(evidence)):
        return Compared("same", score, evidence)
    return Compared("unsure" if score >= rules().unsure else "different", score, evidence)


def _titles(a: Features, b: Features) -> tuple[Wording | None, str]:
    """The best that two of their titles have in common, and the shorter of the two."""
    if not a.title or not b.title:
        return None, ""
    if a.title == b.title:
        return wording(a.title, b.title), a.title
    order = ("equal", "typos", "subtitle", "more", "near", "loose", "opposed", "far")
    best, text = wording(*sorted((a.title, b.title))), min(a.title, b.title, key=len)
    if a.others or b.others:
        for one in (a.title, *a.others):
            for other in (b.title, *b.others):
                found = wording(*sorted((one, other)))
                if order.index(found.difference) < order.index(best.difference):
                    best, text = found, min(one, other, key=len)
    return best, text


class Evidence:
    """What two records say, element by element. Where one of them says nothing, nothing is found."""

    def __init__(self, a: Features, b: Features, title: Wording | None, words: str, *, issues: bool) -> None:
        self.a, self.b, self.title, self.words, self.issues = a, b, title, words, issues
        self.common = generic(words) if title and title.difference in ("equal", "typos") else False

    def hopeless(self) -> bool:
        """Cheaply: neither title nor place speak for it."""
        if self.title is None or self.title.difference not in ("loose", "opposed", "far"):
            return False
        return not (self.a.volume == self.b.volume and not set(self.a.pages).isdisjoint(self.b.pages))

    def names(self) -> Iterable[str]:
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
            if self.common:
                return "title-generic"
            if self.words.count(" ") < 3 and len(self.words) < 30:
                return "title-equal-short"
        elif self.title.difference in ("near", "more", "loose") and self._one_page():
            return "title-loose"
        elif self.title.difference in ("loose", "far") and (self.a.translated or self.b.translated):
            return "title-translated"
        return f"title-{self.title.difference}"

    def _people(self) -> str:
        return _people(self.a.names, self.b.names, self.a.givens, self.b.givens)

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
        if found == "journal-differs" and bool(a.acronym) != bool(b.acronym):
            return "journal-unclear"  # SIGMOD Conference, and International Conference on Management of Data
        return found

    def _number(self, element: str) -> str:
        mine, others = getattr(self.a, element), getattr(self.b, element)
        if not mine or not others:
            return ""
        if mine == others:
            return f"{element}-equal"
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
        if _within(a.pages[0], b) or _within(b.pages[0], a):
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
            return "doi-differs"
        return "doi-shared" if self._pages() == "pages-differ" else "doi-equal"

    def _abstract(self) -> str:
        mine, others = self.a.abstract, self.b.abstract
        if len(mine) < 40 or len(others) < 40:
            return ""
        size = min(len(mine), len(others))
        alike = fuzz.ratio(mine[:size], others[:size])
        return "abstract-equal" if alike >= 80 else "abstract-differs" if alike < 55 else ""

    # --- what overrides the sum -------------------------------------------------------------------------------------

    def against(self, found: set[str], *, one_source: bool) -> tuple[list[str], str]:
        """(what makes them two works, the relation between them)."""
        a, b = self.a, self.b
        alike = bool(found & ALIKE)
        place = self._same_place(found)
        if a.kind != b.kind and not (place and "title-equal" in found):
            return ["kind"], (a.kind or b.kind) if self.title is not None and self.title.difference != "far" else ""
        if a.edition and b.edition and a.edition != b.edition:
            return ["edition"], "version" if alike and "names-none" not in found else "other"
        if self.title is not None and self.title.about and not (place and "pages-stretch" in found):
            return ["about"], self.title.about if "title-far" not in found else "other"
        if self.title is not None and self.title.parts and not (place and "pages-stretch" in found):
            return ["part"], "part" if "names-none" not in found else ""
        if relation := self._version(found, alike=alike, place=place):
            return ["type"], relation
        said = [name for name, holds in self._vetoes(found, alike, place, one_source) if holds]
        return said, ""

    def _vetoes(self, found: set[str], alike: bool, place: bool, one_source: bool) -> Iterable[tuple[str, bool]]:
        yield "other-doi", "doi-differs" in found and not (place and alike and self._two_registrations(found))
        yield "other-names", "names-none" in found and not (place and alike)
        sure = {"journal-equal", "year-equal"} <= found and "abstract-equal" in found
        other_page, other_volume = "pages-differ" in found and not sure, "volume-differs" in found and not sure
        other_issue = "issue-differs" in found and not (found & SAME_PAGE and self._counted_on())
        yield "other-place", other_page and (other_volume or other_issue)
        yield "other-volume", other_volume and not found & SAME_PAGE
        yield "other-journal", "journal-differs" in found and other_volume
        yield "other-issue", other_issue and not found & {"doi-equal", "abstract-equal"}
        placed = self.a.volume or self.a.pages or self.b.volume or self.b.pages
        unknown = "journal-differs" in found or ("journal-unclear" in found and placed)
        yield "unsure-journal", bool(unknown) and not found & PLACED_ALONE
        yield "other-year", "year-far" in found and not place
        yield "unplaced", "year-near" in found and not found & PLACED
        yield "recurring-title", bool(found & {"title-generic"}) and not self._same_spot(found, place)
        yield "one-source", (one_source or self._two_items()) and not (place or "doi-equal" in found)

    def _same_place(self, found: set[str]) -> bool:
        """Volume and page; many magazines count their pages from 1 in each issue."""
        if "volume-equal" not in found or not found & SAME_PAGE or "journal-differs" in found:
            return False
        return "issue-differs" not in found or self._counted_on()

    def _counted_on(self) -> bool:
        """Whether their first page, which is the same, is none that each issue has."""
        shared = set(self.a.pages).intersection(self.b.pages)
        return any(not page.isdigit() or int(page) > _IN_AN_ISSUE for page in shared)

    def _same_spot(self, found: set[str], place: bool) -> bool:
        """Where pages are missing: one author has one text of a name in an issue."""
        spot = {"volume-equal", "issue-equal", "names-equal"} <= found and not found & {
            "pages-differ",
            "journal-differs",
        }
        return place or spot

    def _two_items(self) -> bool:
        """Whether one repository has both, under two names."""
        mine, others = set(self.a.items), set(self.b.items)
        return mine.isdisjoint(others) and not {*map(_home, mine)}.isdisjoint(map(_home, others))

    def _two_registrations(self, found: set[str]) -> bool:
        """Journals that moved have been registered twice."""
        registrants = {d.partition("/")[0] for d in (*self.a.dois, *self.b.dois)}
        return len(registrants) > 1 or (self.words.count(" ") >= 5 and "names-equal" in found)

    def _version(self, found: set[str], *, alike: bool, place: bool) -> str:
        lines = rules().lines
        mine, others = lines.get(self.a.type), lines.get(self.b.type)
        if mine is None or others is None or mine == others or place:
            return ""
        if not alike or "names-none" in found:
            return "other"
        types = (self.a.type, self.b.type)
        return next((relation for type_, relation in rules().relations.items() if type_ in types), "version")

    def worth_a_look(self, found: set[str]) -> bool:
        return bool(found & ALIKE) and not found & {"names-none", "title-generic"}

    def rests(self, found: set[str]) -> bool:
        """Whether it rests on enough: a title by one author that many may have wants a place, too."""
        telling = self.words.count(" ") >= _TELLING - 1
        if "identical" in found:
            return telling or bool(found & PLACED)
        for_it = {name.partition("-")[0] for name in found if rules().weights[name] > 0} - {"title", "year"}
        if found & PLACED:
            return bool(for_it)
        return "names" in for_it and (telling or min(len(self.a.names), len(self.b.names)) > 1)


_TELLING: Final = 4
"""Words of a title."""
_IN_AN_ISSUE: Final = 120
"""Pages of an issue."""
SAME_PAGE: Final = frozenset({"page-equal", "pages-equal", "pages-stretch"})
PLACED_ALONE: Final = SAME_PAGE | {"doi-equal", "abstract-equal"}
PLACED: Final = frozenset(
    {"volume-equal", "issue-equal", "pages-stretch", "pages-equal", "page-equal", "doi-equal", "abstract-equal"}
)
ALIKE: Final = frozenset({"title-equal", "title-equal-short", "title-typos", "title-subtitle", "title-generic"})


_PREFIXED: Final = re.compile(r"[a-z]*([0-9]{1,9})")


def _stretch(a: Features, b: Features) -> str:
    """How much the pages say where the first one is the same: no two works fill the same five."""
    if not a.end or a.end != b.end or a.end in a.pages:
        return "pages-equal" if any(len(page) > 4 for page in set(a.pages).intersection(b.pages)) else "page-equal"
    first, last = _digits(a.pages[0]), _digits(a.end)
    long = first and last and 4 <= int(last) - int(first) <= 200
    return "pages-stretch" if long else "pages-equal"


def _digits(page: str) -> str:
    found = _PREFIXED.fullmatch(page)
    return found[1] if found else ""


def _said(f: Features) -> tuple[object, ...]:
    return (
        f.title,
        f.kind,
        f.type,
        f.year,
        f.names,
        f.initial,
        f.journals,
        f.volume,
        f.issue,
        f.pages,
        f.end,
        f.abstract,
    )


def _home(item: str) -> str:
    """The repository of an item: the prefix of its handle, or the namespace of its OAI identifier."""
    return item.partition("/")[0] if item.startswith("hdl:") else item.rpartition(":")[0]


def _within(page: str, other: Features) -> bool:
    if not (page.isdigit() and other.pages[0].isdigit() and other.end.isdigit()):
        return False
    first, last = int(other.pages[0]), int(other.end)
    return first <= int(page) <= last and last - first < 60


@lru_cache(maxsize=4096)
def _people(
    mine: tuple[str, ...], others: tuple[str, ...], given: tuple[str, ...], others_given: tuple[str, ...]
) -> str:
    if not mine or not others:
        return ""
    one, other = set(mine), set(others)
    shared = one & other
    left, right = one - shared, other - shared
    count = len(shared) + _misspelt_names(left, right)
    fewer, more = sorted((len(one), len(other)))
    if count == 0:
        turned = one & set(others_given) or other & set(given)
        return "names-some" if turned else "names-none"
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
            if _abbreviated(short, long) or (len(short) > 20 and fuzz.ratio(one, other) >= 86):
                best = "journal-near"
            elif best and long.startswith(f"{short} "):
                best = best if best == "journal-near" else ""
    return best


def _abbreviated(short: str, long: str) -> bool:
    """Whether each word of the shorter begins a word of the longer, in their order; or are its first letters.

    >>> _abbreviated("curr opin lipidol", "current opinion lipidology"), _abbreviated("jasa", "american statistical association")
    (True, False)
    """
    words, whole = short.split(), long.split()
    if len(words) == 1 and len(whole) > 2:
        return words[0] == "".join(w[0] for w in whole)
    rest = iter(whole)
    if not all(any(_shortens(word, full) for full in rest) for word in words):
        return False
    return len(words) >= 2 or len(whole) == 1


def _shortens(word: str, full: str) -> bool:
    return full.startswith(word) or (word[0] == full[0] and len(word) >= 3 and _subsequence(word, full))


def _subsequence(word: str, full: str) -> bool:
    letters = iter(full)
    return all(letter in letters for letter in word)
