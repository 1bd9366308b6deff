"""The left half: every list of every source into the store, page by page. One source failing never stops the others."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from harvester import errors, sources
from harvester.config import Config
from harvester.errors import HarvesterError, SourceError, SourceUnavailable
from harvester.jobs.book import locks
from harvester.jobs.report import Listen, Plan, SourceReport
from harvester.locks import lock
from harvester.record import Page, Verdict
from harvester.sources import Cursor, Source, Window
from harvester.store import Store, Tally

if TYPE_CHECKING:
    from harvester.http import Session

log = logging.getLogger(__name__)


def harvest_sources(
    config: Config, store: Store, run_id: int, plan: Plan, listen: Listen | None
) -> Iterator[SourceReport]:
    names = dict.fromkeys(plan.sources) or [name for name, settings in config.sources.items() if settings.enabled]
    for name in names:
        yield _harvest_source(config, store, run_id, name, plan, listen)


def _harvest_source(
    config: Config, store: Store, run_id: int, name: str, plan: Plan, listen: Listen | None
) -> SourceReport:
    """Every list of a source, page by page; whatever happens, it becomes a row of the run's table."""
    settings = config.sources[name]
    progress = _Progress(name, settings.kind != "files", plan.window, listen)
    if not plan.dry_run:
        store.begin_source(run_id, name)
    try:
        with lock(locks(config), f"source-{name}"), _session(config, settings) as session:
            progress.session = session
            quirks = store.quirks(name)
            source = sources.kind(settings.kind).connect(
                name, settings, session, dict(quirks) if plan.dry_run else quirks
            )
            for list_name in source.lists:
                _harvest_list(store, run_id, source, list_name, plan, progress, settings.max_unseen)
    except HarvesterError as error:
        progress.failed(error, code=error.exit_code)
    except Exception as error:
        log.exception("%s: this is a bug in harvester", name)
        progress.failed(error, code=errors.BUG)
    except BaseException:
        if not plan.dry_run:
            store.end_source(run_id, name, "interrupted", progress.session.count if progress.session else 0)
        raise
    report = progress.report()
    if not plan.dry_run:
        store.end_source(run_id, name, report.verdict, report.requests)
    return report


def _harvest_list(
    store: Store, run_id: int, source: Source, list_name: str, plan: Plan, progress: _Progress, max_unseen: float
) -> None:
    name = progress.name
    booked = list_name + _span(plan.window)  # a window has a place of its own: that of the whole list stays where it is
    cursor = Cursor() if plan.window.full else store.cursor(name, booked)
    place = cursor.place
    if place is None and not plan.dry_run:
        store.begin_list(name, booked)
    try:
        for fetched in source.pages(list_name, cursor, plan.window):
            page = _limited(fetched, plan, progress.tally.fetched, place)
            if plan.dry_run:
                progress.add(store.compare(name, page))
            else:
                gone = _vanished(store, run_id, source, list_name, booked, page, plan, progress, max_unseen)
                progress.add(store.save(run_id, name, booked, page, move=not plan.window.explicit, vanished=gone))
            place = page.place
            if page.verdict:
                progress.verdicts.append(page.verdict)
                return
    except SourceError as error:
        verdict = Verdict(complete=False, reason=str(error))
        if not plan.dry_run:
            store.abandon(name, booked, str(verdict), forget_place=not isinstance(error, SourceUnavailable))
        if isinstance(error, SourceUnavailable):
            raise  # its other lists are on the same host
        progress.failed(error, code=error.exit_code)


def _vanished(
    store: Store,
    run_id: int,
    source: Source,
    list_name: str,
    booked: str,
    last: Page,
    plan: Plan,
    progress: _Progress,
    max_unseen: float,
) -> list[str]:
    """What a whole list no longer names, and what is not there either when it is asked for by itself.

    A repository that lost its data, or an index that is being rebuilt, must not empty the evidence base: beyond
    ``max_unseen`` nothing is marked unless the operator says so.
    """
    if last.extent is None or last.verdict is None or not last.verdict.complete:
        return []
    unseen, live = store.unseen(progress.name, booked, last)
    if len(unseen) > max_unseen * live and not plan.force:
        progress.refused(
            f"{len(unseen)} of {live} records are no longer listed: that is more than {max_unseen:.0%}, so nothing was"
            " removed; look at the source, then say --full --force to remove them"
        )
        return []
    alive: set[str] = set()
    for page in source.fetch(list_name, unseen[:ASKED_FOR]) if unseen else ():
        progress.add(store.keep(run_id, progress.name, page))
        alive |= {raw.identifier for raw in page.records} | {b.identifier for b in page.broken}
    return [identifier for identifier in unseen if identifier not in alive]


ASKED_FOR: Final = 1000
"""So many records that a list no longer names are asked for one by one; of more, the list is believed."""


def _limited(page: Page, plan: Plan, fetched: int, place: dict[str, object] | None) -> Page:
    """A page cut to what ``--limit`` leaves; the place stays before it, so nothing is skipped later."""
    after = fetched + len(page.records)
    if plan.limit is None or after < plan.limit or (after == plan.limit and page.verdict):
        return page
    return msgspec.structs.replace(
        page,
        records=page.records[: plan.limit - fetched],
        place=place,
        verdict=Verdict(complete=False, reason=f"stopped at the limit of {plan.limit} records"),
        complete_through=None,
        extent=None,
    )


class _Progress:
    """What is known of a source while it is being harvested."""

    def __init__(self, name: str, network: bool, window: Window, listen: Listen | None) -> None:
        self.name = name
        self.network = network
        self.window = window
        self.tally = Tally()
        self.verdicts: list[Verdict] = []
        self.errors: list[tuple[str, int]] = []
        self.session: Session | None = None
        self._listen = listen

    def add(self, tally: Tally) -> None:
        self.tally += tally
        if self._listen:
            self._listen(self.name, self.tally)

    def refused(self, reason: str) -> None:
        """The list is complete, but what follows from it was not done."""
        log.warning("%s: %s", self.name, reason)
        self.verdicts.append(Verdict(complete=False, reason=reason))

    def failed(self, error: Exception, *, code: int) -> None:
        log.warning("%s: %s", self.name, error)
        self.errors.append((str(error) or type(error).__name__, code))

    def report(self) -> SourceReport:
        incomplete = [v for v in self.verdicts if not v.complete]
        if self.errors:
            word = "skipped" if self.errors[0][1] == errors.LOCKED else "incomplete" if self.tally.fetched else "failed"
            verdict = f"{word} ({self.errors[0][0]})"
        else:
            verdict = str(incomplete[0]) if incomplete else f"complete{_span(self.window)}"
        return SourceReport(
            source=self.name,
            network=self.network,
            tally=self.tally,
            verdict=verdict,
            complete=not self.errors and not incomplete,
            requests=self.session.count if self.session else 0,
            error=self.errors[0][0] if self.errors else None,
            error_code=self.errors[0][1] if self.errors else None,
        )


def _span(window: Window) -> str:
    """What of a list was asked for: a source was complete, for ``status``, only when that was all of it."""
    words = f" since {window.since}" if window.since else ""
    return words + (f" until {window.until}" if window.until else "")


def _session(config: Config, settings: sources.Settings) -> Session:
    from harvester.http import Session

    http = config.http
    return Session(
        contact=config.harvester.contact,
        timeout=(http.connect_timeout, http.read_timeout),
        total_timeout=http.total_timeout,
        retries=http.retries,
        pace=settings.pace if settings.pace is not None else http.pace,
        max_bytes=http.max_bytes,
        headers=settings.headers,
        verify=settings.verify,
    )
