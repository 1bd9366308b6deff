"""Clocks that are wrong, theirs or ours: it is the difference that could lose something. Nothing is lost over three harvests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvester.sandbox import Sandbox, write_config
from tests.crash.forked import answer
from tests.crash.program import news, rows

SOME = [
    pytest.param(timedelta(days=days), marks=[] if days == 730 else pytest.mark.slow)
    for days in (-730, -90, -1, 1, 730)
]


def kept(folder: Path) -> list[tuple[object, ...]]:
    """Without dates: what comes again as it was keeps the one that it had."""
    return rows(folder / "store.db", "select source, identifier, format, deleted, digest from records order by 1, 2, 3")


def harvested(sandbox: Sandbox, folder: Path) -> list[tuple[object, ...]]:
    write_config(sandbox, folder)
    said = answer(folder, "harvest")
    assert said.code == 0, said.err
    return kept(folder)


@pytest.mark.parametrize("difference", SOME, ids=str)
def test_a_clock_that_is_wrong_all_the_time(sandbox: Sandbox, tmp_path: Path, difference: timedelta) -> None:
    sandbox.clock.set(datetime.now(UTC) + difference)
    harvested(sandbox, tmp_path / "often")
    for number in range(2):
        news(sandbox)
        found = harvested(sandbox, tmp_path / "often")
        assert found == harvested(sandbox, tmp_path / f"once {number}")


@pytest.mark.parametrize("difference", SOME, ids=str)
def test_a_clock_that_is_put_right(sandbox: Sandbox, tmp_path: Path, difference: timedelta) -> None:
    """Between two harvests; what changes after that has dates before those that were seen."""
    sandbox.clock.set(datetime.now(UTC) + difference)
    harvested(sandbox, tmp_path / "often")
    sandbox.clock.set(datetime.now(UTC))
    news(sandbox)
    found = harvested(sandbox, tmp_path / "often")
    assert found == harvested(sandbox, tmp_path / "once")
