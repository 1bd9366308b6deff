"""The program, from top to bottom: harvest, index, publish.

Left of the store there is network and nothing else (``harvesting``); between store and index there are pure functions
(``indexing``). This is the only room that sees both halves.

Each half is imported where it is used: a harvest needs no index, and a rebuild no network.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from harvester.config import Config
from harvester.errors import Damaged
from harvester.jobs.book import Run, carried_out, locks, recorded
from harvester.jobs.harvesting import harvest_sources
from harvester.jobs.indexing import index_settings, rebuild_index, update_index
from harvester.jobs.report import IndexReport, Listen, Plan, RunReport, SourceReport, exit_code
from harvester.locks import lock
from harvester.record import Step, Work
from harvester.store import Quarantined, Store

if TYPE_CHECKING:
    from harvester import index, query
    from harvester.jobs.curating import Standing

log = logging.getLogger(__name__)

__all__ = ["IndexReport", "Listen", "Plan", "RunReport", "SourceReport", "exit_code"]


def harvest(config: Config, plan: Plan, listen: Listen | None = None) -> RunReport:
    """Fetch what changed in every source into store.db."""

    def work(store: Store, run: Run) -> None:
        run.sources += harvest_sources(config, store, run.id, plan, listen)

    return carried_out(config, plan, "harvest", work)


def update(config: Config, *, force: bool = False) -> RunReport:
    """Bring index.db up to what store.db holds. ``force``: whatever the sources' ``expect`` says."""
    with Store.open(config.store, create=False) as store, recorded(store, Run("index")) as run:
        try:
            update_index(config, store, run, force=force)
        except Damaged as damaged:
            _make_anew(config, store, run, damaged, force=force)
    return run.report()


def run(config: Config, plan: Plan, listen: Listen | None = None) -> RunReport:
    """Harvest, index, publish: what a scheduled job does."""

    def work(store: Store, run: Run) -> None:
        run.sources += harvest_sources(config, store, run.id, plan, listen)
        if not plan.dry_run:
            _index_and_publish(config, store, run)

    return carried_out(config, plan, "run", work)


def _index_and_publish(config: Config, store: Store, run: Run) -> None:
    try:
        update_index(config, store, run)
        run.site = publish(config) if config.listings else []
    except Damaged as damaged:
        _make_anew(config, store, run, damaged)
        run.site = publish(config) if config.listings else []


def _make_anew(config: Config, store: Store, run: Run, damaged: Damaged, *, force: bool = False) -> None:
    """Nobody is there to do it: what an index holds is all in the store."""
    log.warning("%s", damaged)
    rebuild_index(config, store, run, workers=config.harvester.workers, force=force)
    assert run.index is not None
    run.index = structs.replace(run.index, reason="it was damaged")


def reindex(config: Config, *, workers: int | None = None, source: str | None = None, force: bool = False) -> RunReport:
    """Make index.db anew beside the old one, verify it, switch. With ``source``: read that source's records again, in place."""
    with Store.open(config.store, create=False) as store, recorded(store, Run("reindex")) as run:
        if source is not None:
            update_index(config, store, run, reread_source=source, force=force)
        else:
            rebuild_index(config, store, run, workers=workers or config.harvester.workers, force=force)
    return run.report()


def retry(config: Config, entries: Iterable[Quarantined]) -> RunReport:
    """Try again what is in quarantine: only that."""
    from harvester.jobs.retrying import retry_quarantined

    with Store.open(config.store, create=False) as store, recorded(store, Run("retry")) as run:
        retry_quarantined(config, store, run, entries)
    return run.report()


def difference(config: Config, *, workers: int | None = None) -> Iterator[index.WorkChange]:
    """What ``reindex`` would change, and why; the index stays as it is."""
    from harvester import index

    with Store.open(config.store, create=False) as store, lock(locks(config), "index"):
        yield from index.difference(
            store, config.index, index_settings(config, store), workers=workers or config.harvester.workers
        )


def rollback(config: Config) -> int:
    """Go back to the index of the generation before, and hold it there until the next ``reindex``. Returns its number."""
    from harvester import index

    with Store.open(config.store, create=False) as store, lock(locks(config), "index"):
        generation = index.rollback(config.index)
        index.provide_again(store, config.index)
        stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        store.set_note("index_hold", f"rolled back to generation {generation} on {stamp}")
        return generation


def publish(config: Config, folder: Path | None = None) -> list[Path]:
    """Write the listings and their works as a site. Returns the pages of the listings, the entrance first."""
    from harvester import pages, query
    from harvester.pages import publishing

    with query.open_index(config.index) as db:
        site = pages.site(config.web, config.listings)
        return list(publishing.publish(db, site, folder or config.site).files)


def export(
    config: Config, format_: str, *, text: str | None = None, source: str | None = None, raw: bool = False
) -> Iterator[bytes]:
    """Works in an export format, streamed; text is in UTF-8."""
    from harvester import query
    from harvester.formats import encoded

    with query.open_index(config.index) as db:
        yield from encoded(format_, query.works(db, text=text, source=source), raw=raw)


class RecordExplained(Struct, frozen=True, kw_only=True):
    """How one record was read, and why it is part of the work."""

    source: str
    identifier: str
    format: str
    datestamp: str
    joined_by: str
    joined_to: str
    """Source and identifier of the record that it was united with; '' where it is the first."""
    score: float | None
    """Of a likeness."""
    evidence: tuple[str, ...]
    """Of a likeness: names of weights in ``schemas/linking.toml``. Of a decision: who decided it, when and why."""
    repairs: tuple[str, ...]
    steps: list[Step]


class Explained(Struct, frozen=True, kw_only=True):
    """A work with the way of each value: raw, mapped, cleaned, merged."""

    work: Work
    records: list[RecordExplained]
    decisions: tuple[query.Judged, ...]
    """What people decided about it, the newest first."""
    listed: tuple[Standing, ...] = ()
    """Where it stands in listings, or is hidden from them, with what people say of it there."""


def explain(config: Config, name: str) -> Explained | None:
    """Read the records of a work again, step by step. None where the index does not know the name."""
    from harvester import query
    from harvester.jobs import curating
    from harvester.normalise import normalise

    with query.open_index(config.index) as db, Store.read_only(config.store) as store:
        settings = index_settings(config, store)
        work_id = query.get(db, name)
        if work_id is None:
            return None
        work = query.work(db, work_id)
        joined = query.reasons(db, work_id)
        records = []
        for stored in store.records([m.id for m in work.members]):
            raw = stored.raw
            steps: list[Step] = []
            known = settings.sources.get(raw.source)
            reason = joined[stored.id]
            normalise(raw, known.dialect if known else "", steps)
            records.append(
                RecordExplained(
                    source=raw.source,
                    identifier=raw.identifier,
                    format=raw.format,
                    datestamp=raw.datestamp,
                    joined_by=reason.rule,
                    joined_to=reason.other,
                    score=reason.score,
                    evidence=reason.evidence,
                    repairs=raw.repairs,
                    steps=steps,
                )
            )
        placed = (one for name in config.listings for one in curating.standing(config, store, db, name))
        listed = tuple(one for one in placed if one.key == work.key)
        return Explained(work=work, records=records, decisions=query.decisions(db, work_id), listed=listed)
