"""Rules for titles, volume, pages and related items of MODS: in which journal or book a work stands, and beside what."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree
from msgspec import structs

from harvester.clean import citations, dates, identifiers, relations, roles, text
from harvester.formats import links
from harvester.formats.crosswalk import sound, take
from harvester.formats.draft import Draft
from harvester.formats.mods_dates import squeezed, unpunctuated
from harvester.formats.mods_names import of_parts, roles_of
from harvester.formats.tree import all_said, attribute_of, children, said
from harvester.formats.xml import local, text_of
from harvester.record import Json, Relation

_OF_RELATED = frozenset({"titleInfo", "title", "identifier", "location", "originInfo", "part", "recordInfo"})
_COLLECTIONS = frozenset({"collection", "project", "archivalcollection", "digitalcollection"})


def title_text(draft: Draft, node: etree._Element) -> str:
    """A title of all the parts of a ``titleInfo``; what stands in it without ``<title>`` is one too."""
    title = " ".join(all_said(draft, node, "title") or ([] if len(node) else all_said(draft, node)))
    if first := next(iter(_unstripped(draft, node, "nonSort")), ""):
        title = first + title if first.endswith(("'", "\u2019", "-", " ")) else f"{first} {title}"
    if (rest := said(draft, node, "subTitle")) and rest not in title:
        title = f"{title.rstrip(' :/')}: {rest.lstrip(' :')}" if title else rest
    part = ", ".join(filter(None, (said(draft, node, "partNumber"), said(draft, node, "partName"))))
    return (f"{title.rstrip(' .')}. {part}" if title else part) if part else title


def _unstripped(draft: Draft, node: etree._Element, name: str) -> list[str]:
    """The blank after ``The `` belongs to nonSort, and is missing after ``L'``."""
    return [found.lstrip() for child in children(node, name) if sound(draft, (found := child.text or "").strip())]


# --- volume, issue, pages --------------------------------------------------------------------------------------------

_DETAILS: Final = {
    "volume": "volume", "vol": "volume", "issue": "issue", "number": "issue", "no": "issue", "nr": "issue",
    "article": "article_number", "articlenumber": "article_number", "part": "part", "chapter": "part",
}  # fmt: skip


def part(draft: Draft, node: etree._Element) -> Json:
    """Volume, issue, article number and pages; a citation in words is read when the title is known."""
    found: list[Json] = []
    for detail in children(node, "detail"):
        kind = squeezed(attribute_of(detail, "type"))
        sent = said(draft, detail, "number") or said(draft, detail, "caption") or said(draft, detail, "title")
        sent = sent or ("" if len(detail) else said(draft, detail))
        if kind in ("page", "pages") and sent:
            found.append(links.pages(draft, sent))
        elif kind in _DETAILS and (value := _number(_DETAILS[kind], sent)):
            found.append(draft.set(_DETAILS[kind], value) or value)
        elif sent:
            found.append(take(draft, None, f"part/detail[@type={kind}]", sent, None))
    found += [_extent(draft, extent) for extent in children(node, "extent")]
    found += [links.citation(draft, words) for words in all_said(draft, node, "text")]
    return found


def _number(element: str, sent: str) -> str | None:
    """A volume or an issue without label and zeros; the zeros of an article number (``e000228``) belong to it."""
    return text.plain(sent) if element == "article_number" else citations.number(sent)


def _extent(draft: Draft, node: etree._Element) -> Json:
    """Pages within the container. ``total`` alone is how many there are."""
    first, last = said(draft, node, "start"), said(draft, node, "end")
    listed, total = said(draft, node, "list"), said(draft, node, "total")
    unit = attribute_of(node, "unit").strip().lower()
    if unit and not unit.startswith(("p", "s", "leaves")):
        return [
            take(draft, None, f"part/extent[@unit={unit}]", sent, None) for sent in (first, last, listed, total) if sent
        ]
    if listed and not first:
        return links.pages(draft, listed) or take(draft, None, "part/extent/list", listed, None)
    if first:
        return links.pages(draft, first if not last or first == last or "-" in first else f"{first}-{last}")
    bare = said(draft, node) if not len(node) else ""
    if bare:
        return links.pages(draft, bare)
    return draft.put(draft.extent, f"{total} {unit or 'pages'}") if total else None


# --- related items ---------------------------------------------------------------------------------------------------


def related(draft: Draft, node: etree._Element) -> Json:
    """Journal or book (``host``), series, or a relation to something else; DSpace writes the bare text of its field."""
    kind = squeezed(attribute_of(node, "type"))
    bare = "" if len(node) else said(draft, node)
    if kind == "host" and squeezed(attribute_of(node, "displayLabel")) not in _COLLECTIONS:
        return links.container(draft, bare) if bare else _host(draft, node)
    if kind == "series":
        return links.series(draft, bare) if bare else _series(draft, node)
    named = attribute_of(node, "otherType") or attribute_of(node, "displayLabel")
    relation = (
        _relation(attribute_of(node, "otherType")) or relations.relation("mods", attribute_of(node, "type")) or "other"
    )
    if relation == "other" and squeezed(named) in _COLLECTIONS:
        relation = "is-part-of"
    if bare:
        return (
            links.versioned(draft, bare, relation)
            if relation == "has-version"
            else links.relation(draft, bare, relation)
        )
    return _to_something(draft, node, relation)


def _relation(sent: str) -> str | None:
    """Our name of a relation for that of DataCite, in whatever way it is written: ``IsSupplementTo``, ``is supplement to``."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", sent.strip()).replace(" ", "-").lower()
    return name if name in relations.IDS else relations.relation("datacite", sent)


def _to_something(draft: Draft, node: etree._Element, relation: str) -> Json:
    title = _title(draft, node)
    for child in node:
        if local(child) not in _OF_RELATED and (words := sound(draft, " ".join(text_of(child).split()))):
            take(draft, None, f"relatedItem/{local(child)}", words, None)
    targets = [sent for child in children(node, "identifier") if (sent := said(draft, child))]
    targets += all_said(draft, node, "location", "url")
    targets += [attribute_of(node, "href")] if attribute_of(node, "href") else []
    known = [found for sent in targets if (found := identifiers.classify(sent))]
    if not (known or targets or title):
        words = " ".join(text_of(node).split())
        return links.relation(draft, words, relation) if (words := sound(draft, words)) else None
    scheme, target = known[0] if known else ("local", text.plain(targets[0] if targets else title))
    if scheme == "doi" and relation == "has-version":
        draft.identify("doi", target, "version")
    label = text.plain(title) or None
    date = dates.date(said(draft, node, "originInfo", "dateIssued") or said(draft, node, "part", "date"))
    return draft.put(draft.relations, Relation(relation, scheme, target, label if label != target else None, date))


def _title(draft: Draft, node: etree._Element) -> str:
    """The first title that is not an abbreviation; ``<title>`` without ``titleInfo`` is met too."""
    titles = [t for t in children(node, "titleInfo") if attribute_of(t, "type") != "abbreviated"]
    return next((found for t in titles if (found := title_text(draft, t))), "") or said(draft, node, "title")


def _series(draft: Draft, node: etree._Element) -> Json:
    title = text.plain(_title(draft, node))
    number = said(draft, node, "titleInfo", "partNumber") or said(draft, node, "part", "detail", "number")
    name = text.plain(said(draft, node, "titleInfo", "title")) or title
    issn = next((found for sent in all_said(draft, node, "identifier") for found in identifiers.issns(sent)), None)
    if issn is not None:
        draft.identify("issn", issn, "container")
    if not name:
        return issn
    draft.series = draft.series or name
    scheme, target = ("issn", issn) if issn else ("local", name)
    label = f"{name}, {number}" if number and number not in name else title
    return draft.put(draft.relations, Relation("is-part-of", scheme, target, label if label != target else None))


def _host(draft: Draft, node: etree._Element) -> Json:
    """What the work is part of, with volume, issue, pages, editors and publisher; not with its own subjects."""
    found: list[Json] = []
    title = text.plain(_title(draft, node).rstrip(" /:;,"))
    if title and draft.container.setdefault("title", title) != title:
        links.relation(draft, title, "is-part-of")
    for info in children(node, "titleInfo"):
        if attribute_of(info, "type") == "abbreviated" and (short := text.plain(title_text(draft, info))):
            draft.container.setdefault("short_title", short)
            found.append(short)
    found += [title] if title else []
    for child in node:
        name = local(child)
        if name == "identifier":
            found.append(_identifier_of_host(draft, child))
        elif name == "part":
            found.append(part(draft, child))
        elif name == "originInfo":
            found.append(_origin_of_host(draft, child))
        elif name == "name":
            found.append(_name_of_host(draft, child))
        elif name == "relatedItem":
            found.append(
                related(draft, child) if title or attribute_of(child, "type") != "host" else _host(draft, child)
            )
        elif name == "location":
            for url in filter(None, map(identifiers.url, all_said(draft, child, "url"))):
                found.append(draft.identify("url", url, "container"))
        elif name not in ("titleInfo", "typeOfResource", "genre", "recordInfo", "language"):
            words = " ".join(text_of(child).split())
            found.append(take(draft, None, f"relatedItem/{name}", words, None) if words else None)
    return found if any(each is not None for each in found) else None


def _identifier_of_host(draft: Draft, node: etree._Element) -> Json:
    sent, kind = said(draft, node), squeezed(attribute_of(node, "type"))
    if not sent or attribute_of(node, "invalid").lower() == "yes":
        return None
    if "issn" in kind:
        electronic = "e" in kind.replace("issn", "") or "electronic" in attribute_of(node, "displayLabel").lower()
        return links.issn(draft, sent, "eissn" if electronic else "issn")
    known = identifiers.classify(sent)
    if "isbn" in kind or (known and known[0] == "isbn"):
        return links.isbn(draft, sent)
    if known and known[0] == "issn":
        return links.issn(draft, sent)
    scheme, value = known or ("local", text.plain(sent))
    return draft.identify(scheme, value, "container", sent)


def _origin_of_host(draft: Draft, node: etree._Element) -> Json:
    """Publisher, place and edition; the date waits for the work's own (``mods._settle_issue``)."""
    found: list[Json] = []
    if publisher := unpunctuated(said(draft, node, "publisher")):
        found.append(draft.container.setdefault("publisher", publisher))
    places = [said(draft, t) for t in children(node, "place", "placeTerm") if attribute_of(t, "type") != "code"]
    found += [draft.set("place", place) for place in filter(None, map(unpunctuated, places))]
    if (edition := citations.number(said(draft, node, "edition"))) is not None:
        found.append(draft.set("edition", edition))
    return found or said(draft, node, "dateIssued") or None


def _name_of_host(draft: Draft, node: etree._Element) -> Json:
    """Editors of the book are those that a citation of the chapter names; others did nothing for the chapter."""
    ours = {roles.role(sent) for sent in roles_of(draft, node)}
    if "editor" not in ours:
        words = " ".join(text_of(node).split())
        return take(draft, None, "relatedItem/name", words, None) if words else None
    found = of_parts(draft, node, attribute_of(node, "type").strip().lower())
    editors = [structs.replace(c, role="editor") for c in found]
    draft.contributors += [c for c in editors if c not in draft.contributors]
    return found or None
