"""The life of an installation: backups, what is suppressed, sources that go or are called otherwise."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct

from harvester.clock import now
from harvester.config import Config
from harvester.errors import RecordError, StoreError
from harvester.jobs import publish
from harvester.jobs.book import Run, locks, recorded
from harvester.jobs.indexing import index_settings, rebuild_index, update_index
from harvester.jobs.report import RunReport
from harvester.link import match_key
from harvester.locks import lock
from harvester.store import Store, copies
from harvester.store.decisions import Suppression, record_name
from harvester.store.pruning import Pruned
from harvester.store.sizes import Sizes

# --- backups ---------------------------------------------------------------------------------------------------------


def backup(config: Config, target: Path, *, replace: bool = False) -> copies.Copied:
    """A checked copy of the store, of one moment, also while it is in use."""
    return copies.backup(config.store, target, replace=replace)


def restore(config: Config, backup: Path) -> Path | None:
    """Put a backup in the place of the store; where the one that it replaces is kept."""
    with _alone(config):
        return copies.restore(backup, config.store)


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    """Every lock: no source is harvested and no index is written meanwhile."""
    names = {f"source-{name}" for name in config.sources}
    try:
        with Store.read_only(config.store) as store:
            names |= {f"source-{name}" for name in store.sources()}
    except StoreError:
        names |= {path.stem for path in locks(config).glob("source-*.lock")}  # it cannot say what sources it has
    with ExitStack() as stack:
        for name in sorted(names | {"index"}):
            stack.enter_context(lock(locks(config), name))
        yield


def prune(config: Config, before: str, *, vacuum: bool, rehearse: bool) -> tuple[Pruned, Sizes, Sizes]:
    """Let go of what is older than a moment: what went, and the sizes before and after."""
    with Store.open(config.store, create=False) as store:
        before_it = store.sizes()
        pruned = store.upkeep.prunable(before) if rehearse else store.upkeep.prune(before)
        if vacuum and not rehearse:
            with _alone(config):
                store.upkeep.vacuum()
        return pruned, before_it, store.sizes()


# --- what is suppressed ----------------------------------------------------------------------------------------------


class Meant(Struct, frozen=True):
    """What a name stands for."""

    name: str
    """Key of the work, or what was given where there is none (yet)."""
    label: str
    records: tuple[tuple[str, str], ...]
    """(source, identifier)"""
    record_ids: tuple[int, ...]
    subjects: tuple[str, ...]
    also: tuple[str, ...] = ()
    """Labels of other works that claim the identifier that was named, and go with it."""


def meant(config: Config, name: str) -> Meant | None:
    """What is to be suppressed: a work with its records, a record, or an identifier that nothing has yet.

    An identifier that is named takes every work that claims it. Of the others of a work, those that other works claim too
    are left out: a book's DOI on one of its chapters must not take the book.
    """
    with Store.read_only(config.store) as store:
        found = _in_index(config, store, name) or _in_store(config, store, name)
    if found is not None:
        return found
    key = match_key(name)
    return Meant(key, "nothing has it yet", (), (), (key,)) if key else None


_OTHERS: Final = (
    "select r.id, w.label from match_keys k join records r on r.id = k.record_id join works w on w.id = r.work_id"
    " where k.key = ? and r.work_id <> ?"
)


def _in_index(config: Config, store: Store, name: str) -> Meant | None:
    if not config.index.exists():
        return None
    from harvester import link, query

    prefixes, named = index_settings(config, store).repository_doi_prefixes, match_key(name)
    with query.open_index(config.index) as db:
        work_id = query.get(db, name)
        if work_id is None:
            return None
        work = query.work(db, work_id)
        keys = [
            key
            for m in work.members
            for key in link.match_keys(m.record, m.source, m.identifier, m.format, prefixes)
            if not key.startswith("local:")
        ]
        others = {key: db.execute(_OTHERS, (key, work_id)).fetchall() for key in keys}
        (label,) = db.execute("select label from works where id = ?", (work_id,)).fetchone()
    records = tuple(dict.fromkeys((m.source, m.identifier) for m in work.members))
    own = [key for key, claimed in others.items() if key == named or not claimed]
    along = others.get(named, [])
    return Meant(
        name=work.key,
        label=label,
        records=records,
        record_ids=(*(m.id for m in work.members), *(id_ for id_, _ in along)),
        subjects=(*(record_name(*record) for record in records), *own),
        also=tuple(dict.fromkeys(other for _, other in along)),
    )


def _in_store(config: Config, store: Store, name: str) -> Meant | None:
    """Records that are in no index: not yet, or because they cannot be read; then they have no match keys either."""
    from harvester import link
    from harvester.normalise import normalise

    found = [stored for source in store.sources() for stored in store.find(source, name)]
    aside = [(q.source, q.identifier) for q in store.quarantined() if q.identifier == name]
    if not found and not aside:
        return None
    settings = index_settings(config, store)
    keys: list[str] = []
    for stored in found:
        raw = stored.raw
        with contextlib.suppress(RecordError):
            record = normalise(raw, settings.source(raw.source).dialect)
            keys += link.match_keys(record, raw.source, raw.identifier, raw.format, settings.repository_doi_prefixes)
    records = tuple(dict.fromkeys([*((stored.raw.source, stored.raw.identifier) for stored in found), *aside]))
    own = dict.fromkeys(key for key in (*keys, match_key(name)) if key and not key.startswith("local:"))
    subjects = (*(record_name(*record) for record in records), *own)
    label = "in no index" if found else "only in quarantine"
    return Meant(name, label, records, tuple(stored.id for stored in found), subjects)


def suppress(config: Config, what: Meant, *, reason: str, by: str, erase: bool) -> None:
    """Decide that a work is in no index, listing or export for good; with ``erase`` also wipe its bytes."""
    with Store.open(config.store, create=False) as store:
        store.upkeep.suppress(Suppression(what.name, erase, reason, by, now(), what.subjects), what.record_ids)


def take_out(config: Config, *, erase: bool) -> RunReport:
    """Let index and listings be what was decided. Generations of the index that are kept to go back to go."""
    from harvester.index import generations

    with Store.open(config.store, create=False) as store, recorded(store, Run("suppress")) as run:
        held = store.note("index_hold")
        if erase and not held:  # an index that is updated in place keeps old bytes in its free pages
            rebuild_index(config, store, run, workers=config.harvester.workers)
        else:
            update_index(config, store, run)
        if not held:
            with lock(locks(config), "index"):
                generations.forget(config.index)
            run.site += publish(config) if config.listings else []
    return run.report()


def unsuppress(config: Config, name: str, *, reason: str, by: str) -> list[Suppression]:
    """Undo the suppressions that a name stands for; the index is made anew at its next update."""
    names = {name, match_key(name)} - {""}
    with Store.open(config.store, create=False) as store:
        undone = [s for s in store.suppressed() if s.name in names or names & _short(s.subjects)]
        for suppression in undone:
            store.upkeep.unsuppress(suppression, reason=reason, by=by)
    return undone


def _short(subjects: tuple[str, ...]) -> set[str]:
    """Match keys; and the identifiers of records, with and without their source."""
    return {short for subject in subjects for short in (subject.replace("\t", " "), subject.rpartition("\t")[2])}


# --- sources ---------------------------------------------------------------------------------------------------------


class Share(Struct, frozen=True):
    """What of the index depends on a source."""

    records: int
    works: int
    """Works that have a record of it."""
    alone: int
    """Of these, works that have no other."""


def share(config: Config, source: str) -> Share | None:
    """What becomes of the works of a source when it goes. None for one that was never harvested, or was removed."""
    with Store.read_only(config.store) as store:
        records = next((health.records for health in store.health() if health.source == source), None)
    if records is None:
        return None
    if not config.index.exists():
        return Share(records, 0, 0)
    from harvester import query

    with closing(query.open_index(config.index)) as db:
        works, alone = db.execute(
            "select count(*), coalesce(sum(others = 0), 0) from (select work_id, sum(source <> ?1) as others from records"
            " where work_id in (select work_id from records where source = ?1) group by work_id)",
            (source,),
        ).fetchone()
    return Share(records, works, alone)


def remove_source(config: Config, source: str, *, by: str) -> RunReport:
    """Forget a source: its records go, and the works that nobody else describes."""
    with Store.open(config.store, create=False) as store, recorded(store, Run("source remove")) as run:
        with lock(locks(config), f"source-{source}"):
            store.upkeep.remove_source(source, reason="source removed", by=by)
        update_index(config, store, run, force=True)
        run.site += publish(config) if config.listings and config.index.exists() else []
    return run.report()


def rename_source(config: Config, old: str, new: str) -> int:
    """Let a source's records, cursors, runs and what was learned about it stand under another name; how many records."""
    with Store.open(config.store, create=False) as store, ExitStack() as stack:
        for name in sorted((old, new)):
            stack.enter_context(lock(locks(config), f"source-{name}"))
        return store.upkeep.rename_source(old, new)
