"""``schemas/crosswalks/crossref.toml``, by table."""

from __future__ import annotations

from functools import cache

from harvester import schemas


@cache
def table(name: str) -> dict[str, str]:
    """One of its flat tables: ``types``, ``roles``, ``fields`` ..."""
    found: dict[str, str] = schemas.table("crosswalks/crossref")[name]
    return found
