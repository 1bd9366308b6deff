"""From the address that people have to the base URL, without asking much."""

from __future__ import annotations

import re
import tomllib

import pytest
from http_session.wire import Asked, Reply, Wire, http

from doctor.conftest import Visit, said
from doctor.small import Repository, answer
from harvester.config import Config
from harvester.doctor import examine
from harvester.doctor.block import name_for, source_table, without_password
from harvester.doctor.endpoint import base

LANDING = "<html><head><meta name='Generator' content='{}'></head><body>Welcome</body></html>"


def landing(path: str, made_by: str = "", body: str = "") -> Repository:
    page = http(body or LANDING.format(made_by), headers=["Content-Type: text/html"])
    return Repository(
        path=path, twist=lambda asked: page if asked.path in ("/", "/home", "/index.php/jlh/about") else None
    )


@pytest.mark.parametrize(
    ("path", "made_by", "given", "requests"),
    [
        ("/server/oai/request", "DSpace 7.6", "/home", 1),
        ("/oai/request", "DSpace 6.3", "/", 2),
        ("/cgi/oai2", "EPrints 3.4.2", "/home", 1),
        ("/ws/oai", "Elsevier Pure", "", 1),
        ("/index.php/jlh/oai", "Open Journal Systems 3.3", "/index.php/jlh/about", 1),
        ("/oai2d", "something else", "/home", 8),
    ],
)
def test_a_landing_page_leads_to_the_usual_endpoint(
    visit: Visit, path: str, made_by: str, given: str, requests: int
) -> None:
    diagnosis = visit(landing(path, made_by), given)
    assert diagnosis.fit, diagnosis.findings
    assert re.search(rf"is at http://127.0.0.1:\d+{path}, not at", said(diagnosis, "address"))
    assert re.search(rf'url = "http://127.0.0.1:\d+{path}"', diagnosis.config)
    assert diagnosis.requests <= 2 + requests + 9


def test_a_link_on_the_page_is_followed_first(visit: Visit) -> None:
    page = '<html><a href="/a/b?verb=Identify">OAI</a></html>'
    diagnosis = visit(landing("/a/b", body=page), "/home")
    assert diagnosis.fit
    assert "/a/b, not at" in said(diagnosis, "address")
    assert diagnosis.requests == 3 + 8


def test_a_link_to_another_host_is_not_followed(visit: Visit) -> None:
    page = '<html><a href="http://localhost:1/a?verb=Identify">OAI</a></html>'
    assert not visit(landing("/a", body=page), "/home").fit


def test_an_address_where_there_is_nothing(visit: Visit) -> None:
    diagnosis = visit(Repository(path="/elsewhere"), "/about")
    assert not diagnosis.fit
    assert "nor is there one at /server/oai/request" in said(diagnosis, "address")
    assert diagnosis.requests <= 11
    assert diagnosis.config == ""


def test_the_address_of_one_request(visit: Visit) -> None:
    diagnosis = visit(Repository(), "/oai?verb=ListRecords&metadataPrefix=oai_dc&apikey=1")
    assert diagnosis.fit
    assert "the address is that of one request" in said(diagnosis, "address")
    assert '/oai?apikey=${REPOSITORY_APIKEY}"' in diagnosis.config


def test_a_place_that_has_moved(visit: Visit) -> None:
    def server(asked: Asked) -> Reply:
        if asked.path == "/old":
            return answer("", f"Location: /oai?{asked.target.partition('?')[2]}", status="301 Moved Permanently")
        return Repository()(asked)

    diagnosis = visit(server, "/old")
    assert diagnosis.fit
    assert "use the new address" in said(diagnosis, "address")
    assert re.search(r'url = "http://127.0.0.1:\d+/oai"', diagnosis.config)


def test_only_http(config: Config) -> None:
    """Somebody types a host, https is tried first, and nobody answers there."""
    with Wire(Repository()) as wire:
        diagnosis = examine(config, wire.url.replace("http:", "https:") + "/oai")
        walled = examine(config, wire.url.replace("http://", "https://me:pw@") + "/oai")
    assert diagnosis.fit
    assert "but at http://127.0.0.1" in said(diagnosis, "address")
    assert not walled.fit  # a password is not sent in the clear


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/oai?verb=Identify", "https://a.example/oai"),
        ("https://a.example/oai?VERB=x&set=1&k=2", "https://a.example/oai?VERB=x&k=2"),
        ("https://a.example/oai#top", "https://a.example/oai"),
        ("https://a.example/oai?k=%2F&x", "https://a.example/oai?k=%2F&x"),
    ],
)
def test_base_urls(url: str, expected: str) -> None:
    assert base(url) == expected


def test_blocks_are_toml_whatever_a_repository_calls_itself() -> None:
    odd = 'He said "no" \\ \t\x7f\n [x] é \U0001f600'
    table = tomllib.loads(source_table("x", {"title": odd, "none": None, "t": {"a b": [1, True]}}, {"title": "so"}))
    assert table == {"source": {"x": {"title": odd, "t": {"a b": [1, True]}}}}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://spiral.imperial.ac.uk/oai/request", "spiral"),
        ("https://eprints.whiterose.ac.uk/cgi/oai2", "whiterose"),
        ("https://www.example.org/oai", "example"),
        ("https://localhost/oai", "localhost"),
        ("http://[::1]/oai", "repository"),
        ("https://xn--bcher-kva.example/oai", "xn--bcher-kva"),
    ],
)
def test_names_for_sources(url: str, name: str) -> None:
    assert name_for(url) == name


def test_a_password_becomes_a_variable() -> None:
    assert without_password("https://me:pw@a.example/oai", "a-b") == (
        "https://me:${A_B_PASSWORD}@a.example/oai",
        "set A_B_PASSWORD in the environment",
    )
    assert without_password("https://me:pw@a.example/oai?x=1&Api-Key=k%2F", "a-b") == (
        "https://me:${A_B_PASSWORD}@a.example/oai?x=1&Api-Key=${A_B_API_KEY}",
        "set A_B_PASSWORD and A_B_API_KEY in the environment",
    )


@pytest.mark.parametrize("url", ["https://a.example/oai?x=1&keyword=2", "https://me:${PW}@a.example/?token=${T}"])
def test_what_has_no_password_stays_as_it_is(url: str) -> None:
    assert without_password(url, "a-b") == (url, "")
