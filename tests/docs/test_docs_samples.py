"""Samples of files on the pages are files that work."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from docs_pages import ROOT, fenced, text

from docs import settings
from harvester import formats, schemas
from harvester.config import load
from harvester.formats import crosswalk, flat
from harvester.normalise import normalise
from harvester.record import RawRecord
from harvester.sources import Cursor, Window, files

CONFIGURATION = text("docs/configuration.md")
(CROSSWALK, CURATED) = fenced(text("docs/formats.md"), "toml")
(SPREADSHEET,) = fenced(text("docs/formats.md"), "csv")


@pytest.mark.parametrize("sample", fenced(CONFIGURATION, "toml") + fenced(text("docs/files.md"), "toml"))
def test_a_sample_of_the_configuration_is_one(sample: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(sample, encoding="utf-8")
    assert load(tmp_path / "config.toml").path == tmp_path / "config.toml"


def test_a_setting_is_explained_where_it_is_defined_or_in_a_sample() -> None:
    commented = set(re.findall(r"^(\w+) = .*#", "\n".join(fenced(CONFIGURATION, "toml")), re.MULTILINE))
    assert {name.rpartition(".")[2] for name in settings.unexplained()} <= commented


def test_every_kind_of_source_has_its_chapter() -> None:
    for name in settings.structs():
        assert name.partition(" with ")[2] in CONFIGURATION
        assert f'settings.heading("{name}")' in CONFIGURATION or f"settings.heading('{name}')" in CONFIGURATION


@pytest.mark.parametrize(("name", "sample"), [("entries.toml", CURATED), ("entries.csv", SPREADSHEET)])
def test_a_sample_of_curated_entries_is_read(name: str, sample: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(sample, encoding="utf-8")
    configured = files.Settings(kind="files", path=str(tmp_path / name), listing="evidence-base")
    source = files.connect("curated", configured, None, {})
    (page,) = source.pages("entries", Cursor(), Window())
    assert page.broken == ()
    opinion, studentship = [normalise(raw) for raw in page.records]
    assert opinion.title == "Leadership in a time of change"
    assert [c.name for c in opinion.contributors] == ["Wexcombe, Ida", "Tull, Jonas"]
    assert (opinion.type, opinion.issued) == ("web-opinion", "2021-01-29")
    assert (studentship.type, studentship.listing[0].section) == ("studentship", "Research opportunities")


@pytest.fixture
def with_a_new_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """``schemas/`` with the sample's table in it."""
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    (tmp_path / "schemas" / "crosswalks" / "qdc.toml").write_text(CROSSWALK, encoding="utf-8")
    caches = (schemas.table, formats.reader, flat.reader, crosswalk.crosswalk)
    with monkeypatch.context() as patched:
        patched.setattr(schemas, "data_folder", lambda: tmp_path)
        for cached in caches:
            cached.cache_clear()
        yield
    for cached in caches:
        cached.cache_clear()


@pytest.mark.usefixtures("with_a_new_table")
def test_a_table_alone_makes_a_flat_format_readable() -> None:
    payload = (
        b'<record><header><identifier>oai:x.org:1</identifier></header><metadata><qualifieddc xmlns="http://x.org/qdc">'
        b"<title>How wards learn</title><creator>Wexcombe, Ida</creator><issued>2021-01</issued>"
        b"<abstract>Wards learn by day.</abstract><identifier>https://doi.org/10.5555/12345678</identifier>"
        b"<provenance>Submitted by somebody</provenance><colour>blue</colour></qualifieddc></metadata></record>"
    )
    record = normalise(RawRecord(source="x", identifier="oai:x.org:1", format="qdc", payload=payload))
    assert (record.title, record.issued) == ("How wards learn", "2021-01")
    assert [c.family for c in record.contributors] == ["Wexcombe"]
    assert ("doi", "10.5555/12345678") in [(i.scheme, i.value) for i in record.identifiers]
    assert record.extra == {"qdc.colour": ["blue"]}
    assert "Submitted" not in msgspec.json.encode(record).decode()
