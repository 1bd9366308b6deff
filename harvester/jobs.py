"""The program, from top to bottom: harvest, index, publish.

Left of the store there is network and nothing else; between store and index there are pure functions. This is the only
room that sees both halves. One source failing never stops the others.

Each half is imported where it is used: a harvest needs no index, and a rebuild no network.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from harvester import errors, sources
from harvester.config import Config
from harvester.errors import HarvesterError, SourceError, SourceUnavailable
from harvester.locks import lock
from harvester.record import Page, Step, Verdict, Work
from harvester.sources import Cursor, Source, Window
from harvester.store import Store, Tally

if TYPE_CHECKING:
    from harvester import index
    from harvester.http import Session

log = logging.getLogger(__name__)

Listen = Callable[[str, Tally], None]
"""Called after each page with the source's name and its tally so far, for progress."""


class Plan(Struct, frozen=True, kw_only=True):
    """What to harvest."""

    sources: tuple[str, ...] = ()
    """Empty: every source that is enabled."""
    window: Window = Window()
    limit: int | None = None
    """Records per source; the list is then incomplete, and its place does not move past what was kept."""
    dry_run: bool = False
    """Fetch and compare, but keep nothing."""


class SourceReport(Struct, frozen=True, kw_only=True):
    """How the harvest of one source ended."""

    source: str
    network: bool
    """False for files: whether every source is unreachable is a question about the others."""
    tally: Tally
    verdict: str
    complete: bool
    requests: int = 0
    error: str | None = None
    error_code: int | None = None
    """The exit code of the error's class."""


class RunReport(Struct, frozen=True, kw_only=True):
    """How a run ended: one row a source, what was written, and the exit code."""

    run_id: int
    """Its number in the store's book; 0 for a dry run."""
    sources: list[SourceReport] = []
    index: index.Report | None = None
    site: list[Path] = []
    exit_code: int = errors.COMPLETE


# --- commands --------------------------------------------------------------------------------------------------------


def harvest(config: Config, plan: Plan, listen: Listen | None = None) -> RunReport:
    """Fetch what changed in every source into store.db."""
    with _booked(config, plan, "harvest") as (store, run):
        run.sources += _harvest_sources(config, store, run.id, plan, listen)
        return run.report()


def update(config: Config) -> RunReport:
    """Bring index.db up to what store.db holds."""
    with Store.open(config.store, create=False) as store, _recorded(store, "index") as run:
        _update_index(config, store, run)
        return run.report()


def run(config: Config, plan: Plan, listen: Listen | None = None) -> RunReport:
    """Harvest, index, publish: what a scheduled job does."""
    with _booked(config, plan, "run") as (store, run):
        run.sources += _harvest_sources(config, store, run.id, plan, listen)
        if not plan.dry_run:
            _update_index(config, store, run)
            run.site += publish(config)
        return run.report()


def reindex(config: Config, *, workers: int | None = None, source: str | None = None) -> RunReport:
    """Make index.db anew beside the old one, verify it, switch. With ``source``: read that source's records again, in place."""
    from harvester import index

    with (
        Store.open(config.store, create=False) as store,
        _recorded(store, "reindex") as run,
        lock(_locks(config), "index"),
    ):
        finish = _finish(config)
        settings = index_settings(config, store)
        if source is not None:
            report = index.update(store, config.index, settings, reread_source=source, finish=finish)
        else:
            report = index.rebuild(
                store,
                config.index,
                settings,
                workers=workers or config.harvester.workers,
                keep=config.harvester.keep_generations,
                finish=finish,
            )
            store.set_note("index_hold", None)
        run.indexed(config, store, report)
        return run.report()


def difference(config: Config, *, workers: int | None = None) -> Iterator[index.WorkChange]:
    """What ``reindex`` would change, and why; the index stays as it is."""
    from harvester import index

    with Store.open(config.store, create=False) as store, lock(_locks(config), "index"):
        yield from index.difference(
            store, config.index, index_settings(config, store), workers=workers or config.harvester.workers
        )


def rollback(config: Config) -> int:
    """Go back to the index of the generation before, and hold it there until the next ``reindex``. Returns its number."""
    from harvester import index

    with Store.open(config.store, create=False) as store, lock(_locks(config), "index"):
        generation = index.rollback(config.index)
        stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        store.set_note("index_hold", f"rolled back to generation {generation} on {stamp}")
        return generation


def publish(config: Config, folder: Path | None = None) -> list[Path]:
    """Write the listings as a site. Returns the files."""
    from harvester import query
    from harvester.listing import render

    with query.open_index(config.index) as db:
        return render.site(db, config.listings, folder or config.site)


def export(config: Config, format_: str, *, text: str | None = None, source: str | None = None) -> Iterator[str]:
    """Works in an export format, streamed."""
    from harvester import query
    from harvester.formats import writer

    with query.open_index(config.index) as db:
        yield from writer(format_)(query.works(db, text=text, source=source))


class RecordExplained(Struct, frozen=True, kw_only=True):
    """How one record was read, and why it is part of the work."""

    source: str
    identifier: str
    format: str
    datestamp: str
    joined_by: str
    repairs: tuple[str, ...]
    steps: list[Step]


class Explained(Struct, frozen=True, kw_only=True):
    """A work with the way of each value: raw, mapped, cleaned, merged."""

    work: Work
    records: list[RecordExplained]


def explain(config: Config, name: str) -> Explained | None:
    """Read the records of a work again, step by step. None where the index does not know the name."""
    from harvester import query
    from harvester.normalise import normalise

    with query.open_index(config.index) as db, Store.read_only(config.store) as store:
        settings = index_settings(config, store)
        work_id = query.get(db, name)
        if work_id is None:
            return None
        work = query.work(db, work_id)
        joined = dict(db.execute("select id, joined_by from records where work_id = ?", (work_id,)))
        records = []
        for stored in store.records([m.id for m in work.members]):
            raw = stored.raw
            steps: list[Step] = []
            known = settings.sources.get(raw.source)
            normalise(raw, known.dialect if known else "", steps)
            records.append(
                RecordExplained(
                    source=raw.source,
                    identifier=raw.identifier,
                    format=raw.format,
                    datestamp=raw.datestamp,
                    joined_by=joined[stored.id],
                    repairs=raw.repairs,
                    steps=steps,
                )
            )
        return Explained(work=work, records=records)


# --- harvest ---------------------------------------------------------------------------------------------------------


def _harvest_sources(
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
        with lock(_locks(config), f"source-{name}"), _session(config, settings) as session:
            progress.session = session
            quirks = store.quirks(name)
            source = sources.kind(settings.kind).connect(
                name, settings, session, dict(quirks) if plan.dry_run else quirks
            )
            for list_name in source.lists:
                _harvest_list(store, run_id, source, list_name, plan, progress)
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


def _harvest_list(store: Store, run_id: int, source: Source, list_name: str, plan: Plan, progress: _Progress) -> None:
    name = progress.name
    booked = list_name + _span(plan.window)  # a window has a place of its own: that of the whole list stays where it is
    cursor = Cursor() if plan.window.full else store.cursor(name, booked)
    place = cursor.place
    try:
        for fetched in source.pages(list_name, cursor, plan.window):
            page = _limited(fetched, plan, progress.tally.fetched, place)
            if plan.dry_run:
                progress.add(store.compare(name, page))
            else:
                progress.add(store.save(run_id, name, booked, page, move=not plan.window.explicit))
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
        exhaustive=False,
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


# --- index -----------------------------------------------------------------------------------------------------------


def index_settings(config: Config, store: Store) -> index.Settings:
    """What of the configuration the index depends on, and what is known of the sources."""
    from harvester import index

    set_names = store.set_names()
    return index.Settings(
        sources={
            name: index.SourceInfo(
                name=name,
                kind=s.kind,
                title=s.title or name,
                url=getattr(s, "url", "") or "",
                rank=s.rank,
                dialect=getattr(s, "platform", "") or "",
                set_names=set_names.get(name, {}),
            )
            for name, s in config.sources.items()
        },
        repository_doi_prefixes=config.linking.repository_doi_prefixes,
    )


def _update_index(config: Config, store: Store, run: _Run) -> None:
    from harvester import index

    with lock(_locks(config), "index"):
        if held := store.note("index_hold"):
            log.warning("the index is held: %s; `harvester reindex` makes it anew and releases it", held)
            return
        report = index.update(store, config.index, index_settings(config, store), finish=_finish(config))
        run.indexed(config, store, report)


def _finish(config: Config) -> Callable[[sqlite3.Connection], None]:
    """What depends on the whole index: which work stands where in the listings."""
    from harvester import index
    from harvester.listing import select

    def finish(db: sqlite3.Connection) -> None:
        index.replace_listing(db, select.items(db, config.listings))

    return finish


# --- runs ------------------------------------------------------------------------------------------------------------


class _Run:
    """A run in the store's book, while it lasts."""

    def __init__(self, run_id: int) -> None:
        self.id = run_id
        self.sources: list[SourceReport] = []
        self.index: index.Report | None = None
        self.site: list[Path] = []
        self.losses: dict[str, int] = {}

    def indexed(self, config: Config, store: Store, report: index.Report) -> None:
        """Quarantine what no reader understands, count the losses that are new, and say in the index how sources are."""
        from harvester import index

        self.index = report
        self.losses = store.note_readings(self.id, report.unreadable, None if report.full else report.read_keys)
        self.sources = [
            msgspec.structs.replace(s, tally=s.tally + Tally(quarantined=self.losses.get(s.source, 0)))
            for s in self.sources
        ]
        index.replace_health(config.index, store.health())

    def report(self) -> RunReport:
        return RunReport(
            run_id=self.id,
            sources=self.sources,
            index=self.index,
            site=self.site,
            exit_code=exit_code(self.sources, sum(self.losses.values())),
        )


@contextmanager
def _booked(config: Config, plan: Plan, command: str) -> Iterator[tuple[Store, _Run]]:
    """The store and a run in its book. A dry run is in no book: nobody must take it for a harvest that was kept."""
    if plan.dry_run:
        with Store.for_a_dry_run(config.store) as store:
            yield store, _Run(0)
    else:
        with Store.open(config.store) as store, _recorded(store, command) as run:
            yield store, run


@contextmanager
def _recorded(store: Store, command: str) -> Iterator[_Run]:
    """A run that is in the book from its start to its end, also when it ends by an error or a signal."""
    run = _Run(store.begin_run(command))
    try:
        yield run
    except BaseException as error:
        store.end_run(run.id, _code_of(error))
        raise
    store.end_run(run.id, exit_code(run.sources, sum(run.losses.values())))


def _code_of(error: BaseException) -> int:
    if isinstance(error, HarvesterError):
        return error.exit_code
    return error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else errors.BUG


def exit_code(reports: Sequence[SourceReport], losses: int = 0) -> int:
    """The exit code of a run: see the tree in ``errors``. ``losses``: records that went to quarantine in indexing."""
    codes = {r.error_code for r in reports if r.error_code in (errors.BUG, errors.USAGE, errors.STORE)}
    network = [r for r in reports if r.network]
    locked = [r for r in reports if r.error_code == errors.LOCKED]
    if reports and len(locked) == len(reports):
        return errors.LOCKED
    if network and all(r.error_code == errors.SOURCES_FAILED for r in network):
        codes.add(errors.SOURCES_FAILED)
    if losses or any(not r.complete or r.tally.quarantined for r in reports):
        codes.add(errors.PARTIAL)
    return next((code for code in errors.PRECEDENCE if code in codes), errors.COMPLETE)


def _locks(config: Config) -> Path:
    return config.store.parent / "locks"
