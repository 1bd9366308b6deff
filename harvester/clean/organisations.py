"""Organisations told from persons, by the words of ``schemas/vocabularies/{names,organisations}.toml`` and by their shape."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from msgspec import Struct

from harvester import schemas


class Words(Struct, frozen=True):
    strong: frozenset[str]
    weak: frozenset[str]
    companies: frozenset[str]
    acronyms: frozenset[str]
    inside: re.Pattern[str]
    particles: frozenset[str]
    capital_particles: frozenset[str]
    suffixes: frozenset[str]
    titles: frozenset[str]
    degrees: frozenset[str]
    roles: frozenset[str]
    given: frozenset[str]
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
        weak=weak,
        companies=frozenset(organisations["companies"]),
        acronyms=frozenset(organisations["acronyms"]),
        inside=re.compile("|".join(map(re.escape, organisations["inside"]))),
        particles=frozenset(names["particles"]),
        capital_particles=frozenset(names["capital_particles"]),
        suffixes=frozenset(names["suffixes"]),
        titles=frozenset(names["titles"]),
        degrees=frozenset(names["degrees"]),
        roles=frozenset(names["roles"]),
        given=frozenset(unaccented(name) for name in names["given"].split()),
        wary=frozenset(word for word in doubtful if len(word) > 1),
    )


def unaccented(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))


INITIALS = re.compile(
    r"(?:[^\W\d_a-zß-ÿ](?:[.’'-]|(?=[\s-])|$)[\s-]*){1,5}|[^\W\d_a-zß-ÿ]{1,3}\.?|(?:[A-Z][a-z]?\.[\s-]?){1,4}"
)
CJK = re.compile(r"[\u2e80-\u2fdf\u3040-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SMALL_WORDS = re.compile(r"\b(?:of|for|the|in|für|pour|para|per la|on behalf)\b")


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
    if CJK.search(text):
        return words.inside.search(text) is not None
    tokens = _WORD.findall(text)
    if not tokens:
        return False
    left, comma, right = text.partition(",")
    if comma and _is_inverted(left, right, words):
        return False
    if len(tokens) == 1:
        return is_acronym(text.strip(" ."), words) or (not comma and unaccented(tokens[0]) in words.strong)
    folded = [unaccented(token) for token in tokens]
    if folded[-1] in words.companies and not (len(tokens) == 2 and len(folded[-1]) == 2 and "." not in text[-6:]):
        return True
    if folded[0] == "the" and len(tokens) > 1:
        return True
    strong = sum(word in words.strong for word in folded)
    if not strong and folded[0] in words.titles:
        return False
    weak = sum(word in words.weak for word in folded)
    if strong:
        return not (len(tokens) == 2 and folded[0] in words.given and "'" not in tokens[0])
    if weak >= 2 or (weak and len(tokens) >= 3):
        return folded[0] not in words.given and not INITIALS.fullmatch(tokens[0])
    if weak:
        return any(token in words.acronyms for token in tokens) or ("'s " in text.replace("’", "'"))
    if " " in text and _SMALL_WORDS.search(text):
        return True
    return len(tokens) == 2 and tokens[1] in words.acronyms and not comma and len(tokens[1]) > 3


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
    if any(word in words.strong for word in lefts) and not (len(lefts) == 1 and rights[0] in words.given):
        return False
    if len(lefts) > 1 and sum(word in words.weak for word in lefts) and rights[0] not in words.given:
        return False
    odd = sum(word in words.strong for word in rights)
    return not odd or (len(lefts) <= 3 and odd == 1 and len(rights) <= 2 and not any(w in words.weak for w in lefts))


def is_acronym(text: str, words: Words) -> bool:
    if text in words.acronyms:
        return True
    letters = text.replace(".", "").replace("&", "").replace("-", "")
    if not letters.isascii() or not letters.isupper() or not letters.isalpha() or len(letters) > 8 or len(letters) < 2:
        return False
    return len(letters) <= 3 or not re.search(r"[AEIOUY]", letters)
