"""Rules for titles, volume, pages and related items of MODS: in which journal or book a work stands, and beside what."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree
from msgspec import structs

from harvester.clean import citations, dates, identifiers, relations, roles, text
from harvester.formats.crosswalk import sound, take
from harvester.formats.draft import Draft
from harvester.formats.mods.dates import squeezed, unpunctuated
from harvester.formats.mods.names import of_parts, roles_of
from harvester.formats.rules import links
from harvester.formats.tree import all_said, attribute_of, children, said
from harvester.formats.xml import local
from harvester.record import Funding, Json, Relation

_PROJECTS = frozenset({"project", "programme", "grantagreement", "initiative"})
"""Genres of a host that is no publication: so SwePub says who paid."""
_HINTS = {
    "periodical": "article", "academicjournal": "article", "journal": "article", "magazine": "article", "serial": "article",
    "newspaper": "newspaper-article", "conferencepublication": "conference-paper", "proceedings": "conference-paper",
    "book": "chapter", "collection": "chapter",
}  # fmt: skip
"""What a work is by the genre of its host, where it does not say: bibutils, and so the ACL Anthology, writes only that."""
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


def words_of(node: etree._Element) -> str:
    """All text of an element and of what it holds, with a blank between."""
    return " ".join(" ".join([str(piece) for piece in node.itertext()]).split())


def _unstripped(draft: Draft, node: etree._Element, name: str) -> list[str]:
    """The blank after ``The `` belongs to nonSort, and is missing after ``L'``."""
    said_before = all_said(draft, node, name)
    return [found.lstrip() for child in children(node, name) if (found := child.text or "").strip() in said_before]


# --- volume, issue, pages --------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"[\w./ -]{0,8}\d[\w./ -]{0,8}")
_DETAILS: Final = {
    "volume": "volume", "vol": "volume", "issue": "issue", "number": "issue", "no": "issue", "nr": "issue",
    "article": "article_number", "articlenumber": "article_number", "artno": "article_number",
    "elocationid": "article_number", "part": "part", "chapter": "part",
}  # fmt: skip


def part(draft: Draft, node: etree._Element) -> Json:
    """Volume, issue, article number and pages; a citation in words is read when the title is known."""
    found: list[Json] = []
    titled: list[etree._Element] = []
    for detail in children(node, "detail"):
        if len(detail) and not said(draft, detail, "number"):
            titled.append(detail)  # after the numbers: OJS gives the title of an issue before its number
        else:
            found.append(_detail(draft, detail, said(draft, detail, "number") or said(draft, detail)))
    for detail in titled:
        title = said(draft, detail, "title")
        sent = said(draft, detail, "caption") if not title or _NUMBER.fullmatch(title) else ""
        if title and (sent or not _NUMBER.fullmatch(title)):
            found.append(take(draft, None, "part/detail/title", title, None))
        else:
            found.append(_detail(draft, detail, sent or title))
    found += [_extent(draft, extent) for extent in children(node, "extent")]
    found += [links.citation(draft, words) for words in all_said(draft, node, "text")]
    all_said(draft, node, "date")  # which is that of the issue: see ``_settle_issue``
    return found


def _detail(draft: Draft, node: etree._Element, sent: str) -> Json:
    kind = squeezed(attribute_of(node, "type"))
    if not sent:
        return None
    if kind in ("page", "pages"):
        return links.pages(draft, sent)
    if kind in _DETAILS and (value := _number(_DETAILS[kind], sent)):
        return draft.set(_DETAILS[kind], value) or take(draft, None, f"part/detail[@type={kind}]", sent, None) or value
    return take(draft, None, f"part/detail[@type={kind}]", sent, None)


def _number(element: str, sent: str) -> str | None:
    """A volume or an issue without label and zeros; the zeros of an article number (``e000228``) belong to it."""
    return text.plain(sent) if element == "article_number" else citations.number(sent)


def _extent(draft: Draft, node: etree._Element) -> Json:
    """Pages within the container. ``total`` alone is how many there are."""
    first = said(draft, node, "start")
    unit = attribute_of(node, "unit").strip().lower()
    if unit and not unit.startswith(("p", "s", "leaves")):
        sent = [text for name in ("start", "end", "list", "total") for text in all_said(draft, node, name)]
        return [take(draft, None, f"part/extent[@unit={unit}]", each, None) for each in sent]
    if not first and (listed := said(draft, node, "list")):
        return links.pages(draft, listed) or take(draft, None, "part/extent/list", listed, None)
    if first:
        last, _ = said(draft, node, "end"), all_said(draft, node, "total")
        pages = first if not last or first == last or "-" in first else f"{first}-{last}"
        return links.pages(draft, pages) or take(draft, None, "part/extent", pages, None)
    bare = said(draft, node) if not len(node) else ""
    if bare:
        return links.pages(draft, bare)
    total = said(draft, node, "total")
    return draft.put(draft.extent, f"{total} {unit or 'pages'}") if total else None


# --- related items ---------------------------------------------------------------------------------------------------


def related(draft: Draft, node: etree._Element) -> Json:
    """Journal or book (``host``), series, or a relation to something else; DSpace writes the bare text of its field."""
    kind = squeezed(attribute_of(node, "type"))
    bare = "" if len(node) else said(draft, node)
    other = squeezed(attribute_of(node, "otherType"))
    genres = {squeezed(genre.text or "") for genre in children(node, "genre")}
    if other == "conference":
        return _conference(draft, node)
    if genres & (_PROJECTS | {"dataset"}):
        all_said(draft, node, "genre")
    if other == "project" or genres & _PROJECTS:
        return _project(draft, node)
    if kind == "host" and "dataset" in genres:
        return _to_something(draft, node, "other")
    if kind == "host" and not is_collection(node):
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


def is_collection(node: etree._Element) -> bool:
    """Whether a host is a collection of an archive or a library, by its label or its kind, and no publication."""
    kinds = children(node, "typeOfResource")
    return squeezed(attribute_of(node, "displayLabel")) in _COLLECTIONS or any(
        attribute_of(kind, "collection") == "yes" for kind in kinds
    )


def _relation(sent: str) -> str | None:
    """Our name of a relation for that of DataCite, in whatever way it is written: ``IsSupplementTo``, ``is supplement to``."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", sent.strip()).replace(" ", "-").lower()
    return name if name in relations.IDS else relations.relation("datacite", sent)


def _to_something(draft: Draft, node: etree._Element, relation: str) -> Json:
    title = _title(draft, node)
    targets = [sent for child in children(node, "identifier") if (sent := said(draft, child))]
    targets += all_said(draft, node, "location", "url")
    targets += [attribute_of(node, "href")] if attribute_of(node, "href") else []
    known = [found for sent in targets if (found := identifiers.classify(sent))]
    chosen = next((sent for sent in targets if identifiers.classify(sent)), targets[0] if targets else "")
    others = [sent for sent in targets if sent != chosen]
    for sent in filter(None, others):
        take(draft, None, "relatedItem", sent, None)
    if not (known or targets or title):
        return links.relation(draft, words, relation) if (words := sound(draft, words_of(node))) else None
    scheme, target = known[0] if known else ("local", text.plain(targets[0] if targets else title))
    if scheme == "doi" and relation == "has-version":
        draft.identify("doi", target, "version")
    label = text.plain(title) or None
    sent = said(draft, node, "originInfo", "dateIssued") or said(draft, node, "part", "date")
    if (date := dates.date(sent)) is None and sent:
        take(draft, None, "relatedItem/originInfo/dateIssued", sent, None)
    return draft.put(draft.relations, Relation(relation, scheme, target, label if label != target else None, date))


def _title(draft: Draft, node: etree._Element) -> str:
    """The first title that is not an abbreviation; ``<title>`` without ``titleInfo`` is met too."""
    titles = [t for t in children(node, "titleInfo") if attribute_of(t, "type") != "abbreviated"]
    return next((found for t in titles if (found := title_text(draft, t))), "") or said(draft, node, "title")


def _conference(draft: Draft, node: etree._Element) -> Json:
    """Name, place and days of a conference, as the Biblio of Ghent writes them."""
    found: list[Json] = []
    if name := _title(draft, node):
        found.append(links.event(draft, name))
    found += [
        links.event(draft, place, "place") or take(draft, None, "relatedItem/originInfo/place", place, None)
        for place in all_said(draft, node, "originInfo", "place", "placeTerm")
    ]
    for day in children(node, "originInfo", "dateOther"):
        point = attribute_of(day, "point")
        if sent := said(draft, day):
            known = links.event(draft, sent, point) if point in ("start", "end") else None
            found.append(known or take(draft, None, "relatedItem/originInfo/dateOther", sent, None))
    if sponsor := said(draft, node, "originInfo", "publisher"):
        found.append(links.event(draft, sponsor, "sponsor"))
    return found or None


def _project(draft: Draft, node: etree._Element) -> Json:
    """A project with its number and who funds it."""
    all_said(draft, node, "name", "role", "roleTerm")
    funder = next(
        (c for n in children(node, "name") for c in of_parts(draft, n, attribute_of(n, "type").lower())), None
    )
    number = said(draft, node, "identifier") or None
    title = text.plain(_title(draft, node)) or None
    if not (funder or number or title):
        return None
    return draft.put(draft.funding, Funding(funder.name if funder else None, award_number=number, award_title=title))


def _series(draft: Draft, node: etree._Element) -> Json:
    title = text.plain(_title(draft, node))
    number = said(draft, node, "titleInfo", "partNumber") or said(draft, node, "part", "detail", "number")
    name = text.plain(said(draft, node, "titleInfo", "title")) or title
    issn: str | None = None
    for child in children(node, "identifier"):
        if not (sent := said(draft, child)):
            continue
        if issn is None and (found := identifiers.issns(sent)):
            issn = found[0]
        elif not number and squeezed(attribute_of(child, "type")) in ("issuenumber", "seriesnumber", "volume"):
            number = sent  # DiVA
        else:
            take(draft, None, "relatedItem/identifier", sent, None)
    if issn is not None:
        draft.identify("issn", issn, "container")
    if not name:
        return issn
    draft.series = draft.series or name
    scheme, target = ("issn", issn) if issn else ("local", name)
    plain = title in (name, f"{name}. {number}")
    label = f"{name if plain else title}, {number}" if number and (plain or number not in title) else title
    return draft.put(draft.relations, Relation("is-part-of", scheme, target, label if label != target else None))


def _host(draft: Draft, node: etree._Element) -> Json:
    """What the work is part of, with volume, issue, pages, editors and publisher; not with its own subjects."""
    found: list[Json] = []
    title = text.plain(_title(draft, node).rstrip(" /:;,"))
    if title and draft.container.setdefault("title", title) != title:
        links.relation(draft, title, "is-part-of")
    for info in children(node, "titleInfo"):
        if attribute_of(info, "type") == "abbreviated" and (short := text.plain(title_text(draft, info))):
            if draft.container.setdefault("short_title", short) != short:
                take(draft, None, "relatedItem/titleInfo", short, None)
            found.append(short)
    found += [title] if title else []
    for genre in children(node, "genre"):
        if hint := _HINTS.get(squeezed(genre.text or "")):
            draft.types.append((0, hint))
            said(draft, genre)
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
            for sent in all_said(draft, child, "url"):
                url = identifiers.url(sent)
                kept = draft.identify("url", url, "container") if url else None
                found.append(kept or take(draft, None, "relatedItem/location/url", sent, None))
    return found if any(each is not None for each in found) else None


_OF_HOST: Final = "relatedItem/identifier"


def _identifier_of_host(draft: Draft, node: etree._Element) -> Json:
    sent, kind = said(draft, node), squeezed(attribute_of(node, "type"))
    if not sent or attribute_of(node, "invalid").lower() == "yes":
        return None
    if "issn" in kind:
        electronic = "e" in kind.replace("issn", "") or "electronic" in attribute_of(node, "displayLabel").lower()
        return links.issn(draft, sent, "eissn" if electronic else "issn") or take(draft, None, _OF_HOST, sent, None)
    known = identifiers.classify(sent)
    if "isbn" in kind or (known and known[0] == "isbn"):
        return links.isbn(draft, sent) or take(draft, None, _OF_HOST, sent, None)
    if known and known[0] == "issn":
        return links.issn(draft, sent)
    scheme, value = known or ("local", text.plain(sent))
    return draft.identify(scheme, value, "container", sent)


def _origin_of_host(draft: Draft, node: etree._Element) -> Json:
    """Publisher, place and edition; the date waits for the work's own (``_settle_issue``)."""
    found: list[Json] = []
    if publisher := unpunctuated(said(draft, node, "publisher")):
        found.append(draft.container.setdefault("publisher", publisher))
        if found[-1] != publisher:
            take(draft, None, "relatedItem/originInfo/publisher", publisher, None)
    places = [said(draft, t) for t in children(node, "place", "placeTerm") if attribute_of(t, "type") != "code"]
    places += [said(draft, place) for place in children(node, "place") if not len(place)]
    editions = [citations.number(said(draft, node, "edition"))]
    for element, values in (("place", map(unpunctuated, places)), ("edition", editions)):
        found += [
            draft.set(element, v) or take(draft, None, f"relatedItem/originInfo/{element}", v, None)
            for v in values
            if v
        ]
    return all_said(draft, node, "dateIssued") + found or None


def _name_of_host(draft: Draft, node: etree._Element) -> Json:
    """Editors of the book are those that a citation of the chapter names; others did nothing for the chapter."""
    kind = attribute_of(node, "type").strip().lower()
    named = [
        part
        for part in children(node, "namePart")
        if kind == "conference" or attribute_of(part, "type") == "conference"
    ]
    if named and (sent := said(draft, named[0])):
        return links.event(draft, sent)
    ours = {roles.role(sent) for sent in roles_of(draft, node)}
    if "editor" not in ours:
        words = " ".join([*all_said(draft, node, "namePart"), *all_said(draft, node, "role", "roleTerm")])
        return take(draft, None, "relatedItem/name", words, None) if words else None
    found = of_parts(draft, node, kind)
    editors = [structs.replace(c, role="editor") for c in found]
    draft.contributors += [c for c in editors if c not in draft.contributors]
    return found or None
