"""Descriptions inside of containers: METS and DIDL hold a record of another format, which is read by that format's own rows."""

from __future__ import annotations

from lxml import etree

from harvester.formats import dim, flat, marc, marcxml, mods, platforms, tree
from harvester.formats.crosswalk import crosswalk
from harvester.formats.draft import Draft
from harvester.formats.oai_dc.settling import settle
from harvester.formats.rules.qualified import undo_stock_dates
from harvester.formats.xml import local

_MODS = "http://www.loc.gov/mods/"
_MARC = "http://www.loc.gov/MARC21/slim"
_DC = ("http://purl.org/dc/elements/1.1", "http://purl.org/dc/terms", "http://www.openarchives.org/OAI/2.0/oai_dc")


def rank(node: etree._Element) -> int:
    """How much an element says as a description: 0 is no description that can be read. DSpace sends one item in several."""
    name = local(node)
    if name == "dim":
        return 4
    if name in ("mods", "modsCollection"):
        return 3
    if is_marc(node):
        return 3
    namespace = etree.QName(node).namespace or ""
    if name in crosswalk("qdc").roots and namespace:
        return 1 if name == "dc" else 2
    return 2 if is_dublin_core(node) and len(node) else 0


def is_mods(node: etree._Element) -> bool:
    return (etree.QName(node).namespace or "").startswith(_MODS)


def is_marc(node: etree._Element) -> bool:
    return etree.QName(node).namespace == _MARC and (local(node) == "record" or len(node) > 0)


def is_dublin_core(node: etree._Element) -> bool:
    """By the namespace: the root has a dozen names (``dc:record``, ``dcterms:dublincore``, ``simpledc``)."""
    return (etree.QName(node).namespace or "").startswith(_DC)


def describe(draft: Draft, node: etree._Element) -> bool:
    """All that a nested description says, into a draft. False where it is of a format that is not read inside of another."""
    if not rank(node):
        return False
    draft.dialect = draft.dialect or platforms.guess(draft.raw, node)
    if local(node) == "dim":
        draft.dialect = "dspace"
        dim.describe(draft, node)
    elif local(node) == "modsCollection":
        for item in [child for child in node if local(child) == "mods"][:1]:
            mods.describe(draft, item)
    elif local(node) == "mods":
        mods.describe(draft, node)
    elif is_marc(node):
        marc.describe(draft, marcxml.fields_of(node if local(node) == "record" else node[0]))
    elif local(node) == "dc":
        flat.walk(node, crosswalk("oai_dc", draft.dialect), draft)
        settle(draft)
    else:
        describe_dublin_core(draft, node)
    return True


def describe_dublin_core(draft: Draft, node: etree._Element) -> None:
    """Elements of Dublin Core, with refinements or without, below an element of any name."""
    tree.walk(node, tree.branches(crosswalk("qdc", draft.dialect)), draft)
    undo_stock_dates(draft)
