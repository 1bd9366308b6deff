"""Works asked for by DOI, fifty at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence

from harvester.errors import ProtocolError
from harvester.record import Broken, Page, RawRecord
from harvester.sources import Cursor, Window
from harvester.sources.crossref.client import Client
from harvester.sources.crossref.items import gather
from harvester.sources.crossref.place import TRIES, Place, begin, list_name, moment, resumed
from harvester.sources.crossref.singles import DOIS_A_REQUEST, batch, fetched, named, single

log = logging.getLogger(__name__)


class DoiList:
    """A source that is a list of DOIs. All are asked for each time, since the list in the configuration may have grown.

    A DOI that Crossref does not have is no fault of the list: it is named on its page as ``gone``.
    """

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
        page = place.page({}, [])
        while place.offset < len(self._dois):
            part = batch(self._dois[place.offset :], min(DOIS_A_REQUEST, self._rows))
            found, broken = self._named(part, filters, place)
            place.begun(self._client.times())
            place.offset += len(part)
            known = {*found, *(b.identifier for b in broken)}
            gone: list[str] = []
            if not (filters or self._queries):  # else it may be there, and not be what these leave over
                gone = [doi for doi in part if doi not in known and self._is_gone(doi, found, broken)]
            page = place.page(found, broken, gone)
            if place.offset < len(self._dois):
                yield page
        yield place.last(page, window)

    def fetch(self, name: str, identifiers: Sequence[str]) -> Iterator[Page]:  # noqa: ARG002  # there is one list only
        """See ``Source.fetch``: each work by its DOI."""
        return fetched(self.name, self._client, identifiers)

    def _is_gone(self, doi: str, found: dict[str, RawRecord], broken: list[Broken]) -> bool:
        """Whether Crossref does not have a work either when it is asked for it alone: a search index that is being rebuilt
        must not let a list vanish. Where it has it, it is found now."""
        page = single(self.name, self._client, doi)
        gather(found, {raw.identifier: raw for raw in page.records if raw.identifier == doi})
        broken += page.broken
        if not page.gone:
            return False
        log.info("%s: not at Crossref: %s", self.name, doi)
        return True

    def _named(
        self, part: list[str], filters: Mapping[str, list[str]], place: Place
    ) -> tuple[dict[str, RawRecord], list[Broken]]:
        found: dict[str, RawRecord] = {}
        for _ in range(TRIES):
            more, broken, total = named(self.name, self._client, part, filters, self._queries)
            if total > len(part):
                raise ProtocolError(f"{self._client.url}: {total} works for {len(part)} DOIs: it ignores the filter")
            gather(found, more)
            if len(found) + len(broken) == total:
                return found, broken
        place.short.append(f"{len(found) + len(broken)} of {total} works among {part[0]} ... {part[-1]}")
        return found, broken
