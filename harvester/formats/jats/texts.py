"""Running text of JATS as a string with its tags, so that the cleaners of abstracts and titles see what Crossref would send."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache

from lxml import etree

from harvester import schemas
from harvester.formats.xml import local

_NOT_TEXT = frozenset(
    {"xref", "fn", "fn-group", "object-id", "inline-supplementary-material", "graphic", "media", "label"}
)
"""Marks that lead to something else on the page; ``xref`` to a reference is the number in brackets after a sentence."""
_MATHML = "http://www.w3.org/1998/Math/MathML"
"""Elements of other vocabularies, as ZooKeys' names of taxa, are only words."""
_DECLARED = re.compile(r'\sxmlns(?::[\w.-]+)?="[^"]*"')


def inner(node: etree._Element) -> str:
    """What stands within an element, as it was marked up, without its marks of footnotes; '' where that is nothing.

    >>> inner(etree.fromstring('<t xmlns:x="y">Of <italic>one</italic><xref rid="f">*</xref> &amp; two</t>'))
    'Of <italic>one</italic> &amp; two'
    >>> inner(etree.fromstring("<t>Research & more</t>".replace("&", "&amp;")))
    'Research & more'
    """
    if not len(node):
        return (node.text or "").strip()
    tags = {child.tag for child in node.iterdescendants("*")}
    own = etree.QName(node).namespace
    foreign = [tag for tag in tags if tag[0] == "{" and etree.QName(tag).namespace not in (own, _MATHML)]
    if foreign or not _NOT_TEXT.isdisjoint(tag.rpartition("}")[2] for tag in tags):
        node = deepcopy(node)
        for part in node.iterdescendants(*foreign) if foreign else ():
            if not part.tail and (behind := part.getnext()) is not None and behind.tag == part.tag:
                part.tail = " "  # ZooKeys: nothing between genus and species
        etree.strip_tags(node, *foreign)
        _without_marks(node)
        if not len(node):
            return (node.text or "").strip()
    whole = etree.tostring(node, encoding="unicode", with_tail=False)
    return " ".join(_DECLARED.sub("", whole[whole.index(">") + 1 : whole.rindex("<")]).split())


def words_of(node: etree._Element, but: str = "") -> str:
    """The words within an element of which each part is a thing of its own: a name, a year, a source. Not those of ``but``.

    >>> words_of(etree.fromstring("<p><surname>Roe</surname><source>Leading</source>. <year>2019</year>.</p>"))
    'Roe Leading. 2019.'
    """
    if but and next(node.iter(f"{{*}}{but}"), None) is not None:
        node = deepcopy(node)
        etree.strip_elements(node, f"{{*}}{but}", with_tail=False)
    return re.sub(r"\s+(?=[.,;:])", "", " ".join(" ".join(map(str, node.itertext())).split()))


def _without_marks(node: etree._Element) -> None:
    for child in [c for c in node.iterdescendants() if local(c) in _NOT_TEXT]:
        parent = child.getparent()
        if parent is None or child is node:
            continue
        before, tail = child.getprevious(), child.tail or ""
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
        parent.remove(child)


@cache
def vocabulary(name: str) -> dict[str, str]:
    """One of the flat tables of ``crosswalks/jats.toml``: ``types``, ``roles``, ``dates`` ..."""
    rows: dict[str, str] = schemas.table("crosswalks/jats")[name]
    return rows
