"""Units and crontab lines: systemd itself says that they are sound; paths of any spelling arrive whole."""

from __future__ import annotations

import ctypes.util
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from harvester import units
from harvester.errors import ConfigError
from harvester.sandbox import Sandbox, write_config
from harvester.units import Job

ROOT = Path(__file__).parents[2]
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze, which is not on this machine")

JOB = Job(
    command=(sys.executable, "-m", "harvester", "-c", "/srv/evidence/config.toml", "run", "--due"),
    folder=Path("/srv/evidence"),
    writes=(Path("/srv/evidence/data"), Path("/srv/evidence/site")),
    every=timedelta(days=1),
)
ODD = "my data 50% $HOME 'a' \"b\" é"


def analyze(tmp_path: Path, *arguments: str) -> str:
    ended = subprocess.run(
        ["systemd-analyze", *arguments],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def written(tmp_path: Path, job: Job, owner: str) -> list[str]:
    (tmp_path / f"{job.name}.service").write_text(units.service(job, owner=owner), encoding="utf-8")
    (tmp_path / f"{job.name}.timer").write_text(units.timer(job), encoding="utf-8")
    return [f"./{job.name}.service", f"./{job.name}.timer"]


@needs_systemd
@pytest.mark.parametrize("every", [timedelta(minutes=30), timedelta(hours=6), timedelta(days=1), timedelta(days=3)])
def test_systemd_finds_nothing_wrong(tmp_path: Path, every: timedelta) -> None:
    assert analyze(tmp_path, "verify", *written(tmp_path, replace(JOB, every=every), "daemon")) == ""


@needs_systemd
def test_systemd_finds_nothing_wrong_with_a_users_units(tmp_path: Path) -> None:
    assert analyze(tmp_path, "verify", "--user", *written(tmp_path, JOB, "")) == ""


@needs_systemd
def test_odd_paths_and_the_variables_file(tmp_path: Path) -> None:
    folder = tmp_path / ODD
    folder.mkdir()
    job = replace(
        JOB,
        command=(sys.executable, "-c", str(folder / "config.toml")),
        folder=folder,
        writes=(folder / "data",),
        secrets=True,
        name="one-more",
    )
    assert analyze(tmp_path, "verify", *written(tmp_path, job, "daemon")) == ""
    text = units.service(job, owner="daemon")
    assert f"WorkingDirectory={tmp_path}/my data 50%% $HOME 'a' \"b\" é\n" in text
    assert f'"{tmp_path}/my data 50%% $$HOME \'a\' \\"b\\" é/config.toml"' in text
    assert "\nEnvironmentFile=" in text


@needs_systemd
@pytest.mark.parametrize(("owner", "most"), [("daemon", 1.7), ("", 6.2)])
def test_little_is_exposed(tmp_path: Path, owner: str, most: float) -> None:
    """The scale goes from 0 to 10, smaller is better."""
    service, _ = written(tmp_path, JOB, owner)
    (tmp_path / "plain.service").write_text("[Service]\nType=oneshot\nExecStart=/bin/true\n")
    user = () if owner else ("--user",)
    levels = []
    for unit in (service, "./plain.service"):
        said = analyze(tmp_path, "security", *user, "--offline=true", "--no-pager", unit)
        levels += re.findall(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert float(levels[0]) <= most < 9 < float(levels[1])


@needs_systemd
@pytest.mark.parametrize("hours", [1, 2, 6, 12, 24, 168])
def test_a_calendar_that_systemd_understands(tmp_path: Path, hours: int) -> None:
    line = re.search(r"^OnCalendar=(.*)$", units.timer(replace(JOB, every=timedelta(hours=hours))), re.MULTILINE)
    assert line is not None
    said = analyze(tmp_path, "calendar", "--iterations=3", line[1])
    times = re.findall(r"(?:Next elapse|Iteration #\d|Iter\. #\d): \w+ (\S+ \S+)", said)
    assert len(times) == 3


def test_at_home_the_service_may_still_read_its_program() -> None:
    assert "\nProtectHome=yes\n" in units.service(replace(JOB, reads=(Path("/usr"),)), owner="x")
    for field in ("writes", "reads"):
        job = replace(JOB, **{field: (Path("/home/me/.venv"),)})
        assert "\nProtectHome=read-only\n" in units.service(job, owner="x")
    assert "PrivateTmp" not in units.service(replace(JOB, folder=Path("/tmp/x")), owner="x")


def test_a_path_that_no_unit_can_name() -> None:
    job = replace(JOB, folder=Path("/srv/a\nExecStartPre=/bin/evil"))
    for make in (lambda: units.service(job, owner="x"), lambda: units.cron_line(job)):
        with pytest.raises(ConfigError, match="no unit can name a path"):
            make()


# --- cron ------------------------------------------------------------------------------------------------------------


def as_cron_would(line: str) -> list[str]:
    """The command of a line, run by a shell that prints its words: vixie-cron takes \\% for %, and ends it at a bare %."""
    command = re.match(r"(?:\S+ ){5}(.*)\n", line)
    assert command is not None
    assert not re.search(r"(?<!\\)%", command[1])
    shell = command[1].replace("\\%", "%").replace("cd ", "printf '%s\\n' ", 1).replace("&&", "", 1)
    shell = shell.removesuffix(" >/dev/null")
    return subprocess.run(["sh", "-c", shell], capture_output=True, encoding="utf-8", check=True).stdout.splitlines()


@pytest.mark.parametrize("folder", ["/srv/evidence", f"/srv/{ODD}", "/srv/`id`;$(id)&|"])
def test_a_shell_gets_the_words_as_they_are(folder: str) -> None:
    words = (sys.executable, "-m", "harvester", "-c", f"{folder}/config.toml", "run", "--due")
    line = units.cron_line(replace(JOB, command=words, folder=Path(folder)))
    assert as_cron_would(line) == [folder, *words]


@pytest.mark.parametrize(
    ("hours", "when"),
    [(1, r"\d+ \* \* \* \*"), (6, r"\d+ \*/6 \* \* \*"), (24, r"\d+ 2 \* \* \*"), (168, r"\d+ 2 \* \* 0")],
)
def test_when_cron_starts_it(hours: int, when: str) -> None:
    line = units.cron_line(replace(JOB, every=timedelta(hours=hours)))
    assert re.match(when + " cd ", line), line
    assert int(line.split()[0]) < 60


@pytest.mark.parametrize("hours", [0.5, 5, 36, 720])
def test_what_cron_cannot_say(hours: float) -> None:
    with pytest.raises(ConfigError, match="cron cannot say that: give --every as 1h"):
        units.cron_line(replace(JOB, every=timedelta(hours=hours)))


def test_cron_and_backslashes() -> None:
    with pytest.raises(ConfigError, match="backslash"):
        units.cron_line(replace(JOB, folder=Path("/srv/a\\b")))


# --- the commands ----------------------------------------------------------------------------------------------------


def harvester(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harvester", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


CONFIG = """\
[harvester]
site = "public/site"
[source.x]
kind = "oai_pmh"
url = "https://me:${SECRET}@repository.example.org/oai"
"""


def test_the_commands(tmp_path: Path) -> None:
    folder = tmp_path / "a b"
    folder.mkdir()
    (folder / "config.toml").write_text(CONFIG)
    printed = harvester(folder, "systemd", "--every", "6h", "--name", "evidence")
    assert printed.returncode == 0, printed.stderr
    assert (
        f"# Its folders must be there, and its user's: mkdir -p '{folder}/data' '{folder}/public/site'\n"
        in printed.stdout
    )
    assert f'ReadWritePaths="{folder}/data" "{folder}/public/site"\n' in printed.stdout
    assert f'-c "{folder}/config.toml" run --due\n' in printed.stdout
    assert f"EnvironmentFile={folder}/evidence.env\n" in printed.stdout
    assert re.search(r"OnCalendar=\*-\*-\* 00/6:\d\d:00\n", printed.stdout)
    assert "systemctl daemon-reload && systemctl enable --now evidence.timer" in printed.stdout
    line = harvester(folder, "cron")
    assert f"cd '{folder}' && " in line.stdout
    assert [p.name for p in folder.iterdir()] == ["config.toml"]
    wrote = harvester(folder, "systemd", "--user", "--write", "units")
    assert sorted(p.name for p in (folder / "units").iterdir()) == ["harvester.service", "harvester.timer"]
    assert wrote.stdout.splitlines() == ["wrote units/harvester.service", "wrote units/harvester.timer"]
    assert "User=" not in (folder / "units" / "harvester.service").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["systemd", "--every", "sometimes"], "is no span of time"),
        (["systemd", "--every", "10s"], "too often to be polite"),
        (["systemd", "--name", "../x"], "letters, digits, - and _ only"),
        (["cron", "--every", "36h"], "cron cannot say that"),
    ],
)
def test_what_the_commands_refuse(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    ended = harvester(tmp_path, *arguments)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert ended.stdout == ""
    assert [p.name for p in tmp_path.iterdir()] == ["config.toml"]


def has_seccomp() -> bool:
    return ctypes.util.find_library("seccomp") is not None or Path("/usr/lib/x86_64-linux-gnu/libseccomp.so.2").exists()


@needs_systemd
@pytest.mark.skipif(not has_seccomp(), reason="needs libseccomp, which is not on this machine")
def test_the_whole_job_runs_with_the_system_calls_that_the_unit_leaves_it(tmp_path: Path) -> None:
    service, _ = written(tmp_path, JOB, "daemon")
    confined = [
        sys.executable,
        str(Path(__file__).with_name("confined.py")),
        service,
        sys.executable,
        "-m",
        "harvester",
    ]
    folder = tmp_path / "job"
    with Sandbox() as world:
        write_config(world, folder)
        for command, code in ((["run", "--due"], 3), (["reindex", "--workers", "2"], 0)):
            ended = subprocess.run(
                [*confined, "-c", str(folder / "config.toml"), *command],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                encoding="utf-8",
                check=False,
                timeout=60,
            )
            assert ended.returncode == code, (command, ended.stdout, ended.stderr)  # 3: one record cannot be read
    assert (folder / "site" / "index.html").exists()
