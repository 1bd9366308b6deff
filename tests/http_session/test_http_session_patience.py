"""Waiting: between requests, between processes, before second tries, and never without end."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from harvester.errors import ProtocolError, SourceUnavailable
from harvester.http import Answer, Session, wall
from harvester.http.pacing import Pace
from http_session.conftest import Clock
from http_session.wire import RESET, Asked, Reply, Wire, http, script


@pytest.fixture
def pace(tmp_path: Path, clock: Clock) -> Pace:
    return Pace(tmp_path, clock.sleep, clock, clock)


def take(pace: Pace, seconds: float = 0.0, host: str = "example.org", *, alone: bool = False) -> None:
    with pace.turn(host, seconds, alone=alone):
        pass


# --- a host's pace, between processes --------------------------------------------------------------------------------


def test_two_processes_keep_one_pace(tmp_path: Path, clock: Clock) -> None:
    one, two = (Pace(tmp_path, clock.sleep, clock, clock) for _ in range(2))
    took = []
    for pace in (one, two, one, two):
        take(pace, 2.0)
        took.append(clock.now)
    assert [later - earlier for earlier, later in pairwise(took)] == [2.0, 2.0, 2.0]


def test_the_slower_of_two_counts(tmp_path: Path, clock: Clock) -> None:
    slow, fast = (Pace(tmp_path, clock.sleep, clock, clock) for _ in range(2))
    take(slow, 5.0)
    take(fast, 1.0)
    assert clock.waits == [5.0]
    take(slow, 5.0)
    assert clock.waits == [5.0, 5.0]


def test_hosts_do_not_wait_for_each_other(pace: Pace, clock: Clock) -> None:
    for host in ("a.example", "b.example", "a.example:8080"):
        take(pace, 60.0, host)
    assert clock.waits == []


def test_no_pace_no_files(pace: Pace, tmp_path: Path) -> None:
    take(pace)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("jump", [-86400.0, 86400.0])
def test_a_clock_that_jumps_costs_one_pause_at_most(pace: Pace, tmp_path: Path, clock: Clock, jump: float) -> None:
    take(pace, 3.0)
    later = Clock()
    later.now = clock.now + jump
    take(Pace(tmp_path, later.sleep, later, later), 3.0)
    assert later.waits in ([], [3.0])


@pytest.mark.parametrize(
    "said",
    [b"", b"nonsense", b"\0" * 100, b"1e308 1e308\n", b"-1.0 -5.0\n", b"999999999999.9 999999.9\n", b"nan inf\n"],
)
def test_whatever_is_in_the_file_the_wait_has_an_end(pace: Pace, tmp_path: Path, clock: Clock, said: bytes) -> None:
    take(pace, 1.0)
    [file] = tmp_path.iterdir()
    file.write_bytes(said)
    take(Pace(tmp_path, clock.sleep, clock, clock), 1.0)
    assert sum(clock.waits) <= 600


def test_file_names_are_readable_and_never_paths(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "locks"
    folder.mkdir()
    pace = Pace(folder, clock.sleep, clock, clock)
    for host in ("example.org:8443", "../../etc/passwd", "[::1]:80", "a" * 500, "é.example", "x\0y"):
        take(pace, 0.1, host)
    assert len(list(folder.iterdir())) == 6
    assert list(tmp_path.iterdir()) == [folder]
    assert any(path.name.startswith("pace-example.org_8443-") for path in folder.iterdir())


def test_a_folder_that_cannot_be_written_to_is_said_once_and_the_pace_kept(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    pace = Pace(tmp_path / "absent", clock.sleep, clock, clock)
    for _ in range(3):
        take(pace, 1.0)
    assert clock.waits == [1.0, 1.0]
    assert [r.levelname for r in caplog.records] == ["WARNING"]


def test_alone_means_one_request_at_a_time_between_processes(tmp_path: Path) -> None:
    now = most = 0
    lock = threading.Lock()

    def reply(_: Asked) -> Iterator[bytes]:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        answer = http("answer")
        yield answer[:-1]
        time.sleep(0.02)
        with lock:
            now -= 1
        yield answer[-1:]

    code = (
        "import sys, pathlib; from harvester.http import Session\n"
        "with Session(pacing=pathlib.Path(sys.argv[2]), alone=True) as session:\n"
        "    [session.get(sys.argv[1]) for _ in range(10)]"
    )
    with Wire(reply) as wire:
        asking = [subprocess.Popen([sys.executable, "-c", code, wire.url, tmp_path]) for _ in range(2)]
        assert [process.wait(60) for process in asking] == [0, 0]
    assert (len(wire.asked), most) == (20, 1)


def test_a_dead_process_holds_nobody_up(tmp_path: Path, clock: Clock) -> None:
    code = (
        "import os, sys, time, pathlib; from harvester.http.pacing import Pace\n"
        "turn = Pace(pathlib.Path(sys.argv[1]), time.sleep, time.monotonic).turn('h', 0, alone=True)\n"
        "turn.__enter__(); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, tmp_path], check=False).returncode == -9
    take(Pace(tmp_path, clock.sleep, clock, clock), host="h", alone=True)


def test_who_waits_for_another_can_be_stopped(tmp_path: Path, clock: Clock) -> None:
    class Stopped(BaseException):
        pass

    def stop(_: float) -> None:
        raise Stopped

    holding, waiting = Pace(tmp_path, clock.sleep, clock, clock), Pace(tmp_path, stop, clock, clock)
    with holding.turn("h", 0, alone=True), pytest.raises(Stopped):
        take(waiting, host="h", alone=True)


# --- 429 -------------------------------------------------------------------------------------------------------------


def test_429_slows_a_host_down_and_good_answers_ease_it(pace: Pace, clock: Clock) -> None:
    pauses = []
    for status in (200, 429, 429, 429, *[200] * 20):
        before = clock.now
        take(pace)
        pauses.append(round(clock.now - before, 2))
        pace.told("example.org", status, 0.0)
    assert pauses[:5] == [0.0, 0.0, 1.0, 2.0, 4.0]
    assert pauses[5] > pauses[6] > pauses[7] > 0.0
    assert pauses[-1] == 0.0


def test_other_processes_hear_of_a_429(tmp_path: Path, clock: Clock) -> None:
    told, other = (Pace(tmp_path, clock.sleep, clock, clock) for _ in range(2))
    take(told)
    told.told("example.org", 429, 30.0)
    take(other)
    assert clock.waits == [30.0]


# --- second tries ----------------------------------------------------------------------------------------------------


def test_waiting_for_second_tries_has_an_end_for_the_whole_session(clock: Clock) -> None:
    """A server that answers each second request, after a minute, is not followed for days."""

    def reply(asked: Asked) -> Reply:
        return http("ok") if asked.number % 2 == 0 else http("", "503 Busy", ["Retry-After: 60"])

    with Wire(reply) as wire, Session(patience=600, sleep=clock.sleep, clock=clock) as session:
        for _ in range(10):
            session.get(wire.url)
        words = r"second tries in one run is used up \(\[http\] patience\)"
        with pytest.raises(SourceUnavailable, match=words) as error:
            session.get(wire.url)
    assert sum(clock.waits) == 600
    assert error.value.retry_after == 60


def test_tries_in_vain_count_too(clock: Clock) -> None:
    """A server that is silent for two minutes each time costs an hour, not a day."""

    def reply(_: Asked) -> Reply:
        clock.now += 120
        return http("", "504 Gateway Timeout")

    with Wire(reply) as wire, Session(patience=3600, sleep=clock.sleep, clock=clock) as session:
        for _ in range(100):
            with pytest.raises(SourceUnavailable):
                session.get(wire.url)
        assert session.patience < 0
    assert len(wire.asked) < 100 + 3600 / 120


def test_an_answer_that_takes_for_ever_is_asked_for_twice_at_most(clock: Clock) -> None:
    def reply(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
        clock.now += 601
        yield b"x"

    with (
        Wire(reply) as wire,
        Session(sleep=clock.sleep, clock=clock) as session,
        pytest.raises(SourceUnavailable, match="no whole answer within 600 s, 2 times"),
    ):
        session.get(wire.url)
    assert len(wire.asked) == 2


def test_wait_is_capped_and_counted(clock: Clock) -> None:
    with Session(patience=100, longest_wait=80, sleep=clock.sleep) as session:
        assert session.wait(1000)
        assert not session.wait(30)
        assert session.wait(20)
    assert clock.waits == [80, 20]


def test_a_connection_closed_between_two_requests_costs_no_try(clock: Clock) -> None:
    """Servers close idle connections; whoever asks at that moment has not been refused."""
    with Wire(script(http("one"), RESET, http("two"))) as wire, Session(retries=1, sleep=clock.sleep) as session:
        assert [session.get(wire.url).body for _ in range(2)] == [b"one", b"two"]
    assert clock.waits == []
    assert len(wire.asked) == 3


def test_but_only_once(clock: Clock) -> None:
    with Wire(script(http("one"), RESET, RESET, http("two"))) as wire, Session(retries=1, sleep=clock.sleep) as session:
        assert [session.get(wire.url).body for _ in range(2)] == [b"one", b"two"]
        assert len(clock.waits) == 1
    with Wire(script(http("one"), RESET)) as wire, Session(retries=1, sleep=clock.sleep) as session:
        session.get(wire.url)
        with pytest.raises(SourceUnavailable, match="2 times"):
            session.get(wire.url)
    assert len(wire.asked) == 4


def test_who_wants_no_second_try_has_none(clock: Clock) -> None:
    """A request that moves a cursor on must not be sent twice, also not on a new connection."""
    with Wire(script(http("one"), RESET, http("two"))) as wire, Session(retries=0, sleep=clock.sleep) as session:
        session.get(wire.url)
        with pytest.raises(SourceUnavailable):
            session.get(wire.url)
    assert len(wire.asked) == 2


@pytest.mark.parametrize(
    ("status", "header"),
    [
        ("403 Forbidden", "cf-mitigated: challenge"),
        ("503 Service Unavailable", "CF-Mitigated: challenge"),
        ("202 Accepted", "x-amzn-waf-action: challenge"),
        ("405 Not Allowed", "x-amzn-waf-action: captcha"),
    ],
)
def test_a_wall_is_asked_once(clock: Clock, status: str, header: str) -> None:
    with Wire(script(http("<html>Just a moment...", status, [header, "Retry-After: 5"]))) as wire:
        with (
            Session(sleep=clock.sleep) as session,
            pytest.raises(SourceUnavailable, match="keeps robots out: ask its operator"),
        ):
            session.get(wire.url, fault=lambda _: "is no page")
        assert (len(wire.asked), clock.waits) == (1, [])


def test_what_is_no_wall() -> None:
    for headers in ({}, {"x-amzn-waf-action": "allow"}, {"server": "cloudflare"}):
        assert wall(Answer("http://h", 503, headers, b"")) == ""


def test_every_answer_is_told(clock: Clock) -> None:
    seen: list[int] = []
    replies = [http("", "302 Found", ["Location: /x"]), http("", "503 Busy"), http("ok")]
    with Wire(script(*replies)) as wire, Session(sleep=clock.sleep) as session:
        session.on_answer = lambda answer: seen.append(answer.status)
        session.get(wire.url)
    assert seen == [302, 503, 200]


def test_an_end_that_somebody_else_decided_is_let_through(clock: Clock) -> None:
    class Stopped(BaseException):
        pass

    def stop(_: float) -> None:
        raise Stopped

    with Wire(script(http("", "503 Busy"))) as wire, Session(sleep=stop) as session, pytest.raises(Stopped):
        session.get(wire.url)


def test_variables_go_to_the_host_that_they_were_written_for(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setenv("OAI_PASSWORD", "c@nary/99?")
    with Wire(script(http("ok"))) as wire, Wire(script(http("ok"))) as other:
        url = wire.url.replace("//", "//me:${OAI_PASSWORD}@") + "/oai?apikey=${OAI_PASSWORD}"
        with Session(url=url, sleep=clock.sleep) as session:
            answer = session.get(url, {"verb": "Identify"})
            session.get(other.url + "/${OAI_PASSWORD}")
            with pytest.raises(ProtocolError, match="not an http or https address"):
                session.get("${OAI_PASSWORD}/x")
    assert wire.asked[0].headers["authorization"] == "Basic bWU6Y0BuYXJ5Lzk5Pw=="
    assert wire.asked[0].query == {"apikey": "c@nary/99?", "verb": "Identify"}
    assert "c%40nary" in answer.url  # whoever keeps it keeps it masked
    assert other.asked[0].path in ("/${OAI_PASSWORD}", "/$%7BOAI_PASSWORD%7D")
