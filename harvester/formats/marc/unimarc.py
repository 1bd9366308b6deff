"""UNIMARC, the MARC of France, Italy and others, in the tags of MARC 21, by ``[unimarc]`` of ``crosswalks/marcxml.toml``.

It comes under the names, roots and namespaces of MARC 21, and its tags mean other things there: its 700 is the main author,
its 210 the imprint, its 010 the ISBN. A record with a title in 200 and none in 245 is one.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from harvester import schemas
from harvester.clean import roles
from harvester.formats.marc.fields import Datafield, MarcRecord

_PERSONS = frozenset({"600", "700", "701", "702"})
_BODIES = frozenset({"710", "711", "712"})
_KINDS = {"l": "m", "m": "o"}
"""Leader, position 6: electronic resources and multimedia have other letters in MARC 21."""


class Row(Struct, frozen=True):
    tag: str
    ind1: str
    ind2: str
    codes: dict[str, str]
    """Subfield -> that of MARC 21."""


def is_unimarc(marc: MarcRecord) -> bool:
    return any(f.first("a") for f in marc.all("200")) and not any(marc.all("245"))


def as_marc21(marc: MarcRecord) -> tuple[MarcRecord, list[tuple[str, str]]]:
    """The record in tags of MARC 21, and (path, value) of what has no place there."""
    rows, ignored = _rows()
    fields: list[Datafield] = []
    left = [(tag, value) for tag, value in marc.control if tag == "003"]  # an address in BnF, of no catalogue
    for field in marc.fields:
        if field.tag in ignored:
            continue
        field = _unlinked(field)
        row = rows.get(f"{field.tag}[@ind2={field.ind2}]") or rows.get(field.tag)
        if row is None:
            left += [(f"{field.tag}${code}", value) for code, value in field.subfields]
            continue
        named = _named(field)
        left += [(f"{field.tag}${code}", value) for code, value in named.subfields if code not in row.codes]
        subfields = [(row.codes[code], value) for code, value in named.subfields if code in row.codes]
        if subfields:
            meeting = field.tag in _BODIES and field.ind1 == "1"
            tag = row.tag[:2] + "1" if meeting else row.tag
            fields.append(Datafield(tag, row.ind1.strip() or named.ind1, row.ind2, tuple(subfields)))
    leader = marc.leader[:6] + _KINDS.get(marc.leader[6:7], marc.leader[6:7]) + marc.leader[7:]
    control = [(tag, value) for tag, value in marc.control if tag in ("001", "005")]
    control += [("008", fixed) for field in marc.all("100") if (fixed := _fixed(field.first("a")))]
    return MarcRecord(leader, tuple(control), tuple(fields)), left


_DATES = {"a": "c", "b": "d", "c": "u", "d": "s", "e": "r", "f": "q", "g": "m", "h": "t", "i": "p", "j": "e"}
"""Position 8 of UNIMARC's 100, what kind of dates follow -> position 6 of 008."""


def _fixed(sent: str) -> str:
    """The dates of publication of 100 $a as 008 has them, whose other positions are blank."""
    kind = _DATES.get(sent[8:9])
    return f"{sent[2:8]}{kind}{sent[9:17]}".ljust(40) if kind else ""


_EMBEDDED = {
    "001": "0", "200a": "t", "200f": "a", "200h": "h", "200i": "i", "200v": "v", "011a": "x", "010a": "y", "210d": "d",
    "500a": "t",
}  # fmt: skip
"""What a field within a field says, in the subfields of those who write a link plainly."""


def _unlinked(field: Datafield) -> Datafield:
    """A link whose ``$1`` opens a field of the other record (``$1 2001 $a Title``), as Italy and Portugal write it, in plain
    subfields. What has no place among these keeps the tag before its code."""
    if field.tag[:1] != "4" or not field.first("1"):
        return field
    found: list[tuple[str, str]] = []
    within = ""
    for code, value in field.subfields:
        if code == "1":
            within = value[:3]
            if within < "010" and value[3:]:
                found.append((_EMBEDDED.get(within, within), value[3:]))
        elif within:
            found.append((_EMBEDDED.get(within + code) or (code if code == "v" else within + code), value))
        else:
            found.append((code, value))
    return Datafield(field.tag, field.ind1, field.ind2, tuple(found))


def _named(field: Datafield) -> Datafield:
    """The field with the name of a person in one piece, and what it did in a code of MARC 21."""
    subfields = [(code, _relator(value) if code == "4" else value) for code, value in field.subfields]
    ind1 = field.ind1
    if field.tag in _PERSONS:
        ind1 = "1" if field.ind2 != "0" else "0"
        given = field.first("b").strip(" ,")
        joined = f"{field.first('a').rstrip(' ,')}{', ' if ind1 == '1' else ' '}{given}"
        subfields = [(c, joined if c == "a" and given else v) for c, v in subfields if c != "b" or not given]
    return Datafield(field.tag, ind1, field.ind2, tuple(subfields))


def _relator(sent: str) -> str:
    """``070`` is ``aut``; a code that is none of ours stays."""
    role = roles.named("unimarc", sent.strip().zfill(3))
    return (roles.name_in("marc", role) if role is not None and role != "other" else None) or sent


@cache
def _rows() -> tuple[dict[str, Row], frozenset[str]]:
    said: dict[str, str] = schemas.table("crosswalks/marcxml")["unimarc"]
    rows: dict[str, Row] = {}
    for path, row in said.items():
        target, bar, codes = row.partition(" | ")
        if bar:
            pairs = dict([pair.split(">") for pair in codes.split()])
            rows[path] = Row(target[:3], target[4:5].replace("_", " "), target[5:6].replace("_", " ") or " ", pairs)
    return rows, frozenset(said) - frozenset(rows)
