"""The model from the shell: formats, elements, vocabularies. Read by people in tables, by programs as JSON lines."""

from __future__ import annotations

import json

import pytest
from conftest import Harvester

from harvester import clean, formats, schemas
from harvester.clean import catalogue as vocabularies
from harvester.cli.trying import KINDS
from harvester.formats import catalogue


def test_every_format_is_listed_with_what_it_is(harvester: Harvester) -> None:
    listed = {line["name"]: line for line in harvester("formats", "--json").lines}
    assert {name for name, line in listed.items() if line["read"]} == set(formats.readable())
    assert {line["export"] for line in listed.values() if line["export"]} == {name for name, _ in formats.written()}
    assert [name for name, line in listed.items() if not line["what"]] == []
    table = harvester("formats").out.splitlines()
    assert table[0].split() == ["format", "read", "written", "as", "rows", "what", "it", "is"]
    assert len(table) == len(listed) + 2


@pytest.mark.parametrize("name", ["mods", "oai_mods", "http://www.loc.gov/mods/v3"])
def test_one_format_by_any_of_its_names(harvester: Harvester, name: str) -> None:
    shown = harvester("formats", name)
    assert shown.code == 0
    assert "schemas/crosswalks/mods.toml" in shown.out
    assert "titleInfo" in shown.out


@pytest.mark.parametrize("name", [f.name for f in catalogue.all_formats()])
def test_every_format_can_be_shown(harvester: Harvester, name: str) -> None:
    assert harvester("formats", name).code == 0
    rows = harvester("formats", name, "--json").lines
    assert rows
    assert all({"path", "element"} <= row.keys() or row["name"] == name for row in rows)


def test_a_row_of_a_crosswalk_says_what_it_reads() -> None:
    (row,) = [r for r in catalogue.rows("datacite") if r.path == "identifier"]
    assert (row.element, row.rule) == ("identifiers", "main-identifier")
    assert row.reads == "identifier, identifierType"
    assert [r.dialect for r in catalogue.rows("oai_dc") if r.path == "relation" and r.dialect == "eprints"] == [
        "eprints"
    ]
    left_out = [r for r in catalogue.rows("mods") if not r.element]
    assert left_out
    assert all(r.rule for r in left_out), "left out with a reason"


def test_elements_and_what_fills_them(harvester: Harvester) -> None:
    assert [line["element"] for line in harvester("elements", "--json").lines] == list(schemas.table("elements"))
    shown = harvester("elements", "contributors").out
    assert "http://purl.org/dc/terms/creator" in shown
    assert "creator" in shown.partition("fields that fill it")[2]
    (line,) = harvester("elements", "issued", "--json").lines
    assert line["element"] == "issued"


def test_every_vocabulary_is_listed_and_shown(harvester: Harvester) -> None:
    listed = [line["vocabulary"] for line in harvester("vocabulary", "--json").lines]
    assert listed == list(vocabularies.VOCABULARIES)
    for name in listed:
        assert harvester("vocabulary", name).code == 0
        assert len(harvester("vocabulary", name, "--json").lines) == len(vocabularies.terms(name))


@pytest.mark.parametrize(
    ("name", "asked", "term"),
    [
        ("types", "http://purl.org/coar/resource_type/c_6501", "article"),
        ("types", "Zeitschriftenartikel", "article"),
        ("roles", "Hrsg.", "editor"),
        ("relations", "IsPartOf", "is-part-of"),
        ("languages", "Inglés", "en"),
        ("licenses", "GNU General Public License v3.0 only", "GPL-3.0-only"),
        ("licenses", "LPPL-1.3c", "LPPL-1.3c"),
        ("coar", "c_6501", "c_6501"),
        ("access", "openAccess", "open"),
        ("findings", "no-title", "no-title"),
    ],
)
def test_a_term_by_anything_that_is_read_as_it(harvester: Harvester, name: str, asked: str, term: str) -> None:
    (line,) = harvester("vocabulary", name, asked, "--json").lines
    assert line["term"] == term
    assert harvester("vocabulary", name, asked).out.split()[:2] == ["term", term]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["formats", "nods"], "nods is no format; did you mean 'mods'?"),
        (["formats", "zzzzzzzz"], "`harvester formats` names them"),
        (["elements", "contributers"], "contributers is no element; did you mean 'contributors'?"),
        (["vocabulary", "language"], "language is no vocabulary; did you mean 'languages'?"),
        (["vocabulary", "types", "artcle"], "artcle is no term of types; did you mean 'article'?"),
    ],
)
def test_what_may_have_been_meant(harvester: Harvester, words: list[str], told: str) -> None:
    ended = harvester(*words)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_clean_knows_every_kind(harvester: Harvester) -> None:
    assert tuple(clean.KINDS) == KINDS
    for kind in KINDS:
        (line,) = harvester("clean", kind, "n/a").lines
        assert json.dumps(line["value"]) in ("null", "[]"), kind
