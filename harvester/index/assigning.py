"""Which staged records are one work, and which key each work goes by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge as merge_sorted
from itertools import chain
from typing import Final

import msgspec

from harvester import keys, link
from harvester.index import likeness
from harvester.index.deciding import Deciding
from harvester.index.settings import Settings
from harvester.index.staging import BATCH, is_staged
from harvester.record import Record
from harvester.store import Store

ASSIGNED_INDEX: Final = "create index scratch.assigned_work on assigned(work_id, record_id)"

_decode = msgspec.json.Decoder(Record).decode
_encode = msgspec.json.Encoder().encode
_decode_keys = msgspec.json.Decoder(list[str]).decode


def link_staged(
    db: sqlite3.Connection, store: Store, settings: Settings, decisions: Deciding, together: Iterable[int]
) -> None:
    """Cluster what is staged and compared, settle and issue work keys, and keep those in the store.

    ``together``: records whose keys must be settled in one go, since they were in one work with others.
    """
    shared = (
        [int(id_) for id_ in ids.split(",")]
        for (ids,) in db.execute("select group_concat(record_id) from scratch.keys group by key having count(*) > 1")
    )
    found = link.components(chain(shared, likeness.groups(db), decisions.groups(db)))
    joined: list[keys.Members] = []
    known = likeness.sources(db, settings)
    for component in found:
        facts = list(_facts(db, component))
        linked = link.clusters(facts, likeness.among(db, {f.profile for f in facts}, known), decisions.decided)
        joined += [cluster.members for cluster in linked.clusters]
        db.executemany(
            "insert into scratch.ties values (?, ?, ?, ?, ?)",
            [
                (member, tie.rule, tie.other, tie.score, "; ".join(tie.evidence))
                for cluster in linked.clusters
                if len(cluster.members) > 1
                for member, tie in zip(cluster.members, cluster.ties, strict=True)
            ],
        )
        db.executemany(
            "insert into scratch.conflicts values (?, ?)",
            [(id_, _encode(finding).decode()) for id_, finding in linked.conflicts],
        )
    decisions.note_overruled(db)
    placed = {member for members in joined for member in members}
    alone = [id_ for id_ in together if id_ not in placed and is_staged(db, id_)]
    waiting = iter(_settle(db, store, [*joined, *((id_,) for id_ in alone)], founders=True))
    placed.update(alone)
    late = next(waiting, None)
    for batch in _staged_ids(db):
        new = _settle(db, store, [(id_,) for id_ in batch if id_ not in placed], founders=False)
        due = []
        while late is not None and late[0] <= batch[-1]:
            due.append(late)
            late = next(waiting, None)
        _issue(db, store, list(merge_sorted(new, due)))
    db.execute(ASSIGNED_INDEX)
    decisions.pin(db)
    works = db.execute("select distinct work_id from scratch.assigned")
    db.executemany(
        "insert into scratch.works values (?, ?)",
        ((id_, key) for id_, key, _, _ in store.keys.work_keys(id_ for (id_,) in works)),
    )


def _facts(db: sqlite3.Connection, ids: Sequence[int]) -> Iterator[link.Facts]:
    for start in range(0, len(ids), 500):
        batch = ids[start : start + 500]
        for id_, source, identifier, format_, matched, record, profile in db.execute(
            "select id, source, identifier, format, keys, record, profile_id from scratch.staged"
            f" join record_profiles on record_id = id where id in ({','.join('?' * len(batch))})",
            batch,
        ):
            yield link.facts(id_, source, identifier, format_, _decode_keys(matched), _decode(record), profile)


def _staged_ids(db: sqlite3.Connection) -> Iterator[list[int]]:
    last = 0
    while True:
        ids = [
            row[0]
            for row in db.execute("select id from scratch.staged where id > ? order by id limit ?", (last, BATCH))
        ]
        if not ids:
            return
        yield ids
        last = ids[-1]


def _settle(
    db: sqlite3.Connection, store: Store, clusters: list[keys.Members], *, founders: bool
) -> list[keys.Members]:
    """Assign the works that clusters go on with; returns the clusters that need a new key, by lowest record.

    ``founders=False``: a record that has a work of its own keeps it, so what else it founded need not be looked up.
    """
    if not clusters:
        return []
    ids = [member for cluster in clusters for member in cluster]
    record_works = store.keys.record_works(ids)
    known = {row[0]: keys.WorkKey(*row) for row in store.keys.work_keys(set(record_works.values()))}
    searching = ids if founders else [i for i in ids if not _has_work(known.get(record_works.get(i, 0)))]
    known.update((row[0], keys.WorkKey(*row)) for row in store.keys.work_keys(founders=searching))
    settled = keys.settle(clusters, keys.State(known, record_works))
    _assign(db, settled.works)
    moved = [
        (member, work)
        for members, work in settled.works.items()
        for member in members
        if record_works.get(member) != work
    ]
    if moved or settled.redirects:
        store.keys.save_works([], settled.redirects.items(), moved)
    return settled.new


def _has_work(work: keys.WorkKey | None) -> bool:
    return work is not None and work.redirect is None


def _issue(db: sqlite3.Connection, store: Store, clusters: list[keys.Members]) -> None:
    if not clusters:
        return
    ids = [member for cluster in clusters for member in cluster]
    match_keys: dict[int, list[str]] = {}
    for start in range(0, len(ids), 500):
        batch = ids[start : start + 500]
        marks = ",".join("?" * len(batch))
        match_keys.update(
            (id_, _decode_keys(text))
            for id_, text in db.execute(f"select id, keys from scratch.staged where id in ({marks})", batch)
        )
    issued = keys.issue(clusters, match_keys, store.keys.next_work_id(), store.keys.issued_keys)
    works = {cluster: key.id for cluster, key in zip(clusters, issued, strict=True)}
    store.keys.save_works(
        [(key.id, key.key, key.founder) for key in issued],
        [],
        [(member, work) for members, work in works.items() for member in members],
    )
    _assign(db, works)


def _assign(db: sqlite3.Connection, works: dict[keys.Members, int]) -> None:
    db.executemany(
        "insert into scratch.assigned values (?, ?)",
        [(member, work) for members, work in works.items() for member in members],
    )
