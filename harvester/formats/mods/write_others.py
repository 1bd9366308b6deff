"""What a written MODS says of other works: journal, book or series with the place in it, relations, versions."""

from __future__ import annotations

from typing import Final

from lxml import etree

from harvester.clean import relations, vocabulary
from harvester.formats import exported
from harvester.record import Container, Identifier, Record, Relation

MODS: Final = "http://www.loc.gov/mods/v3"


def add(parent: etree._Element, name: str, text: str | None = None, **attributes: str | None) -> etree._Element:
    """A child with its text, both without the characters that XML has no place for."""
    child = etree.SubElement(parent, f"{{{MODS}}}{name}")
    if text is not None:
        child.text = exported.xml_text(text)
    for key, value in attributes.items():
        if value:
            child.set(key, exported.xml_text(value))
    return child


def add_container(root: etree._Element, record: Record) -> None:
    """What the work stands in, with the place in it; without a container the place stands alone."""
    container = record.container
    held = [i for i in record.identifiers if i.relation == "container"]
    if container is None and not held:
        _part(root, record)
        return
    item = add(root, "relatedItem", type="series" if container is not None and container.type == "series" else "host")
    if container is not None and container.title:
        add(add(item, "titleInfo"), "title", container.title)
    if container is not None and container.short_title:
        add(add(item, "titleInfo", type="abbreviated"), "title", container.short_title)
    if container is not None and container.publisher:
        add(add(item, "originInfo"), "publisher", container.publisher)
    for scheme, value in dict.fromkeys([*_numbers(container), *((i.scheme, i.value) for i in held)]):
        add(item, "identifier", value, type=scheme_of(scheme))
    _part(item, record)


def _numbers(container: Container | None) -> list[tuple[str, str]]:
    if container is None:
        return []
    found = (("issn", container.issn), ("eissn", container.eissn), ("isbn", container.isbn))
    return [(scheme, value) for scheme, value in found if value]


def _part(parent: etree._Element, record: Record) -> None:
    details = (
        ("volume", record.volume),
        ("issue", record.issue),
        ("article number", record.article_number),
        ("part", record.part),
    )
    if not any([value for _, value in details] + [record.pages, record.start_page]):
        return
    part = add(parent, "part")
    for kind, value in details:
        if value:
            add(add(part, "detail", type=kind), "number", value)
    if record.pages or record.start_page:
        extent = add(part, "extent", unit="pages")
        plain = record.pages in (None, record.start_page, f"{record.start_page}-{record.end_page}")
        if record.start_page and plain:
            add(extent, "start", record.start_page)
            if record.end_page:
                add(extent, "end", record.end_page)
        else:
            add(extent, "list", record.pages)


def add_relation(root: etree._Element, relation: Relation) -> None:
    """A relation by MODS's own type where it has one, and by DataCite's; ``host`` is kept for what the work stands in."""
    kind = relations.name_in("mods", relation.type)
    item = add(root, "relatedItem", type=kind if kind not in ("host", "series") else None, otherType=relation.type)
    if relation.label:
        add(add(item, "titleInfo"), "title", relation.label)
    add(item, "identifier", relation.target, type=scheme_of(relation.scheme))
    if relation.date:
        add(add(item, "part"), "date", relation.date)


def add_version(root: etree._Element, identifier: Identifier) -> None:
    item = add(root, "relatedItem", type="otherVersion")
    add(item, "identifier", identifier.value, type=scheme_of(identifier.scheme))


def scheme_of(scheme: str) -> str:
    return vocabulary.name_in("identifiers", "mods", scheme) or scheme
