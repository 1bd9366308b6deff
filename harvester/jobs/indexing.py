"""The right half: index.db from what the store holds, and the listings in it.

The rooms of the index are imported where there is something to index: most runs bring no news.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from harvester.config import Config
from harvester.errors import ConfigError
from harvester.jobs import curation
from harvester.jobs.book import Run, locks
from harvester.jobs.expecting import expect
from harvester.jobs.health import copy_health, copy_news
from harvester.jobs.news import dialects, remember, unchanged
from harvester.jobs.report import IndexReport
from harvester.locks import lock
from harvester.masking import masked
from harvester.store import Store

if TYPE_CHECKING:
    from harvester import index

log = logging.getLogger(__name__)


def index_settings(config: Config, store: Store) -> index.Settings:
    """What of the configuration the index depends on, and what is known of the sources."""
    from harvester import index

    set_names, platforms = store.set_names(), dialects(config, store)
    return index.Settings(
        sources={
            name: index.SourceInfo(
                name=name,
                kind=s.kind,
                title=s.title or name,
                url=masked(getattr(s, "url", "") or ""),
                rank=s.rank,
                dialect=platforms[name],
                distinct=getattr(s, "distinct", False),
                set_names=set_names.get(name, {}),
            )
            for name, s in config.sources.items()
        },
        repository_doi_prefixes=config.linking.repository_doi_prefixes,
    )


def update_index(
    config: Config, store: Store, run: Run, *, reread_source: str | None = None, force: bool = False
) -> None:
    """Bring index.db up to what store.db holds; leave it where a rollback holds it.

    ``reread_source``: also read all records of that source again. ``force``: whatever ``expect`` says.
    """
    with lock(locks(config), "index"):
        if held := store.note("index_hold"):
            log.warning("the index is held: %s; `harvester reindex` makes it anew and releases it", held)
            return
        _take_in(config, store, run)
        if not force:
            expect(config, store)
        run.index = unchanged(config, store) if reread_source is None else None
        if run.index is None:
            from harvester import index, news

            before = news.state(config.index)
            report = index.update(
                store,
                config.index,
                index_settings(config, store),
                reread_source=reread_source,
                finish=_finish(config, store),
                check=_check(config, store, run, force),
            )
            run.index = IndexReport.of(report)
            news.noted(store, config.index, run.id, before, None if report.full else report.touched)
            copy_news(config.index, store.news.told())
            index.keep_provided(store, config.index)
            remember(config, store)
        copy_health(config.index, store.health())


def rebuild_index(config: Config, store: Store, run: Run, *, workers: int, force: bool = False) -> None:
    """Make index.db anew beside the old one, verify it, switch; release it where a rollback held it."""
    from harvester import index, news

    with lock(locks(config), "index"):
        _take_in(config, store, run)
        if not force:
            expect(config, store)
        report = index.rebuild(
            store,
            config.index,
            index_settings(config, store),
            workers=workers,
            keep=config.harvester.keep_generations,
            finish=_finish(config, store),
            check=_check(config, store, run, force),
        )
        store.set_note("index_hold", None)
        run.index = IndexReport.of(report)
        news.noted(store, config.index, run.id, None, None)
        copy_news(config.index, store.news.told())
        index.keep_provided(store, config.index)
        remember(config, store)
        copy_health(config.index, store.health())


def _take_in(config: Config, store: Store, run: Run) -> None:
    """What people say of the works in the listings. Mistakes in it keep nothing else from being done."""
    if mistakes := curation.take_in(config, store):
        run.error = ConfigError(*mistakes)


def _finish(config: Config, store: Store) -> Callable[[sqlite3.Connection], None]:
    """What depends on the whole index: which work stands where in the listings, and what of all that is new to harvesters."""
    from harvester import index
    from harvester.listing import select

    def finish(db: sqlite3.Connection) -> None:
        items = select.items(db, config.listings, curation.held(config, store))
        index.replace_listing(db, items)
        index.replace_times(
            db, store.curation.listed((item.listing, item.work_id) for item in items), store.news.told()
        )
        index.provide(db, store, config.index)

    return finish


def _check(config: Config, store: Store, run: Run, force: bool) -> index.Check:
    """Quarantine what no reader understands, count the losses that are new; then look again at what is expected."""

    def check(report: index.Report) -> None:
        run.lost(store.note_readings(run.id, report.unreadable, None if report.full else report.read_keys))
        if not force:
            expect(config, store)

    return check
