"""What is odd about a repository is said, in words, with a level; what is not odd is not."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from http_session.wire import Asked, Reply, http

from doctor.conftest import Visit, said
from doctor.small import FORMATS, Repository, answer, document, error
from harvester.config import load
from harvester.sources import Expect
from harvester.sources.oai_pmh import Settings

GOOD = Repository()
HANGS_UP = b""


def instead(reply: Callable[[Asked], Reply | str] | bytes | str | None, **when: str) -> Callable[[Asked], Reply | str]:
    """``reply`` where the query holds ``when``; an empty value stands for any."""

    def twist(asked: Asked) -> Reply | str:
        if all(name in asked.query and value in ("", asked.query[name]) for name, value in when.items()):
            return reply(asked) if callable(reply) else reply
        return None

    return twist


def identified(**said: str) -> Repository:
    return Repository(identify=GOOD.identify | said)


def test_a_good_repository_has_nothing_to_be_said_against_it(visit: Visit) -> None:
    diagnosis = visit(Repository())
    assert diagnosis.fit
    assert [f for f in diagnosis.findings if f.level != "ok"] == []
    assert 'metadata_prefix = "oai_dc"' in diagnosis.config
    assert 'title = "Small & good"' in diagnosis.config
    assert "granularity" not in diagnosis.config
    assert "full_every" not in diagnosis.config


DSPACE = {
    "xoai": "http://www.lyncode.com/xoai",
    "dim": "http://www.dspace.org/xmlns/dspace/dim",
    **FORMATS,
    "mods": "x",
}

NOTED = [
    (identified(deletedRecord="no"), "deletions", "are not named", 'full_every = "30 days"'),
    (identified(deletedRecord="transient"), "deletions", "for some time only", 'full_every = "30 days"'),
    (identified(deletedRecord="sometimes"), "deletions", "'sometimes'", 'full_every = "30 days"'),
    (identified(protocolVersion="1.1"), "Identify", "protocolVersion is '1.1', not 2.0", ""),
    (identified(earliestDatestamp="0011-01-01"), "Identify", "earliestDatestamp is 0011-01-01", ""),
    (identified(earliestDatestamp="2083-03-01T00:00:00Z"), "Identify", "earliestDatestamp is 2083", ""),
    (identified(earliestDatestamp="most recent"), "Identify", "is no date: 'most recent'", ""),
    (identified(granularity="yyyy-mm-dd"), "Identify", "granularity is 'yyyy-mm-dd'", ""),
    (identified(baseURL="http://old.example.org/oai"), "Identify", "calls itself http://old.example.org/oai", ""),
    (Repository(announce=False), "records", "how many there are it does not say", ""),
    (Repository(bounds="ignored"), "dates", "from and until do not work", ""),
    (Repository(bounds="day"), "dates", "work by the day, though Identify says second", 'granularity = "day"'),
    (Repository(bounds="empty"), "dates", "matches nothing, though records have that date", ""),
    (Repository(errors="422 Unprocessable Entity"), "errors", "HTTP 422", ""),
    (Repository(extra=("Retry-After: 60",)), "waiting", "comes with good answers too", ""),
    (Repository(formats={"oai_dc": "http://purl.org/dc/elements/1.1/"}), "formats", "not the usual one", ""),
    (Repository(twist=instead(error("badVerb"), verb="ListMetadataFormats")), "formats", "cannot be had", ""),
    (Repository(twist=instead(HANGS_UP, verb="ListSets")), "sets", "cannot be had", ""),
    (Repository(twist=instead(error("idDoesNotExist"), identifier="oai:x:0")), "GetRecord", "which is on its list", ""),
    (
        Repository(twist=instead(document("<GetRecord/>"), verb="GetRecord", identifier="oai:x:0-that-is-not-there")),
        "GetRecord",
        "also where there is none",
        "",
    ),
    (
        Repository(twist=instead(error("noRecordsMatch"), verb="ListRecords")),
        "records",
        "there are none at all, it says",
        "",
    ),
    (
        Repository(twist=lambda a: http(GOOD.body(a.query).encode("cp1252"), headers=["Content-Type: text/xml"])),
        "encoding",
        "are said to be UTF-8, and are not",
        "",
    ),
    (
        Repository(twist=lambda a: http(GOOD.body(a.query), headers=["Content-Type: text/xml; charset=ISO-8859-1"])),
        "encoding",
        "are UTF-8, though they are said to be iso-8859-1",
        "",
    ),
    (Repository(twist=lambda a: http(gzip.compress(GOOD.body(a.query).encode()))), "packing", "without saying so", ""),
    (
        Repository(twist=lambda a: http(GOOD.body(a.query), headers=["Content-Encoding: gzip"])),
        "packing",
        "are said to be gzip, and are not packed",
        "",
    ),
    (
        Repository(twist=lambda a: http(GOOD.body(a.query), headers=["Date: Tue, 01 Jan 2019 00:00:00 GMT"])),
        "clock",
        "years behind ours",
        "",
    ),
    (Repository(twist=lambda a: http(GOOD.body(a.query))), "clock", "no Date header", ""),
]


@pytest.mark.parametrize(("server", "about", "words", "set_"), NOTED, ids=[f"{n[1]}: {n[2]}" for n in NOTED])
def test_what_is_odd_is_noted(visit: Visit, server: Repository, about: str, words: str, set_: str) -> None:
    diagnosis = visit(server)
    assert diagnosis.fit, [f for f in diagnosis.findings if f.level == "problem"]
    lines = [line for line in said(diagnosis, about).splitlines() if words in line]
    assert lines, said(diagnosis, about)
    assert lines[0].startswith("note: ")
    assert set_ in diagnosis.config


WALL = http("<html><title>Just a moment...</title></html>", "403 Forbidden", ["cf-mitigated: challenge"])
UNFIT = [
    (Repository(formats={"premis": "x", "olac": "y"}), "formats", "this harvester reads work, xoai, "),
    (Repository(twist=instead(WALL, verb="")), "connection", "keeps robots out"),
    (
        Repository(twist=instead(http(b"", "202 Accepted", ["x-amzn-waf-action: challenge"]), verb="")),
        "connection",
        "AWS",
    ),
    (Repository(twist=instead(HANGS_UP, verb="")), "connection", "closed the connection without an answer"),
    (Repository(twist=lambda a: http("", "500 Oh") if "List" in a.query["verb"] else None), "records", "HTTP 500"),
    (
        Repository(twist=lambda a: "<html><title>In</title>" if "prefix" in a.target.lower() else None),
        "records",
        "'In'",
    ),
    (Repository(twist=instead(error("badResumptionToken"), resumptionToken="")), "token", "second page cannot be had"),
    (
        Repository(twist=instead(lambda _: GOOD.body({"verb": "ListRecords"}), resumptionToken="")),
        "token",
        "the second page is the first once more",
    ),
    (
        Repository(twist=instead(http("", "302 Found", ["Location: http://elsewhere.example/oai"]), verb="")),
        "connection",
        "elsewhere.example",
    ),
]


@pytest.mark.parametrize(("server", "about", "words"), UNFIT, ids=[f"{n[1]}: {n[2]}" for n in UNFIT])
def test_what_keeps_it_from_being_harvested_is_a_problem(
    visit: Visit, server: Repository, about: str, words: str
) -> None:
    diagnosis = visit(server)
    assert not diagnosis.fit
    text = said(diagnosis, about)
    assert any(words in line and line.startswith("problem: ") for line in text.splitlines()), diagnosis.findings
    assert all(f.cure for f in diagnosis.findings if f.level == "problem")


@pytest.mark.parametrize("when", [{"verb": "ListRecords"}, {"verb": "ListRecords", "resumptionToken": ""}])
def test_a_page_that_a_harvest_can_go_round(visit: Visit, when: dict[str, str]) -> None:
    diagnosis = visit(Repository(twist=instead(http("", "500 Oh"), **when)))
    assert diagnosis.fit
    assert "by ListIdentifiers and GetRecord, one by one" in said(diagnosis, "token" if len(when) > 1 else "records")


def test_a_repository_whose_identify_alone_fails(visit: Visit) -> None:
    diagnosis = visit(Repository(twist=instead(http("", "500 Oh"), verb="Identify")))
    assert diagnosis.fit
    assert "note: fails: " in said(diagnosis, "Identify")
    assert 'full_every = "30 days"' in diagnosis.config


@pytest.mark.parametrize(
    ("reply", "cure", "requests"),
    [
        (http("", "401 Unauthorized"), "write the login into the url", 1),
        (http("", "503 Service Unavailable", ["Retry-After: 3600"]), "try again later", 2),
        (http("", "302 Found", ["Location: http://elsewhere.example/"]), "examine that address", 1),
    ],
)
def test_where_no_other_address_would_be_better_none_is_tried(
    visit: Visit, reply: bytes, cure: str, requests: int
) -> None:
    diagnosis = visit(Repository(twist=instead(reply, verb="")))
    assert not diagnosis.fit
    assert cure in said(diagnosis, "connection")
    assert diagnosis.requests == requests


def test_a_robots_wall_is_asked_once(visit: Visit) -> None:
    assert visit(Repository(twist=instead(WALL, verb=""))).requests == 1


@pytest.mark.parametrize(
    ("formats", "best"),
    [
        (DSPACE, "xoai"),
        ({k: v for k, v in DSPACE.items() if k != "xoai"}, "dim"),
        ({"premis": "x", **FORMATS}, "oai_dc"),
        ({"mods": "x", **FORMATS}, "mods"),
        ({"full": "http://www.lyncode.com/xoai", **FORMATS}, "full"),
    ],
)
def test_the_best_format_that_we_can_read(visit: Visit, formats: dict[str, str], best: str) -> None:
    diagnosis = visit(Repository(formats=formats))
    assert f'metadata_prefix = "{best}"' in diagnosis.config
    assert f"{best} is the best that we can read, of {', '.join(sorted(formats))}" in said(diagnosis, "formats")


def test_a_token_that_must_be_sent_otherwise(visit: Visit) -> None:
    def twist(asked: Asked) -> str | None:
        wrong = "resumptionToken" in asked.query and "metadataPrefix" not in asked.query
        return error("badArgument") if wrong else None

    diagnosis = visit(Repository(twist=twist))
    assert diagnosis.fit
    assert "note: it must be sent with prefix" in said(diagnosis, "token")


def test_a_token_bound_to_a_cookie(visit: Visit) -> None:
    def server(asked: Asked) -> Reply:
        cookie = asked.headers.get("cookie", f"session={asked.number}")
        lost = "resumptionToken" in asked.query and cookie != "session=1"
        body = error("badResumptionToken") if lost else GOOD.body(asked.query)
        return answer(body, f"Set-Cookie: {cookie}")

    diagnosis = visit(server)
    assert "note: a token works only with the cookie that came before it" in said(diagnosis, "cookies")
    assert diagnosis.fit
    assert "ok: are sent, and not needed" in said(visit(Repository(extra=("Set-Cookie: session=1",))), "cookies")


def test_a_token_that_does_not_live_long(visit: Visit) -> None:
    def twist(asked: Asked) -> str | None:
        body = GOOD.body(asked.query)
        return body.replace("<resumptionToken", '<resumptionToken expirationDate="2026-01-02T03:06:05Z"')

    assert "note: expires after 2 minutes" in said(visit(Repository(twist=twist)), "token")


def test_records_that_cannot_be_read_and_those_that_were_mended(visit: Visit) -> None:
    def twist(asked: Asked) -> str | None:
        if asked.query.get("verb") != "ListRecords":
            return None
        return GOOD.body(asked.query).replace("Café 3", "A & B").replace("oai:x:4", "").replace("Café 5<", "Café 5<<")

    diagnosis = visit(Repository(twist=twist))
    assert diagnosis.fit
    assert "cannot be read: " in said(diagnosis, "records")
    assert "ampersand" in said(diagnosis, "repairs").lower() or "&" in said(diagnosis, "repairs")


def test_records_of_which_none_can_be_read(visit: Visit) -> None:
    server = Repository(twist=lambda a: GOOD.body(a.query).replace("oai_dc:dc", "oai_dc:mods"))
    diagnosis = visit(server)
    assert not diagnosis.fit
    assert "problem: none of 10 can be read as oai_dc: metadata holds <mods>" in said(diagnosis, "records")


def test_dates_of_records_that_cannot_be(visit: Visit) -> None:
    def twist(asked: Asked) -> str | None:
        return GOOD.body(asked.query).replace("2024-03-01T05:06:07Z", "2099-01-01T00:00:00Z")

    assert "2 lie in the future or before 1990, such as 2099-01-01" in said(
        visit(Repository(twist=twist)), "datestamps"
    )


# --- a source of the config file -------------------------------------------------------------------------------------


def test_a_source_with_a_format_or_set_that_is_not_there(visit: Visit) -> None:
    source = Settings(kind="oai_pmh", url="", metadata_prefix="mods", set="com_9")
    diagnosis = visit(Repository(), mine=source)
    assert "problem: metadata_prefix 'mods' is not offered; there is oai_dc" in said(diagnosis, "formats")
    assert "problem: there is no set 'com_9'; it has com_1, com_2" in said(diagnosis, "sets")


def test_a_source_whose_format_is_not_the_best(visit: Visit) -> None:
    diagnosis = visit(Repository(formats=DSPACE), mine=Settings(kind="oai_pmh", url="", rank=7, pace=0.01))
    assert 'note: oai_dc is set, and xoai keeps more; metadata_prefix = "xoai"' in said(diagnosis, "formats")
    assert diagnosis.config.startswith("[source.mine]\n")
    assert "rank = 7\npace = 0.01\n" in diagnosis.config


def test_what_is_set_stays_as_it_is_set(visit: Visit, tmp_path: Path) -> None:
    source = Settings(
        kind="oai_pmh",
        url="",
        title="Mine",
        set="com_1",
        every="2 weeks",
        expect=Expect(min_records=5),
        headers={"X-A": "canary"},
        quirks={"token": "verbatim"},
        max_unseen=0.5,
    )
    diagnosis = visit(Repository(), mine=source)
    assert "canary" not in diagnosis.config
    (tmp_path / "config.toml").write_text(diagnosis.config)
    read = load(tmp_path / "config.toml").sources["mine"]
    same = ("title", "set", "every", "expect", "quirks", "max_unseen")
    assert [getattr(read, f) for f in same] == [getattr(source, f) for f in same]


def test_sets_where_there_are_none(visit: Visit) -> None:
    diagnosis = visit(Repository(sets=()), mine=Settings(kind="oai_pmh", url="", set="com_1"))
    assert "problem: set = 'com_1', but there are no sets" in said(diagnosis, "sets")


def test_a_password_is_not_shown(visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def server(asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Basic bWU6czNjcmV0LWNhbmFyeQ==":
            return answer("", "WWW-Authenticate: Basic", status="401 Unauthorized")
        return Repository()(asked)

    from http_session.wire import Wire

    from harvester.doctor import examine

    with Wire(server) as wire:
        url = wire.url.replace("//", "//me:s3cret-canary@") + "/oai"
        path = tmp_path / "config.toml"
        path.write_text(f'[source.small]\nkind = "oai_pmh"\nurl = "{url}"\n')
        config = load(path)
        by_name, by_address = examine(config, "small"), examine(config, url)
    for diagnosis in (by_name, by_address):
        assert diagnosis.fit, diagnosis.findings
        assert "canary" not in repr(diagnosis)
    assert "me:${SMALL_PASSWORD}@127.0.0.1" in by_name.config
    monkeypatch.setenv("SMALL_PASSWORD", "s3cret-canary")
    path.write_text(by_name.config)
    assert load(path).sources["small"].title == "Small & good"
