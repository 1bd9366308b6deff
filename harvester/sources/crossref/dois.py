"""Works asked for by DOI, fifty at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harvester.errors import ProtocolError
from harvester.record import Broken, Page, RawRecord
from harvester.sources import Cursor, Window
from harvester.sources.crossref.client import Client
from harvester.sources.crossref.items import gather, records
from harvester.sources.crossref.place import TRIES, Place, begin, list_name, moment, resumed
from harvester.sources.crossref.singles import fetched

log = logging.getLogger(__name__)

DOIS_A_REQUEST: Final = 50
_URL_LENGTH: Final = 4000
"""Bytes of DOIs in one URL."""


class DoiList:
    """A source that is a list of DOIs. All are asked for each time, since the list in the configuration may have grown."""

    def __init__(
        self, name: str, client: Client, *, filters: Mapping[str, list[str]], queries: Mapping[str, str], rows: int
    ) -> None:
        self.name = name
        self.lists = [list_name(filters, queries)]
        self._client = client
        self._dois = filters["doi"]
        self._filters = {name: values for name, values in filters.items() if name != "doi"}
        self._queries = queries
        self._rows = rows

    def pages(self, name: str, cursor: Cursor, window: Window) -> Iterator[Page]:  # noqa: ARG002  # there is one list only
        place = resumed(cursor, window) or begin("doi", window)
        place.announced = len(self._dois)
        filters = dict(self._filters)
        for side, date in (("from", moment(window.since, "--since")), ("until", moment(window.until, "--until"))):
            if date:
                filters[f"{side}-index-date"] = [date]
        found: dict[str, RawRecord] = {}
        broken: list[Broken] = []
        while place.offset < len(self._dois):
            batch = _batch(self._dois[place.offset :], min(DOIS_A_REQUEST, self._rows))
            found, broken = self._named(batch, filters, place)
            place.started = place.started or self._client.now()
            place.offset += len(batch)
            missing = [doi for doi in batch if doi not in found]
            if missing and not window.explicit:
                log.warning("%s: not at Crossref: %s", self.name, ", ".join(missing))
            if place.offset < len(self._dois):
                yield place.page(found, broken)
        yield place.last(place.page(found, broken), window)

    def fetch(self, name: str, identifiers: Sequence[str]) -> Iterator[Page]:  # noqa: ARG002  # there is one list only
        """See ``Source.fetch``: each work by its DOI."""
        return fetched(self.name, self._client, identifiers)

    def _named(
        self, batch: list[str], filters: Mapping[str, list[str]], place: Place
    ) -> tuple[dict[str, RawRecord], list[Broken]]:
        if "," in batch[0]:  # would end the value in a filter
            item = self._client.work(batch[0])
            return records(self.name, [item] if item is not None else [])
        found: dict[str, RawRecord] = {}
        for _ in range(TRIES):
            answer = self._client.works({**filters, "doi": batch}, self._queries, rows=self._rows)
            if answer.total > len(batch):
                raise ProtocolError(
                    f"{self._client.url}: {answer.total} works for {len(batch)} DOIs: it ignores the filter"
                )
            part, broken = records(self.name, answer.items)
            gather(found, part)
            if len(found) + len(broken) == answer.total:
                return found, broken
        place.short.append(f"{len(found) + len(broken)} of {answer.total} works among {batch[0]} ... {batch[-1]}")
        return found, broken


def _batch(dois: list[str], most: int) -> list[str]:
    """As many DOIs as go into one request; one with a comma goes alone."""
    taken: list[str] = []
    for doi in dois[:most]:
        if "," in doi or sum(map(len, taken)) + len(doi) > _URL_LENGTH:
            break
        taken.append(doi)
    return taken or dois[:1]
