"""One person: family name, given name, particle and suffix, out of the forms in which a name is written."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from msgspec import Struct

from harvester.clean.name_extras import without_extras
from harvester.clean.name_order import HALF_SHOUTED, family_at, is_title, shouted_family, titles_before
from harvester.clean.organisations import (
    CAPITAL,
    CJK,
    INITIALS,
    cut_in_two,
    is_acronym,
    is_organisation,
    unaccented,
    words_of_names,
)
from harvester.clean.text import placeholder, plain

# Groups in typed fields: family "ARDS Definition Task Force", given "for the".
_ON_BEHALF = re.compile(r"(?:\b(?:on|behalf|of|for|the|and|in|with)\b\s*)+", re.IGNORECASE)
_SURE_DEGREES = frozenset(("MD", "PhD", "MBA", "MSc", "BSc", "MPH", "MBBS", "MBChB"))
"""Short degrees that are read as such after a full name; the others (MA, BA, MS) could be initials."""
_CAPITAL_SUFFIXES = frozenset(("JR", "SR", "II", "IV", "VI"))
"""Behind a surname alone these are initials, as are ``J.R.`` and ``I.I.``: Galante JR."""
_DOTTED_INITIALS = re.compile(rf"{CAPITAL}\.{CAPITAL}\.?")
_NO_INITIALS = frozenset(("PhD", "DPhil", "MSc", "BSc", "MBBS", "MBChB", "DrPH", "PharmD", "EdD", "PsyD"))
"""Degrees that nobody would take for initials, even behind a surname alone."""

_MAIDEN = re.compile(r"(?<=\S),? (?:née|geb\.|geborene) \S{1,60}$")
_LAST_WORD = re.compile(r"[^\W\d_]{4}\.$")

Kind: TypeAlias = Literal["person", "organisation", "unknown"]


GENERATION = re.compile(r"(?:Jr|Sr|Jnr|Snr|I{1,3}|IV|VI{0,3})\.?", re.IGNORECASE)
"""What stands in the place of a suffix, where a format has one."""


class Name(Struct, frozen=True):
    kind: Kind
    name: str
    """For display: ``Family, Given`` for a person, else as written."""
    family: str | None = None
    """A person of one name (Plato), and a name written in Chinese, Japanese or Korean, is all family name."""
    given: str | None = None
    suffix: str | None = None
    """Jr, III ..."""
    affiliation: str | None = None
    """Where it was written into the same field."""


def person(family: str, given: str | None = None, suffix: str | None = None) -> Name:
    """A person from a source that keeps the parts of a name apart: trimmed, and recased where all is in capitals.

    An organisation that was put into the family name is told as such. Where both parts are empty ``name`` is empty.

    >>> person("SMITH", "JOHN").name, person("Darzi", "AW").name, person("RECOVERY Collaborative Group").kind
    ('Smith, John', 'Darzi, AW', 'organisation')
    """
    had_given = bool(given and given.strip())
    given = (given if given in ("NA", "True") and not placeholder(family) else _trimmed(given)) if given else ""
    family = _trimmed(family, beside=given)
    family, given, found = without_extras(family, given)
    suffix = suffix or found
    if not family:
        family, given = given, ""
    if not family:
        return Name("unknown", "")
    if ((not given and (not had_given or " " in family)) or _ON_BEHALF.fullmatch(given)) and is_organisation(family):
        return Name("organisation", family)
    if given and (whole := cut_in_two(family, given)):
        return Name("organisation", whole)
    shouting = _is_shouted(family)
    if shouting:
        family = _recased(family)
    if given.isupper() and len(given) > 2:
        given = _given_recased(given, shouting)
    name = f"{family}, {given}" if given else family
    return Name("person", name, family, given or None, _trimmed(suffix) or None if suffix else None)


def _is_shouted(family: str) -> bool:
    """``SMITH``, ``McDONALD``, ``de SOUZA MENDES``: all in capitals, but for what stands small in front."""
    if family.isupper():
        return len(family) > 2
    if family.istitle() or family[1:].islower():
        return False
    particles = words_of_names().particles
    bare = [token for token in family.split(" ") if token not in particles]
    return bool(bare) and all((len(t) > 2 and t.isupper()) or HALF_SHOUTED.fullmatch(t) for t in bare)


def is_no_name(part: str) -> bool:
    """Whether a part of a name says that there is none. Initials (``S. N.``) and short names (Na, Nan) say no such thing.

    >>> is_no_name("n/a"), is_no_name("S. N."), is_no_name("Na")
    (True, False, False)
    """
    short = len(part) <= 3 and part.isalpha() and part.istitle()
    return placeholder(part, "person") and not short and not (INITIALS.fullmatch(part) and part != "NA")


def given_beside(family: str, sent: str) -> str:
    """A given name that alone would say that nobody is named: initials and short names beside a person's family name.

    >>> given_beside("Arndt", "K. A."), given_beside("Fan", "Na"), given_beside("Smith", "n/a"), given_beside("WHO Group", "N.A.")
    ('K. A.', 'Na', '', '')
    """
    no_name = not family or not sent or "@" in sent or is_no_name(sent) or is_organisation(family)
    return "" if no_name else sent


def _trimmed(text: str, beside: str | None = None) -> str:
    """Without what says that there is no name. Beside a given name Guest, Staff and Null are families, beside any NA is one."""
    clean = plain(text).strip(" ,;")
    if not beside or not clean.isalpha() or clean.casefold().startswith("anon"):
        return "" if is_no_name(clean) else clean
    if clean == "NA":
        return "" if placeholder(beside) else clean
    surname_too = clean in ("Null", "Na", "Nan", "Nil")
    return clean if surname_too or not placeholder(clean) else ""


def _recased(text: str) -> str:
    """``MCDONALD-O'NEILL`` -> ``McDonald-O'Neill``; particles become small, but for a first one alone."""
    particles = words_of_names().particles
    tokens = text.split(" ")
    return " ".join(
        token.lower() if len(tokens) > 1 and token.lower() in particles and i < len(tokens) - 1 else _capitalised(token)
        for i, token in enumerate(tokens)
    )


def _capitalised(token: str) -> str:
    if "." in token or "\uff0e" in token:  # initials
        return token
    if match := HALF_SHOUTED.fullmatch(token):  # McDONALD
        return match[1] + match[2][0] + match[2][1:].lower()
    parts = re.split(r"(['’-])", token)
    out = []
    for i, part in enumerate(parts):
        if len(part) > 3 and part.startswith("MC"):
            part = "Mc" + part[2] + _small(part[3:])
        elif part and not (len(part) == 1 and i and parts[i - 1] in "'’"):
            part = part[0] + _small(part[1:])
        out.append(part)
    return "".join(out)


def _small(text: str) -> str:
    """In small letters; Turkish ``İ`` becomes one letter, not an ``i`` with a second dot."""
    return text.lower().replace("i̇", "i")


def _given_recased(given: str, shouting: bool) -> str:
    """Capitals of a given name are a name or initials: ``JOHN`` is no initials, ``AW`` and ``JPR`` are."""
    tokens = given.split(" ")
    return " ".join(
        _capitalised(t)
        if "." not in t
        and (
            len(t) > 3
            or (len(t) == 3 and shouting and re.search(r"[AEIOUYÀ-Ý]", t) and unaccented(t) in words_of_names().given)
        )
        else t
        for t in tokens
    )


def split_suffix(text: str) -> tuple[str, str | None]:
    head, _, tail = text.rpartition(" ")
    if head and tail.replace(".", "").casefold() in words_of_names().suffixes and not _DOTTED_INITIALS.fullmatch(tail):
        return head.rstrip(" ,"), tail
    return text, None


def is_capital_suffix(text: str) -> bool:
    """``JR``, which are initials where nothing but a surname stands before.

    >>> is_capital_suffix("JR"), is_capital_suffix("Jr"), is_capital_suffix("III")
    (True, False, False)
    """
    return text in _CAPITAL_SUFFIXES


def is_plain_degree(token: str) -> bool:
    """Whether it is a degree that nobody would take for initials.

    >>> is_plain_degree("PhD"), is_plain_degree("MSc."), is_plain_degree("MA"), is_plain_degree("Ma")
    (True, True, False, False)
    """
    return token.strip(",.") in _NO_INITIALS


def _is_name_too(head: str, suffix: str) -> bool:
    """Whether what stands behind one word is a name or initials: ``Ana Neto``, ``Smith SR``; but ``Smith Jr``, ``Paul VI``."""
    words = words_of_names()
    tokens = head.split()
    if len(tokens) - titles_before(tokens, words) > 1:
        return False
    return suffix.casefold() in words.suffixes_too or (
        is_capital_suffix(suffix) and unaccented(tokens[-1]) not in words.given
    )


def inverted(family: str, given: str) -> Name:
    """``Surname, Given``; Dutch and German catalogues leave the particle behind the given name: ``Laan, L. van der``."""
    words = words_of_names()
    given, suffix = split_suffix(given)
    family, suffix_of_family = split_suffix(family)
    tokens = given.split()
    del tokens[: titles_before(tokens, words)]
    while len(tokens) > 1 and (is_title(tokens[-1], words) or _is_sure_degree(tokens[-1], tokens[0])):
        del tokens[-1]
    if len(tokens) == 1 and is_title(tokens[0], words):  # Darzi, Lord
        return natural(f"{family} {suffix or suffix_of_family or ''}".strip())
    particles: list[str] = []
    while len(tokens) > 1 and tokens[-1].islower() and tokens[-1] in words.particles:
        particles.insert(0, tokens.pop())
    families = family.split()
    while len(families) > 1 and families[-1].islower() and families[-1] in words.particles:
        particles.insert(0, families.pop())
    given = " ".join(tokens)
    if len(given) > 3 and given.endswith(".") and re.search(r"[^\W\d_]{3}\.$", given):
        given = given[:-1]
    named = person(" ".join([*particles, *families]), given, suffix or suffix_of_family)
    if given and named.kind == "organisation":  # University, Kazan
        return named
    return (
        Name("person", named.name, named.family, named.given, named.suffix)
        if named.family is None and named.name
        else named
    )


def _is_sure_degree(token: str, given: str) -> bool:
    """``John M.D.``; behind initials, ``M.D.`` could be two more."""
    bare = token.strip(",.")
    return bare in _SURE_DEGREES or (bare.replace(".", "") in _SURE_DEGREES and not INITIALS.fullmatch(given))


def natural(text: str) -> Name:
    """``Given Surname``, ``Surname AB``, ``SURNAME Given``, one name alone."""
    words = words_of_names()
    if "," in text:
        left, _, right = text.partition(",")
        return inverted(left, right)
    if CJK.search(text):
        return Name("person", text, text)
    text = _MAIDEN.sub("", text)
    head, suffix = split_suffix(text)
    if suffix and _is_name_too(head, suffix):
        suffix = None
    else:
        text = head
    if text.endswith(".") and _LAST_WORD.search(text):
        text = text[:-1]
    tokens = text.split()
    if text.isupper():  # DANIEL DE ARAUJO
        tokens[1:-1] = [t.lower() if len(t) > 1 and t.lower() in words.particles else t for t in tokens[1:-1]]
    count = titles_before(tokens, words)
    del tokens[:count]
    in_order = count > 0 or unaccented(tokens[0]) in words.given or (len(tokens) > 2 and "." in tokens[0])
    if degree := next(
        (
            i
            for i, token in enumerate(tokens[2:], 2)
            if is_plain_degree(token)
            or (in_order and len(token) > 2 and token.isupper() and token.casefold() in words.degrees)
        ),
        0,
    ):
        del tokens[degree:]  # John Smith PhD RN FAAN
    while (
        len(tokens) > 2
        and tokens[-1].replace(".", "").casefold() in words.degrees
        and (tokens[-1].isupper() or "." in tokens[-1] or not tokens[-1].istitle())
    ):
        if not in_order and len(tokens[-1]) <= 3 and "." not in tokens[-1] and tokens[-1] not in _SURE_DEGREES:
            break
        del tokens[-1]
    if len(tokens) == 2 and tokens[1].replace(".", "") in _NO_INITIALS:
        del tokens[1]
    if "of" in tokens:  # Lord Darzi of Denham
        return Name("person", " ".join(tokens), " ".join(tokens))
    if len(tokens) == 1:
        if is_acronym(tokens[0], words):
            return Name("organisation", tokens[0])
        if len(tokens[0]) == 4 and tokens[0].isupper() and tokens[0].isascii() and tokens[0].isalpha():
            return Name("unknown", tokens[0])  # CIHR, LIMA
        return person(tokens[0], None, suffix)
    if len(tokens) > 8:
        return Name("unknown", text)
    if at := shouted_family(tokens, words):
        family, given = (tokens[:at], tokens[at:]) if at > 0 else (tokens[at:], tokens[:at])
        return person(" ".join(family), " ".join(given), suffix)
    at = family_at(tokens, words)
    if at < 0:  # the family name stands first
        family, given = tokens[:-at], tokens[-at:]
    else:
        family, given = tokens[at:], tokens[:at]
    return person(" ".join(family), " ".join(given), suffix)
