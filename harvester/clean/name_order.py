"""The words of one name in their order: titles in front, and where the family name begins."""

from __future__ import annotations

import re

from harvester.clean.organisations import CAPITAL, INITIALS, Words, unaccented

_LAST_INITIALS = re.compile(rf"{CAPITAL}(?:\.?-?{CAPITAL}){{0,2}}\.?")
HALF_SHOUTED = re.compile(rf"({CAPITAL}(?:(?!{CAPITAL})[^\W\d_]){{1,2}}|{CAPITAL}['’])({CAPITAL}{{2,}})")
"""``McDONALD``, ``O'NEILL``"""
_CONSONANTS = re.compile("[B-DF-HJ-NP-TV-XZ]{3}")
_HALF_HYPHENED = re.compile(r"[A-Z][a-z]+-[a-z]{2,}")
"""``Jong-un``: how Korean and Taiwanese given names are written."""
_PATRONYMIC = re.compile(r"(?:ович|евич|ьич|овна|евна|ична|инична|оглы|кызы|йович|ївна|івна)$")


def is_title(token: str, words: Words) -> bool:
    """``Dr``, ``Prof.``; DR, MS in capitals are initials."""
    bare = token.strip(",").replace(".", "")
    if bare.casefold() not in words.titles or len(bare) < 2 or (len(bare) == 2 and bare.isupper()):
        return False
    return "." in token or bare.casefold() not in words.titles_too


def titles_before(tokens: list[str], words: Words) -> int:
    """How many words before a name are titles. ``Phil``, ``Earl`` and ``Hon`` are such in company: Dr. phil., Hon John Smith.

    >>> from harvester.clean.organisations import words_of_names
    >>> words = words_of_names()
    >>> [titles_before(name.split(), words) for name in ("Dr med Hans Roth", "Phil Roe", "Hon John Roe", "The Rt Hon Ed Roe")]
    [2, 0, 1, 3]
    """
    for count, token in enumerate(tokens[:-1]):
        bare = token.strip(",").replace(".", "").casefold()
        in_company = count or (len(tokens) > 2 and unaccented(tokens[1]) in words.given)
        before_another = bare in words.titles and token.isupper() and is_title(tokens[count + 1], words)  # PD Dr. Roth
        known = is_title(token, words) or bare in ("the", "rt") or (bare in words.titles_too and in_company)
        if not (known or before_another):
            return count
    return max(0, len(tokens) - 1)


def is_loud_name(token: str) -> bool:
    """Whether capitals are a name: LEE and SMITH, but not JRR.

    >>> is_loud_name("LEE"), is_loud_name("JRR"), is_loud_name("Lee")
    (True, False, False)
    """
    return token.isupper() and (len(token) != 3 or not token.isascii() or not _CONSONANTS.fullmatch(token))


def shouted_family(tokens: list[str], words: Words) -> int:
    """How many words at the beginning are the family name because they alone are in capitals; negative: at the end; or 0.

    >>> from harvester.clean.organisations import words_of_names
    >>> words = words_of_names()
    >>> shouted_family("GARCIA MARQUEZ Gabriel".split(), words), shouted_family("Jan VAN DER BERG".split(), words)
    (2, -3)
    """
    shouted = [
        len(t) > 2 and "." not in t and (is_loud_name(t) or HALF_SHOUTED.fullmatch(t) is not None) for t in tokens
    ]
    if not any(shouted):
        return 0
    loud = [s or (t.isupper() and t.lower() in words.particles) for s, t in zip(shouted, tokens, strict=True)]
    quiet = [i for i, is_loud in enumerate(loud) if not is_loud]
    if not any(len(tokens[i]) > 1 and tokens[i][1:].islower() for i in quiet):
        return 0  # beside initials alone, capitals say nothing
    if quiet == list(range(quiet[0], len(tokens))):
        return quiet[0]
    if (
        quiet == list(range(quiet[-1] + 1))
        and tokens[quiet[-1]] not in words.particles
        and not (quiet[-1] == len(tokens) - 2 and _LAST_INITIALS.fullmatch(tokens[-1]))
    ):
        return quiet[-1] + 1 - len(tokens)
    return 0


def family_at(tokens: list[str], words: Words) -> int:
    """Where the family name begins; below zero where it stands first: then how many words it has, negative."""
    last = tokens[-1]
    if len(tokens) == 2 and _is_short_family(*tokens):
        return -1
    in_front = len(tokens) > 2 and tokens[0].isupper() and tokens[0].lower() in words.particles  # DE VRIES H
    if in_front or not INITIALS.fullmatch(tokens[0]):
        if _LAST_INITIALS.fullmatch(last) and (
            in_front or "." in last or len(last) < 2 or not " ".join(tokens).isupper()
        ):
            head = len(tokens) - 1  # Darzi AW
            while head > 1 and len(tokens[head - 1].rstrip(".")) == 1 and tokens[head - 1].isupper():  # Darzi A W
                head -= 1
            if len(last) < 4 or "." in last or "-" in last:
                return -head
        if len(tokens) == 3 and _PATRONYMIC.search(last.lower()) and not _PATRONYMIC.search(tokens[1].lower()):
            return -1
        if (
            is_loud_name(tokens[0]) and len(tokens[0]) > 2 and not any(t.isupper() and len(t) > 2 for t in tokens[1:])
        ):  # SMITH John
            return -1
    if _is_family_first(tokens, words):
        return -1
    if tokens[0] in words.particles and tokens[0].islower():  # van der Berg, with no given name
        return 0
    for i, token in enumerate(tokens[1:-1], 1):
        if tokens[i + 1][0] in "'’" and token in ("in", "op", "van"):  # in 't Veld
            return i
        if i == len(tokens) - 2 and token in ("Abd", "Abdel", "Abdul", "Abou", "Abu"):  # they begin a compound
            return i
        if token in ("y", "i") and i > 1:  # Ortega y Gasset
            return i - 1
        if (token.islower() and token in words.particles) or token in words.capital_particles:
            return i
    return len(tokens) - 1


def _is_short_family(first: str, last: str) -> bool:
    """``COX A``, ``KIM JH``: capitals that are a family name, for initials would leave none of a letter, or of two consonants."""
    if not (first.isupper() and last.isupper()) or "." in last:
        return False
    return len(last) == 1 < len(first) or (len(last) == 2 and len(first) == 3 and is_loud_name(first))


def _is_family_first(tokens: list[str], words: Words) -> bool:
    """``Nguyen Van An``, ``Kim Jong-un``: the family name is one that nobody has for a given name.

    >>> from harvester.clean.organisations import words_of_names
    >>> words = words_of_names()
    >>> [_is_family_first(n.split(), words) for n in ("Nguyen Van An", "Kim Jong-un", "Kim Basinger", "Van An Nguyen")]
    [True, True, False, False]
    """
    first = unaccented(tokens[0])
    if first not in words.vietnamese and first not in words.east_asian:
        return False
    last = unaccented(tokens[-1])
    if last in words.vietnamese or last in words.east_asian:
        return False
    return first in words.vietnamese or (
        first in words.east_asian and len(tokens) == 2 and _HALF_HYPHENED.fullmatch(tokens[1]) is not None
    )
