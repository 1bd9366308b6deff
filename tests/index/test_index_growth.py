"""What an update costs does not depend on the size of the index."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from harvester import index, link
from harvester.record import Contributor, Identifier, RawRecord, Record
from harvester.store import Store
from tests.index.histories import SETTINGS, SOURCES, raw, read, save

WORDS = "leadership care hospital trial sleep cohort nurses teams outcomes delay memory staff training audit".split()  # noqa: SIM905
OF_THE_INDEX = re.compile(r"(SCAN|BLOOM FILTER ON|SEARCH) (?:scratch\.)?(\w+)(.*)")
SMALL = {"sources", "meta", "issue_totals", "dictionaries"}
"""Tables that do not grow with the records."""

plans: dict[str, list[str]] = {}
"""Statement -> how SQLite goes about it."""


class Planned(sqlite3.Connection):
    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        self._plan(sql, parameters)
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any]) -> sqlite3.Cursor:
        rows = list(parameters)
        if rows:
            self._plan(sql, rows[0])
        return super().executemany(sql, rows)

    def _plan(self, sql: str, parameters: Any) -> None:
        if sql not in plans and re.match(r"\s*(select|insert|update|delete|with)\b", sql):
            plans[sql] = [row[3] for row in super().execute(f"explain query plan {sql}", parameters)]


def records(numbers: Iterable[int]) -> list[RawRecord]:
    """Each work by three sources: two share its DOI, or half of them; one is like it."""
    found = []
    for number in numbers:
        dice = random.Random(number)
        people = tuple(Contributor(f"{f}, A", family=f, given="A") for f in dice.sample(WORDS, 2))
        title = " ".join(dice.choices(WORDS, k=8))
        doi = (Identifier("doi", f"10.1136/{number}"),)
        said = Record(title=title, contributors=people, issued="2020", volume="3", issue="4", start_page=f"{number}")
        for source, own in zip(SOURCES, (doi, doi if number % 2 else (), ()), strict=True):
            found.append(raw(source, f"{number}", replace(said, identifiers=own)))
    return found


def pretend_it_is_large(path: Path) -> None:
    """Let SQLite's statistics say that there are a million rows in each table, and few of each value."""
    with closing(sqlite3.connect(path.resolve(), isolation_level=None)) as db:
        db.execute("analyze")
        db.execute("delete from sqlite_stat1")
        for table, sql in db.execute("select name, sql from sqlite_master where type = 'table'").fetchall():
            for _, name, _, origin, _ in db.execute(f"pragma index_list({table})").fetchall():
                known = table if origin == "pk" and "without rowid" in sql else name
                columns = len(db.execute(f"pragma index_info({name})").fetchall())
                db.execute("insert into sqlite_stat1 values (?, ?, ?)", (table, known, f"1000000{' 2' * columns}"))


def test_an_update_looks_through_no_table_that_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index.db"
    connect = sqlite3.connect
    with Store.open(tmp_path / "store.db") as store:
        save(store, records(range(30)))
        index.update(store, path, SETTINGS, reader=read)
        with closing(connect(path.resolve())) as db:
            tables = {name for (name,) in db.execute("select name from sqlite_master where type = 'table'")}
            tables |= {
                name for (name,) in store.connection.execute("select name from sqlite_master where type = 'table'")
            }
        pretend_it_is_large(path)
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **named: connect(*given, **{"factory": Planned} | named))
    with Store.open(tmp_path / "store.db") as store:
        changed = [replace(r, payload=r.payload.replace(b"2020", b"2021"), digest=b"") for r in records(range(2))]
        gone = [replace(r, payload=b"", digest=b"", deleted=True) for r in records([3])]
        save(store, [*records([40]), *changed, *gone])
        plans.clear()
        report = index.update(store, path, SETTINGS, reader=read)
    assert not report.full
    assert report.written >= 3
    assert len(plans) > 50
    whole = {
        (sql, step)
        for sql, steps in plans.items()
        for step in steps
        if (found := OF_THE_INDEX.match(step)) and found[2] not in SMALL
        if (found[1] != "SEARCH" and "scratch." not in step and found[2] in tables)
        or "BLOOM" in step
        or "AUTOMATIC" in step
    }
    assert not whole


@settings(max_examples=100)
@given(st.sets(st.integers(1, 60)), st.lists(st.lists(st.integers(1, 60), max_size=4), max_size=20))
def test_trees_are_what_hangs_together(ids: set[int], groups: list[list[int]]) -> None:
    forest = link.Forest(sorted(ids))
    apart = [{id_} for id_ in sorted(ids)]
    for group in groups:
        forest.join(group)
        joined = [tree for tree in apart if not tree.isdisjoint(group)]
        apart = [tree for tree in apart if tree.isdisjoint(group)] + [set().union(*joined)] * bool(joined)
    expected = sorted(sorted(tree) for tree in apart)
    assert list(forest.trees(single=True)) == expected
    assert list(forest.trees()) == [tree for tree in expected if len(tree) > 1]
