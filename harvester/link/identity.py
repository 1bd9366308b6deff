"""Match keys: what identifies a record beyond its own source. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Final

from harvester import schemas
from harvester.clean.identifiers import doi, handle, url_key
from harvester.record import Identifier, Record

SCHEMES: Final = {"doi": "doi", "handle": "hdl", "pmid": "pmid", "pmcid": "pmcid", "arxiv": "arxiv", "oai": "oai"}
"""Identifier schemes that can unite records -> prefix of their match keys. ISSN and ISBN name containers: they never do."""
STRENGTH: Final = {p: n for n, p in enumerate(("doi", "pmid", "pmcid", "arxiv", "hdl", "oai", "url", "local"))}
"""Which key is tried first, and named first as the reason of a union."""

SHARED_OAI_NAMES: Final = frozenset({"generic.eprints.org", "localhost", "example.org", "dspace.org", "www.dspace.org"})
"""Namespaces of OAI identifiers as software ships them: many repositories never set their own, so they name nothing
beyond their source."""
UNREGISTERED_HANDLE: Final = "123456789/"
"""The handle prefix that DSpace starts with: thousands of repositories number their items under it."""
_CONTAINER_DOI: Final = "/(issn)"
"""Publishers register journals as ``10.1111/(ISSN)1365-2648``."""


def match_keys(
    record: Record, source: str, identifier: str, format_: str, repository_doi_prefixes: Sequence[str] = ()
) -> tuple[str, ...]:
    """What identifies a record, strongest first: ``doi:10.1136/...``, ``hdl:10044/1/85584``, ``oai:...``; never empty.

    Only identifiers of the record itself count, not those of its container, versions, files or candidates; and no DOI
    under a prefix of ``repository_doi_prefixes``: a repository registered it for its own copy.
    """
    found = {
        i.value if i.scheme == "oai" else f"{SCHEMES[i.scheme]}:{_folded(i)}"
        for i in record.identifiers
        if i.relation == "self" and i.scheme in SCHEMES and _unites(i, repository_doi_prefixes)
    }
    if format_ == "curated" and record.url and (address := url_key(record.url)):
        found.add(f"url:{address}")
    if f"doi:{identifier.lower().rstrip('/')}" not in found:
        found.add(_own_key(source, identifier))
    return tuple(sorted(found, key=by_strength))


def match_key(name: str) -> str:
    """The match key that a DOI, a handle or an OAI identifier is by itself, however it was written; '' of anything else."""
    if found := doi(name):
        return f"doi:{_plain('doi', found)}"
    if found := handle(name):
        return f"hdl:{found.lower()}"
    return name if name.startswith("oai:") else ""


def claims(record: Record, format_: str) -> frozenset[str]:
    """DOIs that a curated entry does not state, but that can be told from its address, as match keys.

    They unite it with a record that has the DOI as its own and the same title, and with nothing else: the registry's own
    record is the confirmation.
    """
    if format_ != "curated":
        return frozenset()
    stated = {_folded(i) for i in record.identifiers if i.scheme == "doi" and i.relation == "self"}
    suggested = {_folded(i) for i in record.identifiers if i.scheme == "doi" and i.relation == "candidate"}
    return frozenset(f"doi:{doi}" for doi in suggested - stated)


def other_sides(record: Record, keys: Collection[str]) -> frozenset[str]:
    """Match keys of the works that a record is a notice of (``retracts``), and of the notices that it names.

    A notice is another work than what it is about. ``keys`` are its own: what was replaced by its notice names itself.
    """
    if not record.relations:
        return frozenset()
    found = {
        f"{SCHEMES[r.scheme]}:{_plain(r.scheme, r.target)}"
        for r in record.relations
        if r.type in _announced() and r.scheme in SCHEMES
    }
    return frozenset(found.difference(keys))


@cache
def _announced() -> frozenset[str]:
    """Relations between a notice and its work. A new version may well be another record of the same work."""
    rows = schemas.table("vocabularies/updates").values()
    return frozenset(
        relation
        for row in rows
        if row["family"] not in {"version", "addendum"}
        for relation in (*row["by"], *row["to"])
    )


def repository_doi(identifier: Identifier, repository_doi_prefixes: Sequence[str]) -> bool:
    """Whether a DOI was registered by a repository for its own copy. A prefix may go beyond the slash: ``10.17605/osf.io``."""
    return identifier.scheme == "doi" and any(
        identifier.value.lower().startswith(p if "/" in p else f"{p}/") for p in repository_doi_prefixes
    )


def _unites(identifier: Identifier, prefixes: Sequence[str]) -> bool:
    value = identifier.value
    if identifier.scheme == "doi":
        return "/" in value and _CONTAINER_DOI not in value.lower() and not repository_doi(identifier, prefixes)
    if identifier.scheme == "handle":
        return not value.startswith(UNREGISTERED_HANDLE)
    if identifier.scheme == "oai":
        return _global_oai(value)
    return bool(value)


def _folded(identifier: Identifier) -> str:
    return _plain(identifier.scheme, identifier.value)


def _plain(scheme: str, value: str) -> str:
    """In small letters; without the version of an arXiv number, and the slash behind a DOI, which is lost in its address."""
    if scheme == "arxiv":
        return re.sub(r"v\d+$", "", value.lower())
    return value.lower().rstrip("/") if scheme == "doi" else value.lower()


def _global_oai(identifier: str) -> bool:
    """Whether an OAI identifier names the item beyond its repository: ``oai:namespace:local``, and the namespace is real."""
    parts = identifier.split(":", 2)
    return len(parts) == 3 and parts[0] == "oai" and parts[1].lower() not in SHARED_OAI_NAMES


def _own_key(source: str, identifier: str) -> str:
    return identifier if _global_oai(identifier) else f"local:{source}:{identifier}"


def by_strength(key: str) -> tuple[int, str]:
    """Sorts match keys, strongest first."""
    return STRENGTH[key.partition(":")[0]], key
