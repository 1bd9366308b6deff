"""What is asked of a run, and how it ended: the plan, a row a source, and the exit code.

A RunReport is what ``--json`` prints and what a command on failure reads; ``schemas/json/report.schema.json`` is made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from harvester import errors
from harvester.sources import Window
from harvester.store import Tally

if TYPE_CHECKING:
    from harvester import index

Listen = Callable[[str, Tally], None]
"""Called after each page with the source's name and its tally so far, for progress. With ``jobs``: from several threads."""


class Plan(Struct, frozen=True, kw_only=True):
    """What to harvest."""

    sources: tuple[str, ...] = ()
    """Empty: every source that is enabled."""
    due: bool = False
    """Only what is due, and what no other process is at."""
    shard: tuple[int, int] | None = None
    """(i, n): only the i-th of n parts, for several hosts that share the sources."""
    jobs: int = 1
    """So many sources side by side, but one a host."""
    window: Window = Window()
    limit: int | None = None
    """Records per source; the list is then incomplete, and its place does not move past what was kept."""
    max_seconds: float | None = None
    """After that no page is begun; places are kept."""
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
    """What became of its records."""
    verdict: str
    """complete, or why not."""
    complete: bool
    """Nothing of what was asked for is missing."""
    requests: int = 0
    seconds: float = 0.0
    error: str | None = None
    """What went wrong first, where something did."""
    error_code: int | None = None
    """The exit code of the error's class."""
    not_before: str | None = None
    """It failed, and is left alone until then by runs of what is due."""


class IndexReport(Struct, frozen=True, kw_only=True):
    """What was done to the index."""

    generation: int
    """Grows with each index that is made anew."""
    full: bool
    """Made anew, not updated in place."""
    reason: str = ""
    """Why it was made anew where an update was asked for."""
    read: int = 0
    """Records that were normalised."""
    works: int = 0
    """Works in the index now."""
    records: int = 0
    """Records in the index now."""
    written: int = 0
    """Works that were written; for an update only those that differ from what stood there."""
    removed: int = 0
    """Works that are no more."""
    unreadable: int = 0
    """Records that were read and could not be; ``harvester quarantine`` lists them."""
    seconds: float = 0.0

    @classmethod
    def of(cls, report: index.Report) -> IndexReport:
        fields = {name: getattr(report, name) for name in cls.__struct_fields__ if name != "unreadable"}
        return cls(**fields, unreadable=len(report.unreadable))


class RunReport(Struct, frozen=True, kw_only=True):
    """How a run ended: one row a source, what was written, and the exit code."""

    run_id: int
    """Its number in the store's book; 0 for a dry run, and where there was no book to write in."""
    command: str = ""
    """harvest, index, reindex, run, retry."""
    version: str = ""
    """Of the program."""
    started: str = ""
    ended: str = ""
    seconds: float = 0.0
    sources: list[SourceReport] = []
    """In the order of the configuration file."""
    index: IndexReport | None = None
    """None: it was not touched."""
    site: list[str] = []
    """Files that were written."""
    error: str | None = None
    """Why it went no further, beside what is said of each source."""
    exit_code: int = errors.COMPLETE


def exit_code(reports: Sequence[SourceReport], losses: int = 0, error: int | None = None) -> int:
    """The exit code of a run: see the tree in ``errors``. A source that gave something before it broke off has not failed.

    ``losses``: records that went to quarantine in indexing. ``error``: code of what ended the run as a whole.
    """
    codes = {r.error_code for r in reports if r.error_code in (errors.BUG, errors.USAGE, errors.STORE)}
    if error is not None:
        codes.add(error)
    network = [r for r in reports if r.network]
    locked = [r for r in reports if r.error_code == errors.LOCKED]
    if len(locked) == len(reports) and (reports or error == errors.LOCKED) and codes <= {errors.LOCKED}:
        return errors.LOCKED
    if network and all(r.error_code == errors.SOURCES_FAILED and not r.tally.fetched for r in network):
        codes.add(errors.SOURCES_FAILED)
    if losses or errors.LOCKED in codes or any(not r.complete or r.tally.quarantined for r in reports):
        codes.add(errors.PARTIAL)
    return next((code for code in errors.PRECEDENCE if code in codes), errors.COMPLETE)
