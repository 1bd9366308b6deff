"""Organisations told from persons, by the words of ``schemas/vocabularies/{names,organisations}.toml`` and by their shape."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from msgspec import Struct

from harvester import schemas
from harvester.clean.characters import without_marks


class Words(Struct, frozen=True):
    strong: frozenset[str]
    nobodys: frozenset[str]
    """Those of the strong that are no family names."""
    weak: frozenset[str]
    names_too: frozenset[str]
    closing: frozenset[str]
    closing_surnames: frozenset[str]
    stems: tuple[str, ...]
    endings: tuple[str, ...]
    known: frozenset[str]
    companies: frozenset[str]
    acronyms: frozenset[str]
    inside: re.Pattern[str]
    particles: frozenset[str]
    capital_particles: frozenset[str]
    suffixes: frozenset[str]
    suffixes_too: frozenset[str]
    """Those of the suffixes that are surnames as well."""
    vietnamese: frozenset[str]
    east_asian: frozenset[str]
    han_surnames: frozenset[str]
    titles: frozenset[str]
    titles_too: frozenset[str]
    """Those of the titles that are given names as well."""
    degrees: frozenset[str]
    roles: frozenset[str]
    occupations: frozenset[str]
    countries: frozenset[str]
    given: frozenset[str]
    given_too: frozenset[str]
    """Those of the given names that are surnames as well."""
    wary: frozenset[str]
    """What makes a given name in ``Surname, Given`` doubtful: any word of the lists above, but for single letters."""


@cache
def words_of_names() -> Words:
    organisations, names = schemas.table("vocabularies/organisations"), schemas.table("vocabularies/names")
    weak = frozenset(organisations["weak"])
    strong = frozenset(organisations["strong"]) - weak
    doubtful = strong.union(
        organisations["companies"], *[names[kind] for kind in ("suffixes", "titles", "degrees", "roles", "particles")]
    )
    return Words(
        strong=strong,
        nobodys=frozenset(organisations["nobodys"]),
        weak=weak,
        names_too=frozenset(organisations["names_too"]),
        closing=frozenset(map(unaccented, organisations["closing"])),
        closing_surnames=frozenset(organisations["closing_surnames"]),
        stems=tuple(map(unaccented, organisations["stems"])),
        endings=tuple(organisations["endings"]),
        known=frozenset(map(unaccented, organisations["known"])),
        companies=frozenset(organisations["companies"]),
        acronyms=frozenset(organisations["acronyms"]),
        inside=re.compile("|".join(map(re.escape, organisations["inside"]))),
        particles=frozenset(names["particles"]),
        capital_particles=frozenset(names["capital_particles"]),
        suffixes=frozenset(names["suffixes"]),
        suffixes_too=frozenset(names["suffixes_too"]),
        vietnamese=frozenset(names["vietnamese"]),
        east_asian=frozenset(names["east_asian"]),
        han_surnames=frozenset(names["han_surnames"]),
        titles=frozenset(names["titles"]),
        titles_too=frozenset(names["titles_too"]),
        degrees=frozenset(names["degrees"]),
        roles=frozenset(names["roles"]),
        occupations=frozenset(names["occupations"]),
        countries=frozenset(names["countries"]),
        given_too=frozenset(map(unaccented, names["given_too"])),
        given=frozenset(unaccented(name) for name in names["given"].split()),
        wary=frozenset(word for word in doubtful if len(word) > 1),
    )


_without_marks = lru_cache(maxsize=8192)(without_marks)


def unaccented(text: str) -> str:
    folded = text.casefold()
    return folded if folded.isascii() else _without_marks(folded)


CAPITAL = "[" + "".join(chr(c) for c in range(0x41, 0x2000) if chr(c).isupper()) + "]"
"""The capital letters of every script that has them: ``re`` has no name for them."""
INITIALS = re.compile(
    rf"(?:{CAPITAL}(?:[.’'-]|(?=[\s-])|$)[\s-]*){{1,5}}|{CAPITAL}{{1,3}}\.?|(?:{CAPITAL}[^\W\d_A-Z]?\.[\s-]?){{1,4}}"
)
CJK = re.compile(r"[\u2e80-\u2fdf\u3040-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SMALL_WORDS = re.compile(r"\b(?:of|for|the|in(?! ['’]t\b)|für|pour|para|per la|on|against|without|voor)\b")
_VANCOUVER = re.compile(r"[^\W\d_][\w'’-]{1,40} [A-Z]{1,3}(?:, [^\W\d_][\w'’-]{1,40} [A-Z]{1,3}){1,300}\.?")
"""``West M, Eckert R, West T``"""
_FORM = re.compile(r",? (?:B\.?V|N\.?V|A\.?G|S\.?A|Inc|Ltd|LLC|GmbH)\.?$")
_HOST = re.compile(r"(?:https?://)?(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,10}/?", re.IGNORECASE)


@lru_cache(maxsize=8192)
def is_organisation(text: str) -> bool:
    """Whether a name is that of an organisation, by its words and its shape.

    >>> is_organisation("The King's Fund"), is_organisation("BMJ"), is_organisation("Martinez Fernandez, Trust Joseph")
    (True, True, False)
    """
    if len(text) > 1000:
        return True  # nobody is called that
    text = text.strip()
    words = words_of_names()
    if (whole := unaccented(_FORM.sub("", text))) in words.known or whole in words.countries:
        return True
    if CJK.search(text):
        return words.inside.search(text) is not None
    tokens = _WORD.findall(text)
    if not tokens:
        return False
    left, comma, right = text.partition(",")
    if comma and _is_inverted(left, right, words):
        return False
    folded = [unaccented(token) for token in tokens]
    if len(tokens) == 1:
        return is_acronym(text.strip(" ."), words) or (not comma and _is_strong(folded[0]))
    if " " not in text and "." in text:
        return _HOST.fullmatch(text) is not None
    if folded[-1] in words.companies and not _is_surname_with_initials(text):
        return True
    if folded[0] == "univ" and folded[1] not in words.titles:  # but Univ.-Prof. Dr. Roth
        return True
    if tokens[-1] == "staff" and not comma:
        return True
    if _VANCOUVER.fullmatch(text):
        return False
    if folded[0] == "the":  # but The Rt Hon the Lord Darzi
        return len(folded) == 1 or (folded[1] not in words.titles and folded[1] != "rt")
    beside_given = len(tokens) == 2 and folded[0] in words.given
    strong = any(map(_is_strong, folded))
    if not strong and folded[0] in words.titles:
        return False
    if strong or (not comma and len(tokens[0]) > 2 and tokens[0] in words.acronyms):
        return True
    last = folded[len(_WORD.findall(left)) - 1] if comma else folded[-1]
    if last in words.closing and (not comma or last != folded[0]):
        return not _after_a_capital(text)
    if last in words.closing_surnames and len(tokens) == 2 and not comma:
        return not beside_given and len(tokens[0]) > 2
    if " " in text and _SMALL_WORDS.search(text):
        return True
    weak = sum(word in words.weak for word in folded)
    if weak >= 2 or (len(tokens) >= 3 and any(word in words.weak and word not in words.names_too for word in folded)):
        return folded[0] not in words.given and not INITIALS.fullmatch(tokens[0])
    if weak:
        return any(token in words.acronyms for token in tokens) or ("'s " in text.replace("’", "'"))
    return len(tokens) == 2 and tokens[1] in words.acronyms and not comma and len(tokens[1]) > 3


_OPENING = re.compile(r"(?:on behalf of|for|and|with)\s+(?:the\s+)?", re.IGNORECASE)
_LINK = re.compile(r"(?:.* )?(?:of|for|de|da|di|für)(?: (?:the|la|los|das))?", re.IGNORECASE)


def cut_in_two(family: str, given: str) -> str | None:
    """The organisation that a program took for a person: its name, or None where it may be one.

    >>> cut_in_two("Collaboration", "ATLAS"), cut_in_two("Leeds", "University of"), cut_in_two("Group", "A.")
    ('ATLAS Collaboration', 'University of Leeds', None)
    """
    words = words_of_names()
    first, last = unaccented(given.partition(" ")[0]), unaccented(family.rpartition(" ")[2])
    if not (last in words.nobodys and not INITIALS.fullmatch(given)) and not (
        first in words.nobodys and (_LINK.fullmatch(given) or _LINK.match(f"{family.partition(' ')[0]} "))
    ):
        return None
    return f"{given} {family}"[match.end() :] if (match := _OPENING.match(given)) else f"{given} {family}"


def _is_surname_with_initials(text: str) -> bool:
    """``Smith AB``, ``Smith JJ, Jones KK``: two capitals that may be a form of companies."""
    last = text.rpartition(",")[2].split()
    short = len(last) == 2 and len(last[1]) == 2
    return short and ("," not in text or last[1].isupper())


@lru_cache(maxsize=8192)
def _is_strong(word: str) -> bool:
    """Whether one folded word is of an organisation and of nobody: also ``Forschungsgemeinschaft``, ``университета``."""
    words = words_of_names()
    return word in words.strong or word.startswith(words.stems) or word.endswith(words.endings)


def _after_a_capital(text: str) -> bool:
    """``J. Trust``, ``J. A. Trust``: a person with initials."""
    return INITIALS.fullmatch(text.rpartition(" ")[0]) is not None and "." in text


def _is_inverted(left: str, right: str, words: Words) -> bool:
    """Whether ``left, right`` is a surname and given names, though one of the words may be of an organisation too."""
    right = right.strip()
    if not right or _SMALL_WORDS.search(right):
        return False
    rights = [unaccented(word) for word in _WORD.findall(right)]
    lefts = [unaccented(word) for word in _WORD.findall(left)]
    if not rights or not lefts or _SMALL_WORDS.search(left):
        return False
    if rights[-1] in words.companies and not (
        len(rights) == 1 and right.isupper() and "." not in right and len(right) < 3
    ):
        return False
    if INITIALS.fullmatch(right):
        return True
    if len(lefts) > 1 and lefts[0] in words.given and len(rights) > 1 and any(map(_is_strong, rights)):
        return False  # John Smith, NHS England
    if any(map(_is_strong, lefts)) and not (len(lefts) == 1 and rights[0] in words.given):
        return False
    if len(lefts) > 1 and sum(word in words.weak for word in lefts) and rights[0] not in words.given:
        return False
    odd = sum(map(_is_strong, rights))
    return not odd or (len(lefts) <= 3 and odd == 1 and len(rights) <= 2 and not any(w in words.weak for w in lefts))


def is_acronym(text: str, words: Words) -> bool:
    if text in words.acronyms:
        return True
    letters = text.replace(".", "").replace("&", "").replace("-", "")
    if not letters.isascii() or not letters.isupper() or not letters.isalpha() or len(letters) > 8 or len(letters) < 2:
        return False
    return len(letters) <= 3 or not re.search(r"[AEIOUY]", letters)
