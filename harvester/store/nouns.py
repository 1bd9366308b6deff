"""What the store gives out: stored records, tallies of a harvest, how sources are doing."""

from __future__ import annotations

from msgspec import Struct

from harvester.record import RawRecord


class StoredRecord(Struct, frozen=True):
    id: int
    change: int
    raw: RawRecord
    added: str
    """When it was first stored (UTC)."""
    vanished: str | None = None
    """Since when its source no longer names it, though it never said that it was deleted."""


class Tally(Struct, frozen=True):
    """What became of the records of a page, a list or a source."""

    fetched: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    """Became tombstones. A tombstone that was known counts as unchanged."""
    quarantined: int = 0
    """Could not be read; only losses that are new."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f) + getattr(other, f) for f in self.__struct_fields__))


class Health(Struct, frozen=True):
    """How a source is doing, for ``status`` and the index."""

    source: str
    last_run: str | None
    last_complete: str | None
    verdict: str | None
    records: int
    deleted: int
    quarantined: int
    complete_through: str | None
    vanished: int = 0
    """Of the records, those that the source no longer names."""
