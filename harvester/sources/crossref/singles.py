"""Works asked for one by one: what a list no longer names, and what is in quarantine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harvester.record import Page
from harvester.sources.crossref.client import Client
from harvester.sources.crossref.items import records


def fetched(source: str, client: Client, dois: Sequence[str]) -> Iterator[Page]:
    """A page for each DOI: its work, or that Crossref does not have it."""
    for doi in dois:
        item = client.work(doi)
        if item is None:
            yield Page(records=[], gone=(doi,))
            continue
        found, broken = records(source, [item])
        yield Page(records=list(found.values()), broken=tuple(broken))
