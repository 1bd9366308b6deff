"""Small values of a Crossref item, cleaned: what is short and repeats is cleaned once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from harvester.clean import dates, identifiers, languages, text
from harvester.formats.crossref.item import Dated
from harvester.record import FOR_PROGRAMS

SOUND_DOI: Final = re.compile(r"10\.[1-9][0-9]{3,8}/[a-z0-9][a-z0-9._/-]*[a-z0-9]{2}")
"""A DOI that needs neither cleaning nor quoting, as nearly all at Crossref do."""


def doi(sent: str) -> str | None:
    return sent if SOUND_DOI.fullmatch(sent) else identifiers.doi(sent)


def doi_and_url(sent: str) -> tuple[str | None, str | None]:
    """A DOI and the address at which it resolves."""
    if SOUND_DOI.fullmatch(sent):
        return sent, f"https://doi.org/{sent}"
    found = identifiers.doi(sent)
    return found, identifiers.link("doi", found) if found else None


@lru_cache(maxsize=16384)
def plain(sent: str | None) -> str | None:
    """One line of text; None for blanks and placeholders."""
    if not sent:
        return None
    one_line = text.plain(sent)
    return one_line if one_line and not text.placeholder(one_line) else None


def plain_list(sent: Iterable[str | None] | None) -> list[str]:
    """Each once, in order, without blanks."""
    return list(dict.fromkeys([value for one in sent or () if (value := plain(one))]))


def language_tags(sent: str, extra: dict[str, list[str]]) -> tuple[str, ...]:
    found = tuple(languages.languages(sent))
    if not found and plain(sent) and sent != "und":
        extra.setdefault("language", []).append(sent)
    return found


def language_tag(sent: str | None) -> str | None:
    """The language of one text."""
    return next(iter(languages.languages(sent)), None) if sent else None


def day(key: str, sent: Dated | None, extra: dict[str, list[str]]) -> str | None:
    """A date of which an element holds the value alone: what is none is kept."""
    parts = sent.parts if sent else ()
    found = dates.from_parts(parts)
    if found is None and any(parts):
        extra.setdefault(key, []).append("-".join([str(part) for part in parts if part is not None]))
    return found


def count(sent: int | None, otherwise: int | None = None) -> int | None:
    """A number of works, where it can be one."""
    if sent is not None and 0 <= sent < 2**31:
        return sent
    return None if otherwise is None else count(otherwise)


def for_programs(application: str | None) -> str | None:
    """What a link to full text is meant for, as the description of a file has it; None where people are meant.

    >>> for_programs("text-mining"), for_programs("unspecified")
    ('text mining', None)
    """
    purpose = (application or "").replace("-", " ")
    return purpose if purpose in FOR_PROGRAMS else None
