"""Over the wire: a real server, real connections, clients that are slow or gone, an index that changes meanwhile."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import anyio.lowlevel
import pytest
import small_index
from starlette.requests import ClientDisconnect

from harvester import index, jobs, pages
from harvester.config import Config, load
from harvester.index import generations
from harvester.pages.addresses import quoted
from harvester.record import Record
from harvester.serve import Settings, readers
from harvester.serve.app import application
from tests.serve.conftest import client_of, served, settings_of


def fetched(host: str, port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(host, port, timeout=20)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def of(live: str) -> tuple[str, int]:
    host, _, port = live.removeprefix("http://").partition(":")
    return host, int(port)


def test_it_answers(live: str) -> None:
    status, headers, body = fetched(*of(live), "/search?q=leadership")
    assert (status, headers["content-length"]) == (200, str(len(body)))
    assert "server" not in headers
    status, headers, body = fetched(*of(live), "/search/works.ris")
    assert (status, headers.get("transfer-encoding")) == (200, "chunked")
    assert body.count(b"\nER  -") > 50
    status, headers, body = fetched(*of(live), "/search?q=leadership", method="HEAD")
    assert (status, body) == (200, b"")
    assert fetched(*of(live), "/work/doi:10.1136%2Fleader-2020-000228")[0] == 200
    assert fetched(*of(live), "/work/%ff%fe%00")[0] == 404
    status, headers, _ = fetched(*of(live), "//evil.example/")
    assert (status, headers["location"]) == (308, "/evil.example")


def test_the_end_of_an_answer_does_not_wait_for_the_client(live: str) -> None:
    """Of a connection that is kept: by Nagle's algorithm the body would follow when the head was acknowledged, 40 ms later."""
    connection = http.client.HTTPConnection(*of(live), timeout=20)
    taken = []
    for _ in range(30):
        begun = time.monotonic()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        taken.append(time.monotonic() - begun)
    connection.close()
    assert min(taken[10:]) < 0.03


def test_keys_with_any_character_come_through(tmp_path: Path) -> None:
    key = "doi:10.1/d%2F..%00?#é//x"
    small_index.create(tmp_path / "index.db", [small_index.single(1, Record(title="Odd"), key=key)])
    with served(Settings(index=tmp_path / "index.db", site=pages.Site(title="L", listings={}))) as (host, port):
        assert fetched(host, port, f"/work/{quoted(key)}")[0] == 200


@pytest.mark.parametrize(
    "request_",
    [b"GET / HTTP/1.1\r\nHost: a\r\n\r\n\0\0\0", b"\0\xff\r\n\r\n", b"GET /search?q=\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
     b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
     b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
     b"POST /search HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
     b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"],
)  # fmt: skip
def test_odd_requests_do_not_disturb_it(live: str, request_: bytes) -> None:
    with socket.create_connection(of(live), timeout=10) as sock:
        sock.sendall(request_)
        sock.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := sock.recv(65536):
            answer += piece
    if answer:
        assert re.match(rb"HTTP/1\.1 (200|204|308|400|404|405|413|414|431) ", answer), answer[:200]
    assert fetched(*of(live), "/healthz")[0] == 200


def test_an_address_may_hold_letters_as_they_are(live: str) -> None:
    """As people type them into curl, and nginx passes them on."""
    with socket.create_connection(of(live), timeout=10) as sock:
        said = []
        for query in ("author:Einarsdóttir", "Führung 领导力"):
            encoded = quote(query).replace("%20", "+")
            plain = query.replace(" ", "+")
            for address in (encoded, plain):
                sock.sendall(f"GET /api/works?q={address} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                answer = b""
                while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
                    piece = sock.recv(65536)
                    assert piece, answer
                    answer += piece
                said.append(json.loads(answer.partition(b"\r\n\r\n")[2]))
    assert said[0] == said[1]
    assert said[2] == said[3]
    assert said[0]["total"] > 0
    assert said[0]["understood"] == ["author: Einarsdóttir"]


def test_clients_that_are_slow_are_let_go(config: Config) -> None:
    with served(settings_of(config, patience=0.6)) as (host, port):
        started = time.monotonic()
        with socket.create_connection((host, port), timeout=10) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow")
            assert sock.recv(10) == b""
        with socket.create_connection((host, port), timeout=10) as sock:
            assert sock.recv(10) == b"", "said nothing at all"
        with socket.create_connection((host, port), timeout=10) as sock:
            sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = b""
            while not answer.endswith(b"ok\n"):
                answer += sock.recv(4096)
            sock.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
            assert sock.recv(4096) == b"", "began a second request, and did not go on"
        assert time.monotonic() - started < 9
        assert fetched(host, port, "/healthz")[0] == 200


def test_a_client_that_does_not_read_keeps_nobody_waiting(config: Config) -> None:
    with served(settings_of(config, patience=0.6)) as (host, port):
        lazy = []
        for _ in range(6):
            sock = socket.socket()
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            sock.connect((host, port))
            sock.sendall(b"GET /search/report HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
            lazy.append(sock)
        assert fetched(host, port, "/search?q=leadership")[0] == 200
        time.sleep(1.5)
        assert fetched(host, port, "/search/works.ris")[0] == 200
        for sock in lazy:
            sock.close()


def test_many_at_a_time(live: str) -> None:
    paths = [
        "/search?q=leadership",
        "/",
        "/work/doi:10.1136/leader-2020-000228",
        "/api/works?q=care",
        "/listing/evidence-base",
    ] * 4
    answers: list[int] = []

    def ask(path: str) -> None:
        answers.append(fetched(*of(live), path)[0])

    threads = [threading.Thread(target=ask, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [200] * len(paths)


def test_whole_results_have_a_limit(config: Config) -> None:
    with client_of(settings_of(config, exports=0)) as client:
        refused = client.get("/search/works.ris")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
        assert client.get("/search").status_code == 200


async def _asked(app: Any, path: str, begun: Callable[[], Awaitable[None]]) -> int:
    """The status of an answer; ``begun`` is awaited where a server would send its head."""
    sent: list[int] = []

    async def receive() -> dict[str, Any]:
        await anyio.sleep_forever()
        return {}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            sent.append(message["status"])
            await begun()

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "http_version": "1.1",
             "scheme": "http", "asgi": {"spec_version": "2.4"}}  # fmt: skip
    await app(scope, receive, send)
    return sent[0]


def test_whole_results_are_counted_from_the_head_on_and_let_go_where_nobody_takes_them(config: Config) -> None:
    async def story() -> None:
        app, waits, goes_on = application(settings_of(config, exports=1)), anyio.Event(), anyio.Event()

        async def held_up() -> None:
            waits.set()
            await goes_on.wait()
            raise ConnectionResetError

        async def first() -> None:
            with pytest.raises((ConnectionResetError, ClientDisconnect)):
                await _asked(app, "/search/works.csv", held_up)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(first)
            await waits.wait()
            assert await _asked(app, "/search/works.csv", anyio.lowlevel.checkpoint) == 503
            goes_on.set()
        assert await _asked(app, "/search/works.csv", anyio.lowlevel.checkpoint) == 200

    anyio.run(story)


def test_a_question_that_takes_too_long_is_ended(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "_STEPS", 100)
    with client_of(settings_of(config, seconds=0.0)) as client:
        refused = client.get("/search/report?q=a*")
        assert refused.status_code == 503
        assert "Ask for less" in refused.text
        assert client.get("/healthz").status_code == 200


def test_a_whole_result_may_take_longer_than_a_page(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "_STEPS", 100)
    found = readers.Readers(config.index)
    with pytest.raises(readers.TooLongError), found.reading(0.0) as db:
        db.execute("select count(*) from records, works").fetchone()
    with found.reading(0.0) as db:
        readers.allow(db, 60)
        assert db.execute("select count(*) from records, works").fetchone()[0] > 1000
    found.close()


# --- the index changes -----------------------------------------------------------------------------------------------


def test_a_new_generation_is_read_at_once(copied: Path) -> None:
    config = load(copied / "config.toml")
    with client_of(settings_of(config)) as client:
        before = client.get("/readyz").text
        jobs.reindex(config)
        after = client.get("/readyz").text
        assert re.findall(r"generation (\d+)", before) == ["1"]
        assert re.findall(r"generation (\d+)", after) == ["2"]
        index.rollback(config.index)
        assert re.findall(r"generation (\d+)", client.get("/readyz").text) == ["1"]
        assert client.get("/search?q=leadership").status_code == 200


def test_an_index_that_is_missing_or_damaged_is_said_so(copied: Path) -> None:
    config = load(copied / "config.toml")
    with client_of(settings_of(config)) as client:
        assert client.get("/readyz").status_code == 200
        generation = generations.path_of(config.index, 1)
        aside = generation.rename(copied / "aside")
        for path in (
            "/",
            "/search?q=a",
            "/api/works",
            "/readyz",
            "/search/works.ris",
            "/listing/evidence-base/feed.atom",
        ):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert answer.headers["retry-after"]
            assert "try again" in answer.text
            assert "sqlite" not in answer.text.lower()
            assert str(copied) not in answer.text
        assert client.get("/healthz").status_code == 200
        for content in (
            b"",
            b"not a database" * 1000,
            aside.read_bytes()[:50_000],
            aside.read_bytes()[:4096] + os.urandom(300_000),
        ):
            generation.write_bytes(content)
            for path in ("/", "/search?q=leadership", "/api/works/doi:10.1136/leader-2020-000228"):
                assert client.get(path).status_code in (503, 404), (path, content[:10])
            generation.unlink()
        sound = aside.read_bytes()
        generation.write_bytes(sound[: len(sound) // 8] + b"\xff" * (len(sound) * 7 // 8))
        answers = {
            client.get(path).status_code
            for path in ("/search?q=leadership", "/listing/evidence-base", "/search/works.csv")
        }
        assert answers <= {200, 503}
        assert 503 in answers
        generation.unlink()
        aside.rename(generation)
        assert client.get("/").status_code == 200


def test_a_download_that_has_begun_ends_with_the_index_that_it_began_with(copied: Path) -> None:
    config = load(copied / "config.toml")
    with served(settings_of(config)) as (host, port):
        connection = http.client.HTTPConnection(host, port, timeout=30)
        connection.request("GET", "/search/works.csl.json")
        answer = connection.getresponse()
        begun = answer.read(100)
        jobs.reindex(config)
        rest = answer.read()
        connection.close()
        import json

        assert len(json.loads(begun + rest)) > 50


# --- the command -----------------------------------------------------------------------------------------------------


def _command(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "harvester", "-c", str(folder / "config.toml"), "serve", *arguments]
    return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_the_command_serves_until_it_is_told_to_end(installed: Path, number: int, code: int) -> None:
    with _command(installed, "--port", "0", "--base-url", "https://library.example.org/evidence/") as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/evidence/", address)
        assert found
        status, _, body = fetched("127.0.0.1", int(found[1]), "/evidence/")
        assert status == 200
        assert b'href="/evidence/search"' in body
        process.send_signal(number)
        assert process.wait(20) == code
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_the_command_says_what_is_wrong(installed: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        _command(installed, "--port", str(taken.getsockname()[1])) as process,
    ):
        _, said = process.communicate(timeout=30)
    assert process.returncode == 6
    assert "another server" in said
    with _command(installed, "--base-url", "library.example.org") as process:
        _, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "https://library.example.org/evidence" in said
