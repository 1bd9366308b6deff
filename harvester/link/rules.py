"""``schemas/linking.toml``: what speaks for one work, and how much."""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from harvester import schemas


class Rules(Struct, frozen=True):
    """``schemas/linking.toml``."""

    same: float
    unsure: float
    holders: int
    largest: int
    archives: frozenset[str]
    """Prefixes of DOIs that contradict none of another prefix."""
    weights: dict[str, float]
    lines: dict[str, int]
    """Type -> the line of those that are taken for each other."""
    relations: dict[str, str]


@cache
def rules() -> Rules:
    rows = schemas.table("linking")
    types = rows["types"]
    lines = {type_: number for number, line in enumerate(types["alike"]) for type_ in line}
    return Rules(
        rows["same"],
        rows["unsure"],
        rows["holders"],
        rows["largest"],
        frozenset(rows["archives"]),
        rows["weights"],
        lines,
        types["relations"],
    )
