"""Runs in the store's book: from their start to their end, also when they end by an error or a signal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from harvester import __version__, errors
from harvester.clock import now
from harvester.config import Config, Notify, usable
from harvester.errors import HarvesterError
from harvester.jobs.report import IndexReport, Plan, RunReport, SourceReport, exit_code
from harvester.log import about
from harvester.store import Store, Tally


class Run:
    """A run while it lasts: what was done so far."""

    def __init__(self, command: str) -> None:
        self.id = 0
        self.command = command
        self.sources: list[SourceReport] = []
        self.index: IndexReport | None = None
        self.site: list[Path] = []
        self.error: Exception | None = None
        """What ended it early, as a whole."""
        self._losses: dict[str, int] = {}
        self._started = now()
        self._begun = time.monotonic()

    def lost(self, losses: dict[str, int]) -> None:
        """Records that were read and could not be, by source: only losses that are new."""
        self._losses = losses
        self.sources = [
            msgspec.structs.replace(s, tally=s.tally + Tally(quarantined=losses.get(s.source, 0))) for s in self.sources
        ]

    @property
    def exit_code(self) -> int:
        error = None if self.error is None else code_of(self.error)
        return exit_code(self.sources, sum(self._losses.values()), error)

    def report(self) -> RunReport:
        return RunReport(
            run_id=self.id,
            command=self.command,
            version=__version__,
            started=self._started,
            ended=now(),
            seconds=round(time.monotonic() - self._begun, 3),
            sources=self.sources,
            index=self.index,
            site=[str(path) for path in self.site],
            error=None if self.error is None else str(self.error) or type(self.error).__name__,
            exit_code=self.exit_code,
        )


def carried_out(config: Config, plan: Plan, command: str, work: Callable[[Store, Run], None]) -> RunReport:
    """Do the work of a run, with the store and a row in its book; then those whom ``[notify]`` names are told.

    There is always a report: an error that is meant for people is in it, with the exit code; a bug is told, and raised.
    A dry run is in no book: nobody must take it for a harvest that was kept.
    """
    run = Run(command)
    try:
        usable(config, plan.sources)
        if plan.dry_run:
            with Store.for_a_dry_run(config.store) as store:
                work(store, run)
        else:
            with Store.open(config.store) as store, recorded(store, run):
                work(store, run)
    except HarvesterError as error:
        run.error = error
    except Exception as error:
        run.error = error
        _tell(config, plan, run)
        raise
    # Not where a signal ends it: that must be quick, and silence is what a watchman listens for.
    _tell(config, plan, run)
    return run.report()


def _tell(config: Config, plan: Plan, run: Run) -> None:
    if config.notify != Notify() and not plan.dry_run:
        from harvester.jobs.telling import tell

        with about(run=run.id or None):
            tell(config, run.report())


@contextmanager
def recorded(store: Store, run: Run) -> Iterator[Run]:
    """A run that is in the book from its start to its end, also when it ends by an error or a signal."""
    run.id = store.begin_run(run.command)
    with about(run=run.id):
        try:
            yield run
        except Exception as error:
            run.error = error
            store.end_run(run.id, run.exit_code)
            raise
        except BaseException as error:
            store.end_run(run.id, code_of(error))
            raise
        store.end_run(run.id, run.exit_code)


def code_of(error: BaseException) -> int:
    """The exit code of a command that ends by this."""
    if isinstance(error, HarvesterError):
        return error.exit_code
    return error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else errors.BUG


def locks(config: Config) -> Path:
    """The folder of the lock files: one a source, one for the index."""
    return config.store.parent / "locks"
