"""Lists of repositories that behave and of those that do not: what is kept, and what the verdict says."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from http_session.wire import RESET, Asked, Reply, http

from harvester.errors import ConfigError, ProtocolError, SourceError, SourceUnavailable
from harvester.http import Session
from harvester.sources import Cursor, Window
from harvester.sources.oai_pmh import Settings, check, connect
from sources_oai.shelf import RESPONDED, Harvest, Shelf, document, error, harvest, list_records, record

SEVEN = [record(n) for n in range(7)]
ALL = list(range(7))


def at(token: str, reply: Callable[[str], Reply | str], *, times: int = 1) -> Callable[[Asked, str], Reply | str]:
    """A twist: the first ``times`` answers to a token are changed. ``''``: the first page."""
    left = [times]

    def twist(asked: Asked, answer: str) -> Reply | str:
        if asked.query.get("verb") != "ListRecords" or asked.query.get("resumptionToken", "") != token or not left[0]:
            return answer
        left[0] -= 1
        return reply(answer)

    return twist


def down_from(token: str, reply: Reply | str) -> Callable[[Asked, str], Reply | str]:
    """A twist: from the first request with a token on, every answer is this one."""
    down = False

    def twist(asked: Asked, answer: str) -> Reply | str:
        nonlocal down
        down = down or (asked.query.get("verb") == "ListRecords" and asked.query.get("resumptionToken", "") == token)
        return reply if down else answer

    return twist


# --- what is asked, what is kept --------------------------------------------------------------------------------------


def test_a_list_from_its_first_page_to_the_verdict() -> None:
    got = harvest(Shelf(SEVEN))
    assert got.numbers == ALL
    assert got.verdict == "complete"
    assert got.complete_through == RESPONDED
    assert [page.announced for page in got.pages] == [7] * 4
    assert [page.place and page.place["seen"] for page in got.pages] == [2, 4, 6, None]
    assert got.queries[0] == {"verb": "ListRecords", "metadataPrefix": "oai_dc"}  # no from on the first harvest
    first = got.pages[0].records[0]
    assert first.payload.decode() == SEVEN[0]
    assert (first.identifier, first.format, first.datestamp) == ("oai:x:0", "oai_dc", "2024-05-05T03:04:05Z")
    assert (first.sets, first.deleted, first.repairs) == (("com_1",), False, ())
    assert 'xmlns="http://www.openarchives.org/OAI/2.0/"' in first.context


@pytest.mark.parametrize(
    ("granularity", "sent", "learned"),
    [
        ("YYYY-MM-DDThh:mm:ssZ", "2024-05-04T22:08:09Z", "second"),
        ("YYYY-MM-DD", "2024-05-04", "day"),
        ("", "2024-05-04", "day"),
    ],
)
def test_incremental_goes_back_behind_the_servers_time(granularity: str, sent: str, learned: str) -> None:
    quirks: dict[str, str] = {}
    cursor = Cursor(complete_through=RESPONDED)
    got = harvest(Shelf(SEVEN, granularity=granularity), cursor, quirks=quirks, overlap_days=1.375)
    assert [q["verb"] for q in got.queries[:2]] == ["Identify", "ListRecords"]
    assert got.queries[1]["from"] == sent
    assert quirks["granularity"] == learned
    again = harvest(Shelf(SEVEN, granularity=granularity), cursor, quirks=quirks)
    assert [q["verb"] for q in again.queries] == ["ListRecords"] * len(again.pages)  # once learned, nobody asks again


@pytest.mark.parametrize("accepted", ["day", "second", "neither"])
def test_a_refused_from_is_sent_in_the_other_granularity_and_then_not_at_all(accepted: str) -> None:
    def twist(asked: Asked, answer: str) -> str:
        since = asked.query.get("from")
        if since is None or accepted == ("second" if "T" in since else "day"):
            return answer
        return error("badArgument", "from is no date")

    quirks = {"granularity": "second" if accepted == "day" else "day"}
    got = harvest(Shelf(SEVEN, twist=twist), Cursor(complete_through=RESPONDED), quirks=quirks)
    assert got.verdict == "complete"
    assert got.numbers == ALL
    assert quirks.get("granularity") == (None if accepted == "neither" else accepted)


def test_the_operators_window_is_sent_inclusive_in_the_repositorys_granularity() -> None:
    window = Window(since="2024-01-01", until="2024-01-31")
    assert harvest(Shelf(SEVEN), window=window).queries[1] == {
        "verb": "ListRecords",
        "metadataPrefix": "oai_dc",
        "from": "2024-01-01T00:00:00Z",
        "until": "2024-01-31T23:59:59Z",
    }
    by_day = harvest(Shelf(SEVEN, granularity="YYYY-MM-DD"), window=Window(since="2024-01-01T10:00:00+02:00"))
    assert by_day.queries[1]["from"] == "2024-01-01"
    with pytest.raises(ConfigError, match="'last week' is no date"):
        harvest(Shelf(SEVEN), window=Window(since="last week"))


def test_formats_and_sets_are_lists_of_their_own() -> None:
    settings = Settings(
        kind="oai_pmh", url="http://127.0.0.1/", metadata_prefix=("xoai", "dim"), set=("com_1", "col_2")
    )
    with Session() as session:
        assert connect("x", settings, session, {}).lists == ["xoai#com_1", "xoai#col_2", "dim#com_1", "dim#col_2"]
    got = harvest(Shelf(SEVEN), metadata_prefix="dim", set="col_1")
    assert got.queries[0] == {"verb": "ListRecords", "metadataPrefix": "dim", "set": "col_1"}
    assert "set" not in got.queries[1]  # a token is an exclusive argument
    assert got.pages[0].records[0].format == "dim"


def test_tombstones_keep_what_they_have() -> None:
    got = harvest(Shelf([record(1, status="deleted"), record(2, status=" Deleted "), record(3, status="active")]))
    assert [r.deleted for page in got.pages for r in page.records] == [True, True, False]
    assert b'status="deleted"' in got.pages[0].records[0].payload


def test_full_ignores_what_was_complete_before() -> None:
    got = harvest(Shelf(SEVEN), Cursor(complete_through=RESPONDED), Window(full=True))
    assert "from" not in got.queries[0]


def test_mistakes_in_settings_are_found_before_anything_is_asked() -> None:
    bad = Settings(kind="oai_pmh", url="ftp://x", metadata_prefix="a b", set=("",), overlap_days=-1, max_pages=0)
    assert [key for key, _ in check(bad)] == ["url", "metadata_prefix", "set", "overlap_days", "max_pages"]
    assert not list(check(Settings(kind="oai_pmh", url="https://example.org/oai?key=1")))


# --- resumption -------------------------------------------------------------------------------------------------------


def test_an_interrupted_list_goes_on_at_its_place() -> None:
    first = harvest(Shelf(SEVEN), most_pages=2)
    second = harvest(Shelf(SEVEN), Cursor(place=first.pages[-1].place, complete_through=None))
    assert first.numbers + second.numbers == ALL
    assert second.queries[0]["resumptionToken"] == "at 4"
    assert second.verdict == "complete"
    assert second.complete_through == RESPONDED


def test_a_place_belongs_to_its_window() -> None:
    place = harvest(Shelf(SEVEN), most_pages=1).pages[0].place
    assert "resumptionToken" not in harvest(Shelf(SEVEN), Cursor(place=place), Window(since="2020-01-01")).queries[1]
    assert "resumptionToken" not in harvest(Shelf(SEVEN), Cursor(place={"nonsense": 1})).queries[0]


@pytest.mark.parametrize(
    "status", ["200 OK", "422 Unprocessable Entity", "404 Not Found", "400 Bad Request", "500 Oops"]
)
def test_an_expired_token_of_an_earlier_run_begins_the_list_anew(status: str) -> None:
    expired = http(error("badResumptionToken"), status)
    got = harvest(
        Shelf(SEVEN, twist=at("at 4", lambda _: expired, times=3)),
        Cursor(place={"token": "at 4", "seen": 4, "started": "2020-01-01T00:00:00Z"}),
    )
    assert got.numbers == ALL
    assert got.verdict == "complete"
    assert got.complete_through == RESPONDED  # not the start of the list that was given up


@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request", "403 Forbidden", "404 Not Found", "500 Oops"])
def test_a_token_of_an_earlier_run_may_be_answered_with_anything(status: str) -> None:
    times = {"4": 1, "2": 3, "5": 3}[status[0]] + (0 if "403" in status else 2)  # ... and in the other two ways
    twist = at("at 4", lambda _: http("<html><title>Oops</title></html>", status), times=times)
    got = harvest(Shelf(SEVEN, twist=twist), Cursor(place={"token": "at 4", "seen": 4}))
    assert got.numbers == ALL
    assert got.verdict == "complete"
    busy = Harvest()
    with pytest.raises(SourceUnavailable):
        harvest(lambda _: http("", "503 Busy"), Cursor(place={"token": "at 4", "seen": 4}), into=busy)
    assert {q["verb"] for q in busy.queries if "resumptionToken" not in q} == {"Identify"}  # no reason to begin anew


def test_a_refusal_in_mid_list_keeps_the_place() -> None:
    stopped = Harvest()
    with pytest.raises(SourceUnavailable, match="keeps us out"):
        harvest(Shelf(SEVEN, twist=at("at 4", lambda _: http(HTML, "403 Forbidden"), times=9)), into=stopped)
    assert stopped.waits == []
    assert harvest(Shelf(SEVEN), Cursor(place=stopped.pages[-1].place)).numbers == [4, 5, 6]


def test_an_empty_set_is_pointed_out(caplog: pytest.LogCaptureFixture) -> None:
    assert harvest(lambda _: http(error("noRecordsMatch")), set="com_9").verdict == "complete"
    assert "the set 'com_9' holds nothing" in caplog.text


def test_no_records_match_for_a_token_of_an_earlier_run_is_no_end() -> None:
    twist = at("at 4", lambda _: error("noRecordsMatch"), times=1)
    got = harvest(Shelf(SEVEN, announce=False, twist=twist), Cursor(place={"token": "at 4", "seen": 4}))
    assert got.numbers == ALL


def test_a_token_that_expires_in_mid_list_begins_it_anew_while_that_helps() -> None:
    got = harvest(Shelf(SEVEN, twist=at("at 4", lambda _: error("badResumptionToken"), times=1)))
    assert got.numbers == ALL
    assert got.verdict == "complete"
    again = harvest(Shelf(SEVEN, twist=at("at 4", lambda _: error("badResumptionToken"), times=99)))
    assert again.numbers == ALL  # by ListIdentifiers and GetRecord
    assert again.verdict == "complete"
    assert len(again.asked) < 20


def test_a_token_that_is_always_refused_where_nothing_else_helps() -> None:
    def twist(asked: Asked, answer: str) -> str:
        refused = asked.query.get("verb") != "Identify" and asked.query != {
            "verb": "ListRecords",
            "metadataPrefix": "oai_dc",
        }
        return error("badResumptionToken" if "resumptionToken" in asked.query else "badArgument") if refused else answer

    broken = Harvest()
    with pytest.raises(ProtocolError, match="sorry"):
        harvest(Shelf(SEVEN, twist=twist), into=broken)
    assert broken.numbers == [0, 1]
    assert len(broken.asked) < 20


def test_a_token_after_the_last_announced_record_is_the_end() -> None:
    def twist(asked: Asked, answer: str) -> str:
        if asked.query.get("resumptionToken") == "at 7":
            return error("badResumptionToken")
        return answer.replace("></resumptionToken>", ">at 7</resumptionToken>")

    assert harvest(Shelf(SEVEN, twist=twist)).verdict == "complete"


@pytest.mark.parametrize("status", ["200 OK", "404 Not Found", "422 Unprocessable Entity"])
def test_nothing_matches_is_complete_and_empty(status: str) -> None:
    got = harvest(
        lambda _: http(error("noRecordsMatch"), status), Cursor(complete_through=RESPONDED), granularity="day"
    )
    assert got.identifiers == []
    assert got.verdict == "complete"
    assert got.complete_through == RESPONDED


def test_nothing_matches_in_mid_list_is_the_end_if_the_count_agrees() -> None:
    def twist(asked: Asked, answer: str) -> str:
        if asked.query.get("resumptionToken") == "at 6":
            return error("noRecordsMatch")
        return answer

    unannounced = Shelf(SEVEN[:6], twist=at("at 4", lambda _: error("noRecordsMatch")), announce=False)
    assert harvest(unannounced).numbers == ALL[:6]  # what ListIdentifiers names beyond it
    assert harvest(Shelf(SEVEN, twist=twist)).numbers == ALL  # made up for
    assert harvest(Shelf([*SEVEN, record(6)], twist=twist)).verdict == "incomplete (7 of 8 records that were announced)"


def test_a_token_some_servers_want_as_it_is() -> None:
    def server(asked: Asked) -> Reply:
        if "resumptionToken" not in asked.target:
            return http(list_records([record(1)], "a/b=:c", size=2))
        return http(list_records([record(2)], "", size=2) if "a/b=:c" in asked.target else error("badResumptionToken"))

    quirks: dict[str, str] = {}
    assert harvest(server, quirks=quirks).numbers == [1, 2]
    assert quirks["token"] == "verbatim"
    again = harvest(server, quirks=quirks)
    assert len(again.asked) == 2


def test_a_token_some_servers_want_with_the_prefix() -> None:
    def server(asked: Asked) -> Reply:
        if "resumptionToken" not in asked.query:
            return http(list_records([record(1)], "next"))
        return http(list_records([record(2)]) if "metadataPrefix" in asked.query else error("badArgument"))

    quirks: dict[str, str] = {}
    assert harvest(server, quirks=quirks).numbers == [1, 2]
    assert quirks["token"] == "with prefix"


def test_tokens_are_sent_back_exactly() -> None:
    token = "oai_dc/2020-01-01T00:00:00Z///100 +%2B&amp;=é"

    def server(asked: Asked) -> Reply:
        if asked.query.get("resumptionToken") == token.replace("&amp;", "&"):
            return http(list_records([record(2)]))
        return http(list_records([record(1)], f"\n  {token} \n"))

    assert harvest(server).numbers == [1, 2]


# --- ends that are none -----------------------------------------------------------------------------------------------


def short(asked: Asked, answer: str) -> str:
    """The list ends two records early."""
    return re.sub(r">at 4</res", "></res", answer) if asked.query.get("resumptionToken") == "at 2" else answer


def test_fewer_records_than_announced_are_made_up_for() -> None:
    got = harvest(Shelf(SEVEN[:6], twist=short))
    assert [[r.identifier for r in page.records] for page in got.pages][2:] == [["oai:x:4", "oai:x:5"]]
    assert got.pages[2].records[0].payload.decode() == SEVEN[4]
    assert got.verdict == "complete"
    assert got.complete_through == RESPONDED


def test_a_record_that_is_listed_and_does_not_exist_is_quarantined() -> None:
    def twist(asked: Asked, answer: str) -> str:
        refused = asked.query.get("identifier") == "oai:x:5"
        return error("idDoesNotExist") if refused else short(asked, answer)

    got = harvest(Shelf(SEVEN[:6], twist=twist))
    assert got.verdict == "complete"  # all are accounted for: what has a name waits in quarantine
    (broken,) = got.pages[-1].broken
    assert (broken.identifier, broken.reason) == (
        "oai:x:5",
        "is listed, but the repository says that it does not exist",
    )


def test_fewer_records_than_announced_are_counted() -> None:
    lost_one = [*SEVEN[:3], record(2), *SEVEN[4:]]  # one came twice, one not at all
    assert harvest(Shelf(lost_one)).verdict == "incomplete (6 of 7 records that were announced)"


def test_the_count_goes_on_over_an_interruption() -> None:
    first = harvest(Shelf(SEVEN[:6], twist=short), most_pages=1)
    second = harvest(Shelf(SEVEN[:6], twist=short), Cursor(place=first.pages[-1].place))
    assert sorted({*first.numbers, *second.numbers}) == ALL[:6]
    assert second.verdict == "complete"


@pytest.mark.parametrize("tokens", [["a", "b"] * 9, ["a", "b", "c", "b"] * 9])
def test_tokens_in_a_circle(tokens: list[str]) -> None:
    got = harvest(lambda asked: http(list_records([record(asked.number)], tokens[asked.number])))
    assert got.verdict.startswith("incomplete (loop")
    assert len(got.asked) <= 5


def test_one_token_for_all_pages() -> None:
    got = harvest(lambda asked: http(list_records([record(asked.number)], "a" if asked.number < 7 else "")))
    assert len(got.numbers) >= 7
    assert got.verdict == "complete"


def test_the_same_page_for_ever_under_fresh_tokens() -> None:
    got = harvest(lambda asked: http(list_records([record(1), record(2)], f"t{asked.number}")))
    assert got.verdict == "incomplete (loop: the repository gave the same page twice)"


def test_pages_without_anything_new() -> None:
    old = harvest(lambda asked: http(list_records([record(asked.number % 3)], f"t{asked.number}")))
    assert old.verdict.startswith("incomplete (loop: 5 pages in a row")
    empty = harvest(lambda asked: http(list_records([], f"t{asked.number}")))
    assert empty.verdict.startswith("incomplete (loop: 5 pages in a row")

    def late(asked: Asked) -> Reply:
        return http(list_records([record(9)]) if asked.number == 4 else list_records([], f"t{asked.number}"))

    some = harvest(late)
    assert some.verdict == "complete"
    assert some.numbers == [9]


def test_a_list_longer_than_allowed() -> None:
    got = harvest(lambda asked: http(list_records([record(asked.number)], f"t{asked.number}")), max_pages=6)
    assert got.verdict == "incomplete (stopped after 6 pages, as max_pages says)"


@pytest.mark.parametrize("token", [" ", "\n\t ", "<!-- none -->"])
def test_an_empty_token_is_an_end(token: str) -> None:
    assert harvest(lambda _: http(list_records([record(1)], token))).verdict == "complete"


def test_tokens_and_errors_inside_of_metadata_mean_nothing() -> None:
    inner = '<error code="badArgument">x</error><resumptionToken>again</resumptionToken><OAI-PMH/><ListRecords/>'
    got = harvest(lambda _: http(list_records([record(1, f"<dc>{inner}</dc>")])))
    assert got.verdict == "complete"
    assert len(got.asked) == 1


# --- answers that are none --------------------------------------------------------------------------------------------

HTML = "<!DOCTYPE html><html><head><title>Sign &amp; in</title></head><body>x</body></html>"
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head></html>'
ONE_PAGE = list_records(SEVEN[:2], "at 2", size=7)
PASSING: dict[str, tuple[Reply | str, str]] = {
    "html": (HTML, r"is a web page \('Sign & in'\), not OAI-PMH"),
    "xhtml": (XHTML, "is a web page"),
    "empty": ("", "is empty"),
    "json": ('{"error": 1}', "not OAI-PMH"),
    "cut": (ONE_PAGE[:-40], "cut off"),
    "cut in the root": (ONE_PAGE[:90], "cut off"),
    "other verb": (document("<Identify/>"), "holds no <ListRecords> but <Identify>"),
    "nothing": (document(""), "holds no <ListRecords> but nothing"),
    "unknown error": (error("InternalException"), "InternalException: sorry"),
    "no code": (document("<error>x</error>"), "the repository says error: x"),
    "503": (http("", "503 Busy", ["Retry-After: 3"]), "HTTP 503"),
    "503 html": (http(HTML, "503 Busy"), "HTTP 503"),
    "429": (http("", "429 Slow"), "HTTP 429"),
    "500": (http("", "500 Oops"), "HTTP 500"),
    "reset": (RESET, "reset"),
    "short": (http(ONE_PAGE[:-30], length=len(ONE_PAGE)), "cut short"),
    "gzip cut": (http(gzip.compress(ONE_PAGE.encode())[:-4]), "too early"),
}


@pytest.mark.parametrize("what", PASSING)
def test_what_may_pass_in_mid_list_is_never_the_end(what: str) -> None:
    reply, words = PASSING[what]
    got = harvest(Shelf(SEVEN, announce=False, twist=at("at 2", lambda _: reply, times=2)))
    assert got.numbers == ALL
    assert got.verdict == "complete"
    stopped = Harvest()
    with pytest.raises(SourceUnavailable, match=words):
        harvest(Shelf(SEVEN, announce=False, twist=down_from("at 2", reply)), into=stopped)
    assert stopped.numbers == [0, 1]
    place = stopped.pages[-1].place
    assert place is not None
    assert stopped.pages[-1].verdict is None
    assert harvest(Shelf(SEVEN), Cursor(place=place)).numbers == ALL[2:]  # the next run goes on there


@pytest.mark.parametrize("what", PASSING)
def test_at_the_first_page_it_is_named(what: str) -> None:
    reply, words = PASSING[what]
    with pytest.raises(SourceError, match=words):
        harvest(Shelf(SEVEN, twist=down_from("", reply)))


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (http(HTML, "403 Forbidden"), "keeps us out"),
        (HTML.replace("Sign &amp; in", "Just a moment..."), "keeps robots out"),
        (http(HTML, "404 Not Found"), "is this the base URL"),
        (http("", "401 Unauthorized"), "login"),
        (error("badVerb"), "is the address complete"),
        (error("noSetHierarchy"), "leave `set` out"),
        (error("cannotDisseminateFormat"), "badly is not offered|'badly' is not offered; there is oai_dc"),
        (http(error("badArgument"), "422 Unprocessable Entity"), "'badly' is not offered; there is oai_dc"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]>" + ONE_PAGE.partition("?>")[2], "DOCTYPE"),
    ],
)
def test_refusals_are_not_asked_again(reply: Reply | str, words: str) -> None:
    result = Harvest()
    with pytest.raises(ProtocolError, match=words):
        harvest(Shelf(SEVEN, twist=at("", lambda _: reply, times=99)), metadata_prefix="badly", into=result)
    assert result.waits == []


def test_retry_after_is_kept_in_both_forms_but_not_on_a_good_page() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    replies = [
        http("", "503 Busy", ["Retry-After: 11"]),
        http("", "503 Busy", [f"Retry-After: {later}"]),
        http(list_records([record(1)]), headers=["Retry-After: 60"]),
    ]
    got = harvest(lambda asked: replies[asked.number - 1])
    assert got.numbers == [1]
    assert got.waits[0] == 11
    assert 80 < got.waits[1] <= 90
    assert len(got.waits) == 2


def test_a_token_bound_to_a_cookie() -> None:
    def server(asked: Asked) -> Reply:
        if "resumptionToken" not in asked.query:
            return http(list_records([record(1)], "t"), headers=["Set-Cookie: JSESSIONID=abc; Path=/; HttpOnly"])
        return http(
            list_records([record(2)]) if "abc" in asked.headers.get("cookie", "") else error("badResumptionToken")
        )

    assert harvest(server).numbers == [1, 2]


# --- clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("responded", "expected"),
    [
        ("2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z"),
        ("2024-05-06T07:08:09.123Z", "2024-05-06T07:08:09Z"),
        ("2024-05-06T09:08:09+02:00", "2024-05-06T07:08:09Z"),
        ("2024-05-06T07:08:09", "2024-05-06T07:08:09Z"),
        ("2024-05-06", "2024-05-06T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
def test_the_servers_time_is_read_kindly(responded: str, expected: str) -> None:
    through = harvest(lambda _: http(list_records([record(1)], responded=responded))).complete_through
    assert through is not None
    assert through.rjust(20, "0") == expected
    assert harvest(Shelf(SEVEN), Cursor(complete_through=through)).verdict == "complete"


@pytest.mark.parametrize("responded", ["2099-01-01T00:00:00Z", "", "yesterday", "9999-12-31T23:59:59-12:00"])
def test_a_clock_that_is_ahead_moves_nothing_ahead(responded: str) -> None:
    through = harvest(lambda _: http(list_records([record(1)], responded=responded))).complete_through
    assert through is not None
    assert through <= (datetime.now(UTC) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    dated = http(list_records([record(1)], responded=responded), headers=["Date: Wed, 01 May 2024 00:00:00 GMT"])
    assert harvest(lambda _: dated).complete_through == "2024-05-01T00:00:00Z"
