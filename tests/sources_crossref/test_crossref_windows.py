"""Windows cover time without gap and without overlap."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.sources.crossref import windows
from harvester.sources.crossref.windows import Span, bounds, halves, span

SECOND = timedelta(seconds=1)
moments = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def stretch(of: Span) -> tuple[datetime, datetime]:
    first, last = bounds(of.since), bounds(of.until)
    assert first is not None
    assert last is not None
    return first[0], last[1]


def test_examples() -> None:
    assert doctest.testmod(windows).failed == 0


@given(moments, st.integers(1, 10**9))
def test_a_window_is_what_it_was_made_of(start: datetime, seconds: int) -> None:
    end = start + seconds * SECOND
    assert stretch(span(start, end)) == (start, end)


@given(moments, st.integers(1, 10**9), st.booleans())
def test_halves_touch_and_make_up_the_whole(start: datetime, seconds: int, times: bool) -> None:
    whole = span(start, start + seconds * SECOND)
    parts = halves(whole, times=times)
    if parts is None:
        assert seconds == 1 or not times
        return
    (a, b), (c, d) = map(stretch, parts)
    assert a < b == c < d
    assert (a, d) == stretch(whole)


@given(moments, st.integers(1, 400))
def test_halving_ends(start: datetime, days: int) -> None:
    """At single seconds, or at single days where the server knows no times."""
    whole = span(
        start.replace(hour=0, minute=0, second=0), start.replace(hour=0, minute=0, second=0) + timedelta(days=days)
    )
    for times, smallest in ((True, SECOND), (False, timedelta(days=1))):
        part, steps = whole, 0
        while parts := halves(part, times=times):
            part, steps = parts[1], steps + 1
        assert stretch(part)[1] - stretch(part)[0] == smallest
        assert steps < 40


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2024", "2024-01-01T00:00:00", "2025-01-01T00:00:00"),
        ("2024-12", "2024-12-01T00:00:00", "2025-01-01T00:00:00"),
        ("2024-02-29", "2024-02-29T00:00:00", "2024-03-01T00:00:00"),
        ("2024-02-29T23:59:59", "2024-02-29T23:59:59", "2024-03-01T00:00:00"),
        ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59", "2024-03-01T00:00:00"),
        ("2024-02-29T23:59:59+01:00", "2024-02-29T22:59:59", "2024-02-29T23:00:00"),
    ],
)
def test_bounds(text: str, since: str, until: str) -> None:
    assert bounds(text) == (datetime.fromisoformat(since + "+00:00"), datetime.fromisoformat(until + "+00:00"))


@given(st.text(max_size=30))
def test_bounds_never_raise(text: str) -> None:
    found = bounds(text)
    assert found is None or found[0] < found[1]


@pytest.mark.parametrize("text", ["", "0000", "9999", "2024-13", "2024-02-30", "yesterday", "2024-2-3", "9999-12-31"])
def test_what_is_no_date(text: str) -> None:
    assert bounds(text) is None
