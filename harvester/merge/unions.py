"""Rules for elements that are lists: everything that any record says, each once, with who said it first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct

from harvester.clean.identifiers import url_key
from harvester.link import words
from harvester.merge.table import Draft, Rule
from harvester.record import Collection, Completion, Date, File, Funding, Identifier, License, Member, Title

RELATIONS: Final = ("self", "version", "container", "file", "candidate")
"""Of one identifier with several relations, the first of these counts."""

Key: TypeAlias = tuple[Any, ...]
"""By what an item is recognised in other records: items that share one are the same."""
_NAMESAKES: Final = 20
"""Items of one record that share a key, as far as they are told apart."""


class _Item(Struct):
    value: Any
    member: Member
    filled: dict[str, int] = {}
    """Field -> the record that filled it."""


_BELONGS: Final = {"embargo_until": "access", "checksum_type": "checksum", "size_label": "size"}
"""Fields that say nothing without another: they are taken only where that is the same."""


def union(element: str, rule: Rule, members: Sequence[Member], work: Draft) -> None:
    """What a record says twice it goes on saying twice: only what another one said before is left out.

    So a record beside its own copy gives the work that it gives alone.
    """
    given = [(m, v) for m in members if (v := getattr(m.record, element))]
    if not given:
        return
    if len(given) == 1:
        ((member, work.values[element]),) = given
        work.origins[element] = (member.id,) * len(work.values[element])
        return
    keys = ITEMS[rule.item] if rule.item else _by_fields(rule.by)
    items = _distinct(given, keys, rule)
    if rule.item in BROADER:
        items = _without_parts(items, keys, rule)
    work.values[element] = tuple([item.value for item in items])
    work.origins[element] = tuple([item.member.id for item in items])
    work.completions += [
        Completion(element, part, getattr(item.value, part), giver, n)
        for n, item in enumerate(items)
        for part, giver in item.filled.items()
    ]


def _distinct(given: Sequence[tuple[Member, Sequence[Any]]], keys: KeysOf, rule: Rule) -> list[_Item]:
    apart = APART.get(rule.item)
    items: list[_Item] = []
    known: dict[Key, list[_Item]] = {}
    for member, values in given:
        said: list[tuple[Key, _Item]] = []
        for value in values:
            own = keys(value, member)
            same = next((known[key] for key in own if key in known), ())
            if same and apart is not None:
                same = [i for key in own for i in known.get(key, ()) if not apart(i.value, value)]
            if not same:
                item = _Item(value, member)
                items.append(item)
            else:  # of several the one that was said in the very same way
                item = next((i for i in same if i.value == value), same[0])
                _join(item, value, member, rule.fill)
            said += [(key, item) for key in own]
        for key, item in said:
            found = known.setdefault(key, [])
            if len(found) < _NAMESAKES and not any(item is i for i in found):
                found.append(item)
    return items


def _join(item: _Item, value: Any, member: Member, fill: Sequence[str]) -> dict[str, Any]:
    """Another record says the same: it may say it better, or more of it. Returns the fields that it filled."""
    gaps: dict[str, Any] = {}
    if isinstance(value, Identifier):
        if _nearer(value, item.value):
            item.value, item.member = value, member
        return gaps
    for field in fill:
        lead = _BELONGS.get(field)
        if getattr(item.value, field) is not None or (new := getattr(value, field)) is None:
            continue
        if lead is None or lead in gaps or getattr(item.value, lead) == getattr(value, lead):
            gaps[field] = new
    if gaps:
        item.value = msgspec.structs.replace(item.value, **gaps)
        item.filled.update(dict.fromkeys(gaps, member.id))
    return gaps


def _nearer(one: Identifier, other: Identifier) -> bool:
    places = [RELATIONS.index(i.relation) if i.relation in RELATIONS else len(RELATIONS) for i in (one, other)]
    return places[0] < places[1]


def _without_parts(items: list[_Item], keys: KeysOf, rule: Rule) -> list[_Item]:
    """Without what an item of another record says more fully; what only the part knows goes to the whole."""
    apart, broader = APART.get(rule.item), BROADER[rule.item]
    fuller: dict[Key, list[_Item]] = defaultdict(list)
    for item in items:
        for key in broader(item.value, item.member):
            fuller[key].append(item)
    kept = []
    for item in items:
        wholes = [
            whole
            for key in keys(item.value, item.member)
            for whole in fuller.get(key, ())
            if whole.member.id != item.member.id and (apart is None or not apart(whole.value, item.value))
        ]
        for whole in wholes:
            gaps = _join(whole, item.value, item.member, rule.fill)
            whole.filled.update({field: by for field, by in item.filled.items() if field in gaps})
        if not wholes:
            kept.append(item)
    return kept


# --- what makes two items the same -----------------------------------------------------------------------------------


def folded(value: Any) -> Any:
    """Upper and lower case, and the width of spaces, are no difference."""
    return " ".join(value.casefold().split()) if isinstance(value, str) else value


@cache
def _by_fields(by: tuple[str, ...]) -> KeysOf:
    if not by:
        return lambda item, _: (folded(item),)
    return lambda item, _: (tuple([folded(getattr(item, name)) for name in by]),)


def _title(title: Title, _: Member) -> tuple[Key, ...]:
    return ((title.type, title.title if title.type == "markup" else words(title.title) or title.title),)


def _date(date: Date, _: Member) -> tuple[Key, ...]:
    return ((date.type, date.value, None if date.value else folded(date.raw)),)


def _file(file: File, member: Member) -> tuple[Key, ...]:
    """The same address, or the same bytes; of these only one may be open, and then there are two.

    A name is that of a file of one record, whichever format tells of it.
    """
    found: list[Key] = []
    if file.url:
        found.append(("url", url_key(file.url) or file.url))
    if file.checksum:
        found.append(("checksum", folded(file.checksum_type), folded(file.checksum), file.access))
    return tuple(found) or ((member.source, member.identifier, file.name, file.description, file.version),)


def _funding(funding: Funding, _: Member) -> tuple[Key, ...]:
    """The same grant of the same funder, by identifier or by name."""
    award = _award(funding)
    if funders := _funders(funding):
        return tuple((*funder, award) for funder in funders)
    return (("award", award, None if award else folded(funding.award_title or funding.award_url)),)


def _two_funders(one: Funding, other: Funding) -> bool:
    """Two identifiers of one scheme are two funders, whatever they are called; one of another may be the same."""
    mine, its = one.funder_id, other.funder_id
    if not mine or not its or folded(mine) == folded(its):
        return False
    return mine.rpartition("/")[0] == its.rpartition("/")[0]


_SHORT_AWARD: Final = 4
"""Letters and digits: a shorter number of a grant may be that of any funder."""


def _funding_in_part(funding: Funding, _: Member) -> tuple[Key, ...]:
    """The funder without the grant, and the grant without the funder."""
    award, funders = _award(funding), _funders(funding)
    if not award or not funders:
        return ()
    alone = (("award", award, None),) if len(award) >= _SHORT_AWARD else ()
    return (*((*funder, None) for funder in funders), *alone)


def _award(funding: Funding) -> str | None:
    return words(funding.award_number or "").replace(" ", "") or None


def _funders(funding: Funding) -> list[tuple[str, str]]:
    found = [("id", str(folded(funding.funder_id)))] if funding.funder_id else []
    if funding.funder_name:
        found.append(("name", words(funding.funder_name) or funding.funder_name))
    return found


_LICENCE_PAGES: Final = ("/legalcode", "/deed", "/legalcode.txt")


def _licence(licence: License, _: Member) -> tuple[Key, ...]:
    applies = None if licence.applies_to == "unspecified" else licence.applies_to
    when = (applies, licence.start, licence.delay_days)
    found: list[Key] = []
    if licence.spdx:
        found.append(("spdx", folded(licence.spdx), *when))
    if licence.url:
        address = url_key(licence.url) or folded(licence.url)
        for page in _LICENCE_PAGES:
            address = address.removesuffix(page)
        found.append(("url", address, *when))
    return tuple(found) or (("raw", folded(licence.raw), *when),)


def _collection(collection: Collection, member: Member) -> tuple[Key, ...]:
    """Sets are named by their repository: the same name elsewhere is another set."""
    name = ("set", collection.set_spec) if collection.set_spec else ("name", folded(collection.name))
    return ((member.source, *name),)


KeysOf: TypeAlias = Callable[[Any, Member], tuple[Key, ...]]
ITEMS: Final[Mapping[str, KeysOf]] = {
    "title": _title,
    "date": _date,
    "file": _file,
    "funding": _funding,
    "licence": _licence,
    "collection": _collection,
}
"""What an item is (``item`` in ``schemas/merge.toml``) -> by what it is recognised."""
BROADER: Final[Mapping[str | None, KeysOf]] = {"funding": _funding_in_part}
"""What an item is -> keys of items that say a part of what it says."""
APART: Final[Mapping[str | None, Callable[[Any, Any], bool]]] = {"funding": _two_funders}
"""What an item is -> whether two are different whatever they share."""


# --- lists that are taken whole --------------------------------------------------------------------------------------


def whole(element: str, rule: Rule, members: Sequence[Member], work: Draft) -> None:
    given = [(m, v) for m in members if (v := getattr(m.record, element))]
    if given:
        member, value = given[0]
        work.choose(element, rule, member, value, "precedence", [v for _, v in given])
        work.origins[element] = (member.id,) * len(value)


def unmapped(members: Sequence[Member]) -> dict[str, list[str]]:
    """What no rule maps: path -> values of all records, each once."""
    found: dict[str, list[str]] = {}
    for member in members:
        for path, values in member.record.extra.items():
            kept = found.setdefault(path, [])
            kept += [v for v in values if v not in kept]
    return found
