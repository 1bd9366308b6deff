"""What is in quarantine, asked for or read once more, and nothing else."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Collection, Iterable

from harvester import errors, sources
from harvester.config import Config
from harvester.errors import HarvesterError, RecordError
from harvester.jobs.book import Run, locks
from harvester.jobs.indexing import index_settings, update_index
from harvester.jobs.report import SourceReport
from harvester.jobs.sessions import session
from harvester.locks import lock
from harvester.log import about
from harvester.store import Quarantined, Store, Tally, quarantine

log = logging.getLogger(__name__)


def retry_quarantined(config: Config, store: Store, run: Run, entries: Iterable[Quarantined]) -> None:
    """Ask the sources for it, each record by itself; read again what is stored; index what came of it.

    What no page could give may come now, or was mended by its owner; what no reader understood may be understood after an
    upgrade, or a change of ``platform``.
    """
    index, reread = False, []
    asked: dict[str, list[Quarantined]] = {}
    for name, group in itertools.groupby(sorted(entries, key=lambda q: (q.source, q.id)), lambda q: q.source):
        asked[name] = list(group)
        with about(source=name):
            report = _ask(config, store, run, name, asked[name])
        run.sources.append(report)
        index = index or bool(report.tally.new or report.tally.changed or report.tally.deleted)
        if _readable(config, store, [q for q in asked[name] if q.stage == "read"]):
            reread.append(name)
    if index and not reread:
        update_index(config, store, run)
    for name in reread:
        update_index(config, store, run, reread_source=name)
    left = {q.id for q in store.quarantined()}
    run.sources = [_concluded(report, asked[report.source], left) for report in run.sources]


def _ask(config: Config, store: Store, run: Run, name: str, entries: list[Quarantined]) -> SourceReport:
    """Each by itself, with the list that it came from."""
    settings = config.sources.get(name)
    if settings is None:
        verdict = "is no source in the config file any more"
        return SourceReport(source=name, network=False, tally=Tally(), verdict=verdict, complete=False)
    begun = time.monotonic()
    tally, requests, error = Tally(), 0, None
    gone: set[str] = set()
    try:
        with lock(locks(config), f"source-{name}"), session(config, settings) as http:
            source = sources.kind(settings.kind).connect(name, settings, http, store.quirks(name))
            try:
                for format_, group in itertools.groupby(sorted(entries, key=lambda q: q.format), lambda q: q.format):
                    identifiers = [q.identifier for q in group if not q.identifier.startswith(quarantine.NAMELESS)]
                    for page in source.fetch(_list_of(source.lists, format_), identifiers) if identifiers else ():
                        tally += store.keep(run.id, name, page)
                        gone.update(page.gone)
            finally:
                requests = http.count
    except HarvesterError as failed:
        log.warning("%s: %s", name, failed)
        error = failed
    with store.transaction() as db:
        quarantine.tried(db, [q.id for q in entries])
        quarantine.gone(db, [q.id for q in entries if q.identifier in gone])
    return SourceReport(
        source=name,
        network=settings.kind != "files",
        tally=tally,
        verdict="",
        complete=error is None,
        requests=requests,
        seconds=round(time.monotonic() - begun, 3),
        error=None if error is None else str(error),
        error_code=None if error is None else error.exit_code,
    )


def _list_of(lists: list[str], format_: str) -> str:
    """The list of a format: of several, one in the same format will do."""
    return next((name for name in lists if name.partition("#")[0] == format_), lists[0])


def _readable(config: Config, store: Store, entries: list[Quarantined]) -> bool:
    """Whether any of these can be read now."""
    from harvester.normalise import normalise

    found = False
    known = index_settings(config, store)
    for entry in entries:
        for stored in store.find(entry.source, entry.identifier):
            if stored.raw.format != entry.format or stored.raw.deleted:
                continue
            try:
                normalise(stored.raw, known.source(entry.source).dialect)
                found = True
            except RecordError as error:
                log.info("%s: %s: still cannot be read: %s", entry.source, entry.identifier, error)
    return found


def _concluded(report: SourceReport, entries: list[Quarantined], left: Collection[int]) -> SourceReport:
    from msgspec.structs import replace

    still = sum(q.id in left for q in entries)
    recovered = f"{len(entries) - still} of {len(entries)} recovered"
    if report.error is not None:
        word = "skipped" if report.error_code == errors.LOCKED else "failed"
        return replace(report, verdict=f"{word} ({report.error})", complete=False)
    if not still:
        return replace(report, verdict=f"complete, {recovered}")
    why = f"; {report.verdict}" if report.verdict else ""
    return replace(report, verdict=f"incomplete ({recovered}{why})", complete=False)
