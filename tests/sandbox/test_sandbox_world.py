"""The sandbox as a whole: its configuration, its addresses, its script."""

from __future__ import annotations

import threading
import tomllib
from pathlib import Path

import requests

from harvester import sandbox


def test_the_configuration_points_at_the_sandbox(tmp_path: Path) -> None:
    with sandbox.Sandbox() as served:
        written = sandbox.write_config(served, tmp_path / "new")
        settings = tomllib.loads(written[0].read_text("utf-8"))
        urls = [source["url"] for source in settings["source"].values() if "url" in source]
        assert urls == [served.crossref_url, served.dspace_url, served.eprints_url]
        assert requests.get(f"{urls[0]}/works?rows=0", timeout=5).ok
        assert all(b"<Identify>" in requests.get(f"{url}?verb=Identify", timeout=5).content for url in urls[1:])
    curated = tomllib.loads(written[1].read_text("utf-8"))
    assert settings["source"]["fmlm"]["path"] == written[1].name
    sections = {section["title"] for section in settings["listing"]["evidence-base"]["section"]}
    assert {entry["section"] for entry in curated["entry"] if "section" in entry} <= sections


def test_without_crossref() -> None:
    with sandbox.Sandbox(crossref=False) as served:
        assert requests.get(f"{served.crossref_url}/works", timeout=5).status_code == 404


def test_serving_for_ever_ends_with_the_server() -> None:
    served = sandbox.Sandbox()
    thread = threading.Thread(target=served.serve_forever)
    with served:
        thread.start()
        assert requests.get(f"{served.dspace_url}?verb=Identify", timeout=5).ok
    thread.join(5)
    assert not thread.is_alive()


def test_everything_is_logged() -> None:
    with sandbox.Sandbox() as served:
        requests.get(f"{served.eprints_url}?verb=ListRecords&set=a&set=b", headers={"User-Agent": "t/1"}, timeout=5)
        (line,) = served.requests
    assert (line.method, line.path, line.status) == ("GET", "/eprints/cgi/oai2", 200)
    assert line.query == {"verb": ["ListRecords"], "set": ["a", "b"]}
    assert line.headers["user-agent"] == "t/1"
