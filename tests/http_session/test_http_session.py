"""The polite session against servers that are not."""

from __future__ import annotations

import gzip
import logging
import socket
import time
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import __version__
from harvester.errors import ProtocolError, SourceUnavailable
from harvester.http import Session, masked
from harvester.http.addresses import without_login
from http_session.conftest import Clock
from http_session.wire import RESET, Asked, Reply, Wire, http, script


def test_says_who_it_is_and_keeps_connection_and_cookies(session: Session) -> None:
    with Wire(script(http("one", headers=["Set-Cookie: id=7; Path=/"]), http("two"))) as wire:
        first = session.get(wire.url + "/oai?key=1", {"verb": "ListRecords", "resumptionToken": "a+b/c=d&e"})
        second = session.get(wire.url + "/oai")
    assert (first.body, second.body, wire.connections, session.count) == (b"one", b"two", 1, 2)
    assert wire.asked[0].query == {"key": "1", "verb": "ListRecords", "resumptionToken": "a+b/c=d&e"}
    assert wire.asked[0].headers["user-agent"] == f"evidence-harvester/{__version__} (+mailto:me@example.org)"
    assert wire.asked[1].headers["cookie"] == "id=7"


def test_raw_query_is_sent_as_it_is(session: Session) -> None:
    with Wire(script(http("ok"))) as wire:
        session.get(wire.url + "/oai", {"verb": "ListRecords"}, raw_query="resumptionToken=a+b,c/d%2Fe=é")
    assert wire.asked[0].target == "/oai?verb=ListRecords&resumptionToken=a+b,c/d%2Fe=%C3%A9"


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (RESET, "reset"),
        (b"", "closed the connection without an answer"),
        (http("abc", length=10), "cut short"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "cut short"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "cut short"),
        (http(gzip.compress(b"abc" * 99, mtime=0)[:-9]), "it ends too early"),
        (http(b"\x1f\x8b not gzip at all"), "packed answer is broken"),
        (http("wait", "429 Too Many Requests"), "429 Too Many Requests"),
        (http("", "500 Internal Server Error"), "500"),
        (http("", "502 Bad Gateway"), "502"),
        (http("", "503 Service Unavailable"), "503"),
        (http("", "504 Gateway Timeout"), "504"),
        (http("", "522 "), "HTTP 522"),
        (b"this is no HTTP\r\n\r\n", "BadStatusLine"),
    ],
)
def test_what_may_pass_is_asked_for_again_and_then_named(
    session: Session, clock: Clock, bad: Reply, words: str
) -> None:
    with Wire(script(bad, bad, http("good"))) as wire:
        assert session.get(wire.url).body == b"good"
        assert len(wire.asked) == 3
        assert len(clock.waits) == 2
        assert 0.5 <= clock.waits[0] <= 1
    with Wire(script(bad)) as wire, pytest.raises(SourceUnavailable, match=words) as error:
        session.get(wire.url + "/oai")
    assert len(wire.asked) == session.retries + 1
    assert "/oai: " in str(error.value)
    assert "5 times" in str(error.value)


@pytest.mark.parametrize(
    "status", ["400 Bad Request", "403 Forbidden", "404 Not Found", "410 Gone", "422 Unprocessable Entity"]
)
def test_other_statuses_come_back_with_their_body(session: Session, status: str) -> None:
    with Wire(script(http("why", status, ["Retry-After: 9"]))) as wire:
        answer = session.get(wire.url)
    assert (answer.status, answer.body, len(wire.asked)) == (int(status[:3]), b"why", 1)


def test_retry_after_seconds_and_date_by_the_servers_clock(session: Session, clock: Clock) -> None:
    server_now = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)  # years ahead of ours
    later = format_datetime(server_now + timedelta(seconds=40), usegmt=True)
    dated = http("", "503 Busy", [f"Date: {format_datetime(server_now, usegmt=True)}", f"Retry-After: {later}"])
    past = http("", "503 Busy", ["Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"])
    with Wire(
        script(http("", "429 Slow", ["Retry-After: 7"]), dated, past, http("", "503 x", ["Retry-After: 0"]), http())
    ) as wire:
        session.get(wire.url)
    assert clock.waits[:2] == [7, 40]
    assert all(1 < wait < 10 for wait in clock.waits[2:])  # never a hot loop


def test_a_long_retry_after_ends_the_attempt_at_once(session: Session, clock: Clock) -> None:
    with Wire(script(http("", "503 Busy", ["Retry-After: 86400"]))) as wire, pytest.raises(SourceUnavailable) as error:
        session.get(wire.url)
    assert error.value.retry_after == 86400
    assert "come back in 86400 s" in str(error.value)
    assert clock.waits == []
    assert len(wire.asked) == 1


def test_retry_after_on_success_means_nothing(session: Session, clock: Clock) -> None:
    with Wire(script(http("ok", headers=["Retry-After: 59"]))) as wire:
        assert session.get(wire.url).body == b"ok"
    assert clock.waits == []


@pytest.mark.parametrize(
    "text", ["soon", "-5", "1e9", "99999999999999999999", "NaN", "", "Mon, 99 Foo 2020 99:99:99 GMT"]
)
def test_nonsense_in_retry_after_is_no_reason_to_fail(session: Session, clock: Clock, text: str) -> None:
    with Wire(script(http("", "503 x", [f"Retry-After: {text}"]), http("ok"))) as wire:
        assert session.get(wire.url).body == b"ok"
    assert clock.waits[0] <= 1


def test_packing_is_told_from_the_bytes(session: Session) -> None:
    packed = gzip.compress(b"<a/>")
    replies = [
        http(packed),
        http(packed, headers=["Content-Encoding: gzip"]),
        http(b"<a/>", headers=["Content-Encoding: gzip"]),
        http(gzip.compress(packed), headers=["Content-Encoding: gzip"]),
        http(packed + gzip.compress(b"<!-- -->")),
        http(zlib.compress(b"<a/>"), headers=["Content-Encoding: deflate"]),
        http(packed + b"\0\0\0"),
    ]
    with Wire(script(*replies)) as wire:
        bodies = [session.get(wire.url).body for _ in replies]
    assert bodies == [b"<a/>"] * 4 + [b"<a/><!-- -->"] + [b"<a/>"] * 2


def test_after_a_broken_packing_it_asks_for_plain(session: Session) -> None:
    def reply(asked: Asked) -> Reply:
        return (
            http("plain") if asked.headers["accept-encoding"] == "identity" else http(gzip.compress(b"x" * 999)[:-20])
        )

    with Wire(reply) as wire:
        assert session.get(wire.url).body == b"plain"


def test_sizes_are_bounded_packed_and_unpacked(clock: Clock) -> None:
    bomb = gzip.compress(b"0" * (1 << 22))
    with Session(max_bytes=1 << 20, sleep=clock.sleep) as session:
        with Wire(script(http(bomb))) as wire, pytest.raises(ProtocolError, match="larger than 1 MiB"):
            session.get(wire.url)
        with Wire(script(http(b"0" * (3 << 20)))) as wire, pytest.raises(ProtocolError, match="larger than 1 MiB"):
            session.get(wire.url)


def drip(head: bytes, part: bytes) -> Iterable[bytes]:
    yield head
    for _ in range(60):
        time.sleep(0.05)
        yield part


@pytest.mark.parametrize(
    "reply",
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"y"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\ny\r\n"),
    ],
    ids=["headers", "body", "chunks"],
)
def test_a_dripping_answer_has_an_end(reply: tuple[bytes, bytes]) -> None:
    with (
        Wire(lambda _: drip(*reply)) as wire,
        Session(total_timeout=0.2, retries=0, timeout=(1, 1)) as session,
        pytest.raises(SourceUnavailable, match=r"no whole answer within 0\.2 s"),
    ):
        session.get(wire.url)


def test_silence_has_an_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, Session(timeout=(1, 0.1), retries=0) as session:
        host, port = mute.getsockname()
        with pytest.raises(SourceUnavailable, match=r"silent for 0\.1 s"):
            session.get(f"http://{host}:{port}/")


def test_refused_and_unresolvable_are_named(session: Session) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(SourceUnavailable, match=rf"127.0.0.1:{port} refused the connection"):
        session.get(f"http://127.0.0.1:{port}/")
    with pytest.raises(SourceUnavailable, match=r"the host name no-such-host\.invalid cannot be resolved"):
        session.get("http://no-such-host.invalid/oai")


@pytest.mark.parametrize(
    "url", ["", "example.org/oai", "ftp://example.org", "http://", "http://[::1", "http://h:99999/", "file:///x"]
)
def test_only_web_addresses(session: Session, url: str) -> None:
    with pytest.raises(ProtocolError, match="address"):
        session.get(url)


def test_what_cannot_be_sent_is_said_at_once(session: Session, clock: Clock) -> None:
    with pytest.raises((ProtocolError, SourceUnavailable), match="address"):
        session.get(f"http://{'a' * 70}.example/")
    with Wire(script(http())) as wire, pytest.raises(ProtocolError, match="a header of the request"):
        session.get(wire.url, headers={"X-Name": "Ω"})
    assert clock.waits == []


def test_a_password_is_in_no_message(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "harvester")
    with Wire(script(http("", "503 x"))) as wire, pytest.raises(SourceUnavailable) as error:
        session.get(wire.url.replace("//", "//me:p%40ss-canary@") + "/?apikey=canary2")
    assert wire.asked[0].headers["authorization"] == "Basic bWU6cEBzcy1jYW5hcnk="
    shown = f"{error.value} {error.value.url} {error.value.__cause__} {caplog.text}"
    assert "canary" not in shown


@given(st.text(max_size=30), st.text(max_size=30).filter(lambda p: len(p) > 8))
def test_masking_never_fails(host: str, secret: str) -> None:
    assert isinstance(masked(f"http://u:{secret}@{host}/"), str)
    assert isinstance(masked(host), str)


def test_login_is_decoded() -> None:
    assert without_login("https://a%40b:c%2Fd@example.org:8443/x?y#z") == (
        "https://example.org:8443/x?y",
        ("a@b", "c/d"),
    )


def test_requests_to_one_host_keep_their_distance(clock: Clock) -> None:
    with Wire(script(http("ok"))) as wire, Session(pace=2.0, sleep=clock.sleep, clock=clock) as session:
        for _ in range(3):
            session.get(wire.url)
    assert clock.waits == [2.0, 2.0]


def test_a_fault_of_the_callers_finding_is_retried(session: Session) -> None:
    with Wire(script(http("half"), http("whole"))) as wire:
        answer = session.get(wire.url, fault=lambda a: "" if a.body == b"whole" else "it is half")
        assert answer.body == b"whole"
    with Wire(script(http("half"))) as wire, pytest.raises(SourceUnavailable, match="it is half") as error:
        session.get(wire.url, fault=lambda _: "it is half")
    assert error.value.excerpt == b"half"
