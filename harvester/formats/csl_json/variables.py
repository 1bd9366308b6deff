"""The lists of ``crosswalks/csl_json.toml`` beside its rows. Here, so that writing loads nothing that reading needs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from harvester import schemas


@cache
def table(name: str) -> Mapping[str, Any]:
    """``awarding``, ``numbered``, ``extra_lines``."""
    found: Mapping[str, Any] = schemas.table("crosswalks/csl_json")[name]
    return found
