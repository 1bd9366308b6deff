"""What one index says otherwise than another: ``reindex --diff``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

from msgspec import Struct

from harvester.index import generations, rows
from harvester.index.build import build
from harvester.index.settings import Reader, Settings
from harvester.normalise import normalise
from harvester.store import Store
from harvester.store.database import translated

_SPAN: Final = 2000
"""Works that are compared at a time."""
_WHERE_SAID: Final = ("position", "record_id", "work_id")
"""Columns that are no value of the work."""
_OF_OTHERS: Final = frozenset({"work_updates", "relations", "update_status", "is_retracted"})
"""What may come from a record of another work, such as a notice."""
_QUIET: Final = frozenset({"value_sources", "completions", "alternatives", "unmapped", "digests"})


class ElementChange(Struct, frozen=True):
    element: str
    """A column of works, or a table with one row a value."""
    old: str | int | None
    new: str | int | None


class WorkChange(Struct, frozen=True):
    kind: Literal["appears", "vanishes", "changes"]
    work_id: int
    key: str
    label: str
    elements: list[ElementChange]
    why: str


def difference(
    store: Store, index_path: Path, settings: Settings, *, workers: int = 1, reader: Reader = normalise
) -> Iterator[WorkChange]:
    """What making the index anew would change. Neither the index nor the keys in the store are touched."""
    target = index_path.with_name(f".{index_path.name}.diff")
    try:
        build(store.path, target, settings, workers=workers, reader=reader, rehearsal=True)
        yield from diff(index_path, target)
    finally:
        generations.remove(target)


def diff(old: Path, new: Path) -> Iterator[WorkChange]:
    """The works that differ, by id. An index that does not exist is empty."""
    with translated(new), closing(sqlite3.connect(":memory:", uri=True)) as db:
        for name, path in (("old", old), ("new", new)):
            where = f"file:{quote(str(path))}?mode=ro" if path.exists() else f"file:{quote(str(new))}?mode=ro"
            db.execute(f"attach ? as {name}", (where,))
        empty = not old.exists()
        (last,) = db.execute("select max((select max(id) from old.works), (select max(id) from new.works))").fetchone()
        for first in range(1, (last or 0) + 1, _SPAN):
            span = (first, first + _SPAN - 1)
            before, after = {} if empty else _said(db, "old", span), _said(db, "new", span)
            for work_id in sorted(before.keys() | after.keys()):
                if before.get(work_id) != after.get(work_id):
                    yield _change(db, work_id, before.get(work_id), after.get(work_id))


def _said(db: sqlite3.Connection, index: str, span: tuple[int, int]) -> dict[int, dict[str, Any]]:
    """Work -> element -> value, for works in a span of ids."""
    db.row_factory = sqlite3.Row
    found: dict[int, dict[str, Any]] = {}
    for row in db.execute(f"select * from {index}.works where id between ? and ?", span):
        found[row["id"]] = {name: row[name] for name in row.keys() if name not in rows.OF_WORK}  # noqa: SIM118
    for table in rows.OF_WORK:
        if table in _QUIET:
            continue
        for row in db.execute(f"select * from {index}.{table} where work_id between ? and ? order by rowid", span):
            values = [str(row[c]) for c in row.keys() if c not in _WHERE_SAID and row[c] not in {None, ""}]  # noqa: SIM118
            found[row["work_id"]].setdefault(table, []).append(" | ".join(values))
    return found


def _change(
    db: sqlite3.Connection, work_id: int, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> WorkChange:
    shown = after or before or {}
    elements = []
    if before is not None and after is not None:
        elements = [
            ElementChange(name, _text(before.get(name)), _text(after.get(name)))
            for name in dict.fromkeys((*before, *after))
            if before.get(name) != after.get(name)
        ]
    kind: Literal["appears", "vanishes", "changes"] = "changes"
    if before is None or after is None:
        kind = "appears" if before is None else "vanishes"
    return WorkChange(kind, work_id, shown["key"], shown["label"], elements, _why(db, work_id, kind, elements))


def _text(value: Any) -> str | int | None:
    return "; ".join(value) if isinstance(value, list) else value


def _why(db: sqlite3.Connection, work_id: int, kind: str, elements: list[ElementChange]) -> str:
    """Said of the records: where they went, or what became of them; and of what people decided."""
    old, new = _records(db, "old", work_id), _records(db, "new", work_id)
    came, left = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    reasons = [_move(db, "old", id_, "joined from") for id_ in came] + [
        _move(db, "new", id_, "went to") for id_ in left
    ]
    for id_ in sorted(old.keys() & new.keys()):
        (name, change, text), (_, new_change, new_text) = old[id_], new[id_]
        if change != new_change:
            reasons.append(f"{name} changed in the store")
        elif text != new_text:
            reasons.append(f"{name} is read otherwise: a crosswalk or cleaning rule changed")
    reasons += _pins(db, work_id)
    if not reasons and elements and all(e.element in _OF_OTHERS for e in elements):
        reasons.append("what another work's record says of it changed")
    return "; ".join(reasons) or (
        "settings or rules of linking and merging changed" if kind == "changes" else "other records"
    )


def _pins(db: sqlite3.Connection, work_id: int) -> Iterator[str]:
    pinned = "select element, decided_by, decision_id from {}.pinned where work_id = ?1"
    for one, other, what in (("new", "old", "pinned by"), ("old", "new", "no longer pinned by")):
        rows = db.execute(f"{pinned.format(one)} except {pinned.format(other)}", (work_id,))
        yield from sorted(f"{element} is {what} {by}" for element, by, _ in rows)


def _records(db: sqlite3.Connection, index: str, work_id: int) -> dict[int, tuple[str, int, str]]:
    return {
        id_: (f"{source} {identifier}", change, record)
        for id_, source, identifier, change, record in db.execute(
            f"select id, source, identifier, change, record from {index}.records where work_id = ?", (work_id,)
        )
    }


def _move(db: sqlite3.Connection, other: str, id_: int, verb: str) -> str:
    row = db.execute(
        "select source, identifier from new.records where id = ?1 union"
        " select source, identifier from old.records where id = ?1",
        (id_,),
    ).fetchone()
    work = db.execute(
        f"select w.key from {other}.records r join {other}.works w on w.id = r.work_id where r.id = ?", (id_,)
    ).fetchone()
    name = f"{row[0]} {row[1]}"
    if work is None:
        return f"{name} is new" if other == "old" else f"{name} is gone"
    return f"{name} {verb} {work[0]}"
