"""What only the whole MARC record can tell: the kind of a thesis, an article from a chapter, the number within a series."""

from __future__ import annotations

from operator import itemgetter

from harvester.clean import citations
from harvester.formats.draft import Draft
from harvester.formats.rules.theses import settle_thesis

_ALONE = frozenset({"book", "report", "thesis"})


def settle_kind(draft: Draft) -> None:
    """Of a thesis the narrower kind, where 655 or the degree says it: 502 says no more than that it is one."""
    narrower = [kind for sure, kind in draft.types if sure and kind.endswith("-thesis")]
    if narrower and max(draft.types, key=itemgetter(0))[1] == "thesis":
        draft.types.append((2, narrower[0]))
    settle_thesis(draft)
    if draft.types and max(draft.types, key=itemgetter(0)) == (0, "chapter") and _in_a_journal(draft):
        draft.types.append((1, "article"))  # catalogues give parts of books and of journals one leader


def _in_a_journal(draft: Draft) -> bool:
    return "issn" in draft.container or ("volume" in draft.values and "isbn" not in draft.container)


def settle_series(draft: Draft) -> None:
    """The number within the series is the volume of a work that nothing else contains."""
    if draft.series is None or "title" in draft.container:
        return
    if "issn" in draft.container and any(kind in _ALONE for _, kind in draft.types):
        draft.container["title"] = draft.series  # whose ISSN stands in 022
    label = next((r.label for r in draft.relations if r.type == "is-part-of" and r.target == draft.series), None)
    volume = citations.number(label.removeprefix(f"{draft.series} ; ")) if label else None
    if volume:
        draft.set("volume", volume)
