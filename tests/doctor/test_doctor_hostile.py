"""Whatever a server answers, the doctor ends with findings: no traceback, few requests, nothing written."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from http_session.wire import RESET, Asked, Reply, Wire, http, script
from hypothesis import HealthCheck, given, settings

from doctor.conftest import MOST
from doctor.small import NS, Repository, answer, document, error
from harvester.config import Config, Harvester, Http, Linking, Notify
from harvester.doctor import examine

GOOD = Repository()
XML = ["Content-Type: text/xml"]

NASTY: list[Reply] = [
    RESET,
    b"",
    b"\x00\xff" * 50,
    b"HTTP/1.1 200 OK\r\n\r\n",
    http(b""),
    http(b"\x00\x01\x02"),
    http("<html><title>Login</title>"),
    http("<html>", "403 Forbidden"),
    http("", "503 Service Unavailable", ["Retry-After: 1"]),
    http("", "429 Too Many Requests", ["Retry-After: 99999999"]),
    http("", "301 Moved Permanently", ["Location: /oai"]),
    http("", "302 Found", ["Location: file:///etc/passwd"]),
    http("", "302 Found", ["Location: http://169.254.169.254/latest/meta-data"]),
    http("", "302 Found", ["Location: http://[/"]),
    http("", "200 OK", ["Content-Encoding: gzip"]),
    http(gzip.compress(b" " * 3_000_000)),
    http("<!DOCTYPE x [<!ENTITY a 'b'>]><OAI-PMH/>", headers=XML),
    http(f"<OAI-PMH xmlns='{NS}'/>", headers=XML),
    http(document("<Identify/>"), headers=XML),
    http(document("<Identify><repositoryName/><granularity>\u202e</granularity></Identify>"), headers=XML),
    http(document("<ListMetadataFormats/>"), headers=XML),
    http(document("<ListMetadataFormats><metadataFormat/></ListMetadataFormats>"), headers=XML),
    http(document("<ListSets><set/><resumptionToken completeListSize='-5'>x</resumptionToken></ListSets>"), headers=XML),
    http(document("<ListRecords><record/><resumptionToken>a b+c%</resumptionToken></ListRecords>"), headers=XML),
    http(document("<ListRecords><record><header><identifier>x</identifier></header></record></ListRecords>")),
    http(document("<ListRecords><resumptionToken expirationDate='9999-12-31T23:59:59-14:00'>x</resumptionToken></ListRecords>")),
    http(document("<ListIdentifiers><header><identifier>x</identifier><datestamp>0000</datestamp></header></ListIdentifiers>")),
    http(document("<GetRecord/>"), headers=XML),
    http(document("<Identify/>")[:-5], headers=XML),
    http(document("<Identify/>").replace("2026", "99999"), headers=["Date: Thu, 99 Foo 99999"]),
    http(error("badVerb"), "404 Not Found", XML),
    http(error("noRecordsMatch"), headers=XML),
    http(error(""), headers=XML),
    http(document("<Identify/>"), length=10_000),
]  # fmt: skip


def config(folder: Path) -> Config:
    return Config(
        path=folder / "here" / "config.toml",
        harvester=Harvester(),
        http=Http(retries=0, connect_timeout=1, read_timeout=1, total_timeout=2, max_bytes=1 << 20, patience=1),
        linking=Linking(),
        notify=Notify(),
        sources={},
        listings={},
    )


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(st.none(), st.integers(0, len(NASTY) - 1)), min_size=1, max_size=12))
def test_any_row_of_answers_ends_with_findings(numbers: list[int | None]) -> None:
    """None: the right answer."""
    script_ = script(*(Repository() if n is None else NASTY[n] for n in numbers))  # type: ignore[arg-type]

    def server(asked: Asked) -> Reply:
        reply = script_(asked)
        return reply(asked) if isinstance(reply, Repository) else reply

    with tempfile.TemporaryDirectory() as folder:
        with Wire(server) as wire:
            diagnosis = examine(config(Path(folder)), wire.url + "/oai")
        assert diagnosis.findings
        assert diagnosis.fit == all(f.level != "problem" for f in diagnosis.findings)
        assert len(wire.asked) <= MOST
        assert list(Path(folder).iterdir()) == []


VERBS = ("Identify", "ListMetadataFormats", "ListSets", "ListRecords", "ListIdentifiers", "GetRecord")


def test_each_verb_may_fail_in_each_way(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """A sixth of them, unless the long tests are asked for."""
    whole = request.config.getoption("--run-slow")
    for row, verb in enumerate(VERBS):
        for number, nasty in enumerate(NASTY):
            if not whole and (number + row) % 6:
                continue
            if nasty in (b"HTTP/1.1 200 OK\r\n\r\n", http(document("<Identify/>"), length=10_000)):
                continue  # these cost a second of silence each
            with Wire(lambda a, v=verb, n=nasty: n if a.query.get("verb") == v else Repository()(a)) as wire:  # type: ignore[misc]
                diagnosis = examine(config(tmp_path), wire.url + "/oai")
            assert diagnosis.findings, (verb, number)
            assert len(wire.asked) <= MOST, (verb, number, [a.target for a in wire.asked])
            if verb in ("ListSets", "ListIdentifiers", "GetRecord"):
                assert diagnosis.fit, (verb, number, diagnosis.findings)


def test_headers_that_repeat_what_they_were_sent(tmp_path: Path) -> None:
    """An answer may hold our password; what is printed does not."""

    def server(asked: Asked) -> Reply:
        return http(f"<html><title>{asked.headers.get('authorization', '')} pa55-canary</title>", "403 Forbidden")

    with Wire(server) as wire:
        diagnosis = examine(config(tmp_path), wire.url.replace("//", "//me:pa55-canary@") + "/oai")
    assert not diagnosis.fit
    assert "canary" not in repr(diagnosis)


def test_a_list_that_never_ends_is_not_followed(tmp_path: Path) -> None:
    def server(asked: Asked) -> Reply:
        if asked.query.get("verb") == "ListSets":
            sets = f"<set><setSpec>{asked.number}</setSpec></set><resumptionToken>more</resumptionToken>"
            return answer(document(f"<ListSets>{sets}</ListSets>"))
        return GOOD(asked)

    with Wire(server) as wire:
        assert examine(config(tmp_path), wire.url + "/oai").fit
    assert sum(a.query.get("verb") == "ListSets" for a in wire.asked) == 1
