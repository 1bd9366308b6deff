"""What stands in brackets behind a name: an affiliation, a role, dates, the same name in another script."""

from __future__ import annotations

import re

from harvester.clean.name_lists import is_role
from harvester.clean.organisations import CJK, is_organisation, unaccented, words_of_names
from harvester.clean.persons import Name

BRACKETS = re.compile(r"\s*[\[(]([^()\[\]]{1,300})[\])]")
_LETTERS = re.compile("[a-z](?:, ?[a-z])*")
_DIGIT = re.compile("[0-9]")
_PRONOUNS = re.compile(r"(?:she|he|they)(?:\s?/\s?\w{2,6}){1,2}", re.IGNORECASE)


def organisation_without_role(text: str) -> Name:
    """An organisation, without what it did.

    >>> organisation_without_role("Soil Systems, Inc. (PREPARER)").name
    'Soil Systems, Inc.'
    """
    for match in list(BRACKETS.finditer(text))[-1:]:
        if match.end() == len(text) and is_role(match[1]):
            text = text[: match.start()]
    return Name("organisation", text.strip())


def without_brackets(text: str) -> tuple[str, str | None]:
    """The name, and an affiliation that stood in brackets; a fuller form of the given name stays.

    >>> without_brackets("Smith, J. (John), 1950-"), without_brackets("Smith, Ann (Physicist)"), without_brackets("Roe, L (UCLA)")
    (('Smith, J. (John), 1950-', None), ('Smith, Ann', None), ('Roe, L', 'UCLA'))
    """
    affiliation = None
    words = words_of_names()
    for match in list(BRACKETS.finditer(text))[:20]:
        inner = match[1].strip()
        if CJK.search(inner) and not CJK.search(text[: match.start()]):
            pass  # the same name in its own script
        elif len(inner) < 8 and _LETTERS.fullmatch(inner):
            pass  # John Smith (a), Jane Doe (b, c)
        elif is_organisation(inner):
            affiliation = affiliation or inner
        elif inner.replace(".", "").casefold() in words.suffixes:
            text = text.replace(match[0], f" {inner}", 1)
            continue
        elif inner.replace(".", "").casefold() in words.titles | words.degrees:
            pass
        elif inner.isupper() and len(inner) > 2 and inner.isalpha() and not text.isupper():
            affiliation = affiliation or inner  # Vavreck, Lynn (UCLA)
        elif not (is_role(inner) or _DIGIT.search(inner) or _PRONOUNS.fullmatch(inner)) and _is_of_the_name(
            text, match[0], inner
        ):
            continue
        text = text.replace(match[0], "", 1)
    return text.strip(" ,;"), affiliation


def _is_of_the_name(text: str, whole: str, inner: str) -> bool:
    """Behind a given name its fuller form: of the same letter, or a given name; in the midst of a name anything."""
    if whole[0] == "[":
        return True  # letters that a cataloguer supplied: J[ohn]
    _, comma, given = text.partition(",")
    if comma and whole in given:
        first = given.strip()[:1]
        return inner[:1].isupper() and (inner[0] == first or unaccented(inner.split()[0]) in words_of_names().given)
    return not text.endswith(whole) or " " not in text[: -len(whole)]
