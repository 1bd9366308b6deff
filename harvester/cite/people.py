"""The names at the beginning of a reference: where each begins and ends is told by the form of the list.

``Darzi A, Bicknell C``, ``Darzi, A. and Bicknell, C.``, ``Darzi A. W., Bicknell C. D.``, ``Darzi, Ara, and Colin Bicknell``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, structs

from harvester.clean import names
from harvester.clean.name_lists import is_place
from harvester.clean.names import Name

_PARTICLES = r"(?:(?:van|von|de|der|den|la|le|du|del|di|da|dos|el|ten|ter|bin|al)[ -]){0,3}"
_SURNAME = _PARTICLES + r"[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:['’-][^\W\d_]+)*(?:[ -][A-ZÀ-ÖØ-Þ][^\W\d_]+){0,2}"
_STOP = r"(?:(?!U\.\s?[SK]\.)[A-ZÀ-ÖØ-Þ]\.)"
_STOPS = rf"{_STOP}(?:[ -]?{_STOP})"
_INITIALS = rf"(?:{_STOPS}{{0,4}}|[A-ZÀ-ÖØ-Þ](?:[ -]?[A-ZÀ-ÖØ-Þ]){{0,3}}(?![^\W\d_]))(?:,? (?:Jr|Sr|II|III)\b\.?)?"
"""With stops or without them: the ``A`` of ``O'Neill, O. A question of trust`` begins the title."""
_INVERTED = rf"{_SURNAME}, {_INITIALS}"
_VANCOUVER = rf"{_SURNAME} [A-ZÀ-ÖØ-Þ]{{1,3}}(?: (?:Jr|Sr|II|III|2nd|3rd))?"
_SPLIT = re.compile(r"^(.+?) ([A-ZÀ-ÖØ-Þ]{1,3})(?: (Jr|Sr|II|III|2nd|3rd))?$")
_ET_AL = r"(?:,? et al\.?|,? and others)?"
_AND = r"(?:,? and |,? & |,? ?(?:\.{3}|…) ?(?:& )?|, |; )"
_DOTTED = rf"{_SURNAME} {_STOPS}{{0,3}}"
_LIST_DOTTED = re.compile(
    rf"(?P<authors>{_DOTTED}(?:{_AND}{_DOTTED}){{1,60}}{_ET_AL}|{_SURNAME} {_STOPS}{{1,3}}{_ET_AL})(?=[\s(])"
)
"""``Jones S. A., Brown T. B. and White P.``: initials with stops behind the surname."""
_EDITORS = r"(?P<editors>,? ?\(?(?:[Ee]ds?\b|[Ee]ditors?\b)\.?\)?)?"
_LIST_INVERTED = re.compile(
    rf"(?P<authors>{_INVERTED}(?:{_AND}{_INVERTED}){{0,60}}{_ET_AL})(?:\s*{_EDITORS})(?=[\s.,(])"
)
_LIST_VANCOUVER = re.compile(
    rf"(?P<authors>{_VANCOUVER}(?:, {_VANCOUVER}){{0,60}}{_ET_AL})"
    rf"(?:[,;] (?:on behalf of |for )?(?:the )?(?P<group>[A-Z][^.,;:]{{3,100}}))?{_EDITORS}"
    r"[.:]?(?:(?<=[.:])\s+|(?<=et al)\s+|\s+(?=\())"
)
_FULL = r"[A-ZÀ-ÖØ-Þ][\w'’-]*(?:\.? [A-ZÀ-ÖØ-Þ][\w'’-]*){1,3}"
_GIVEN = r"[A-ZÀ-ÖØ-Þ][\w'’-]+(?: [A-ZÀ-ÖØ-Þ](?:\.|[\w'’-]+)?){0,2}"
_LIST_FULL = re.compile(
    rf"(?P<authors>(?P<first>{_SURNAME}, {_GIVEN}|{_FULL})(?P<others>(?:, {_FULL}){{0,20}},? (?:and|&) {_FULL})?{_ET_AL})"
    rf"{_EDITORS}(?:(?<=\.)|\.)\s+(?=[\dA-ZÀ-ÖØ-Þ\"“‘'(])"
)
"""Names in full: ``Jones, Sarah, and Tom Brown``, ``Sarah Jones and Tom Brown``."""
_ORGANISATION = re.compile(r"(?P<authors>[A-Z][^.?!]{2,120}?)\.\s+(?=\S)")
PROSE = re.compile(r"\b(?:is|are|was|were|has|have|will|we|our|you|please|visit|click)\b", re.IGNORECASE)
"""Words of a sentence, which stand in no name."""


class People(Struct, frozen=True):
    """Who is named in front of a title."""

    names: tuple[Name, ...]
    et_al: bool = False
    edited: bool = False


def listed(body: str) -> tuple[People, int] | None:
    """The list of surnames and initials that a reference begins with, and where the rest begins."""
    match = _LIST_DOTTED.match(body) or _LIST_VANCOUVER.match(body) or _LIST_INVERTED.match(body)
    return (_of(match), match.end()) if match else None


def spelt_out(body: str) -> Iterator[tuple[People, int]]:
    """Names in full, or an organisation: what a reference may begin with where it has no list of initials."""
    for form in (_LIST_FULL, _ORGANISATION):
        match = form.match(body)
        if match is None or PROSE.search(match["authors"]) or is_place(match["authors"].rpartition(", ")[2]):
            continue
        found = _of(match) if form is _LIST_FULL else People(_named([match["authors"]]))
        kinds = {name.kind for name in found.names}
        if kinds == {"organisation"} or (form is _LIST_FULL and kinds == {"person"}):
            yield found, match.end()


def loose(sent: str) -> People:
    """Names in any form: what stands before a year in brackets or a title in quotation marks."""
    bare = re.sub(rf"\s*{_EDITORS}[\s.,]*$", "", sent)
    edited = len(bare) < len(sent.rstrip(" .,"))
    for form in (_LIST_DOTTED, _LIST_VANCOUVER, _LIST_INVERTED, _LIST_FULL):
        if (match := form.match(f"{bare.rstrip('.')}. 9")) and match.end("authors") >= len(bare):
            return structs.replace(_of(match), edited=edited)
    return People(_named([bare]), bool(re.search(r"\bet al\b|and others", sent)), edited)


def _of(match: re.Match[str]) -> People:
    groups = match.groupdict()
    sent = re.sub(rf"{_ET_AL}$", "", groups["authors"])
    each: list[str]
    if match.re is _LIST_VANCOUVER:
        group = _named([groups["group"]] if groups["group"] else [])
        return People((*map(_vancouver, sent.split(", ")), *group), sent != groups["authors"], bool(groups["editors"]))
    if match.re is _LIST_FULL:
        each = [groups["first"], *re.split(r",? (?:and|&) |, ", groups["others"] or "")]
    else:
        each = re.findall(_INVERTED if match.re is _LIST_INVERTED else _DOTTED, sent)
    elided = sent != groups["authors"] or "…" in sent or "..." in sent
    return People(_named(each), elided, bool(groups.get("editors")))


def _vancouver(sent: str) -> Name:
    """``Galante JR``: the capitals are initials, and written so that nobody takes them for Junior."""
    family, initials, suffix = _SPLIT.findall(sent)[0]
    if initials in ("JR", "SR", "II", "III"):
        initials = " ".join([f"{letter}." for letter in initials])
    return names.person(family, initials, suffix or None)


def _named(each: list[str]) -> tuple[Name, ...]:
    """Each by itself: ``names`` would have to find out again where one ends."""
    return tuple([name for one in each for name in names.names(one.strip()) if name.name])
