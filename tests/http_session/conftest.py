"""A session for which waiting takes no time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harvester.http import Session


class Clock:
    """Waiting takes no time."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(clock: Clock) -> Iterator[Session]:
    with Session("me@example.org", sleep=clock.sleep, clock=clock, timeout=(2, 2)) as session:
        yield session


@pytest.fixture(autouse=True)
def _no_authorities_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
