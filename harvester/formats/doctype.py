"""XML files with a DOCTYPE: JATS of publishers names its DTD. It is taken off; nothing is ever loaded or expanded because of it.

OAI-PMH answers have none, and the one parser (``xml.py``) refuses it: an internal subset can define entities that grow without
bound or read local files. So only a DOCTYPE without an internal subset is taken off, and the characters that such DTDs name
(``&nbsp;``, ``&mdash;``) are written by their number, from the list of HTML 5, which has those of ISO 8879 too.
"""

from __future__ import annotations

import re
from html.entities import html5

from harvester.errors import RecordError

_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s++|<\?[^>]{0,2000}\?>|<!--[^-]*+(?:-(?!->)[^-]*+)*-->)*", re.DOTALL)
_DOCTYPE = re.compile(rb"<!DOCTYPE\s(?:[^\[\]<>\"']++|\"[^\"<>\[\]]*+\"|'[^'<>\[\]]*+')*>")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})


def without_doctype(payload: bytes) -> bytes:
    """The document without its DOCTYPE, and as it is where it has none. RecordError where the DOCTYPE defines something.

    >>> without_doctype(b'<!DOCTYPE a PUBLIC "-//NLM//DTD" "a.dtd"><a>x&ndash;y &amp; z</a>')
    b'<a>x&#8211;y &amp; z</a>'
    >>> without_doctype(b"<a>x</a>")
    b'<a>x</a>'
    """
    prolog = _PROLOG.match(payload)
    start = prolog.end() if prolog else 0
    if payload[start : start + 9].upper() != b"<!DOCTYPE":
        return payload
    found = _DOCTYPE.match(payload, start)
    if found is None:
        raise RecordError("has a DOCTYPE with definitions of its own; such files are not read, for safety")
    return payload[:start] + _ENTITY.sub(_numbered, payload[found.end() :])


def _numbered(match: re.Match[bytes]) -> bytes:
    characters = None if match[1] in _XML else html5.get(f"{match[1].decode()};")
    return match[0] if characters is None else b"".join([b"&#%d;" % ord(c) for c in characters])
