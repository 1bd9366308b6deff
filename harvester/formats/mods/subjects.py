"""Rules for subjects and classes of MODS: headings put together from their parts, keywords, places and times."""

from __future__ import annotations

import re

from lxml import etree

from harvester.clean import identifiers, text
from harvester.formats.draft import Draft
from harvester.formats.mods.parts import title_text
from harvester.formats.rules import terms, words
from harvester.formats.tree import all_said, attribute_of, said
from harvester.formats.xml import local
from harvester.record import Json, Subject

_SCHEMES = {"lcshac": "lcsh", "nlm": "mesh", "keyword": "", "keywords": ""}
"""Names of authorities that are not ours; others stand as they are: ``lcsh``, ``fast``, ``gnd``."""
_SCHEME = re.compile(r"[a-z][a-z0-9-]{1,30}")
_LCC = re.compile(r"[A-HJ-NP-VZ][A-Z]{0,2} ?\d{1,4}(?!\w).{0,60}")
_KINDS_OF_HEADING = frozenset({"research subject", "forskningsämne"})
"""What DiVA says of its headings in the place of a part of them."""
_ADMINISTRATIVE = re.compile(r"status|type|credit|vigintile|quartile")
"""Authorities of classes that say nothing of the subject: ``biblio-review-status``, ``vabb-type``."""


def heading(draft: Draft, node: etree._Element) -> Json:
    """One subject heading; places and times that stand alone are what the work covers.

    Parts of different kinds, or under an authority, are one heading (``Leadership--Great Britain``); several topics
    with no authority are keywords that share an element.
    """
    authority = next((found for each in (node, *node) if (found := attribute_of(each, "authority"))), "")
    address = attribute_of(node, "valueURI") or (attribute_of(node[0], "valueURI") if len(node) == 1 else "")
    parts = [(local(c), part) for c in node if local(c) != "geographicCode" and (part := _heading_part(draft, c))]
    if not len(node):
        parts = [("topic", sent)] if (sent := said(draft, node)) else []
    parts = _spans(node, parts)
    kinds = {kind for kind, _ in parts}
    if not parts:
        return None
    if kinds <= {"geographic", "hierarchicalGeographic", "cartographics", "temporal"}:
        return [_covers(draft, kind, part) for kind, part in parts]
    scheme = _scheme(authority)
    pieces = [p for kind, p in parts if kind != "cartographics" and p.lower() not in _KINDS_OF_HEADING]
    headings = ["--".join(pieces)] if scheme or len(kinds) > 1 else pieces
    uri = identifiers.url(address) if address else None
    if not (scheme or uri) and kinds == {"topic"}:
        return [words.subject(draft, each) for each in headings] or None
    subjects = [Subject(term, scheme, uri) for each in headings if (term := text.plain(each))]
    draft.subjects |= dict.fromkeys(subjects)
    return subjects or None


def _spans(node: etree._Element, parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The two ends of a period as one: ``temporal point="start"`` and ``"end"``."""
    points = [attribute_of(child, "point") for child in node if local(child) == "temporal"]
    times = [part for kind, part in parts if kind == "temporal"]
    if points != ["start", "end"] or len(times) != 2:
        return parts
    return [(kind, part) for kind, part in parts if kind != "temporal"] + [("temporal", "/".join(times))]


def _covers(draft: Draft, kind: str, sent: str) -> Json:
    found = text.plain(sent)
    if kind == "temporal" and draft.set("period", found) is not None:
        return found
    return draft.put(draft.coverage, found)


def _heading_part(draft: Draft, node: etree._Element) -> str:
    """The text of a part of a heading: names and titles in one piece, places from the wider to the narrower."""
    if local(node) == "titleInfo":
        return title_text(draft, node)
    between = {"name": ", ", "hierarchicalGeographic": "--", "cartographics": "; "}.get(local(node))
    if between is None:
        return said(draft, node)
    sent = [part.strip(" ,;") for child in node if local(child) != "role" for part in all_said(draft, child)]
    if attribute_of(node, "type") == "corporate":
        between, sent = ". ", [part.removesuffix(".") for part in sent]
    return between.join([part for part in sent if part])


def _scheme(authority: str) -> str:
    """The name of an authority as MODS writes it (``lcsh``, ``fast``); '' for none."""
    name = authority.strip().lower()
    return _SCHEMES.get(name, name if _SCHEME.fullmatch(name) else "")


def class_number(draft: Draft, node: etree._Element) -> Json:
    """A class; what claims to be of the Library of Congress and has no number is a heading of the house (EPrints sends such)."""
    authority = attribute_of(node, "authority").lower()
    sent, scheme = said(draft, node), _scheme(authority)
    if not sent:
        return None
    if "publication-status" in authority or authority == "pso":
        return terms.status(draft, sent) or sent
    if _ADMINISTRATIVE.search(authority):
        return None
    if scheme == "lcc" and not _LCC.fullmatch(sent):
        scheme = "local"
    found = Subject(
        text.plain(sent.replace("/", "") if scheme == "ddc" else sent), scheme
    )  # 813/.54: where it may be cut
    draft.subjects[found] = None
    return found
