"""The lines of RIS: ``TY  - JOUR``, and all that is written instead of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from harvester import schemas
from harvester.clean import identifiers
from harvester.errors import RecordError
from harvester.formats.encodings import Readable
from harvester.formats.slicing import LARGEST, Slice, lines

_STRICT = re.compile(r"([A-Z][A-Z0-9]|[A-Z]{3,5})  -(?: (.*)|\s*)", re.DOTALL)
"""Tags have two signs; PsycINFO has a ``PMID`` among them."""
_LENIENT = re.compile(r"\s{0,4}([A-Za-z][A-Za-z0-9])\s{0,3}-(?:\s(.*)|\s*)", re.DOTALL)
"""Blanks too many or too few, small letters: only with a tag that there is."""
_BEHIND = "NL"
"""What Ovid writes behind the end of a record."""
_BEFORE = "a record that began without TY"
_UNENDED = "a record that ended without ER"
_CUT = "the file ends in the midst of it: it has no ER"


@cache
def _tags() -> frozenset[str]:
    table = schemas.table("crosswalks/ris")
    rows = [table, *table["dialect"].values()]
    found = {tag.partition(".")[0] for t in rows for part in ("fields", "ignored") for tag in t.get(part, ())}
    numbered = {f"{letter}{n}" for letter in "ACLMU" for n in range(1, 9)}
    return frozenset({tag for name in found for tag in name.split("-")} | numbered | {"Y1"})


def tag_of(line: str) -> tuple[str, str] | None:
    """Tag and value of a line; None for one that goes on with the value before it.

    >>> tag_of("AU  - Darzi, A"), tag_of("au - Darzi, A"), tag_of("ER  -"), tag_of("A - B test"), tag_of("and so on")
    (('AU', 'Darzi, A'), ('AU', 'Darzi, A'), ('ER', ''), None, None)
    """
    if match := _STRICT.fullmatch(line):
        return match[1], (match[2] or "").strip()
    if (match := _LENIENT.fullmatch(line)) and match[1].upper() in _tags():
        return match[1].upper(), (match[2] or "").strip()
    return None


def fields_of(text: str) -> list[tuple[str, str]]:
    """(tag, value) in order; a value may go on over lines, an empty line in it stays."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if (pair := tag_of(line)) is not None:
            found.append((pair[0], [pair[1]]))
        elif found:
            found[-1][1].append(line.strip())
    return [(tag, "\n".join(parts).strip()) for tag, parts in found]


def slices(file: Readable) -> Iterator[Slice]:
    """The records of a file. What a service writes before, between and after them is none."""
    kept: list[str] = []
    first, size = 0, 0
    ended = False
    repairs: dict[str, None] = {}
    done: tuple[list[str], int, dict[str, None]] | None = None
    for line in lines(file):
        pair = tag_of(line.text.rstrip("\r\n"))
        tag = pair[0] if pair else ""
        if done is not None and tag:
            if tag == _BEHIND:
                done[0].append(line.text)
                continue
            yield _slice(*done)
            done = None
        if tag == "TY" and kept:
            yield _slice(kept, first, [*repairs, _UNENDED])
            kept, repairs = [], {}
        if not kept:
            if not tag or tag == "ER":
                continue
            first, size = line.number, 0
            if tag != "TY":
                repairs[_BEFORE] = None
        kept.append(line.text)
        repairs |= dict.fromkeys(line.repairs)
        size += len(line.text)
        if size > LARGEST:
            raise RecordError(f"has a record of more than {LARGEST >> 20} MB from line {first} on")
        if tag == "ER":
            ended = True
            done = kept, first, repairs
            kept, repairs = [], {}
    if done is not None:
        yield _slice(*done)
    if kept:
        cut = ended and not kept[-1].endswith(("\n", "\r"))
        yield _slice(kept, first, [*repairs, _UNENDED], _CUT if cut else "")


def _slice(kept: list[str], first: int, repairs: Iterable[str], fault: str = "") -> Slice:
    text = "".join(kept)
    identifier, unique = _identifier(fields_of(text))
    return Slice(
        payload=text.encode(errors="replace"),
        line=first,
        identifier="" if fault else identifier,  # it may be half of one
        unique=unique,
        fault=fault,
        repairs=tuple(repairs),
    )


def _identifier(fields: list[tuple[str, str]]) -> tuple[str, bool]:
    """The DOI, else the number in the database or the key in the file, which is nobody else's within it."""
    said = dict(reversed(fields))
    if doi := identifiers.doi(said.get("DO", "") or said.get("DI", "")):
        return doi, True
    return next((said[tag] for tag in ("ID", "AN") if said.get(tag)), ""), False
