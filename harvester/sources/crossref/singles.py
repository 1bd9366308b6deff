"""Works asked for by name: what a list no longer names, and what is in quarantine."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from harvester.record import Broken, Page, RawRecord
from harvester.sources.crossref.client import Client, Filters
from harvester.sources.crossref.items import records

log = logging.getLogger(__name__)

DOIS_A_REQUEST: Final = 50
FEW: Final = 3
"""So many are asked for one by one at once."""
_URL_LENGTH: Final = 4000
"""Bytes of DOIs in one URL."""


def batch(dois: Sequence[str], most: int = DOIS_A_REQUEST) -> list[str]:
    """As many DOIs as go into one request; one with a comma, which would end the value in a filter, goes alone."""
    taken: list[str] = []
    length = 0
    for doi in dois[:most]:
        length += len(quote(doi))
        if taken and ("," in doi or "," in taken[0] or length > _URL_LENGTH):
            break
        taken.append(doi)
    return taken


def named(
    source: str,
    client: Client,
    dois: Sequence[str],
    filters: Filters | None = None,
    queries: Mapping[str, str] | None = None,
) -> tuple[dict[str, RawRecord], list[Broken], int]:
    """The works of a batch by DOI, what of it is broken, and how many Crossref says that it has of them."""
    if "," in dois[0]:
        item = client.work(dois[0])
        found, broken = records(source, [item] if item is not None else [])
        return found, broken, len(found) + len(broken)
    answer = client.works({**(filters or {}), "doi": list(dois)}, queries or {}, rows=len(dois))
    found, broken = records(source, answer.items)
    return found, broken, answer.total


def fetched(source: str, client: Client, identifiers: Sequence[str]) -> Iterator[Page]:
    """Pages with the works of these DOIs, and with those that Crossref does not have. What is no DOI is not asked for."""
    dois = [i for i in identifiers if re.fullmatch(r"10\.[0-9.]+/\S+", i)]
    missing = dois
    if len(dois) > FEW:
        missing = []
        while dois:
            part = batch(dois)
            found, broken, _ = named(source, client, part)
            yield Page(records=[raw for doi, raw in found.items() if doi in part], broken=tuple(broken))
            missing += [doi for doi in part if doi not in found]
            dois = dois[len(part) :]
    for doi in missing:
        yield _single(source, client, doi)


def _single(source: str, client: Client, doi: str) -> Page:
    """The work itself, or that it is gone. A DOI is for ever, but Crossref may have merged it into another one or given it
    to another agency: who is in charge of it is told, for the one who has to find out."""
    item = client.work(doi)
    if item is None:
        agency = client.told(f"/works/{quote(doi, safe='')}/agency").get("agency")
        label = agency.get("label") if isinstance(agency, dict) else None
        log.warning(
            "%s: %s is not at Crossref%s", source, doi, f"; it is registered with {str(label)[:80]}" if label else ""
        )
        return Page(records=[], gone=(doi,))
    found, broken = records(source, [item])
    return Page(records=list(found.values()), broken=tuple(broken), gone=() if doi in found or broken else (doi,))
