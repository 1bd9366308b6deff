"""What people type where they have nothing to say, and titles that are none: ``schemas/vocabularies/placeholders.toml``."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import chain, product

from harvester import schemas

_BLANKS = "".join([c for c in map(chr, range(0x3001)) if c.isspace()])
_EDGES = _BLANKS + ".,;:!?*_-\u2013\u2014\u2026()[]{}<>\"'`\u2018\u2019\u201c\u201d/\\|#=+~"


def _folded(text: str) -> str:
    return " ".join(text.split()).strip(_EDGES).casefold()


@cache
def _terms(section: str) -> frozenset[str]:
    return frozenset(_folded(term) for term in schemas.table("vocabularies/placeholders")[section]["terms"])


@cache
def terms(kind: str) -> frozenset[str]:
    """What ``placeholder`` knows for a kind, in small letters and without the signs around it."""
    return _terms(kind) | _terms("placeholder")


def is_term(text: str, kind: str) -> bool:
    """Whether a text of any length is empty, but for punctuation, or one that ``placeholder`` knows for a kind.

    >>> is_term("No abstract is available for this article.", "abstract"), is_term("Background", "abstract")
    (True, False)
    """
    folded = _folded(text)
    return not folded or folded in terms(kind)


def placeholder_starts() -> frozenset[str]:
    """The first three letters of each placeholder as people may write them, and what may stand before: for a first look.

    Text of which neither ``text[0]`` nor ``text[:3]`` is among these is none; ``placeholder`` knows of the others.
    """
    heads = [[_BLANKS if c == " " else {c, c.upper()} for c in term[:3]] for term in _terms("placeholder")]
    heads += [[*head, _EDGES] for head in heads if len(head) == 2]  # "NA."
    programs = [start[:3] for start in _OF_PROGRAMS]
    return frozenset(map("".join, chain.from_iterable(product(*head) for head in heads))).union(_EDGES, programs)


@cache
def _starts(section: str) -> frozenset[str]:
    """The first two characters of what a list holds."""
    return frozenset(term[:2] for term in _terms(section) | _terms("placeholder"))


@lru_cache(maxsize=8192)
def _may_begin(start: str, section: str) -> bool:
    """Whether what a list holds may begin with these two characters: asked of every value, and the answer for most."""
    return not start.isalnum() or start.casefold()[:2] in _starts(section)


_OF_PROGRAMS = ("ARRAY(0x", "HASH(0x", "[object Object]")
"""What Perl and JavaScript write where a program prints a thing instead of what it holds; Digital Commons does."""
_DATACITE_CODES = frozenset(("unac", "unal", "unap", "unas", "unav", "unkn", "none", "null", "tba", "etal"))
"""DataCite's standard values for unknown information (appendix 3 of its schema)."""


def placeholder(text: str, kind: str = "placeholder") -> bool:
    """Whether somebody wrote that there is nothing to write: ``n/a``, ``(:unav)``, ``[s.n.]``, a dash, nothing.

    ``kind`` may name another list of ``vocabularies/placeholders.toml``: person, abstract, stub_title.

    >>> placeholder("N/A"), placeholder(" - "), placeholder("RDB04"), placeholder("ARRAY(0x7f7024cfef58)")
    (True, True, False, True)
    """
    if len(text) > 60 and len(text.strip()) > 60:
        return False
    if text.startswith(_OF_PROGRAMS):
        return True
    if not _may_begin(text[:2], kind):
        return False
    if text.startswith("(:") and text[2:].partition(")")[0].lower() in _DATACITE_CODES:
        return True  # whatever words stand behind it
    if not _may_begin(text.lstrip(_EDGES)[:2], kind):
        return False
    folded = _folded(text)
    if not folded or folded in _terms("placeholder"):
        return True
    return kind != "placeholder" and folded in _terms(kind)


# --- titles of parts of an issue -------------------------------------------------------------------------------------


def is_stub_title(text: str) -> bool:
    """Whether a title names a part of a journal issue (front matter, editorial board ...), not a work.

    >>> is_stub_title("Front Matter"), is_stub_title("OUP accepted manuscript"), is_stub_title("Front matters in war")
    (True, True, False)
    """
    if len(text) > 200 or not _may_be_stub(text[:4]):
        return False
    folded = _folded(text)
    return folded in _terms("stub_title") or bool(_STUB_WITH_NUMBER.fullmatch(folded))


@lru_cache(maxsize=8192)
def _may_be_stub(start: str) -> bool:
    """Whether four characters may begin one: the question is asked of every title, and titles begin alike."""
    return not start[:1].isalnum() or start.rstrip(_EDGES).casefold() in _stub_starts()


@cache
def _stub_starts() -> frozenset[str]:
    return frozenset(term[:4].rstrip(_EDGES) for term in (*_terms("stub_title"), *_NUMBERED_STUBS))


_NUMBERED_STUBS = (
    "table of contents", "contents", "front matter", "back matter", "editorial board", "issue information", "inhalt",
    "author index", "subject index", "index", "cover", "cover image", "masthead",
)  # fmt: skip
_STUB_WITH_NUMBER = re.compile(
    rf"(?:{'|'.join(_NUMBERED_STUBS)})"
    r"(?:[\s,:;.()-]|vol(?:ume)?\b|issue\b|no\b|number\b|for\b|to\b|of\b|\d|january|february|march|april|may|june|july|august"
    r"|september|october|november|december){1,60}"
)
