"""What overrides the likeness of two records: they are two works, or it takes a person to say. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from harvester.link.elements import NOTICES, SAME_PAGE, Pair
from harvester.link.rules import rules

HESITATIONS: Final = frozenset({"unplaced", "unsure-journal", "recurring-title"})
"""What keeps two records apart, and lets a third one that is surely the same as both unite them."""
_TELLING: Final = 4
"""Words of a title."""
_IN_AN_ISSUE: Final = 120
"""Pages of an issue."""
_PLACED_ALONE: Final = SAME_PAGE | {"doi-equal"}
_PLACED: Final = frozenset(
    {"volume-equal", "issue-equal", "pages-stretch", "pages-equal", "page-equal", "doi-equal", "abstract-equal"}
)
_SAME_TITLE: Final = frozenset({"title-equal", "title-equal-long"})
_ALIKE: Final = frozenset(
    {"title-equal", "title-equal-long", "title-equal-short", "title-typos", "title-subtitle", "title-generic"}
)


def against_one_work(pair: Pair, found: set[str], *, one_source: bool) -> tuple[list[str], str]:
    """(what makes them two works, the relation between them)."""
    a, b = pair.a, pair.b
    alike = bool(found & _ALIKE)
    place = _same_place(pair, found)
    if a.kind != b.kind and ({a.kind, b.kind} & NOTICES or not (place and found & _SAME_TITLE)):
        return ["kind"], (a.kind or b.kind) if pair.title is not None and pair.title.difference != "far" else ""
    if a.edition and b.edition and a.edition != b.edition:
        return ["edition"], "version" if alike and "names-none" not in found else "other"
    one_text = place and ("pages-stretch" in found or {"title-subtitle", "names-equal"} <= found)
    if pair.title is not None and pair.title.about and not one_text:
        return ["about"], pair.title.about if "title-far" not in found else "other"
    parts = pair.title.parts if pair.title is not None else ""
    if parts == "mark" and "pages-differ" not in found:
        parts = ""  # of a footnote
    if parts and not (place and "pages-stretch" in found):
        return ["part"], "part" if "names-none" not in found else ""
    if relation := _version(pair, found, alike=alike, place=place):
        return ["type"], relation
    said = [name for name, holds in _vetoes(pair, found, alike, place, one_source) if holds]
    return said, ""


def _vetoes(pair: Pair, found: set[str], alike: bool, place: bool, one_source: bool) -> Iterable[tuple[str, bool]]:
    yield "other-doi", "doi-differs" in found
    yield "other-names", "names-none" in found and not (place and alike)
    sure = {"journal-equal", "year-equal"} <= found and "abstract-equal" in found
    other_page, other_volume = "pages-differ" in found and not sure, "volume-differs" in found and not sure
    one_volume = found & {"volume-equal", "year-equal"}  # an article number may come again in the next version
    other_issue = "issue-differs" in found and not (found & SAME_PAGE and _counted_on(pair) and one_volume)
    yield "other-place", other_page and (other_volume or other_issue)
    yield "other-volume", other_volume and not (found & SAME_PAGE and _counted_on(pair))
    yield "other-journal", "journal-differs" in found and other_volume
    yield "other-issue", other_issue and not found & {"doi-equal", "abstract-equal"}
    placed = all(f.volume or f.pages for f in (pair.a, pair.b))
    unknown = "journal-differs" in found or ("journal-unclear" in found and placed)
    # An abstract is printed by each congress that it is sent to.
    known = found & _PLACED_ALONE or ("abstract-equal" in found and found & {"volume-equal", "journal-unclear"})
    yield "unsure-journal", bool(unknown) and not known
    yield "other-year", "year-far" in found and not place
    yield "unplaced", "year-near" in found and not found & _PLACED
    # Where pages are missing: one author has one text of a name in an issue.
    spot = {"volume-equal", "issue-equal", "names-equal"} <= found and not found & {"pages-differ", "journal-differs"}
    copy = {"identical", "names-equal", "journal-equal"} <= found and bool(found & SAME_PAGE)
    yield "recurring-title", "title-generic" in found and not (place or spot or copy)
    yield "one-source", (one_source or _two_items(pair)) and not (place or "doi-equal" in found)


def _same_place(pair: Pair, found: set[str]) -> bool:
    """Volume and page; many magazines count their pages from 1 in each issue. The issue of a year stands for a volume."""
    one_issue = {"issue-equal", "year-equal", "journal-equal"} <= found and "volume-differs" not in found
    if not found & SAME_PAGE or "journal-differs" in found or not ("volume-equal" in found or one_issue):
        return False
    return "issue-differs" not in found or _counted_on(pair)


def _counted_on(pair: Pair) -> bool:
    """Whether their first page, which is the same, is none that each issue has."""
    shared = set(pair.a.pages).intersection(pair.b.pages)
    return any(not page.isdigit() or int(page) > _IN_AN_ISSUE for page in shared)


def _two_items(pair: Pair) -> bool:
    """Whether one repository has both, under two names."""
    mine, others = set(pair.a.items), set(pair.b.items)
    return mine.isdisjoint(others) and not {*map(_home, mine)}.isdisjoint(map(_home, others))


def _version(pair: Pair, found: set[str], *, alike: bool, place: bool) -> str:
    lines = rules().lines
    mine, others = lines.get(pair.a.type), lines.get(pair.b.type)
    in_one_series = {"names-equal", "year-equal", "journal-equal"} <= found and "doi-differs" not in found
    in_one_series = in_one_series and bool(found & _SAME_TITLE)
    if mine is None or others is None or mine == others or place or in_one_series:
        return ""
    if not alike or "names-none" in found:
        return "other"
    types = (pair.a.type, pair.b.type)
    return next((relation for type_, relation in rules().relations.items() if type_ in types), "version")


def worth_a_look(found: set[str]) -> bool:
    return bool(found & _ALIKE) and not found & {"names-none", "title-generic"}


def rests(pair: Pair, found: set[str]) -> bool:
    """Whether it rests on enough: a title by one author that many may have wants a place, too."""
    telling = pair.words.count(" ") >= _TELLING - 1
    if "identical" in found and (telling or found & _PLACED):
        return True
    for_it = {name.partition("-")[0] for name in found if rules().weights[name] > 0} - {"title", "year"}
    if found & _PLACED:
        return bool(for_it)
    return "names" in for_it and (telling or min(len(pair.a.names), len(pair.b.names)) > 1)


def _home(item: str) -> str:
    """The repository of an item: the prefix of its handle, or the namespace of its OAI identifier."""
    return item.partition("/")[0] if item.startswith("hdl:") else item.rpartition(":")[0]
