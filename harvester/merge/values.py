"""Rules for elements that have one value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from harvester import schemas
from harvester.link import words
from harvester.link.titles import without_notes
from harvester.merge.differing import SUBSTANCE
from harvester.merge.table import Draft, Rule
from harvester.record import Completion, Member

CUT_SHORT: Final = ("...", "…", "[...]", "[…]")
"""How a text ends that goes on elsewhere."""


def candidates(element: str, rule: Rule, members: Sequence[Member]) -> list[tuple[Member, Any]]:
    """The members that say something of an element, and what."""
    values = [(m, getattr(m.record, element)) for m in members]
    return [(m, v) for m, v in values if v is not None and v != rule.empty]


def agreeing(
    given: Sequence[tuple[Member, Any]], rule: Rule, members: Sequence[Member], work: Draft
) -> list[tuple[Member, Any]]:
    """What is said by those that say nothing of the elements ``rule.agrees``, or the same as the record that was believed."""
    if not rule.agrees:
        return list(given)
    records = {m.id: m.record for m in members}
    believed = [(e, records[work.choices[e].record_id]) for e in rule.agrees if e in work.choices]
    return [
        (m, v) for m, v in given if not any(getattr(m.record, e) and SUBSTANCE[e](r, m.record) for e, r in believed)
    ]


def precedence(element: str, rule: Rule, members: Sequence[Member], work: Draft) -> None:
    given = candidates(element, rule, members)
    if trusted := agreeing(given, rule, members, work):
        work.choose(element, rule, *trusted[0], "precedence", [v for _, v in given])
    elif not given:  # an embargo of which nobody says whether it is one
        for other in rule.together:
            if said := candidates(other, rule, members):
                work.choose(other, Rule(rule.rule), *said[0], "precedence", [v for _, v in said])


def readable(element: str, rule: Rule, members: Sequence[Member], work: Draft) -> None:
    """As ``precedence``, but of the same words those that are neither shouted nor cut short, without a database's notes."""
    if not (given := candidates(element, rule, members)):
        return
    first = given[0][1]
    same = [(m, v) for m, v in given if _same_words(first, v)]
    best = min(
        same, key=lambda g: (_cut_short(g[1]), _shouted(g[1]), without_notes(g[1]) != g[1])
    )  # of equals the first
    name = "precedence" if best[1] == first else "readable"
    work.choose(element, rule, *best, name, [v for _, v in given])


def _same_words(text: str, other: str) -> bool:
    mine, its = words(without_notes(text)), words(without_notes(other))
    return mine == its or (_cut_short(text) and bool(mine) and its.startswith(mine))


def _cut_short(text: str) -> bool:
    return text.rstrip().endswith(CUT_SHORT)


def _shouted(text: str) -> bool:
    return text.isupper() and len(text.split()) > 1


def refined(element: str, rule: Rule, members: Sequence[Member], work: Draft) -> None:
    given = candidates(element, rule, members)
    if not (trusted := agreeing(given, rule, members, work)):
        precedence(element, rule, members, work)
        return
    best = trusted[0]
    for member, value in trusted[1:]:
        if value.startswith(f"{best[1]}-"):
            best = member, value
    name = "precedence" if best is trusted[0] else "refined"
    work.choose(element, rule, *best, name, [v for _, v in given])


def completed(element: str, rule: Rule, members: Sequence[Member], work: Draft) -> None:
    """What fills a gap has a source of its own."""
    if not (given := candidates(element, rule, members)):
        return
    member, value = given[0]
    filled: list[Completion] = []
    for giver, other in given[1:]:
        if _names(value, rule) & _names(other, rule):
            known = {v for f in value.__struct_fields__ if (v := getattr(value, f)) is not None}
            gaps = {
                f: new
                for f in value.__struct_fields__
                # The ISSN of one source may be the e-ISSN of another: it is not noted twice.
                if getattr(value, f) is None and (new := getattr(other, f)) is not None and new not in known
            }
            value = msgspec.structs.replace(value, **gaps)
            filled += [Completion(element, f, new, giver.id) for f, new in gaps.items()]
    name = "completed" if filled else "precedence"
    work.choose(element, rule, member, value, name, [value if v == given[0][1] else v for _, v in given])
    work.completions += filled


def _names(value: Any, rule: Rule) -> set[str]:
    """By what it is the same as another; the ISSN of one source may be the e-ISSN of another."""
    return {key for name in rule.same if (text := getattr(value, name)) and (key := words(text))}


def worst(element: str, rule: Rule, members: Sequence[Member], work: Draft) -> None:
    if given := candidates(element, rule, members):
        grave = {term: n for n, term in enumerate(schemas.table(rule.order))}
        best = min(given, key=lambda g: grave.get(g[1], len(grave)))
        work.choose(element, rule, *best, "worst", [v for _, v in given])
