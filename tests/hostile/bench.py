"""Plays a scenario: the repository on a loopback port, the real command line in this process, and what came of it."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from http_session.wire import Asked, Reply, Wire, http
from msgspec.structs import replace

import harvester.http
from harvester.cli import call
from harvester.formats import xml
from harvester.store import Store
from hostile.faults import Fault
from hostile.items import numbers
from hostile.repository import Repository, Request, error
from hostile.scenario import Run, Scenario

TOO_MANY = 400
"""So many requests in one run, and the server answers no more: whatever asks on is in a circle."""


@dataclass
class Outcome:
    """What a run left behind."""

    exit: int
    said: str
    requests: int
    waited: float
    verdict: str = ""
    complete_through: str | None = None
    live: set[str] = field(default_factory=set)
    tombstones: set[str] = field(default_factory=set)
    quarantined: set[str] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)
    repairs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sound: str = "ok"


class Bench:
    """One scenario, played run after run in a folder of its own."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario = scenario
        self.folder = folder
        self.repository = Repository(scenario.server, scenario.record)
        self.faults = list(scenario.fault)
        self.run = 0
        self._met = [0] * len(self.faults)
        self._budget = TOO_MANY

    def play(self) -> Iterator[tuple[Run, Outcome]]:
        """Each run with its outcome, while the repository is as it was in that run."""
        with self.served() as wire:
            for run in self.scenario.run:
                yield run, self._played(run, wire)
            if self.scenario.heals:
                self.faults = []
                healed = self._healed(self.scenario.run[-1])
                yield healed, self._played(healed, wire)

    @contextlib.contextmanager
    def served(self) -> Iterator[Wire]:
        """The repository, with its faults, and a config.toml for it in the folder."""
        with Wire(self._reply) as wire:
            self.repository.url = f"{wire.url}/oai"
            self.faults = [replace(f, headers=[h.replace("{host}", wire.url) for h in f.headers]) for f in self.faults]
            self._configure()
            yield wire

    def _healed(self, last: Run) -> Run:
        """What comes after: the faults are gone, the oddities of records are not."""
        lasting = {} if self.scenario.fault else {"stored": last.stored, "quarantined": last.quarantined}
        return Run(
            command="harvest --full" if self.scenario.heals == "full" else "harvest",
            change="1" if last.stored is None and 1 in self.repository.items else "",
            deleted=last.deleted,
            titles=last.titles,
            repairs=last.repairs,
            altered=last.altered,
            requests=TOO_MANY,
            **lasting,
        )

    def _played(self, run: Run, wire: Wire) -> Outcome:
        self.run += 1
        if self.run > 1:
            self.repository.later(run.days)
        if run.skew_days is not None:
            self.repository.skew_days = run.skew_days
        for what in ("change", "delete", "restore", "forget"):
            for number in sorted(numbers(getattr(run, what))):
                getattr(self.repository, what)(number)
        for number, item in run.add.items():
            self.repository.add(int(number), item)
        before = len(wire.asked)
        self._budget = TOO_MANY
        with _waits() as waits:
            code, said = _call("-c", str(self.folder / "config.toml"), *run.command.split())
        outcome = Outcome(code, said, len(wire.asked) - before, sum(waits))
        _look(self.folder / "store.db", self.repository.names, outcome)
        return outcome

    def _configure(self) -> None:
        source = {"kind": "oai_pmh", "url": self.repository.url, **self.scenario.source}
        tables = {
            "harvester": {"store": "store.db", "index": "index.db"},
            "http": {"retries": 1, "read_timeout": 5.0, "connect_timeout": 5.0, **self.scenario.http},
            "source.x": source,
        }
        lines = (f"[{name}]\n" + "".join(_toml(k, v) for k, v in table.items()) for name, table in tables.items())
        (self.folder / "config.toml").write_text("\n".join(lines))

    def _reply(self, asked: Asked) -> Reply:
        self._budget -= 1
        if self._budget < 0:
            return b""
        repository = self.repository
        request = repository.read(asked.target)
        answer = repository.answer(request)
        fault = self._fault(request, asked)
        document = repository.document("<!-- -->")
        if self.scenario.server.cookie and request.resumed and "session=1" not in asked.headers.get("cookie", ""):
            answer = document.replace("<!-- -->", error("badResumptionToken", "of another session"))
        reply = fault.reply(request, answer, document, self.scenario.folder) if fault else _sound(answer)
        repository.sent(request)
        return reply

    def _fault(self, request: Request, asked: Asked) -> Fault | None:
        for number, fault in enumerate(self.faults):
            if fault.fits(request, asked, self.run):
                self._met[number] += 1
                if fault.skip < self._met[number] <= fault.skip + (fault.times or TOO_MANY * 10):
                    return fault
        return None


def _sound(answer: str) -> Reply:
    return http(answer, headers=["Content-Type: text/xml;charset=UTF-8", "Set-Cookie: session=1"])


def _look(path: Path, names: Mapping[str, str], outcome: Outcome) -> None:
    """Into the store."""
    if not path.exists():
        return
    with contextlib.closing(sqlite3.connect(path)) as db:
        outcome.sound = str(db.execute("pragma integrity_check").fetchone()[0])
        row = db.execute("select verdict from run_sources order by run_id desc limit 1").fetchone()
        outcome.verdict = row[0] if row else ""
        every = "select min(complete_through) from lists where list not like '% since %'"  # those are of a run's own
        row = db.execute(f"{every} having count(*) = count(complete_through)").fetchone()
        outcome.complete_through = row[0] if row else None
        waiting = "select identifier from quarantine where resolved is null"
        outcome.quarantined = {names.get(i, "nameless" if "without" in i else i) for (i,) in db.execute(waiting)}
        vanished = {i for (i,) in db.execute("select identifier from records where vanished is not null")}
    with Store.read_only(path) as store:
        for stored in store.scan(0, 1 << 40):
            raw = stored.raw
            number = names.get(raw.identifier, raw.identifier)
            if raw.deleted or raw.identifier in vanished:
                outcome.tombstones.add(number)
                continue
            outcome.live.add(number)
            found = re.search(r"<dc:title>(.*?)</dc:title>", raw.payload.decode(), re.DOTALL)
            if found:
                context = f'{raw.context} xmlns:dc="dc"' if "xmlns:dc=" not in raw.context else raw.context
                outcome.titles[number] = xml.text_of(xml.wrap(found[0].encode(), context))
            outcome.repairs[number] = raw.repairs


@contextlib.contextmanager
def _waits() -> Iterator[list[float]]:
    """Nobody sleeps: how long each wait would have been."""
    waits: list[float] = []

    class Awake(harvester.http.Session):
        def __init__(self, *arguments: Any, **settings: Any) -> None:
            super().__init__(*arguments, **settings | {"sleep": waits.append})

    with mock.patch.object(harvester.http, "Session", Awake):
        yield waits


def _call(*arguments: str) -> tuple[int, str]:
    """A command as the entry point calls it: its exit code, and all that it says."""
    handlers, level = logging.root.handlers[:], logging.root.level
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            code = call(list(arguments))
    finally:
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
    return code, said.getvalue()


def _toml(key: str, value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(_toml(k, v).strip() for k, v in value.items())
        return f"{key} = {{ {inner} }}\n"
    if isinstance(value, list | tuple):
        return f"{key} = [{', '.join(_literal(v) for v in value)}]\n"
    return f"{key} = {_literal(value)}\n"


def _literal(value: Any) -> str:
    return (
        str(value).lower()
        if isinstance(value, bool)
        else repr(value)
        if isinstance(value, int | float)
        else f'"{value}"'
    )
