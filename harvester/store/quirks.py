"""What was learned about a source, kept by the store: granularity, token encoding, page time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager

from harvester.clock import now


class Quirks(MutableMapping[str, str]):
    """What is set here is committed at once, unless a transaction is open."""

    def __init__(
        self,
        db: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[sqlite3.Connection]],
        source: str,
    ) -> None:
        self._transaction = transaction
        self._source = source
        self._known: dict[str, str] = dict(db.execute("select name, value from quirks where source = ?", (source,)))

    def __getitem__(self, name: str) -> str:
        return self._known[name]

    def __setitem__(self, name: str, value: str) -> None:
        if self._known.get(name) == value:
            return
        with self._transaction() as db:
            db.execute(
                "insert into quirks (source, name, value, learned) values (?, ?, ?, ?) on conflict (source, name)"
                " do update set value = excluded.value, learned = excluded.learned",
                (self._source, name, value, now()),
            )
        self._known[name] = value

    def __delitem__(self, name: str) -> None:
        del self._known[name]
        with self._transaction() as db:
            db.execute("delete from quirks where source = ? and name = ?", (self._source, name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
