"""What a command does not need is not imported: start-up is most of what a harvest without news costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

NETWORK = {"requests", "urllib3", "sickle", "habanero", "httpx2"}
INDEX = {"harvester.index", "harvester.query", "harvester.normalise", "harvester.link", "rapidfuzz", "jinja2", "ftfy"}


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("harvester.jobs", NETWORK | INDEX | {"lxml"}),
        ("harvester.sources.oai_pmh.repository", INDEX | {"habanero", "httpx2"}),
        ("harvester.index", NETWORK | {"jinja2"}),
    ],
)
def test_a_half_is_imported_without_the_other(module: str, unwanted: set[str]) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not unwanted & set(loaded)
    assert module in loaded
