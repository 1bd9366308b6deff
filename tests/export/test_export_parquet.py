"""Parquet, read back by the library of Apache Arrow."""

from __future__ import annotations

import builtins
import io
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from export.works import ALL, ARTICLE, BARE
from harvester.errors import ConfigError
from harvester.formats import encoded, parquet
from harvester.record import Record, Work

pq = pytest.importorskip("pyarrow.parquet", reason="needs the extra `parquet`: uv sync --extra parquet")


def rows(*works: Work) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(io.BytesIO(b"".join(parquet.write(works)))).to_pylist()
    return found


def test_row_has_lists_and_tables() -> None:
    (row,) = rows(ARTICLE)
    assert row["authors"] == ["Aufegger, L", "Alabi, M", "King, Martin Luther", "Imperial College Healthcare NHS Trust"]
    assert (row["year"], row["issn"], row["doi"]) == (2020, ["2398-631X"], "10.1136/leader-2020-000228")
    assert row["funding"] == [{"funder_name": "NIHR", "funder_id": None, "award_number": "RDB04", "award_title": None}]


def test_every_work_has_its_row_and_its_whole_record() -> None:
    found = rows(*ALL)
    assert [row["key"] for row in found] == [work.key for work in ALL]
    assert [msgspec.json.decode(row["record"], type=Record) for row in found] == [work.record for work in ALL]


def test_no_works_are_a_table_without_rows() -> None:
    assert rows() == []


def test_works_are_taken_a_row_group_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROW_GROUP", 2)
    taken: list[int] = []

    def works() -> Iterator[Work]:
        for number in range(6):
            taken.append(number)
            yield BARE

    pieces = encoded("parquet", works())
    first = next(pieces)
    assert taken == [0, 1]
    table = pq.ParquetFile(io.BytesIO(first + b"".join(pieces)))
    assert (table.num_row_groups, table.metadata.num_rows) == (3, 6)


def test_missing_package_is_said_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ModuleNotFoundError(name)
        return found(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match=r"pip install 'evidence-harvester\[parquet\]'"):
        next(parquet.write([BARE]))
