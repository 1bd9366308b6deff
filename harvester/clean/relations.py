"""How one work is related to another: one type of ours for what DataCite, Crossref, DCMI, MODS, MARC and JATS call it."""

from __future__ import annotations

from typing import Final

from harvester import schemas
from harvester.clean import vocabulary

IDS: Final[tuple[str, ...]] = tuple(schemas.table("vocabularies/relations"))
SCHEMES: Final[dict[str, str]] = {
    "datacite": "DataCite",
    "crossref": "Crossref",
    "dcterms": "DCMI",
    "mods": "MODS",
    "marc": "MARC",
    "jats": "JATS",
    "schema_org": "schema.org",
}
"""The schemes in which a relation may have names: column of the vocabulary -> what people call the scheme."""


def relation(scheme: str, name: str) -> str | None:
    """Our type of relation for its name in one scheme; None where it has no such name. KeyError where there is no such scheme.

    >>> relation("datacite", "IsSupplementTo"), relation("dcterms", "isReplacedBy"), relation("mods", "host")
    ('is-supplement-to', 'is-obsoleted-by', 'is-part-of')
    >>> relation("crossref", "is_preprint_of"), relation("jats", "retracted-article"), relation("datacite", "IsFunnyOf")
    ('is-preprint-of', 'retracts', None)
    """
    if scheme not in SCHEMES:
        raise KeyError(scheme)
    return vocabulary.named("vocabularies/relations", scheme, name)


def name_in(scheme: str, relation: str) -> str | None:
    """What a scheme calls our type of relation, or the broader one that it has; None where it has neither.

    >>> name_in("datacite", "is-part-of"), name_in("datacite", "is-preprint-of"), name_in("mods", "retracts")
    ('IsPartOf', 'IsPreviousVersionOf', None)
    """
    return vocabulary.name_in("vocabularies/relations", scheme, relation)


def inverse(relation: str) -> str | None:
    """What the other work says of this one; None where no scheme has a word for it.

    >>> inverse("retracts"), inverse("is-identical-to"), inverse("is-published-in")
    ('is-retracted-by', 'is-identical-to', None)
    """
    inverse = schemas.table("vocabularies/relations").get(relation, {}).get("inverse")
    return str(inverse) if inverse else None


def label(relation: str) -> str:
    """The relation for readers, such as ``is part of``; one that is not in the vocabulary with spaces for its hyphens.

    >>> label("is-retracted-by"), label("has-erratum-of")
    ('is retracted by', 'has erratum of')
    """
    row = schemas.table("vocabularies/relations").get(relation)
    return str(row["label"]) if row else relation.replace("-", " ")
