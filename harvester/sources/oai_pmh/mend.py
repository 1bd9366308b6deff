"""Repairs that cannot change what was meant, each with its note. Tried only on what is not well-formed as it came.

Never lxml's own recovery, which drops what it does not understand. What is still broken afterwards is left to quarantine.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Callable
from typing import Final

from lxml import etree

from harvester.errors import RecordError
from harvester.formats import xml
from harvester.formats.encodings import WINDOWS, decode

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["'][^>]*?\?>""")
_OPAQUE = re.compile(r"<!--|<!\[CDATA\[")
_UNDECLARED = re.compile(r"Namespace prefix (\S+) (?:for \S+ )?on \S+ is not defined")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})

KNOWN_PREFIXES: Final = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xlink": "http://www.w3.org/1999/xlink",
    "mods": "http://www.loc.gov/mods/v3",
    "marc": "http://www.loc.gov/MARC21/slim",
    "dim": "http://www.dspace.org/xmlns/dspace/dim",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
"""What a prefix means where its declaration was forgotten; others become ``urn:undeclared:PREFIX``."""


def as_utf8(body: bytes) -> tuple[bytes, list[str]]:
    """A page in UTF-8 without byte order mark, by what it declares; and what about that was not true.

    UTF-8 that is declared as Latin-1 parses without a murmur and gives ``CafÃ©``: so what is valid UTF-8 is UTF-8.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        body = body[3:]
    for start, codec in _WIDE:
        if body.startswith(start):
            return _without_declaration(body.decode(codec, "replace").removeprefix("\ufeff").encode()), []
    match = _DECLARED.match(body[:400])
    if match is None or match[1].lower() in (b"utf-8", b"utf8"):
        return body, []
    declared = match[1].decode().lower()
    body = body[: match.start(1)] + b"UTF-8" + body[match.end(1) :]
    try:
        body.decode()
    except UnicodeDecodeError:
        pass
    else:
        true = body.isascii() and not declared.startswith(("utf-16", "ucs"))
        return body, [] if true else [f"is in UTF-8, though it says {declared}"]
    if declared in ("iso-8859-1", "latin1", "us-ascii", "ascii"):
        return body.decode("latin-1").translate(_C1).encode(), []
    if not _CHARSET.match(declared):
        return body, [f"declares {declared}, which is no encoding"]
    try:
        return body.decode(declared).encode(), []
    except (LookupError, UnicodeError):
        return body, [f"is not in {declared}, though it says so"]


def _without_declaration(body: bytes) -> bytes:
    return re.sub(rb"^\s*<\?xml[^>]*?\?>", b"", body, count=1)


_WIDE: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_CHARSET = re.compile(r"(iso-?8859|windows-|cp\d|latin|koi8|big5|gb|euc|shift|macintosh|tis)")
_C1: Final = {byte: WINDOWS[byte] for byte in range(0x80, 0xA0)}
"""Latin-1 as the web means it: windows-1252, where bytes 80 to 9F are quotes and dashes, not controls."""


def mended(data: bytes, context: str) -> tuple[etree._Element, bytes, str, list[str]]:
    """One element that is not well-formed as it came: (parsed, its bytes, its context, notes). RecordError where hopeless."""
    text, notes = decode(data)
    for repair, note in _LADDER:
        repaired = repair(text)
        if repaired != text:
            text = repaired
            notes.append(note)
            try:
                return xml.wrap(text.encode(), context), text.encode(), context, notes
            except RecordError as error:
                problem = error
    for _ in range(30):  # one prefix at a time: the parser names the first that it misses
        try:
            return xml.wrap(text.encode(), context), text.encode(), context, notes
        except RecordError as error:
            problem = error
        missing = _UNDECLARED.search(str(problem))
        if missing is None or not re.fullmatch(r"[\w.-]+", missing[1]):
            raise problem
        uri = KNOWN_PREFIXES.get(missing[1], f"urn:undeclared:{missing[1]}")
        context = f'{context} xmlns:{missing[1]}="{uri}"'.lstrip()
        notes.append(f"the prefix {missing[1]} was not declared")
    raise problem


# --- the ladder ------------------------------------------------------------------------------------------------------


def _no_inner_prologs(text: str) -> str:
    return re.sub(r"<\?xml\s[^<>]*\?>", "", text)


def _no_controls(text: str) -> str:
    """Line-like ones part words; the others are noise within them."""
    return re.sub(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]", "", re.sub(r"[\x0b\x0c]", " ", text))


def _legal_references(text: str) -> str:
    """Surrogate pairs written as two references are one character; what XML has no character for goes."""
    text = re.sub(r"&#(\d{5}|x[dD][89abAB][0-9a-fA-F]{2});&#(\d{5}|x[dD][c-fC-F][0-9a-fA-F]{2});", _pair, text)
    return re.sub(r"&#(\d+|x[0-9a-fA-F]+);", _reference, text)


def _pair(match: re.Match[str]) -> str:
    high, low = _number(match[1]), _number(match[2])
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return match[0]


def _reference(match: re.Match[str]) -> str:
    number = _number(match[1])
    if number in (0xB, 0xC):
        return " "
    legal = (
        number in (0x9, 0xA, 0xD) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0xFFFF < number < 0x110000
    )
    return match[0] if legal else ""


def _number(digits: str) -> int:
    """Of a reference, up to what has ten digits: beyond that there are no characters, and ``int`` has its limits."""
    significant = digits.lstrip("x0")[:10] or "0"
    return int(significant, 16 if digits[0] == "x" else 10)


def _known_entities(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        name = match[1]
        if name is None or name in _XML_NAMES:
            return match[0]
        return html.entities.html5.get(f"{name};", match[0])

    return _outside(r"&([A-Za-z][A-Za-z0-9]{1,31});", character, text)


def _escaped_ampersands(text: str) -> str:
    pattern = r"&(?!(?:#[0-9]+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)"
    return _outside(pattern, lambda _: "&amp;", text)


def _escaped_less_than(text: str) -> str:
    """``p < 0.05``: what follows can start no tag."""
    return _outside(r"<(?![^\W\d]|[:/!?])", lambda _: "&lt;", text)


def _outside(pattern: str, replace: Callable[[re.Match[str]], str], text: str) -> str:
    """Substitution that leaves CDATA sections and comments alone. Linear, also where they are never closed."""
    parts: list[str] = []
    at = 0
    while opening := _OPAQUE.search(text, at):
        end = text.find("-->" if opening[0] == "<!--" else "]]>", opening.end())
        if end < 0:
            break
        parts += [re.sub(pattern, replace, text[at : opening.start()]), text[opening.start() : end + 3]]
        at = end + 3
    return "".join([*parts, re.sub(pattern, replace, text[at:])])


_LADDER: Final = (
    (_no_inner_prologs, "an XML declaration inside the metadata was removed"),
    (_no_controls, "control characters were removed"),
    (_legal_references, "references to characters that XML does not have were removed"),
    (_known_entities, "HTML entities were replaced by their characters"),
    (_escaped_ampersands, "bare ampersands were escaped"),
    (_escaped_less_than, "bare less-than signs were escaped"),
)
