"""Which staged records are one work, and which key each work goes by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import chain
from typing import Any, Final

import msgspec

from harvester import keys, link
from harvester.index import likeness
from harvester.index.deciding import Deciding
from harvester.index.settings import Settings
from harvester.index.staging import BATCH
from harvester.record import Record
from harvester.store import Store

ASSIGNED_INDEX: Final = "create index scratch.assigned_work on assigned(work_id, record_id)"

_decode = msgspec.json.Decoder(Record).decode
_encode = msgspec.json.Encoder().encode
_decode_keys = msgspec.json.Decoder(list[str]).decode


def link_staged(
    db: sqlite3.Connection,
    store: Store,
    settings: Settings,
    decisions: Deciding,
    together: Iterable[Iterable[int]],
) -> None:
    """Cluster what is staged and compared, settle and issue work keys, and keep those in the store.

    ``together``: records that were in one work with others: their keys must be settled in one go.
    """
    forest = link.Forest(id_ for (id_,) in db.execute("select id from scratch.staged order by id"))
    shared = (
        [int(id_) for id_ in ids.split(",")]
        for (ids,) in db.execute("select group_concat(record_id) from scratch.keys group by key having count(*) > 1")
    )
    for ids in chain(shared, likeness.groups(db), decisions.groups(db)):
        forest.join(ids)
    _cluster(db, settings, decisions, forest)
    for records in together:
        forest.join(records)
    waiting: list[keys.Members] = []
    for trees in _batches(forest.trees(single=True)):
        for cluster in _settle(db, store, trees):
            heappush(waiting, cluster)
        due = []  # keys are issued in the order of records; what the trees to come hold has higher ones
        while waiting and waiting[0][0] <= trees[-1][0]:
            due.append(heappop(waiting))
        _issue(db, store, due)
    _issue(db, store, sorted(waiting))
    db.execute(ASSIGNED_INDEX)
    decisions.pin(db)


def _cluster(db: sqlite3.Connection, settings: Settings, decisions: Deciding, forest: link.Forest) -> None:
    """Find the works that the records of each component describe, and why."""
    sources = likeness.sources(db, settings)
    for components in _batches(forest.trees()):
        ids = list(chain.from_iterable(components))
        profiles = dict(_by_ids(db, "select record_id, profile_id from record_profiles where record_id in", ids))
        known = likeness.known(db, set(profiles.values()), sources)
        facts = {f.id: f for f in _facts(db, profiles, known)}
        for component in components:
            among = known.among({profiles[id_] for id_ in component})
            _keep(db, link.clusters([facts[id_] for id_ in component], among, decisions.decided))
    decisions.note_overruled(db)


def _keep(db: sqlite3.Connection, linked: link.Linked) -> None:
    db.executemany(
        "insert into scratch.clusters values (?, ?)",
        [(member, cluster.members[0]) for cluster in linked.clusters for member in cluster.members],
    )
    db.executemany(
        "insert into scratch.ties values (?, ?, ?, ?, ?)",
        [
            (member, tie.rule, tie.other, tie.score, "; ".join(tie.evidence))
            for cluster in linked.clusters
            if len(cluster.members) > 1
            for member, tie in zip(cluster.members, cluster.ties, strict=True)
        ],
    )
    if linked.conflicts:
        db.executemany(
            "insert into scratch.conflicts values (?, ?)",
            [(id_, _encode(finding).decode()) for id_, finding in linked.conflicts],
        )


def _facts(db: sqlite3.Connection, profiles: Mapping[int, int], known: likeness.Known) -> Iterator[link.Facts]:
    sql = "select id, source, identifier, format, keys, record from scratch.staged where id in"
    for id_, source, identifier, format_, matched, record in _by_ids(db, sql, list(profiles)):
        said = known.features[profiles[id_]]
        yield link.facts(id_, source, identifier, format_, _decode_keys(matched), _decode(record), profiles[id_], said)


def _batches(trees: Iterable[list[int]]) -> Iterator[list[list[int]]]:
    """Whole trees, about as many records in each batch as fit in memory."""
    batch: list[list[int]] = []
    count = 0
    for tree in trees:
        batch.append(tree)
        count += len(tree)
        if count >= BATCH:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch


def _settle(db: sqlite3.Connection, store: Store, trees: Iterable[Iterable[int]]) -> list[keys.Members]:
    """Assign the works that clusters of these trees go on with; returns the clusters that need a new key."""
    ids = list(chain.from_iterable(trees))
    first = dict(_by_ids(db, "select record_id, first from scratch.clusters where record_id in", ids))
    found: dict[int, list[int]] = {}
    for id_ in sorted(ids):
        found.setdefault(first.get(id_, id_), []).append(id_)
    clusters = [tuple(members) for members in found.values()]
    record_works = store.keys.record_works(ids)
    known = {row[0]: keys.WorkKey(*row) for row in store.keys.work_keys(set(record_works.values()), founders=ids)}
    settled = keys.settle(clusters, keys.State(known, record_works))
    _assign(db, {members: known[work] for members, work in settled.works.items()})
    moved = [
        (member, work)
        for members, work in settled.works.items()
        for member in members
        if record_works.get(member) != work
    ]
    if moved or settled.redirects:
        store.keys.save_works([], settled.redirects.items(), moved)
    return settled.new


def _issue(db: sqlite3.Connection, store: Store, clusters: list[keys.Members]) -> None:
    if not clusters:
        return
    ids = [member for cluster in clusters for member in cluster]
    match_keys = {
        id_: _decode_keys(text) for id_, text in _by_ids(db, "select id, keys from scratch.staged where id in", ids)
    }
    issued = keys.issue(clusters, match_keys, store.keys.next_work_id(), store.keys.issued_keys)
    works = dict(zip(clusters, issued, strict=True))
    store.keys.save_works(
        [(key.id, key.key, key.founder) for key in issued],
        [],
        [(member, work.id) for members, work in works.items() for member in members],
    )
    _assign(db, works)


def _assign(db: sqlite3.Connection, works: dict[keys.Members, keys.WorkKey]) -> None:
    db.executemany("insert into scratch.works values (?, ?)", [(work.id, work.key) for work in works.values()])
    db.executemany(
        "insert into scratch.assigned values (?, ?)",
        [(member, work.id) for members, work in works.items() for member in members],
    )


def _by_ids(db: sqlite3.Connection, sql: str, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Rows of ``sql (?, ?, ...)`` for any number of ids."""
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        yield from db.execute(f"{sql} ({','.join('?' * len(batch))})", batch)
