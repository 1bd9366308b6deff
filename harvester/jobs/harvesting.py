"""The left half: every list of every source into the store, page by page. One source failing never stops the others."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

from harvester.config import Config
from harvester.jobs.due import due_from, in_shard
from harvester.jobs.patience import Patience
from harvester.jobs.report import Listen, Plan, SourceReport
from harvester.jobs.source import Order, harvest_source
from harvester.store import Store

log = logging.getLogger(__name__)


def harvest_sources(
    config: Config, store: Store, run_id: int, plan: Plan, listen: Listen | None
) -> Iterator[SourceReport]:
    """One row a source, in the order of the config file; a source that another process does meanwhile has none."""
    order = Order(config=config, run_id=run_id, plan=plan, patience=Patience(plan.max_seconds), listen=listen)
    names = chosen(config, store, plan)
    if plan.jobs > 1 and len(names) > 1 and not plan.dry_run:
        from harvester.jobs.side_by_side import side_by_side

        yield from side_by_side(order, store, names)
        return
    for name in names:
        report = harvest_source(order, store, name)
        if report is not None:
            yield report


def chosen(config: Config, store: Store, plan: Plan) -> list[str]:
    """The sources that a plan means: those named, or enabled; of these the shard's, and of these what is due."""
    names = list(dict.fromkeys(plan.sources)) or [name for name, s in config.sources.items() if s.enabled]
    if plan.shard is not None:
        names = [name for name in names if in_shard(name, plan.shard)]
    return [name for name in names if is_due(config, store, name)] if plan.due else names


def is_due(config: Config, store: Store, name: str) -> bool:
    known, unfinished = store.schedule.of(name), store.schedule.unfinished(name)
    return due_from(config.sources[name], known, unfinished=unfinished, now=datetime.now(UTC)) is None
