"""An installation with the sandbox's records, and clients for its pages: in this process, and over the wire."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from harvester import jobs, pages
from harvester.config import Config, load
from harvester.provider import Settings as Provider
from harvester.sandbox import Sandbox, write_config
from harvester.serve import Settings, running
from harvester.serve.app import application


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that has harvested the sandbox; not to be written to."""
    folder = tmp_path_factory.mktemp("installed")
    with Sandbox() as served:
        write_config(served, folder)
        jobs.run(load(folder / "config.toml"), jobs.Plan())
    return folder


@pytest.fixture
def copied(installed: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    folder = tmp_path / "copied"
    shutil.copytree(installed, folder, symlinks=True)
    return folder


def settings_of(config: Config, base_url: str = "", **more: float | bool) -> Settings:
    site = pages.site(
        pages.Web(base_url=base_url, contact="library@example.org", styles=("bmj", "apa")), config.listings
    )
    offered = Provider(enabled=True, namespace="library.example.org", admin_email="library@example.org")
    return Settings(index=config.index, store=config.store, site=site, provider=offered, **more)  # type: ignore[arg-type]


@contextmanager
def client_of(settings: Settings) -> Iterator[TestClient]:
    with TestClient(
        application(settings),  # type: ignore[arg-type]
        base_url="http://evidence.example.org",
        raise_server_exceptions=False,
        follow_redirects=False,
    ) as client:
        yield client


@pytest.fixture(scope="session")
def config(installed: Path) -> Config:
    return load(installed / "config.toml")


@pytest.fixture
def client(config: Config) -> Iterator[TestClient]:
    with client_of(settings_of(config)) as client:
        yield client


@contextmanager
def served(settings: Settings) -> Iterator[tuple[str, int]]:
    """The app under uvicorn on a free port of loopback: host and port."""
    with running.listening("127.0.0.1", 0) as sock:
        server = running.server(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        until = time.monotonic() + 20
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        assert server.started
        try:
            yield sock.getsockname()
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture(scope="session")
def live(config: Config) -> Iterator[str]:
    """The address of the app over the wire."""
    with served(settings_of(config)) as (host, port):
        yield f"http://{host}:{port}"


@pytest.fixture
def get(client: TestClient) -> Callable[..., str]:
    """The text of a page that is there."""

    def asked(path: str, **headers: str) -> str:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    return asked
