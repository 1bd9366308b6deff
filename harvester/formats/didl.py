"""DIDL: items inside of items: one describes the work, others are its page and its files. Crosswalk: ``crosswalks/didl.toml``."""

from __future__ import annotations

from lxml import etree
from msgspec import structs

from harvester.clean import identifiers, rights, text
from harvester.formats import nested, tree
from harvester.formats.crosswalk import sound, take
from harvester.formats.draft import Draft
from harvester.formats.mets import described_file, file_address
from harvester.formats.rules import links
from harvester.formats.tree import attribute_of, children, said
from harvester.formats.xml import local
from harvester.record import Json

read = tree.reader("didl")

_DESCRIPTION = "descriptivemetadata"
_FILE = "objectfile"
_PAGE = "humanstartpage"


def item(draft: Draft, node: etree._Element) -> Json:
    """An item with what stands in it: the work at the outside, else what ``info:eu-repo/semantics/...`` says that it is."""
    kinds = _kinds(draft, node)
    statements = list(children(node, "Descriptor", "Statement"))
    resources = list(children(node, "Component", "Resource"))
    above = node.getparent()
    outside = above is None or local(above) != "Item"
    if outside:
        draft.dialect = draft.dialect or _platform(draft, node)
    found: list[Json] = [_describe(draft, held) for statement in statements for held in statement]
    if outside:
        found += [_named(draft, held) for statement in statements for held in statement]
    for resource in resources:
        held = [child for child in resource if isinstance(child.tag, str)]
        if (held and _DESCRIPTION in kinds) or (held and not attribute_of(resource, "ref")):
            found += [_describe(draft, child) for child in held]
            _name_of_format(draft, resource)
        elif address := sound(draft, attribute_of(resource, "ref").strip()):
            found.append(_resource(draft, node, address, attribute_of(resource, "mimeType"), kinds))
    found += [item(draft, child) for child in children(node, "Item")]
    return found if any(each is not None for each in found) else None


def _platform(draft: Draft, node: etree._Element) -> str:
    """DSpace names an item by a URN of its handle; EPrints gives each of its components an identifier."""
    if said(draft, node, "Descriptor", "Statement", "Identifier").lower().startswith("urn:hdl:"):
        return "dspace"
    return "eprints" if said(draft, node, "Component", "Descriptor", "Statement", "Identifier") else ""


def _kinds(draft: Draft, node: etree._Element) -> set[str]:
    """The last parts of the types of an item, in small letters: as ``dip:ObjectType`` or ``rdf:type``."""
    found = set()
    for statement in children(node, "Descriptor", "Statement"):
        for held in statement:
            if local(held) in ("ObjectType", "type"):
                sent = attribute_of(held, "resource") or said(draft, held)
                found.add(sent.strip().rpartition("/")[2].lower())
    return found


def _describe(draft: Draft, node: etree._Element) -> Json:
    if not nested.describe(draft, node):
        return None
    if draft.heard is not None:
        draft.heard.add(node)
    return local(node)


def _name_of_format(draft: Draft, resource: etree._Element) -> None:
    """MOAI says ``mods`` in words beside a description in MODS."""
    above = resource.getparent()
    if above is None or draft.heard is None:
        return
    for statement in children(above, "Descriptor", "Statement"):
        if not len(statement) and (statement.text or "").strip().isalnum():
            draft.heard.add(statement)


def _named(draft: Draft, node: etree._Element) -> Json:
    """The identifier of the whole: a handle in DSpace's own form of a URN, the page in EPrints, a national number in SURF's."""
    if local(node) != "Identifier" or not (sent := said(draft, node)):
        return None
    if sent.lower().startswith("urn:hdl:"):
        return draft.identify("handle", handle, raw=sent) if (handle := identifiers.handle(sent[8:])) else None
    if sent.startswith("http") and ((form := links.form(sent)) is None or form[0] == "url"):
        return links.landing(draft, sent)
    return links.identifier(draft, sent)


def _resource(draft: Draft, node: etree._Element, address: str, mime: str, kinds: set[str]) -> Json:
    """A file, or the page for people: by the item's type, and where that says nothing by the media type."""
    if _PAGE in kinds or (_FILE not in kinds and mime.startswith("text/html")):
        known = links.form(address)
        return (
            links.landing(draft, address)
            if known is None or known[0] == "url"
            else links.classified(draft, address, known)
        )
    if mime == "application/xml" and not kinds and next(children(node, "Item"), None) is not None:
        return address if "verb=" in address else links.landing(draft, address)  # DARE: the work itself, or its record
    if (url := file_address(address)) is None:
        return take(draft, None, "Component/Resource/@ref", address, None)
    found = structs.replace(described_file(url, "", mime, ""), **_said_of_file(draft, node, kinds))
    for position, known_file in enumerate(draft.files):
        if known_file.url == url:  # EPrints names its files in the description too
            draft.files[position] = found
            return found
    draft.files.append(found)
    return found


def _said_of_file(draft: Draft, node: etree._Element, kinds: set[str]) -> dict[str, Json]:
    """Version and access, which SURF's items of files say in statements of their own."""
    version = next((v for kind in sorted(kinds) if (v := rights.version(f"info:eu-repo/semantics/{kind}"))), None)
    found: dict[str, Json] = {"version": version}
    statements = [*children(node, "Descriptor", "Statement"), *children(node, "Component", "Descriptor", "Statement")]
    for held in [held for statement in statements for held in statement if isinstance(held.tag, str)]:
        name = local(held)
        if name == "accessRights" and (sent := said(draft, held) or attribute_of(held, "resource")):
            found["access"] = rights.access(sent) or rights.access(sent.rpartition("/")[2])
            if found["access"] is None:
                take(draft, None, "Item/Descriptor/accessRights", sent, None)
        elif name == "available" and (sent := said(draft, held)):
            found["embargo_until"] = rights.embargo_day(sent)
            if rights.for_good(sent):
                found["access"] = "restricted"
            elif found["embargo_until"] is None:
                take(draft, None, "Item/Descriptor/available", sent, None)
        elif name in ("description", "title") and len(held) == 0 and not found.get("description"):
            found["description"] = text.plain(said(draft, held)) or None
    return found
