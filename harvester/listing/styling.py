"""What a citation style has made of a work, taken apart: its text, its markup, its link. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from harvester.listing.entries import Entry

_TAG: Final = re.compile(r"(<[^<>]*>)")
_PLAIN: Final = frozenset(f"<{end}{name}>" for end in ("", "/") for name in ("b", "i", "sub", "sup", "u"))


def parts(text: str) -> Iterator[tuple[str, bool]]:
    """An entry in pieces: text as it is meant, or (True) a tag; those that are no plain markup are left out.

    >>> list(parts('Smith &amp; Co. <i>Title</i>.'))
    [('Smith & Co. ', False), ('<i>', True), ('Title', False), ('</i>', True), ('.', False)]
    """
    for piece in _TAG.split(text):
        if piece in _PLAIN:
            yield piece, True
        elif piece and not piece.startswith("<"):
            yield unescape(piece), False


def says_link(entry: Entry) -> bool:
    """Whether the link of a work stands in its entry; a DOI will do, however it is written."""
    text = "".join(piece for piece, is_tag in parts(entry.styled) if not is_tag).lower()
    return not entry.citation.link or (entry.place.doi or entry.citation.link).lower() in text


def title_in(entry: Entry) -> re.Pattern[str]:
    """Its title, with the quotation marks and apostrophes that a style may have given it."""
    title = entry.citation.title.strip()
    return re.compile("".join(_MARKS if c in _QUOTES else re.escape(c) for c in title) or r"(?!)")


_QUOTES: Final = frozenset("'\"‘’“”")
_MARKS: Final = "['\"‘’“”]"
