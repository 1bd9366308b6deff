"""Names in parts of which a glance tells that there is nothing to clean: most of those that publishers deposit."""

from __future__ import annotations

import re
from functools import cache

from harvester.clean.organisations import unaccented, words_of_names
from harvester.clean.persons import Name
from harvester.clean.text import terms

_WORD = "[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+"
_PART = rf"(?:[DO]')?{_WORD}(?:{_WORD})?"
"""``Smith``, ``O'Neill``, ``MacArthur``"""
_FAMILY = rf"(?:[a-z]{{2,3}} ){{0,2}}{_PART}(?:[ -]{_PART}){{0,2}}"
_INITIALS = r"[A-Z]{1,3}|(?:[A-Z]\.-?){1,4}"
"""Four capitals in a row are a name."""
_NAME = rf"(?:{_WORD}|{_INITIALS})"
_BEFORE = "(?!(?:On|Behalf|Of|For|The|And|In|With|Dr|Prof|Professor|Sir|Dame|Mr|Mrs|Ms|Rev)\\b)"
_BEHIND = "(?<! [JS]r)(?<! II)(?<! III)(?<! IV)(?<! MD)(?<! MBA)(?<! MPH)"
_DOTTED = r"(?:[A-Z]\.[ -]?){1,4}(?<![ -])"
_GIVEN = rf"{_BEFORE}(?:{_DOTTED}|{_NAME}(?: {_NAME}|-{_WORD}){{0,3}}{_BEHIND})"
"""Initials or given names, and not the ``for the`` that stands here where a group signed on behalf of another."""
_is_sound = re.compile(f"{_FAMILY}(?<! [JS]r), {_GIVEN}").fullmatch


def sound_person(family: str, given: str) -> Name | None:
    """What ``persons.person`` makes of two names, told at a glance; None where it has to be asked.

    >>> sound_person("van der Berg", "J. A.").name, sound_person("SMITH", "JOHN"), sound_person("Unknown", "Anna")
    ('van der Berg, J. A.', None, None)
    """
    name = f"{family}, {given}"
    if _is_sound(name) is None:
        return None
    folded = str.lower if name.isascii() else unaccented
    nobodys = _nobodys()
    if (
        folded(family) in nobodys
        or folded(given).rstrip(".") in nobodys
        or (" " in family and folded(family.rpartition(" ")[2]) in nobodys)
        or (" " in family and folded(given.partition(" ")[0]) in nobodys)
    ):
        return None
    return Name("person", name, family, given)


@cache
def _nobodys() -> frozenset[str]:
    """What nobody is called, without accents; an organisation that was cut in two ends or begins so."""
    return frozenset(map(unaccented, terms("person"))) | words_of_names().nobodys
