"""What must be true before the store changes the index: ``[source.NAME.expect]``. Where it is not, readers keep the old index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harvester.config import Config
from harvester.errors import ExpectationError, StoreError
from harvester.sources import Expect
from harvester.store import Store

_CURE: Final = "the index stays as it is; look at the source, then `harvester index --force` takes what the store holds"


def expect(config: Config, store: Store) -> None:
    """ExpectationError with every rule that is broken, one line each.

    A source that was never begun in this store is passed over: it may be another host's.
    """
    broken = list(_broken(config, store))
    if broken:
        raise ExpectationError("\n".join([*broken, _CURE]))


def _broken(config: Config, store: Store) -> Iterator[str]:
    wanted = {name: s.expect for name, s in config.sources.items() if s.enabled and s.expect != Expect()}
    if not wanted:
        return
    health = {h.source: h for h in store.health()}
    for name, rule in wanted.items():
        known = health.get(name)
        if known is None:
            continue
        key = f"source.{name}.expect"
        if known.records < rule.min_records:
            yield f"{key}.min_records: {known.records} records are held, at least {rule.min_records} are expected"
        if rule.max_deleted is not None:
            deleted = _deleted(config, store, name)
            if deleted > rule.max_deleted:
                yield (
                    f"{key}.max_deleted: {deleted} records were deleted since the index was last written, at most"
                    f" {rule.max_deleted} are expected"
                )
        if rule.max_quarantined is not None and known.quarantined > rule.max_quarantined:
            yield (
                f"{key}.max_quarantined: {known.quarantined} records are in quarantine (`harvester quarantine {name}`), at"
                f" most {rule.max_quarantined} are expected"
            )


def _deleted(config: Config, store: Store, source: str) -> int:
    """Records that the index still has, and the store no longer."""
    from harvester import query

    try:
        with query.open_index(config.index) as db:
            (seen,) = db.execute("select cast(value as integer) from meta where name = 'change_seen'").fetchone()
            gone = store.connection.execute(
                "select id from records where source = ? and change > ? and deleted", (source, seen)
            )
            return sum(db.execute("select 1 from records where id = ?", row).fetchone() is not None for row in gone)
    except StoreError:
        return 0  # there is no index that could lose anything
