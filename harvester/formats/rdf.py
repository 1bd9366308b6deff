"""Dublin Core in RDF/XML. Crosswalk: ``crosswalks/rdf.toml``.

Of the nodes of a graph one is the work: the one with a title of which most is said; a resource map of OAI-ORE comes so too.
Values are literals, addresses, or nodes of their own, whose name is then the value:
``<dcterms:creator><foaf:Person><foaf:name>...``.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from harvester.clean import identifiers
from harvester.formats import platforms
from harvester.formats.crosswalk import Crosswalk, crosswalk, take
from harvester.formats.draft import Draft, begin
from harvester.formats.mets import described_file, file_address
from harvester.formats.rules import terms
from harvester.formats.rules.qualified import join_dates, undo_stock_dates
from harvester.formats.tree import attribute_of
from harvester.formats.xml import LANG, local, metadata, text_of
from harvester.record import Json, RawRecord, Record, Step

_NAMES = ("name", "prefLabel", "label", "title", "value", "literalForm")
_FAMILY = frozenset({"familyName", "family_name", "surname", "lastName"})
_GIVEN = frozenset({"givenName", "given_name", "givenname", "firstName"})
_LISTS = frozenset({"Seq", "Bag", "Alt"})
_ANYTHING = frozenset({"Description", "Publication", "Item", "Resource", "Document", "BibliographicResource"})
"""Classes that say nothing of what it is; DSpace makes every item an ow:Publication."""
_DEEPEST = 8
_ZOTERO = "http://www.zotero.org/namespaces/export#"
_ORE = "http://www.openarchives.org/ore/terms/"


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    root = metadata(raw.payload, raw.context, crosswalk("rdf").roots)
    dialect = dialect or platforms.guess(raw, root)
    draft = begin(raw, dialect, trace)
    maps = {node for node in root if _is_map(node)}
    nodes = {about: node for node in root if (about := attribute_of(node, "about") or attribute_of(node, "nodeID"))}
    table = crosswalk("rdf", dialect)
    main = _main([node for node in root if node not in maps], table)
    used = set(maps)  # the elements themselves: lxml gives the id of one to another
    if main is not None:
        used.add(main)
        about = attribute_of(main, "about")
        nodes.pop(about, None)
        _read_node(draft, table, main, about)
        for element in main:
            _read_property(draft, table, element, nodes, used)
    for node in root:
        if node not in used:
            _leave(draft, local(node), node)
    if _ZOTERO in root.nsmap.values():
        _undo_access(draft)
    undo_stock_dates(draft)
    join_dates(draft)
    return draft.finish()


def _undo_access(draft: Draft) -> None:
    """Zotero sends the day on which somebody read a page as dcterms:dateSubmitted.

    https://github.com/zotero/translators/blob/master/Zotero%20RDF.js
    """
    for found in [d for d in draft.dates if d.type == "submitted"]:
        draft.dates.remove(found)
        draft.extra.setdefault("dateSubmitted", []).append(found.raw or found.value or "")


def _is_map(node: etree._Element) -> bool:
    """Whether a node is the resource map of OAI-ORE, which says who made the description, and when."""
    return bool(node.tag == f"{{{_ORE}}}ResourceMap") or node.find(f"{{{_ORE}}}describes") is not None


def _main(root: list[etree._Element], table: Crosswalk) -> etree._Element | None:
    """The node of which most is said: EPrints describes persons, journals, files and the page of the item beside it.
    In OAI-ORE it is the one that aggregates the others."""
    titled = [node for node in root if any(local(e) == "title" for e in node)] or root
    pointed = {attribute_of(e, "resource") for node in root for e in node}

    def said(node: etree._Element) -> tuple[bool, int, bool]:
        known = len({local(e) for e in node} & set(table.fields))
        return node.find(f"{{{_ORE}}}aggregates") is not None, known, attribute_of(node, "about") not in pointed

    return max(titled, key=said, default=None)


def reviewed(draft: Draft, sent: str) -> Json:
    """A field of its own says yes or no."""
    found = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(sent.lower())
    return terms.peer_reviewed(draft, sent) if found is None else draft.set("peer_reviewed", found)


def _read_node(draft: Draft, table: Crosswalk, main: etree._Element, about: str) -> None:
    """What the node is about, and its class: ``<bibo:Article rdf:about="https://...">``."""
    if main.find(f"{{{_ORE}}}aggregates") is not None:
        take(draft, None, "@about", about, None)  # of the aggregation, which is no page
    elif identifiers.classify(about) is not None:
        take(draft, table.fields["identifier"], "@about", about, None)
    if local(main) not in _ANYTHING:
        take(draft, table.fields["type"], local(main), local(main), None)


def _read_property(
    draft: Draft,
    table: Crosswalk,
    element: etree._Element,
    nodes: dict[str, etree._Element],
    used: set[etree._Element],
) -> None:
    name = local(element)
    row = table.fields.get(name)
    language = element.get(LANG)
    if element.tag == f"{{{_ORE}}}aggregates":
        _aggregated(draft, attribute_of(element, "resource").strip(), nodes, used)
        return
    if row is not None and row.element == "container" and _read_hosts(draft, table, element, nodes, used):
        return
    for sent, about in _values(element, nodes, used, 0):
        if name == "type" and sent.startswith(_ORE):
            continue
        if name == "type" and "#" in sent:
            sent = sent.rpartition("#")[2]
        people = row is not None and row.element == "contributors"
        nameless = people and (sent == about or sent.startswith(("#", "http://", "https://")))
        value = take(draft, None if nameless else row, name, sent, language if isinstance(language, str) else None)
        if people and about:
            draft.credit(value, about)


def _aggregated(draft: Draft, address: str, nodes: dict[str, etree._Element], used: set[etree._Element]) -> None:
    """A file of OAI-ORE, with what its own node says of it."""
    node = nodes.get(address)
    if (url := file_address(address)) is None:
        if address:
            take(draft, None, "aggregates", address, None)
        return
    said = {local(e): " ".join(text_of(e).split()) for e in node if not len(e)} if node is not None else {}
    if node is not None:
        used.add(node)
    draft.put(draft.files, described_file(url, said.get("title", ""), said.get("format", ""), said.get("extent", "")))


def _read_hosts(
    draft: Draft,
    table: Crosswalk,
    element: etree._Element,
    nodes: dict[str, etree._Element],
    used: set[etree._Element],
) -> bool:
    """The journal, or the issue and its journal, that a property points to or holds, with all that their nodes say."""
    pointed = attribute_of(element, "resource") or attribute_of(element, "nodeID")
    hosts = [nodes[pointed]] if pointed in nodes else [e for e in element if len(e)]
    for node in hosts:
        if node in used:
            continue
        used.add(node)
        about = attribute_of(node, "about")
        if about and "/" not in about and identifiers.issns(about):  # urn:issn:
            take(draft, table.fields["isPartOf/@about"], "isPartOf/@about", about, None)
        for part in node:
            inside = local(part) == "isPartOf" and _read_hosts(draft, table, part, nodes, used)
            if not inside and (sent := " ".join(text_of(part).split())):
                take(draft, table.fields.get(f"isPartOf/{local(part)}"), f"isPartOf/{local(part)}", sent, None)
    return bool(hosts)


def _values(
    element: etree._Element, nodes: dict[str, etree._Element], used: set[etree._Element], depth: int
) -> Iterator[tuple[str, str]]:
    """(value, address) of a property: its text, the address that it points to, or the names of the nodes that it holds."""
    pointed = attribute_of(element, "resource") or attribute_of(element, "nodeID")
    if pointed and pointed in nodes and depth < _DEEPEST:
        used.add(nodes[pointed])
        yield _name(nodes[pointed]) or pointed, pointed
    elif pointed:
        yield pointed, pointed
    elif not len(element):
        if sent := (element.text or "").strip():
            yield sent, ""
    else:
        for child in element:
            about = attribute_of(child, "about")
            if depth < _DEEPEST and local(child) in _LISTS | {"li"}:
                for item in child if local(child) in _LISTS else [child]:
                    yield from _values(item, nodes, used, depth + 1)
            elif sent := _name(child) or " ".join(text_of(child).split()) or about:
                yield sent, about


def _name(node: etree._Element) -> str:
    """The name of a node: family and given name, ``foaf:name``, ``rdf:value`` ..., as an element or an attribute."""
    family, given = (next(iter(_texts(node, names)), "") for names in (_FAMILY, _GIVEN))
    if family:
        return f"{family}, {given}" if given else family
    for wanted in _NAMES:
        for element in node:
            if local(element) == wanted and (sent := " ".join(text_of(element).split())):
                return sent
        if sent := attribute_of(node, wanted).strip():
            return sent
    return ""


def _texts(node: etree._Element, names: frozenset[str]) -> list[str]:
    return [sent for e in node if local(e) in names and (sent := " ".join(text_of(e).split()))]


def _leave(draft: Draft, path: str, node: etree._Element) -> None:
    """A node that nobody points to: its texts are kept, each by its path."""
    for element in node.iter("*"):
        if not len(element) and (sent := (element.text or "").strip()):
            take(draft, None, f"{path}/{local(element)}", sent, None)
