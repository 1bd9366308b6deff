"""BITS, the sister of JATS for books: what describes a book or a chapter, brought into the form of an article. See ``jats``.

https://jats.nlm.nih.gov/extensions/bits/. A ``<book-part-wrapper>`` is about its innermost only part, such as the chapter in a
part of a book; what it says of the book is said of what contains the chapter.
"""

from __future__ import annotations

from lxml import etree

from harvester.clean import identifiers, text
from harvester.errors import RecordError
from harvester.formats.draft import Draft
from harvester.formats.jats.texts import inner
from harvester.formats.rules import links
from harvester.formats.tree import all_said, attribute_of, children, said
from harvester.formats.xml import LANG, local
from harvester.record import Relation

ROOTS = frozenset({"book", "book-part-wrapper"})
_NAMES = {
    "book-title-group": "title-group",
    "book-title": "article-title",
    "title": "article-title",
    "book-id": "article-id",
    "book-part-id": "article-id",
}
_OF_BOTH = ("isbn", "publisher", "book-volume-number", "edition", "conference")
"""What a chapter has of its book."""
_UNLESS_OWN = ("pub-date", "permissions")


def as_article(draft: Draft, root: etree._Element) -> etree._Element:
    """An ``<article>`` of a book or a chapter. RecordError where it is neither: DocBook has a ``<book>`` too."""
    book = next(children(root, "book-meta"), None)
    part = _innermost(draft, root) if local(root) != "book" else None
    meta = book if part is None else next(children(part, "book-part-meta"), None)
    if meta is None:
        raise RecordError(f"is <{local(root)}>, without what BITS says of a book or a part of one")
    article = etree.Element("article")
    article.append(etree.SubElement(article, "front"))
    spoken = attribute_of(root if part is None else part, "lang") or attribute_of(root, "lang")
    if spoken:
        article.set(LANG, spoken)
    kind = attribute_of(root, "book-type") if part is None else attribute_of(part, "book-part-type")
    draft.type_raw += [kind] if kind else []
    draft.types.append((3, "chapter" if part is not None else "proceedings" if kind == "proceedings" else "book"))
    for back in [*children(root if part is None else part, "back"), *children(root, "book-back")]:
        article.append(back)
    own = _renamed(meta)
    article[0].append(own)
    if part is not None and book is not None:
        _within(draft, book, own)
    for collection in children(root, "collection-meta"):
        _series(draft, collection, chapter=part is not None)
    return article


def _innermost(draft: Draft, root: etree._Element) -> etree._Element | None:
    """The part that is meant; the titles of those around it are kept aside."""
    found: etree._Element | None = None
    parts = list(children(root, "book-part"))
    while len(parts) == 1:
        for around in children(found, "book-part-meta", "title-group", "title") if found is not None else ():
            draft.extra.setdefault("book-part/title", []).extend(all_said(draft, around))
        found = parts[0]
        parts = list(children(found, "body", "book-part"))
    return found


def _renamed(meta: etree._Element) -> etree._Element:
    meta.tag = "article-meta"
    for node in [*meta, *(below for group in meta if local(group).endswith("title-group") for below in group)]:
        node.tag = _NAMES.get(local(node), node.tag)
        for name in ("book-id-type", "book-part-id-type"):
            if kind := attribute_of(node, name):
                node.set("pub-id-type", kind)
    return meta


def _within(draft: Draft, book: etree._Element, own: etree._Element) -> None:
    """The book that a chapter stands in: its title and numbers, who edited and published it, and when."""
    group = next(children(book, "book-title-group"), None)
    title, subtitle = (
        text.title(next(map(inner, children(group, name)), "")) if group is not None else None
        for name in ("book-title", "subtitle")
    )
    if title:
        draft.container["title"] = f"{title}: {subtitle}" if subtitle and subtitle not in title else title
        draft.container["type"] = "book"
    for node in children(book, "book-id"):
        sent = said(draft, node)
        if doi := identifiers.doi(sent):
            draft.identify("doi", doi, "container", sent)
        elif sent and identifiers.isbn(sent) is None:
            draft.extra.setdefault("book-meta/book-id", []).append(sent)
    present = {local(node) for node in own}
    for node in list(book):
        name = local(node)
        if name == "contrib-group" and "contrib-group" in present:
            for contrib in list(children(node, "contrib")):
                if (
                    "editor"
                    not in (attribute_of(contrib, "contrib-type") or attribute_of(node, "content-type")).lower()
                ):
                    node.remove(contrib)
        if name in _OF_BOTH or name == "contrib-group" or (name in _UNLESS_OWN and name not in present):
            own.append(node)


def _series(draft: Draft, collection: etree._Element, *, chapter: bool) -> None:
    """The series; a series within a series is what the book is part of as well."""
    title = text.title(next(map(inner, children(collection, "title-group", "title")), ""))
    numbers = [(attribute_of(n, "publication-format"), said(draft, n)) for n in children(collection, "issn")]
    if title and not chapter and "title" not in draft.container:
        draft.container |= {"title": title, "type": "series"}
    elif title:
        draft.put(draft.relations, Relation("is-part-of", "local", title))
    for form, sent in numbers:
        scheme = "eissn" if form in ("electronic", "online") else "issn"
        if scheme not in draft.container or draft.container.get("title") == title:
            links.issn(draft, sent, scheme)
