"""Tables in which one row says what several schemes call the same thing: types, roles, relations, dates, identifiers.

In a row the column of a scheme lists its names: the first is the one to write, all of them are read. A name after ``> ``
says less than our term (in SKOS a broadMatch): it is written for want of a closer one, and read as the term that has it
without the mark. So each name of a scheme is read in one way only, which a test holds the tables to.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from harvester import schemas

BROADER: Final = "> "
_SQUEEZE = re.compile(r"[\s_.,;:/()'’\u2010-\u2015-]+")


def squeeze(text: str) -> str:
    """What is compared: no case, no spaces, no hyphens, no punctuation.

    >>> squeeze("Thesis (Ph.D.)") == squeeze("thesis-phd")
    True
    """
    return _SQUEEZE.sub("", text).casefold()


@cache
def own_names(table: str, scheme: str) -> dict[str, str]:
    """Squeezed name in a scheme -> our term, without the names that say less than the term."""
    rows: dict[str, dict[str, Any]] = schemas.table(table)
    return {
        squeeze(name): term
        for term, row in rows.items()
        for name in row.get(scheme, ())
        if not name.startswith(BROADER)
    }


def named(table: str, scheme: str, name: str) -> str | None:
    """Our term for what a scheme calls it, by a table of ``schemas/``; None where the scheme has no such name.

    >>> named("vocabularies/relations", "mods", "host"), named("identifiers", "datacite", "Handle")
    ('is-part-of', 'handle')
    """
    return own_names(table, scheme).get(squeeze(name)) if len(name) <= 300 else None


def name_in(table: str, scheme: str, term: str) -> str | None:
    """What a scheme calls our term, or the broader thing that it has; None where it has neither.

    >>> name_in("vocabularies/relations", "datacite", "retracts"), name_in("identifiers", "csl", "handle")
    ('Obsoletes', None)
    """
    names = schemas.table(table).get(term, {}).get(scheme)
    return str(names[0]).removeprefix(BROADER) if names else None


def date_type(scheme: str, name: str) -> str | None:
    """Our type of date for its name in a scheme: datacite, dcterms, dspace, jats, crossref, rioxx or mods.

    >>> date_type("datacite", "Issued"), date_type("dcterms", "dateAccepted"), date_type("jats", "epub")
    ('issued', 'accepted', 'online')
    """
    return named("vocabularies/date_types", scheme, name)


def identifier_scheme(scheme: str, name: str) -> str | None:
    """Our scheme of identifiers for its name in another: datacite, crossref, jats, mods, marc or csl.

    >>> identifier_scheme("datacite", "EISSN"), identifier_scheme("mods", "hdl"), identifier_scheme("jats", "publisher-id")
    ('eissn', 'handle', 'local')
    """
    return named("identifiers", scheme, name)
