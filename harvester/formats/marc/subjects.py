"""Rules for the fields of MARC that say what a work is about: classes (05X to 09X), headings and keywords (6XX)."""

from __future__ import annotations

import re

from harvester.clean import text
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.marc.fields import Datafield, bare, leave
from harvester.formats.rules import words
from harvester.record import Json, Subject

_THESAURI = {"0": "lcsh", "1": "lcsh", "2": "mesh", "3": "nal", "5": "cash", "6": "rvm"}
_LOCATED = {"fast": "http://id.worldcat.org/fast/{}", "gnd": "https://d-nb.info/gnd/{}"}
_NUMBERED = re.compile(r"\((?:OCoLC|DE-588)\)(?:fst0*)?([\dX-]{4,12})")


def subject_heading(draft: Draft, item: Datafield) -> Json:
    """6XX: the heading with its subdivisions after ``--``; the thesaurus by the second indicator or ``$2``."""
    scheme = _THESAURI.get(item.ind2, item.first("2").lower() if item.ind2 in ("7", "4", " ") else "")
    name, divided = [], []
    for code, value in item.subfields:
        if code in ("v", "x", "y", "z"):
            divided.append(bare(value))
        elif code.islower() and code not in ("e", "i"):
            name.append(value)
    head = text.plain(bare(" ".join(name)))
    term = "--".join([p for p in (head, *divided) if p])
    if not sound(draft, term):
        return None
    if scheme == "opendefinition.org":
        return term  # the licence of Zenodo, which 540 gives with its version
    return _headed(draft, item, term, scheme)


def _headed(draft: Draft, item: Datafield, term: str, scheme: str) -> Subject:
    """The heading with the address of its authority; other numbers, and what is said of its use here, stay as sent."""
    address, used = _uri(item, scheme)
    leave(draft, item, "ei")
    if others := [value for value in item.all("01") if value != used]:
        leave(draft, item, "01", *others)
    found = Subject(term, scheme, address)
    draft.subjects[found] = None
    return found


def _uri(item: Datafield, scheme: str) -> tuple[str | None, str]:
    """The authority's address, as its number makes it or as sent, and what it was made of."""
    sent = item.all("01")
    number = next((m for v in sent if scheme in _LOCATED and (m := _NUMBERED.fullmatch(v))), None)
    if number is not None:
        return _LOCATED[scheme].format(number[1]), number[0]
    address = next((v for v in sent if v.startswith(("http://", "https://"))), None)
    return address, address or ""


def keywords(draft: Draft, item: Datafield) -> Json:
    """653: each ``$a`` a word of the author; in brackets before it the book trade of Germany says what kind of word."""
    found = [_keyword(draft, said) for sent in item.all("a") if (said := sound(draft, bare(sent)))]
    return [f for f in found if f] or None


_OF_THE_TRADE = re.compile(
    r"\((?P<kind>Produktform|Produktform \(spezifisch\)|Zielgruppe|BISAC Subject Heading|VLB-[A-Z]{2})\)\s*(?P<said>.+)"
)


def _keyword(draft: Draft, sent: str) -> Json:
    match = _OF_THE_TRADE.fullmatch(sent)
    if match is None:
        return words.subject(draft, sent)
    kind, said = match["kind"], text.plain(match["said"])
    if kind.startswith("Produktform"):
        return draft.put(draft.media_types, said)
    if kind == "Zielgruppe":
        return draft.put(draft.audience, said)
    found = Subject(said, "bisacsh" if kind.startswith("BISAC") else kind.lower())
    draft.subjects[found] = None
    return found


def heading_in_chain(draft: Draft, item: Datafield) -> Json:
    """689: one heading of a chain, as German libraries index; what kind of heading it is stands in ``$D``."""
    said = text.plain(sound(draft, bare(" ".join([v for c, v in item.subfields if c in "abcdgnptxz"]))))
    if not said:
        return None
    scheme = "gnd" if any("(DE-588)" in v for v in item.all("0")) else ""
    return _headed(draft, item, said, scheme)


_LCC = re.compile(r"[A-HJ-NP-VZ][A-Z]{0,2} ?\d")
"""Shelf marks (``MLCS 2009/4``) and the numbers that Alma keeps in 090 have not the form of a class."""


def class_number(draft: Draft, item: Datafield, scheme: str = "") -> Json:
    """05X-08X: the numbers of the classification without the shelf mark after them."""
    found = [
        Subject(said, scheme)
        for sent in item.all("a")
        if (said := sound(draft, text.plain(sent.replace("/", "")))) and (scheme != "lcc" or _LCC.match(said))
    ]
    draft.subjects |= dict.fromkeys(found)
    return found or None
