"""What is new in the index: works, what happened to them (retracted, corrected, reinstated), copies that may be read now.

After each change of the index its works are compared with what the last one said, and what differs is kept in the store
(``noted``); ``since`` tells it. So a new build tells nothing twice, and nothing gets lost with an index that was thrown away. A
work that is new is news as a whole: what it came with is not told again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from harvester import updates
from harvester.clean import identifiers
from harvester.record import CURATOR
from harvester.store import Store
from harvester.store.database import translated
from harvester.store.news import Known

What = Literal["new", "listed", "status", "update", "copy"]

_BATCH: Final = 400
_OPEN: Final = "open"


class Item(Struct, frozen=True, kw_only=True):
    """One thing that is new."""

    what: What
    run: int
    """0 for a new work: it is found by when its key was issued."""
    at: str
    key: str
    title: str
    url: str
    type: str
    citation: str = ""
    """As a line of a reading list."""
    before: str = ""
    """Of a status: what it was; '' where there was none. Of what came into a listing: its status."""
    after: str = ""
    """Of a status: what it is; '' where it was taken back. Of an update: its type; the status stayed. Of a copy: its version, VoR
    or AM. Of a new work: its status. Of one that came into listings: their names, joined by ``; ``."""
    date: str = ""
    """When the notice was published."""
    notice: str = ""
    """A link to it."""
    notice_title: str = ""
    sources: tuple[str, ...] = ()
    """Who says so; of a new work, the sources that have it."""
    basis: str = ""
    """On what a status or update rests: ``notice``, ``status`` (no notice is named), or ``title`` alone."""
    holds: bool = True
    """Of a status: False where it has changed once more since."""
    reinstated: bool = False
    """Of a status: what it was before was taken back by a notice."""
    present: bool = True
    """False: the index no longer has the work."""
    listings: tuple[str, ...] = ()
    """Names of the listings in which it stands."""

    @property
    def heading(self) -> str:
        """What a reader is told: Retracted, Corrected, Reinstated ..."""
        if self.what == "new":
            return "New works"
        if self.what == "listed":
            return "New in a listing"
        if self.what == "copy":
            return "Copies that may be read now"
        if self.reinstated:
            return "Reinstated"
        known = updates.vocabulary().get(self.after)
        return known.label if known else "No longer marked"

    @property
    def gravity(self) -> int:
        """Its place among all headings; 0 comes first."""
        last = len(updates.gravity())
        if self.what in {"status", "update"}:
            return last if self.reinstated else updates.gravity().get(self.after, last)
        return last + 1 + ("copy", "new", "listed").index(self.what)


# --- keeping ---------------------------------------------------------------------------------------------------------


def state(index: Path) -> str | None:
    """Which index this is, and how far it has read; None where there is none that can be read."""
    if not index.is_file():
        return None
    try:
        with closing(_reading(index)) as db:
            return _state(db)
    except sqlite3.Error:
        return None


def noted(store: Store, index: Path, run_id: int, before: str | None, touched: Iterable[int] | None) -> None:
    """Compare the index with what the last one said, and keep what is news.

    ``before``: the ``state`` that it was in; ``touched``: the works that were written since. Where that is not the index
    that was compared last, as after a kill or a new build (``touched`` is None), all works are compared.
    """
    last = store.news.last()
    with translated(index), closing(_reading(index)) as db:
        if touched is None or last is None or last[1] != before:
            touched = _everything(db, store)
        ids = iter(touched)
        while batch := list(islice(ids, _BATCH)):
            was, now = store.news.known(batch), _said(db, batch)
            known = [(id_, now[id_]) for id_ in batch if id_ in now and now[id_] != was.get(id_, Known())]
            # A work that is new to the store is news as a whole.
            changes = [
                change
                for id_, new in known
                if last is not None and id_ <= last[0]
                for change in _changes(id_, was.get(id_, Known()), new)
            ]
            store.news.save(run_id, known, changes)  # what a kill leaves undone, the next run finds
        store.news.close_run(run_id, _state(db))


def _reading(index: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro", uri=True)


def _state(db: sqlite3.Connection) -> str:
    meta = dict(db.execute("select name, value from meta where name in ('generation', 'change_seen', 'built')"))
    return ":".join(meta.get(name, "") for name in ("generation", "change_seen", "built"))


def _everything(db: sqlite3.Connection, store: Store) -> Iterator[int]:
    """Every work of the index, and every one of which something was known."""
    last = 0
    while True:
        here = [i for (i,) in db.execute("select id from works where id > ? order by id limit ?", (last, _BATCH))]
        known = store.news.known_above(last, _BATCH)
        found = sorted({*here, *known})[:_BATCH]
        if not found:
            return
        yield from found
        last = found[-1]


def _said(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Known]:
    """What the index says of these works, as far as it has them."""
    marks = ",".join("?" * len(ids))
    copies: dict[int, set[str]] = {}
    for id_, version, access in db.execute(
        "select f.work_id, coalesce(f.version, ''), coalesce(f.access, w.access, '') from files f join works w"
        f" on w.id = f.work_id where f.work_id in ({marks}) and f.url is not null",
        ids,
    ):
        copies.setdefault(id_, set()).add(f"{version} {access}".strip())
    had: dict[int, list[str]] = {}
    for id_, type_, count in db.execute(
        f"select work_id, type, count(*) from work_updates where work_id in ({marks}) and basis <> 'title'"
        " group by work_id, type order by work_id, type",
        ids,
    ):
        had.setdefault(id_, []).append(f"{type_} {count}")
    return {
        id_: Known(status or "", "; ".join(had.get(id_, ())), "; ".join(sorted(c for c in copies.get(id_, ()) if c)))
        for id_, status in db.execute(f"select id, update_status from works where id in ({marks})", ids)
    }


def _changes(id_: int, was: Known, now: Known) -> Iterator[tuple[int, str, str, str]]:
    if was.status != now.status:
        yield id_, "status", was.status, now.status
    else:
        before, after = _counts(was.updates), _counts(now.updates)
        for type_ in sorted(t for t in after if after[t] > before.get(t, 0)):
            yield id_, "update", now.status, type_
    gained = set(now.copies.split("; ")) - set(was.copies.split("; "))
    for copy in sorted(gained):
        version, _, access = copy.rpartition(" ")
        if access == _OPEN:
            yield id_, "copy", was.copies, version


def _counts(updates: str) -> dict[str, int]:
    return {name: int(count) for name, _, count in (each.rpartition(" ") for each in updates.split("; ") if each)}


# --- telling ---------------------------------------------------------------------------------------------------------


def since(store: Store, db: sqlite3.Connection, run_id: int, moment: str) -> list[Item]:
    """What a run, which began at a moment, and those after it brought: the gravest first, then in the order of time."""
    steps = {id_: to for id_, _, to in store.keys.redirecting()}
    before = store.news.work_before(run_id)
    found: list[Item] = []
    for change in store.news.changes(run_id):
        about = _about(store, db, _led(steps, change.work_id))
        id_ = about.pop("id")
        was = change.before if change.what == "status" else ""
        more = _happened(db, id_, was, change.after) if change.what != "copy" else {}
        found.append(
            msgspec.convert(
                {
                    "what": change.what,
                    "run": change.run_id,
                    "at": change.at,
                    "before": change.before,
                    "after": change.after,
                    "holds": change.what != "status" or change.after == about["status"],
                }
                | about
                | more,
                Item,
            )
        )
    new: set[int] = set()
    for work_id, issued in store.news.new_works(before, moment):
        new.add(work_id)
        about = _about(store, db, work_id)
        if about["present"]:
            status = about.pop("status")
            more = _happened(db, about.pop("id"), "", status)
            sources = {"sources": about["sources"]}
            found.append(
                msgspec.convert({"what": "new", "run": 0, "at": issued, "after": status} | about | more | sources, Item)
            )
    found += _came(store, db, moment, new)
    place = updates.gravity()
    return sorted(found, key=lambda item: (item.gravity, item.what == "new" and place.get(item.after, len(place))))


def _came(store: Store, db: sqlite3.Connection, moment: str, new: set[int]) -> Iterator[Item]:
    """Works that were here before, and came into a listing since."""
    came: dict[int, list[tuple[str, str]]] = {}
    rows = "select work_id, since, listing from listed_since where since >= ? order by work_id, listing"
    for work_id, at, listing in db.execute(rows, (moment,)):
        if work_id not in new:
            came.setdefault(work_id, []).append((at, listing))
    for work_id, places in came.items():
        about = _about(store, db, work_id)
        status = about.pop("status")
        names = "; ".join(listing for _, listing in places)
        del about["id"]
        told = {"what": "listed", "run": 0, "at": max(at for at, _ in places), "before": status, "after": names}
        yield msgspec.convert(told | about, Item)


def _led(steps: dict[int, int], work_id: int) -> int:
    while work_id in steps:
        work_id = steps[work_id]
    return work_id


def _about(store: Store, db: sqlite3.Connection, work_id: int) -> dict[str, Any]:
    row = db.execute(
        "select id, key, label, coalesce(url, ''), type, sources, coalesce(update_status, ''), citation from works"
        " where id = ?",
        (work_id,),
    ).fetchone()
    if row is None:
        keys = store.keys.work_keys([work_id])
        key = keys[0][1] if keys else str(work_id)
        return {"id": work_id, "key": key, "title": "", "url": "", "type": "", "present": False, "status": ""}
    id_, key, title, url, type_, sources, status, citation = row
    stands = "select distinct listing from listing_items where work_id = ? order by listing"
    listings = tuple(name for (name,) in db.execute(stands, (work_id,)))
    return {"id": id_, "key": key, "title": title, "url": url, "type": type_, "present": True, "status": status} | {
        "sources": tuple(sources.split("; ")),
        "listings": listings,
        "citation": citation,
    }


def _happened(db: sqlite3.Connection, work_id: int, before: str, after: str) -> dict[str, Any]:
    """Of the update that gave a work its status, or took back what it was."""
    place = updates.gravity()
    eased = before in place and place[before] < place.get(after, len(place))
    for type_ in ("reinstatement", after) if eased else (after,):
        row = db.execute(
            "select coalesce(u.date, ''), u.scheme, u.notice, coalesce(n.label, ''), u.sources, u.basis from work_updates u"
            " left join works n on n.id = u.notice_work_id where u.work_id = ? and u.type = ?"
            " order by u.holds desc, u.position desc limit 1",
            (work_id, type_),
        ).fetchone()
        if row is not None:
            date, scheme, notice, title, sources, basis = row
            link = identifiers.link(scheme, notice) or notice
            told = {"date": date, "notice": link, "notice_title": title, "sources": tuple(sources.split("; "))}
            return told | {"basis": basis, "reinstated": eased and type_ == "reinstatement"}
    decided = "select decided_by from pinned where work_id = ? and element = 'update_status' and value is null"
    row = db.execute(decided, (work_id,)).fetchone()
    return {} if row is None or after else {"sources": (f"{CURATOR}{row[0]}",), "basis": "status"}
