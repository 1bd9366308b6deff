"""Whether two records are one work, by what both say: named evidence, the sum of its weights, and what overrides it. Pure."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from harvester.link.elements import Pair
from harvester.link.features import Features
from harvester.link.opposing import HESITATIONS, against_one_work, rests, worth_a_look
from harvester.link.rules import rules

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
    apart: bool = False
    """Whether anything speaks against it but that the years are next to each other, and nothing tells the place."""


OTHER_TITLES: Final = Compared("different", 0.0, (), hard=True, apart=True)
UNLIKE: Final = Compared("different", 0.0, ())


def compare(a: Features, b: Features, *, one_source: bool = False, issues: bool = True) -> Compared:
    """Compare two records.

    ``one_source``: both are of a source that has each work once. ``issues=False``: what stands as the issue of one of them
    is no issue (see ``harvester.link.sources``).
    """
    pair = Pair(a, b, issues=issues)
    if pair.hopeless():
        translated = a.others or b.others or a.translated or b.translated
        return UNLIKE if translated else OTHER_TITLES
    evidence = tuple(pair.evidence())
    found = set(evidence)
    weights = rules().weights
    score = round(sum(weights[name] for name in evidence), 2)
    against, relation = against_one_work(pair, found, one_source=one_source)
    if against:
        hard = not HESITATIONS.issuperset(against)
        if relation and relation != "other":
            return Compared("related", score, (*evidence, *against), relation, hard, apart=True)
        enough = rules().same if hard else rules().unsure
        answer: Answer = "unsure" if score >= enough and worth_a_look(found) else "different"
        return Compared(answer, score, (*evidence, *against), "", hard, apart=against != ["unplaced"])
    if score >= rules().same and rests(pair, found):
        return Compared("same", score, evidence)
    return Compared("unsure" if score >= rules().unsure else "different", score, evidence)
