"""The loopback server: mounting, keep-alive, gzip, and answers that break off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from harvester.sandbox.server import Clock, Request, Response, Server

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def echo(request: Request) -> Response:
    """Path, arguments and base as they arrive; faults on demand."""
    cut = int(request.query["cut"][0]) if "cut" in request.query else None
    text = f"{request.method} {request.path} {sorted(request.query.items())} {request.base_url}"
    return Response(200, {"Content-Type": "text/plain"}, text.encode() + b"." * 2000, cut)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({"/echo": echo, "/echo/deeper": lambda _: Response(418)}, Clock(NOON)) as server:
        yield server


def test_an_application_sees_the_path_below_its_mount_as_sent(server: Server) -> None:
    answer = requests.get(server.url + "/echo/works/10.1136%2Fleader?a=1&a=%20&b=", timeout=5)
    assert answer.text.startswith(f"GET /works/10.1136%2Fleader [('a', ['1', ' ']), ('b', [''])] {server.url}/echo.")


def test_the_longest_prefix_wins_and_nothing_else_is_served(server: Server) -> None:
    codes = [requests.get(server.url + path, timeout=5).status_code for path in ("/echo/deeper/x", "/echoes", "/")]
    assert codes == [418, 404, 404]
    assert [(r.path, r.status) for r in server.requests] == [("/echo/deeper/x", 418), ("/echoes", 404), ("/", 404)]


def test_a_form_counts_as_arguments(server: Server) -> None:
    answer = requests.post(server.url + "/echo", data={"verb": "Identify"}, timeout=5)
    assert answer.text.startswith("POST  [('verb', ['Identify'])]")


@pytest.mark.parametrize("length", ["-1", "many", "\N{SUPERSCRIPT TWO}"])
def test_a_length_that_is_none_is_refused(server: Server, length: str) -> None:
    answer = requests.get(server.url + "/echo", headers={"Content-Length": length.encode()}, timeout=5)
    assert answer.status_code == 400
    assert not server.requests


def test_gzip_only_where_the_client_accepts_it(server: Server) -> None:
    zipped = requests.get(server.url + "/echo", timeout=5)
    plain = requests.get(server.url + "/echo", headers={"Accept-Encoding": "identity"}, timeout=5)
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert zipped.text == plain.text


def test_connections_are_kept_alive_and_the_date_is_the_clocks(server: Server) -> None:
    with requests.Session() as session:
        first = session.get(server.url + "/echo", timeout=5, stream=True)
        port = first.raw._connection.sock.getsockname()
        first.content  # noqa: B018 (reads the body, so that the connection is free again)
        second = session.get(server.url + "/echo", timeout=5, stream=True)
        assert second.raw._connection.sock.getsockname() == port
        assert second.headers["Date"] == "Tue, 01 Sep 2026 12:00:00 GMT"
        second.close()


@pytest.mark.parametrize("cut", [-1, 0, 100])
def test_a_cut_answer_is_an_error_of_the_connection(server: Server, cut: int) -> None:
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        requests.get(server.url + f"/echo?cut={cut}", headers={"Accept-Encoding": "identity"}, timeout=5)
    assert requests.get(server.url + "/echo", timeout=5).ok


def test_a_clock_that_is_moved_stands_still() -> None:
    clock = Clock(NOON)
    clock.advance(minutes=6)
    assert clock() == datetime(2026, 9, 1, 12, 6, tzinfo=UTC)
    running = Clock()
    assert abs((running() - datetime.now(UTC)).total_seconds()) < 60
