"""Fixtures for all rooms."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from harvester import masking
from harvester.cli import call

# How fast examples are made, and how many are thrown away, says something about the machine and the generator, not about us.
_UNCHECKED = (hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much)
hypothesis.settings.register_profile("short", deadline=None, derandomize=True, suppress_health_check=_UNCHECKED)
hypothesis.settings.register_profile("long", deadline=None, max_examples=1000, suppress_health_check=_UNCHECKED)

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real records of real repositories, kept outside the project; tests that need them skip where they are absent."""
    if not (SHARED / "corpus").is_dir():
        pytest.skip("needs the folder of real records beside the checkout (../shared), which is not here")
    return SHARED


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, colour or width of the machine may change what a test sees."""
    for name in (
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "all_proxy",
        "NO_COLOR",
        "FORCE_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test hides is an ordinary word in the next."""
    monkeypatch.setattr(masking, "_hidden", set())
    monkeypatch.setattr(masking, "_pattern", None)


@pytest.fixture
def command_line(capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[Callable[..., tuple[int, bytes, bytes]]]:
    """Call a command as the entry point does, in this process: its exit code, and what it wrote on either stream."""
    handlers, level = logging.root.handlers[:], logging.root.level

    def run(*arguments: str) -> tuple[int, bytes, bytes]:
        capfdbinary.readouterr()
        try:
            code = call(list(arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
        return code, *capfdbinary.readouterr()

    yield run
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--run-slow", action="store_true", help="also the long tests, and many more examples of each property"
    )


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("long" if config.getoption("--run-slow") else "short")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--run-slow"):
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="a long test: make test-full runs it"))
