"""Every scenario, and what is true of all of them: a harvest never says that it has what it has not."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

import pytest

from hostile.bench import Bench, Outcome
from hostile.items import numbers, stamp
from hostile.repository import Repository
from hostile.scenario import Run, Scenario, scenarios

VERDICTS = {0: "complete", 3: "incomplete", 4: "failed"}
"""What a verdict begins with, or holds, by exit code."""


def _marks(scenario: Scenario) -> list[pytest.MarkDecorator]:
    """Short runs play each folder as it is, and one in sixteen of the variations."""
    sampled = scenario.name.count("/") < 2 or crc32(scenario.name.encode()) % 16 == 0
    return [] if sampled else [pytest.mark.slow]


@pytest.mark.parametrize("scenario", [pytest.param(s, id=s.name, marks=_marks(s)) for s in scenarios()])
def test_scenario(scenario: Scenario, tmp_path: Path) -> None:
    before: str | None = None
    begun: list[str] = []
    bench = Bench(scenario, tmp_path)
    for run, outcome in bench.play():
        begun.append(stamp(bench.repository.now))
        expected = _expected(run, bench.repository, before, begun, outcome)
        wrong = [
            f"{f.name}: {getattr(outcome, f.name)!r}, not {getattr(expected, f.name)!r}"
            for f in fields(Outcome)
            if getattr(outcome, f.name) != getattr(expected, f.name)
        ]
        assert not wrong, "\n".join([f"run {bench.run} ({run.command}) of: {scenario.what}", *wrong, outcome.said])
        if outcome.complete_through != before:
            before, begun = outcome.complete_through, []


def _expected(run: Run, repository: Repository, before: str | None, begun: list[str], outcome: Outcome) -> Outcome:
    """What the outcome should be; where only bounds are known, and they are kept, it is as it is.

    ``begun``: when the list may have begun that this run has ended.
    """
    items = repository.items.values()
    live = {i.number for i in items if not i.deleted} if run.stored is None else numbers(run.stored)
    dead = {i.number for i in items if i.deleted} if run.deleted is None else numbers(run.deleted)
    complete = run.exit == 0 if run.complete is None else run.complete
    titles = {str(i.number): i.title for i in items if i.metadata is None and i.xml is None} | run.titles
    assert "Traceback" not in outcome.said, outcome.said
    return Outcome(
        exit=run.exit,
        said=_holding(run.says, outcome.said),
        requests=min(outcome.requests, run.requests),
        waited=max(min(outcome.waited, run.waits_at_most), run.waits or 0.0),
        verdict=_holding(run.verdict or VERDICTS.get(run.exit, ""), outcome.verdict),
        complete_through=_moved(repository, begun, outcome) if complete else before,
        live={str(n) for n in live},
        tombstones={str(n) for n in dead},
        quarantined=set(run.quarantined.split()),
        titles={n: titles[n] if n in titles and n not in run.altered.split() else t for n, t in outcome.titles.items()},
        repairs={n: _noted(run.repairs.get(n), noted) for n, noted in outcome.repairs.items()},
    )


def _holding(wanted: str, text: str) -> str:
    return text if wanted in text else f"...{wanted}..."


def _noted(wanted: str | None, noted: tuple[str, ...]) -> tuple[str, ...]:
    if wanted is None:
        return ()
    return noted if any(wanted in note for note in noted) else (f"...{wanted}...",)


def _moved(repository: Repository, begun: list[str], outcome: Outcome) -> str | None:
    """To the repository's time when the list began; to ours, if its clock is ahead of it."""
    ours = datetime.now(UTC)
    if repository.manner.true_clock or repository.now > ours:
        found = datetime.fromisoformat(outcome.complete_through or "1970-01-01T00:00:00Z")
        near = ours + timedelta(days=min(0, repository.skew_days)) - timedelta(minutes=5) <= found <= ours
        return outcome.complete_through if near else stamp(repository.now)
    return outcome.complete_through if outcome.complete_through in begun else begun[-1]
