"""What somebody did for a work: one role of ours for what MARC, DataCite, CSL, JATS, CRediT and catalogues call it."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, Final

from harvester import schemas
from harvester.clean import vocabulary
from harvester.clean.vocabulary import squeeze

IDS: Final[tuple[str, ...]] = tuple(schemas.table("vocabularies/roles"))
SCHEMES: Final[dict[str, str]] = {
    "marc": "MARC",
    "datacite": "DataCite",
    "csl": "CSL",
    "jats": "JATS",
    "bibtex": "BibTeX",
    "schema_org": "schema.org",
    "unimarc": "UNIMARC",
}
"""The schemes in which a role may have names: column of the vocabulary -> what people call the scheme."""

_URI = re.compile(
    r"(?:https?://)?(?:www\.)?(?:id\.loc\.gov/vocabulary/relators|(?:www\.)?loc\.gov/loc\.terms/relators"
    r"|credit\.niso\.org/contributor-roles|casrai\.org/credit|dictionary\.casrai\.org/contributor_roles)/([\w-]{2,60})/?",
    re.IGNORECASE,
)


@cache
def _labels() -> dict[str, str]:
    rows: dict[str, dict[str, Any]] = schemas.table("vocabularies/roles")
    labels = {squeeze(name): role for role, row in rows.items() for name in (role, row["label"], *row["labels"])}
    for scheme in ("datacite", "csl", "jats"):
        for name, role in vocabulary.own_names("vocabularies/roles", scheme).items():
            labels.setdefault(name, role)
    for table in ("marc_relators", "credit"):
        for code, row in schemas.table(f"vocabularies/{table}").items():
            labels.setdefault(squeeze(row["label"]), row["role"])
            if table == "credit":
                labels.setdefault(squeeze(code), row["role"])
    return labels


@lru_cache(maxsize=4096)
def role(text: str) -> str | None:
    """Our role for a relator code, its address, a term of DataCite or CRediT, or a word in a catalogue; None where it says none.

    >>> role("aut"), role("http://id.loc.gov/vocabulary/relators/ths"), role("Hrsg."), role("Writing – original draft")
    ('author', 'advisor', 'editor', 'author')
    >>> role("ContactPerson"), role("Photographer"), role("Harvard")
    ('contact', 'other', None)
    """
    text = text.strip()
    if len(text) > 300:
        return None
    if match := _URI.fullmatch(text):
        text = match[1]
    relators = schemas.table("vocabularies/marc_relators")
    if (row := relators.get(text.lower().rstrip("."))) is not None:
        return str(row["role"])
    return labelled(text)


def labelled(text: str) -> str | None:
    """Our role for a word beside a name, where three letters are no code: ``(ed.)``, ``(Hrsg.)``, ``(Art)``.

    >>> labelled("ed."), labelled("thesis advisor"), labelled("art")
    ('editor', 'advisor', None)
    """
    return _labels().get(squeeze(text.strip(" []()"))) if len(text) <= 300 else None


def named(scheme: str, name: str) -> str | None:
    """Our role for its name in one scheme; None where the scheme has no such name. KeyError where there is no such scheme.

    >>> named("datacite", "Supervisor"), named("csl", "collection-editor"), named("jats", "guest-editor"), named("marc", "act")
    ('advisor', 'editor', 'editor', 'other')
    """
    if scheme not in SCHEMES:
        raise KeyError(scheme)
    if scheme == "marc" and (row := schemas.table("vocabularies/marc_relators").get(name.strip().lower())) is not None:
        return str(row["role"])
    return vocabulary.named("vocabularies/roles", scheme, name)


def name_in(scheme: str, role: str) -> str | None:
    """What a scheme calls the role, or the broader one that it has; None where it has neither.

    >>> name_in("marc", "advisor"), name_in("datacite", "compiler"), name_in("csl", "advisor")
    ('ths', 'Other', None)
    """
    return vocabulary.name_in("vocabularies/roles", scheme, role)
