"""``schemas/crosswalks/crossref.toml``, by table."""

from __future__ import annotations

import sys
from functools import cache

from harvester import schemas


@cache
def table(name: str) -> dict[str, str]:
    """One of its flat tables: ``types``, ``roles``, ``fields`` ... Interned: msgspec omits defaults that are the same object."""
    rows: dict[str, str] = schemas.table("crosswalks/crossref")[name]
    return {key: sys.intern(value) for key, value in rows.items()}


@cache
def types() -> dict[str, str]:
    """Crossref's thirty types -> ours."""
    rows = schemas.table("vocabularies/types")
    return {name: sys.intern(own) for own, row in rows.items() for name in row.get("crossref", ())}
