"""The demo ends as scripted, and touches nothing that it did not make."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester import demo
from harvester.errors import ConfigError


def test_the_demo_twice_in_one_folder(tmp_path: Path) -> None:
    for _ in range(2):
        said: list[str] = []
        assert demo.play(tmp_path / "demo", said.append) == 0
        text = "\n".join(said)
        assert "exit codes of the two runs: 3, 0" in text
        assert "nothing changed: 0 rows written" in text
        assert "Retracted" in (tmp_path / "demo" / "site" / "listing.md").read_text()
        (tmp_path / "demo" / "mine.txt").write_text("kept")
    assert (tmp_path / "demo" / "mine.txt").read_text() == "kept"


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[harvester]\n")
    (tmp_path / "store.db").write_text("precious")
    with pytest.raises(ConfigError, match="left alone"):
        demo.play(tmp_path, print)
    assert (tmp_path / "store.db").read_text() == "precious"
