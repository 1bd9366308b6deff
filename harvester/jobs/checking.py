"""Whether store and index are as they were written, and say the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from harvester.config import Config
from harvester.errors import Locked, StoreError
from harvester.jobs.book import Run, locks, recorded
from harvester.jobs.indexing import index_settings
from harvester.locks import lock
from harvester.store import Store
from harvester.store import soundness as store_soundness
from harvester.store.database import connect_read_only
from harvester.store.soundness import Check


def check(config: Config, *, quick: bool = False, thorough: bool = False) -> Iterator[Check]:
    """Every check, one after the other, sound or not. StoreError where there is no store that can be opened.

    ``quick``: structure and tallies only. ``thorough``: the index is also made anew beside, and compared.
    """
    with closing(connect_read_only(config.store)) as db:
        sound = True
        for found in store_soundness.faults(db, quick=quick):
            sound = sound and not found.fault
            yield found
    try:
        with lock(locks(config), "index"):
            yield from _index(config, quick=quick, thorough=thorough, sound=sound)
    except Locked as error:
        yield Check("index", "all", note=f"not looked at: {error}")


def repair(config: Config) -> list[tuple[str, str]]:
    """Put records that are not what was sent into quarantine: (source, identifier). StoreError where more than that is wrong."""
    with closing(connect_read_only(config.store)) as db:
        found = list(store_soundness.faults(db))
    if beyond := [f"{check.what}: {check.fault}" for check in found if check.fault and check.what != "records"]:
        raise StoreError(f"{config.store}: {'; '.join(beyond)}; {store_soundness.CURE}")
    if not any(check.fault for check in found):
        return []
    with Store.open(config.store, create=False) as store, recorded(store, Run("repair")) as run:
        return store.upkeep.repair(run.id)


def _index(config: Config, *, quick: bool, thorough: bool, sound: bool) -> Iterator[Check]:
    from harvester import index
    from harvester.index import generations, soundness

    if not config.index.exists():
        link = config.index.is_symlink()
        yield (
            Check("index", "file", "is a link that leads nowhere", soundness.CURE)
            if link
            else Check("index", "file", note="not made yet; `harvester index` makes it")
        )
        return
    try:
        generations.check_ours(config.index)
    except StoreError as error:
        yield Check("index", "file", str(error), soundness.CURE)
        return
    for found in soundness.faults(config.index, quick=quick):
        sound = sound and not found.fault
        yield found
    if not sound:
        yield Check("both", "index against store", note="not compared: one of them is damaged")
        return
    with Store.read_only(config.store) as store:
        settings = index_settings(config, store)
        yield soundness.against_store(config.index, store, settings)
    if thorough:
        with Store.open(config.store, create=False) as store:
            changes = [change.key for change in index.difference(store, config.index, settings)]
        fault = f"{len(changes)} works are otherwise ({store_soundness.several(changes)})" if changes else ""
        yield Check("both", "made anew and compared", fault, soundness.CURE if fault else "")
