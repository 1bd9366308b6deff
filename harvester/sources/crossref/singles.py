"""Works asked for by name: what a list no longer names, and what is in quarantine."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from msgspec.structs import replace

from harvester.errors import ProtocolError
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
        return _one_by_one(source, client, dois)
    try:
        answer = client.works({**(filters or {}), "doi": list(dois)}, queries or {}, rows=len(dois))
    except ProtocolError as error:
        if error.status != 400 or filters or queries:
            raise
        log.info("%s: %s; asking for each by itself", source, error)  # one bad DOI must not cost the others
        return _one_by_one(source, client, dois)
    found, broken = records(source, answer.items)
    return found, broken, answer.total


def _one_by_one(source: str, client: Client, dois: Sequence[str]) -> tuple[dict[str, RawRecord], list[Broken], int]:
    found: dict[str, RawRecord] = {}
    broken: list[Broken] = []
    for doi in dois:
        page = single(source, client, doi)
        found |= {raw.identifier: raw for raw in page.records if raw.identifier == doi}
        broken += page.broken
    return found, broken, len(found) + len(broken)


def single(source: str, client: Client, doi: str) -> Page:
    """A page with the work of a DOI, or with the DOI as gone."""
    try:
        item = client.work(doi)
    except ProtocolError as error:
        if error.status != 400:
            raise
        return Page(records=[], broken=(Broken(identifier=doi, format="crossref", reason=str(error)),))
    found, unsound = records(source, [] if item is None else [item])
    broken = [replace(b, identifier=b.identifier or doi) for b in unsound]
    return Page(records=list(found.values()), broken=tuple(broken), gone=() if doi in found or broken else (doi,))


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
        page = single(source, client, doi)
        if page.gone and not page.records:
            _say_gone(source, client, doi)
        yield page


def _say_gone(source: str, client: Client, doi: str) -> None:
    """A DOI is for ever, but Crossref may have merged it into another one, or given it to another agency: who is in charge
    of it is told, for the one who has to find out."""
    agency = client.told(f"/works/{quote(doi, safe='')}/agency").get("agency")
    label = agency.get("label") if isinstance(agency, dict) else None
    log.warning(
        "%s: %s is not at Crossref%s", source, doi, f"; it is registered with {str(label)[:80]}" if label else ""
    )
