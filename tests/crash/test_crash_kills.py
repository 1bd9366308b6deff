"""Killed at any moment: nothing lost, nothing doubled, no half-done index seen, at most one page asked for again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import psutil
import pytest

from tests.crash import kills
from tests.crash.kills import STORIES, Figures, Stage, Story, at_random_moments, before_random_steps
from tests.crash.program import start, until

Kill = Callable[[Stage, Story, int, random.Random], Figures]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with kills.stage(generated=20) as made:
        yield made


@pytest.mark.parametrize(
    ("name", "kill"),
    [
        ("harvest, OAI-PMH", before_random_steps),
        ("harvest, Crossref", at_random_moments),
        ("index", before_random_steps),
        ("reindex, 2 workers", at_random_moments),
    ],
)
def test_killed(stage: Stage, name: str, kill: Kill) -> None:
    assert_nothing_is_lost(stage, STORIES[name], kill, 2, random.Random(name))


@pytest.mark.slow
@pytest.mark.parametrize("kill", [at_random_moments, before_random_steps])
@pytest.mark.parametrize("name", STORIES)
def test_killed_many_times(stage: Stage, name: str, kill: Kill) -> None:
    for seed in range(10):
        assert_nothing_is_lost(stage, STORIES[name], kill, 2, random.Random(f"{name} {seed}"))


def assert_nothing_is_lost(stage: Stage, story: Story, kill: Kill, count: int, chance: random.Random) -> None:
    figures = kill(stage, story, count, chance)
    assert figures.faults == []
    assert all(pages <= 1 for pages in figures.again), figures.again


def test_workers_end_with_the_process_that_started_them(stage: Stage) -> None:
    folder = stage.begin(STORIES["reindex"], "workers")
    process = start(folder, "reindex", "--workers", "2")
    parent = psutil.Process(process.pid)
    helpers: list[psutil.Process] = []

    def started() -> bool:
        helpers[:] = parent.children(recursive=True)
        return len(helpers) >= 4 or process.poll() is not None

    until(started)
    process.kill()
    process.communicate(timeout=60)
    assert helpers
    _, alive = psutil.wait_procs(helpers, timeout=20)
    assert alive == []
