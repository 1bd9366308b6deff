"""A MARC record and its fields, whatever they were written in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft

_BLANK = frozenset("#|\\^ ")
"""Ways to write an indicator that says nothing: OJS sends ``#``, MARC editors a backslash."""
_NON_SORTING = dict.fromkeys((0x88, 0x89, 0x98, 0x9C))
"""Around an article: in the control characters of bibliographic use (ISO 6630), and as MARC has them in Unicode."""
LINKAGE = frozenset("268")
"""Subfields that say nothing by themselves: the source of a term, links to other fields."""
_ANGLES = re.compile(r"<<([^<>]{1,60})>>")
"""The same of Aleph and of Austria: ``<<Das>> angehaltene Leben``."""
_ISBD = re.compile(r"(?:\s*[/:;,=+])+$")
_ABBREVIATED = re.compile(
    r"(?:\b[^\W\d_]|\.\S+|\b(?:Jr|Sr|Dr|Mrs?|St|etc|Inc|Ltd|Co|Corp|Bros|Dept|Univ|Govt|Off|Print|Pub|Assoc|Soc|Inst|Verl"
    r"|eds?|al|cent|approx|ca|no|vol|pt|rev|aufl|cm|mm|p|pp|ill|min|sec|col|Mass|Calif|Conn|Ill|Mich|Minn|Wash|Pa|Va|Md|N\.Y)"
    r"|, (?:Ala|Ariz|Ark|Colo|Del|Fla|Ga|Ind|Kan|Ky|La|Me|Mo|Mont|Neb|Nev|Okla|Or|Tenn|Tex|Vt|Wis|Wyo|Ont|Que|Alta|Sask|Man))\.$",
    re.IGNORECASE,
)


class Datafield(Struct, frozen=True):
    tag: str
    ind1: str = " "
    ind2: str = " "
    subfields: tuple[tuple[str, str], ...] = ()
    """(code, value), in the order of the field: it carries meaning."""

    def all(self, codes: str) -> list[str]:
        """The values of these subfields, in the order of the field."""
        return [value for code, value in self.subfields if code in codes]

    def first(self, codes: str) -> str:
        return next(iter(self.all(codes)), "")


class MarcRecord(Struct, frozen=True):
    leader: str = ""
    control: tuple[tuple[str, str], ...] = ()
    """(tag, value) of the fields without subfields, 001 to 009."""
    fields: tuple[Datafield, ...] = ()

    def controlfield(self, tag: str) -> str:
        return next((value for name, value in self.control if name == tag), "")

    def all(self, tag: str) -> Iterator[Datafield]:
        return (field for field in self.fields if field.tag == tag)


def datafield(tag: str, ind1: str, ind2: str, subfields: list[tuple[str, str]]) -> Datafield:
    """A field with its indicators and codes put right, without the marks around what is not sorted; subfields without a value
    say nothing and are left out."""
    ind1, ind2 = (" " if not ind or ind in _BLANK else ind[:1] for ind in (ind1, ind2))
    found = [(code.strip().lstrip("$")[:2], _sorted(value).strip()) for code, value in subfields]
    return Datafield(tag.strip(), ind1, ind2, tuple([(code, value) for code, value in found if value]))


def _sorted(value: str) -> str:
    value = value.translate(_NON_SORTING)
    return _ANGLES.sub(r"\1", value) if "<<" in value else value


def bare(text: str) -> str:
    """A value without the punctuation of ISBD that leads over to the next subfield, and its square brackets.

    >>> bare("New Press,"), bare("[London] :"), bare("Radar operators."), bare("Thackray, Richard I."), bare("c1975.")
    ('New Press', 'London', 'Radar operators', 'Thackray, Richard I.', 'c1975')
    """
    found = _ISBD.sub("", text.strip())
    if found.startswith("[") or found.endswith("]"):
        found = found.replace("[", "").replace("]", "").strip()
        found = _ISBD.sub("", found)
    if found.endswith(".") and not found.endswith("..") and not _ABBREVIATED.search(found[-40:]):
        found = found[:-1].rstrip()
    return found


def leave(draft: Draft, field: Datafield, codes: str, *values: str) -> None:
    """Subfields that a rule has no place for, into ``extra``; with ``values`` only those."""
    for code, value in field.subfields:
        if code and code in codes and (not values or value in values) and (said := sound(draft, value)):
            draft.extra.setdefault(f"{draft.path}${code}", []).append(said)


def leave_but(draft: Draft, field: Datafield, read: str) -> None:
    """All subfields but these, and those that only link one field to another, into ``extra``."""
    if unread := [code for code, _ in field.subfields if code not in read and code not in LINKAGE]:
        leave(draft, field, "".join(unread))


def joined(draft: Draft, field: Datafield, codes: str, separator: str = " ") -> str:
    """These subfields as one text, without placeholders and e-mail addresses."""
    return separator.join([text for value in field.all(codes) if (text := sound(draft, value))])
