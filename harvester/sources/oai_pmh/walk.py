"""A list, page after page, from a place to the verdict.

Complete is what was checked: every page was whole, the last token was empty or absent, nothing came twice in a circle, and
as many records arrived as were announced. Anything else ends as incomplete, with the reason, or raises. What to do where a
page cannot be had is in ``ladder``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from harvester.errors import SourceError
from harvester.http import masked
from harvester.record import Broken, Extent, Page, RawRecord, Verdict
from harvester.sources.oai_pmh.about import IGNORED, About
from harvester.sources.oai_pmh.client import Client, PageOfSickle
from harvester.sources.oai_pmh.clocks import server_time, utc
from harvester.sources.oai_pmh.hashes import Hashes
from harvester.sources.oai_pmh.ladder import Ladder
from harvester.sources.oai_pmh.listing import IDLE_PAGES
from harvester.sources.oai_pmh.place import Place
from harvester.sources.oai_pmh.probes import answers_any_date
from harvester.sources.oai_pmh.windows import outside

log = logging.getLogger(__name__)

_ROUND: Final = 50
"""A page of 50, 100 or 1000 records, without a token, is in doubt: it may be the most that the server gives."""


class Walk:
    """One list, window after window; most lists are one window.

    ``named``: the identifiers that came before the place, where it is one in mid-list.
    """

    def __init__(
        self, client: Client, about: About, list_name: str, place: Place, max_pages: int, named: Iterable[str] = ()
    ) -> None:
        self.client = client
        self.about = about
        self.prefix, _, self.set_spec = list_name.partition("#")
        self.place = place
        self.max_pages = max_pages
        self.pages_so_far = 0
        self.deepest = 0
        """The most pages that a list had here."""
        self.stopped = ""
        """Why the list as a whole goes no further."""
        self.known = Hashes(hash(i) for i in named) if place.token or place.divided else Hashes()
        """Of identifiers received, or in quarantine."""
        self.carried = max(0, place.seen - len(self.known)) if place.token or place.divided else 0
        """Received before, but not written down."""
        self.example = ""
        """An identifier that came with its record."""
        self.asked_at = 0.0
        """When the last request for a page went out: ``time.monotonic()``."""
        self.dates: tuple[str, str] = ("", "")
        """The first and the last day of which something came, as far as it was said."""
        self._extent = Extent(format=self.prefix, set_spec=self.set_spec) if place.whole else None
        self._opening: tuple[str, ...] = ()
        self._ladder = Ladder(self)
        if place.divided:
            place.token = ""  # a part is short: it is asked for again, and counted again
        self.begin_window(keep=bool(place.token))

    def begin_window(self, *, keep: bool = False) -> None:
        """At the start of a window; ``keep``: in the middle of the only one."""
        if not self.place.divided and not keep:
            self.known = Hashes()
            self.carried = 0
        self.inside = Hashes() if self.place.divided or (keep and self.place.anew) else self.known
        """Of the identifiers received in this window."""
        self.size = self.place.announced if keep else None
        """The most that the window was said to hold, at any of its pages."""
        self.last_size = self.size
        self.pages_here = 0
        self._tokens: set[str] = set()
        self._last: tuple[str, ...] = ()
        self._full = 0
        self._gaps = 0
        self._same_token = False
        self._idle = 0

    @property
    def received(self) -> int:
        """Identifiers of this window."""
        return len(self.inside) if self.place.divided else len(self.known) + self.carried

    @property
    def selection(self) -> dict[str, str]:
        return self.select(self.place.span)

    def select(self, span: tuple[str, str]) -> dict[str, str]:
        """The arguments of a list."""
        wanted = {"metadataPrefix": self.prefix, "set": self.set_spec, "from": span[0], "until": span[1]}
        return {key: value for key, value in wanted.items() if value}

    def pages(self) -> Iterator[Page]:
        last: Page | None
        while True:
            try:
                last = yield from self._window()
            except SourceError as error:
                last = yield from self._ladder.after(error)
            else:
                if not self.short:
                    self._ladder.ended_well()
            if last is not None and not self.stopped and (self.short or self.dubious):
                yield self.on(last)
                last = yield from (self._ladder.make_up() if self.short else self._ladder.look_again())
            if last is None:
                continue
            if self.stopped and self.place.windows and self.pages_so_far < self.max_pages:
                self.place.lose(self.stopped)  # a circle in one part leaves the others
                self.stopped = ""
            if not self.stopped and self.place.next_window():
                yield self.on(last)
                self.begin_window()
                self._ladder.next_window()
                continue
            if self.place.divided and not self.stopped:
                yield self.on(last)
                last = yield from self._ladder.sweep()
            yield self._ended(last)
            return

    @property
    def short(self) -> bool:
        """Fewer came than the window was said to hold."""
        return self.size is not None and self.received < self.size

    @property
    def dubious(self) -> bool:
        """Nobody said how long the list is, and it ended as few do: with a full page, after an empty one, or empty itself."""
        if self.size is not None or (self.place.divided and not self.place.cut):
            return False
        if not self.tapers or self.place.cut:
            return not self.tapers
        return self._gaps > 0 or self._same_token or (self.place.whole and not self.received)

    @property
    def tapers(self) -> bool:
        """The window ended as lists do: there was one page, not just as many as a server might give at most, or the last one
        had room left."""
        if self.pages_here <= 1:
            return not self._last or len(self._last) % _ROUND > 0
        return not 0 < self._full <= len(self._last)

    def on(self, page: Page) -> Page:
        """A page of the list, with the place after it."""
        return replace(page, place=self.place.kept(), announced=self.place.announced, extent=self._extent)

    def page(self, records: list[RawRecord] | None = None, broken: tuple[Broken, ...] = ()) -> Page:
        """Records that did not come as a page of the list."""
        found = records or []
        self._count([*(r.identifier for r in found), *(b.identifier for b in broken)])
        return Page(records=found, broken=broken)

    def _window(self) -> Generator[Page, None, Page]:
        """The pages of a window from where it stands; the last one is returned."""
        token = self.place.token
        arguments = {"resumptionToken": token} if token else self.selection
        self._ask()
        for answer in self.client.ListRecords(**arguments):  # type: ignore[no-untyped-call]
            page = self._taken(answer)
            if not self.place.token or self.stopped:
                return page
            yield self.on(page)
            self._ask()
        raise AssertionError("a list without a last page")

    def _ask(self) -> None:
        self.client.patient = self._ladder.patient
        self.asked_at = time.monotonic()

    def _taken(self, answer: PageOfSickle) -> Page:
        envelope = answer.envelope
        self.begin(answer)
        self._announced(None if envelope.token is None else envelope.token.size)
        identifiers = tuple(record.identifier for record in envelope.records) + tuple(
            broken.identifier or broken.payload.hex()[:200] for broken in envelope.broken
        )
        if not all(broken.identifier for broken in envelope.broken):
            self.place.whole, self._extent = False, None  # any record may be the one that came without its name
        new = self._count(identifiers)
        if envelope.records and not self.example:
            self.example = next((r.identifier for r in envelope.records if not r.deleted), "")
        days = sorted(r.datestamp[:10] for r in envelope.records if utc(r.datestamp[:10]))
        if days:
            self.dates = min(self.dates[0] or days[0], days[0]), max(self.dates[1], days[-1])
        self._idle = 0 if new else self._idle + 1
        self.pages_here += 1
        self.pages_so_far += 1
        self.deepest = max(self.deepest, self.pages_here)
        if self.pages_here == 1:
            self._full = len(identifiers)
            self._look_at_dates(envelope.records, identifiers)
        sent, self.place.token = self.place.token, "" if envelope.token is None else envelope.token.text
        if self.place.token:
            self._gaps += not identifiers
            self._watch(sent, identifiers)
        self._last = identifiers
        return Page(records=list(envelope.records), broken=envelope.broken, repairs=envelope.repairs)

    def begin(self, answer: PageOfSickle) -> None:
        """The first answer of a list says when it began, by the server's clock."""
        if not self.place.started:
            self.place.started = server_time(answer)

    def _count(self, identifiers: Iterable[str]) -> int:
        """How many of the identifiers are new to the window."""
        before = len(self.inside)
        hashes = [hash(identifier) for identifier in identifiers]
        self.inside.update(hashes)
        if self.inside is not self.known:
            self.known.update(hashes)
        self.place.seen = len(self.known) + self.carried
        return len(self.inside) - before

    def _announced(self, size: int | None) -> None:
        if size is None or self.about.quirks.get("sizes") == IGNORED:
            return
        self.last_size = size
        self.size = max(size, self.size or 0)
        if not self.place.divided:
            self.place.announced = self.size

    def _watch(self, sent: str, identifiers: tuple[str, ...]) -> None:
        """Guards against lists without an end."""
        self._tokens.add(sent)
        again = self.place.token in self._tokens
        one_for_all = self.place.token == sent and not self._idle
        self._same_token |= one_for_all  # the server counts the pages by itself
        if again and not one_for_all:
            self.stopped = "loop: the repository gave a token that it had given before"
        elif identifiers and identifiers == self._last:
            self.stopped = "loop: the repository gave the same page twice"
        elif self._idle >= IDLE_PAGES:
            self.stopped = f"loop: {self._idle} pages in a row without a new record"
        elif self.pages_so_far >= self.max_pages:
            self.stopped = f"stopped after {self.pages_so_far} pages, as max_pages says"

    def _look_at_dates(self, records: tuple[RawRecord, ...], identifiers: tuple[str, ...]) -> None:
        """At the first page of a window: does the repository keep to from= and until= at all?"""
        strangers = sum(outside(record.datestamp, self.place.span) for record in records)
        if strangers * 2 > len(records) and self.about.keeps_to_dates:
            if self.place.divided and identifiers == self._opening:
                log.info("%s: its list is the same with other dates", masked(self.client.endpoint))
                self._ladder.whole_again()
            elif not self.place.divided and len(records) >= 5 and answers_any_date(self, identifiers):
                log.info("%s: it ignores from=; its whole list comes each time", masked(self.client.endpoint))
                self.about.quirks["dates"] = IGNORED
        self._opening = identifiers or self._opening

    def _ended(self, page: Page) -> Page:
        verdict = self._verdict()
        if self.set_spec and not self.place.seen and not self.place.since and verdict.complete:
            log.warning(
                "%s: the set %r holds nothing: is it spelled as in ListSets?",
                masked(self.client.endpoint),
                self.set_spec,
            )
        if verdict.complete:
            self._ladder.learned()
        return replace(
            page,
            verdict=verdict,
            complete_through=self.place.started or None if verdict.complete else None,
            announced=self.place.announced,
            extent=self._extent,
        )

    def _verdict(self) -> Verdict:
        lost = self.place.lost
        if self.stopped:
            return Verdict(complete=False, reason=self.stopped)
        if lost:
            return Verdict(
                complete=False,
                reason="; ".join(map(str, lost[:3])) + (f"; and {len(lost) - 3} more" if len(lost) > 3 else ""),
            )
        announced = self.place.announced
        if announced is not None and self.place.seen < announced:
            return Verdict(complete=False, reason=f"{self.place.seen} of {announced} records that were announced")
        return Verdict(complete=True)
