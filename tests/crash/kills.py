"""Commands killed at random: what is lost, what is doubled, what readers see, what is done again."""

from __future__ import annotations

import random
import re
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
    LISTS,
    RECORDS,
    Row,
    as_first_released,
    call,
    contents,
    copied,
    finish,
    killed_after,
    leftovers,
    list_requests,
    news,
    rows,
    settle,
    start,
    unsound,
    unsound_database,
    world,
)

_TIME = re.compile(r"(\d{4}-\d\d-\d\d[T ]|\d{1,2} \w+ \d{4}, )\d\d:\d\d(:\d\d)?(Z|\+00:00| UTC)?")


class Story(NamedTuple):
    """A command, and what is there before it."""

    command: tuple[str, ...]
    before: str
    """``nothing``, ``store``: a harvested one, ``all``: an index too, ``news``: and a harvest after it, ``indexed``: and that
    is in the index, not yet in the site; ``old``: the store of ``news``, of the first schema that was released."""
    fetches: bool = False
    """Whether it asks for the pages of one source, which are counted."""


STORIES = {
    "harvest, OAI-PMH": Story(("harvest", "spiral"), "nothing", fetches=True),
    "harvest, Crossref": Story(("harvest", "bmj-leader"), "nothing", fetches=True),
    "run": Story(("run",), "nothing"),
    "index": Story(("index",), "news"),
    "reindex": Story(("reindex",), "news"),
    "reindex, 2 workers": Story(("reindex", "--workers", "2"), "news"),
    "publish": Story(("publish",), "indexed"),
    "migrate, then index": Story(("index",), "old"),
    "backup": Story(("backup", "--force", "copy.db"), "news"),
    "prune, vacuum": Story(("prune", "--older-than", "1s", "--vacuum"), "news"),
}


class Figures(NamedTuple):
    """What a story came to."""

    kills: int
    faults: list[str]
    """Everything that must not be; empty where all is well."""
    again: tuple[int, ...]
    """For each kill the pages of lists that were asked for in vain: by the go that it ended, or to be asked for by the next."""
    reads: int
    """Looks that readers took meanwhile, at the index and at the site."""


class Stage:
    """A sandbox, the folders that stories begin with, and how each of them ends undisturbed."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self._calm: dict[Story, tuple[Path, float]] = {}
        self._steps: dict[Story, int] = {}
        for name, commands in (("nothing", ()), ("store", ("harvest",)), ("all", ("run",))):
            write_config(sandbox, folder / name)
            for command in commands:
                settle(sandbox, folder / name, command)
        copied(folder / "all", folder / "news")
        news(sandbox)
        settle(sandbox, folder / "news", "harvest")
        copied(folder / "news", folder / "indexed")
        settle(sandbox, folder / "indexed", "index")
        copied(folder / "news", folder / "old")
        as_first_released(folder / "old" / "store.db")

    def begin(self, story: Story, name: str) -> Path:
        return copied(self.folder / story.before, self.folder / name)

    def calm(self, story: Story) -> tuple[Path, float]:
        """The folder after an undisturbed go, and the seconds that it took."""
        if story not in self._calm:
            folder = self.begin(story, f"calm {story.before} {' '.join(story.command)}")
            begun = time.monotonic()
            ended = call(folder, *story.command)
            assert ended.code in (0, 3), ended.err
            self._calm[story] = folder, time.monotonic() - begun
        return self._calm[story]

    def remaining(self, story: Story, folder: Path) -> int:
        """Pages that a go in this folder asks for, where nobody disturbs it."""
        before = list_requests(self.sandbox)
        with tempfile.TemporaryDirectory(dir=self.folder) as below:
            ended = call(copied(folder, Path(below) / "folder"), *story.command)
        assert ended.code in (0, 3), ended.err
        return list_requests(self.sandbox) - before

    def steps(self, story: Story) -> int:
        """How many steps an undisturbed go takes: see ``dies``."""
        if story not in self._steps:
            folder = self.begin(story, f"counted {story.before} {' '.join(story.command)}")
            finish(_dying(folder, story, 0, STEPS=str(folder / "steps")))
            self._steps[story] = int((folder / "steps").read_text())
        return self._steps[story]


@contextmanager
def stage(*, generated: int) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as folder, world(generated=generated) as sandbox:
        yield Stage(sandbox, Path(folder))


def at_random_moments(stage: Stage, story: Story, kills: int, chance: random.Random) -> Figures:
    """Kill a command at random moments, each time checking what is left, and let it end in peace after the last."""
    calm, seconds = stage.calm(story)
    awake = _awake(stage)
    folder = stage.begin(story, f"killed {' '.join(story.command)} {chance.random()}")

    def killed() -> bool:
        return killed_after(start(folder, *story.command), chance.uniform(awake, seconds))

    return _told(stage, story, folder, calm, killed, kills)


def before_random_steps(stage: Stage, story: Story, kills: int, chance: random.Random) -> Figures:
    """Kill a command before random steps (see ``dies``)."""
    calm, _ = stage.calm(story)
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

    return _told(stage, story, folder, calm, killed, kills)


def _told(stage: Stage, story: Story, folder: Path, calm: Path, killed: Callable[[], bool], kills: int) -> Figures:
    faults: list[str] = []
    again: list[int] = []
    count, ended = 0, False
    to_come = stage.remaining(story, folder) if story.fetches else 0
    with reader(folder) as seen:
        for _ in range(3 * kills):
            if count == kills or (ended and story.fetches):  # once it has ended, the next go is another harvest
                break
            before = list_requests(stage.sandbox)
            ended = not killed()
            count += not ended
            faults += unsound(folder)
            if story.fetches and not ended:
                asked, were_to_come = list_requests(stage.sandbox) - before, to_come
                ended = _has_all(folder, calm)  # all was there, and only the booking of it was to come
                to_come = 0 if ended else stage.remaining(story, folder)
                again.append(asked + to_come - were_to_come)
        if not (ended and story.fetches):
            done = call(folder, *story.command)
            if done.code not in (0, 3):
                return Figures(count, [f"the last go ended with {done.code}: {done.err[-300:]}"], (), seen.reads)
    faults += unsound(folder) + [f"left behind: {name}" for name in leftovers(folder)]
    expected, found = _all(calm), _all(folder)
    faults += [f"{name}: not as in one go" for name in expected if expected[name] != found.get(name)]
    begun = stage.folder / story.before
    whole = {None, *(state(each) for state in (_state, _page) for each in (begun, calm))}
    faults += [f"a reader saw {str(state)[:200]}" for state in seen.states - whole]
    return Figures(count, faults, tuple(again), seen.reads)


def _has_all(folder: Path, calm: Path) -> bool:
    """Whether each list is as it is at the end."""
    path = folder / "store.db"
    return path.exists() and rows(path, LISTS) == rows(calm / "store.db", LISTS)


def _all(folder: Path) -> dict[str, object]:
    """What a folder knows, and what was made of it: the site, a backup."""
    found: dict[str, object] = {**contents(folder), "site": _page(folder)}
    copy = folder / "copy.db"
    if copy.exists():
        assert unsound_database(copy) == []
        found["backup"] = rows(copy, RECORDS)
    return found


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
        cwd=folder,
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
def reader(folder: Path) -> Iterator[Seen]:
    """Somebody who looks at index and site all the time, with nothing but sqlite3 and a plain read."""
    seen, done = Seen(), threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.states |= {_state(folder), _page(folder)}
            seen.reads += 2
            time.sleep(0.01)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _page(folder: Path) -> Row | None:
    """The published page, without the moment of its index."""
    try:
        return (_TIME.sub("TIME", (folder / "site" / "index.html").read_text()),)
    except FileNotFoundError:
        return None


def _state(folder: Path) -> Row | None:
    """What tells one state of an index from another: how many works, records, words and rows of each kind."""
    index = folder / "index.db"
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
