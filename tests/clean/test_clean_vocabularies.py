"""The tables in which one row says what several schemes call the same thing: nothing is said twice, nothing leads nowhere."""

from __future__ import annotations

import re
from inspect import getsource
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harvester import schemas
from harvester.clean import catalogue, relations, rights, roles, types, vocabulary
from harvester.formats.crossref.table import table as crossref_table
from harvester.record import Date

MODULES = {"types": types, "roles": roles, "relations": relations}
DATES = ("datacite", "dcterms", "dspace", "jats", "crossref", "rioxx", "mods")
IDENTIFIERS = ("datacite", "crossref", "jats", "mods", "marc", "csl")
COLUMNS = [
    *((f"vocabularies/{table}", scheme) for table, module in MODULES.items() for scheme in module.SCHEMES),
    *(("vocabularies/date_types", scheme) for scheme in DATES),
    *(("identifiers", scheme) for scheme in IDENTIFIERS),
]


@pytest.mark.parametrize(("table", "scheme"), COLUMNS)
def test_each_name_of_a_scheme_is_read_as_one_term(table: str, scheme: str) -> None:
    """Exactly one row has a name without the mark of a broader one, so what is written is read in one way only."""
    rows = schemas.table(table)
    said = [(name, term) for term, row in rows.items() for name in row.get(scheme, ())]
    own = [(name, term) for name, term in said if not name.startswith(vocabulary.BROADER)]
    squeezed = [vocabulary.squeeze(name) for name, _ in own]
    assert sorted(squeezed) == sorted(set(squeezed))
    for name, term in own:
        assert vocabulary.named(table, scheme, name) == term
    for name, term in said:
        if name.startswith(vocabulary.BROADER) and (table, scheme) != ("vocabularies/roles", "marc"):
            assert vocabulary.named(table, scheme, name.removeprefix(vocabulary.BROADER)) not in (None, term), name


def test_a_work_has_these_kinds_of_dates() -> None:
    """Those of ``Date.type``, whose documentation names them all."""
    said = (Date.__doc__ or "") + getsource(Date).partition('type: str\n    """')[2].partition('"""')[0]
    assert set(schemas.table("vocabularies/date_types")) == set(said.split())


@pytest.mark.parametrize("table", MODULES)
def test_labels_are_those_of_one_term(table: str) -> None:
    rows = schemas.table(f"vocabularies/{table}")
    assert len({row["label"].casefold() for row in rows.values()}) == len(rows)
    columns = set(MODULES[table].SCHEMES) | {"label", "labels", "examples", "inverse"}
    assert [term for term, row in rows.items() if set(row) - columns] == [], "a column that nothing reads"


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_a_scheme_that_there_is_not_is_a_mistake_of_the_program(module: object) -> None:
    for read in (getattr(module, "named", None) or relations.relation,):
        with pytest.raises(KeyError):
            read("nonsense", "article")


def test_relations_lead_back() -> None:
    rows = schemas.table("vocabularies/relations")
    for term, row in rows.items():
        if inverse := row.get("inverse"):
            assert relations.inverse(inverse) == term
    assert sum(not n.startswith("> ") for row in rows.values() for n in row.get("datacite", ())) == 39, "DataCite 4.7"
    assert [term for term in relations.IDS if relations.name_in("datacite", term) is None] == []


def test_relations_of_updates_are_relations() -> None:
    updates = schemas.table("crosswalks/crossref")["updates"].values()
    assert {row[way] for row in updates for way in ("to", "by")} <= set(relations.IDS)


def test_roles() -> None:
    rows = schemas.table("vocabularies/roles")
    for term, row in rows.items():
        for given in (*row["examples"], *row.get("datacite", ()), row["label"]):
            if not given.startswith(vocabulary.BROADER):
                assert roles.role(given) == term, given
        for given in row["labels"]:
            assert roles.labelled(given) == roles.labelled(given.upper()) == term, given
    assert set(crossref_table("roles").values()) <= set(rows)
    assert [term for term in roles.IDS if roles.name_in("marc", term) is None] == []


def test_relators() -> None:
    rows = schemas.table("vocabularies/marc_relators")
    assert len(rows) > 300
    for code, row in rows.items():
        assert re.fullmatch("[a-z]{3}", code)
        assert row["role"] in roles.IDS
        assert roles.role(code) == roles.role(f"http://id.loc.gov/vocabulary/relators/{code}") == row["role"]
        assert roles.labelled(row["label"]) == row["role"], row["label"]
        assert row.get("now", "aut") in rows
    for row in schemas.table("vocabularies/roles").values():
        assert {name.removeprefix(vocabulary.BROADER) for name in row.get("marc", ())} <= set(rows)


def test_credit() -> None:
    rows = schemas.table("vocabularies/credit")
    assert len(rows) == 14
    for code, row in rows.items():
        assert roles.role(code) == roles.role(row["label"]) == roles.role(row["uri"]) == row["role"] == "author"


def test_addresses_of_terms_are_addresses() -> None:
    for path in sorted((schemas.folder() / "vocabularies").glob("*.toml")):
        for row in schemas.table(f"vocabularies/{path.stem}").values():
            for key in ("coar", "uri", "url"):
                if isinstance(row, dict) and isinstance(address := row.get(key), str):
                    parts = urlsplit(address)
                    assert parts.scheme in ("http", "https"), address
                    assert parts.netloc, address


def test_every_licence_is_one_of_spdx() -> None:
    known = schemas.table("vocabularies/spdx")
    rows = schemas.table("vocabularies/licenses")
    assert {row["spdx"] for row in rows["licence"] if "spdx" in row} <= set(known)
    assert set(rows["creative_commons"]["ports"]) <= set(known)
    for spdx in known:
        found = rights.licence(spdx)
        assert found is None or found.spdx == spdx or spdx in ("CC-PDDC", "CC-SA-1.0"), spdx
        by_name = rights.licence(known[spdx])
        assert by_name is None or by_name.spdx in (spdx, None) or spdx.startswith("CC-"), known[spdx]
    assert rights.licence("Fair") is rights.licence("JSON") is None


@pytest.mark.parametrize("name", catalogue.VOCABULARIES)
def test_every_vocabulary_can_be_looked_up(name: str) -> None:
    rows = catalogue.terms(name)
    assert len(rows) > 2
    terms = [row["term"] for row in rows]
    assert len(set(terms)) == len(terms)
    for row in rows:
        assert catalogue.term(name, row["term"]) == row
    assert catalogue.term(name, "nonesuch of all vocabularies") is None


def test_the_codes_of_findings_are_a_closed_list() -> None:
    """Every code that the program notes is in the list with its explanation, and none stands there that nothing notes."""
    program = "\n".join(path.read_text("utf-8") for path in Path(schemas.__file__).parent.rglob("*.py"))
    rows = schemas.table("vocabularies/findings")
    noted = set(re.findall(r'(?:\bfind|\bFinding)\(\s*(?:code=)?"([a-z-]+)"', program))
    assert noted <= set(rows)
    assert [code for code in rows if f'"{code}"' not in program] == []
    for code, row in rows.items():
        assert row["level"] in ("error", "warning", "info"), code
        assert len(row["explanation"]) > 40, code
        assert row["explanation"].endswith("."), code
