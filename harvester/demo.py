"""The whole job on the built-in sandbox, as ``make demo`` shows it: the real commands, over HTTP, on a free loopback port."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from harvester import errors, query, sandbox
from harvester.errors import ConfigError

MERGED = "doi:10.1136/leader-2020-000228"
"""A work that the sandbox's Crossref and its DSpace both describe."""
EXPECTED = (errors.PARTIAL, errors.COMPLETE)
"""Exit codes of the two runs: the script holds a record that must go to quarantine, which is a loss only once."""

SHOWN = 4
"""Entries of each section that the terminal shows."""


def play(folder: Path, say: Callable[[str], None]) -> int:
    """Run it in ``folder``; what an earlier demo left there is made anew. 0 when all ended as scripted, else 1."""
    _make_room(folder)
    with sandbox.Sandbox() as served:
        sandbox.write_config(served, folder)
        say(f"The sandbox serves two repositories and a Crossref API at {served.url}\n")
        first, _ = _harvester(folder, say, "run")
        _harvester(folder, say, "show", MERGED)
        say("\n".join(_listing(folder / "index.db")))
        second, output = _harvester(folder, say, "run")
    unchanged = "0 rows written" in output
    say(f"index    {folder / 'index.db'}")
    say(f"listing  {folder / 'site' / 'index.html'}")
    say("\nTry next:")
    say(f"  {_program('harvester')} -c {folder / 'config.toml'} search leadership")
    say(f"  {_program('harvester')} -c {folder / 'config.toml'} explain {MERGED}")
    say(f"  {_program('harvester')} -c {folder / 'config.toml'} serve")
    question = "select title, date, link from evidence_listing order by date desc limit 5"
    say(f'  {_program("sqlite-utils")} {folder / "index.db"} "{question}" -t')
    say(f"\nexit codes of the two runs: {first}, {second} (3: the sandbox holds a record that nothing can read)")
    as_scripted = (first, second) == EXPECTED and unchanged
    say("all as scripted" if as_scripted else f"NOT as scripted: {EXPECTED} and nothing changed were expected")
    return errors.COMPLETE if as_scripted else errors.BUG


def _make_room(folder: Path) -> None:
    """Remove what an earlier demo made, and nothing else. ConfigError where the folder is somebody's own."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    config = folder / "config.toml"
    if not config.is_file() or not config.read_text(encoding="utf-8", errors="replace").startswith(sandbox.CONFIG_HEAD):
        raise ConfigError(f"{folder}: is not a folder that the demo made; it was left alone. Name another one")
    for name in ("store.db*", "index*.db*", "curated.toml"):
        for path in folder.glob(name):
            path.unlink()
    for name in ("site", "locks"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _listing(path: Path) -> Iterator[str]:
    """The beginning of each section, as the view ``listing`` has it: Author. Title. Date. Link."""
    with query.open_index(path) as db:
        entries = db.execute("select section, citation, update_status from listing").fetchall()
    yield "The listing, in short (whole in site/index.html)\n"
    for section, group in itertools.groupby(entries, key=lambda entry: entry[0]):
        entries_of_section = list(group)
        yield f"{section}"
        for _, citation, status in entries_of_section[:SHOWN]:
            yield f"  - {f'[{status.upper()}] ' if status else ''}{citation}"
        if len(entries_of_section) > SHOWN:
            yield f"    ... and {len(entries_of_section) - SHOWN} more"
        yield ""


def _program(name: str) -> str:
    """As it can be typed here: a program of a virtual environment that is not active needs its path."""
    beside = Path(sys.executable).parent / name
    if shutil.which(name) or not beside.exists():
        return name
    return str(beside.relative_to(Path.cwd())) if beside.is_relative_to(Path.cwd()) else str(beside)


def _harvester(folder: Path, say: Callable[[str], None], *arguments: str) -> tuple[int, str]:
    """Run the real command; show it and what it prints."""
    say(f"$ harvester -c {folder / 'config.toml'} {' '.join(arguments)}")
    command = [sys.executable, "-m", "harvester", "-c", str(folder / "config.toml"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    say(done.stdout + done.stderr)
    return done.returncode, done.stdout
