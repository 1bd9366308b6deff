"""Answers without end, answers that are bombs, and answers that are not what their headers say."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import ProtocolError, SourceUnavailable
from harvester.http import Session
from harvester.http.unpack import TooLargeError, unpacked
from http_session.conftest import Clock
from http_session.wire import Wire, http, script

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def drip(head: bytes, part: bytes) -> Iterable[bytes]:
    yield head
    for _ in range(100):
        time.sleep(0.03)
        yield part


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (OK + b"X: ", b"y"),
        (b"HTTP/1.1 2", b"0"),
        (OK + b"Connection: close\r\n\r\n", b"y"),
        (OK + b"Content-Length: 1000\r\n\r\n", b"y"),
        (CHUNKED, b"1\r\ny\r\n"),
        (CHUNKED + b"5;", b"extension"),
        (CHUNKED + b"3\r\nabc\r\n0\r\n", b"Trailer: x\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
    ids=["headers", "status", "body", "announced", "chunks", "chunk-extension", "trailers", "hints"],
)
def test_a_dripping_answer_has_an_end(head: bytes, part: bytes) -> None:
    with (
        Wire(lambda _: drip(head, part)) as wire,
        Session(total_timeout=0.2, retries=0, timeout=(1, 1)) as session,
        pytest.raises(SourceUnavailable, match=r"no whole answer within 0\.2 s|preliminary"),
    ):
        session.get(wire.url)


def test_a_request_after_a_dripping_one_is_as_any_other() -> None:
    replies = [drip(OK + b"Connection: close\r\n\r\n", b"y"), http("good")]
    with (
        Wire(lambda asked: replies[asked.number - 1]) as wire,
        Session(total_timeout=0.2, sleep=lambda _: None) as session,
    ):
        assert session.get(wire.url).body == b"good"


def test_silence_has_an_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, Session(timeout=(1, 0.1), retries=0) as session:
        host, port = mute.getsockname()
        with pytest.raises(SourceUnavailable, match=r"silent for 0\.1 s"):
            session.get(f"http://{host}:{port}/")


def endless(head: bytes, part: bytes) -> Iterator[bytes]:
    return chain([head], repeat(part))


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (OK + b"X: ", b"y" * 65536),
        (OK, b"X: y\r\n" * 1000),
        (b"HTTP/1.1 200 ", b"y" * 65536),
        (CHUNKED + b"5;", b"y" * 65536),
        (CHUNKED, b"f" * 65536),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"HTTP/1.1 102 Processing\r\nX: y\r\n\r\n"),
    ],
    ids=["one header", "many headers", "status", "chunk extension", "chunk size", "continue", "processing"],
)
def test_what_is_no_body_is_bounded(clock: Clock, head: bytes, part: bytes) -> None:
    with (
        Wire(lambda _: endless(head, part)) as wire,
        Session(retries=1, sleep=clock.sleep) as session,
        pytest.raises(SourceUnavailable, match="2 times"),
    ):
        session.get(wire.url)


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (OK + b"Connection: close\r\n\r\n", b"y" * 65536),
        (OK + b"Content-Length: 99999999999\r\n\r\n", b"y" * 65536),
        (CHUNKED, b"10000\r\n" + b"y" * 65536 + b"\r\n"),
    ],
    ids=["until closed", "announced", "chunked"],
)
def test_bodies_are_bounded(clock: Clock, head: bytes, part: bytes) -> None:
    with (
        Wire(lambda _: endless(head, part)) as wire,
        Session(max_bytes=1 << 20, sleep=clock.sleep) as session,
        pytest.raises(ProtocolError, match=r"larger than 1 MiB \(\[http\] max_bytes\)") as error,
    ):
        session.get(wire.url)
    assert error.value.code == "too-large"
    assert len(wire.asked) == 1  # it would be as large next time


def test_endless_cookies_are_forgotten(session: Session) -> None:
    def reply(asked: object) -> bytes:
        return http("ok", headers=[f"Set-Cookie: c{asked.number}-{n}=x; Path=/" for n in range(30)])  # type: ignore[attr-defined]

    with Wire(reply) as wire:
        for _ in range(8):
            session.get(wire.url)
    assert max(asked.headers.get("cookie", "").count("=") for asked in wire.asked) <= 100
    assert "cookie" in wire.asked[1].headers


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n",
    ],
)
def test_preliminary_answers_are_stepped_over(session: Session, head: bytes) -> None:
    with Wire(script(head + http("first"), http("second"))) as wire:
        assert [session.get(wire.url).body for _ in range(2)] == [b"first", b"second"]


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        (CHUNKED + b"3;name=value;x\r\nabc\r\n0\r\nTrailer: x\r\n\r\n", b"abc"),
        (CHUNKED + b"000003\r\nabc\r\n0\r\n\r\n", b"abc"),
        (OK + b"Content-Length: 3\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc", b"abc"),
        (OK + b"Content-Length: nonsense\r\nConnection: close\r\n\r\nabc", b"abc"),
        (OK + b"Content-Length: -1\r\nConnection: close\r\n\r\nabc", b"abc"),
        (b"HTTP/1.0 200 OK\r\n\r\nabc", b"abc"),
        (OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (OK + b"Connection: close\r\nNo colon here\r\nX: y\r\n\r\nabc", b"abc"),
    ],
)
def test_odd_but_whole(session: Session, reply: bytes, body: bytes) -> None:
    def pieces(_: object) -> Iterable[bytes]:
        yield reply

    with Wire(pieces) as wire:
        assert session.get(wire.url).body == body


@pytest.mark.parametrize(
    "reply",
    [
        OK + b"Content-Length: 3\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabc",
        CHUNKED + b"3\r\nabcdef\r\n0\r\n\r\n",
        CHUNKED + b"xyz\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"-3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 99999 Odd\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"<OAI-PMH>an answer without headers, as in HTTP/0.9</OAI-PMH>",
        b"\x15\x03\x01\x00\x02\x02\x50",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\r\n\r\n\r\n",
    ],
)
def test_what_contradicts_itself_is_no_answer(clock: Clock, reply: bytes) -> None:
    with (
        Wire(script(reply)) as wire,
        Session(retries=1, sleep=clock.sleep, timeout=(2, 1)) as session,
        pytest.raises(SourceUnavailable, match="2 times"),
    ):
        session.get(wire.url)
    assert len(wire.asked) == 2


def test_bytes_after_an_answer_are_not_the_next_answer(session: Session) -> None:
    with Wire(script(http("first") + http("forged"), http("second"))) as wire:
        assert [session.get(wire.url).body for _ in range(2)] == [b"first", b"second"]


# --- packing ---------------------------------------------------------------------------------------------------------


def test_sizes_are_bounded_packed_and_unpacked(clock: Clock) -> None:
    bombs = [
        gzip.compress(b"0" * (1 << 22), mtime=0),
        gzip.compress(gzip.compress(b"0" * (1 << 24), mtime=0)),
        b"".join(gzip.compress(b"0" * (1 << 18), mtime=0) for _ in range(9)),
    ]
    for bomb in bombs:
        with (
            Session(max_bytes=1 << 20, sleep=clock.sleep) as session,
            Wire(script(http(bomb))) as wire,
            pytest.raises(ProtocolError, match="larger than 1 MiB"),
        ):
            session.get(wire.url)


def test_a_bomb_takes_no_memory() -> None:
    """A gibibyte in a mebibyte is refused in less than 100 MiB for the whole process."""
    code = r"""
import gzip, pathlib, re
from harvester.http import Session
from harvester.http.unpack import TooLargeError, unpacked
packed = gzip.compress(bytes(1 << 24)) * 64
try:
    unpacked(packed, "gzip", 48 << 20)
except TooLargeError:
    # not ru_maxrss, which a child inherits from its parent
    print(len(packed), re.search(r"VmHWM:\s*(\d+) kB", pathlib.Path("/proc/self/status").read_text())[1])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    packed, kibibytes = map(int, done.stdout.split())
    assert 1_000_000 < packed < 1_100_000
    assert kibibytes < 100 << 10


def test_a_chain_of_empty_streams_has_an_end() -> None:
    with pytest.raises(zlib.error, match="too many streams"):
        unpacked(gzip.compress(b"") * 100_000, "gzip", 1 << 20)


@pytest.mark.parametrize("size", [0, 1, 100, 1 << 20, (8 << 20) - 1, 8 << 20, (8 << 20) + 1, 9 << 20])
def test_unpacking_is_exact_at_every_size(size: int) -> None:
    body = b"<" + b"x" * size
    raw = zlib.compressobj(wbits=-15)
    assert unpacked(gzip.compress(body), "", 16 << 20) == body
    assert unpacked(zlib.compress(body), "deflate", 16 << 20) == body
    assert unpacked(raw.compress(body) + raw.flush(), "deflate", 16 << 20) == body
    if size > 1:
        with pytest.raises(TooLargeError):
            unpacked(gzip.compress(body), "gzip", size)


def test_what_was_not_asked_for_is_asked_for_plainly(session: Session) -> None:
    def reply(asked: object) -> bytes:
        plain = asked.headers["accept-encoding"] == "identity"  # type: ignore[attr-defined]
        return http("<plain/>") if plain else http(b"\x8b\x0f\x80<br/>\x03", headers=["Content-Encoding: br"])

    with Wire(reply) as wire:
        assert session.get(wire.url).body == b"<plain/>"
        assert session.packed is False
        session.get(wire.url)
    assert [asked.headers["accept-encoding"] for asked in wire.asked] == ["gzip", "identity", "identity"]


def test_a_header_may_claim_what_it_likes(session: Session) -> None:
    claims = ["br", "gzip", "deflate", "zstd", "gzip, br", "nonsense", "identity"]
    with Wire(lambda asked: http("<a/>", headers=[f"Content-Encoding: {claims[asked.number - 1]}"])) as wire:
        assert [session.get(wire.url).body for _ in claims] == [b"<a/>"] * len(claims)


@given(st.binary(max_size=300), st.sampled_from(["", "gzip", "deflate", "br"]), st.integers(0, 200))
def test_unpacking_raises_nothing_else(body: bytes, claimed: str, limit: int) -> None:
    try:
        result = unpacked(body, claimed, limit)
    except (zlib.error, TooLargeError):
        return
    assert result == body or len(result) <= limit


@given(st.binary(max_size=2000), st.integers(1, 30))
def test_no_cut_of_a_packed_body_is_taken_for_a_whole_one(body: bytes, cut: int) -> None:
    packed = gzip.compress(b"<" + body)
    with pytest.raises(zlib.error):
        unpacked(packed[: max(2, len(packed) - cut)], "gzip", 1 << 20)
