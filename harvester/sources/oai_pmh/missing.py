"""What ListIdentifiers names and has not come with the list: each by GetRecord."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from harvester.errors import ProtocolError
from harvester.http import masked
from harvester.record import Broken, Page, RawRecord
from harvester.sources.oai_pmh.listing import Listing, listing
from harvester.sources.oai_pmh.singles import broken, single
from harvester.sources.oai_pmh.windows import Span

if TYPE_CHECKING:
    from harvester.sources.oai_pmh.walk import Walk

log = logging.getLogger(__name__)

REFUSED: Final = 3
"""Where GetRecord fails for more than so many, it may be at fault itself, or the server may do better with smaller lists."""
_PAGE: Final = 100
_NOBODY: Final = "oai:example.org:there-is-no-such-record"


class _Found(Struct):
    """Of some identifiers: the records, and those that cannot be had."""

    records: list[RawRecord] = []
    refused: list[Broken] = []


class Missing:
    """For one walk."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._gave_one = False
        self._pointless = False
        """ListIdentifiers ends as ListRecords does, and proves as little."""
        self._listed: tuple[Span, Listing] | None = None

    @property
    def listed(self) -> Listing:
        """What ListIdentifiers names in the window of the walk, asked for once."""
        walk = self._walk
        if self._listed is None or self._listed[0] != walk.place.span:
            self._listed = walk.place.span, listing(walk.client, walk.selection, walk.known, walk.max_pages)
            self._pointless = self._listed[1].refused
        return self._listed[1]

    def forget(self) -> None:
        self._listed = None

    def pages(self, most: int, better: Callable[[], bool]) -> Generator[Page, None, Page | None]:
        """What is missing; the last page of it is returned. None: it cannot be told, is more than ``most``, or cannot be had.

        ``better``: whether there is something else to try where GetRecord fails too often.
        """
        walk = self._walk
        with walk.client.hurried():
            if self._pointless or not self.listed.whole:
                return None
            headers = self._unknown
            if len(headers) > most:
                return None
            if headers:
                log.info("%s: %d records are asked for one by one", masked(walk.client.endpoint), len(headers))
            found = _Found()
            for number, header in enumerate(headers, 1):
                if walk.client.exhausted or not self._ask_for(header, found):
                    return None
                if len(found.refused) > REFUSED and (better() or not self._gives_records()):
                    return None
                if not number % _PAGE and number < len(headers):
                    yield walk.on(self._page(found))
                    found = _Found()
            if found.refused and not self._gives_records():
                return None
        return self._page(found)

    @property
    def nothing(self) -> bool:
        """ListIdentifiers came to an end of some kind, and named nothing that has not come."""
        return (self.listed.ended or self.listed.refused) and not self._unknown

    @property
    def _unknown(self) -> list[RawRecord]:
        known = self._walk.known
        return [header for identifier, header in self.listed.unknown.items() if hash(identifier) not in known]

    def _ask_for(self, header: RawRecord, found: _Found) -> bool:
        """False: there is no GetRecord."""
        if header.deleted:
            found.records.append(header)
            return True
        walk = self._walk
        try:
            page = single(walk.client, walk.prefix, header.identifier, walk.about.alive)
        except ProtocolError as error:
            if error.code == "badVerb":
                return False
            page = broken(header.identifier, walk.prefix, error)
        found.records += page.records
        reason = "is listed, but the repository says that it does not exist"
        found.refused += page.broken
        found.refused += [Broken(identifier=i, format=walk.prefix, reason=reason) for i in page.gone]
        self._gave_one = self._gave_one or bool(page.records)
        return True

    def _gives_records(self) -> bool:
        """Whether GetRecord works for anything. If it does not, it says nothing about the records that it refused."""
        walk = self._walk
        if not self._gave_one:
            try:
                page = single(walk.client, walk.prefix, walk.example or _NOBODY, walk.about.alive)
            except ProtocolError:
                return False
            self._gave_one = bool(page.records if walk.example else page.gone)
        return self._gave_one

    def _page(self, found: _Found) -> Page:
        """What has a name and cannot be had waits in quarantine: it is accounted for."""
        return self._walk.page(found.records, tuple(found.refused))
