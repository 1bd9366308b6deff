"""What is asked of a run, and how it ended: the plan, a row a source, and the exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from harvester import errors
from harvester.sources import Window
from harvester.store import Tally

if TYPE_CHECKING:
    from harvester import index

Listen = Callable[[str, Tally], None]
"""Called after each page with the source's name and its tally so far, for progress."""


class Plan(Struct, frozen=True, kw_only=True):
    """What to harvest."""

    sources: tuple[str, ...] = ()
    """Empty: every source that is enabled."""
    window: Window = Window()
    limit: int | None = None
    """Records per source; the list is then incomplete, and its place does not move past what was kept."""
    force: bool = False
    """Mark what whole lists no longer name, however much it is."""
    dry_run: bool = False
    """Fetch and compare, but keep nothing."""


class SourceReport(Struct, frozen=True, kw_only=True):
    """How the harvest of one source ended."""

    source: str
    network: bool
    """False for files: whether every source is unreachable is a question about the others."""
    tally: Tally
    verdict: str
    complete: bool
    requests: int = 0
    error: str | None = None
    error_code: int | None = None
    """The exit code of the error's class."""


class RunReport(Struct, frozen=True, kw_only=True):
    """How a run ended: one row a source, what was written, and the exit code."""

    run_id: int
    """Its number in the store's book; 0 for a dry run."""
    sources: list[SourceReport] = []
    index: index.Report | None = None
    site: list[Path] = []
    exit_code: int = errors.COMPLETE


def exit_code(reports: Sequence[SourceReport], losses: int = 0) -> int:
    """The exit code of a run: see the tree in ``errors``. ``losses``: records that went to quarantine in indexing."""
    codes = {r.error_code for r in reports if r.error_code in (errors.BUG, errors.USAGE, errors.STORE)}
    network = [r for r in reports if r.network]
    locked = [r for r in reports if r.error_code == errors.LOCKED]
    if reports and len(locked) == len(reports):
        return errors.LOCKED
    if network and all(r.error_code == errors.SOURCES_FAILED for r in network):
        codes.add(errors.SOURCES_FAILED)
    if losses or any(not r.complete or r.tally.quarantined for r in reports):
        codes.add(errors.PARTIAL)
    return next((code for code in errors.PRECEDENCE if code in codes), errors.COMPLETE)
