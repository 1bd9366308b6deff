"""Which platform made a record, and what Identify says of it; the table is proved by its own examples."""

from __future__ import annotations

import re
from typing import Any

import pytest

from harvester import schemas
from harvester.config import load
from harvester.errors import ConfigError
from harvester.formats import platforms
from harvester.formats.crosswalk import crosswalk
from harvester.formats.xml import parse
from harvester.record import RawRecord

ROWS: dict[str, dict[str, Any]] = schemas.table("platforms")


@pytest.mark.parametrize("name", list(ROWS))
def test_every_pattern_has_its_proof_and_knows_no_other_platform(name: str) -> None:
    row = ROWS[name]
    assert set(row.get("proof", {})) == {key for key in ("identifiers", "sets", "identify", "paths") if key in row}
    for key, values in row.get("proof", {}).items():
        for value in values:
            sent = re.sub(r"\d+", "0", value) if key == "identifiers" else value.lower() if key != "sets" else value
            known = {m.name for m in platforms.marks() if getattr(m, key).search(sent)}
            assert known == {name}, (key, value)


@pytest.mark.parametrize("name", ["oai_dc", "qdc", "rdf", "etdms", "uketd_dc", "rioxx", "junii2"])
def test_dialects_are_of_platforms_that_can_be_named(name: str) -> None:
    assert set(schemas.table(f"crosswalks/{name}").get("dialect", {})) <= set(platforms.names())


@pytest.mark.parametrize(
    ("url", "said", "prefixes", "expected"),
    [
        ("https://x.example/server/oai/request", "<title>DSpace OAI-PMH</title>", [], "dspace"),
        ("https://x.example/oai", "", ["oai_dc", "dim"], "dspace"),
        ("https://eprints.example.ac.uk/cgi/oai2", "", [], "eprints"),
        # arXiv and others describe themselves in the format that is called eprints
        ("https://export.arxiv.example/oai2", '<eprints xmlns="http://www.openarchives.org/OAI/1.1/eprints">', [], ""),
        ("https://research.example.ac.uk/ws/oai", "", [], "pure"),
        ("https://journals.example.org/index.php/jml/oai", "", [], "ojs"),
        ("https://zenodo.org/oai2d", "<repositoryName>Zenodo</repositoryName>", [], "invenio"),
        ("https://scholarworks.example.edu/do/oai/", "", [], "digital_commons"),
        ("https://api.figshare.com/v2/oai", "<repositoryName>figshare</repositoryName>", [], "figshare"),
        ("https://x.example/oai", "a DSpace that moved to EPrints 3", [], ""),
        ("https://x.example/oai", "", [], ""),
    ],
)
def test_what_a_repository_says_of_itself(url: str, said: str, prefixes: list[str], expected: str) -> None:
    assert platforms.recognise(url, said, prefixes) == expected


@pytest.mark.parametrize(
    ("identifier", "sets", "body", "expected"),
    [
        ("oai:x.example:10044/1/7", (), "<identifier>https://hdl.handle.net/10044/1/7</identifier>", "dspace"),
        ("oai:x.example:10044/1/7", (), "<identifier>https://x.example/items/7</identifier>", ""),
        ("oai:x.example:7", (), "<relation>https://x.example/7/</relation>", "eprints"),
        ("oai:x.example:7", (), "<identifier>https://x.example/7/</identifier>", ""),
        ("oai:x.example:7", (), "<identifier>https://x.example/7/1/report.pdf</identifier>", "eprints"),
        ("oai:x.example:7", (), "<identifier>https://y.example/7/1/report.pdf</identifier>", ""),
        ("oai:x.example:article/7", (), "<identifier>https://x.example/j/article/view/7</identifier>", "ojs"),
        ("oai:x.example:article/7", (), "<identifier>https://x.example/7</identifier>", ""),
        ("oai:figshare.com:article/7", (), "", "figshare"),
        ("oai:zenodo.org:7", (), "", "invenio"),
        ("oai:pure.atira.dk:publications/794f93e5", (), "", "pure"),
        ("oai:x.example:jml-1127", ("publication:jml",), "", "digital_commons"),
        ("doi:10.7910/DVN/ABCDEF", (), "", "dataverse"),
        ("x" * 10_000, ("y" * 10_000,), "<a>" * 100 + "/" + "</a>" * 100, ""),
    ],
)
def test_what_a_record_says(identifier: str, sets: tuple[str, ...], body: str, expected: str) -> None:
    raw = RawRecord(source="s", identifier=identifier, format="oai_dc", sets=sets)
    assert platforms.guess(raw, parse(f"<dc>{body}</dc>".encode())) == expected


def test_a_platform_named_other_has_no_dialect() -> None:
    assert crosswalk("oai_dc", "other").fields == crosswalk("oai_dc").fields


def test_a_misspelt_platform_is_a_mistake(tmp_path: Any) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[source.x]\nkind = "oai_pmh"\nurl = "https://x.example/oai"\nplatform = "dpsace"\n')
    with pytest.raises(ConfigError, match=r"'dpsace' is no platform that is known; did you mean 'dspace'\?"):
        load(path)
