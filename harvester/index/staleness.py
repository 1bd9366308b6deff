"""Whether an index can be brought up to date in place, or must be made anew; and why."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from harvester import schemas
from harvester.errors import Damaged
from harvester.index import generations
from harvester.index.settings import Settings
from harvester.store import Store
from harvester.store.database import translated


def stale(store: Store, index_path: Path, settings: Settings) -> str:
    """Why an index must be made anew; empty where an update will do. StoreError where the file is not ours."""
    generations.check_link(index_path)
    if not index_path.exists():
        return f"{index_path.readlink()} was missing" if index_path.is_symlink() else "there was no index"
    if not index_path.is_symlink():
        generations.check_ours(index_path)
        return "the index was a single file, without generations"
    try:
        generations.check_ours(index_path)
        with translated(index_path), closing(sqlite3.connect(index_path.resolve(), isolation_level=None)) as db:
            (version,) = db.execute("pragma user_version").fetchone()
            known = meta(db) if version == schemas.INDEX_VERSION else {}
            (last_work,) = db.execute("select max(id) from works").fetchone() if known else (None,)
    except Damaged as error:
        if not generations.current(index_path):
            raise
        return f"it was damaged: {error.__cause__ or 'it was empty'}"  # it stays there: a new one takes no file's place
    if known.get("fingerprint") != schemas.fingerprint():
        return "crosswalks, vocabularies or rules have changed"
    if known.get("settings") != settings.fingerprint():
        return "sources or linking were configured otherwise"
    if not {"change_seen", "decision_seen", "store", "undone", "generation", "works", "records"} <= known.keys():
        return "it was damaged: it does not say what it was made from"
    ahead = (last_work or 0) >= store.keys.next_work_id()
    if ahead or int(known["change_seen"]) > store.last_change() or int(known["decision_seen"]) > store.last_decision():
        return "the store is older than the index"
    if not store.knows(known["store"]):
        return "the store was restored from a backup, or is another one"
    if known["undone"] != str(store.undone()):
        return "a suppression was undone"
    return ""


def meta(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("select name, value from meta"))
