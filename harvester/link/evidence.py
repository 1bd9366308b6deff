"""Whether two records that share an identifier can be one work: titles, types, years, authors, pages. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from msgspec import Struct
from rapidfuzz import fuzz

from harvester.link.elements import NOTICES
from harvester.link.features import Features, kind
from harvester.link.identity import claims, other_sides
from harvester.link.titles import generic, unmarked, without_notes
from harvester.link.wording import one_language, wording
from harvester.record import Record

GROUP: Final = {
    "correction": "notice", "retraction-notice": "notice", "peer-review": "review", "book": "whole", "journal": "whole",
    "proceedings": "whole", "dataset": "data", "software": "data", "image": "data", "video": "data", "sound": "data",
    "poster": "shown", "presentation": "shown", "article": "text", "review-article": "text",
    "editorial": "text", "commentary": "text", "letter": "text", "preprint": "text", "chapter": "text",
    "conference-paper": "text", "report": "text", "policy-report": "text", "working-paper": "text", "thesis": "text",
    "doctoral-thesis": "text",
}  # fmt: skip
"""Types that a cataloguer may take for each other share a group; works of two groups share no title but by accident.
What is not listed is compatible with everything."""

EQUAL, ALIKE, UNLIKE = 100.0, 85.0, 60.0
"""Similarity of titles: the same, the same but for spelling or a subtitle, clearly different (below)."""


class Facts(Struct, frozen=True):
    """What of a record decides whether it can be the same work as another."""

    id: int
    source: str
    identifier: str
    format: str
    keys: tuple[str, ...]
    """Match keys, and claims after them."""
    titles: tuple[str, ...]
    """Title and its variants, folded to words (see ``words``)."""
    type: str
    year: int | None
    surnames: frozenset[str]
    page: str | None
    """Start page or article number."""
    within: str = ""
    """Of a chapter: the folded name of its book."""
    claimed: frozenset[str] = frozenset()
    """Those of ``keys`` that are only claims."""
    profile: int = 0
    """Of what it says (see ``features.profile``): what it is like, and unlike, goes by that; 0 where nothing is known."""
    kind: str = ""
    """What its title or type says that it is beside a text; see ``Features.kind``."""
    other_sides: frozenset[str] = frozenset()
    """Match keys of the works that it is a notice of, and of the notices that it names."""

    @property
    def name(self) -> tuple[str, str, str]:
        """What stays the same whatever the order of arrival: everything is sorted by it."""
        return (self.source, self.identifier, self.format)


_OTHERS: Final = NOTICES | {"supplement"}
"""Kinds that are another work whatever they have in common with what they are about."""


def facts(
    id_: int,
    source: str,
    identifier: str,
    format_: str,
    keys: Iterable[str],
    record: Record,
    profile: int = 0,
    features: Features | None = None,
) -> Facts:
    """What of a record ``clusters`` looks at. ``features``: of this record, where they are known already."""
    titles = [record.title, *(t.title for t in record.titles if t.type != "subtitle")]
    keys, claimed = tuple(keys), claims(record, format_)
    return Facts(
        id_,
        source,
        identifier,
        format_,
        (*keys, *sorted(claimed)),
        tuple(dict.fromkeys(w for t in titles if t and (w := words(without_notes(unmarked(t))))))[:6],
        record.type,
        int(record.issued[:4]) if record.issued and record.issued[:4].isdigit() else None,
        frozenset(s for c in record.contributors if c.role == "author" and (s := words(c.family or c.name))),
        words(record.start_page or record.article_number or "") or None,
        words(record.container.title or "") if record.type == "chapter" and record.container else "",
        claimed,
        profile,
        kind(record) if features is None else features.kind,
        other_sides(record, keys),
    )


_WORD: Final = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def words(text: str) -> str:
    """Letters and digits of any script, without accents and case, one space between words.

    >>> words("Café-based  LEADERSHIP: 'phase 2'"), words("领导力研究")
    ('cafe based leadership phase 2', '领导力研究')
    """
    text = text.casefold()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(_WORD.findall(text))


def likeness(one: Facts, other: Facts) -> float | None:
    """How alike the titles are, 0 to 100, the best of all variants; None where one has no title."""
    if not one.titles or not other.titles:
        return None
    if not set(one.titles).isdisjoint(other.titles):
        return EQUAL
    return max(_title_likeness(*sorted((a, b))) for a in one.titles for b in other.titles)


@lru_cache(maxsize=1024)
def _title_likeness(a: str, b: str) -> float:
    short, long = sorted((a, b), key=len)
    if long.startswith(f"{short} ") and len(short) >= 12:
        return 95.0  # a subtitle that one has and the other has not
    # Words that are all in the other title say little: "Leadership" stands in many.
    return max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b), 0.8 * fuzz.token_set_ratio(a, b))


def in_conflict(a: Facts, b: Facts) -> bool:
    """Whether two records that share an identifier are clearly different works all the same; and a notice and its work."""
    if about_each_other(a, b):
        return True
    score = likeness(a, b)
    kinds = GROUP.get(a.type), GROUP.get(b.type)
    type_differs = None not in kinds and kinds[0] != kinds[1]
    year_differs = a.year is not None and b.year is not None and abs(a.year - b.year) > 1
    authors_differ = bool(a.surnames) and bool(b.surnames) and a.surnames.isdisjoint(b.surnames)
    page_differs = a.page is not None and b.page is not None and a.page != b.page
    against = year_differs + authors_differ + page_differs
    if score is None:
        return type_differs and year_differs
    if a.kind != b.kind and _other_kind(a, b, against):
        return True
    if score >= EQUAL:  # editorials of one name, under the handle of their series; data under the DOI of their article
        if type_differs and any(f.within and f.within in f.titles for f in (a, b)):
            return True  # the chapter that has the name of its book
        several = against >= (2 if generic(a.titles[0]) else 3) or (authors_differ and page_differs)
        return several or (type_differs and "data" in kinds)
    if type_differs:
        return True
    said = wording(*sorted((a.titles[0], b.titles[0])))
    if said.parts == "other" and said.difference != "far":
        return True
    if score >= ALIKE:
        if said.difference in ("opposed", "near") and page_differs and "1" not in (a.page, b.page):
            return True
        return (authors_differ and page_differs) or said.difference == "opposed" or _neighbours(a, b)
    if score >= UNLIKE:
        return against >= 2
    # Nothing in common but the identifier; a translation has its authors or its page in common too. A chapter often has the
    # DOI of its book.
    one_page = a.page is not None and a.page == b.page
    if not one_page and ("chapter" in (a.type, b.type) or one_language(a.titles[0], b.titles[0])):
        return True
    return against > 0 or not (one_page or not a.surnames.isdisjoint(b.surnames))


_ABOUT: Final = re.compile(
    r"re |(?:an? |invited )*"
    r"(?:comment(?:s|ary)?|critique|discussion|letters?(?: to the editors?)?|kommentar|commentaire|comentario)"
    r" (?:on|of|re|regarding|concerning|zur?|zum|sur|sobre) "
)
"""Of a folded title: it names another work, and is no heading of a section, such as ``Commentary:``."""


def _other_kind(a: Facts, b: Facts, against: int) -> bool:
    """Whether what a title says of its kind makes another work of it. ``Commentary:`` may be the heading of a section."""
    kinds = {a.kind, b.kind} - {""}
    if kinds & _OTHERS:
        return True
    if kinds == {"abstract"} or (a.page is not None and (a.page, a.year) == (b.page, b.year)):
        return False
    if kinds != {"comment"} or against or a.surnames.isdisjoint(b.surnames):
        return True
    return any(f.kind and any(map(_ABOUT.match, f.titles)) for f in (a, b))


def about_each_other(a: Facts, b: Facts) -> bool:
    """Whether one is a notice of the other."""
    return not (a.other_sides.isdisjoint(b.keys) and b.other_sides.isdisjoint(a.keys))


def _neighbours(a: Facts, b: Facts) -> bool:
    """Two abstracts of one group under the identifier of a supplement: other authors, and a page or two further on."""
    if a.surnames == b.surnames or not a.surnames or not b.surnames or a.titles[0] == b.titles[0]:
        return False
    pages = (a.page or "", b.page or "")
    return all(page.isdigit() for page in pages) and 0 < abs(int(pages[0]) - int(pages[1])) <= 3
