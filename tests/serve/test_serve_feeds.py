"""Feeds by the rules of their formats: Atom (RFC 4287), JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import small_index
from lxml import etree
from msgspec.structs import replace
from small_index import doi, member, person, single
from starlette.testclient import TestClient

from harvester.pages import Site
from harvester.record import Description, Record, Work
from harvester.serve import Settings
from tests.serve.conftest import client_of

ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
OF_FEED = {"id": 1, "title": 1, "updated": 1, "link": 2, "author": 1}
OF_ENTRY = {"id": 1, "title": 1, "updated": 1, "published": 1, "summary": 1}


def check_atom(content: bytes) -> list[str]:
    """The ids of the entries, where the feed keeps to the rules."""
    feed = etree.fromstring(content)
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    for element, wanted in [(feed, OF_FEED), *((entry, OF_ENTRY) for entry in entries)]:
        for name, count in wanted.items():
            assert len(element.findall(ATOM + name)) == count, (name, element)
        for name in ("id", "title", "updated"):
            assert (element.findtext(ATOM + name) or "").strip()
        for name in ("updated", "published"):
            assert RFC_3339.fullmatch(element.findtext(ATOM + name) or "2026-01-01T00:00:00Z")
        assert urlsplit(element.findtext(ATOM + "id") or "").scheme == "http"
        links = [(link.get("rel"), link.get("type"), link.get("href")) for link in element.findall(f"{ATOM}link")]
        assert len({link[:2] for link in links}) == len(links), "one alternate of a type"
        assert all(href and re.fullmatch(r"https?://[^\s<>\"]+", href) for _, _, href in links), links
    rels = [link.get("rel") for link in feed.findall(f"{ATOM}link")]
    assert sorted(rels) == ["alternate", "self"]
    assert all(author.findtext(f"{ATOM}name") for author in feed.iter(f"{ATOM}author"))
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in entries]
    assert len(set(ids)) == len(ids)
    stamps = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert stamps == sorted(stamps, reverse=True)
    return ids


def check_json_feed(content: bytes) -> list[str]:
    feed = json.loads(content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"].startswith("http")
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_text"]
        assert RFC_3339.fullmatch(item["date_published"])
        assert RFC_3339.fullmatch(item["date_modified"])
        assert all(author["name"] for author in item["authors"])
    return [item["id"] for item in feed["items"]]


def _work(number: int) -> Work:
    """The higher its number, the later it was added, and the earlier it was published."""
    record = Record(
        title=f"Leading \x07 <i>wards</i> & ]]> {number}" if number % 7 else None,
        contributors=(person("Darzi", "Ara"), person("", "")) if number % 3 else (),
        identifiers=(doi(f"10.5555/é<{number}>"),),
        descriptions=(Description("About <b>it</b> \ufffe."),),
        issued=str(2020 - number),
        update_status="retraction" if number % 10 == 0 else None,
    )
    work = single(number, record)
    seen = member(
        number * 10, "crossref", str(number), record, added=f"2026-10-01T{number // 60:02}:{number % 60:02}:00Z"
    )
    return replace(work, members=(seen,))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    index = small_index.create(tmp_path_factory.mktemp("feeds") / "index.db", map(_work, range(1, 71)))
    with client_of(Settings(index=index, site=Site(title="L & <b>M</b>", listings={}))) as client:
        yield client


@pytest.mark.parametrize(
    "query", ["", "?q=wards", "?q=%22zzz%26%22", "?sort=oldest&page=2", "?q=wards&from=1960&type=other"]
)
def test_feeds_keep_to_the_rules(many: TestClient, query: str) -> None:
    ids = check_atom(many.get(f"/search/feed.atom{query}").content)
    assert ids == check_json_feed(many.get(f"/search/feed.json{query}").content)
    assert all(many.get(address).status_code == 200 for address in ids[:3])


def test_what_came_last_comes_first_however_old_it_is(many: TestClient) -> None:
    items = many.get("/search/feed.json?q=wards").json()["items"]
    assert len(items) == 50
    assert [item["id"].rpartition("%3C")[2] for item in items[:3]] == ["69%3E", "68%3E", "67%3E"]


def test_a_feed_that_did_not_change_is_not_sent_again(many: TestClient) -> None:
    first = many.get("/search/feed.atom?q=wards")
    for known in (first.headers["etag"], f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}', "*"):
        again = many.get("/search/feed.atom?q=wards", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert many.get("/search/feed.atom?q=wards", headers={"If-None-Match": '"other"'}).status_code == 200
