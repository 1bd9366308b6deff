"""Commands killed at random: what is lost, what is doubled, what readers see, what is done again."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from harvester.sandbox import Sandbox, write_config
from tests.crash.program import (
    ENVIRONMENT,
    Row,
    call,
    contents,
    copied,
    finish,
    killed_after,
    leftovers,
    list_requests,
    news,
    settle,
    start,
    unsound,
    world,
)


class Story(NamedTuple):
    """A command, and what is there before it."""

    command: tuple[str, ...]
    before: str
    """``nothing``, ``store``: a harvested one, ``all``: an index too, ``news``: and a harvest after it."""
    fetches: bool = False
    """Whether it asks for the pages of one source, which are counted."""


STORIES = {
    "harvest, OAI-PMH": Story(("harvest", "spiral"), "nothing", fetches=True),
    "harvest, Crossref": Story(("harvest", "bmj-leader"), "nothing", fetches=True),
    "run": Story(("run",), "nothing"),
    "index": Story(("index",), "news"),
    "reindex": Story(("reindex",), "news"),
    "reindex, 2 workers": Story(("reindex", "--workers", "2"), "news"),
}


class Figures(NamedTuple):
    """What a story came to."""

    kills: int
    faults: list[str]
    """Everything that must not be; empty where all is well."""
    pages: int
    """Pages of lists that were asked for, all goes together."""
    calm_pages: int
    """Pages that one undisturbed go asks for."""
    reads: int
    """Looks that a reader took at the index meanwhile."""


class Stage:
    """A sandbox, the folders that stories begin with, and how each of them ends undisturbed."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self._calm: dict[Story, tuple[Path, float, int]] = {}
        self._steps: dict[Story, int] = {}
        for name, commands in (("nothing", ()), ("store", ("harvest",)), ("all", ("run",))):
            write_config(sandbox, folder / name)
            for command in commands:
                settle(sandbox, folder / name, command)
        copied(folder / "all", folder / "news")
        news(sandbox)
        settle(sandbox, folder / "news", "harvest")

    def begin(self, story: Story, name: str) -> Path:
        return copied(self.folder / story.before, self.folder / name)

    def calm(self, story: Story) -> tuple[Path, float, int]:
        """The folder after an undisturbed go, the seconds that it took and the pages that it asked for."""
        if story not in self._calm:
            folder, before = self.begin(story, f"calm {' '.join(story.command)}"), list_requests(self.sandbox)
            begun = time.monotonic()
            ended = call(folder, *story.command)
            assert ended.code in (0, 3), ended.err
            self._calm[story] = folder, time.monotonic() - begun, list_requests(self.sandbox) - before
        return self._calm[story]

    def steps(self, story: Story) -> int:
        """How many steps an undisturbed go takes: see ``dies``."""
        if story not in self._steps:
            folder = self.begin(story, f"counted {' '.join(story.command)}")
            finish(_dying(folder, story, 0, STEPS=str(folder / "steps")))
            self._steps[story] = int((folder / "steps").read_text())
        return self._steps[story]


@contextmanager
def stage(*, generated: int) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as folder, world(generated=generated) as sandbox:
        yield Stage(sandbox, Path(folder))


def at_random_moments(stage: Stage, story: Story, kills: int, chance: random.Random) -> Figures:
    """Kill a command at random moments, each time checking what is left, and let it end in peace after the last."""
    calm, seconds, calm_pages = stage.calm(story)
    awake = _awake(stage)
    folder = stage.begin(story, f"killed {' '.join(story.command)} {chance.random()}")

    def killed() -> bool:
        return killed_after(start(folder, *story.command), chance.uniform(awake, seconds))

    return _told(stage, story, folder, calm, calm_pages, killed, kills)


def before_random_steps(stage: Stage, story: Story, kills: int, chance: random.Random) -> Figures:
    """Kill a command before random steps (see ``dies``)."""
    calm, _, calm_pages = stage.calm(story)
    steps = stage.steps(story)
    folder = stage.begin(story, f"stopped {' '.join(story.command)} {chance.random()}")

    def killed() -> bool:
        step = chance.choice(
            (chance.randint(1, steps), chance.randint(1, min(60, steps)), steps - chance.randint(0, 40))
        )
        process = _dying(folder, story, step)
        ended = finish(process)
        assert ended.code in (-signal.SIGKILL, 0, 3), ended.err
        return ended.code < 0

    return _told(stage, story, folder, calm, calm_pages, killed, kills)


def _told(
    stage: Stage, story: Story, folder: Path, calm: Path, calm_pages: int, killed: Callable[[], bool], kills: int
) -> Figures:
    faults: list[str] = []
    count, ended = 0, False
    before = list_requests(stage.sandbox)
    with reader(folder / "index.db") as seen:
        for _ in range(3 * kills):
            if count == kills or (ended and story.fetches):  # once it has ended, the next go is another harvest
                break
            ended = not killed()
            count += not ended
            faults += unsound(folder)
        if not (ended and story.fetches):
            done = call(folder, *story.command)
            if done.code not in (0, 3):
                return Figures(count, [f"the last go ended with {done.code}: {done.err[-300:]}"], 0, 0, seen.reads)
        pages = list_requests(stage.sandbox) - before
    faults += unsound(folder) + [f"left behind: {name}" for name in leftovers(folder)]
    expected, found = contents(calm), contents(folder)
    faults += [f"{name}: not as in one go" for name in expected if expected[name] != found.get(name)]
    whole = {None, _state(stage.folder / story.before / "index.db"), _state(calm / "index.db")}
    faults += [f"a reader saw {state}" for state in seen.states - whole]
    return Figures(count, faults, pages, calm_pages, seen.reads)


def _awake(stage: Stage) -> float:
    """Seconds until a command has done anything: killed before, it has not begun."""
    begun = time.monotonic()
    call(stage.folder / "store", "status")
    return 0.7 * (time.monotonic() - begun)


def _dying(folder: Path, story: Story, step: int, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crash.dies", str(step), "-c", str(folder / "config.toml"), *story.command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**ENVIRONMENT, **environment},
        start_new_session=True,
    )


# --- a reader ----------------------------------------------------------------------------------------------------------


class Seen:
    """What a reader has seen of an index."""

    def __init__(self) -> None:
        self.states: set[Row | None] = set()
        self.reads = 0


@contextmanager
def reader(index: Path) -> Iterator[Seen]:
    """Somebody who looks at the index all the time, with nothing but sqlite3."""
    seen, done = Seen(), threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.states.add(_state(index))
            seen.reads += 1
            time.sleep(0.002)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _state(index: Path) -> Row | None:
    """What tells one state of an index from another: how many works, records, words and rows of each kind."""
    try:
        with closing(sqlite3.connect(f"file:{index}?mode=ro", uri=True, isolation_level=None)) as db:
            db.execute("begin")
            return tuple(
                db.execute(sql).fetchone()[0]
                for sql in (
                    "select value from meta where name = 'change_seen'",
                    "select count(*) from works",
                    "select count(*) from records",
                    "select count(*) from contributors",
                    "select count(*) from works_fts where works_fts match 'leadership'",
                    "select group_concat(key) from works",
                )
            )
    except sqlite3.Error as error:
        return None if not index.exists() else (str(error),)
