"""Rules for ``originInfo`` of MODS: dates with their points, encodings and qualifiers, publisher and place."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lxml import etree

from harvester import schemas
from harvester.clean import citations, dates, text, vocabulary
from harvester.formats.crosswalk import take
from harvester.formats.draft import Draft
from harvester.formats.rules import terms
from harvester.formats.tree import all_said, attribute_of, children, said
from harvester.formats.xml import local
from harvester.record import Date, Json

_KINDS: Final = {
    "dateIssued": "issued",
    "dateCreated": "created",
    "dateModified": "updated",
    "dateValid": "valid",
    "copyrightDate": "copyrighted",
}
_OTHER_KINDS: Final = {
    "": "",
    "issue": "issued",
    "issuedate": "issued",
    "publication": "issued",
    "publicationdate": "issued",
    "datepublished": "issued",
    "acceptance": "accepted",
    "defence": "accepted",
    "defense": "accepted",
    "promotion": "accepted",
    "submission": "submitted",
    "datereceived": "received",
    "availability": "available",
    "availablefrom": "available",
    "onlinepublication": "online",
    "publishedonline": "online",
    "epub": "online",
    "printed": "print",
    "deposit": "deposited",
    "datedeposited": "deposited",
    "creation": "created",
    "datecreated": "created",
    "copyright": "copyrighted",
    "copyrightdate": "copyrighted",
    "lastmodified": "updated",
    "datemodified": "updated",
}
"""``dateOther@type`` is free: these are read and the names of ``vocabularies/date_types.toml``; others are no date of a work."""
_EMBARGO: Final = frozenset({"embargo", "embargoend", "embargodate", "embargoed", "dateembargo", "embargoeduntil"})
_PUBLISHING: Final = frozenset({"", "publication", "issuance", "publisher", "published"})
_EVENTS: Final = dict.fromkeys(_PUBLISHING, "issued") | {
    "production": "created",
    "creation": "created",
    "copyright": "copyrighted",
    "copyrightnotice": "copyrighted",
}
"""What ``dateIssued`` means in an originInfo of an ``eventType``: the date of a manufacture or a digitisation is none."""
_ENCODINGS: Final = {"w3cdtf": 1, "edtf": 1, "iso8601": 1, "iso8061": 1, "temper": 1, "marc": 2}
"""By how much they are believed; EPrints spells one of them in its own way."""
_QUALIFIERS: Final = {"approximate": "~", "questionable": "?"}
_PLAIN_DATE = re.compile(r"[\dX]{4}(?:-\d\d){0,2}")


def squeezed(sent: str) -> str:
    """A type as it is compared: ``use and reproduction`` is ``useAndReproduction``."""
    return re.sub(r"[\W_]+", "", sent).lower()


def origin(draft: Draft, node: etree._Element) -> Json:
    """Dates by kind, publisher and place. Of several forms of a date the best is taken: keyDate, then encoded."""
    event = squeezed(attribute_of(node, "eventType")) or _unsaid_event(node)
    by_kind: dict[str, list[etree._Element]] = {}
    for child in node:
        name = local(child)
        kind = _KINDS.get(name)
        if name == "dateOther":
            kind = _other_kind(attribute_of(child, "type"))
        if name == "dateIssued":
            kind = _EVENTS.get(event)
        if kind is None and name in ("dateIssued", "dateOther") and (sent := said(draft, child)):
            if not (squeezed(attribute_of(child, "type")) in _EMBARGO and terms.embargo(draft, sent)):
                take(draft, None, f"originInfo/{name}", sent, None)
        elif kind is not None:
            by_kind.setdefault(kind, []).append(child)
    found: list[Json] = [date for kind, nodes in by_kind.items() for date in _dates(draft, nodes, kind)]
    if event in _PUBLISHING:
        found += _publisher_and_place(draft, node)
        if (edition := citations.number(said(draft, node, "edition"))) is not None:
            found.append(draft.set("edition", edition))
    else:
        for sent in (
            *all_said(draft, node, "publisher"),
            *all_said(draft, node, "place", "placeTerm"),
            *all_said(draft, node, "edition"),
        ):
            take(draft, None, f"originInfo[@eventType={event}]", sent, None)
    if said(draft, node, "issuance") in ("continuing", "serial", "integrating resource"):
        draft.types.append((0, "journal"))
    return found


def _unsaid_event(node: etree._Element) -> str:
    """Goobi gives the digitisation an originInfo of its own, which in older versions is told by its date alone."""
    names = {local(child) for child in node}
    return (
        "digitization" if "dateCaptured" in names and not names & {"dateIssued", "dateCreated", "copyrightDate"} else ""
    )


@lru_cache(maxsize=1000)
def _other_kind(sent: str) -> str | None:
    name = squeezed(sent)
    if name in _EMBARGO:
        return None
    if name in _OTHER_KINDS:
        return _OTHER_KINDS[name]
    own = {squeezed(kind): kind for kind in (*schemas.table("vocabularies/date_types"), "unknown")}
    named = (vocabulary.date_type(scheme, sent) for scheme in ("dcterms", "dspace"))
    return own.get(name) or next(filter(None, named), None)


def _publisher_and_place(draft: Draft, node: etree._Element) -> list[Json]:
    """Without the commas and colons of catalogue cards; of a place the words, since the code is that of a country."""
    found: list[Json] = []
    agents = [said(draft, agent, "namePart") for agent in children(node, "agent")]
    for sent in (*all_said(draft, node, "publisher"), *filter(None, agents)):
        name = unpunctuated(sent)
        if name and draft.set("publisher", name) is None:
            draft.extra.setdefault("originInfo/publisher", []).append(name)
        found.append(name)
    for term in children(node, "place", "placeTerm"):
        name = unpunctuated(said(draft, term))
        if not name or attribute_of(term, "type") == "code":
            continue
        if draft.set("place", name) is None:
            draft.extra.setdefault("originInfo/place", []).append(name)
        found.append(name)
    bare = [said(draft, place) for place in children(node, "place") if not len(place)]
    found += [draft.set("place", name) for name in map(unpunctuated, bare) if name]
    return found


def unpunctuated(sent: str) -> str:
    """A name without the punctuation of catalogue cards (``Leiden :``); '' for a placeholder."""
    found = text.plain(sent).strip(" ,:;/")
    if found.count("[") != found.count("]"):
        found = found.strip("[]")  # those of the line that was cut into publisher, place and date
    return found if found and not text.placeholder(found) else ""


def _dates(draft: Draft, nodes: list[etree._Element], kind: str) -> list[Json]:
    """The best form of a date, and those that differ from it. A key date makes others of its kind dates of unknown meaning."""
    if not kind:
        return [terms.date(draft, sent, "") for node in nodes if (sent := said(draft, node))]
    nodes = sorted([n for n in nodes if said(draft, n)], key=lambda n: _trust(draft, n))
    if not nodes:
        return []
    key = attribute_of(nodes[0], "keyDate") == "yes"
    found: list[Json] = []
    for node in nodes:
        point = attribute_of(node, "point")
        partner = next((n for n in nodes if n is not node and point and _is_other_end(node, n)), None)
        if point == "end" and partner is not None:
            continue
        found += _dated(draft, node, partner, kind if not (found and (key or _is_vague(draft, node))) else "unknown")
    return found


def _trust(draft: Draft, node: etree._Element) -> tuple[bool, bool, int]:
    encoding = _ENCODINGS.get(attribute_of(node, "encoding").lower(), 3)
    return attribute_of(node, "keyDate") != "yes", _is_vague(draft, node), encoding


def _is_vague(draft: Draft, node: etree._Element) -> bool:
    """Whether its year has unknown figures: ``19uu``, however it is encoded."""
    return "X" in (dates.date(said(draft, node)) or "")


def _is_other_end(node: etree._Element, other: etree._Element) -> bool:
    ends = {attribute_of(node, "point"), attribute_of(other, "point")}
    return ends == {"start", "end"} and attribute_of(node, "encoding") == attribute_of(other, "encoding")


def _dated(draft: Draft, node: etree._Element, partner: etree._Element | None, kind: str) -> list[Json]:
    """One date, or the two ends of one; nothing where a better form of the same date is there already."""
    sent = said(draft, node)
    point = attribute_of(node, "point")
    if point in ("start", "end"):
        return _span(draft, node, partner, kind)
    value = dates.date(sent)
    if kind == "online" and dates.is_timestamp(sent):
        kind = "available"  # DiVA: when the file came into the repository
    same = ("issued", "created", "copyrighted") if kind == "unknown" else (kind,)
    known = [d.value for d in draft.dates if d.value and d.type in same]
    if value is not None and any(k.rstrip("~?%") == value.rstrip("~?%") or k.startswith(f"{value}-") for k in known):
        return []
    if value is None and known:
        return [take(draft, None, f"originInfo/{local(node)}", sent, None)]
    if value is not None and (marked := _qualified(value, node)) != value:
        return [draft.put(draft.dates, Date(kind, marked, sent))]
    return [terms.date(draft, sent, kind)]


def _qualified(value: str, node: etree._Element) -> str:
    """The date with EDTF's sign for what the qualifier says of it."""
    mark = _QUALIFIERS.get(attribute_of(node, "qualifier").lower(), "")
    return value + mark if mark and _PLAIN_DATE.fullmatch(value) else value


def _span(draft: Draft, node: etree._Element, partner: etree._Element | None, kind: str) -> list[Json]:
    """``point="start"`` and ``"end"`` as an interval of EDTF; a start alone is open, as of a serial that goes on."""
    sent = said(draft, node)
    other = said(draft, partner) if partner is not None else ""
    first, last = dates.date(sent), dates.date(other) if other else ".."
    if attribute_of(node, "point") == "end":
        first, last = "..", first
    last = last or (".." if other.startswith("9999") else None)
    raw = f"{sent}/{other}" if other else sent
    if first is None or last is None or "/" in first + last:
        if other and last is None:
            take(draft, None, f"originInfo/{local(node)}", other, None)
        return [terms.date(draft, sent, kind)]
    first, last = _qualified(first, node), _qualified(last, node if partner is None else partner)
    value = first if first == last else f"{first}/{last}"
    if any(d.type == kind and d.value == value for d in draft.dates):
        return []
    return [draft.put(draft.dates, Date(kind, value, raw if raw != value else None))]
