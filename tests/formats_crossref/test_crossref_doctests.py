"""The examples in the docstrings of these formats hold."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

MODULES = ("formats.crossref.updates", "formats.emails", "formats.csl_json", "formats.bibtex", "sources.files")


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    failed, tried = doctest.testmod(import_module(f"harvester.{name}"))
    assert tried > 0
    assert failed == 0
