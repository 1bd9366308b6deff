"""Whether a page can be in the language that it says: templates are set to one, whatever is written in them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from harvester import schemas

_LETTERS: Final = re.compile(r"[^\W\d_]")
_LATIN: Final = re.compile(r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_FEW: Final = 8
"""Letters of another script than its own that a name or two may have."""
_MANY: Final = 20
_MOST: Final = 1_000
"""Characters of a text that are looked at."""


@cache
def _own_script() -> frozenset[str]:
    return frozenset(schemas.table("crosswalks/web_page")["tongues"]["own_script"])


@cache
def _small_words() -> dict[str, frozenset[str]]:
    return {tag: frozenset(words) for tag, words in schemas.table("crosswalks/web_page")["tongues"]["words"].items()}


def contradicts(tag: str, text: str) -> bool:
    """Whether a text is plainly in another language than ``tag`` says: by its letters, or by its small words.

    >>> contradicts("en", "日本調査：三千余家日企"), contradicts("ja", "Leadership in Japanese hospitals")
    (True, True)
    >>> contradicts("en", "Integrante de Tatu se queda sin voz por un error"), contradicts("es", "Leadership")
    (True, False)
    """
    text = text[:_MOST]
    letters = len(_LETTERS.findall(text))
    latin = len(_LATIN.findall(text))
    primary = tag.partition("-")[0].lower()
    if primary in _own_script():
        return letters >= _MANY and latin == letters
    if letters >= _FEW and latin * 5 < letters:
        return True
    small = _small_words()
    if primary not in small:
        return False
    words = _WORD.findall(text.casefold())
    heard = {said: sum(word in own for word in words) for said, own in small.items()}
    return max(heard.values()) >= 3 + 4 * heard[primary]
