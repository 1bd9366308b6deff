"""Redirects: followed at home, refused everywhere else, and never shown what was meant for another."""

from __future__ import annotations

import logging
import socket
from datetime import UTC
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import ProtocolError
from harvester.http import Answer, Session
from harvester.http.addresses import base_of, is_public, origin, redirected, refuse_detour
from http_session.conftest import Clock
from http_session.wire import Asked, Reply, Wire, http, script


def moved(place: str, status: str = "302 Found") -> bytes:
    return http("", status, [f"Location: {place}"])


def test_redirects_are_followed_with_their_answers_address(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    with Wire(script(http("moved"))) as new:

        def reply(asked: Asked) -> Reply:
            return moved("/b?x=1", "301 Moved") if asked.path == "/a" else moved(f"{new.url}/c", "307 Moved")

        with Wire(reply) as old, caplog.at_level(logging.WARNING, "harvester.http"):
            login = old.url.replace("//", "//me:secret@")
            answer = session.get(login + "/a", headers={"X-Key": "mine"})
    assert answer.url == new.url + "/c"
    assert answer.body == b"moved"
    assert old.asked[1].headers["authorization"].startswith("Basic ")
    assert old.asked[1].headers["x-key"] == "mine"
    assert "authorization" not in new.asked[0].headers  # what was meant for one server is not shown to another
    assert "x-key" not in new.asked[0].headers
    assert "has moved to" in caplog.text
    assert "secret" not in caplog.text


def test_a_login_in_the_redirect_itself_is_used_and_not_said(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    with Wire(script(http("in"))) as new:
        place = new.url.replace("//", "//guest:canary77@") + "/oai"
        with Wire(script(moved(place))) as old, caplog.at_level(logging.DEBUG):
            answer = session.get(old.url)
    assert new.asked[0].headers["authorization"] == "Basic Z3Vlc3Q6Y2FuYXJ5Nzc="
    assert "canary77" not in answer.url + caplog.text


@pytest.mark.parametrize("status", ["301 Moved Permanently", "308 Permanent Redirect"])
def test_a_base_url_that_moved_is_said_once_with_what_to_write(
    session: Session, caplog: pytest.LogCaptureFixture, status: str
) -> None:
    def reply(asked: Asked) -> Reply:
        return http("ok") if asked.path == "/new/oai" else moved(f"/new{asked.target}", status)

    with Wire(reply) as wire, caplog.at_level(logging.WARNING, "harvester.http"):
        for number in range(3):
            answer = session.get(wire.url + "/oai?key=1", {"verb": "ListRecords", "resumptionToken": f"t{number}"})
    assert [record.getMessage() for record in caplog.records] == [
        f"{wire.url}/oai?key=*** has moved to {wire.url}/new/oai?key=***: change url in its settings"
    ]
    assert answer.url == f"{wire.url}/new/oai?key=1&verb=ListRecords&resumptionToken=t2"


def test_a_redirect_that_forgets_the_question_is_asked_it_again(session: Session) -> None:
    def reply(asked: Asked) -> Reply:
        return http(asked.target) if asked.path == "/oai/" else moved("/oai/", "301 Moved")

    with Wire(reply) as wire:
        assert session.get(wire.url + "/oai", {"verb": "Identify"}).body == b"/oai/?verb=Identify"
        assert session.get(wire.url + "/oai", raw_query="resumptionToken=a+b").body == b"/oai/?resumptionToken=a+b"


def test_see_other_is_another_question(session: Session) -> None:
    with Wire(lambda asked: http(asked.target) if asked.path == "/x" else moved("/x", "303 See Other")) as wire:
        assert session.get(wire.url + "/oai", {"verb": "Identify"}).body == b"/x"


@pytest.mark.parametrize(
    "place",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://example.org/",
        "data:text/xml,<OAI-PMH/>",
        "javascript:alert(1)",
        "dict://127.0.0.1:11211/stats",
        "ldap://127.0.0.1/",
        "//[/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1\\@example.org/",
        "http://exa mple.org/",
        "HTTP://\u0000/",
    ],
)
def test_redirects_elsewhere_are_refused(session: Session, clock: Clock, place: str) -> None:
    with Wire(script(moved(place))) as wire, pytest.raises(ProtocolError, match="redirect") as caught:
        session.get(wire.url)
    assert str(caught.value).startswith(wire.url)  # whose redirect it was
    assert (len(wire.asked), clock.waits) == (1, [])


def test_redirects_to_another_host_need_leave(session: Session, clock: Clock) -> None:
    with Wire(script(http("there"))) as new:
        elsewhere = new.url.replace("127.0.0.1", "localhost")
        with Wire(script(moved(elsewhere))) as old:
            with pytest.raises(
                ProtocolError, match=r'leads to another host: refused.* hosts = \["localhost"\] or change'
            ):
                session.get(old.url)
            assert new.asked == []
            for hosts in (["LOCALHOST"], [elsewhere.removeprefix("http://")]):
                with Session(hosts=hosts, sleep=clock.sleep) as allowed:
                    assert allowed.get(old.url).body == b"there"


def test_redirects_end(session: Session) -> None:
    with (
        Wire(lambda asked: moved(f"/{asked.number}")) as wire,
        pytest.raises(ProtocolError, match="more than 5 redirects"),
    ):
        session.get(wire.url)
    with Wire(script(moved("/same"))) as wire, pytest.raises(ProtocolError, match="more than 5 redirects"):
        session.get(wire.url + "/same")
    assert len(wire.asked) == 6


@pytest.mark.parametrize("status", ["300 Multiple Choices", "302 Found", "304 Not Modified", "305 Use Proxy"])
def test_without_a_place_or_of_another_kind_it_is_an_answer(session: Session, status: str) -> None:
    headers = [] if status.startswith("302") else ["Location: http://169.254.169.254/"]
    with Wire(script(http("" if "304" in status else "why", status, headers))) as wire:
        assert session.get(wire.url).status == int(status[:3])


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("oai2", "/a/oai2"),
        ("?verb=Identify", "/a/oai?verb=Identify"),
        ("../b/./c", "/b/c"),
        ("//{host}/x", "/x"),
        ("/é", "/%C3%A9"),
        ("/a b", "/a%20b"),
        ("/x#fragment", "/x"),
    ],
)
def test_relative_and_odd_places(session: Session, place: str, path: str) -> None:
    def reply(asked: Asked) -> Reply:
        if asked.number > 1:
            return http(asked.target)
        text = place.format(host=asked.headers["host"]).encode().decode("latin-1")
        return moved(text)

    with Wire(reply) as wire:
        assert session.get(wire.url + "/a/oai").body.decode() == path


def test_the_body_of_a_redirect_is_bounded_too(clock: Clock) -> None:
    with (
        Wire(script(http(b"0" * (2 << 20), "302 Found", ["Location: /x"]))) as wire,
        Session(max_bytes=1 << 20) as session,
        pytest.raises(ProtocolError, match="larger than 1 MiB") as error,
    ):
        session.get(wire.url)
    assert error.value.code == "too-large"


def test_no_way_down_from_https_and_none_into_the_private_network() -> None:
    with pytest.raises(ProtocolError, match="gives up the secure connection"):
        refuse_detour("https://192.0.2.1/", "http://192.0.2.1/")
    with pytest.raises(ProtocolError, match="private network"):
        refuse_detour("http://8.8.8.8/", "http://169.254.169.254/latest", ["169.254.169.254"])
    refuse_detour("http://127.0.0.1:1/", "http://127.0.0.1:2/")
    refuse_detour("http://8.8.8.8/", "https://8.8.8.8:8443/")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "[::1]", "[fe80::1]", "[fc00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "2130706433", "0x7f.1",
        "localhost",
    ],
)  # fmt: skip
def test_however_the_private_network_is_spelled(host: str) -> None:
    with pytest.raises(ProtocolError, match="private network"):
        redirected("http://8.8.8.8/oai", f"http://{host}/", "", [host, host.strip("[]")])


def test_public_addresses_are_public() -> None:
    for address in ("8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"):
        assert is_public(address)


def test_a_name_that_points_elsewhere_after_the_check_is_caught_at_the_connection(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when looked at, private when connected to."""
    with Wire(script(http("inside"))) as inside, Wire(script(moved("http://rebound.example/latest"))) as outside:
        resolve = socket.getaddrinfo
        asked: list[str] = []

        def getaddrinfo(host: str, port: object, *rest: int, **more: int) -> object:
            if host == "rebound.example":
                asked.append(host)
                if len(asked) == 1:
                    return resolve("8.8.8.8", port, *rest, **more)
                return resolve("127.0.0.1", int(inside.url.rpartition(":")[2]), *rest, **more)
            return resolve(host, port, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        # our own server plays the public one
        monkeypatch.setattr("harvester.http.transport.is_public", lambda _: len(asked) == 0)
        with (
            Session(sleep=clock.sleep, hosts=["rebound.example"]) as session,
            pytest.raises(ProtocolError, match="leads into this private network"),
        ):
            session.get(outside.url)
        assert len(asked) == 2
        assert inside.asked == []


def test_what_belongs_into_the_settings() -> None:
    url = "https://new.example/oai?key=1&verb=ListRecords&resumptionToken=x"
    assert base_of(url, "verb=ListRecords&resumptionToken=x") == "https://new.example/oai?key=1"
    assert base_of("https://new.example/oai", "") == "https://new.example/oai"


@given(
    st.text(max_size=60),
    st.sampled_from(["", "http://", "https://", "//", "http:", "http://127.0.0.1", "http://[", "\\"]),
)
def test_whatever_the_place_it_is_followed_or_refused(text: str, before: str) -> None:
    with mock.patch("harvester.http.addresses.is_private", return_value=False):
        try:
            target, _ = redirected("http://127.0.0.1/oai?x=1", before + text, "verb=Identify", [])
        except ProtocolError:
            return
    assert origin(target)[:2] in (("http", "127.0.0.1"), ("https", "127.0.0.1"))
    assert isinstance(base_of(target, "verb=Identify"), str)


@given(
    st.text(max_size=40)
    | st.sampled_from(["Mon, 01 Jan 0001 00:00:00 -2359", "Fri, 31 Dec 9999 23:59:59 -1200", "1 2 3"])
)
def test_whatever_a_date_says_it_is_a_time_or_nothing(text: str) -> None:
    answer = Answer("http://h", 503, {"Date": text, "Retry-After": text}, b"")
    assert answer.date is None or answer.date.tzinfo is UTC
    assert answer.retry_after is None or answer.retry_after > 0
