"""What holds for any records of one work."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.merge import elements, merge
from harvester.record import Identifier, Member, Record, Work
from tests.merge.witnesses import clusters, records

quick = settings(deadline=None, max_examples=40)


def merged(members: list[Member]) -> Work:
    return merge(1, "k", members)


@quick
@given(clusters(), st.randoms(use_true_random=False))
def test_neither_order_nor_numbers_of_records_matter(members: list[Member], dice: random.Random) -> None:
    first = merged(members)
    numbers = dice.sample(range(1, 100), len(members))
    other = {m.id: number for m, number in zip(members, numbers, strict=True)}
    shuffled = [msgspec.structs.replace(m, id=other[m.id]) for m in members]
    dice.shuffle(shuffled)
    second = merged(shuffled)
    assert second.record == first.record
    assert [m.identifier for m in second.members] == [m.identifier for m in first.members]
    assert {n: tuple(other[i] for i in said) for n, said in first.origins.items()} == second.origins
    assert {n: other[c.record_id] for n, c in first.choices.items()} == {
        n: c.record_id for n, c in second.choices.items()
    }
    assert [msgspec.structs.replace(a, record_id=other[a.record_id]) for a in first.alternatives] == [
        *second.alternatives
    ]
    assert [msgspec.structs.replace(c, record_id=other[c.record_id]) for c in first.completions] == [
        *second.completions
    ]


@quick
@given(clusters(), st.integers(1, 3), st.sampled_from(("crossref", "xoai", "curated")))
def test_an_empty_record_changes_nothing(members: list[Member], rank: int, format_: str) -> None:
    without = merged(members)
    silent = merged([*members, Member(9, "silent", "id9", format_, rank, Record(), "2026")])
    assert len(silent.members) == len(members) + 1
    assert msgspec.structs.replace(silent, members=without.members) == without


@quick
@given(records)
def test_a_copy_changes_nothing(record: Record) -> None:
    """One record in two formats that say the same."""
    one, two = (Member(n, "spiral", "id", format_, 1, record, "2026") for n, format_ in enumerate(("xoai", "qdc")))
    alone, copied = merged([one]), merged([one, two])
    for name in Record.__struct_fields__:
        mine, its = getattr(alone.record, name), getattr(copied.record, name)
        if name == "findings":
            assert its == mine + mine
        elif name in ("descriptions", "contributors"):  # abstracts stand first, and authors together
            assert sorted(mine, key=repr) == sorted(its, key=repr)
        else:
            assert its == mine, name
    assert not copied.alternatives
    assert not copied.completions


@quick
@given(clusters())
def test_every_value_is_one_of_the_records(members: list[Member]) -> None:
    work = merged(members)
    for element in Record.__struct_fields__:
        if element in ("extra", "findings"):
            continue
        said = set(_leaves(element, [getattr(m.record, element) for m in members]))
        for path, value in _leaves(element, getattr(work.record, element)):
            if path == "contributors.name":  # the surname of one record, the given names of another
                continue
            default = path in Record.__struct_fields__ and value == msgspec.structs.asdict(Record())[path]
            assert default or (path, value) in said, (path, value)
    names = {c.name for m in members for c in m.record.contributors}
    for person in work.record.contributors:
        assert person.name in names or person.name == f"{person.family}, {person.given}"


@quick
@given(clusters())
def test_every_value_has_its_source(members: list[Member]) -> None:
    work = merged(members)
    said = {m.id: m.record for m in members}
    singles, lists = elements()
    for element, origins in work.origins.items():
        assert len(origins) == len(getattr(work.record, element))
        assert set(origins) <= set(said)
    for element in (*singles, *(name for rule in singles.values() for name in rule.together)):
        value = getattr(work.record, element)
        lead = next((name for name, rule in singles.items() if element in rule.together), element)
        if value is None or value == "other":
            continue
        choice = work.choices.get(element) or work.choices[lead]
        mine = getattr(said[choice.record_id], element)
        filled = {c.part: c for c in work.completions if c.element == element}
        assert value == (msgspec.structs.replace(mine, **{p: c.value for p, c in filled.items()}) if filled else mine)
    for completion in work.completions:
        assert completion.element in lists or completion.element in singles
        value = getattr(work.record, completion.element)
        item = value if completion.position is None else value[completion.position]
        assert getattr(item, completion.part) == completion.value
        giver = getattr(said[completion.record_id], completion.element)
        givers = giver if isinstance(giver, tuple) else (giver,)
        assert any(getattr(g, completion.part) == completion.value for g in givers)
    for lost in work.alternatives:
        assert lost.record_id in said


@quick
@given(clusters())
def test_nothing_that_is_listed_is_lost(members: list[Member]) -> None:
    """Each identifier, date, subject, file and relation of a record is found in the work, if in other letters."""
    record = merged(members).record
    for member in members:
        assert _folded(i.value for i in member.record.identifiers) <= _folded(i.value for i in record.identifiers)
        assert _folded(f"{s.scheme} {s.term}" for s in member.record.subjects) <= _folded(
            f"{s.scheme} {s.term}" for s in record.subjects
        )
        assert {(d.type, d.value or d.raw) for d in member.record.dates} <= {
            (d.type, d.value or d.raw) for d in record.dates
        }
        assert _folded(r.target for r in member.record.relations) <= _folded(r.target for r in record.relations)
        funders = {(f.funder_name or "").lower() for f in record.funding}
        assert {f.funder_name.lower() for f in member.record.funding if f.funder_name} <= funders | {"nihr"}


@pytest.mark.parametrize("format_", ["crossref", "xoai"])
def test_a_work_of_empty_records_is_empty(format_: str) -> None:
    members = [Member(n, f"s{n}", "id", format_, n, Record(), "2026") for n in (1, 2)]
    work = merged(members)
    assert (work.record, work.choices, work.origins, len(work.members)) == (Record(), {}, {}, 2)


def test_dois_of_copies_step_back_beside_an_empty_record() -> None:
    dois = (Identifier("doi", "10.1136/1"), Identifier("doi", "10.25560/1"))
    members = [
        Member(1, "spiral", "id", "xoai", 2, Record(identifiers=dois), "2026"),
        Member(2, "crossref", "id", "crossref", 1, Record(), "2026"),
    ]
    work = merge(1, "k", members, repository_doi_prefixes=("10.25560",))
    assert [i.relation for i in work.record.identifiers] == ["self", "version"]


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """(path, value) of everything in a value; an affiliation is one."""
    if isinstance(value, tuple | list):
        for item in value:
            yield from _leaves(path, item)
    elif isinstance(value, msgspec.Struct) and not path.endswith("affiliations"):
        for name in value.__struct_fields__:
            yield from _leaves(f"{path}.{name}", getattr(value, name))
    elif value is not None:
        yield path, value


def _folded(values: Iterator[str]) -> set[str]:
    return {" ".join(v.casefold().split()) for v in values}
