"""Pure cleaners: text as it was sent to a value, or to nothing. Nouns of what they return; none of them ever raises.

No cleaner adds what was not there: no day, no person, no licence, no identifier. Every one leaves alone what is clean
already, and cleaning twice gives what cleaning once gave.
"""

from __future__ import annotations

from collections.abc import Callable

from harvester.record import Json

# The modules are imported when a value is cleaned: the names of the kinds alone must cost nothing.


def _of(module: str, function: str = "") -> Callable[[str], Json]:
    def read(text: str) -> Json:
        from importlib import import_module

        return getattr(import_module(f"harvester.clean.{module}"), function or module)(text)

    return read


def _language(text: str) -> Json:
    from harvester.clean import languages

    return "|".join(languages.languages(text)) or None


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


KINDS: dict[str, Callable[[str], Json]] = {
    "doi": _of("identifiers", "doi"),
    "issn": _of("identifiers", "issn"),
    "isbn": _of("identifiers", "isbn"),
    "orcid": _of("identifiers", "orcid"),
    "date": _of("dates", "date"),
    "language": _language,
    "title": _of("text", "title"),
    "name": _name,
    "licence": _licence,
    "type": _of("types", "resource_type"),
    "handle": _of("identifiers", "handle"),
    "pmid": _of("identifiers", "pmid"),
    "pmcid": _of("identifiers", "pmcid"),
    "arxiv": _of("identifiers", "arxiv"),
    "url": _of("identifiers", "url"),
    "ror": _of("identifiers", "ror"),
    "isni": _of("identifiers", "isni"),
    "funder": _of("identifiers", "funder_id"),
    "identifier": _of("identifiers", "classify"),
    "abstract": _of("text", "abstract"),
    "pages": _of("citations", "pages"),
    "citation": _of("citations", "citation"),
    "role": _of("roles", "role"),
    "access": _of("rights", "access"),
    "version": _of("rights", "version"),
    "embargo": _of("rights", "embargo_end"),
    "peer-review": _of("types", "peer_reviewed"),
}
"""What ``harvester clean KIND`` can clean; several languages are joined by ``|``, a name is a list, pages are a table."""
