"""EAD: an archival collection as a whole. Crosswalk: ``crosswalks/ead.toml``; below ``archdesc`` order and depth are free.

ArchivesSpace indents within names and titles, and EAD3 sets a ``<part>`` around each piece: all text is taken, on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from msgspec import structs

from harvester.clean import dates, identifiers, names, rights, roles, text
from harvester.formats import tree
from harvester.formats.crosswalk import crosswalk, sound, take
from harvester.formats.draft import Draft
from harvester.formats.rules import links, people, terms, words
from harvester.formats.tree import attribute_of, children
from harvester.formats.xml import local
from harvester.record import Contributor, Date, Institution, Json, Relation, Subject, Title

read = tree.reader("ead")

_AGENTS = {"persname": "person", "corpname": "organisation", "famname": "unknown", "name": ""}
_SCHEMES = {"lcsh": "lcsh", "mesh": "mesh", "lcc": "lcc", "ddc": "ddc"}


def finding_aid(draft: Draft, node: etree._Element) -> Json:
    """The identifier of the finding aid, and its address where it has one."""
    if (address := identifiers.url(attribute_of(node, "url"))) is not None:
        draft.landing = draft.landing or address
        draft.identify("url", address)
    sent = _line(draft, node)
    return draft.identify("local", sent, raw=sent) if sent else address


def level(draft: Draft, sent: str) -> Json:
    """``collection``, ``fonds``, ``series``; what EAD has no word for stands in another attribute."""
    return sent if sent == "otherlevel" else terms.type_(draft, sent)


def number(draft: Draft, node: etree._Element) -> Json:
    sent = _line(draft, node)
    return draft.identify("local", sent, raw=sent) if sent else None


def languages_of(draft: Draft, node: etree._Element) -> Json:
    """By their codes where they are given, else in words."""
    named = [e for e in node.iter() if local(e) == "language"]
    known = [words.language(draft, attribute_of(e, "langcode") or _line(draft, e)) for e in named]
    return [found for found in known if found] or words.language(draft, _line(draft, node))


def origination(draft: Draft, node: etree._Element) -> Json:
    label = attribute_of(node, "label") or "creator"
    if not len(node):
        found = [_named(draft, node, "", _line(draft, node), label)]
    else:
        found = [_agent(draft, child, label) for child in node]
    return [each for each in found if each] or None


def extent_of(draft: Draft, node: etree._Element) -> Json:
    extents = [_line(draft, e) for e in children(node, "extent")]
    for other in [child for child in node if extents and local(child) not in ("extent", "head", "")]:
        if sent := _line(draft, other):  # physfacet, dimensions
            take(draft, None, f"archdesc/did/physdesc/{local(other)}", sent, None)
    return [draft.put(draft.extent, extent) for extent in extents or [_line(draft, node)] if extent] or None


def holder(draft: Draft, node: etree._Element) -> Json:
    """The archive that has the collection, without its address."""
    named = next((child for child in node if local(child) in _AGENTS), node)
    part = next((_line(draft, child) for child in node.iter("{*}subarea")), None)
    name = _line(draft, named, without=("subarea", "address"))
    return draft.put(draft.institutions, Institution(name=name, department=part)) if name else None


def paragraphs(draft: Draft, node: etree._Element, kind: str) -> Json:
    sent = _paragraphs(draft, node)
    return words.description(draft, sent, kind) if sent else None


def group(draft: Draft, node: etree._Element) -> Json:
    """``descgrp``, the box around notes and conditions in EAD 2002: each by its own row."""
    tree.walk(node, tree.branches(crosswalk("ead", draft.dialect)).below["archdesc"], draft)
    return "each by its own row"


def conditions(draft: Draft, node: etree._Element) -> Json:
    """Who may see it, and what may be done with it: in words, or as a licence, whose address a link in the words may have."""
    sent = _paragraphs(draft, node)
    addresses = [
        address for child in node.iter("{*}extref", "{*}ref") if (address := attribute_of(child, "href").strip())
    ]
    if licence := next((address for address in addresses if rights.licence(address) is not None), None):
        found = terms.license_(draft, licence)
        return found if not sent or sent == licence else draft.put(draft.rights, text.plain(sent))
    return terms.license_(draft, sent) if sent else None


def access_points(draft: Draft, node: etree._Element) -> Json:
    """Headings, which may be grouped: places are what the collection covers, all others are subjects."""
    found = [_access_point(draft, child) for child in node]
    return [each for each in found if each] or None


def unit_title(draft: Draft, node: etree._Element) -> Json:
    """Without the number and the dates that stand inside of it; a second title is another title."""
    inside = [local(child) for child in node if local(child) in ("num", "unitdate")]
    sent = _line(draft, node, without=("num", "unitdate"))
    for child in children(node, "unitdate"):
        if unit_date(draft, child) is None and (left := _line(draft, child)):
            take(draft, None, "archdesc/did/unittitle/unitdate", left, None)
    for child in children(node, "num"):
        number(draft, child)
    if inside:
        sent = _AROUND_DATES.sub(" ", sent).strip()
    if not sent:
        return None
    if any(not t.type for t in draft.titles):
        draft.titles.append(Title(sent, "alternative", draft.tag))
        return sent
    return words.title(draft, sent.rstrip(" ,") if inside else sent)


def digital(draft: Draft, node: etree._Element) -> Json:
    """``dao`` of the whole: where it can be seen as scans, or had, if it was born digital; small pictures of it are neither."""
    found: list[Json] = []
    label = " ".join([_line(draft, child) for child in node.iter("{*}daodesc", "{*}descriptivenote")])
    for held in [each for each in node.iter("{*}dao", "{*}daoloc") if attribute_of(each, "href")]:
        address = identifiers.url(attribute_of(held, "href"))
        marks = attribute_of(held, "role") + attribute_of(held, "linkrole") + attribute_of(held, "label")
        if attribute_of(held, "show") == "embed" or "thumb" in marks.casefold():
            found.append("a small picture")
        elif address is None:
            found.append(take(draft, None, f"{draft.path}/@href", attribute_of(held, "href"), None))
        elif attribute_of(held, "daotype") == "borndigital":
            found.append(links.identifier(draft, address))
        else:
            said = label or text.plain(attribute_of(held, "title") or attribute_of(node, "title"))
            found.append(draft.put(draft.relations, Relation("is-variant-form-of", "url", address, said or None)))
    if label and not any(isinstance(each, Relation) for each in found):
        found.append(words.description(draft, label, "note"))
    return [each for each in found if each] or None


_AROUND_DATES = re.compile(r"\s*[(\[]\s*(?:(?:bulk|inclusive)(?: dates?)?)?\W{0,3}[)\]]", re.IGNORECASE)
"""What is left of ``(bulk 1900-1910)``."""


def unit_date(draft: Draft, node: etree._Element) -> Json:
    """When the papers were made, as the normalised form says it; the bulk of them, and when others collected them, is no date."""
    sent = _line(draft, node)
    if not sent and not len(node):
        return None
    if attribute_of(node, "type") == "bulk" or attribute_of(node, "unitdatetype") == "bulk":
        return None
    several = [*node.iter("{*}daterange", "{*}datesingle")]
    if len(several) > 1:
        return [unit_date(draft, one) for one in several]
    normal = attribute_of(node, "normal") or "/".join(
        [attribute_of(e, "standarddate") for e in node.iter("{*}fromdate", "{*}todate", "{*}datesingle")]
    )
    value = dates.date(normal) if normal else None
    if value is None:
        return terms.date(draft, sent, "created") if sent else None
    if "approximate" in attribute_of(node, "certainty") and "/" not in value:
        value += "~"
    plain = local(node) == "unitdate"
    return draft.put(draft.dates, Date("created", value, sent if plain and sent != value else None))


def _access_point(draft: Draft, node: etree._Element) -> Json:
    name = local(node)
    if name == "controlaccess" or (name in ("p", "list", "item") and len(node)):
        return access_points(draft, node)
    parts = [_line(draft, part) for part in children(node, "part")] if name not in _AGENTS else []
    said = "--".join([part for part in parts if part]) or _line(draft, node)
    sent = "" if name in ("head", "p", "") else text.plain(said)
    if not sent:
        return None
    if name == "geogname":
        return draft.put(draft.coverage, sent)
    if name == "language":
        return words.language(draft, sent) or take(draft, None, "archdesc/controlaccess/language", sent, None) or sent
    source = attribute_of(node, "source").strip().lower()
    subject = Subject(sent, _SCHEMES.get(source, source), identifiers.url(attribute_of(node, "identifier")))
    draft.subjects[subject] = None
    return subject


def _agent(draft: Draft, node: etree._Element, label: str) -> Json:
    """Who made the collection, or what the role at the name or the label of the group says."""
    kind = _AGENTS.get(local(node))
    sent = _line(draft, node)
    if kind is None or not sent:
        return take(draft, None, "archdesc/did/origination", sent, None) if sent else None
    return _named(draft, node, kind, sent, label)


def _named(draft: Draft, node: etree._Element, kind: str, sent: str, label: str) -> Json:
    if not sent:
        return None
    said_role = attribute_of(node, "relator") or attribute_of(node, "role") or label
    role = roles.role(said_role.rpartition(" (")[2].strip(" ()")) or roles.role(said_role) or "other"
    sent = text.plain(sent)
    if kind == "person":
        found = people.contributors(sent, role)
        if len(found) == 1 and found[0].kind != "person":
            found = (structs.replace(found[0], kind="person"),)
    elif kind:
        found = (Contributor(name=names.organisation(sent).name, role=role, kind=kind),)
    else:
        found = people.contributors(sent, role)
    draft.contributors += found
    return found


def _line(draft: Draft, node: etree._Element, without: tuple[str, ...] = ()) -> str:
    """The text of an element on one line, without some that it holds; brackets close to what they enclose."""
    whole = " ".join("".join(_pieces(node, without)).split())
    return sound(draft, whole.replace("( ", "(").replace(" )", ")").replace(" ,", ",").strip())


_WITHIN_WORDS = frozenset({
    "abbr", "corpname", "date", "emph", "expan", "extref", "famname", "foreign", "function", "genreform", "geogname", "name",
    "occupation", "persname", "quote", "ref", "subject", "title",
})  # fmt: skip
"""Elements that stand in a sentence; between others there is a blank, whether one was written or not."""


def _pieces(node: etree._Element, without: tuple[str, ...]) -> Iterator[str]:
    yield node.text or ""
    for child in node:
        name = local(child)
        between = "" if name in _WITHIN_WORDS and local(node) != "chronitem" else " "
        yield between
        if name and name not in without:
            yield from _pieces(child, ())
        yield between
        yield child.tail or ""


def _paragraphs(draft: Draft, node: etree._Element) -> str:
    """Paragraph by paragraph; what is a sentence with names in it is one paragraph."""
    loose = any(text and not text.isspace() for text in (node.text, *[child.tail for child in node]))
    if loose or not len(node):
        return _line(draft, node, without=("head",))
    parts = [_line(draft, child) for child in node if local(child) not in ("head", "")]
    return "\n\n".join([part for part in parts if part])
