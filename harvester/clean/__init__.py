"""Pure cleaners: text as it was sent to a value, or to nothing. Nouns of what they return; none of them ever raises.

No cleaner adds what was not there: no day, no person, no licence, no identifier. Every one leaves alone what is clean
already, and cleaning twice gives what cleaning once gave.
"""

from __future__ import annotations

from collections.abc import Callable

from harvester.record import Json

# The modules are imported when a value is cleaned: the names of the kinds alone must cost nothing.


def _doi(text: str) -> Json:
    from harvester.clean import identifiers

    return identifiers.doi(text)


def _issn(text: str) -> Json:
    from harvester.clean import identifiers

    return identifiers.issn(text)


def _isbn(text: str) -> Json:
    from harvester.clean import identifiers

    return identifiers.isbn(text)


def _orcid(text: str) -> Json:
    from harvester.clean import identifiers

    return identifiers.orcid(text)


def _date(text: str) -> Json:
    from harvester.clean import dates

    return dates.date(text)


def _language(text: str) -> Json:
    from harvester.clean import languages

    return "|".join(languages.languages(text)) or None


def _title(text: str) -> Json:
    from harvester.clean import text as texts

    return texts.title(text)


def _name(text: str) -> Json:
    from harvester.clean import names

    return [
        {"kind": name.kind, "family": name.family, "given": name.given}
        if name.kind == "person"
        else {"kind": name.kind, "name": name.name}
        for name in names.names(text)
    ]


def _licence(text: str) -> Json:
    from harvester.clean import rights

    found = rights.licence(text)
    return found.spdx if found else None


def _type(text: str) -> Json:
    from harvester.clean import types

    return types.resource_type(text)


KINDS: dict[str, Callable[[str], Json]] = {
    "doi": _doi,
    "issn": _issn,
    "isbn": _isbn,
    "orcid": _orcid,
    "date": _date,
    "language": _language,
    "title": _title,
    "name": _name,
    "licence": _licence,
    "type": _type,
}
"""What ``harvester clean KIND`` can clean; several languages are joined by ``|``, a name is a list."""
