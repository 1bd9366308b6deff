"""Certificates are checked, with an authority of our own; proxies and private authorities of the environment."""

from __future__ import annotations

import base64
import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.errors import ConfigError, ProtocolError, SourceUnavailable
from harvester.http import Session
from http_session.authority import Authority
from http_session.conftest import Clock
from http_session.wire import Wire, http, script


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def tls(authority: Authority) -> ssl.SSLContext:
    """Of a server at 127.0.0.1."""
    return authority.server("IP:127.0.0.1")


def test_an_unknown_authority_is_refused_at_once(tls: ssl.SSLContext, session: Session, clock: Clock) -> None:
    with Wire(script(http("secure")), tls=tls) as wire:
        host = wire.url.removeprefix("https://")
        with pytest.raises(SourceUnavailable, match=f"the certificate of {host} is not trusted .*issuer certificate"):
            session.get(wire.url)
        assert (wire.asked, clock.waits) == ([], [])  # nothing was said, and trying again would not make it trusted


def test_a_file_of_the_settings_or_the_environment_makes_it_known(
    authority: Authority, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Wire(script(http("secure")), tls=tls) as wire:
        with Session(verify=str(authority.file)) as session:
            assert session.get(wire.url).body == b"secure"
        for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            with monkeypatch.context() as patch:
                patch.setenv(variable, str(authority.file))
                with Session() as session:
                    assert session.get(wire.url).body == b"secure"
    assert not caplog.records


def test_the_file_of_the_settings_comes_before_the_environment(
    authority: Authority, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(Authority(tmp_path).file))
    with Wire(script(http("secure")), tls=tls) as wire:
        with Session(verify=str(authority.file)) as session:
            assert session.get(wire.url).body == b"secure"
        with Session(retries=0) as session, pytest.raises(SourceUnavailable, match="is not trusted"):
            session.get(wire.url)


def test_no_check_is_loud(tls: ssl.SSLContext, caplog: pytest.LogCaptureFixture) -> None:
    with Wire(script(http("secure")), tls=tls) as wire, Session(verify=False) as session:
        assert session.get(wire.url).body == b"secure"
    assert [(r.levelname, "certificates are not checked" in r.message) for r in caplog.records] == [("WARNING", True)]


@pytest.mark.parametrize(
    ("names", "days", "words"),
    [
        ("DNS:other.example", None, "IP address mismatch"),
        ("IP:127.0.0.2,DNS:127.0.0.1", None, "IP address mismatch"),
        ("IP:127.0.0.1", ("20200101000000Z", "20200201000000Z"), "certificate has expired"),
        ("IP:127.0.0.1", ("20960101000000Z", "20970101000000Z"), "certificate is not yet valid"),
    ],
)
def test_a_certificate_is_for_one_name_and_time(
    authority: Authority, clock: Clock, names: str, days: tuple[str, str] | None, words: str
) -> None:
    with (
        Wire(script(http("secure")), tls=authority.server(names, days=days)) as wire,
        Session(verify=str(authority.file), sleep=clock.sleep) as session,
        pytest.raises(SourceUnavailable, match=f"is not trusted .*{words}"),
    ):
        session.get(wire.url)
    assert (wire.asked, clock.waits) == ([], [])


def test_a_file_that_is_not_there_or_no_certificate(
    tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    with pytest.raises(ConfigError, match=r"verify: .*absent\.pem: there is no such file"):
        Session(verify=str(tmp_path / "absent.pem"))
    with monkeypatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "absent.pem"))
        with pytest.raises(ConfigError, match=r"REQUESTS_CA_BUNDLE: .*no such file"):
            Session()
    junk = tmp_path / "junk.pem"
    junk.write_text("no certificate")
    with (
        Wire(script(http("secure")), tls=tls) as wire,
        Session(verify=str(junk), sleep=clock.sleep) as session,
        pytest.raises(SourceUnavailable, match="no secure connection"),
    ):
        session.get(wire.url)


def _say(listening: socket.socket, answer: bytes) -> None:
    with listening.accept()[0] as client:
        client.sendall(answer)


def test_no_tls_where_tls_is_expected_and_the_other_way_round(tls: ssl.SSLContext) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as plain,
        Session(retries=0, timeout=(1, 1)) as session,
    ):
        answering = threading.Thread(target=_say, args=(plain, http("plain")))
        answering.start()
        with pytest.raises(SourceUnavailable, match="no secure connection"):
            session.get(f"https://127.0.0.1:{plain.getsockname()[1]}")
        answering.join()
    with (
        Wire(script(http("secure")), tls=tls) as wire,
        Session(retries=0, timeout=(1, 1)) as session,
        pytest.raises(SourceUnavailable),
    ):
        session.get(wire.url.replace("https:", "http:"))


def test_a_handshake_that_never_ends_has_an_end(clock: Clock) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as mute,
        Session(timeout=(0.1, 1), retries=0) as session,
        pytest.raises(SourceUnavailable),
    ):
        session.get(f"https://127.0.0.1:{mute.getsockname()[1]}/")


def test_up_to_https_is_followed(authority: Authority, tls: ssl.SSLContext, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "harvester.http")
    with (
        Wire(script(http("secure")), tls=tls) as secure,
        Wire(script(http("", "301 Moved", [f"Location: {secure.url}/oai"]))) as plain,
        Session(verify=str(authority.file)) as session,
    ):
        assert session.get(plain.url + "/oai", {"verb": "Identify"}).body == b"secure"
    assert f"{plain.url}/oai has moved to {secure.url}/oai: change url" in caplog.text


def test_down_from_https_is_not(authority: Authority, tls: ssl.SSLContext) -> None:
    with (
        Wire(script(http("plain"))) as plain,
        Wire(script(http("", "301 Moved", [f"Location: {plain.url}/oai"])), tls=tls) as secure,
        Session(verify=str(authority.file)) as session,
        pytest.raises(ProtocolError, match="gives up the secure connection: refused"),
    ):
        session.get(secure.url)
    assert plain.asked == []


# --- proxies ---------------------------------------------------------------------------------------------------------


def test_proxies_of_the_environment_are_used_but_not_for_loopback(
    session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Wire(script(http("by proxy"))) as proxy, Wire(script(http("direct"))) as wire:
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//user:c%40nary-55@"))
        assert session.get("http://repository.example/oai").body == b"by proxy"
        assert session.get(wire.url).body == b"direct"
    assert proxy.asked[0].target == "http://repository.example/oai"
    given = proxy.asked[0].headers["proxy-authorization"]
    assert base64.b64decode(given.removeprefix("Basic ")) == b"user:c@nary-55"
    assert "nary" not in caplog.text


def test_hosts_that_need_no_proxy_go_without(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with Wire(script(http("by proxy"))) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "invalid")
        with pytest.raises(SourceUnavailable, match=r"the host name repository\.invalid cannot be resolved"):
            session.get("http://repository.invalid/oai")
    assert proxy.asked == []


def test_a_proxy_that_refuses_is_named(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://user:canary-55@127.0.0.1:{port}")
    with pytest.raises(SourceUnavailable, match="the proxy does not let us through") as error:
        session.get("http://repository.example/oai")
    assert "canary" not in str(error.value)


@pytest.fixture
def tunnel() -> Iterator[tuple[str, list[str]]]:
    """A proxy for https: connects wherever it is told to, here always to one server. Its address, and what it was told."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with client, client.makefile("rb") as lines:
                asked.extend(iter(lambda: lines.readline().decode().strip(), ""))
                port = int(asked[0].split()[1].rpartition(":")[2])
                with socket.create_connection(("127.0.0.1", port)) as server:
                    client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                    back = threading.Thread(target=_copy, args=(server, client))
                    back.start()
                    _copy(client, server)
                    back.join()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", asked
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of the two went away


def test_through_a_proxy_certificates_are_checked_as_ever(
    authority: Authority, tunnel: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, asked = tunnel
    monkeypatch.setenv("https_proxy", proxy)
    with (
        Wire(script(http("secure")), tls=authority.server("DNS:repository.example")) as wire,
        Session(verify=str(authority.file), retries=0) as session,
    ):
        port = wire.url.rpartition(":")[2]
        assert session.get(f"https://repository.example:{port}/oai").body == b"secure"
    assert asked[0].startswith(f"CONNECT repository.example:{port} HTTP/1.")
    assert wire.asked[0].target == "/oai"


def test_a_proxy_that_drips_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(listening: socket.socket) -> None:
        with listening.accept()[0] as client, contextlib.suppress(OSError):
            client.sendall(b"HTTP/1.1 200 Connected\r\n")
            for _ in range(100):
                client.sendall(b"X-Drip: y\r\n")
                time.sleep(0.03)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{listening.getsockname()[1]}")
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        with (
            Session(total_timeout=0.3, retries=0, timeout=(1, 1)) as session,
            pytest.raises(SourceUnavailable, match=r"no whole answer within 0\.3 s"),
        ):
            session.get("https://repository.example/oai")
        thread.join()
