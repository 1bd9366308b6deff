"""Mistakes in the tables of ``schemas/``, which librarians correct: file, line, key, fault; never a traceback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester import formats, schemas
from harvester.cli import call
from harvester.formats import flat
from harvester.formats.crosswalk import check_tables, crosswalk

CACHES = (schemas.table, crosswalk, flat.reader, formats.reader)


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of ``schemas/`` that may be spoilt."""
    folder = tmp_path / "schemas"
    shutil.copytree(schemas.folder(), folder)
    monkeypatch.setattr(schemas, "folder", lambda: folder)
    (tmp_path / "config.toml").write_text('[source.x]\nkind = "oai_pmh"\nurl = "https://a.example/oai"\n')
    monkeypatch.chdir(tmp_path)
    for cached in CACHES:
        cached.cache_clear()
    yield folder
    for cached in CACHES:
        cached.cache_clear()


def test_the_tables_that_come_with_the_program_are_sound() -> None:
    check_tables()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("crosswalks/oai_dc", 'title = "title : title"', 'title = "titel : title"', ".fields.title: 'titel' is no element of"),
        ("crosswalks/oai_dc", 'title = "title : title"', 'title = "title : titel"', ".fields.title: no rule is called 'titel'"),
        ("crosswalks/oai_dc", 'title = "title : title"', 'title = "title"', "fields.title: must be text: 'element : rule'"),
        ("crosswalks/oai_dc", 'title = "title : title"', "title = 5", "fields.title: must be text: 'element : rule'"),
        ("crosswalks/oai_dc", "[fields]", "[field]", ":1: fields: is missing, or no table"),
        ("crosswalks/dspace", "[fields]", "[fields", "dspace.toml:"),
        ("vocabularies/types", "[article]", "[article", "types.toml:"),
        ("elements", "[title]", "[[title]", "elements.toml:"),
    ],
)  # fmt: skip
def test_a_mistake(tables: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, said: str) -> None:
    path = tables / f"{file}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert call(["config", "check"]) == 2
    told = capsys.readouterr().err
    assert said.removeprefix(".") in told
    assert str(path) in told
    assert "config.toml" not in told
    assert "Traceback" not in told


def test_a_table_that_cannot_be_read(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tables / "vocabularies" / "roles.toml").write_bytes(b"a = '\xe9'\n")
    (tables / "crosswalks" / "dspace.toml").unlink()
    (tables / "crosswalks" / "dspace.toml").mkdir()
    assert call(["config", "check"]) == 2
    told = capsys.readouterr().err
    assert "roles.toml: is not UTF-8; save the file as UTF-8" in told
    assert "dspace.toml: cannot be read: Is a directory" in told
