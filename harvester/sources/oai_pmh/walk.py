"""A list, page after page, from a place to the verdict.

Complete is what was checked: every page was whole, the last token was empty or absent, nothing came twice in a circle, and
as many records arrived as were announced. Anything else ends as incomplete, with the reason, or raises.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from harvester.http import masked
from harvester.record import Page, Verdict
from harvester.sources.oai_pmh import shortfall
from harvester.sources.oai_pmh.client import Client, PageOfSickle, Refusal
from harvester.sources.oai_pmh.clocks import server_time

log = logging.getLogger(__name__)

IDLE_PAGES = 5
"""So many pages on end without a new identifier are a circle."""
RESTARTS = 8
"""How often a list may start anew in one run; each time only if the time before got further than ever."""


class Place(Struct, omit_defaults=True):
    """Where a list goes on; kept by the store after every page."""

    token: str
    since: str = ""
    """``from`` as it was sent; empty: the list from the beginning."""
    until: str = ""
    started: str = ""
    """The server's time when the list began."""
    seen: int = 0
    """Identifiers received so far, each counted once."""
    announced: int | None = None
    asked: tuple[str, str] = ("", "")
    """The operator's own window: a place is not for a list of another window."""


class Walk:
    """One list, page after page."""

    def __init__(self, client: Client, prefix: str, set_spec: str, place: Place, max_pages: int) -> None:
        self.place = place
        self._client = client
        self._prefix = prefix
        self._set = set_spec
        self._max_pages = max_pages
        self._restarts = 0
        self._furthest = -1
        self._clear()

    def _clear(self) -> None:
        self._tokens: set[str] = set()
        self._known: set[int] = set()  # hashes: a tenth of the memory of identifiers
        self._carried = self.place.seen  # from before this process
        self._last: tuple[str, ...] = ()
        self._idle = 0
        self._pages = 0

    @property
    def at_its_first_request(self) -> bool:
        return not self._pages

    def restart(self) -> bool:
        """Back to the beginning, if that is worth it: what was received already costs nothing to receive again."""
        if self._restarts >= RESTARTS or self.place.seen <= self._furthest:
            return False
        log.info("%s: the token is no longer accepted; the list begins anew", masked(self._client.endpoint))
        self._restarts += 1
        self._furthest = self.place.seen
        self.place = Place("", self.place.since, self.place.until, asked=self.place.asked)
        self._clear()
        return True

    def pages(self) -> Iterator[Page]:
        answers = self._answers()
        while True:
            try:
                page = self._page(next(answers))
            except Refusal as refusal:
                ending = self._ending(refusal)
                if ending is None:
                    raise
                page = ending
            if page.verdict is not None and not self._carried and self._is_short(page.verdict):
                yield replace(page, verdict=None, complete_through=None)
                page = self._made_up()
            yield page
            if page.verdict is not None:
                return

    def _answers(self) -> Iterator[PageOfSickle]:
        yield from self._client.ListRecords(**self._arguments())  # type: ignore[no-untyped-call]

    def _arguments(self) -> dict[str, str]:
        return {"resumptionToken": self.place.token} if self.place.token else self._selection()

    def _selection(self) -> dict[str, str]:
        wanted = {
            "metadataPrefix": self._prefix,
            "set": self._set,
            "from": self.place.since,
            "until": self.place.until,
        }
        return {key: value for key, value in wanted.items() if value}

    def _page(self, page: PageOfSickle) -> Page:
        envelope = page.envelope
        place = self.place
        if not place.token:
            place.started = server_time(page)
        if envelope.token is not None and envelope.token.size is not None:
            place.announced = max(envelope.token.size, place.announced or 0)
        identifiers = tuple(record.identifier for record in envelope.records) + tuple(
            broken.identifier or broken.payload.hex()[:200] for broken in envelope.broken
        )
        before = len(self._known)
        self._known.update(map(hash, identifiers))
        self._idle = 0 if len(self._known) > before else self._idle + 1
        self._pages += 1
        place.seen = self._carried + len(self._known)
        sent, place.token = place.token, "" if envelope.token is None else envelope.token.text
        verdict = self._verdict(identifiers, sent)
        self._last = identifiers
        return Page(
            records=list(envelope.records),
            broken=envelope.broken,
            place=msgspec.to_builtins(place) if verdict is None else None,
            verdict=verdict,
            complete_through=place.started if verdict is not None and verdict.complete else None,
            announced=place.announced,
            repairs=envelope.repairs,
        )

    def _verdict(self, identifiers: tuple[str, ...], sent: str) -> Verdict | None:
        token = self.place.token
        if not token:
            return self._count()
        self._tokens.add(sent)
        if token in self._tokens:
            return _incomplete("loop: the repository gave a token that it had given before")
        if identifiers and identifiers == self._last:
            return _incomplete("loop: the repository gave the same page twice")
        if self._idle >= IDLE_PAGES:
            return _incomplete(f"loop: {self._idle} pages in a row without a new record")
        if self._pages >= self._max_pages:
            return _incomplete(f"stopped after {self._pages} pages, as max_pages says")
        return None

    def _count(self) -> Verdict:
        seen, announced = self.place.seen, self.place.announced
        if announced is not None and seen < announced:
            return _incomplete(f"{seen} of {announced} records that were announced")
        return Verdict(complete=True)

    def _is_short(self, verdict: Verdict) -> bool:
        return not verdict.complete and verdict == self._count()

    def _made_up(self) -> Page:
        """The last page of a list that gave fewer records than it announced: what could still be fetched of them."""
        records, broken = shortfall.fetch(self._client, self._selection(), self._known)
        self._known.update(hash(record.identifier) for record in records)
        self.place.seen = len(self._known)
        verdict = self._count()
        return Page(
            records=records,
            broken=tuple(broken),
            verdict=verdict,
            complete_through=self.place.started if verdict.complete else None,
            announced=self.place.announced,
        )

    def _ending(self, refusal: Refusal) -> Page | None:
        """The last page of a list that ends with an error: nothing (more) matches, or a token after the last record."""
        place = self.place
        if refusal.code == "noRecordsMatch":
            if place.token and not self._pages:
                refusal.code = "badResumptionToken"  # of an earlier run: nobody knows what it stood for
                return None
            if not place.token:
                place.started = server_time(refusal.page)
            verdict = self._count()
        elif refusal.code == "badResumptionToken" and place.announced is not None and place.seen >= place.announced > 0:
            verdict = Verdict(complete=True)
        else:
            return None
        if self._set and not place.seen and not place.since:
            log.warning(
                "%s: the set %r holds nothing: is it spelled as in ListSets?", masked(self._client.endpoint), self._set
            )
        through = place.started if verdict.complete else None
        return Page(records=[], verdict=verdict, complete_through=through, announced=place.announced)


def _incomplete(reason: str) -> Verdict:
    return Verdict(complete=False, reason=reason)
