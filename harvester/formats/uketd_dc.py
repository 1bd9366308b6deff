"""UKETD_DC, made for theses, sent by DSpace and EPrints for whatever they have. Crosswalk: ``crosswalks/uketd_dc.toml``."""

from __future__ import annotations

from lxml import etree
from msgspec import structs

from harvester.clean import identifiers
from harvester.formats import platforms, tree
from harvester.formats.crosswalk import crosswalk
from harvester.formats.draft import Draft, begin
from harvester.formats.rules import bags, links, theses
from harvester.formats.rules.qualified import join_dates, scheme, schemed_identifier, undo_stock_dates
from harvester.formats.tree import said
from harvester.formats.xml import local, metadata
from harvester.record import Json, RawRecord, Record, Step

_PEOPLE = frozenset({"creator", "advisor", "contributor"})


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    root = metadata(raw.payload, raw.context, crosswalk("uketd_dc").roots)
    dialect = dialect or platforms.guess(raw, root)
    draft = begin(raw, dialect, trace)
    tree.walk(root, tree.branches(crosswalk("uketd_dc", dialect)), draft)
    undo_stock_dates(draft)
    join_dates(draft)
    theses.settle_thesis(draft, demanded=dialect != "dspace")
    if not theses.is_thesis(draft):
        _undo_institution(draft)
    return draft.finish()


def _undo_institution(draft: Draft) -> None:
    """DSpace sends the publisher as the institution that awarded the degree; an article has none, but a publisher."""
    for found in [i for i in draft.institutions if i.role == "awarding"]:
        draft.institutions.remove(found)
        if found.name is None or draft.set("publisher", found.name) is None:
            draft.institutions.append(structs.replace(found, role="host"))


def file_or_identifier(draft: Draft, node: etree._Element) -> Json:
    """The address of a file where it is called a URI, unless it is a DOI or handle; else an identifier of the thesis."""
    sent = said(draft, node)
    if scheme(node) == "uri" and sent.startswith("http") and identifiers.doi(sent) is None:
        url = identifiers.url(sent)
        if url is not None and identifiers.handle(sent) is None:
            return bags.file(draft, url)
    return schemed_identifier(draft, node)


def author_identifier(draft: Draft, node: etree._Element) -> Json:
    """An ORCID iD belongs to the person who stands just before it."""
    before = node.getprevious()
    orcid = identifiers.orcid(said(draft, node))
    if orcid is None or before is None or local(before) not in _PEOPLE or not draft.contributors:
        return None
    draft.contributors[-1] = structs.replace(draft.contributors[-1], orcid=orcid)
    return orcid


def checksum(draft: Draft, node: etree._Element) -> Json:
    """Of the file whose address stands just before it; those of the deposit licence and of extracted text are of no use."""
    before = node.getprevious()
    sent = said(draft, node)
    if before is None or not sent:
        return None
    if local(before) != "identifier":
        return "of a file that is left out" if local(before) in ("license", "hasFormat") else None
    url = identifiers.url(said(draft, before))
    for position, known in enumerate(draft.files):
        if known.url == url and known.checksum is None:
            draft.files[position] = structs.replace(known, checksum=sent, checksum_type=scheme(node).upper() or None)
            return sent
    return None


def text_copy(draft: Draft, sent: str) -> Json:
    """dcterms:hasFormat: DSpace names the text that it took out of a file for searching."""
    if bags.is_file(sent):
        return "text for searching"
    return links.relation(draft, sent, "is-original-form-of")
