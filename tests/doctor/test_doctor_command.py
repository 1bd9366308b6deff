"""`harvester doctor`: the block that it prints harvests; exit codes; what is no source and no address."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harvester import jobs
from harvester.config import load
from harvester.doctor import examine
from harvester.sandbox import Sandbox, write_config

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with Sandbox() as served:
        yield served


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "harvester", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )

    return run


@pytest.mark.parametrize("which", ["dspace", "eprints"])
def test_the_block_harvests(world: Sandbox, run: Run, tmp_path: Path, which: str) -> None:
    url = getattr(world, f"{which}_url")
    before = len(world.requests)
    ended = run("doctor", url, "--json")
    assert ended.returncode == 0, ended.stderr
    diagnosis = json.loads(ended.stdout)
    assert diagnosis["fit"]
    assert len(world.requests) - before == diagnosis["requests"] <= 30
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "config.toml").write_text(diagnosis["config"], encoding="utf-8")
    config = load(tmp_path / "config.toml")
    report = jobs.harvest(config, jobs.Plan())
    assert report.sources[0].complete
    provider = getattr(world, which)
    assert report.sources[0].tally.fetched == len(provider.items)
    assert f'platform = "{which}"' in diagnosis["config"]


def test_all_sources_of_the_config_file(world: Sandbox, run: Run, tmp_path: Path) -> None:
    write_config(world, tmp_path)
    ended = run("doctor")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for words in ("spiral", "whiterose", "fmlm", "entries in", "works by its own count", "the pool is"):
        assert words in ended.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["config.toml", "curated.toml"]


def test_a_curated_file_with_mistakes_and_a_filter_that_selects_nothing(
    world: Sandbox, run: Run, tmp_path: Path
) -> None:
    write_config(world, tmp_path)
    (tmp_path / "curated.toml").write_text("[[entry]]\nfoo = 1\n")
    text = (tmp_path / "config.toml").read_text().replace('["2398-631X", "9999-9994"]', '"2049-3630"')
    (tmp_path / "config.toml").write_text(text)
    ended = run("doctor", "fmlm", "bmj-leader", "spiral", "--json")
    assert ended.returncode == 3
    fmlm, leader, spiral = map(json.loads, ended.stdout.splitlines())
    assert any("curated.toml:2: foo" in finding["text"] for finding in fmlm["findings"])
    assert "none is selected" in json.dumps(leader)
    assert (fmlm["fit"], leader["fit"], spiral["fit"]) == (False, False, True)


def test_a_crossref_address(world: Sandbox, tmp_path: Path) -> None:
    write_config(world, tmp_path)
    from harvester.doctor import crossref
    from harvester.doctor.chart import Chart

    chart = Chart()
    block = crossref.examine_address(
        load(tmp_path / "config.toml"), chart, "https://api.crossref.org/works?filter=isnn:1"
    )
    assert block == ""
    assert "did you mean 'issn'?" in chart.problems[0].text
    assert chart.requests == 0


def test_nobody_there(run: Run) -> None:
    ended = run("doctor", "http://127.0.0.1:1/oai")
    assert ended.returncode == 4
    assert "refused the connection" in ended.stdout
    assert "not fit to be harvested" in ended.stdout


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("spirall", "neither a source in"),
        ("ftp://a.example/oai", "is not an http or https address"),
        ("file:///etc/passwd.txt", "is not an http or https address"),
    ],
)
def test_no_source_and_no_address(world: Sandbox, run: Run, tmp_path: Path, target: str, words: str) -> None:
    write_config(world, tmp_path)
    ended = run("doctor", target)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_a_config_file_there_must_be_an_address(run: Run, tmp_path: Path) -> None:
    assert run("doctor").returncode == 2
    assert run("doctor", "spiral").returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_what_an_address_says_cannot_move_the_cursor(tmp_path: Path) -> None:
    from http_session.wire import Wire

    from doctor.small import Repository

    server = Repository()
    server.identify["repositoryName"] = "Evil\x9b2J name"
    (tmp_path / "config.toml").write_text("[harvester]\n")
    with Wire(server) as wire:
        ended = subprocess.run(
            [sys.executable, "-m", "harvester", "doctor", wire.url + "/oai"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=False,
            timeout=60,
        )
    assert ended.returncode == 0, ended.stderr
    assert b"\x9b" not in ended.stdout.decode().encode("latin-1", "replace")


def test_findings_of_a_source_that_wants_a_variable(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[source.x]\nkind = 'oai_pmh'\nurl = 'https://me:${NOT_SET_ANYWHERE}@a.example/oai'\n")
    diagnosis = examine(load(path), "x")
    assert not diagnosis.fit
    assert "NOT_SET_ANYWHERE is not set" in diagnosis.findings[0].text
    assert diagnosis.requests == 0
