"""OAI-ORE in Atom: the files that an item aggregates. Crosswalk: ``crosswalks/ore.toml``; in RDF/XML ``rdf`` reads it."""

from __future__ import annotations

from lxml import etree

from harvester.formats import rdf, tree
from harvester.formats.crosswalk import crosswalk, sound, take
from harvester.formats.draft import Draft, begin
from harvester.formats.mets import NOT_FOR_READERS, described_file, file_address
from harvester.formats.rules import links, terms, words
from harvester.formats.tree import attribute_of, children, said
from harvester.formats.xml import local, metadata
from harvester.record import Json, RawRecord, Record, Step

_OF_MACHINES = ("http://www.openarchives.org/", "http://www.dspace.org/", "info:eu-repo/")
"""Schemes of categories that say what a map is made of; others are subjects."""


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    table = crosswalk("ore", dialect)
    root = metadata(raw.payload, raw.context, table.roots | {"RDF"})
    if local(root) == "RDF":
        return rdf.read(raw, dialect, trace)
    draft = begin(raw, dialect, trace)
    tree.walk(root, tree.branches(table), draft)
    bundles = _bundles(root)
    draft.files[:] = [f for f in draft.files if bundles.get(f.url or "", "") not in NOT_FOR_READERS]
    return draft.finish()


def _bundles(root: etree._Element) -> dict[str, str]:
    """Address of a file -> DSpace's bundle that it is in, which the triples call its description."""
    return {
        attribute_of(node, "about").strip(): (next(children(node, "description"), node).text or "").strip().upper()
        for node in children(root, "triples", "Description")
    }


_OF_THE_MAP = frozenset({"self", "describes", "isdescribedby", "edit", "edit-media", "type", "alternate", ""})
"""Relations whose addresses are forms of the map; of ``alternate`` those that are for machines."""


def link(draft: Draft, node: etree._Element) -> Json:
    """By its relation: a file, the page about the item, a licence; the map's links to itself mean nothing here."""
    relation = attribute_of(node, "rel").strip().rpartition("/")[2].lower()
    address, mime = sound(draft, attribute_of(node, "href").strip()), attribute_of(node, "type").strip()
    machines = mime.endswith(("rdf+xml", "atom+xml", "+json"))
    if not address or (relation in _OF_THE_MAP and (machines or relation not in ("alternate", ""))):
        return "of the map"
    if relation in ("aggregates", "enclosure"):
        if (url := file_address(address)) is None:
            return take(draft, None, "link/@href", address, None)
        file = described_file(url, attribute_of(node, "title"), mime, attribute_of(node, "length"))
        return draft.put(draft.files, file)
    if relation in ("alternate", ""):
        known = links.form(address)
        return (
            links.landing(draft, address)
            if known is None or known[0] == "url"
            else links.classified(draft, address, known)
        )
    if relation == "license":
        return terms.license_(draft, address)
    if relation in ("related", "similarto", "via"):
        return links.relation(draft, address)
    return take(draft, None, "link/@href", address, None) or "kept as sent"


def category(draft: Draft, node: etree._Element) -> Json:
    if attribute_of(node, "scheme").startswith(_OF_MACHINES):
        return "of the map"
    sent = sound(draft, attribute_of(node, "label").strip() or attribute_of(node, "term").strip())
    return words.subject(draft, sent) if sent else said(draft, node) or None
