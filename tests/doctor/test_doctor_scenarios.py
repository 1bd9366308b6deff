"""The doctor before every repository that misbehaves: it ends with findings, asks little, and sees what keeps all out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile.bench import Bench
from hostile.scenario import scenarios

from doctor.conftest import MOST
from harvester.config import load
from harvester.doctor import examine
from harvester.http import Session

ALL = list(scenarios())


def test_every_scenario(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fifteenth of them, unless the long tests are asked for."""
    monkeypatch.setattr(Session, "wait", lambda *_: True)
    chosen = ALL if request.config.getoption("--run-slow") else ALL[::15]
    for number, scenario in enumerate(chosen):
        folder = tmp_path / str(number)
        folder.mkdir()
        bench = Bench(scenario, folder)
        bench.run = 1
        with bench.served() as wire:
            diagnosis = examine(load(folder / "config.toml"), "x")
        assert diagnosis.findings, scenario.name
        assert all(f.cure for f in diagnosis.findings if f.level == "problem"), (scenario.name, diagnosis.findings)
        assert len(wire.asked) <= MOST, (scenario.name, len(wire.asked))
        assert diagnosis.fit <= (scenario.run[0].exit != 4), (scenario.name, diagnosis.findings)
        assert [p.name for p in folder.iterdir()] == ["config.toml"]
