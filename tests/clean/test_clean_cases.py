"""Real dirty values: the doctests of every cleaner, the proofs in the tables, and the shared cases."""

from __future__ import annotations

import doctest
import importlib
import json
import re
from pathlib import Path

import pytest

from harvester import schemas
from harvester.clean import KINDS, dates, identifiers, languages, names, rights, text, types, vocabulary

MODULES = sorted(p.stem for p in (Path(schemas.__file__).parent / "clean").glob("[!_]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_doctests(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"harvester.clean.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


def test_shared_cases(shared: Path) -> None:
    """Values met in the wild with what has to be made of them, the same for every implementation."""
    cases = json.loads((shared / "cases" / "cleaning.json").read_text("utf-8"))
    wrong = []
    for kind, rows in cases.items():
        for given, expected in rows:
            value = KINDS[kind.removesuffix("_edtf")](given)
            if kind == "name":
                value = [[n["kind"], n.get("family") or n.get("name"), n.get("given")] for n in value]
            if value != expected:
                wrong.append((kind, given, value, expected))
    assert wrong == []
    assert sum(map(len, cases.values())) > 100


@pytest.mark.parametrize("scheme", schemas.table("identifiers"))
def test_identifier_table(scheme: str) -> None:
    row = schemas.table("identifiers")[scheme]
    read = {"eissn": identifiers.issn, "issn-l": identifiers.issn, "oai": lambda v: v}.get(scheme)
    read = read or getattr(identifiers, scheme, None)
    for given, expected in row["examples"]:
        assert read is not None
        assert (read(given) or "") == expected
        if expected:
            assert re.fullmatch(row["pattern"], expected)
            assert (identifiers.link(scheme, expected) is None) == ("url" not in row)


def test_type_table() -> None:
    rows = schemas.table("vocabularies/types")
    for id_, row in rows.items():
        for given in (
            *row["examples"],
            row["label"],
            *row["labels"],
            *(f"info:eu-repo/semantics/{t}" for t in row.get("eu_repo", ()) if not t.startswith(vocabulary.BROADER)),
            *(f"http://purl.org/coar/resource_type/{c}" for c in row["coar"] if not c.startswith(vocabulary.BROADER)),
        ):
            assert types.resource_type(given) == id_, given
        assert types.label(id_) == row["label"]
        assert set(row) - set(types.SCHEMES) == {"label", "labels", "examples"}
    assert len({row["label"] for row in rows.values()}) == len(rows)


def test_every_type_has_a_name_where_every_work_needs_one() -> None:
    for scheme in ("coar", "datacite", "csl", "bibtex", "ris", "zotero", "dcmi", "mods", "marc_leader", "schema_org"):
        assert [id_ for id_ in types.IDS if types.name_in(scheme, id_) is None] == []


def test_coar_is_covered() -> None:
    """COAR 3.2 has 109 resource types with the deprecated ones, eight versions and four access rights."""
    codes = {
        code.removeprefix(vocabulary.BROADER)
        for row in schemas.table("vocabularies/types").values()
        for code in row["coar"]
    }
    coar = schemas.table("vocabularies/coar")
    assert codes == {*coar["terms"], *coar["deprecated"]}
    assert len(codes) == 109
    assert len(schemas.table("vocabularies/versions")) == 8
    assert len(schemas.table("vocabularies/access")) == 4


def test_licence_table() -> None:
    data = schemas.table("vocabularies/licenses")
    for given, spdx in data["creative_commons"]["examples"]:
        found = rights.licence(given)
        assert found is not None
        assert found.spdx == spdx
    for row in data["licence"]:
        for given in row["examples"]:
            assert rights.licence(given) == rights.Licence(row.get("spdx"), row["url"]), given
        assert rights.licence(row["url"]) in (None, rights.Licence(row.get("spdx"), row["url"])) or "GPL" in row["spdx"]


@pytest.mark.parametrize(("vocabulary", "read"), [("access", rights.access), ("versions", rights.version)])
def test_rights_tables(vocabulary: str, read: object) -> None:
    assert callable(read)
    for term, row in schemas.table(f"vocabularies/{vocabulary}").items():
        for given in (*row["examples"], *row["names"], row["coar"]):
            assert read(given) == term, given


def test_date_table() -> None:
    data = schemas.table("vocabularies/dates")
    for number, names_of_month in enumerate(data["months"].values(), 1):
        for name in names_of_month:
            assert dates.date(f"{name} 2020") == dates.date(f"{name.upper()}. 2020") == f"2020-{number:02d}", name
            assert dates.date(f"28 {name} 2020") == f"2020-{number:02d}-28", name
    for number, names_of_season in enumerate(data["seasons"].values(), 21):
        for name in names_of_season:
            assert dates.date(f"{name.title()} 2020") == f"2020-{number}", name


def test_language_table() -> None:
    data = schemas.table("vocabularies/languages")
    assert len(data["languages"]) == 184, "ISO 639-1 has 184 codes, serbo-croatian included"
    for code, row in data["languages"].items():
        for given in (code, code.upper(), *row["codes"]):
            assert languages.language(given) == data["legacy"].get(given, code), given
        for name in row["names"]:
            assert languages.language(name) is not None, name
        assert languages.language(row["names"][0]) == code
    for table in ("legacy", "varieties", "special"):
        for given, code in data[table].items():
            assert languages.language(given) == code
    assert [given for given in data["none"] if languages.language(given)] == []


def test_placeholder_table() -> None:
    data = schemas.table("vocabularies/placeholders")
    for kind in ("placeholder", "person", "abstract"):
        for given in (*data[kind]["terms"], *data[kind]["examples"]):
            assert text.placeholder(given, kind), given
    for given in (*data["stub_title"]["terms"], *data["stub_title"]["examples"]):
        assert text.is_stub_title(given), given


def test_organisation_table() -> None:
    data = schemas.table("vocabularies/organisations")
    assert [given for given in data["examples"] if not names.is_organisation(given)] == []
    for given in data["people"]:
        assert [n.kind for n in names.names(given)] == ["person"], given
