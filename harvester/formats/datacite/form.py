"""The one form in which DataCite's properties are read: that of its JSON, into which XML and older JSON are brought first.

``<creators>`` with its members is a list of objects, ``<creatorName nameType="Personal">`` two keys of one. What no kernel
knows keeps its own name, so that nothing is lost on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Final

from lxml import etree

from harvester import schemas
from harvester.clean import identifiers, relations, vocabulary
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.xml import local, text_of
from harvester.record import Json

LIST_NAMES: Final = {
    "creators": "creator",
    "contributors": "contributor",
    "titles": "title",
    "subjects": "subject",
    "dates": "date",
    "alternateIdentifiers": "alternateIdentifier",
    "relatedIdentifiers": "relatedIdentifier",
    "relatedItems": "relatedItem",
    "sizes": "size",
    "formats": "format",
    "rightsList": "rights",
    "descriptions": "description",
    "geoLocations": "geoLocation",
    "fundingReferences": "fundingReference",
}
_LIST_OF: Final = {member: name for name, member in LIST_NAMES.items()} | {
    "nameIdentifier": "nameIdentifiers",
    "affiliation": "affiliation",
}
"""Member -> the list that it is one of; some records give a member without its list around it."""
_KEYS: Final = {"creatorName": "name", "contributorName": "name"}
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_CODE: Final = re.compile(r"\(:(?:un[a-z]{2}|tba|none|null|etal)\)|:(?:un(?:ac|al|ap|as|av|kn)|tba|none|null|etal)$")
"""How DataCite says that there is no value, perhaps with words behind it: ``(:unkn) unknown``."""
_WORDY: Final = frozenset({"description", "title", "subject", "rights", "size", "format"})
"""Elements that hold text, though it may have markup."""


@cache
def table(name: str) -> Mapping[str, Any]:
    """A list of ``crosswalks/datacite.toml``: roles, dates, titles ..."""
    found: Mapping[str, Any] = schemas.table("crosswalks/datacite")[name]
    return found


# --- XML -------------------------------------------------------------------------------------------------------------


def as_json(resource: etree._Element) -> dict[str, Json]:
    """A ``<resource>`` as DataCite JSON.

    >>> as_json(etree.XML('<resource><titles><title titleType="Other">A</title></titles><publisher>B</publisher></resource>'))
    {'titles': [{'titleType': 'Other', 'title': 'A'}], 'publisher': 'B'}
    """
    found: dict[str, Json] = {}
    for child in resource:
        _add(found, child)
    return found


def _add(found: dict[str, Json], child: etree._Element) -> None:
    name = local(child)
    if name in LIST_NAMES and (len(child) or not (child.text or "").strip()):
        found.setdefault(name, [])
        for member in _one_by_one(child):
            _put(found, name if local(member) in _LIST_OF else local(member), _value(member))
    elif name in _LIST_OF:
        found.setdefault(_LIST_OF[name], [])
        _put(found, _LIST_OF[name], _value(child))
    else:
        _put(found, name, _value(child))


def _one_by_one(members: etree._Element) -> Iterator[etree._Element]:
    """Each member; a ``<creator>`` that holds several people is as many."""
    for member in members:
        starts = [i for i, part in enumerate(member) if local(part) in _KEYS]
        if len(starts) < 2:
            yield member
            continue
        parts = list(member)
        for start, end in zip(starts, [*starts[1:], len(parts)], strict=True):
            one = etree.Element(member.tag, {str(key): str(value) for key, value in member.attrib.items()})
            one.extend(parts[start:end])
            yield one


def _put(found: dict[str, Json], key: str, value: Json) -> None:
    """What comes again under a key makes a list of it; what is empty adds nothing."""
    known = found.get(key)
    if known in (None, "") or value in ("", {}):
        found[key] = known or value
    else:
        found[key] = [*known, value] if isinstance(known, list) else [known, value]


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Those that say something; ``xsi:type`` says how it is encoded."""
    for key, sent in element.attrib.items():
        if not str(key).startswith(_XSI):
            yield _key(str(key).rpartition("}")[2]), str(sent)


def _value(element: etree._Element) -> Json:
    """An element as a text where it has nothing else, or as an object."""
    name = local(element)
    found: dict[str, Json] = dict(_attributes(element))
    if len(element) and name not in _WORDY:
        for child in element:
            if len(child) or local(child) in _LIST_OF or local(child) in LIST_NAMES:
                _add(found, child)
            else:
                _lift(found, child)
        return found
    sent = text_of(element)
    if not found:
        return sent
    if sent.strip():
        found["name" if name == "affiliation" else name] = sent
    return found


def _lift(found: dict[str, Json], leaf: etree._Element) -> None:
    """``<awardNumber awardURI="...">1</awardNumber>`` is two keys of the object that it stands in."""
    name = _KEYS.get(local(leaf), local(leaf))
    if local(leaf) == "relatedItemIdentifier":
        found[name] = _value(leaf)
        return
    for key, sent in _attributes(leaf):
        found.setdefault(key, sent)
    _put(found, name, (leaf.text or "").strip())


def _key(name: str) -> str:
    return f"{name[:-3]}Uri" if name.endswith("URI") else name


# --- JSON ------------------------------------------------------------------------------------------------------------


def renamed(value: Json) -> Json:
    """JSON of older schemas, of Invenio and of Crosscite with the keys of today: ``rightsURI`` and ``rights_uri`` are
    ``rightsUri``."""
    if isinstance(value, dict):
        return {_key(_camel(key)): renamed(below) for key, below in value.items()}
    return [renamed(below) for below in value] if isinstance(value, list) else value


def _camel(key: str) -> str:
    """
    >>> _camel("rights_list"), _camel("publication-year"), _camel("relatedItems"), _camel("_id")
    ('rightsList', 'publicationYear', 'relatedItems', '_id')
    """
    first, *rest = re.split(r"[_-]", key)
    return first + "".join(word[:1].upper() + word[1:] for word in rest) if first and rest else key


def listed(item: dict[str, Json]) -> dict[str, Json]:
    """Members that stand outside of their list, as some exports and older versions write them, in it."""
    found = dict(item)
    for member, name in _LIST_OF.items():
        if member in found and member != name and name not in found:
            found[name] = found.pop(member)
    return found


def in_order(item: dict[str, Json]) -> dict[str, Json]:
    """The identifier of the record before all others, which are read by whether it is a DOI."""
    return {key: item[key] for key in ("identifier", "doi") if key in item} | item


def with_doi(item: dict[str, Json]) -> dict[str, Json]:
    """``id`` says the DOI again; in older versions it is the one place that does."""
    sent = item.get("id")
    own = isinstance(sent, str) and not item.get("doi") and not item.get("identifier")
    return {"doi": sent} | item if own and identifiers.doi(str(sent)) else item


def is_by_dspace(item: Mapping[str, Json]) -> bool:
    """Whether DSpace's stylesheet made the record: it names one institution as data manager and as host of every item.

    Records of DSpace that reached DataCite carry this mark too.
    https://github.com/DSpace/DSpace/blob/main/dspace/config/crosswalks/DIM2DataCite.xsl
    """
    people = [one for one in objects(item.get("contributors")) if isinstance(one, dict)]
    named = {
        kind: {str(one.get("name")) for one in people if one.get("contributorType") == kind}
        for kind in ("DataManager", "HostingInstitution")
    }
    return len(named["DataManager"]) == 1 and named["DataManager"] == named["HostingInstitution"]


# --- parts of a property ---------------------------------------------------------------------------------------------


def said(draft: Draft, item: Json, *keys: str) -> str:
    """The text under the first of these keys that has one; a bare text is the value of the first key.

    Never an e-mail address or a placeholder, nor a code of DataCite that says that there is no value: ``(:unkn) unknown``.
    """
    if isinstance(item, str):
        return _known(draft, item)
    if not isinstance(item, dict):
        return ""
    return next((found for key in keys if (found := _known(draft, _text(item.get(key))))), "")


def nothing(draft: Draft, item: Json, element: str, *keys: str) -> str | None:
    """Where ``said`` finds nothing: note what stands there in place of a value, if anything does.

    What is left, such as the type of an identifier that is not given, says nothing either. None where something of another
    shape stands there, which then is kept as it is.
    """
    if not isinstance(item, str | dict):
        return None
    values = [item] if isinstance(item, str) else [item[key] for key in keys if item.get(key)]
    if any(isinstance(value, list | dict) for value in values):
        return None
    sent = _text(values[0]).strip() if values else ""
    if sent and "@" not in sent:
        draft.find("placeholder", element, f"{draft.path} says {sent[:80]!r}, which stands for no value", sent)
    return "nothing"


def keep(draft: Draft, item: Mapping[str, Json], key: str, path: str = "") -> str | None:
    """A part of an object for which there is no element goes to the extras by its path; None where there is nothing."""
    sent = said(draft, item, key)
    if sent:
        draft.extra.setdefault(f"{draft.path}/{path or key}", []).append(sent)
    return sent or None


def _known(draft: Draft, sent: str) -> str:
    found = sound(draft, sent.strip())
    return "" if _CODE.match(found) else found


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return next((one for one in value if isinstance(one, str) and one.strip()), "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def tongue(draft: Draft, item: Json) -> None:
    """The language that an object says itself is that of its values."""
    sent = item.get("lang") if isinstance(item, dict) else None
    if isinstance(sent, str) and sent.strip():
        draft.sent_language = sent.strip()


def objects(value: Json) -> list[Json]:
    """A list, or what should have been one."""
    return value if isinstance(value, list) else [value] if value not in (None, "", {}) else []


def squeezed(name: str) -> str:
    """The name of a type of identifier without case, spaces and marks: ``E-ISSN`` -> ``eissn``."""
    return "".join(c for c in name.casefold() if c.isalnum())


@lru_cache(maxsize=1024)
def scheme_of(name: str) -> str:
    """Our scheme for a type of identifier; '' for one that we have none for, such as ``Local accession number``."""
    found = vocabulary.identifier_scheme("datacite", name) or table("schemes").get(squeezed(name), "")
    return "" if found == "local" else str(found)


@lru_cache(maxsize=1024)
def relation_of(name: str, in_words: str = "") -> str:
    """Our type of relation; ``Other`` says in words which it is, since version 4.7. A name that is in no version is kept.

    >>> relation_of("IsSupplementTo"), relation_of("Other", "is-retracted-by"), relation_of("Other", "is a twin of")
    ('is-supplement-to', 'is-retracted-by', 'other')
    """
    found = relations.relation("datacite", name)
    if found in (None, "other") and (said_so := kebab(in_words)) in relations.IDS:
        return said_so
    return found or kebab(name) or "other"


def kebab(name: str) -> str:
    """``IsSupplementTo`` -> ``is-supplement-to``, the form that relations have here.

    >>> kebab("IsNewVersionOf"), kebab("isPartOf"), kebab("Has Version")
    ('is-new-version-of', 'is-part-of', 'has-version')
    """
    parts: list[str] = []
    for char in name[:60].strip():
        if char.isupper() and not name.isupper() and parts and parts[-1] != "-":
            parts.append("-")
        parts.append(char.lower() if char.isalnum() else "-")
    return "-".join(part for part in "".join(parts).split("-") if part)
