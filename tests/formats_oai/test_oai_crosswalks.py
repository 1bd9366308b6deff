"""The tables: every row works, every element and finding is explained."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from harvester import schemas
from harvester.formats.crosswalk import crosswalk
from harvester.formats.rules import bind
from harvester.record import Record

MODULES = (
    "authors", "rules.bags", "bitstreams", "crosswalk", "draft", "rules.eprints", "etdms", "findings", "flat", "issued",
    "rules.links", "oai_dc", "oai_dc.dialects", "rules.people", "platforms", "rules.qualified", "rdf", "rioxx", "rules",
    "rules.terms", "rules.theses", "rules.words", "xml", "xoai",
)  # fmt: skip
PACKAGE = Path(__file__).parents[2] / "harvester"


def rows() -> Iterator[tuple[str, str, str]]:
    for name in ("oai_dc", "dspace", "qdc"):
        table = schemas.table(f"crosswalks/{name}")
        for part in (table, *table.get("dialect", {}).values()):
            for path, row in part["fields"].items():
                yield name, path, row


@pytest.mark.parametrize(("name", "path", "row"), list(rows()))
def test_a_row_names_an_element_and_a_rule_that_exist(name: str, path: str, row: str) -> None:
    element, _, rule = row.partition(" : ")
    rule_name, _, argument = rule.partition("|")[0].strip().partition(" ")
    assert element in Record.__struct_fields__
    assert callable(bind(rule_name, argument, (name, *schemas.table(f"crosswalks/{name}").get("rules", ()))))


def test_a_rule_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match="no rule is called 'dates'"):
        bind("dates")
    with pytest.raises(KeyError):
        bind("classified")


def test_other_qualifiers_fall_back_to_the_star() -> None:
    table = crosswalk("dspace")
    assert table.field("dc.subject.mesh") != table.field("dc.subject.anything")
    assert table.field("dc.subject.anything") == table.fields["dc.subject.*"]
    assert table.field("local.subject.anything") is None


def test_dialects_change_only_what_they_name() -> None:
    plain, eprints = crosswalk("oai_dc", ""), crosswalk("oai_dc", "eprints")
    differing = {path for path in plain.fields if plain.fields[path] != eprints.fields[path]}
    assert differing == {"identifier", "relation", "format", "type"}
    assert crosswalk("oai_dc", "a platform without a dialect").fields == plain.fields


def test_every_ignored_field_has_a_reason() -> None:
    assert all(len(reason) > 10 for reason in schemas.table("crosswalks/dspace")["ignored"].values())


def test_the_element_set_is_the_record() -> None:
    elements = schemas.table("elements")
    assert list(elements) == list(Record.__struct_fields__)
    for name, row in elements.items():
        assert set(row) == {"label", "term", "repeatable", "definition", "example"}, name
        assert row["term"] == "" or row["term"].startswith("http://"), name


def test_the_list_of_findings_is_closed_both_ways() -> None:
    table = schemas.table("vocabularies/findings")
    for code, row in table.items():
        assert row["level"] in ("error", "warning", "info"), code
        assert row["explanation"].endswith("."), code
    source = "\n".join(
        p.read_text(encoding="utf-8") for p in [*(PACKAGE / "formats").rglob("*.py"), PACKAGE / "checks.py"]
    )
    used = set(re.findall(r'(?:finding|find)\(\s*"([a-z-]+)"', source)) | {"award-placeholder", "placeholder"}
    assert used <= set(table)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    result = doctest.testmod(import_module(f"harvester.formats.{name}"))
    assert result.failed == 0
