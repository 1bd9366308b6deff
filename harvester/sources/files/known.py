"""Which identifiers have come, and what becomes of two records that have the same."""

from __future__ import annotations

import logging
from hashlib import blake2b
from typing import Final

from msgspec import structs

from harvester.record import Broken, RawRecord
from harvester.sources.files.cutting import Found

log = logging.getLogger(__name__)

_MOST: Final = 200_000
"""Identifiers that are remembered, about 30 MB. Beyond them the later record still counts, but nobody is told."""


class Known:
    """An identifier that is good everywhere (a DOI) names one record: the later one counts. One that is good in its file
    only (a citation key) may name two: both are kept, the later one with a mark behind its identifier."""

    def __init__(self, *, partial: bool) -> None:
        self.partial = partial
        self.digests: dict[bytes, bytes] = {}
        self.replaced = self.renamed = 0
        self.examples: dict[str, str] = {}

    def settled(self, found: Found) -> RawRecord | Broken:
        """The record, under the identifier that it is to have."""
        raw = found.record
        if isinstance(raw, Broken):
            return raw
        key = blake2b(f"{raw.format}\0{raw.identifier}".encode(errors="surrogatepass"), digest_size=8).digest()
        mark = raw.digest[:8]
        before = self.digests.get(key)
        if before is None and len(self.digests) < _MOST:
            self.digests[key] = mark
        if before is None or before == mark:
            return raw
        if found.unique or self.partial:
            self.replaced += 1
            self.examples.setdefault("replaced", raw.identifier)
            self.digests[key] = mark
            return raw
        self.renamed += 1
        self.examples.setdefault("renamed", raw.identifier)
        return structs.replace(raw, identifier=f"{raw.identifier}~{mark.hex()[:8]}")

    def tell(self, source: str) -> None:
        if self.replaced and not self.partial:
            said = f"{self.replaced} records came again and differ ({self.examples['replaced']} ...)"
            log.warning("%s: %s; the later one counts", source, said)
        if self.renamed:
            said = f"{self.renamed} records have the identifier of another one ({self.examples['renamed']} ...)"
            log.warning("%s: %s; both are kept", source, said)
