"""One real item in sixteen formats: what each still says is right, and nothing that any of them says is wrong."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from .facts import FACTS, count, read

LEAST = {
    "xoai": 25, "dim": 20, "mets": 20, "didl": 18, "oai_dc": 17, "qdc": 16, "etdms": 16, "rdf": 16, "junii2": 16,
    "datacite": 16, "mods": 15, "oai_openaire": 13, "rioxx": 13, "uketd_dc": 12, "marc": 12, "ore": 7,
}  # fmt: skip
"""Facts that are right. What a format does not carry cannot be read."""


@pytest.mark.parametrize("name", list(LEAST))
def test_what_a_format_keeps_is_right(shared: Path, name: str) -> None:
    found = count(read(shared / "corpus" / "spiral-16-formats" / f"spiral.{name}.xml"))
    assert found.wrong == ()
    assert len(found.right) >= LEAST[name], found.absent
    assert len(found.right) + len(found.absent) == len(FACTS)


def test_the_table_in_the_documentation_is_the_one_that_is_counted(shared: Path) -> None:
    path = Path(__file__).parents[2] / "benchmarks" / "spiral_formats.py"
    spec = importlib.util.spec_from_file_location("spiral_formats", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.written(module.PAGE.read_text(encoding="utf-8")) == module.table(
        shared / "corpus" / "spiral-16-formats"
    )
