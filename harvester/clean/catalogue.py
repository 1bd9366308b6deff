"""The vocabularies, for the shell and for the pages: what there is, and the terms of each with all that is said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

from msgspec import Struct

from harvester import schemas
from harvester.clean import languages, rights, roles, types

Term = dict[str, Any]
"""``term``, ``label`` where it has one, then the columns of the table: a text, or a list of names, the one to write first."""


class Vocabulary(Struct, frozen=True):
    name: str
    what: str
    file: str
    """In ``schemas/``, without ending."""
    rows: Callable[[str], Iterator[Term]] = lambda file: _terms(file)
    read: Callable[[str], str | None] = lambda _: None
    """The term for what people write; None where it is none."""


def _terms(file: str) -> Iterator[Term]:
    for term, row in schemas.table(file).items():
        yield {"term": term, **row}


def _languages(file: str) -> Iterator[Term]:
    table = schemas.table(file)
    for code, row in table["languages"].items():
        yield {"term": code, "label": row["names"][0], "codes": row["codes"], "names": row["names"][1:]}
    for code, names in table["three"].items():
        yield {"term": code, "label": names[0], "codes": [], "names": names[1:]}


def _licences(file: str) -> Iterator[Term]:
    labels = dict(schemas.table("vocabularies/spdx"))
    for row in schemas.table(file)["licence"]:
        spdx = row.get("spdx", "")
        yield {"term": spdx or row["url"], "label": labels.pop(spdx, (row.get("names") or [""])[0]), **row}
    for spdx, label in labels.items():
        yield {"term": spdx, "label": label, "spdx": spdx, "url": f"https://spdx.org/licenses/{spdx}.html"}


def _coar(file: str) -> Iterator[Term]:
    table = schemas.table(file)
    for part in ("terms", "deprecated"):
        for code, label in table[part].items():
            uri = f"http://purl.org/coar/resource_type/{code}"
            ours = types.resource_type(uri)
            yield {"term": code, "label": label, "type": ours, "uri": uri, "deprecated": part == "deprecated"}


def _licence(text: str) -> str | None:
    found = rights.licence(text)
    return (found.spdx or found.url) if found else None


VOCABULARIES: Final = {
    v.name: v
    for v in (
        Vocabulary(
            "types",
            "Kinds of works, with their names in fourteen other schemes.",
            "vocabularies/types",
            read=types.resource_type,
        ),
        Vocabulary(
            "roles",
            "What somebody did for a work, with the names in seven other schemes.",
            "vocabularies/roles",
            read=roles.role,
        ),
        Vocabulary("coar", "COAR resource types, and the type that each is here.", "vocabularies/coar", _coar),
        Vocabulary("relators", "The relators of MARC, and the role that each is here.", "vocabularies/marc_relators"),
        Vocabulary("credit", "The Contributor Roles Taxonomy: what an author did.", "vocabularies/credit"),
        Vocabulary(
            "relations", "How one work is related to another, and what the other says of it.", "vocabularies/relations"
        ),
        Vocabulary(
            "updates", "What may happen to a work after it was published, the gravest first.", "vocabularies/updates"
        ),
        Vocabulary("dates", "What happened on a date.", "vocabularies/date_types"),
        Vocabulary("identifiers", "Schemes of identifiers, their form, and where they resolve.", "identifiers"),
        Vocabulary("access", "Who may read a work: COAR access rights.", "vocabularies/access", read=rights.access),
        Vocabulary(
            "versions",
            "Which stage of a work a text is: COAR version types, NISO RP-8.",
            "vocabularies/versions",
            read=rights.version,
        ),
        Vocabulary("statuses", "How far publication has come.", "vocabularies/publication_status"),
        Vocabulary(
            "languages",
            "Languages by the shortest code of ISO 639, with their names.",
            "vocabularies/languages",
            _languages,
            languages.language,
        ),
        Vocabulary(
            "licenses",
            "Licences and statements of rights, by SPDX identifier or address.",
            "vocabularies/licenses",
            _licences,
            _licence,
        ),
        Vocabulary("degrees", "What a thesis was accepted for.", "vocabularies/degrees"),
        Vocabulary("media-types", "Kinds of files, and what people call them.", "vocabularies/media_types"),
        Vocabulary("findings", "What is noted about records, what it means, and what to do.", "vocabularies/findings"),
    )
}
"""By the name under which ``harvester vocabulary`` shows them."""


@cache
def terms(name: str) -> tuple[Term, ...]:
    """The terms of a vocabulary, in the order of its table. KeyError where there is no such vocabulary."""
    vocabulary = VOCABULARIES[name]
    return tuple(vocabulary.rows(vocabulary.file))


def term(name: str, text: str) -> Term | None:
    """One term by itself, by its label, or by any name that is read as it.

    >>> term("types", "http://purl.org/coar/resource_type/c_6501")["term"], term("languages", "fre")["term"]
    ('article', 'fr')
    >>> term("relations", "IsPartOf")["term"], term("access", "nobody knows")
    ('is-part-of', None)
    """
    rows = {row["term"]: row for row in terms(name)}
    found = rows.get(text) or rows.get(VOCABULARIES[name].read(text) or "")
    return found or next((row for row in rows.values() if text.casefold() in _names(row)), None)


def _names(row: Term) -> set[str]:
    values = [v for value in row.values() for v in (value if isinstance(value, list) else [value])]
    return {value.casefold() for value in values if isinstance(value, str)}
