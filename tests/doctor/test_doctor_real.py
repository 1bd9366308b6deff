"""Before real pages of real repositories: findings and no traceback."""

from __future__ import annotations

from pathlib import Path

from real.real_sources import NOW, config, refusals, repositories

from doctor.conftest import MOST
from harvester.config import load
from harvester.doctor import examine
from harvester.sandbox.server import App, Clock, Server


def test_real_pages_and_refusals(shared: Path, tmp_path: Path) -> None:
    served = [*repositories(shared), *refusals(shared)]
    mounts: dict[str, App] = {f"/{one.name}": one for one in served}
    with Server(mounts, Clock(NOW)) as server:
        path = tmp_path / "config.toml"
        path.write_text(config(server.url, served), encoding="utf-8")
        settings = load(path)
        found = {name: examine(settings, name) for name in settings.sources}
    assert len(found) > 70
    for name, diagnosis in found.items():
        assert diagnosis.findings, name
        assert diagnosis.requests <= MOST, name
        assert all(f.cure for f in diagnosis.findings if f.level == "problem"), name
    assert [p.name for p in tmp_path.iterdir()] == ["config.toml"]
