"""Names in CSL-JSON: in parts with particles, literal, or in one text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harvester.clean import identifiers, names, text
from harvester.clean.names import Name
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.rules import people
from harvester.record import Affiliation, Json

_NAME_PARTS: Final = frozenset(
    [
        *("family", "given", "suffix", "literal", "name", "non-dropping-particle", "dropping-particle"),
        *("ORCID", "orcid", "affiliation", "isInstitution"),
        *("comma-suffix", "static-ordering", "parse-names", "multi", "sequence", "authenticated-orcid", "lang"),
    ]
)
"""What is read of a name, and what says how to print it or how it was checked."""


def csl_name(draft: Draft, item: Any, role: str = "author") -> Json:
    """A person in parts, an organisation as ``literal``. A name in one text may be that of several people."""
    if isinstance(item, str):
        return people.person(draft, sent, role) if (sent := sound(draft, item.strip())) else "nobody"
    if not isinstance(item, dict):
        return None
    for key in [key for key in item if key not in _NAME_PARTS]:
        if rest := sound(draft, str(item[key])):
            draft.extra.setdefault(f"{draft.path}/{key}", []).append(rest)
    name = _name(draft, item)
    if name is None or not name.name:
        return "nobody"
    draft.contributors.append(
        people.credited(
            name,
            role,
            affiliations=tuple(_affiliations(draft, item)),
            orcid=identifiers.orcid(said(draft, item, "ORCID") or said(draft, item, "orcid")),
        )
    )
    return name.name


def _name(draft: Draft, item: Mapping[str, Json]) -> Name | None:
    literal = said(draft, item, "literal") or said(draft, item, "name")
    family, given = said(draft, item, "family"), said(draft, item, "given")
    if not (family or given):
        return _literal(literal) if literal else None
    if str(item.get("isInstitution", "")).lower() in ("true", "1"):
        return names.organisation(family or given)
    if bool(family) != bool(given) and ("," in family or " " in given):  # perhaps the whole name in the place of a part
        whole = names.names(family or given)
        if len(whole) == 1 and whole[0].kind == "person":
            return whole[0]
    family = (
        " ".join(part for part in (said(draft, item, "non-dropping-particle"), family) if part)
        .replace("’ ", "’")
        .replace("' ", "'")
    )
    given = given or names.given_beside(family, str(item.get("given") or "").strip())
    given = " ".join(part for part in (given, said(draft, item, "dropping-particle")) if part)
    found = names.person(family, given, said(draft, item, "suffix"))
    return None if text.placeholder(found.name, "person") else found


def _literal(sent: str) -> Name | None:
    """An organisation by definition; some write there a person whom they could not take apart: ``Aufegger, Lisa``."""
    if text.placeholder(sent, "person"):
        return None
    found = names.names(sent) if sent.count(",") == 1 else []
    if len(found) == 1 and found[0].kind == "person" and not names.is_organisation(sent):
        return found[0]
    return names.organisation(sent)


def _affiliations(draft: Draft, item: Mapping[str, Json]) -> Iterator[Affiliation]:
    sent = item.get("affiliation")
    for one in sent if isinstance(sent, list) else [sent]:
        given = one if isinstance(one, dict) else {"name": one}
        name, ror = text.plain(said(draft, given, "name")), None
        for key, value in given.items():
            for each in value if isinstance(value, list) else [value]:  # Crossref's: ids, department, place
                written = said(draft, each, "id") if isinstance(each, dict) else said(draft, {key: each}, key)
                if key == "id" and ror is None and (ror := identifiers.ror(written)) is not None:
                    continue
                if key != "name" and written:
                    draft.extra.setdefault(f"{draft.path}/affiliation/{key}", []).append(written)
        if name or ror:
            yield Affiliation(name=name or None, ror=ror)


def said(draft: Draft, item: Any, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    return sound(draft, value.strip()) if isinstance(value, str) else ""
