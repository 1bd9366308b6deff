"""What stands in the parts of a name, kept apart by the source, and belongs to none of them: titles, degrees, footnotes.

Deposits have ``given = "Dr. John", family = "Smith, Jr.*"`` where one who types has only two boxes.
"""

from __future__ import annotations

import re

from harvester.clean.name_marks import IDS, MARKS
from harvester.clean.name_order import titles_before
from harvester.clean.organisations import is_organisation, words_of_names

_DEGREE = r"(?:Ph\.? ?D|D\.?Phil|M\.D|MD|MSc|BSc|MPH|MBA|MBBS|MBChB|DrPH|PharmD|EdD|FRCP|FRCS)"
_SUFFIX = re.compile(r",?\s+(Jr|Sr|Jnr|Snr|II|III|IV|2nd|3rd)\.?$", re.IGNORECASE)
_DEGREES = re.compile(rf"(?:,?\s+{_DEGREE}\.?)+$")
_ET_AL = re.compile(r"[,;]?\s+et\.? al\.?$", re.IGNORECASE)
_ROLE = re.compile(r"\s*[\[(]([^()\[\]]{1,40})[\])]")
_SIGN = re.compile(r"[*†‡§¶#¹²³⁴⁵⁶⁷⁸⁹⁰(\[0-9@,]")
_WORD = re.compile(
    rf" (?:Jr|Sr|Jnr|Snr|III?|IV|et\.? al|{_DEGREE})\b|^(?:Dr|Prof|Professor|Sir|Dame|Mr|Mrs|Ms|Rev|PD|Univ)\b",
    re.IGNORECASE | re.MULTILINE,
)


def without_extras(family: str, given: str) -> tuple[str, str, str | None]:
    """Family and given name, and the suffix that stood in one of them.

    >>> without_extras("Smith, Jr.*", "Dr. John (Ed.)"), without_extras("Smith", "Ann PhD"), without_extras("Smith, Ann", "")
    (('Smith', 'John', 'Jr.'), ('Smith', 'Ann', None), ('Smith', 'Ann', None))
    """
    both = f"{family}\n{given}"
    if len(both) > 200 or not (_SIGN.search(both) or (" " in both and _WORD.search(both))):
        return family, given, None
    (family, of_family), (given, of_given) = _bare(family), _bare(given)
    if not given and family.count(",") == 1 and not is_organisation(family):
        family, _, given = family.partition(",")
    tokens = given.split()
    del tokens[: titles_before(tokens, words_of_names())]
    return family.strip(), " ".join(tokens), of_given or of_family


def _bare(part: str) -> tuple[str, str | None]:
    part = MARKS.sub("", IDS.sub("", part)).strip(" ,;")
    part = _ROLE.sub(_unless_role, _ET_AL.sub("", part))
    part = _DEGREES.sub("", part)
    suffix = _SUFFIX.search(part)
    return (_DEGREES.sub("", part[: suffix.start()]), suffix[0].strip(" ,")) if suffix else (part, None)


def _unless_role(match: re.Match[str]) -> str:
    return "" if match[1].strip(" .").casefold() in words_of_names().roles else match[0]
