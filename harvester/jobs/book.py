"""Runs in the store's book: from their start to their end, also when they end by an error or a signal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harvester import errors
from harvester.config import Config
from harvester.errors import HarvesterError
from harvester.jobs.report import Plan, RunReport, SourceReport, exit_code
from harvester.store import Store, Tally

if TYPE_CHECKING:
    from harvester import index


class Run:
    """A run in the store's book, while it lasts."""

    def __init__(self, run_id: int) -> None:
        self.id = run_id
        self.sources: list[SourceReport] = []
        self.index: index.Report | None = None
        self.site: list[Path] = []
        self.losses: dict[str, int] = {}

    def indexed(self, config: Config, store: Store, report: index.Report) -> None:
        """Quarantine what no reader understands, count the losses that are new, and say in the index how sources are."""
        from harvester import index

        self.index = report
        self.losses = store.note_readings(self.id, report.unreadable, None if report.full else report.read_keys)
        self.sources = [
            msgspec.structs.replace(s, tally=s.tally + Tally(quarantined=self.losses.get(s.source, 0)))
            for s in self.sources
        ]
        index.replace_health(config.index, store.health())

    def report(self) -> RunReport:
        return RunReport(
            run_id=self.id,
            sources=self.sources,
            index=self.index,
            site=self.site,
            exit_code=exit_code(self.sources, sum(self.losses.values())),
        )


@contextmanager
def booked(config: Config, plan: Plan, command: str) -> Iterator[tuple[Store, Run]]:
    """The store and a run in its book. A dry run is in no book: nobody must take it for a harvest that was kept."""
    if plan.dry_run:
        with Store.for_a_dry_run(config.store) as store:
            yield store, Run(0)
    else:
        with Store.open(config.store) as store, recorded(store, command) as run:
            yield store, run


@contextmanager
def recorded(store: Store, command: str) -> Iterator[Run]:
    """A run that is in the book from its start to its end, also when it ends by an error or a signal."""
    run = Run(store.begin_run(command))
    try:
        yield run
    except BaseException as error:
        store.end_run(run.id, _code_of(error))
        raise
    store.end_run(run.id, exit_code(run.sources, sum(run.losses.values())))


def _code_of(error: BaseException) -> int:
    if isinstance(error, HarvesterError):
        return error.exit_code
    return error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else errors.BUG


def locks(config: Config) -> Path:
    """The folder of the lock files: one a source, one for the index."""
    return config.store.parent / "locks"
