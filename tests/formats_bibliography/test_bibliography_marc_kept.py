"""MARC: what a field says is mapped, kept under ``extra``, or left out by a row that gives the reason."""

from __future__ import annotations

import msgspec
import pytest

from formats_bibliography.marc_records import read
from harvester import schemas
from harvester.formats.marc.fields import LINKAGE

_TABLE = schemas.table("crosswalks/marcxml")
_TAGS = sorted({row[:3] for row in _TABLE["fields"] if row[:3].isdigit() and row[:3] not in ("245", "880")})
_CODES = "abcdefghijklmnopqrstuvwxyz0134579"
_READ_AS_SOMETHING_ELSE = {"242$y": "the language of the title", "336$a": "a type, or none of ours"}


@pytest.mark.parametrize("codes", [_CODES, _CODES.replace("t", ""), "a", "at", "tgq"])
def test_no_subfield_is_lost(codes: str) -> None:
    for tag in _TAGS:
        for indicators in ("__", "_1", "_7", "12"):
            sent = "".join([f"${code} Tok{code}{code} word" for code in codes])
            said = msgspec.json.encode(read("245 00$a A", f"{tag} {indicators}{sent}")).decode().casefold()
            lost = [f"{tag}${code}" for code in codes if f"tok{code}{code}" not in said and code not in LINKAGE]
            assert not [path for path in lost if path not in _TABLE["ignored"] and path not in _READ_AS_SOMETHING_ELSE]


def test_archives_say_in_the_title_when_the_papers_were_made() -> None:
    found = read("245 00$a Amina Bell papers,$f 1939-1973$g (bulk 1950-1960)", "245 00$k Letters")
    assert found.title == "Amina Bell papers"
    assert [(d.type, d.value) for d in found.dates] == [("created", "1939/1973")]
    assert found.extra["245$g"] == ["(bulk 1950-1960)"]


@pytest.mark.parametrize(
    ("statement", "role"),
    [
        ("edited by Alex Martelli and David Ascher.", "editor"),
        ("Alex Martelli, editor.", "editor"),
        ("Alex Martelli, David Ascher (eds.)", "editor"),
        ("herausgegeben von Alex Martelli", "editor"),
        ("Jan Bell ; translated by Alex Martelli", "translator"),
        ("edited and translated by Alex Martelli", "other"),
        ("edited by David Ascher and with a preface by Alex Martelli", "other"),
        ("edited by David Ascher and translated by Alex Martelli", "other"),
        ("red. Alex Martelli", "editor"),
        ("Jan Bell ; Martellini", "other"),
    ],
)
def test_a_statement_of_responsibility_says_who_edited_and_who_translated(statement: str, role: str) -> None:
    found = read(f"245 00$a Python cookbook /$c {statement}", "700 1_$a Martelli, Alex.")
    assert [c.role for c in found.contributors] == [role]
