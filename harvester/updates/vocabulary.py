"""What may happen to a work: the rows of ``schemas/vocabularies/updates.toml``, the gravest first."""

from __future__ import annotations

from functools import cache

import msgspec
from msgspec import Struct

from harvester import schemas


class Kind(Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the vocabulary."""

    label: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    family: str
    retracted: bool = False
    lifted: bool = False
    narrow: bool = False
    status: bool = True
    titles: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@cache
def vocabulary() -> dict[str, Kind]:
    """Type of update -> its row, the gravest first."""
    return msgspec.convert(schemas.table("vocabularies/updates"), dict[str, Kind])


@cache
def gravity() -> dict[str, int]:
    """Type of update -> its place among all; 0 is the gravest."""
    return {name: place for place, name in enumerate(vocabulary())}


def family(name: str) -> str:
    """What sources that mean the same may call each by another name."""
    return vocabulary()[name].family
