"""One person: family name, given name, particle and suffix, out of the forms in which a name is written."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from msgspec import Struct

from harvester.clean.organisations import (
    CAPITAL,
    CJK,
    INITIALS,
    Words,
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
_NO_INITIALS = frozenset(("PhD", "DPhil", "MSc", "BSc", "MBBS", "MBChB", "DrPH", "PharmD", "EdD", "PsyD"))
"""Degrees that nobody would take for initials, even behind a surname alone."""
_LAST_INITIALS = re.compile(rf"{CAPITAL}(?:\.?-?{CAPITAL}){{0,2}}\.?")
_HALF_SHOUTED = re.compile(rf"({CAPITAL}(?:(?!{CAPITAL})[^\W\d_]){{1,2}}|{CAPITAL}['’])({CAPITAL}{{2,}})")
_PATRONYMIC = re.compile(r"(?:ович|евич|ьич|овна|евна|ична|инична|оглы|кызы|йович|ївна|івна)$")

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
    given = _trimmed(given) if given else ""
    family = _trimmed(family, beside=bool(given))
    if not family:
        family, given = given, ""
    if not family:
        return Name("unknown", "")
    if ((not given and (not had_given or " " in family)) or _ON_BEHALF.fullmatch(given)) and is_organisation(family):
        return Name("organisation", family)
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
    return bool(bare) and all((len(t) > 2 and t.isupper()) or _HALF_SHOUTED.fullmatch(t) for t in bare)


def is_no_name(part: str) -> bool:
    """Whether a part of a name says that there is none. Initials (``S. N.``) and short names (Na, Nan) say no such thing.

    >>> is_no_name("n/a"), is_no_name("S. N."), is_no_name("Na")
    (True, False, False)
    """
    short = len(part) <= 3 and part.isalpha() and part.istitle()
    return placeholder(part, "person") and not short and not (INITIALS.fullmatch(part) and part != "NA")


def _trimmed(text: str, beside: bool = False) -> str:
    """Without what says that there is no name. Beside a given name Guest, Staff and Patient are families."""
    clean = plain(text).strip(" ,;")
    if beside and clean.isalpha() and not placeholder(clean) and not clean.casefold().startswith("anon"):
        return clean
    return "" if is_no_name(clean) else clean


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
    if match := _HALF_SHOUTED.fullmatch(token):  # McDONALD
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
    if head and tail.replace(".", "").casefold() in words_of_names().suffixes:
        return head.rstrip(" ,"), tail
    return text, None


def inverted(family: str, given: str) -> Name:
    """``Surname, Given``; Dutch and German catalogues leave the particle behind the given name: ``Laan, L. van der``."""
    words = words_of_names()
    given, suffix = split_suffix(given)
    family, suffix_of_family = split_suffix(family)
    tokens = given.split()
    del tokens[: titles_before(tokens, words)]
    while len(tokens) > 1 and (_is_title(tokens[-1], words) or tokens[-1].strip(",.") in _SURE_DEGREES):
        del tokens[-1]
    if len(tokens) == 1 and _is_title(tokens[0], words):  # Darzi, Lord
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
    return (
        Name("person", named.name, named.family, named.given, named.suffix)
        if named.family is None and named.name
        else named
    )


def _is_title(token: str, words: Words) -> bool:
    """``Dr``, ``Prof.``; DR, MS in capitals are initials."""
    bare = token.strip(",").replace(".", "")
    if bare.casefold() not in words.titles or len(bare) < 2 or (len(bare) == 2 and bare.isupper()):
        return False
    return "." in token or bare.casefold() not in words.titles_too


def titles_before(tokens: list[str], words: Words) -> int:
    """How many words before a name are titles. ``Phil``, ``Earl`` and ``Hon`` are such in company: Dr. phil., Hon John Smith.

    >>> words = words_of_names()
    >>> [titles_before(name.split(), words) for name in ("Dr med Hans Roth", "Phil Roe", "Hon John Roe", "The Rt Hon Ed Roe")]
    [2, 0, 1, 3]
    """
    for count, token in enumerate(tokens[:-1]):
        bare = token.strip(",").replace(".", "").casefold()
        in_company = count or (len(tokens) > 2 and unaccented(tokens[1]) in words.given)
        if not (_is_title(token, words) or bare in ("the", "rt") or (bare in words.titles_too and in_company)):
            return count
    return max(0, len(tokens) - 1)


def natural(text: str) -> Name:
    """``Given Surname``, ``Surname AB``, ``SURNAME Given``, one name alone."""
    words = words_of_names()
    if "," in text:
        left, _, right = text.partition(",")
        return inverted(left, right)
    if CJK.search(text):
        return Name("person", text, text)
    text, suffix = split_suffix(_MAIDEN.sub("", text))
    if text.endswith(".") and _LAST_WORD.search(text):
        text = text[:-1]
    tokens = text.split()
    if text.isupper():  # DANIEL DE ARAUJO
        tokens[1:-1] = [t.lower() if len(t) > 1 and t.lower() in words.particles else t for t in tokens[1:-1]]
    count = titles_before(tokens, words)
    del tokens[:count]
    in_order = count > 0 or unaccented(tokens[0]) in words.given or (len(tokens) > 2 and "." in tokens[0])
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
        return person(tokens[0], None, suffix)
    if len(tokens) > 8:
        return Name("unknown", text)
    if at := _shouted_family(tokens, words):
        family, given = (tokens[:at], tokens[at:]) if at > 0 else (tokens[at:], tokens[:at])
        return person(" ".join(family), " ".join(given), suffix)
    at = _family_at(tokens, words)
    if at < 0:  # the family name stands first
        family, given = tokens[:-at], tokens[-at:]
    else:
        family, given = tokens[at:], tokens[:at]
    return person(" ".join(family), " ".join(given), suffix)


def _shouted_family(tokens: list[str], words: Words) -> int:
    """How many words at the beginning are the family name because they alone are in capitals; negative: at the end; or 0.

    >>> words = words_of_names()
    >>> _shouted_family("GARCIA MARQUEZ Gabriel".split(), words), _shouted_family("Jan VAN DER BERG".split(), words)
    (2, -3)
    """
    shouted = [len(t) > 2 and "." not in t and (t.isupper() or _HALF_SHOUTED.fullmatch(t) is not None) for t in tokens]
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


def _family_at(tokens: list[str], words: Words) -> int:
    """Where the family name begins; below zero where it stands first: then how many words it has, negative."""
    last = tokens[-1]
    if not INITIALS.fullmatch(tokens[0]):
        if _LAST_INITIALS.fullmatch(last) and ("." in last or len(last) < 2 or not " ".join(tokens).isupper()):
            head = len(tokens) - 1  # Darzi AW
            while head > 1 and len(tokens[head - 1].rstrip(".")) == 1 and tokens[head - 1].isupper():  # Darzi A W
                head -= 1
            if len(last) < 4 or "." in last or "-" in last:
                return -head
        if len(tokens) == 3 and _PATRONYMIC.search(last.lower()) and not _PATRONYMIC.search(tokens[1].lower()):
            return -1
        if (
            tokens[0].isupper() and len(tokens[0]) > 2 and not any(t.isupper() and len(t) > 2 for t in tokens[1:])
        ):  # SMITH John
            return -1
    if tokens[0] in words.particles and tokens[0].islower():  # van der Berg, with no given name
        return 0
    for i, token in enumerate(tokens[1:-1], 1):
        if token in ("y", "i") and i > 1:  # Ortega y Gasset
            return i - 1
        if (token.islower() and token in words.particles) or token in words.capital_particles:
            return i
    return len(tokens) - 1
