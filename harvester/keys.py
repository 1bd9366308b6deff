"""Work keys: issued once, kept for good, never reused. Pure: the state comes in, what is to be written goes out.

A cluster keeps the work that its records had. Where clusters were joined, the oldest work goes on and the others redirect to
it; where one was split, the work stays with its founder, the record whose identifier is its key. What was redirected goes with
its founder into another work, or takes its own key back. So a link to a work goes on leading to what it was made for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

LADDER: Final = ("doi", "hdl", "oai", "url", "local")
"""What a key is made of, best first."""

Members: TypeAlias = tuple[int, ...]
"""Record ids of a cluster, ascending."""


class WorkKey(Struct, frozen=True):
    """A key that was issued."""

    id: int
    """Also the id of the work in index.db."""
    key: str
    founder: int
    """The record whose identifier it is."""
    redirect: int | None = None
    """The work that it was merged into."""


class State(Struct, frozen=True):
    """What was decided before about the records at hand and about all that had been in one work with them."""

    works: Mapping[int, WorkKey]
    """Every work that a record at hand belonged to, or that it founded."""
    record_works: Mapping[int, int]
    """Record -> the work it was in when it was last indexed."""


class Settled(Struct, frozen=True):
    """Which work each cluster goes on with."""

    works: dict[Members, int]
    new: list[Members]
    """Clusters that need a new key, by lowest record id."""
    redirects: dict[int, int | None]
    """Changes only: work -> the work it now redirects to; None where a work has its own key back."""


def settle(clusters: Iterable[Members], state: State) -> Settled:
    """Decide which work each cluster goes on with.

    A work that several clusters want goes to the one with its founder, else to the one with the lowest record that was in
    it. A cluster keeps the oldest work that it won. What is decided again on its own result is decided the same.
    """
    ordered = sorted(clusters)
    redirects: dict[int, int | None] = {}
    works: dict[Members, int] = {}
    new: list[Members] = []
    won = _won(ordered, state)
    for cluster in ordered:
        if mine := sorted(won.get(cluster, ())):
            works[cluster] = mine[0]
            redirects.update(dict.fromkeys(mine[1:], mine[0]))
    founded: dict[int, list[WorkKey]] = {}
    for work in state.works.values():
        if work.redirect is not None:
            founded.setdefault(work.founder, []).append(work)
    for cluster in ordered:
        former = sorted((w for member in cluster for w in founded.get(member, ())), key=lambda w: w.id)
        if former:
            works.setdefault(cluster, former[0].id)
        if cluster not in works:
            new.append(cluster)
            continue
        own = works[cluster]
        # A key that was merged away goes with its founder, wherever that is now.
        redirects.update({w.id: None if w.id == own else own for w in former if w.redirect != own})
    return Settled(works, new, redirects)


def _won(clusters: Sequence[Members], state: State) -> dict[Members, list[int]]:
    """Cluster -> the works that are its own by right, of those that its records were in."""
    wanted: dict[int, tuple[bool, int, Members]] = {}
    for cluster in clusters:
        here = set(cluster)
        for member in cluster:
            work = state.works.get(state.record_works.get(member, 0))
            if work is None or work.redirect is not None:
                continue
            claim = (work.founder not in here, member, cluster)
            wanted[work.id] = min(wanted.get(work.id, claim), claim)
    won: dict[Members, list[int]] = {}
    for id_, (_, _, cluster) in wanted.items():
        won.setdefault(cluster, []).append(id_)
    return won


def issue(
    clusters: Sequence[Members],
    match_keys: Mapping[int, Sequence[str]],
    next_id: int,
    taken: Callable[[Sequence[str]], set[str]],
) -> list[WorkKey]:
    """A new key for each cluster, in the order given.

    ``match_keys``: record -> its match keys. ``taken`` tells which of some texts were ever issued: such a text gets the
    suffix ``~2``, ``~3``, ... since a key is never given to another work.
    """
    wishes = [_best(cluster, match_keys) for cluster in clusters]
    used = taken([text for text, _ in wishes])
    issued = []
    for number, (text, founder) in enumerate(wishes):
        key, suffix = text, 1
        while key in used or (suffix > 1 and taken([key])):
            suffix += 1
            key = f"{text}~{suffix}"
        used.add(key)
        issued.append(WorkKey(next_id + number, key, founder))
    return issued


def _best(cluster: Members, match_keys: Mapping[int, Sequence[str]]) -> tuple[str, int]:
    """(key text, founder) by the ladder; of several the lowest record's."""
    found = [
        (LADDER.index(scheme), member, key)
        for member in cluster
        for key in match_keys[member]
        if (scheme := key.partition(":")[0]) in LADDER
    ]
    if not found:  # a lone PMID, PMCID or arXiv number: no rung of its own
        return f"local:{match_keys[cluster[0]][0]}", cluster[0]
    _, founder, key = min(found)
    return key, founder
