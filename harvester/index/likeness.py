"""Which records are alike: what each says is kept in the index, and compared where two share a blocking key.

Descriptions are compared, not records: a description that came a hundred times is one profile. A key that too many profiles
share is not used, so a new record costs the same however large the index is; where a key comes to be used, or is no longer,
those that share it are compared again. So an update leaves what a new index would have.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from harvester import link
from harvester.index.settings import Settings

SCRATCH: Final = """
create table scratch.profiles (record_id integer, profile_id integer, source text, issue text, features text) strict;
create table scratch.blocks (key integer, profile_id integer) strict;
"""

NEIGHBOURS: Final = (
    "select n.record_id from record_profiles m join likenesses l on l.profile_id = m.profile_id and l.answer = 'same'"
    " join record_profiles n on n.profile_id = l.other_id where m.record_id = ?1"
    " union select n.record_id from record_profiles m join likenesses l on l.other_id = m.profile_id and l.answer = 'same'"
    " join record_profiles n on n.profile_id = l.profile_id where m.record_id = ?1"
)
"""The records that one is the same as by likeness."""
_ONE_WORK_ONCE: Final = frozenset({"oai_pmh", "crossref"})
"""Kinds of sources that have each work once. A file may be what several databases found, if its source is not ``distinct``."""
_BATCH: Final = 400

Described = tuple[int, int, str, str, str]
"""Record, profile, source, issue, features."""


class Flipped(Exception):
    """What is known of a source as a whole has changed: all its records are to be compared again."""


def describe(id_: int, source: str, features: link.Features) -> tuple[Described, list[tuple[int, int]]]:
    """A record as rows of ``scratch.profiles`` and ``scratch.blocks``."""
    encoded = link.encode(features)
    profile = link.profile(source, encoded)
    return (id_, profile, source, features.issue, encoded), [(key, profile) for key in link.blocking_keys(features)]


def keep(db: sqlite3.Connection, described: Iterable[Described], blocks: Iterable[tuple[int, int]]) -> None:
    db.executemany("insert into scratch.profiles values (?, ?, ?, ?, ?)", described)
    db.executemany("insert into scratch.blocks values (?, ?)", blocks)


# --- a new index -----------------------------------------------------------------------------------------------------


def compare_all(db: sqlite3.Connection, settings: Settings) -> None:
    """Write what was described, and compare all that share a key."""
    db.execute("insert into record_profiles select record_id, profile_id from scratch.profiles order by record_id")
    db.execute(
        "insert into profiles select profile_id, min(source), min(issue), min(features) from scratch.profiles"
        " group by profile_id order by profile_id"
    )
    db.execute("insert into blocks select distinct key, profile_id from scratch.blocks order by key, profile_id")
    db.execute(
        "insert into issue_counts select source, issue, count(*) from profiles where issue <> '' group by source, issue"
        " order by source, issue"
    )
    db.execute("insert into issue_totals select source, sum(profiles), count(*) from issue_counts group by source")
    db.execute("create index record_profiles_profile on record_profiles(profile_id)")
    pairs = db.execute(  # sorted by grouping: a set of them would not fit in memory
        "select one, other from (select a.profile_id as one, b.profile_id as other"
        " from (select key from blocks group by key having count(*) between 2 and ?) used"
        " cross join blocks a on a.key = used.key cross join blocks b on b.key = a.key and b.profile_id > a.profile_id"
        " union all select profile_id, profile_id from record_profiles group by profile_id having count(*) > 1)"
        " group by one, other",
        (link.rules().holders,),
    )
    _compare(db, sources(db, settings), pairs)


def sources(db: sqlite3.Connection, settings: Settings) -> link.Sources:
    """What is known of the sources as a whole."""
    counts = db.execute("select source, profiles, issues from issue_totals")
    once = frozenset(name for name, info in settings.sources.items() if info.distinct or info.kind in _ONE_WORK_ONCE)
    return link.Sources(once, link.unnumbered(counts))


def _compare(db: sqlite3.Connection, known: link.Sources, pairs: Iterable[tuple[int, int]]) -> None:
    features = features_of(db)
    found = []
    for one, other in pairs:
        (source, mine), (other_source, others) = features(one), features(other)
        compared = known.compare(mine, others, source, other_source)
        if compared.answer != "different":
            evidence = "; ".join(compared.evidence)
            found.append((one, other, compared.answer, compared.relation, compared.score, evidence))
            if len(found) >= _BATCH:
                db.executemany("insert into likenesses values (?, ?, ?, ?, ?, ?)", found)
                found.clear()
    db.executemany("insert into likenesses values (?, ?, ?, ?, ?, ?)", found)


def groups(db: sqlite3.Connection) -> Iterator[list[int]]:
    """Staged records that are the same by likeness."""
    # No join: not knowing how little is staged, SQLite would look through all likenesses for a Bloom filter first.
    for one, other in db.execute(
        "select profile_id, other_id from likenesses where answer = 'same' and profile_id in"
        " (select p.profile_id from scratch.staged s cross join record_profiles p on p.record_id = s.id)"
    ):
        yield [
            id_
            for (id_,) in db.execute(
                "select record_id from record_profiles where profile_id in (?, ?) order by record_id", (one, other)
            )
        ]


class Known(Struct):
    """What came of comparing some profiles, and what they say."""

    features: dict[int, link.Features]
    same: dict[int, list[tuple[int, link.Compared]]]
    """Profile -> the others that are the same, the lower one first."""
    sources: link.Sources

    def among(self, profiles: Collection[int]) -> link.Likenesses:
        """The same for a few of them, which nothing ties to the rest."""
        compared = {(one, other): found for one in profiles for other, found in self.same.get(one, ())}
        return link.Likenesses(compared, self.features, self.sources)


def known(db: sqlite3.Connection, profiles: Collection[int], of_sources: link.Sources) -> Known:
    found = Known({}, {}, of_sources)
    for batch in _batches(sorted(profiles)):
        marks = ",".join("?" * len(batch))
        for one, other, answer, relation, score, evidence in db.execute(
            "select profile_id, other_id, answer, relation, score, evidence from likenesses"
            f" where answer = 'same' and profile_id in ({marks})",
            batch,
        ):
            compared = link.Compared(answer, score, tuple(evidence.split("; ")), relation)
            found.same.setdefault(one, []).append((other, compared))
        found.features.update(
            (id_, link.decode(text))
            for id_, text in db.execute(f"select id, features from profiles where id in ({marks})", batch)
        )
    return found


def features_of(db: sqlite3.Connection) -> Callable[[int], tuple[str, link.Features]]:
    """Profile -> its source, and what it says."""

    @lru_cache(maxsize=2048)
    def features(profile: int) -> tuple[str, link.Features]:
        source, text = db.execute("select source, features from profiles where id = ?", (profile,)).fetchone()
        return source, link.decode(text)

    return features


# --- an update -------------------------------------------------------------------------------------------------------


def compare_changed(db: sqlite3.Connection, settings: Settings, records: Collection[int]) -> set[int]:
    """Let records say what ``scratch.profiles`` has of them, or nothing; returns the records that another may now join or leave.

    Raises Flipped where a source is no longer compared as it was.
    """
    before = sources(db, settings)
    old = _profiles(db, "record_profiles", records)
    new = _profiles(db, "scratch.profiles", records)
    if old == new:
        return set()
    suspects = {profile for id_ in records if (profile := old.get(id_)) != new.get(id_) and profile is not None}
    arriving = {profile for id_ in records if (profile := new.get(id_)) != old.get(id_) and profile is not None}
    reached = _alike(db, suspects)
    db.executemany("delete from record_profiles where record_id = ?", [(id_,) for id_ in records])
    db.executemany("insert into record_profiles values (?, ?)", sorted(new.items()))
    gone = {p for p in suspects if not _exists(db, "select 1 from record_profiles where profile_id = ? limit 1", p)}
    fresh = {p for p in arriving if not _exists(db, "select 1 from profiles where id = ?", p)}
    blocks = _Blocks(db)
    moved = _replace_blocks(db, blocks, gone, fresh)
    if sources(db, settings) != before:
        raise Flipped
    again = (suspects | arriving | moved) - gone
    db.executemany(
        "delete from likenesses where profile_id = ? or other_id = ?", [(p, p) for p in sorted(again | gone)]
    )
    _compare(db, before, sorted(_pairs(db, blocks, again)))
    return reached | _alike(db, again)


def _profiles(db: sqlite3.Connection, table: str, records: Collection[int]) -> dict[int, int]:
    return {
        id_: profile
        for batch in _batches(sorted(records))
        for id_, profile in db.execute(
            f"select record_id, profile_id from {table} where record_id in ({','.join('?' * len(batch))})", batch
        )
    }


class _Blocks:
    """Who shares which key, each asked for once. What of it changes is told to it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._keys: dict[int, list[int]] = {}
        self._holders: dict[int, set[int]] = {}

    def of(self, profile: int) -> list[int]:
        """Its keys."""
        if profile not in self._keys:
            (text,) = self._db.execute("select features from profiles where id = ?", (profile,)).fetchone()
            self._keys[profile] = list(link.blocking_keys(link.decode(text)))
        return self._keys[profile]

    def holders(self, key: int) -> set[int]:
        """The profiles that have a key; at most one more than may share a key that is used."""
        if key not in self._holders:
            rows = self._db.execute(
                "select profile_id from blocks where key = ? limit ?", (key, link.rules().holders + 1)
            )
            self._holders[key] = {profile for (profile,) in rows}
        return self._holders[key]

    def replace(self, left: Sequence[tuple[int, int]], came: Sequence[tuple[int, int]]) -> None:
        """Take away and add (key, profile)."""
        self._db.executemany("delete from blocks where key = ? and profile_id = ?", left)
        self._db.executemany("insert into blocks values (?, ?)", came)
        for key, profile in left:
            if _used(held := self.holders(key)):
                self._holders[key] = held - {profile}
            else:  # not all are known
                del self._holders[key]
        for key, profile in came:
            self._keys.setdefault(profile, []).append(key)
            if _used(held := self.holders(key)):
                self._holders[key] = held | {profile}


def _replace_blocks(db: sqlite3.Connection, blocks: _Blocks, gone: Collection[int], fresh: Collection[int]) -> set[int]:
    """Take away and add profiles with their keys; returns the holders of keys that came to be used, or are no longer."""
    left = [(key, p) for p in sorted(gone) for key in blocks.of(p)]
    came = [row for row in db.execute("select distinct key, profile_id from scratch.blocks") if row[1] in fresh]
    rows = [
        row
        for row in db.execute(
            "select profile_id, min(source), min(issue), min(features) from scratch.profiles group by profile_id"
        )
        if row[0] in fresh
    ]
    touched = sorted({key for key, _ in (*left, *came)})
    before = {key: blocks.holders(key) for key in touched}
    for p in sorted(gone):
        _count_issue(db, p, -1)
    db.executemany("delete from profiles where id = ?", [(p,) for p in gone])
    db.executemany("insert into profiles values (?, ?, ?, ?)", rows)
    blocks.replace(left, came)
    for row in rows:
        _count_issue(db, row[0], 1)
    turned = [key for key in touched if _used(before[key]) != _used(blocks.holders(key))]
    return {p for key in turned for p in (before[key] if _used(before[key]) else blocks.holders(key))} - set(gone)


def _count_issue(db: sqlite3.Connection, profile: int, more: int) -> None:
    source, issue = db.execute("select source, issue from profiles where id = ?", (profile,)).fetchone()
    if not issue:
        return
    here = (source, issue)
    known = _exists(db, "select 1 from issue_counts where source = ? and issue = ?", *here)
    db.execute(
        "insert into issue_counts values (?, ?, ?) on conflict do update set profiles = profiles + excluded.profiles",
        (*here, more),
    )
    db.execute("delete from issue_counts where source = ? and issue = ? and profiles = 0", here)
    others = _exists(db, "select 1 from issue_counts where source = ? and issue = ?", *here) - known
    db.execute(
        "insert into issue_totals values (?, ?, ?) on conflict do update set profiles = profiles + excluded.profiles,"
        " issues = issues + excluded.issues",
        (source, more, others),
    )
    db.execute("delete from issue_totals where source = ? and profiles = 0", (source,))


def _used(holders: Collection[int]) -> bool:
    return len(holders) <= link.rules().holders


def _pairs(db: sqlite3.Connection, blocks: _Blocks, profiles: Collection[int]) -> Iterator[tuple[int, int]]:
    """What these profiles are to be compared with, each pair once."""
    seen: set[tuple[int, int]] = set()
    for profile in profiles:
        others = {p for key in blocks.of(profile) if _used(held := blocks.holders(key)) for p in held}
        (records,) = db.execute("select count(*) from record_profiles where profile_id = ?", (profile,)).fetchone()
        pairs = {(min(profile, p), max(profile, p)) for p in others if p != profile}
        if records > 1:
            pairs.add((profile, profile))
        yield from pairs - seen
        seen |= pairs


def _alike(db: sqlite3.Connection, profiles: Collection[int]) -> set[int]:
    """The records that these profiles, or others that are the same by likeness, have."""
    found = set()
    for profile in profiles:
        for (id_,) in db.execute(
            "select record_id from record_profiles where profile_id = ?1 or profile_id in"
            " (select other_id from likenesses where profile_id = ?1 and answer = 'same'"
            " union select profile_id from likenesses where other_id = ?1 and answer = 'same')",
            (profile,),
        ):
            found.add(id_)
    return found


def _exists(db: sqlite3.Connection, query: str, *values: int | str) -> bool:
    return db.execute(query, values).fetchone() is not None


def _batches(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
