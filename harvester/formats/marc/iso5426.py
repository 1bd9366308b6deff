"""ISO 5426, the extended Latin letters of UNIMARC before Unicode: marks stand before the letter that they belong to.

https://www.itscj-ipsj.jp/ir/053.pdf (ISO-IR 53)
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SIGNS: Final = dict(zip(range(0xA1, 0xB3), "¡„£$¥†§′‘“«♭©℗®ʻʼ‚", strict=True)) | dict(
    zip(range(0xB6, 0xC0), "‡·″’”»♯ʹʺ¿", strict=True)
)  # fmt: skip
_LETTERS: Final = {
    0xE1: "Æ", 0xE2: "Đ", 0xE6: "Ĳ", 0xE8: "Ł", 0xE9: "Ø", 0xEA: "Œ", 0xEC: "Þ", 0xF1: "æ", 0xF2: "đ", 0xF3: "ð", 0xF5: "ı",
    0xF6: "ĳ", 0xF8: "ł", 0xF9: "ø", 0xFA: "œ", 0xFB: "ß", 0xFC: "þ",
}  # fmt: skip
_MARKS: Final = dict(
    zip(
        [*range(0xC0, 0xDC), 0xDD, 0xDE, 0xDF],
        "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0308\u030a\u0315\u0312\u030b\u031b\u030c"
        "\u0327\u031c\u0326\u0328\u0325\u032e\u0323\u0324\u0332\u0333\u0329\u032d\ufe20\ufe21\ufe23",
        strict=True,
    )
)
_NON_SORTING: Final = (0x88, 0x89)
_LATIN_1 = re.compile(rb"[a-z][\xe1\xe2\xe6\xe8-\xea\xec]")
"""A capital after a small letter: ``Th\\xe9orie`` says in Latin-1 what it can't say here."""


def decode(data: bytes) -> str:
    """The text; ValueError where the bytes can't be of this code."""
    if _LATIN_1.search(data):
        raise ValueError("is Latin-1 by its letters, whatever the record says")
    found: list[str] = []
    marks = ""
    for byte in data:
        if byte in _MARKS:
            marks += _MARKS[byte]
            continue
        sign = chr(byte) if byte < 0x7F or byte in _NON_SORTING else _SIGNS.get(byte) or _LETTERS.get(byte)
        if sign is None or (marks and not sign.isalpha()):
            raise ValueError(f"byte {byte:#x} has no place in ISO 5426")
        found.append(sign + marks)
        marks = ""
    if marks:
        raise ValueError("ends in a mark without its letter")
    return unicodedata.normalize("NFC", "".join(found))
