"""Names in parts of which a glance tells that there is nothing to clean: most of those that publishers deposit."""

from __future__ import annotations

import re

from harvester.clean.persons import Name
from harvester.clean.text import terms

_WORD = "[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]"
_FAMILY = rf"{_WORD}{{2,}}(?:[ -]{_WORD}{{2,}}){{0,2}}"
_GIVEN = rf"(?!(?:On|Behalf|Of|For|The|And|In|With)\b)(?:{_WORD}+|[A-Z]\.?)(?:[ -]{_WORD}+|[ -]?[A-Z]\.?){{0,3}}"
"""Given names or initials, and not the ``for the`` that stands here where a group signed on behalf of another."""
_SOUND = re.compile(f"{_FAMILY}, {_GIVEN}")


def sound_person(family: str, given: str) -> Name | None:
    """What ``persons.person`` makes of two names, told at a glance; None where it has to be asked.

    >>> sound_person("Aufegger", "Lisa").name, sound_person("SMITH", "JOHN"), sound_person("Unknown", "Anna")
    ('Aufegger, Lisa', None, None)
    """
    name = f"{family}, {given}"
    if (
        _SOUND.fullmatch(name) is None
        or (len(given) > 3 and given.isupper())
        or family.lower() in (nobody := terms("person"))
        or given.lower() in nobody
    ):
        return None
    return Name("person", name, family, given)
