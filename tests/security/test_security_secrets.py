"""A password is nowhere but in the request that needs it, however that request ends."""

from __future__ import annotations

import base64
import contextlib
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
from http_session.wire import RESET, Asked, Reply, Wire, http
from hypothesis import given
from hypothesis import strategies as st

from harvester.environment import resolved, resolved_url, unset
from harvester.errors import ConfigError, HarvesterError
from harvester.masking import hide, masked, shown
from security.repository import HEAD, answer, harvester, record, repository, source

PASSWORD = "c@nary/77+x?y&é"
TOKEN = "tok3n-canary-1234567890"
LITERAL = "plain-canary-31"

good = repository([record("oai:example.org:1", ("title", "One"))])


def echo(asked: Asked) -> str:
    """What a careless server puts into its answers: all that it was sent."""
    login = asked.headers.get("authorization", "")
    with contextlib.suppress(ValueError):
        login += base64.b64decode(login.removeprefix("Basic ")).decode()
    return f"{asked.target} {login} {asked.headers.get('x-api-key', '')} {quote(login)}"


def careless(asked: Asked) -> bytes:
    return answer(f'<error code="badArgument">{escape(echo(asked))}</error>')


FAULTS: dict[str, Callable[[Asked], Reply]] = {
    "good": good,
    "login": lambda asked: http(echo(asked), "401 Unauthorized", ['WWW-Authenticate: Basic realm="x"']),
    "forbidden": lambda asked: http(echo(asked), "403 Forbidden"),
    "busy": lambda asked: http(echo(asked), "503 Service Unavailable", ["Retry-After: 9999"]),
    "reset": lambda _: RESET,
    "junk": lambda asked: http(echo(asked)),
    "page": lambda asked: http(f"<html><title>{echo(asked)}</title></html>"),
    "careless": careless,
    "file": lambda _: http("", "302 Found", ["Location: file:///etc/passwd"]),
    "elsewhere": lambda asked: http("", "302 Found", [f"Location: http://elsewhere.example{asked.target}"]),
    "odd": lambda asked: http("", "302 Found", [f"Location: {asked.headers.get('authorization', 'x')}://[/"]),
    "status": lambda asked: f"HTTP/9.9 {echo(asked)}\r\n\r\n".encode(),
    "length": lambda asked: http(echo(asked), length=99999),
}


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, str]]:
    wires = {name: Wire(reply) for name, reply in FAULTS.items()}
    for wire in wires.values():
        wire.__enter__()
    yield {name: wire.url for name, wire in wires.items()}
    for wire in wires.values():
        wire.__exit__(None, None, None)


def spellings(secret: str) -> set[str]:
    forms = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]}
    forms |= {f.lower() for f in forms}
    return forms | {base64.b64encode(text.encode()).decode().rstrip("=") for text in (secret, f"me:{secret}")}


def found_in(text: str, folder: Path) -> list[str]:
    """Where the secrets are, in what was printed and in every file but the config file."""
    files = {str(p): p.read_bytes().decode("utf-8", "replace") for p in folder.rglob("*") if p.is_file()}
    files.pop(str(folder / "config.toml"))
    places = {"output": text, **files}
    forms = {form for secret in (PASSWORD, TOKEN, LITERAL) for form in spellings(secret)}
    return [f"{place}: {form}" for place, content in places.items() for form in forms if form in content]


HEADERS = 'headers = { X-Api-Key = "${OAI_TOKEN}" }\n'
VARIABLES = {"OAI_PASSWORD": PASSWORD, "OAI_TOKEN": TOKEN}


def test_no_secret_comes_out_however_a_harvest_ends(tmp_path: Path, servers: dict[str, str]) -> None:
    tables = [HEAD]
    for name, url in servers.items():
        login = "me:${OAI_PASSWORD}" if name != "junk" else f"me:{LITERAL}"
        tables.append(source(name, url.replace("//", f"//{login}@") + "/oai?apikey=${OAI_PASSWORD}", HEADERS))
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    tables.append(source("refused", f"http://me:${{OAI_PASSWORD}}@127.0.0.1:{port}/oai", HEADERS))
    tables.append(source("unresolved", f"http://me:{LITERAL}@no-such-host.invalid/oai?token=${{OAI_TOKEN}}", HEADERS))
    (tmp_path / "config.toml").write_text("\n".join(tables))
    said = ""
    for command in (
        ["-vv", "run", "--json"],
        ["-vv", "harvest", "--full"],
        ["status", "--json"],
        ["runs"],
        ["sources"],
    ):
        done = harvester(tmp_path, *command, **VARIABLES)
        assert done.returncode in (0, 2, 3, 4), done.stderr
        said += done.stdout + done.stderr
    assert "127.0.0.1" in said
    assert "no-such-host.invalid cannot be resolved" in said
    assert found_in(said, tmp_path) == []
    with sqlite3.connect(tmp_path / "data/store.db") as db:
        assert db.execute("select count(*) from records where source = 'good'").fetchone() == (1,)
    db.close()


def test_the_index_says_where_records_come_from_without_the_login(tmp_path: Path, servers: dict[str, str]) -> None:
    url = servers["good"].replace("//", f"//me:{LITERAL}@") + "/oai?apikey=${OAI_PASSWORD}"
    (tmp_path / "config.toml").write_text(HEAD + source("good", url, HEADERS))
    assert harvester(tmp_path, "run", **VARIABLES).returncode == 0
    with sqlite3.connect(tmp_path / "data/index.db") as db:
        [[told]] = db.execute("select url from sources")
    db.close()
    assert told == servers["good"].replace("//", "//me:***@") + "/oai?apikey=***"


def test_an_unset_variable_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(HEAD + source("good", "http://me:${NOT_SET_ANYWHERE}@127.0.0.1:9/oai"))
    done = harvester(tmp_path, "run")
    assert done.returncode == 2
    assert "config.toml:8: source.good.url: the environment variable NOT_SET_ANYWHERE is not set" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_a_bug_shows_no_secret(tmp_path: Path) -> None:
    code = (
        "from harvester import log, masking\nlog.set_up(2)\nmasking.hide('c@nary-12345')\n"
        "try:\n    raise ValueError('http://me:c@nary-12345@h/ c%40nary-12345')\n"
        "except ValueError as error:\n    raise RuntimeError('token=c@nary-12345') from error"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ValueError" in done.stderr
    assert "RuntimeError" in done.stderr
    assert "nary" not in done.stderr


# --- the pieces ------------------------------------------------------------------------------------------------------


def test_errors_hold_no_secrets() -> None:
    hide("s3cret-of-errors")
    assert str(HarvesterError("it said s3cret-of-errors")) == "it said ***"
    assert str(ConfigError("http://me:abc@h/")) == "http://me:***@h/"


@pytest.mark.parametrize("secret", [PASSWORD, TOKEN, "quo\"te\\back'slash", "tab\there", "日本語のパスワード"])
def test_a_secret_is_known_in_every_spelling(secret: str) -> None:
    hide(secret)
    for form in spellings(secret) | {f'"{secret}"', base64.b64encode(f"user-x:{secret}".encode()).decode()}:
        text = shown(f"before {form} after")
        assert secret not in text
        assert form not in text
        assert text.startswith("before ")
        assert text.endswith(" after")


@given(st.text(min_size=6, max_size=40), st.text(max_size=10), st.text(max_size=10))
def test_no_base64_of_it_comes_through(secret: str, before: str, after: str) -> None:
    hide(secret)
    whole = (before + secret + after).encode("utf-8", "replace")
    if len(secret.strip()) < 8 or b"?" in whole:
        return
    packed = base64.b64encode(whole).decode()
    assert shown(packed) != packed


def test_other_text_stays_as_it_is() -> None:
    for text in ("oai:eprints.example.org:1", "see https://example.org/a?b=c&verb=ListRecords", "a@b.example", "x = y"):
        assert shown(text) == text
        assert masked(text) == text


def test_variables_in_addresses_are_encoded_where_they_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"P": "a@b:c/d?e", "H": "example.org:8080", "U": "https://me:x%40y@h.example/oai"}.items():
        monkeypatch.setenv(name, f" {value}\n")  # as `$(cat secret)` and EnvironmentFile leave it
    encoded = "a%40b%3Ac%2Fd%3Fe"
    assert (
        resolved_url("https://me:${P}@${H}/oai?k=${P}", "url")
        == f"https://me:{encoded}@example.org:8080/oai?k={encoded}"
    )
    assert resolved_url("${U}", "url") == "https://me:x%40y@h.example/oai"
    assert resolved("Bearer ${P}", "headers.Authorization") == "Bearer a@b:c/d?e"
    assert resolved("costs $5, ${not-a-name}, $P", "headers.X") == "costs $5, ${not-a-name}, $P"


def test_unset_and_empty_variables_are_the_same_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY", " ")
    monkeypatch.setenv("FULL", "x")
    assert list(unset("http://${ABSENT_ONE}/${FULL}", {"A": "${EMPTY}${FULL}"})) == [
        ("url", "ABSENT_ONE"),
        ("headers.A", "EMPTY"),
    ]
    with pytest.raises(ConfigError, match=r"headers\.A: the environment variable EMPTY is not set; export it"):
        resolved("${EMPTY}", "headers.A")


UNREADABLE = [
    "ftp://me:canary9@host/",
    "http://me:canary9@ho st/",
    "me:canary9@host/oai",
    "http:/me:canary9@host/oai",
    "https//me:canary9@host/oai",
    "http://me:canary9@host:99999999/",
    "http://me:canary9@[::/",
    "http://me:can#canary9@host/",
    "http://me:sla/sh-canary9@host/oai",
]


def test_an_address_that_cannot_be_read_shows_no_password(tmp_path: Path) -> None:
    assert [url for url in UNREADABLE if "canary9" in masked(url)] == []
    for urls in (UNREADABLE[:-1], UNREADABLE[-1:]):  # the last one passes for an address until it is asked for
        tables = [source(f"s{number}", url) for number, url in enumerate(urls)]
        (tmp_path / "config.toml").write_text(HEAD + "".join(tables))
        for command in (["run"], ["sources"]):
            done = harvester(tmp_path, "-vv", *command)
            assert "s0" in done.stdout + done.stderr
            assert "canary9" not in done.stdout + done.stderr


def test_what_a_server_says_does_not_steer_a_terminal() -> None:
    error = HarvesterError("it says \x1b[2J\x1b]0;title\x07 \x9b31m and\rforged \u202eline")
    assert str(error) == r"it says \u001b[2J\u001b]0;title\u0007 \u009b31m and\u000dforged \u202eline"
    assert shown("two\nlines\tand é, 日本") == "two\nlines\tand é, 日本"
