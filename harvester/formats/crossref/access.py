"""Who may read a Crossref work: licences, access, embargo."""

from __future__ import annotations

from functools import lru_cache

from harvester.clean import dates, identifiers, rights
from harvester.formats.crossref.item import Item
from harvester.formats.crossref.values import day
from harvester.record import License


@lru_cache(maxsize=4096)
def _known(sent: str) -> tuple[str | None, str | None]:
    """(URL, SPDX id) of a licence: the world has few of them."""
    known = rights.licence(sent)
    return identifiers.url(sent), known.spdx if known else None


def licenses(item: Item, extra: dict[str, list[str]]) -> tuple[tuple[License, ...], str | None, str | None]:
    """(licences, access, end of the embargo).

    Access is told by the licence of the version of record, else an unspecified one, else that of the accepted manuscript;
    those for text mining (``tdm``, ``stm-asf``) give nobody anything to read. Nor does one of which nobody knows when it starts.
    """
    free = item.free_to_read
    if not item.license:
        return (), "open" if free and not free.end_date else None, None
    found: dict[License, None] = {}
    by_version: dict[str, License] = {}
    for sent in item.license:
        url, spdx = _known(sent.url) if sent.url else (None, None)
        version = sent.content_version or "unspecified"
        start = day("license[].start", sent.start, extra)
        unknown_start = start is None and sent.start is not None and any(sent.start.parts)
        licence = License(
            url=url,
            spdx=spdx,
            applies_to=version,
            start=start,
            delay_days=sent.delay_in_days if sent.delay_in_days and abs(sent.delay_in_days) < 2**31 else None,
            raw=sent.url if sent.url != url else None,
        )
        found[licence] = None
        if licence.spdx and not unknown_start and version not in by_version:
            by_version[version] = licence
    indexed = dates.from_parts(item.indexed.parts) if item.indexed else None
    for version in ("vor", "unspecified", "am"):
        if chosen := by_version.get(version):
            if indexed and chosen.start and chosen.start > indexed:
                return tuple(found), "embargoed", chosen.start
            return tuple(found), "open", None
    return tuple(found), "open" if free and not free.end_date else None, None
