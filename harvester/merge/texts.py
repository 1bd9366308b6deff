"""Abstracts: of each language the best one that any record has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harvester.link import words
from harvester.merge.table import Draft, Rule, others
from harvester.merge.unions import union
from harvester.merge.values import CUT_SHORT
from harvester.record import Choice, Description, Member

_UNCLEAN: Final = re.compile(r"\N{REPLACEMENT CHARACTER}|</?[a-z][a-z0-9:]{0,20}[ />]|&(?:[a-z]{2,8}|#\d{1,6});", re.I)
"""What is left of markup, and of letters that were lost."""
_ALIKE: Final = 0.3
"""Share of words in common above which a text without a language is taken for one in the language of the other."""

Said = tuple[Description, Member]


def abstracts(element: str, rule: Rule, members: Sequence[Member], work: Draft) -> None:
    """The record with the best abstract of a language gives all that it has in it; the rest as ``union``."""
    given = [(d, m) for m in members for d in m.record.descriptions if d.type == "abstract"]
    best: dict[str | None, Said] = {}
    languages = _languages(given)
    for language, (description, member) in zip(languages, given, strict=True):
        if language not in best or _worth(description, rule) > _worth(best[language][0], rule):
            best[language] = (description, member)
    items = [
        (d, m.id)
        for language, (_, winner) in best.items()
        for own, (d, m) in zip(languages, given, strict=True)
        if own == language and m is winner
    ]
    rest = Draft()
    union(element, rule, members, rest)
    items += [
        (d, id_)
        for d, id_ in zip(rest.values.get(element, ()), rest.origins.get(element, ()), strict=True)
        if d.type != "abstract"
    ]
    if items:
        work.values[element] = tuple(d for d, _ in items)
        work.origins[element] = tuple(id_ for _, id_ in items)
    if given:
        chosen, id_ = items[0]  # the first of its record, as where there is but one record
        work.choices["abstract"] = Choice(
            id_,
            "longest" if len({m.id for _, m in given}) > 1 else "only",
            others(chosen.text, [d.text for d, _ in given]),
        )


def _languages(given: Sequence[Said]) -> list[str | None]:
    """The language of each; one that is not said is that of the text with most words in common, if any are."""
    labelled = [(d.language, set(words(d.text).split())) for d, _ in given if d.language]
    if not labelled:
        return [None] * len(given)
    return [d.language or _language(set(words(d.text).split()), labelled) for d, _ in given]


def _language(said: set[str], labelled: Sequence[tuple[str | None, set[str]]]) -> str | None:
    shares = [(len(said & other) / (min(len(said), len(other)) or 1), language) for language, other in labelled]
    share, language = max(shares, key=lambda found: found[0])
    return language if share >= _ALIKE else None


def _worth(description: Description, rule: Rule) -> tuple[bool, bool, bool, int]:
    text = description.text
    return (
        rule.at_most is None or len(text) <= rule.at_most,  # longer: the paper itself
        not text.rstrip().endswith(CUT_SHORT),
        not _UNCLEAN.search(text),
        len(text),
    )
