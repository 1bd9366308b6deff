"""The records of a cluster become one work: the best value of each element, and who said it. Pure.

Which rule an element follows is data, ``schemas/merge.toml``; the rules are here. Ties are broken by rank, source and
identifier, so the same records give the same work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct

from harvester import formats, schemas
from harvester.formats.findings import finding
from harvester.link import repository_doi, words
from harvester.record import Choice, Contributor, Finding, Identifier, Member, Record, Work

RELATIONS: Final = ("self", "version", "container", "file", "candidate")
"""Of one identifier with several relations, the first of these counts."""
_CUT_SHORT: Final = ("...", "…", "[...]", "[…]")


class Rule(Struct, frozen=True, forbid_unknown_fields=True, rename={"together": "with"}):
    """One element's line in ``schemas/merge.toml``."""

    rule: str
    first: str | None = None
    by: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    empty: str | None = None
    """A value that says nothing."""
    together: tuple[str, ...] = ()
    """Elements that are taken from the same record, lest the first page comes from one and the last from another."""


class _Merged(Struct):
    """A work on its way."""

    values: dict[str, Any] = {}
    choices: dict[str, Choice] = {}
    origins: dict[str, tuple[int, ...]] = {}
    findings: list[tuple[int, Finding]] = []


Merge: TypeAlias = Callable[[str, Rule, Sequence[Member], _Merged], None]


def merge(
    work_id: int,
    key: str,
    members: Sequence[Member],
    *,
    repository_doi_prefixes: Sequence[str] = (),
    conflicts: Sequence[tuple[int, Finding]] = (),
) -> Work:
    """One work of the records in ``members``, with the source of each value.

    ``repository_doi_prefixes``: a DOI under these is the work's own only where there is no other. ``conflicts``: findings
    of linking, (record id, finding); they are kept with those of the records.
    """
    singles, lists = elements()
    if len(members) == 1 and not conflicts:
        only = members[0]
        record = only.record
        identifiers = _demoted(record.identifiers, repository_doi_prefixes)
        if identifiers != record.identifiers:
            record = msgspec.structs.replace(record, identifiers=identifiers)
        choices, origins = _only(record, only.id, singles, lists)
        return Work(id=work_id, key=key, record=record, members=tuple(members), choices=choices, origins=origins)
    ordered = {first: _ordered(members, first) for first in (None, "repository", "curator")}
    believed = ordered[None]
    found = _Merged()
    for element, rule in (*singles.items(), *lists.items()):
        RULES[rule.rule](element, rule, ordered[rule.first], found)
    if "identifiers" in found.values:
        found.values["identifiers"] = _demoted(found.values["identifiers"], repository_doi_prefixes)
    said = [(m.id, f) for m in believed for f in m.record.findings] + found.findings + list(conflicts)
    if said:
        found.values["findings"] = tuple(f for _, f in said)
        found.origins["findings"] = tuple(id_ for id_, _ in said)
    found.values["extra"] = _extra(believed)
    return Work(
        id=work_id,
        key=key,
        record=Record(**found.values),
        members=tuple(believed),
        choices=found.choices,
        origins=found.origins,
    )


@cache
def elements() -> tuple[dict[str, Rule], dict[str, Rule]]:
    """Element -> rule, for single values and for lists, in the order of ``schemas/merge.toml``."""
    rules = msgspec.convert(schemas.table("merge")["elements"], dict[str, Rule])
    lists = {"union", "whole", "aligned", "abstracts"}
    return (
        {name: rule for name, rule in rules.items() if rule.rule not in lists},
        {name: rule for name, rule in rules.items() if rule.rule in lists},
    )


@cache
def origin(format_: str) -> str:
    """What kind of witness the records of a format are: ``registry``, ``curator`` or ``repository``."""
    return str(schemas.table("merge")["origins"].get(format_, "repository"))


@cache
def _poverty(format_: str) -> int:
    """Of one record in several formats the one that keeps most of its meaning is believed."""
    richest: list[str] = schemas.table("merge")["formats"]["richest_first"]
    name = format_ if format_ in richest else formats.named(format_)  # asking for the name loads every reader
    return richest.index(name) if name in richest else len(richest)


def _ordered(members: Sequence[Member], first: str | None) -> list[Member]:
    """The members in the order in which they are believed."""
    return sorted(
        members,
        key=lambda m: (
            first is not None and origin(m.format) != first,
            m.rank,
            m.source,
            m.identifier,
            _poverty(m.format),
            m.format,
        ),
    )


@cache
def _single_values(names: tuple[str, ...]) -> Callable[[Record], tuple[Any, ...]]:
    return attrgetter(*names)


def _only(
    record: Record, id_: int, singles: dict[str, Rule], lists: dict[str, Rule]
) -> tuple[dict[str, Choice], dict[str, tuple[int, ...]]]:
    """Choices and origins where there is but one record."""
    choice = Choice(id_, "only")
    values = _single_values(tuple(singles))(record)
    choices = {n: choice for n, v in zip(singles, values, strict=True) if v is not None and v != singles[n].empty}
    origins = {n: (id_,) * len(v) for n in (*lists, "findings") if (v := getattr(record, n))}
    if "contributors" in origins:
        choices["contributors"] = choice
    if any(d.type == "abstract" for d in record.descriptions):
        choices["abstract"] = choice
    return choices, origins


# --- rules for one value ---------------------------------------------------------------------------------------------


def _candidates(element: str, rule: Rule, members: Sequence[Member]) -> list[tuple[Member, Any]]:
    values = [(m, getattr(m.record, element)) for m in members]
    return [(m, v) for m, v in values if v is not None and v != rule.empty]


def _choose(
    element: str, rule: Rule, found: _Merged, member: Member, value: Any, name: str, given: Sequence[Any]
) -> None:
    found.values[element] = value
    found.choices[element] = Choice(member.id, name if len(given) > 1 else "only", _others(value, given))
    for other in rule.together:
        found.values[other] = getattr(member.record, other)


def _others(value: Any, given: Sequence[Any]) -> int:
    """How many different values there are beside the one that was chosen."""
    distinct: list[Any] = []
    for other in given:
        if other != value and other not in distinct:
            distinct.append(other)
    return len(distinct)


def _precedence(element: str, rule: Rule, members: Sequence[Member], found: _Merged) -> None:
    if given := _candidates(element, rule, members):
        _choose(element, rule, found, *given[0], "precedence", [v for _, v in given])


def _refined(element: str, rule: Rule, members: Sequence[Member], found: _Merged) -> None:
    if given := _candidates(element, rule, members):
        best = given[0]
        for member, value in given[1:]:
            if value.startswith(f"{best[1]}-"):
                best = member, value
        name = "precedence" if best is given[0] else "refined"
        _choose(element, rule, found, *best, name, [v for _, v in given])


def _completed(element: str, rule: Rule, members: Sequence[Member], found: _Merged) -> None:
    if not (given := _candidates(element, rule, members)):
        return
    member, value = given[0]
    for _, other in given[1:]:
        if any(_same(getattr(value, f), getattr(other, f)) for f in rule.same):
            gaps = {f: getattr(other, f) for f in value.__struct_fields__ if getattr(value, f) is None}
            value = msgspec.structs.replace(value, **gaps)
    name = "precedence" if value == given[0][1] else "completed"
    _choose(element, rule, found, member, value, name, [v for _, v in given])


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and (one == other or words(one) == words(other) != "")


def _worst(element: str, rule: Rule, members: Sequence[Member], found: _Merged) -> None:
    if given := _candidates(element, rule, members):
        grave = {value: n for n, value in enumerate(rule.order)}
        best = min(given, key=lambda g: grave.get(g[1], len(grave)))
        _choose(element, rule, found, *best, "worst", [v for _, v in given])


# --- rules for lists -------------------------------------------------------------------------------------------------


def _union(element: str, rule: Rule, members: Sequence[Member], found: _Merged) -> None:
    items: dict[Any, tuple[Any, int]] = {}
    identity = _identity(rule.by)
    for member in members:
        for item in getattr(member.record, element):
            same = identity(item)
            if same not in items or (element == "identifiers" and _nearer(item, items[same][0])):
                items[same] = (item, member.id)
    if items:
        found.values[element] = tuple(item for item, _ in items.values())
        found.origins[element] = tuple(id_ for _, id_ in items.values())


@cache
def _identity(by: tuple[str, ...]) -> Callable[[Any], Any]:
    """What makes two items the same: upper and lower case do not."""

    def folded(value: Any) -> Any:
        return value.casefold() if isinstance(value, str) else value

    if not by:
        return folded
    return lambda item: tuple(folded(getattr(item, name)) for name in by)


def _nearer(one: Identifier, other: Identifier) -> bool:
    places = [RELATIONS.index(i.relation) if i.relation in RELATIONS else len(RELATIONS) for i in (one, other)]
    return places[0] < places[1]


def _whole(element: str, rule: Rule, members: Sequence[Member], found: _Merged) -> None:
    given = [(m, v) for m in members if (v := getattr(m.record, element))]
    if given:
        member, value = given[0]
        _choose(element, rule, found, member, value, "precedence", [v for _, v in given])
        found.origins[element] = (member.id,) * len(value)


def _abstracts(element: str, rule: Rule, members: Sequence[Member], found: _Merged) -> None:
    given = [(d, m) for m in members for d in m.record.descriptions if d.type == "abstract"]
    best: dict[str | None, tuple[Any, Member]] = {}
    for description, member in given:
        # An abstract without a language is taken for one in the language of the others.
        language = description.language or next((d.language for d, _ in given if d.language), None)
        if language not in best or _length(description.text) > _length(best[language][0].text):
            best[language] = (description, member)
    rest = _Merged(values={}, origins={})
    _union(element, rule, members, rest)
    items = [(d, m.id) for d, m in best.values()]
    items += [
        (d, id_)
        for d, id_ in zip(rest.values.get(element, ()), rest.origins.get(element, ()), strict=True)
        if d.type != "abstract"
    ]
    if items:
        found.values[element] = tuple(d for d, _ in items)
        found.origins[element] = tuple(id_ for _, id_ in items)
    if given:
        chosen, member = next(iter(best.values()))
        texts = [d.text for d, _ in given]
        found.choices["abstract"] = Choice(
            member.id, "longest" if len(given) > 1 else "only", _others(chosen.text, texts)
        )


def _length(text: str) -> tuple[bool, int]:
    return not text.rstrip().endswith(_CUT_SHORT), len(text)


def _aligned(element: str, _: Rule, members: Sequence[Member], found: _Merged) -> None:
    """Role by role: authors of one source never mix with authors of another, but for what completes them."""
    people: list[Contributor] = []
    said: list[int] = []
    given = [m for m in members if m.record.contributors]
    for role in dict.fromkeys(c.role for m in given for c in m.record.contributors):
        lists = [(m, [c for c in m.record.contributors if c.role == role]) for m in given]
        lists = [(m, c) for m, c in lists if c]
        member, chosen, name = _list_of_role(lists, found)
        people += chosen
        said += [member.id] * len(chosen)
        if role == "author" or "contributors" not in found.choices:
            found.choices[element] = Choice(
                member.id, name if len(lists) > 1 else "only", _others(chosen, [c for m, c in lists if m is not member])
            )
    if people:
        found.values[element] = tuple(people)
        found.origins[element] = tuple(said)


def _list_of_role(
    lists: Sequence[tuple[Member, list[Contributor]]], found: _Merged
) -> tuple[Member, list[Contributor], str]:
    """The list that is believed, completed; (member, contributors, rule)."""
    believed, base = lists[0]
    surnames = _surnames(base)
    agreeing = [(m, c) for m, c in lists if _surnames(c) == surnames]
    member, fullest = max(agreeing, key=lambda pair: sum(_fullness(c) for c in pair[1]))
    if sum(_fullness(c) for c in fullest) == sum(_fullness(c) for c in base):
        member, fullest = believed, base  # no gain: the higher rank stays
    chosen = [_complete(c, [others[n] for _, others in agreeing]) for n, c in enumerate(fullest)]
    for other, people in lists:
        if _surnames(people) != surnames and base[0].role == "author":
            message = (
                f"{len(people)} authors here, {len(base)} in {believed.source} {believed.identifier}, or other names"
            )
            found.findings.append((other.id, finding("authors-differ", "contributors", message)))
    return member, chosen, "fullest" if member is not believed else "precedence"


def _surnames(people: Sequence[Contributor]) -> list[str]:
    return [words(c.family or c.name) for c in people]


def _fullness(person: Contributor) -> int:
    """Letters of given names that are more than initials."""
    return sum(len(w) for w in words(person.given or "").split() if len(w) > 2)


def _complete(person: Contributor, same: Sequence[Contributor]) -> Contributor:
    """What a source leaves empty about a person is taken from the others that name the same person in the same place."""
    gaps: dict[str, Any] = {}
    for name in ("orcid", "ror", "isni", "suffix", "affiliations"):
        if not getattr(person, name) and (value := next((v for c in same if (v := getattr(c, name))), None)):
            gaps[name] = value
    return msgspec.structs.replace(person, **gaps) if gaps else person


def _demoted(identifiers: tuple[Identifier, ...], prefixes: Sequence[str]) -> tuple[Identifier, ...]:
    """DOIs that repositories registered for their own copies name a version where the work has a DOI of its own."""
    own = [i for i in identifiers if i.scheme == "doi" and i.relation == "self"]
    minted = [i for i in own if repository_doi(i, prefixes)] if len(own) > 1 else []
    if not minted or len(minted) == len(own):
        return identifiers
    return tuple(msgspec.structs.replace(i, relation="version") if i in minted else i for i in identifiers)


def _extra(members: Sequence[Member]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for member in members:
        for path, values in member.record.extra.items():
            kept = found.setdefault(path, [])
            kept += [v for v in values if v not in kept]
    return found


RULES: Final[dict[str, Merge]] = {
    "precedence": _precedence,
    "refined": _refined,
    "completed": _completed,
    "worst": _worst,
    "union": _union,
    "whole": _whole,
    "aligned": _aligned,
    "abstracts": _abstracts,
}
