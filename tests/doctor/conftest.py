"""A config with nothing in it but the patience of a test, and visits with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from http_session.wire import Asked, Reply, Wire

from harvester.config import Config, Harvester, Http, Linking, Notify
from harvester.doctor import Diagnosis, examine
from harvester.sources import Settings

MOST = 30
"""Requests that one visit may cost."""

Visit = Callable[..., Diagnosis]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        path=tmp_path / "here" / "config.toml",
        harvester=Harvester(contact="librarian@example.org"),
        http=Http(retries=0, connect_timeout=2, read_timeout=2, total_timeout=4),
        linking=Linking(),
        notify=Notify(),
        sources={},
        listings={},
    )


@pytest.fixture
def visit(config: Config) -> Visit:
    """Examine a server at a path; the requests that were counted are those that arrived, and they are few."""

    def visit(server: Callable[[Asked], Reply], path: str = "/oai", **settings: Settings) -> Diagnosis:
        with Wire(server) as wire:
            sources = {name: with_url(source, wire.url + path) for name, source in settings.items()}
            diagnosis = examine(
                Config(**{f: getattr(config, f) for f in config.__struct_fields__} | {"sources": sources}),
                next(iter(sources), wire.url + path),
            )
            assert diagnosis.requests == len(wire.asked) <= MOST
        assert not config.path.parent.exists()
        return diagnosis

    return visit


def with_url(source: Settings, url: str) -> Settings:
    from msgspec.structs import replace

    return replace(source, url=url)


def said(diagnosis: Diagnosis, about: str) -> str:
    """What was found about something: a line each."""
    return "\n".join(f"{f.level}: {f.text}; {f.cure}" for f in diagnosis.findings if f.about == about)
