"""Rules for theses: what they were accepted for, by whom, and under whom they were written."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from harvester import schemas
from harvester.clean import text, types
from harvester.formats.draft import Draft
from harvester.record import Json

_SQUEEZE = re.compile(r"[\s.\u2019'-]+")


def degree(draft: Draft, sent: str, part: str = "name") -> Json:
    """Name, level or discipline of the degree; the level by ``vocabularies/degrees.toml``, else as sent."""
    value = text.plain(sent)
    if not value:
        return None
    if part == "level":
        value = degree_level(value) or value
    return value if draft.degree.setdefault(part, value) == value else None


def degree_level(sent: str) -> str | None:
    """
    >>> degree_level("Ph.D."), degree_level("Master of Engineering"), degree_level("2"), degree_level("Diploma")
    ('doctoral', 'masters', 'doctoral', None)
    """
    lowered = sent.casefold()
    begun = (level for level, row in _rows().items() if lowered.startswith(tuple(row["begins"])))
    return _levels().get(_squeeze(sent)) or next(begun, None)


def kind_of_thesis(level: str | None) -> str:
    """
    >>> kind_of_thesis("doctoral"), kind_of_thesis(None)
    ('doctoral-thesis', 'thesis')
    """
    return str(_rows()[level]["type"]) if level in _rows() else "thesis"


def settle_thesis(draft: Draft, demanded: bool = False) -> None:
    """The kind of thesis, where a level is known; ``demanded``: the format is for theses alone, so it is one at least.

    A record that names another type keeps it: DSpace serves every item in its formats for theses, articles too.
    """
    best = types.best(draft.types) if draft.types else None
    level = draft.degree.get("level")
    if level not in _rows():
        level = degree_level(draft.degree.get("name", ""))
    if best is None and (demanded or draft.degree):
        draft.types.append((0, best := "thesis"))
    if best == "thesis" and level in _rows():
        draft.types.append((3, kind_of_thesis(level)))


def is_thesis(draft: Draft) -> bool:
    """Whether the type that is known so far is that of a thesis, or none is known."""
    best = types.best(draft.types) if draft.types else "thesis"
    return best.endswith("thesis")


def _squeeze(sent: str) -> str:
    return _SQUEEZE.sub("", sent).casefold()


@cache
def _rows() -> dict[str, dict[str, Any]]:
    return schemas.table("vocabularies/degrees")


@cache
def _levels() -> dict[str, str]:
    return {_squeeze(name): level for level, row in _rows().items() for name in row["names"]}
