"""JSON that no parser takes, mended where that cannot change what was meant; each repair has its note.

RFC 8259 leaves no room for these, but they are sent. What is still broken afterwards is left to quarantine.
"""

from __future__ import annotations

import re
from typing import Final

_STRING: Final = rb'"(?:[^"\\]|\\.)*+"'
_STRINGS: Final = re.compile(_STRING, re.DOTALL)
_CONTROL: Final = re.compile(rb"[\x00-\x1f]")
_NO_NUMBER: Final = re.compile(rb"(" + _STRING + rb")|-?(?:NaN|Infinity)\b", re.DOTALL)
_ESCAPE: Final = re.compile(rb"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)|\\.", re.DOTALL)
_REPLACEMENT: Final = rb"\ufffd"


def mended(item: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The item, and what was done to it; as it is where none of this is its trouble.

    >>> mended(rb'{"title":["half a \\ud83d pair"],"score":NaN}')
    (b'{"title":["half a \\\\ufffd pair"],"score":null}', ('half a surrogate pair: U+FFFD', 'NaN or Infinity: null'))
    """
    notes: list[str] = []
    try:
        item.decode()
    except UnicodeDecodeError:
        item = item.decode("utf-8", "replace").encode()
        notes.append("bytes that are no UTF-8: U+FFFD")
    if any(_CONTROL.search(text) for text in _STRINGS.findall(item)):
        item = _CONTROL.sub(b" ", item)  # blanks between values, too, mean nothing
        notes.append("control characters: blanks")
    whole = _ESCAPE.sub(lambda found: _REPLACEMENT if found[1] else found[0], item)
    if whole != item:
        item = whole
        notes.append("half a surrogate pair: U+FFFD")
    numbered = _NO_NUMBER.sub(lambda found: found[1] or b"null", item)
    if numbered != item:
        item = numbered
        notes.append("NaN or Infinity: null")
    return item, tuple(notes)
