"""Contributors: the list of the record that is believed, completed by those that name the same people.

Authors of one source never mix with those of another. Lists agree where surnames agree place by place; organisations, which
one source counts among the authors and another does not, are left out of that. A list that was cut after some names
(*et al.*) agrees as far as it goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from harvester.formats.findings import finding
from harvester.link import words
from harvester.merge.namesakes import fullness, same_given, same_people, same_surname, turned
from harvester.merge.table import Draft, Rule, origin, others
from harvester.record import Choice, Completion, Contributor, Member

CUT_AFTER: Final = 3
"""Where databases and styles cut a list of authors at the earliest. A list that is believed more, and is shorter than this,
is no cut one: the rest of the other list may be the supervisors of a thesis."""
_FILLED: Final = ("orcid", "ror", "isni", "suffix", "affiliations", "corresponding")


class _Said(Struct):
    """Who has some role, by one record."""

    member: Member
    people: list[Contributor]
    persons: list[Contributor]
    orcids: Counter[str | None]


def _said(member: Member, role: str) -> _Said:
    people = [c for c in member.record.contributors if c.role == role]
    persons = [c for c in people if c.kind != "organisation"] or people
    return _Said(member, people, persons, Counter(c.orcid for c in people))


def aligned(element: str, _: Rule, members: Sequence[Member], work: Draft) -> None:
    """Role by role."""
    people: list[Contributor] = []
    said: list[int] = []
    given = [m for m in members if m.record.contributors]
    for role in dict.fromkeys(c.role for m in given for c in m.record.contributors):
        lists = [found for m in given if (found := _said(m, role)).people]
        base = _base(lists)
        agreeing = [found for found in lists if found is not base and _agree(base.persons, found.persons)]
        if role == "author":
            work.findings += [
                (found.member.id, finding("authors-differ", "contributors", message))
                for found in lists
                if found is not base and (message := _difference(found, base))
            ]
        filled = False
        for n, (person, gaps) in enumerate(_completed(base, agreeing, work), len(people)):
            people.append(person)
            said.append(base.member.id)
            work.completions += [Completion(element, part, getattr(person, part), by, n) for part, by in gaps.items()]
            filled = filled or bool(gaps)
        if role == "author" or element not in work.choices:
            name = "completed" if filled else "precedence" if base is lists[0] else "uncut"
            lost = others(base.people, [found.people for found in lists])
            work.choices[element] = Choice(base.member.id, name if len(lists) > 1 else "only", lost)
    if people:
        work.values[element] = tuple(people)
        work.origins[element] = tuple(said)


def _base(lists: Sequence[_Said]) -> _Said:
    """The list that is believed; where it was cut, as databases do, the first that goes on from there."""
    first = lists[0]
    known = len(first.persons)
    if known < CUT_AFTER or origin(first.member.format) == "registry":
        return first
    return next((s for s in lists if len(s.persons) > known and _agree(first.persons, s.persons)), first)


def _agree(mine: Sequence[Contributor], its: Sequence[Contributor]) -> bool:
    """As far as the shorter one goes."""
    return all(map(same_surname, mine, its))


def _difference(found: _Said, base: _Said) -> str:
    """Which author differs, or how many more there are; '' where a list agrees as far as it goes."""
    here, there = len(found.persons), len(base.persons)
    believed = f"{base.member.source} {base.member.identifier}"
    for n, (one, other) in enumerate(zip(found.persons, base.persons, strict=False), 1):
        if not same_surname(one, other):
            numbers = f"; {here} authors here, {there} there" if here != there else ""
            return f"author {n} is {_shown(one)} here, {_shown(other)} in {believed}{numbers}"
    return f"{here} authors here, {there} in {believed}" if here > there else ""


def _shown(person: Contributor) -> str:
    return person.name if len(person.name) <= 80 else f"{person.name[:79]}…"


def _completed(base: _Said, agreeing: Sequence[_Said], work: Draft) -> Iterator[tuple[Contributor, dict[str, int]]]:
    """Each of the list, and which of its fields another record gave: field -> record."""
    groups: dict[str, dict[int, tuple[_Said, Contributor]]] = {}
    for found in agreeing:
        for person in found.people:
            if person.kind == "organisation":
                groups.setdefault(words(person.name), {}).setdefault(found.member.id, (found, person))
    taken = {c.orcid for c in base.people if c.orcid}
    against: dict[tuple[int, str], list[str]] = {}
    same = [same_people(base.persons, found.persons) for found in agreeing]
    place = 0
    for person in base.people:
        if person.kind == "organisation" and base.persons is not base.people:
            yield _filled(person, list(groups.get(words(person.name), {}).values()), taken)
            continue
        named = [(found, found.persons[place]) for found in agreeing if place < len(found.persons)]
        meant = [
            (found, found.persons[place])
            for found, ok in zip(agreeing, same, strict=True)
            if ok[place : place + 1] == [True]
        ]
        place += 1
        for found, other in named:
            if code := _contradiction(person, other):
                against.setdefault((found.member.id, code), []).append(_told(code, person, other))
        yield _filled(person, meant, taken)
    for (id_, code), told in against.items():
        more = f"; and {len(told) - 1} more" if len(told) > 1 else ""
        message = f"{told[0]} in {base.member.source} {base.member.identifier}{more}"
        work.findings.append((id_, finding(code, "contributors", message)))


def _contradiction(person: Contributor, other: Contributor) -> str:
    """The code of what is found, where one surname stands for two people, or one person has two iDs."""
    if not same_given(person, other):
        return "authors-differ"
    return "orcid-differs" if person.orcid and other.orcid and person.orcid != other.orcid else ""


def _told(code: str, person: Contributor, other: Contributor) -> str:
    if code == "authors-differ":
        return f"{_shown(other)} here, {_shown(person)}"
    return f"{_shown(other)}: {other.orcid} here, {person.orcid}"


def _filled(
    person: Contributor, same: Sequence[tuple[_Said, Contributor]], taken: set[str]
) -> tuple[Contributor, dict[str, int]]:
    """What is left empty, and given names of which only initials are known."""
    gaps: dict[str, Any] = {}
    filled: dict[str, int] = {}
    for field in _FILLED:
        if getattr(person, field) not in (None, ()):
            continue
        for found, other in same:
            value = getattr(other, field)
            # One iD for several authors is that of who deposited the paper.
            if value in (None, ()) or (field == "orcid" and (value in taken or found.orcids[value] > 1)):
                continue
            if field == "suffix" and words(value) in words(person.family or person.name).split():
                continue  # it stands in the surname: de Castro Filho
            gaps[field], filled[field] = value, found.member.id
            if field == "orcid":
                taken.add(value)
                gaps["orcid_authenticated"] = other.orcid_authenticated
            break
    known = fullness(person.given)
    for found, other in same:
        if other.given and person.family and fullness(other.given)[0] > known[0] and not turned(person, other):
            known = fullness(other.given)
            # The surname stays as the believed source spells it.
            name = other.name if other.family == person.family else f"{person.family}, {other.given}"
            gaps["given"], gaps["name"], filled["given"] = other.given, name, found.member.id
    return (msgspec.structs.replace(person, **gaps) if gaps else person), filled
