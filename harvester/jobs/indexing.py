"""The right half: index.db from what the store holds, and the listings in it."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable

from harvester import index
from harvester.config import Config
from harvester.jobs.book import Run, locks
from harvester.listing import select
from harvester.locks import lock
from harvester.masking import masked
from harvester.store import Store

log = logging.getLogger(__name__)


def index_settings(config: Config, store: Store) -> index.Settings:
    """What of the configuration the index depends on, and what is known of the sources."""
    set_names = store.set_names()
    return index.Settings(
        sources={
            name: index.SourceInfo(
                name=name,
                kind=s.kind,
                title=s.title or name,
                url=masked(getattr(s, "url", "") or ""),
                rank=s.rank,
                dialect=getattr(s, "platform", "") or "",
                set_names=set_names.get(name, {}),
            )
            for name, s in config.sources.items()
        },
        repository_doi_prefixes=config.linking.repository_doi_prefixes,
    )


def update_index(config: Config, store: Store, run: Run) -> None:
    """Bring index.db up to what store.db holds; leave it where a rollback holds it."""
    with lock(locks(config), "index"):
        if held := store.note("index_hold"):
            log.warning("the index is held: %s; `harvester reindex` makes it anew and releases it", held)
            return
        report = index.update(store, config.index, index_settings(config, store), finish=_finish(config))
        run.indexed(config, store, report)


def _finish(config: Config) -> Callable[[sqlite3.Connection], None]:
    """What depends on the whole index: which work stands where in the listings."""

    def finish(db: sqlite3.Connection) -> None:
        index.replace_listing(db, select.items(db, config.listings))

    return finish


def rebuild_index(config: Config, store: Store, run: Run, *, workers: int, source: str | None = None) -> None:
    """Make index.db anew beside the old one, verify it, switch. With ``source``: read that source's records again, in place."""
    with lock(locks(config), "index"):
        settings = index_settings(config, store)
        if source is not None:
            report = index.update(store, config.index, settings, reread_source=source, finish=_finish(config))
        else:
            report = index.rebuild(
                store,
                config.index,
                settings,
                workers=workers,
                keep=config.harvester.keep_generations,
                finish=_finish(config),
            )
            store.set_note("index_hold", None)
        run.indexed(config, store, report)
