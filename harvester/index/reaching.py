"""What a change can reach: the records whose work may be another now, staged beside those that changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from harvester.index import likeness, notices, staging
from harvester.index.deciding import Deciding
from harvester.index.settings import Settings
from harvester.store import Store


def gather(
    db: sqlite3.Connection,
    store: Store,
    settings: Settings,
    decisions: Deciding,
    touched: list[int],
    decided: set[int],
) -> None:
    """Stage, beside what was read, every record whose work may be another now.

    A record is reached from another by a key that they share or shared, by a likeness, by decisions, or by a work that
    they were in together; then a notice from its work, and a work from its notice. ``decided``: what new decisions are
    about.
    """
    alike = likeness.compare_changed(db, settings, set(touched))
    _reach(db, store, decisions, {*touched, *alike, *decided})
    _reach(db, store, decisions, notices.neighbours(db, affected(db)))
    lost = _stage_reached(db, store, settings, set(touched))
    while lost:  # suppressed since they were read: what they were like is to be looked at again
        alike = likeness.compare_changed(db, settings, lost)
        _reach(db, store, decisions, alike)
        _reach(db, store, decisions, notices.neighbours(db, lost))
        lost = _stage_reached(db, store, settings, set(touched))


def _reach(db: sqlite3.Connection, store: Store, decisions: Deciding, frontier: set[int]) -> None:
    """Note these records as affected, and all that are reached from them."""
    frontier = {id_ for id_ in frontier if _is_new(db, id_)}
    db.executemany("insert into scratch.affected values (?)", [(id_,) for id_ in frontier])
    while frontier:
        found = set(_neighbours(db, frontier)) | decisions.reached(db, frontier)
        works = store.keys.record_works(frontier)
        found.update(store.keys.members(set(works.values())))
        frontier = {id_ for id_ in found if _is_new(db, id_)}
        db.executemany("insert into scratch.affected values (?)", [(id_,) for id_ in frontier])


def _stage_reached(db: sqlite3.Connection, store: Store, settings: Settings, read: set[int]) -> set[int]:
    """Stage what is reached and was not read; returns what is kept out of it by now, though it was described."""
    unread = [id_ for id_ in affected(db) if id_ not in read and not staging.is_staged(db, id_)]
    for start in range(0, len(unread), staging.BATCH):
        batch = unread[start : start + staging.BATCH]
        present = db.execute(
            "select id, source, identifier, format, datestamp, change, added, record from records"
            f" where id in ({','.join('?' * len(batch))})",
            batch,
        )
        staging.keep(db, staging.read_again(present, settings, store.kept_out()))
    return {
        id_
        for id_ in unread
        if not staging.is_staged(db, id_)
        and db.execute("select 1 from record_profiles where record_id = ?", (id_,)).fetchone()
    }


def _neighbours(db: sqlite3.Connection, frontier: set[int]) -> Iterator[int]:
    for id_ in frontier:
        for (other,) in db.execute(
            "with keys(key) as (select key from match_keys where record_id = ?1"
            " union select key from scratch.keys where record_id = ?1)"
            " select m.record_id from keys join match_keys m using (key)"
            " union select s.record_id from keys join scratch.keys s using (key)"
            " union select id from records where work_id = (select work_id from records where id = ?1)"
            f" union {likeness.NEIGHBOURS}",
            (id_,),
        ):
            yield other


def _is_new(db: sqlite3.Connection, id_: int) -> bool:
    return db.execute("select 1 from scratch.affected where record_id = ?", (id_,)).fetchone() is None


def affected(db: sqlite3.Connection) -> list[int]:
    return [id_ for (id_,) in db.execute("select record_id from scratch.affected order by record_id")]
