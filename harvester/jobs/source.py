"""One source: each of its lists into the store, page by page; whatever happens, it becomes a row of the run's table."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from harvester import errors, sources
from harvester.clock import iso, now
from harvester.config import Config
from harvester.errors import HarvesterError, Locked, SourceError, SourceUnavailable
from harvester.jobs.book import locks
from harvester.jobs.due import due_from, wait_after, whole_due
from harvester.jobs.patience import OutOfTime, Patience
from harvester.jobs.report import Listen, Plan, SourceReport
from harvester.jobs.sessions import session
from harvester.locks import lock
from harvester.log import about
from harvester.masking import masked
from harvester.record import Json, Page, Verdict
from harvester.sources import Cursor, Source, Window
from harvester.store import Store, Tally

if TYPE_CHECKING:
    from harvester.http import Session

log = logging.getLogger(__name__)

ASKED_FOR: Final = 1000
"""So many records that a list no longer names are asked for one by one; of more, the list is believed."""


class Order(Struct, frozen=True, kw_only=True):
    """What all sources of a run share."""

    config: Config
    run_id: int
    plan: Plan
    patience: Patience
    listen: Listen | None = None


def harvest_source(order: Order, store: Store, name: str) -> SourceReport | None:
    """Harvest one source. None where, under ``--due``, another process is at it or has just done it."""
    with about(run=order.run_id or None, source=name):
        return _Harvest(order, store, name).report()


class _Harvest:
    """A source while it is harvested: what came so far, how its lists ended, what went wrong."""

    def __init__(self, order: Order, store: Store, name: str) -> None:
        self.order = order
        self.plan = order.plan
        self.store = store
        self.name = name
        self.settings = order.config.sources[name]
        self.network = self.settings.kind != "files"
        self.window = order.plan.window
        self.tally = Tally()
        self.verdicts: list[Verdict] = []
        self.error: Exception | None = None
        self.code = errors.COMPLETE
        self.cut_short = False
        """It was ended as it was asked for: that says nothing about the source."""
        self.whole = True
        self._session: Session | None = None
        self._started = datetime.now(UTC)
        self._begun = time.monotonic()

    def report(self) -> SourceReport | None:
        """All of it under the source's lock, also what is written down at the end: who gets the lock next reads it."""
        with ExitStack() as held:
            try:
                held.enter_context(lock(locks(self.order.config), f"source-{self.name}"))
            except HarvesterError as error:
                if self.plan.due and isinstance(error, Locked):
                    log.info("left to another process: %s", error)
                    return None
                self._begin()
                self._failed(error)
                return self._end()
            if self._done_meanwhile():
                return None
            self._begin()
            self._lists()
            return self._end()

    def _done_meanwhile(self) -> bool:
        """Two timers that start together find the same sources due; the second one looks again when it has the lock."""
        if not self.plan.due:
            return False
        schedule = self.store.schedule
        known, unfinished = schedule.of(self.name), schedule.unfinished(self.name)
        return due_from(self.settings, known, unfinished=unfinished, now=self._started) is not None

    def _begin(self) -> None:
        if not self.plan.dry_run:
            self.store.begin_source(self.order.run_id, self.name)

    def _lists(self) -> None:
        try:
            self.order.patience.check()
            self._notice_a_move()
            self.window = self._window()
            with session(self.order.config, self.settings, self.order.patience) as self._session:
                quirks = self.store.quirks(self.name)
                source = sources.kind(self.settings.kind).connect(
                    self.name, self.settings, self._session, dict(quirks) if self.plan.dry_run else quirks
                )
                for list_name in source.lists:
                    self._list(source, list_name)
        except OutOfTime as error:
            self._stopped(error)
        except HarvesterError as error:
            self._failed(error)
        except Exception as error:
            log.exception("%s: this is a bug in harvester", self.name)
            self._failed(error)
        except BaseException:
            if not self.plan.dry_run:
                self.store.end_source(self.order.run_id, self.name, "interrupted", self._requests)
            raise

    def _window(self) -> Window:
        """What was asked for; where that is nothing in particular, now and then everything (``full_every``)."""
        schedule = self.store.schedule
        if self.window == Window() and whole_due(
            self.settings, schedule.of(self.name), unfinished=schedule.unfinished(self.name), now=self._started
        ):
            log.info("%s: everything is due, as full_every says", self.name)
            return Window(full=True)
        return self.window

    def _notice_a_move(self) -> None:
        if self.plan.dry_run:
            return
        before = self.store.moved(self.name, masked(getattr(self.settings, "url", "") or ""))
        if before is not None:
            log.warning(
                "%s: was harvested from %s until now; everything is asked for anew. If this is another repository,"
                " `harvester source remove %s` first",
                self.name,
                before,
                self.name,
            )

    # --- a list ------------------------------------------------------------------------------------------------------

    def _list(self, source: Source, list_name: str) -> None:
        """A window has a place of its own: that of the whole list stays where it is."""
        booked = list_name + _span(self.window)
        cursor = Cursor() if self.window.full else self.store.cursor(self.name, booked)
        if cursor.place is None and not self.plan.dry_run:
            self.store.begin_list(self.name, booked)
        try:
            last = self._pages(source, list_name, booked, cursor)
        except SourceError as error:
            if self.order.patience.over:  # what was on its way was cut off by us
                raise OutOfTime(f"stopped after {self.plan.max_seconds:g} seconds") from error
            verdict = Verdict(complete=False, reason=str(error))
            if not self.plan.dry_run:
                self.store.abandon(
                    self.name, booked, str(verdict), forget_place=not isinstance(error, SourceUnavailable)
                )
            if isinstance(error, SourceUnavailable) and not error.this_list_only:
                raise  # its other lists are on the same host
            self._failed(error)
            return
        fresh = self.window.full or cursor == Cursor()
        self.whole = self.whole and (fresh or last.extent is not None)

    def _pages(self, source: Source, list_name: str, booked: str, cursor: Cursor) -> Page:
        """All pages of a list, each kept with the place after it. Returns the last one."""
        place = cursor.place
        page: Page | None = None
        pages = source.pages(list_name, cursor, self.window)
        while page is None or page.verdict is None:
            self.order.patience.check()
            if self._session is not None:
                self._session.total_timeout = self.order.patience.left(self.order.config.http.total_timeout)
            fetched = next(pages, None)
            if fetched is None:
                raise RuntimeError(f"{list_name} ended without a verdict")
            page = self._limited(fetched, place)
            if self.plan.dry_run:
                self._add(self.store.compare(self.name, page))
            else:
                vanished = self._vanished(source, list_name, booked, page)
                self._add(
                    self.store.save(
                        self.order.run_id, self.name, booked, page, move=not self.window.explicit, vanished=vanished
                    )
                )
            place = page.place
        self.verdicts.append(page.verdict)
        return page

    def _vanished(self, source: Source, list_name: str, booked: str, last: Page) -> list[str]:
        """What a whole list no longer names, and what is not there either when it is asked for by itself.

        A repository that lost its data, or an index that is being rebuilt, must not empty the evidence base: beyond
        ``max_unseen`` nothing is marked unless the operator says so.
        """
        if last.extent is None or last.verdict is None or not last.verdict.complete:
            return []
        unseen, live = self.store.unseen(self.name, booked, last)
        most = self.settings.max_unseen
        if len(unseen) > most * live and not self.plan.force:
            self._refused(
                f"{len(unseen)} of {live} records are no longer listed: that is more than {most:.0%}, so nothing was"
                f" removed; look at the source, then `harvester run --full --force {self.name}` removes them"
            )
            return []
        alive: set[str] = set()
        for page in source.fetch(list_name, unseen[:ASKED_FOR]) if unseen else ():
            self._add(self.store.keep(self.order.run_id, self.name, page))
            alive |= {raw.identifier for raw in page.records} | {b.identifier for b in page.broken}
        return [identifier for identifier in unseen if identifier not in alive]

    def _limited(self, page: Page, place: dict[str, Json] | None) -> Page:
        """A page cut to what ``--limit`` leaves; the place stays before it, so nothing is skipped later."""
        limit, after = self.plan.limit, self.tally.fetched + len(page.records)
        if limit is None or after < limit or (after == limit and page.verdict):
            return page
        self.cut_short = True
        return msgspec.structs.replace(
            page,
            records=page.records[: limit - self.tally.fetched],
            place=place,
            verdict=Verdict(complete=False, reason=f"stopped at the limit of {limit} records"),
            complete_through=None,
            extent=None,
        )

    # --- how it goes, and how it ended -------------------------------------------------------------------------------

    def _add(self, tally: Tally) -> None:
        self.tally += tally
        if self.order.listen:
            self.order.listen(self.name, self.tally)

    def _refused(self, reason: str) -> None:
        """The list is complete, but what follows from it was not done."""
        log.warning("%s: %s", self.name, reason)
        self.verdicts.append(Verdict(complete=False, reason=reason))

    def _stopped(self, error: OutOfTime) -> None:
        self.cut_short = True
        self.verdicts.append(Verdict(complete=False, reason=str(error)))

    def _failed(self, error: Exception) -> None:
        """The first error is the source's; a later one, of another list, is only said."""
        log.warning("%s: %s", self.name, error)
        if self.error is None:
            self.error = error
            self.code = error.exit_code if isinstance(error, HarvesterError) else errors.BUG

    @property
    def _requests(self) -> int:
        return self._session.count if self._session else 0

    def _end(self) -> SourceReport:
        incomplete = [v for v in self.verdicts if not v.complete]
        said = None if self.error is None else str(self.error) or type(self.error).__name__
        if self.error is not None:
            word = "skipped" if self.code == errors.LOCKED else "incomplete" if self.tally.fetched else "failed"
            verdict = f"{word} ({said})"
        else:
            verdict = str(incomplete[0]) if incomplete else f"complete{_span(self.window)}"
        complete = self.error is None and not incomplete
        if not self.plan.dry_run:
            self.store.end_source(self.order.run_id, self.name, verdict, self._requests)
        return SourceReport(
            source=self.name,
            network=self.network,
            tally=self.tally,
            verdict=verdict,
            complete=complete,
            requests=self._requests,
            seconds=round(time.monotonic() - self._begun, 3),
            error=said,
            error_code=None if self.error is None else self.code,
            not_before=self._scheduled(complete, verdict),
        )

    def _scheduled(self, complete: bool, verdict: str) -> str | None:
        """Write down how it went, for runs of what is due. Returns until when it is left alone."""
        if self.plan.dry_run or self.window.explicit or self.cut_short or self.code == errors.LOCKED:
            return None
        schedule, started = self.store.schedule, iso(self._started)
        if complete:
            schedule.completed(self.name, started=started, ended=now(), whole=self.whole)
            return None
        not_before = None
        if self.network:
            known = schedule.of(self.name)
            asked = self.error.retry_after if isinstance(self.error, SourceUnavailable) else None
            not_before = iso(datetime.now(UTC) + wait_after(1 + (known.failures if known else 0), asked))
        schedule.failed(self.name, started=started, not_before=not_before, reason=verdict)
        return not_before


def _span(window: Window) -> str:
    """What of a list was asked for: a source was complete, for ``status``, only when that was all of it."""
    words = f" since {window.since}" if window.since else ""
    return words + (f" until {window.until}" if window.until else "")
