"""DataCite JSON as an element of kernel 4.7: what is an object there is an element with attributes. https://schema.datacite.org/"""

from __future__ import annotations

from typing import Final

from lxml import etree

from harvester.formats import exported
from harvester.formats.datacite.export import KERNEL, attributes
from harvester.formats.datacite.form import LIST_NAMES
from harvester.formats.xml import LANG
from harvester.record import Json, Work

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = f"{KERNEL} https://schema.datacite.org/meta/kernel-4.7/metadata.xsd"
_NAMESPACES: Final[dict[str | None, str]] = {None: KERNEL, "xsi": _XSI}
_CHILDREN: Final = frozenset(
    {"givenName", "familyName", "funderName", "funderIdentifier", "awardNumber", "awardTitle", "relatedItemIdentifier"}
    | {"volume", "issue", "number", "firstPage", "lastPage", "publisher", "publicationYear", "edition"}
    | {"geoLocationPlace", "geoLocationPoint", "geoLocationBox", "polygonPoint", "pointLongitude", "pointLatitude"}
    | {"westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude"}
)
"""Keys that are elements within another; the rest are attributes of the element that they stand in."""
_QUALIFIED: Final = {
    "nameType": "name",
    "funderIdentifierType": "funderIdentifier",
    "awardUri": "awardNumber",
    "numberType": "number",
}
"""Keys that are attributes of the element that is made of another key."""
_ITEM: Final = (
    "relatedItemIdentifier",
    "creators",
    "titles",
    "publicationYear",
    "volume",
    "issue",
    "number",
    "firstPage",
    "lastPage",
)
"""How the parts of a related item follow one another; elsewhere the order of the keys is that of the schema, or is free."""


def resource(work: Work) -> etree._Element:
    """One work as an element of kernel 4.7."""
    said = attributes(work)
    root = etree.Element(f"{{{KERNEL}}}resource", {f"{{{_XSI}}}schemaLocation": _SCHEMA}, nsmap=_NAMESPACES)  # type: ignore[arg-type]
    kind = "DOI" if "doi" in said else "URL" if "url" in said else "Other"
    _leaf(root, "identifier", said.get("doi") or said.get("url") or work.key).set("identifierType", kind)
    for key, value in said.items():
        if key in ("doi", "url", "schemaVersion"):
            continue
        if key == "types":
            _leaf(root, "resourceType", value.get("resourceType")).set(
                "resourceTypeGeneral", value["resourceTypeGeneral"]
            )
        elif key == "publisher":
            _leaf(root, key, value["name"])
        else:
            _add(root, key, value)
    return root


def _add(parent: etree._Element, key: str, value: Json) -> None:
    """A property: a list with its members, an object with its parts, or a text."""
    if key == "geoLocationPolygon":
        polygon = _leaf(parent, key, None)
        for point in value:
            _add(polygon, "polygonPoint", point["polygonPoint"])
    elif isinstance(value, list):
        around = _leaf(parent, key, None)
        for one in value:
            _member(around, LIST_NAMES[key], one)
    elif isinstance(value, dict):
        _member(parent, key, value)
    else:
        _leaf(parent, key, str(value))


def _member(parent: etree._Element, name: str, value: Json) -> None:
    """One member of a list. Its own text stands under its own name, but for people, whose name is an element."""
    if not isinstance(value, dict):
        _leaf(parent, name, str(value))
        return
    made = _leaf(parent, name, value.get(name))
    if name in ("creator", "contributor"):
        _leaf(made, f"{name}Name", value["name"])
    for key in sorted(value, key=_place_in_item) if name == "relatedItem" else value:
        below = value[key]
        if key in (name, "name") or key in _QUALIFIED:
            continue
        if key == "nameIdentifiers":
            for one in below:
                _member(made, "nameIdentifier", one)
        elif key == "affiliation":
            for one in below:
                _leaf(made, key, one["name"]).attrib.update({_key(k): str(v) for k, v in one.items() if k != "name"})
        elif isinstance(below, list | dict) or key in _CHILDREN:
            _add(made, key, below)
        else:
            made.set(LANG if key == "lang" else _key(key), exported.xml_text(str(below)))
    for key, owner in _QUALIFIED.items():
        found = made.find(f"{{*}}{f'{name}Name' if owner == 'name' else owner}")
        if key in value and found is not None:
            found.set(_key(key), exported.xml_text(str(value[key])))


def _place_in_item(key: str) -> int:
    return _ITEM.index(key) if key in _ITEM else len(_ITEM)


def _leaf(parent: etree._Element, name: str, text: str | None) -> etree._Element:
    made = etree.SubElement(parent, f"{{{KERNEL}}}{name}")
    made.text = exported.xml_text(text) if text else None
    return made


def _key(name: str) -> str:
    return f"{name[:-3]}URI" if name.endswith("Uri") else name
