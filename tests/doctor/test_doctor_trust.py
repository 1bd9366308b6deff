"""Certificates: which fault it is, and that a certificate to trust can be named."""

from __future__ import annotations

from pathlib import Path

import pytest
from http_session.authority import Authority
from http_session.wire import Wire
from msgspec.structs import replace

from doctor.conftest import said
from doctor.small import Repository
from harvester.config import Config
from harvester.doctor import Diagnosis, examine
from harvester.sources.oai_pmh import Settings


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def examined(config: Config, wire: Wire, verify: bool | str) -> Diagnosis:
    source = Settings(kind="oai_pmh", url=f"{wire.url}/oai", verify=verify)
    return examine(replace(config, sources={"x": source}), "x")


def test_an_authority_that_nobody_knows(config: Config, authority: Authority) -> None:
    with Wire(Repository(), tls=authority.server("IP:127.0.0.1")) as wire:
        diagnosis = examined(config, wire, True)
        assert not diagnosis.fit
        assert "certificate" in said(diagnosis, "connection")
        assert 'verify = "FILE" trusts a certificate of your own' in said(diagnosis, "connection")
        assert len(wire.asked) == 0  # nothing was asked where nobody was known
        trusting = examined(config, wire, str(authority.file))
        assert trusting.fit
        assert f'verify = "{authority.file}"' in trusting.config


def test_a_check_that_is_turned_off_is_said_loudly(config: Config, authority: Authority) -> None:
    with Wire(Repository(), tls=authority.server("IP:127.0.0.1")) as wire:
        diagnosis = examined(config, wire, False)
    assert diagnosis.fit
    assert "note: its certificate is not checked" in said(diagnosis, "connection")
    assert "verify = false" in diagnosis.config


@pytest.mark.parametrize(
    ("names", "days", "fault"),
    [
        ("DNS:elsewhere.example", None, "IP address mismatch"),
        ("IP:127.0.0.1", ("20200101000000Z", "20200201000000Z"), "expired"),
    ],
)
def test_which_fault_it_is(
    config: Config, authority: Authority, names: str, days: tuple[str, str] | None, fault: str
) -> None:
    with Wire(Repository(), tls=authority.server(names, days=days)) as wire:
        diagnosis = examined(config, wire, str(authority.file))
    assert not diagnosis.fit
    assert fault in said(diagnosis, "connection")
    assert Path(config.path).parent.exists() is False
