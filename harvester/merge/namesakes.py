"""Whether two sources may mean the same person by a name: surnames and given names as they are really spelt."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from harvester.clean.organisations import words_of_names
from harvester.link import words
from harvester.record import Contributor

_LETTERS: Final = str.maketrans({
    "ø": "o", "œ": "oe", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n",
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "i",
    "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu",
    "я": "ia", "ј": "i", "љ": "l", "њ": "n", "ћ": "c", "ђ": "d", "џ": "dz",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
})  # fmt: skip
_ROMANISED: Final = (
    ("shch", "s"), ("tsch", "c"), ("sch", "s"), ("tch", "c"), ("kh", "h"), ("zh", "z"), ("sh", "s"), ("ch", "c"),
    ("ts", "c"), ("tz", "c"), ("ph", "f"), ("ye", "e"), ("je", "e"), ("x", "ks"), ("w", "v"), ("j", "i"), ("y", "i"),
    ("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("ou", "u"), ("ii", "i"),
)  # fmt: skip
"""Spellings of one letter, made one: Khrushchev is Hruščev, Yuri is Jurij, Mueller is Müller and Muller."""
_LOST: Final = "?\N{REPLACEMENT CHARACTER}"
_LONG: Final = 5
"""Letters of a surname that may be mistyped: Li and Liu are two."""
_NAME: Final = 100
"""Letters: what is longer is no name, and is not compared letter by letter."""
_CLOSE: Final = 80.0
"""Likeness from which one given name may be a spelling of the other: Aleksandr, Alexander; not Jun, Jing."""


_NAMESAKES: Final = 20
"""Of more people of one surname only those count as the same whose given names are."""
_COMPATIBLE, _INITIALS, _NAMED, _EQUAL = 1, 2, 3, 4
"""How alike given names are: nothing speaks against it, all initials are the same, one name is, all are."""


def same_surname(one: Contributor, other: Contributor) -> bool:
    """Whether both may have the same surname: without accents, particles and suffixes, spelt out, romanised, or mistyped.

    One half of a double name stands for it. Given and family names that changed places are the same name.
    """
    family, others = one.family or one.name, other.family or other.name
    mine, its = _surname(family), _surname(others)
    if mine == its:
        return True
    if not mine or not its:
        return False
    short, long = sorted((mine, its), key=len)
    halves = {"".join(long), "".join(long[: len(short)]), "".join(long[-len(short) :])}
    if "".join(short) in halves or _lost_letters(family, others) or turned(one, other):
        return True
    return _mistyped("".join(mine), "".join(its)) and bool(one.given and other.given) and same_given(one, other)


def same_given(one: Contributor, other: Contributor) -> bool:
    """Whether nothing speaks against it: initials of one are among those of the other, and names are spelt alike."""
    if not one.given or not other.given or one.given == other.given or turned(one, other):
        return True
    return any(_compatible(_given(one.given, romanised=r), _given(other.given, romanised=r)) for r in (False, True))


def same_people(mine: Sequence[Contributor], its: Sequence[Contributor]) -> list[bool]:
    """Place by place, of two lists whose surnames agree: whether both mean the same person.

    Where several share a surname their place is no proof, since one may be missing or have changed places: then nobody else of
    that name may be more like either of the two, and where one of that name is somebody else, the given names must be the same.
    """
    pairs = list(zip(mine, its, strict=False))
    found = [same_given(*pair) for pair in pairs]
    by_surname: dict[tuple[str, ...], list[int]] = {}
    for place, person in enumerate(mine if len(mine) >= len(its) else its):
        by_surname.setdefault(_surname(person.family or person.name), []).append(place)
    for places in by_surname.values():
        here, there = [n for n in places if n < len(mine)], [n for n in places if n < len(its)]
        paired = [n for n in places if n < len(pairs)]
        if len(places) == 1 or not paired:
            continue
        least = _COMPATIBLE if all(found[n] for n in paired) else _EQUAL
        few = len(places) <= _NAMESAKES
        likeness = {(a, b): _likeness(mine[a], its[b]) for a in here for b in there if few or a == b}
        for n in paired:
            own = likeness[n, n]
            others = [v for (a, b), v in likeness.items() if (a == n) != (b == n)]
            enough = own >= (least if few else _EQUAL) and own >= max(others, default=0)
            found[n] = enough and (len(here) == len(there) or own not in others)  # one is missing: which one?
    return found


def _likeness(one: Contributor, other: Contributor) -> int:
    """How much speaks for one person, of two with one surname."""
    if not same_given(one, other):
        return 0
    mine, its = (_given(person.given or "", romanised=False) for person in (one, other))
    if mine == its or turned(one, other):
        return _EQUAL
    if any(len(word) > 1 and word in its for word in mine):
        return _NAMED
    return _INITIALS if [w[0] for w in mine] == [w[0] for w in its] else _COMPATIBLE


def _compatible(mine: Sequence[str], its: Sequence[str]) -> bool:
    if not mine or not its or any(len(w) > 1 and w in its for w in mine):
        return True
    short, long = sorted((mine, its), key=len)
    if not _within([w[0] for w in short], [w[0] for w in long]):
        return False
    a, b = mine[0], its[0]
    if len(a) == 1 or len(b) == 1 or a[0] != b[0]:  # an initial, or one of them goes by the second name
        return True
    return a.startswith(b) or b.startswith(a) or fuzz.ratio(a[:_NAME], b[:_NAME]) >= _CLOSE


def _mistyped(one: str, other: str) -> bool:
    """A letter too many, too few or wrong, in a name that is long enough for it."""
    length = min(len(one), len(other))
    return (
        length >= _LONG
        and max(len(one), len(other)) <= _NAME
        and OSA.distance(one, other) <= (2 if length >= 2 * _LONG else 1)
    )


def _lost_letters(one: str, other: str) -> bool:
    """``Cz?onkowska`` is Członkowska: a question mark stands for a letter that some database could not hold."""
    if not any(c in text for text in (one, other) for c in _LOST):
        return False
    mine, its = (_bare(unicodedata.normalize("NFC", text.casefold())) for text in (one, other))
    return len(mine) == len(its) and all(a == b or a in _LOST or b in _LOST for a, b in zip(mine, its, strict=True))


def turned(one: Contributor, other: Contributor) -> bool:
    """Whether the family name of the one is the given name of the other, and the other way round."""
    mine = words(one.family or ""), words(one.given or "")
    its = words(other.family or ""), words(other.given or "")
    return all(mine) and mine != its and (mine[1], mine[0]) == its


def fullness(given: str | None) -> tuple[int, int]:
    """Of given names: letters of those that are more than initials, then how many names there are.

    >>> fullness("Ara W."), fullness("AW"), fullness("Li"), fullness(None)
    ((3, 2), (0, 1), (2, 1), (0, 0))
    """
    found = _parts(given or "")
    return sum(len(w) for w in found if not _initials(w)), len(found)


def _initials(word: str) -> bool:
    return len(word) == 1 or (word.isupper() and len(word) <= 3)


@lru_cache(maxsize=8192)
def _surname(name: str) -> tuple[str, ...]:
    """Words that tell, romanised: ``van der Bürg Jr`` -> ``('burg',)``; ``De La`` alone stays as it is."""
    known = words_of_names()
    found = _parts(name.casefold())
    telling = [w for w in found if w not in known.particles and w not in known.suffixes]
    return tuple(map(_romanised, telling or found))


@lru_cache(maxsize=8192)
def _given(text: str, *, romanised: bool) -> tuple[str, ...]:
    """Given names in lower case; ``AW`` and ``A.W.`` as two initials."""
    found: list[str] = []
    for word in _parts(text):
        small = word.casefold()
        found += list(small) if _initials(word) else [small]
    plain = [(_romanised if romanised else _bare)(word) for word in found]
    return tuple([w for w in plain if w])


def _parts(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        ["" if c in "'’ʼ`" else c if c.isalnum() or unicodedata.combining(c) else " " for c in composed]
    ).split()


def _bare(word: str) -> str:
    """In lower case, without accents, in Latin letters."""
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join([c for c in decomposed if not unicodedata.combining(c)]).replace("ου", "u").translate(_LETTERS)


def _romanised(word: str) -> str:
    """In one of the ways in which a word may be written in Latin letters."""
    text = _bare(word)
    for written, plain in _ROMANISED:
        text = text.replace(written, plain)
    return text


def _within(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether the one is left of the other when some are left out, in the same order."""
    rest = iter(long)
    return all(initial in rest for initial in short)
