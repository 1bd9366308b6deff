"""``schemas/merge.toml`` as typed data, and in which order records are believed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

from msgspec import Struct, convert

from harvester import formats, schemas
from harvester.record import Choice, Completion, Finding, Member

LISTS: Final = frozenset({"union", "whole", "aligned", "abstracts"})
"""Rules for elements that are lists."""


class Rule(Struct, frozen=True, forbid_unknown_fields=True, rename={"together": "with"}):
    """One element's line in ``schemas/merge.toml``."""

    rule: str
    first: str | None = None
    by: tuple[str, ...] = ()
    item: str | None = None
    """What the items of a list are, where more than their fields tells which are the same: ``unions.ITEMS``."""
    fill: tuple[str, ...] = ()
    """Fields of an item that other records may fill; a field on which another depends stands before it."""
    same: tuple[str, ...] = ()
    order: str = ""
    """A vocabulary, the gravest of its rows first."""
    empty: str | None = None
    """A value that says nothing."""
    together: tuple[str, ...] = ()
    """Elements that are taken from the same record, lest the first page comes from one and the last from another."""
    agrees: tuple[str, ...] = ()
    """Elements in which a record must not contradict the work, lest the volume of one stands with the issue of another."""
    at_most: int | None = None
    """Characters beyond which a text is something else than it is said to be."""


class Draft(Struct):
    """A work on its way."""

    values: dict[str, Any] = {}
    choices: dict[str, Choice] = {}
    origins: dict[str, tuple[int, ...]] = {}
    findings: list[tuple[int, Finding]] = []
    completions: list[Completion] = []

    def choose(self, element: str, rule: Rule, member: Member, value: Any, name: str, given: Sequence[Any]) -> None:
        """Take ``value`` of ``member``, by the rule ``name``, out of all that were ``given``."""
        self.values[element] = value
        self.choices[element] = Choice(member.id, name if len(given) > 1 else "only", others(value, given))
        for other in rule.together:
            self.values[other] = getattr(member.record, other)


Merge: TypeAlias = Callable[[str, Rule, Sequence[Member], Draft], None]
"""(element, its rule, members in the order in which they are believed, the work so far)."""


@cache
def elements() -> tuple[dict[str, Rule], dict[str, Rule]]:
    """Element -> rule, for single values and for lists, in the order of ``schemas/merge.toml``."""
    rules = convert(schemas.table("merge")["elements"], dict[str, Rule])
    return (
        {name: rule for name, rule in rules.items() if rule.rule not in LISTS},
        {name: rule for name, rule in rules.items() if rule.rule in LISTS},
    )


@cache
def origin(format_: str) -> str:
    """What kind of witness the records of a format are: ``registry``, ``curator`` or ``repository``."""
    return str(schemas.table("merge")["origins"].get(format_, "repository"))


def ordered(members: Sequence[Member], first: str | None) -> list[Member]:
    """The members in the order in which they are believed; ``first`` as in ``schemas/merge.toml``.

    Their names decide between equals, never their numbers: these tell no more than which came earlier.
    """
    return sorted(
        members,
        key=lambda m: (_behind(m, first), m.rank, m.source, m.identifier, _poverty(m.format), m.format),
    )


def _behind(member: Member, first: str | None) -> int:
    if first is None:
        return 0
    if first != "holder":
        return origin(member.format) != first
    if origin(member.format) != "repository":
        return 2
    return not any(file.url or file.name for file in member.record.files)


@cache
def _poverty(format_: str) -> int:
    """Of one record in several formats the one that keeps most of its meaning is believed."""
    richest: list[str] = schemas.table("merge")["formats"]["richest_first"]
    name = format_ if format_ in richest else formats.named(format_)  # asking for the name loads every reader
    return richest.index(name) if name in richest else len(richest)


def others(value: Any, given: Sequence[Any]) -> int:
    """How many different values there are beside the one that was chosen."""
    distinct: list[Any] = []
    for other in given:
        if other != value and other not in distinct:
            distinct.append(other)
    return len(distinct)
