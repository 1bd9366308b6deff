"""Characters that stand around identifiers: dashes of all kinds, what cannot be seen, the punctuation of sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from harvester.clean.markup import unescape


def replacing(table: Mapping[int, int | str | None]) -> Callable[[str], str]:
    """``str.translate`` for text in which few characters, or none, are those of the table.

    Beyond ASCII ``translate`` asks the table for every character: 0.2 ms for an abstract, twenty times as long as this.

    >>> replacing({0x2013: "-", 0xAD: None})("1\u2013\xad2")
    '1-2'
    """
    instead = {chr(c): "" if to is None else to if isinstance(to, str) else chr(to) for c, to in table.items()}
    pattern = re.compile(f"[{''.join(map(re.escape, sorted(instead)))}]")
    return lambda text: pattern.sub(lambda match: instead[match[0]], text)


_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe63\uff0d"), "-")
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), None)
_FULL_WIDTH = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c - 0xFEE0).isalnum() or chr(c - 0xFEE0) in "./:()"}
ASCII_FORM = _FULL_WIDTH | _HYPHENS | INVISIBLE
visible = replacing(INVISIBLE)
"""The text without what cannot be seen."""
_ascii_form = replacing(ASCII_FORM)
LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}
_ENDINGS = ".,;:!&|'\"*`\\\u2018\u2019\u201c\u201d\u00bb\u2020\u2021\u2026\u3001\u3002\uff0c\uff1b"
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<", "\u3011": "\u3010", "\u300d": "\u300c", "\u300b": "\u300a"}


def without_marks(text: str) -> str:
    """Letters without their accents.

    >>> without_marks("Inglés, Český")
    'Ingles, Cesky'
    """
    return "".join([c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)])


def flat(text: str) -> str:
    """Entities resolved, invisible characters gone, all dashes a hyphen.

    >>> flat("2398\u2013631X&#x200b;")
    '2398-631X'
    """
    if "&" in text:
        text = unescape(text)
    return text if text.isascii() else _ascii_form(text)


def trim(value: str, also: str = "") -> str:
    """Without the punctuation of the sentence that it stood in, and without closing brackets that nothing opened.

    >>> trim("10.1016/S0140-6736(97)11096-0)."), trim("https://x.org/", "/")
    ('10.1016/S0140-6736(97)11096-0', 'https://x.org')
    """
    while value:
        last = value[-1]
        if last in _ENDINGS or last in also or (last in _CLOSING and value.count(last) > value.count(_CLOSING[last])):
            value = value[:-1]
        else:
            break
    return value
