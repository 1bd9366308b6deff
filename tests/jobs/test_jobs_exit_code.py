"""Exit codes: 0 complete, 3 partial, 4 every network source failed, 75 all locked; precedence 1, 2, 6, 5, 4, 3."""

from __future__ import annotations

import pytest

from harvester import errors
from harvester.jobs import SourceReport, exit_code
from harvester.store import Tally


def source(
    error: int | None = None, *, network: bool = True, complete: bool = True, quarantined: int = 0, fetched: int = 0
) -> SourceReport:
    return SourceReport(
        source="s",
        network=network,
        tally=Tally(fetched=fetched, quarantined=quarantined),
        verdict="",
        complete=complete and error is None,
        error="e" if error else None,
        error_code=error,
    )


FAILED = source(errors.SOURCES_FAILED)
LOCKED = source(errors.LOCKED)
GOOD = source()
FILE = source(network=False)


@pytest.mark.parametrize(
    ("reports", "losses", "code"),
    [
        ([], 0, 0),
        ([GOOD, FILE], 0, 0),
        ([GOOD, FAILED], 0, 3),
        ([FAILED, FAILED], 0, 4),
        ([FAILED, FILE], 0, 4),
        ([FILE], 0, 0),
        ([source(complete=False)], 0, 3),
        ([source(quarantined=1)], 0, 3),
        ([GOOD], 1, 3),
        ([LOCKED], 0, 75),
        ([LOCKED, LOCKED], 0, 75),
        ([LOCKED, GOOD], 0, 3),
        ([LOCKED, FAILED], 0, 3),
        ([FAILED, source(errors.BUG)], 0, 1),
        ([FAILED, source(errors.USAGE, network=False)], 0, 2),
        ([source(errors.STORE), GOOD], 0, 6),
        ([source(errors.SOURCES_FAILED, fetched=20)], 0, 3),  # it broke off: what came is kept
        ([FAILED, source(errors.SOURCES_FAILED, fetched=20)], 0, 3),
        ([LOCKED, source(errors.STORE)], 0, 6),
        ([LOCKED, source(errors.BUG)], 0, 1),
        ([LOCKED, source(complete=False)], 0, 3),
    ],
)
def test_exit_code(reports: list[SourceReport], losses: int, code: int) -> None:
    assert exit_code(reports, losses) == code


@pytest.mark.parametrize(
    ("reports", "losses", "error", "code"),
    [
        ([GOOD], 0, errors.EXPECTATION, 5),
        ([FAILED], 1, errors.EXPECTATION, 5),
        ([source(errors.STORE)], 0, errors.EXPECTATION, 6),
        ([source(errors.USAGE)], 0, errors.STORE, 2),
        ([source(errors.USAGE)], 0, errors.BUG, 1),
        ([FAILED], 0, errors.STORE, 6),
        ([], 0, errors.LOCKED, 75),  # the index, and nothing else was asked for
        ([LOCKED], 0, errors.LOCKED, 75),
        ([GOOD], 0, errors.LOCKED, 3),  # harvested, but not in the index
        ([FAILED], 0, errors.LOCKED, 4),
        ([], 0, errors.USAGE, 2),
        ([], 0, None, 0),
    ],
)
def test_what_ends_a_run_as_a_whole(reports: list[SourceReport], losses: int, error: int | None, code: int) -> None:
    assert exit_code(reports, losses, error) == code
