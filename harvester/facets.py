"""By what works are narrowed and sorted: their facets, and the words of a title that count.."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from harvester.record import Record, Work

FACETS: Final = ("type", "source", "journal", "year", "language", "subject", "access")
"""In the order in which pages show them."""

LONGEST: Final = 250
"""Characters of a value: what is longer is a text."""

_LENGTH: Final = 60
"""Characters of a title that it is sorted by."""
_MOST: Final = 200
"""Subjects of one work: what has more is no work, but a list of all that a repository holds."""
_JOURNALS: Final = frozenset({None, "journal", "newspaper", "series", "proceedings"})
_ISSNS: Final = re.compile(r"((?:\d{4}-\d{3}[\dX](?: |$)){0,2})(.*)", re.DOTALL)
_NO_WORD: Final = re.compile(r"[\W_]+")
_ARTICLES: Final = {
    "en": {"a", "an", "the"},
    "de": {"der", "die", "das", "ein", "eine"},
    "fr": {"le", "la", "les", "un", "une", "l"},
    "es": {"el", "la", "los", "las", "un", "una"},
    "it": {"il", "lo", "la", "i", "gli", "le", "un", "uno", "una", "l"},
    "pt": {"o", "a", "os", "as", "um", "uma"},
    "nl": {"de", "het", "een"},
    "cy": {"y", "yr"},
}
"""Language -> words that a title is not sorted by, folded."""


def values(work: Work) -> list[tuple[str, str]]:
    """(facet, value) of each value that a work is counted by, each once."""
    return [(facet, value) for facet, value in dict.fromkeys(_values(work)) if len(value) <= LONGEST]


def _values(work: Work) -> Iterator[tuple[str, str]]:
    record = work.record
    yield "type", record.type
    for member in work.members:
        yield "source", member.source
    if place := _journal(record):
        yield "journal", place
    if record.issued and record.issued[:4].isdecimal():
        yield "year", str(int(record.issued[:4]))
    for language in record.language:
        yield "language", language.partition("-")[0].lower()
    for subject in record.subjects[:_MOST]:
        if term := folded_subject(subject.term):
            yield "subject", term
    if record.access:
        yield "access", record.access


def folded_subject(term: str) -> str:
    """Subjects that differ in capitals and spaces only are one."""
    return " ".join(term.casefold().split())


def _journal(record: Record) -> str | None:
    """A journal by all that it may be known by: '2398-631X 2398-6328 BMJ Leader'. None of books and websites."""
    container = record.container
    if container is None:
        return None
    issns = sorted({issn for issn in (container.issn, container.eissn) if issn})
    if not issns and container.type not in _JOURNALS:
        return None
    return " ".join([*issns, *(container.title or container.short_title or "").split()]) or None


def known_as(journal: str) -> tuple[list[str], str]:
    """The ISSNs and the title of a journal as ``values`` has it.

    >>> known_as("2398-631X 2398-6328 BMJ Leader"), known_as("BMJ Leader"), known_as("2398-631X")
    ((['2398-631X', '2398-6328'], 'BMJ Leader'), ([], 'BMJ Leader'), (['2398-631X'], ''))
    """
    parts = _ISSNS.fullmatch(journal)
    return (parts[1].split(), parts[2]) if parts else ([], journal)


@lru_cache(maxsize=1 << 16)
def number(facet: str, value: str) -> int:
    """The number of a value, the same in every index: a hash of 53 bits, so that JavaScript can read it too."""
    return int.from_bytes(hashlib.blake2b(f"{facet}\0{value}".encode(), digest_size=8).digest(), "big") >> 11


def sort_title(title: str, language: str = "en") -> str:
    """The beginning of a title as it is sorted: without case, marks, and the article that it begins with.

    >>> sort_title("The “Éclair” study"), sort_title("A"), sort_title("Die Welle", "de"), sort_title("Die hard", "en-GB")
    ('eclair study', 'a', 'welle', 'die hard')
    """
    folded = unicodedata.normalize("NFKD", title[: 4 * _LENGTH].casefold())
    words = _NO_WORD.sub(" ", "".join([c for c in folded if not unicodedata.combining(c)])).split()
    if len(words) > 1 and words[0] in _ARTICLES.get(language.partition("-")[0], ()):
        del words[0]
    return " ".join(words)[:_LENGTH]
