"""Text of bytes that may not be in the encoding that they should be in; whatever is not as it should be has its note."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final, Protocol

_STRAY = re.compile(
    rb"(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+"
    rb"|(?P<surrogate>\xed[\xa0-\xbf][\x80-\xbf])|(?P<stray>[\x80-\xff])"
)
WINDOWS: Final = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)]
"""Byte -> character in windows-1252, which is what nearly everybody means who says Latin-1."""
_WIDE: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_PIECE: Final = 1 << 16


class Readable(Protocol):
    """A stream of bytes: ``read(n)`` gives n of them, fewer only at the end."""

    def read(self, size: int, /) -> bytes: ...


def decode(data: bytes) -> tuple[str, list[str]]:
    """Text of bytes that should be UTF-8. A stray byte is read as windows-1252, an encoded surrogate becomes U+FFFD.

    >>> decode(b"Caf\\xc3\\xa9, caf\\xe9")
    ('Café, café', ['bytes that are not UTF-8 were read as windows-1252'])
    """
    try:
        return data.decode(), []
    except UnicodeDecodeError:
        pass
    parts: list[str] = []
    notes: set[str] = set()
    for match in _STRAY.finditer(data):
        if match.lastgroup == "stray":
            parts.append(WINDOWS[match[0][0]])
            notes.add("bytes that are not UTF-8 were read as windows-1252")
        elif match.lastgroup == "surrogate":
            parts.append("\ufffd")
            notes.add("half a surrogate pair was replaced")
        else:
            parts.append(match[0].decode())
    return "".join(parts), sorted(notes)


def pieces(file: Readable) -> Iterator[bytes]:
    """The bytes of a file, some at a time, without a byte order mark; UTF-16 comes out as UTF-8. Nothing else is changed."""
    first = file.read(_PIECE)
    wide = next((codec for mark, codec in _WIDE if first.startswith(mark)), None) or _without_mark(first)
    if wide is None:
        first = first.removeprefix(codecs.BOM_UTF8)
        while first:
            yield first
            first = file.read(_PIECE)
        return
    decoder = codecs.getincrementaldecoder(wide)("replace")
    while first:
        if text := decoder.decode(first).removeprefix("\ufeff"):
            yield text.encode(errors="replace")
        first = file.read(_PIECE)
    if text := decoder.decode(b"", final=True):
        yield text.encode(errors="replace")


def _without_mark(first: bytes) -> str | None:
    """UTF-16 that does not say so: its first four characters are those of a document, each with a zero."""
    head = first[:8]
    if len(head) == 8 and not any(head[1::2]) and all(head[::2]):
        return "utf-16-le"
    return "utf-16-be" if len(head) == 8 and not any(head[::2]) and all(head[1::2]) else None
