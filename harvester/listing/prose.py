"""Plain text that people wrote for a page: paragraphs, web addresses in it, and what cannot be printed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.citation import web_link

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
"""No character of a page (HTML Standard, 13.1), or one that turns the text after it around (bidirectional controls)."""
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]+", re.IGNORECASE)
_TRAILING = ".,;:!?…’”»*_"


def printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def paragraphs(text: str) -> list[str]:
    """Each paragraph on one line; an empty line begins a new one."""
    return [" ".join(p.split()) for p in re.split(r"\n\s*\n", text) if p.strip()]


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and whether each is a web address.

    >>> list(pieces("See https://example.org/a_(b). Or not"))
    [('See ', False), ('https://example.org/a_(b)', True), ('. Or not', False)]
    """
    end = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_TRAILING)
        while address.endswith((")", "]")) and address.count(address[-1]) > address.count(
            "(" if address[-1] == ")" else "["
        ):
            address = address[:-1].rstrip(_TRAILING)
        if not web_link(address):
            continue
        if found.start() > end:
            yield text[end : found.start()], False
        yield address, True
        end = found.start() + len(address)
    if end < len(text):
        yield text[end:], False
