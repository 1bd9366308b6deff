"""Whether there is anything to index at all: asked first, because most runs bring no news, and asking is cheap."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from harvester import __version__, schemas
from harvester.config import Config
from harvester.jobs.report import IndexReport
from harvester.store import Store
from harvester.store.database import translated

_NOTE: Final = "indexed"


def dialects(config: Config, store: Store) -> dict[str, str]:
    """Source -> the platform by which its records are read: as it is set, else as its repository said."""
    known = store.learned("platform")
    return {name: getattr(s, "platform", "") or known.get(name, "") for name, s in config.sources.items()}


def unchanged(config: Config, store: Store) -> IndexReport | None:
    """How the index stands, where an update would find nothing to do; None: it must be asked to."""
    state = _state(config, store)
    if state is None or store.note(_NOTE) != state or store.note("index_hold"):
        return None
    with translated(config.index), closing(_reading(config.index)) as db:
        known = dict(db.execute("select name, value from meta where name in ('generation', 'works', 'records')"))
    return IndexReport(
        generation=int(known["generation"]), full=False, works=int(known["works"]), records=int(known["records"])
    )


def remember(config: Config, store: Store) -> None:
    """The index is now what the store, the configuration and ``schemas/`` make of it."""
    store.set_note(_NOTE, _state(config, store))


def _state(config: Config, store: Store) -> str | None:
    """A fingerprint of all that the index depends on, and of the index itself; None where there is none that can be read.

    Of the index, too: store and index may each come out of a backup of their own.
    """
    if not config.index.is_file():
        return None
    try:
        with closing(_reading(config.index)) as db:
            index = dict(db.execute("select name, value from meta"))
    except sqlite3.Error:
        return None
    if index.get("change_seen") != str(store.last_change()):
        return None
    made_from = (
        __version__,
        schemas.fingerprint(),
        store.last_change(),
        store.set_names(),
        dialects(config, store),
        store.undone(),
        store.last_decision(),
        store.curation.last(),
        store.mark(store.last_change()),
        config.sources,
        config.linking,
        config.listings,
        str(config.index.resolve()),
        index,
    )
    return hashlib.blake2b(msgspec.json.encode(made_from, order="sorted"), digest_size=16).hexdigest()


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30)
