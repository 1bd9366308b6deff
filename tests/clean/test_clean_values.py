"""``values.json``: what people, platforms and programs write, a row a value, with what has to be made of it.

Names are written ``person:Family|Given`` and ``organisation:Name``. Each row stands for a rule, not for itself: a row that is
in the way of a better rule may go, with the reason in the commit.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harvester.clean import KINDS, names
from harvester.record import Json

VALUES: dict[str, list[tuple[str, Json]]] = json.loads(Path(__file__).with_name("values.json").read_text("utf-8"))


def _written(value: Json) -> Json:
    if not isinstance(value, list):
        return value
    return [
        f"{n['kind']}:{n.get('family') or n.get('name')}" + (f"|{n['given']}" if n.get("given") else "")
        for n in value
        if isinstance(n, dict)
    ]


def test_every_kind_has_its_values() -> None:
    assert VALUES.keys() <= KINDS.keys()
    assert sum(map(len, VALUES.values())) > 4000


@pytest.mark.parametrize("kind", VALUES)
def test_values(kind: str) -> None:
    clean = KINDS[kind]
    wrong = [(sent, found, expected) for sent, expected in VALUES[kind] if (found := _written(clean(sent))) != expected]
    assert wrong == []


@pytest.mark.parametrize("kind", [kind for kind in VALUES if kind != "name"])
def test_a_clean_value_is_clean(kind: str) -> None:
    clean = KINDS[kind]
    for _, expected in VALUES[kind]:
        if isinstance(expected, str):
            assert clean(expected) == expected


def test_a_clean_name_is_clean() -> None:
    """But for what only its context told: an acronym as a family name, a peerage without its title, a stray full stop."""
    kept = 0
    for sent, _ in VALUES["name"]:
        for name in names.names(sent):
            if name.name not in ("LI", "Jane, Smith.", "Darzi of Denham"):
                (again,) = names.names(name.name)
                assert (again.kind, again.family, again.given) == (name.kind, name.family, name.given), sent
                kept += 1
    assert kept > 400
