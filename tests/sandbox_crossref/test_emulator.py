"""The emulator answers as Crossref does, also where Crossref is awkward."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from harvester.sandbox import crossref_filters
from harvester.sandbox.crossref import LIVE_LIMITS, CrossrefApp
from harvester.sandbox.crossref_faults import AFTER, BEFORE, OTHER, Script
from harvester.sandbox.server import Clock, Server
from harvester.sources.crossref import filters as known

from .conftest import work


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def dois(answer: requests.Response) -> list[str]:
    return [item["DOI"][-4:] for item in answer.json()["message"]["items"]]


@pytest.mark.parametrize(
    ("recorded", "path"),
    [
        ("400-test-funders-fail-limit", "/works?rows=things"),
        ("400-cr-works-fails-well", "/works?sample=200"),
        ("404-test-cursor-fails-cursor-value", "/works?query=ward&cursor=thing"),
        ("404-test-funders-bad-id-warn", "/funders/10.13039/notarealdoi"),
    ],
)
def test_error_bodies_are_those_recorded(
    shared: Path, base: str, http: requests.Session, recorded: str, path: str
) -> None:
    real = json.loads((shared / "corpus" / "crossref" / "errors" / f"{recorded}.json").read_text())
    answer = http.get(base + path)
    assert answer.status_code == real["status"]
    assert answer.text == real["body"]
    assert answer.headers["Content-Type"] == real["headers"]["content-type"]


def test_list_has_the_recorded_envelope(shared: Path, base: str, http: requests.Session) -> None:
    real = json.loads(
        (shared / "corpus" / "crossref" / "lists" / "test-workscontainer-with-cursor-0.json").read_text()
    )["body"]
    ours = http.get(f"{base}/works?rows=5&cursor=*").json()
    assert {k: v for k, v in ours.items() if k != "message"} == {k: v for k, v in real.items() if k != "message"}
    assert ours["message"].keys() == real["message"].keys()
    assert ours["message"]["query"] == real["message"]["query"]
    assert ours["message"]["items-per-page"] == real["message"]["items-per-page"]
    sure = {
        "indexed",
        "created",
        "deposited",
        "DOI",
        "URL",
        "prefix",
        "member",
        "source",
        "score",
        "reference-count",
        "type",
    }
    assert sure <= ours["message"]["items"][0].keys()


def test_real_works_can_be_listed_filtered_and_counted(shared: Path, clock: Clock) -> None:
    files = sorted((shared / "corpus" / "crossref" / "works").glob("*.json"))
    works = [found.get("message", found) for found in (json.loads(path.read_text()) for path in files)]
    app = CrossrefApp(works, clock)
    assert len(app.items) == len({w["DOI"] for w in works})
    for name in sorted(known.FILTERS & set(crossref_filters.FILTERS)):
        value = "2020" if name.endswith("-date") else "true" if name.startswith(("has-", "is-")) else "1"
        value = {"type": "report", "issn": "2049-3630"}.get(name, value)
        test = crossref_filters.filters(f"{name}:{value}")
        assert 0 <= sum(map(test, app.items.values())) <= len(app.items)
    by_type = crossref_filters.filters("type:dissertation,type:report")
    assert {w["type"] for w in app.items.values() if by_type(w)} == {"dissertation", "report"}
    with_orcid = crossref_filters.filters("has-authenticated-orcid:true")
    assert any(map(with_orcid, app.items.values()))


def test_filters_of_the_source_are_known_here() -> None:
    assert known.FILTERS - set(crossref_filters.FILTERS) == {"citation-id", "directory"}


@pytest.mark.parametrize(
    ("filter_", "count"),
    [
        ("doi:10.5555/lead.0001,doi:10.5555/LEAD.0002,doi:10.5555/none", 2),
        ("doi:10.5555/lead.0001,issn:1111-1119", 0),
        ("issn:1111-1119,issn:2049-3630", 65),
        ("from-created-date:2019-01-05,until-created-date:2019-01-05", 1),
        ("from-created-date:2019-01-05T12,until-created-date:2019-01-05T12", 1),
        ("from-created-date:2019-01-05T12:00:00,until-created-date:2019-01-05T12:00:00", 1),
        ("from-created-date:2019-01-05T12:00:01,until-created-date:2019-01-05T13", 0),
        ("until-created-date:2019", 65),
        ("until-created-date:2019-01", 31),
        ("from-pub-date:2019-03", 6),
        ("from-online-pub-date:2019-03-02", 5),
        ("has-orcid:false,member:239,prefix:10.5555,type:journal-article", 65),
        ("license.url:http://example.org/a:b", 0),
    ],
)
def test_filter(base: str, http: requests.Session, filter_: str, count: int) -> None:
    answer = http.get(f"{base}/works", params={"filter": filter_, "rows": "0"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["message"]["total-results"] == count
    assert answer.json()["message"]["items"] == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"rows": "1001"}, "integer-not-valid"),
        ({"rows": "-1"}, "integer-not-valid"),
        ({"offset": "9990", "rows": "20"}, "integer-not-valid"),
        ({"filter": "nope:1"}, "filter-not-available"),
        ({"filter": "issn"}, "pair-list-form-invalid"),
        ({"filter": "issn:2049"}, "issn-not-valid"),
        ({"filter": "type:article"}, "type-not-valid"),
        ({"filter": "has-orcid:yes"}, "boolean-not-valid"),
        ({"filter": "from-created-date:2020-13"}, "date-not-valid"),
        ({"filter": "from-pub-date:2020-01-01T10"}, "date-not-valid"),
        ({"sort": "title"}, "sort-field-not-valid"),
        ({"order": "up"}, "sort-order-not-valid"),
        ({"facet": "bogus:*"}, "facet-not-available"),
        ({"select": "DOI,language"}, "select-not-available"),
        ({"query.titel": "x"}, "field-query-not-available"),
        ({"filters": "issn:2049-3630"}, "parameter-not-allowed"),
        ({"cursor": "*", "offset": "5"}, "cursor-with-offset-or-sample"),
    ],
)
def test_refused(base: str, http: requests.Session, params: dict[str, str], code: str) -> None:
    answer = http.get(f"{base}/works", params=params)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/json;charset=utf-8"
    body = answer.json()
    assert body["message-type"] == "validation-failure"
    assert body["message"][0]["type"] == code


def test_the_cursor_is_a_scroll(base: str, http: requests.Session, app: CrossrefApp, clock: Clock) -> None:
    first = http.get(f"{base}/works", params={"cursor": "*", "rows": "20", "filter": "issn:2049-3630"})
    cursor = first.json()["message"]["next-cursor"]
    assert set("+/=") <= set(cursor)
    app.put(work(700))  # not in the snapshot
    pages = [dois(first)]
    app.fail("lose", when="cursor")
    with pytest.raises(requests.ConnectionError):
        http.get(f"{base}/works", params={"cursor": cursor})
    for _ in range(4):
        answer = http.get(f"{base}/works", params={"cursor": cursor})
        assert answer.json()["message"]["next-cursor"] == cursor
        assert answer.json()["message"]["total-results"] == 65
        pages.append(dois(answer))
    assert [len(page) for page in pages] == [20, 20, 5, 0, 0]
    assert "0020" not in {doi for page in pages for doi in page}  # the lost page is lost
    clock.advance(seconds=301)
    assert http.get(f"{base}/works", params={"cursor": cursor}).status_code == 404


def test_a_cursor_that_is_not_encoded_is_another_one(base: str, http: requests.Session) -> None:
    cursor = http.get(f"{base}/works?cursor=*&rows=5").json()["message"]["next-cursor"]
    assert http.get(f"{base}/works?cursor={cursor}&rows=5").status_code == 404


@pytest.mark.parametrize(
    "path", ["/works/10.5555/a<b>;2", "/works/10.5555%2Fa%3Cb%3E%3B2", "/v1/works/10.5555/A%3Cb%3E;2"]
)
def test_odd_dois(base: str, http: requests.Session, app: CrossrefApp, path: str) -> None:
    app.put({"DOI": "10.5555/a<b>;2", "type": "component"})
    assert http.get(base + path).json()["message"]["type"] == "component"


def test_unknown_work_is_plain_text_called_json(base: str, http: requests.Session) -> None:
    answer = http.get(f"{base}/works/10.5555/none")
    assert answer.status_code == 404
    assert answer.text == "Resource not found."
    assert answer.headers["Content-Type"] == "application/json;charset=utf-8"
    assert http.get(f"{base}/journals/1111-1119/works").status_code == 404
    assert http.get(f"{base}/journals/1111-1119").status_code == 404
    assert http.get(f"{base}/nothing").text == "Resource not found."


def test_routes(base: str, http: requests.Session) -> None:
    for route in ("/journals/2049-3630", "/members/239", "/prefixes/10.5555", "/types/journal-article"):
        assert http.get(f"{base}{route}/works?rows=1").json()["message"]["total-results"] == 65
    assert http.get(f"{base}/types").json()["message"]["total-results"] == 30
    assert http.get(f"{base}/works?rows=5&query=ward+7&sort=created&order=asc").json()["message"]["query"] == {
        "start-index": 0,
        "search-terms": "ward 7",
    }


def test_sort_offset_select_facet_sample(base: str, http: requests.Session) -> None:
    assert dois(http.get(f"{base}/works?rows=2&sort=created&order=asc")) == ["0000", "0001"]
    assert dois(http.get(f"{base}/works?rows=2&sort=created&order=desc&offset=1")) == ["0063", "0062"]
    chosen = http.get(f"{base}/works?rows=1&select=DOI,title").json()["message"]["items"]
    assert [set(item) for item in chosen] == [{"DOI", "title"}]
    facets = http.get(f"{base}/works?rows=0&facet=type-name:*,published:1").json()["message"]["facets"]
    assert facets == {
        "type-name": {"value-count": 1, "values": {"Journal Article": 65}},
        "published": {"value-count": 1, "values": {"2019": 65}},
    }
    assert len(dois(http.get(f"{base}/works?sample=7"))) == 7


def test_pools(server: Server, base: str, http: requests.Session, app: CrossrefApp) -> None:
    app.limits, app.plus_tokens = LIVE_LIMITS, {"s3cret"}

    def pool(path: str, **headers: str) -> tuple[str, str, str]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        h = http.get(base + path, headers=sent).headers
        return h["X-API-Pool"], h["X-Rate-Limit-Limit"], h["X-Concurrency-Limit"]

    assert pool("/works?rows=0") == ("public-array", "1", "1")
    assert pool("/works/10.5555/lead.0001") == ("public-single", "5", "1")
    assert pool("/works?rows=0&mailto=me@example.org") == ("polite-array", "3", "3")
    assert pool("/works?rows=0", User_Agent="x (mailto:me@example.org)") == ("polite-array", "3", "3")
    assert pool("/works?rows=0", Crossref_Plus_API_Token="Bearer s3cret")[0] == "plus"
    refused = http.get(f"{base}/works", headers={"Crossref-Plus-API-Token": "Bearer wrong"})
    assert refused.status_code == 401


def test_limits_are_kept_where_asked(base: str, http: requests.Session, app: CrossrefApp) -> None:
    app.limits, app.enforce = {"public-array": 2}, True
    codes = [http.get(f"{base}/works?rows=0").status_code for _ in range(4)]
    assert codes[:2] == [200, 200]
    assert 429 in codes


def test_deposits_and_their_dates(base: str, http: requests.Session, app: CrossrefApp, clock: Clock) -> None:
    created = app.items["10.5555/lead.0001"]["created"]
    clock.advance(days=3)
    app.put(work(1, title=["Again"]))
    app.reindex("10.5555/lead.0002", **{"is-referenced-by-count": 7})
    app.remove("10.5555/lead.0003")
    again = http.get(f"{base}/works/10.5555/lead.0001").json()["message"]
    assert again["created"] == created
    assert again["deposited"]["date-time"] == again["indexed"]["date-time"] == "2026-09-04T12:00:00Z"
    counted = http.get(f"{base}/works/10.5555/lead.0002").json()["message"]
    assert counted["deposited"] != counted["indexed"]
    assert http.get(f"{base}/works/10.5555/lead.0003").status_code == 404
    agency = http.get(f"{base}/works/10.5555/lead.0003/agency").json()["message"]["agency"]
    assert agency["label"] == "Crossref"  # a DOI stays registered
    app.remove("10.5555/lead.0004", agency="")
    assert http.get(f"{base}/works/10.5555/lead.0004/agency").status_code == 404
    changed = http.get(f"{base}/works?filter=from-index-date:2026-09-04&rows=10")
    assert sorted(dois(changed)) == ["0001", "0002"]
    assert http.get(f"{base}/works?rows=0").json()["message"]["total-results"] == 63
    assert http.get(f"{base}/works?rows=0").headers["Date"] == "Fri, 04 Sep 2026 12:00:00 GMT"


def test_long_answers_are_packed(base: str, http: requests.Session) -> None:
    assert http.get(f"{base}/works").headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("kind", "status", "start"),
    [
        ("html", 200, "<html>"),
        ("empty", 200, ""),
        ("text", 200, "Service"),
        ("truncated", 200, '{"status":"ok"'),
        ("exception", 500, '{"status":"error"'),
        ("502", 502, "<html>"),
        ("503", 503, "<html>"),
        ("504", 504, "<html>"),
        ("429", 429, ""),
        ("retry-after", 429, "Too many"),
        ("403", 403, "<html>"),
    ],
)
def test_faults(base: str, http: requests.Session, app: CrossrefApp, kind: str, status: int, start: str) -> None:
    app.fail(kind, skip=1)
    assert http.get(f"{base}/works").status_code == 200
    spoiled = http.get(f"{base}/works")
    assert spoiled.status_code == status
    assert spoiled.text.startswith(start)
    assert http.get(f"{base}/works").status_code == 200


def test_every_fault_has_a_name() -> None:
    described = Script.fail.__doc__ or ""
    for kind in BEFORE.keys() | AFTER.keys() | OTHER:
        assert kind in described or kind.removeprefix("total") in described, kind
    with pytest.raises(ValueError, match="'sow' is not one of 400, 401, 403"):
        Script().fail("sow")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("total", 66),
        ("drift", 66),
        ("total-text", "many"),
        ("total-null", None),
        ("total-huge", 10**400),
        ("total-negative", -1),
    ],
)
def test_counts_that_are_wrong(base: str, http: requests.Session, app: CrossrefApp, kind: str, value: object) -> None:
    app.fail(kind)
    assert http.get(f"{base}/works?rows=0").json()["message"]["total-results"] == value
    assert http.get(f"{base}/works?rows=0").json()["message"]["total-results"] == 65


@pytest.mark.parametrize(
    ("kind", "count"), [("blank", 0), ("short", 19), ("duplicate", 20), ("items-null", None), ("items-object", 1)]
)
def test_items_that_are_wrong(
    base: str, http: requests.Session, app: CrossrefApp, kind: str, count: int | None
) -> None:
    app.fail(kind)
    items = http.get(f"{base}/works?rows=20").json()["message"]["items"]
    assert items is None if count is None else len(items) == count


def test_a_total_that_drifts(base: str, http: requests.Session, app: CrossrefApp) -> None:
    app.fail("drift", times=3)
    totals = [http.get(f"{base}/works?rows=0").json()["message"]["total-results"] for _ in range(4)]
    assert totals == [66, 67, 68, 65]


def test_a_cursor_that_is_stuck(base: str, http: requests.Session, app: CrossrefApp) -> None:
    app.fail("stuck", when="cursor=", times=2)
    cursor = "*"
    pages = []
    for _ in range(4):
        answer = http.get(f"{base}/works", params={"cursor": cursor, "rows": "20"})
        cursor = answer.json()["message"]["next-cursor"]
        pages.append(dois(answer))
    assert pages[0] == pages[1] == pages[2] != pages[3]


def test_something_happens_between_two_requests(base: str, http: requests.Session, app: CrossrefApp) -> None:
    app.then(lambda: app.remove("10.5555/lead.0001"), skip=1)
    app.then(lambda: app.put(work(900)), skip=1, when="rows=0")
    counts = [http.get(f"{base}/works?rows=0").json()["message"]["total-results"] for _ in range(3)]
    assert counts == [65, 65, 65]
    assert http.get(f"{base}/works/10.5555/lead.0001").status_code == 404
    assert http.get(f"{base}/works/10.5555/lead.0900").status_code == 200


def test_broken_connections(base: str, http: requests.Session, app: CrossrefApp) -> None:
    for kind in ("drop", "lose", "cut"):
        app.fail(kind)
        with pytest.raises(requests.RequestException):
            http.get(f"{base}/works")
    assert http.get(f"{base}/works").status_code == 200


def test_half_of_a_packed_answer(base: str, http: requests.Session, app: CrossrefApp) -> None:
    """What is there unpacks: requests does not notice that it is half of it."""
    app.fail("gzip")
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        http.get(f"{base}/works").json()
