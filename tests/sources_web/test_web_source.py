"""Pages of web sites as a source: what is asked for, what is kept, and what is said of the rest."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvester.errors import ConfigError, SourceUnavailable
from harvester.http import Session
from harvester.normalise import normalise
from harvester.sources import Window
from harvester.sources.web import Settings, check, connect
from harvester.sources.web.memory import Memory

from .sites import Harvest, Site, html, site

__all__ = ["site"]


def test_page_becomes_a_record_under_its_canonical_address(site: Site) -> None:
    site.put("/a?utm_source=letter", html("Who leads?", '<link rel="canonical" href="/opinion/who-leads">'))
    site.put("/a", html("Who leads?", '<link rel="canonical" href="/opinion/who-leads">'))
    harvest = Harvest(site, urls=(f"{site.url}/a?utm_source=letter#top", f"{site.url}/a"))
    verdict = harvest.run()
    assert verdict is not None
    assert verdict.complete
    assert site.paths() == ["/a"]
    (raw,) = harvest.records.values()
    assert raw.identifier == f"{site.url}/opinion/who-leads"
    record = normalise(raw)
    assert (record.title, record.url, record.type) == ("Who leads?", raw.identifier, "web-page")


def test_unchanged_page_costs_one_conditional_request(site: Site) -> None:
    site.put("/a", "Who leads?", ETag='"1"')
    harvest = Harvest(site, urls=(f"{site.url}/a",))
    harvest.run()
    harvest.run()
    assert [status for path, status in site.asked if path == "/a"] == [200, 304]
    assert (harvest.unchanged, harvest.new) == ([f"{site.url}/a"], 0)
    site.put("/a", "Who leads now?", ETag='"2"')
    harvest.run()
    assert harvest.new == 1


def test_full_harvest_asks_for_everything(site: Site) -> None:
    site.put("/a", "Who leads?", ETag='"1"')
    harvest = Harvest(site, urls=(f"{site.url}/a",))
    harvest.run()
    harvest.run(full=True)
    assert [status for path, status in site.asked if path == "/a"] == [200, 200]


def test_what_changes_around_a_text_is_no_change(site: Site) -> None:
    harvest = Harvest(site, urls=(f"{site.url}/a",))
    for nonce in ("1", "2"):
        site.put("/a", html("Who leads?", f'<meta name="csrf-token" content="{nonce}"><script>var t={nonce}</script>'))
        harvest.run()
    assert harvest.new == 0


def test_page_that_went_is_gone_and_not_an_error_page(site: Site) -> None:
    site.put("/a", "Who leads?", ETag='"1"')
    harvest = Harvest(site, urls=(f"{site.url}/a",))
    harvest.run()
    del site.answers["/a"]
    verdict = harvest.run()
    assert verdict is not None
    assert verdict.complete
    assert (harvest.gone, harvest.new) == ([f"{site.url}/a"], 0)


@pytest.mark.parametrize(
    ("body", "status", "headers", "reason"),
    [
        (html("Just a moment..."), 200, {}, "stands in its place"),
        (html("Access denied"), 403, {}, "403"),
        (b"%PDF-1.4", 200, {"Content_Type": "application/pdf"}, "application/pdf"),
        (b"%PDF-1.4", 200, {}, "PDF"),
        (b"", 200, {}, "empty"),
        (b"", 302, {"Location": "http://elsewhere.example/a"}, "another host"),
    ],
)
def test_what_is_no_page_is_said_and_leaves_the_record_as_it_was(
    site: Site, body: bytes, status: int, headers: dict[str, str], reason: str
) -> None:
    site.put("/a", "Who leads?")
    site.put("/b", "Another piece")
    harvest = Harvest(site, urls=(f"{site.url}/a", f"{site.url}/b"))
    harvest.run()
    before = dict(harvest.records)
    site.put("/a", body, status, **headers)
    harvest.run()
    assert harvest.records == before
    assert reason in harvest.broken[f"{site.url}/a"]


def test_page_in_another_encoding_is_kept_in_utf_8(site: Site) -> None:
    site.put("/a", "<html><title>Café – NHS</title>".encode("cp1252"), Content_Type="text/html; charset=windows-1252")
    harvest = Harvest(site, urls=(f"{site.url}/a",))
    harvest.run()
    (raw,) = harvest.records.values()
    assert raw.repairs == ("written in UTF-8",)
    assert normalise(raw).title == "Café – NHS"


# --- robots.txt ------------------------------------------------------------------------------------------------------


def test_what_robots_txt_forbids_is_not_asked_for(site: Site) -> None:
    site.put("/robots.txt", b"User-agent: *\nDisallow: /private/*.html$\n\nUser-agent: other\nDisallow: /\n")
    site.put("/a", "Who leads?")
    harvest = Harvest(site, urls=(f"{site.url}/a", f"{site.url}/private/b.html"))
    harvest.run()
    assert site.paths() == ["/a"]
    assert "robots.txt forbids it" in harvest.broken[f"{site.url}/private/b.html"]


def test_rules_that_name_us_count_before_those_for_all(site: Site) -> None:
    site.put("/robots.txt", b"User-agent: *\nDisallow: /\n\nUser-agent: Evidence-Harvester\nAllow: /\n")
    site.put("/a", "Who leads?")
    harvest = Harvest(site, urls=(f"{site.url}/a",))
    harvest.run()
    assert len(harvest.records) == 1


def test_site_whose_robots_txt_cannot_be_had_is_left_alone(site: Site) -> None:
    site.put("/robots.txt", b"", 500)
    site.put("/a", "Who leads?")
    with pytest.raises(SourceUnavailable, match="no page of this site may be asked for"):
        Harvest(site, urls=(f"{site.url}/a",)).run()
    assert site.paths() == []


def test_crawl_delay_is_kept_to(site: Site) -> None:
    site.put("/robots.txt", b"User-agent: *\nCrawl-delay: 0.2\n")
    site.put("/a", "Who leads?")
    with Session(retries=0) as session:
        source = connect("test", Settings(kind="web", pace=0, urls=(f"{site.url}/a",)), session, {})
        list(source.fetch("pages", [f"{site.url}/a"]))
        assert session.pace == 0.2


# --- sitemaps --------------------------------------------------------------------------------------------------------


def test_sitemap_of_sitemaps_names_pages_and_patterns_choose(site: Site) -> None:
    site.sitemap("/sitemap.xml", ("/pages.xml.gz", ""), ("/sitemap.xml", ""), index=True)
    site.sitemap(
        "/pages.xml", ("/opinion/a", ""), ("/opinion/tag/b", ""), ("/shop/c", ""), ("http://127.0.0.2/opinion/d", "")
    )
    site.put("/pages.xml.gz", gzip.compress(site.answers["/pages.xml"].body))
    site.put("/opinion/a", "Who leads?")
    harvest = Harvest(site, sitemaps=(f"{site.url}/sitemap.xml",), include=("*/opinion/*",), exclude=("*/tag/*",))
    harvest.run()
    assert list(harvest.records) == [f"{site.url}/opinion/a"]


def test_page_that_its_sitemap_says_is_old_is_not_asked_for_again(site: Site) -> None:
    site.sitemap("/sitemap.xml", ("/a", "2001-01-01"), ("/b", "2099-01-01"), ("/c", ""), ("/d", "yesterday"))
    for page in "abcd":
        site.put(f"/{page}", f"Page {page}")
    harvest = Harvest(site, sitemaps=(f"{site.url}/sitemap.xml",))
    harvest.run()
    site.paths()
    harvest.run()
    assert site.paths() == ["/sitemap.xml", "/b", "/c", "/d"]
    assert harvest.unchanged == [f"{site.url}/a"]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [(b"", 404, "404"), (b"<html/>", 200, "not a sitemap"), (b"<urlset><url>", 200, "not well-formed")],
)
def test_list_without_its_sitemap_is_incomplete_and_removes_nothing(
    site: Site, body: bytes, status: int, reason: str
) -> None:
    site.put("/sitemap.xml", body, status)
    site.put("/a", "Who leads?")
    harvest = Harvest(site, urls=(f"{site.url}/a",), sitemaps=(f"{site.url}/sitemap.xml",))
    verdict = harvest.run()
    assert verdict is not None
    assert not verdict.complete
    assert reason in verdict.reason
    assert len(harvest.records) == 1
    assert harvest.cursor.complete_through is None


def test_more_pages_than_are_allowed_make_the_list_incomplete(site: Site) -> None:
    site.sitemap("/sitemap.xml", *((f"/{n}", "") for n in range(5)))
    for n in range(5):
        site.put(f"/{n}", f"Page {n}")
    harvest = Harvest(site, sitemaps=(f"{site.url}/sitemap.xml",), max_pages=3)
    verdict = harvest.run()
    assert verdict is not None
    assert "max_pages is 3" in verdict.reason
    assert len(harvest.records) == 3


def test_text_of_addresses_and_feeds_are_sitemaps_too(site: Site) -> None:
    site.put("/sitemap.txt", f"{site.url}/a\n\n{site.url}/b\n".encode())
    site.put(
        "/feed",
        f"<rss><channel><link>{site.url}/</link><item><link>{site.url}/c</link></item></channel></rss>".encode(),
    )
    for page in "abc":
        site.put(f"/{page}", f"Page {page}")
    harvest = Harvest(site, sitemaps=(f"{site.url}/sitemap.txt", f"{site.url}/feed"))
    harvest.run()
    assert len(harvest.records) == 3


# --- places and failures ---------------------------------------------------------------------------------------------


def test_harvest_goes_on_behind_the_last_page_that_was_kept(site: Site) -> None:
    for n in range(45):
        site.put(f"/{n:02}", f"Page {n}", ETag=f'"{n}"')
    harvest = Harvest(site, urls=tuple(f"{site.url}/{n:02}" for n in range(45)))
    assert harvest.run(stop_after=1) is None
    assert len(site.paths()) == 20
    verdict = harvest.run()
    assert verdict is not None
    assert verdict.complete
    assert len(site.paths()) == 25
    assert len(harvest.records) == 45


def test_page_that_was_not_kept_is_not_remembered(site: Site) -> None:
    site.put("/a", "Who leads?", ETag='"1"')
    quirks: dict[str, str] = {}
    with Session(retries=0) as session:
        source = connect("test", Settings(kind="web", pace=0, urls=(f"{site.url}/a",)), session, quirks)
        pages = source.pages("pages", Harvest(site, urls=("http://x.example",)).cursor, Window())
        next(pages)  # it was fetched; nobody has said yet that it was kept
        assert quirks == {}
        next(pages)
        assert list(Memory(quirks).pages) == [f"{site.url}/a"]


def test_one_page_in_vain_is_said_and_the_others_are_read(site: Site) -> None:
    for page in "abc":
        site.put(f"/{page}", f"Page {page}")
    site.put("/b", b"", 503)
    harvest = Harvest(site, urls=tuple(f"{site.url}/{page}" for page in "abc"))
    verdict = harvest.run()
    assert verdict is not None
    assert "503" in verdict.reason
    assert len(harvest.records) == 2


def test_site_that_does_not_answer_is_left_alone_soon(site: Site) -> None:
    for n in range(10):
        site.put(f"/{n}", b"", 503)
    with pytest.raises(SourceUnavailable):
        Harvest(site, urls=tuple(f"{site.url}/{n}" for n in range(10))).run()
    assert len(site.paths()) == 3


def test_memory_that_cannot_be_read_is_as_if_there_were_none() -> None:
    for broken in ("", "no base85 \x00", "NM}"):
        assert Memory({"_pages": broken}).pages == {}


# --- settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({}, "urls"),
        ({"urls": ("www.fmlm.example",)}, "urls"),
        ({"sitemaps": ("ftp://x.example/s.xml",)}, "sitemaps"),
        ({"urls": ("https://x.example",), "include": ("*",)}, "include"),
        ({"sitemaps": ("https://x.example",), "exclude": ("",)}, "exclude"),
        ({"urls": ("https://x.example",), "max_pages": 0}, "max_pages"),
    ],
)
def test_mistake_in_the_settings_is_said(settings: dict[str, object], key: str) -> None:
    assert [k for k, _ in check(Settings(kind="web", **settings))] == [key]  # type: ignore[arg-type]


def test_addresses_may_stand_in_a_file(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "pages.txt"
    site.put("/a", "Who leads?")
    path.write_text(f"# opinion pieces\n{site.url}/a # by Ian\n\n")
    harvest = Harvest(site, path=str(path))
    harvest.run()
    assert len(harvest.records) == 1
    path.write_text("www.fmlm.example\n")
    with pytest.raises(ConfigError, match=r"pages\.txt:1: is no address"):
        Harvest(site, path=str(path)).run()


# --- what sites get wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "canonical"),
    [
        ("abc", {"a": "/news", "b": "/news", "c": "/news"}),
        ("ab", {"a": "/b", "b": "/a"}),
        ("ab", {"a": "/b", "b": "/b"}),
    ],
    ids=["of a section", "of each other", "of another page"],
)
def test_canonical_address_of_several_pages_is_nobody_s(site: Site, names: str, canonical: dict[str, str]) -> None:
    for name in names:
        site.put(f"/{name}", html(f"Piece {name}", f'<link rel="canonical" href="{canonical[name]}">'))
    harvest = Harvest(site, urls=tuple(f"{site.url}/{name}" for name in names))
    for _ in range(2):
        harvest.run()
        records = [normalise(raw) for raw in harvest.records.values()]
        assert [(r.title, r.url) for r in records] == [(f"Piece {name}", f"{site.url}/{name}") for name in names]
        assert all([i.value for i in r.identifiers if i.scheme == "url"] == [r.url] for r in records)


def test_two_views_of_one_page_are_one_record(site: Site) -> None:
    for path in ("/a", "/a?page=1", "/a/?view=print"):
        site.put(path, html("Who leads?", '<link rel="canonical" href="/a">'))
    harvest = Harvest(site, urls=tuple(site.url + path for path in ("/a", "/a?page=1", "/a/?view=print")))
    for _ in range(2):
        harvest.run()
        assert list(harvest.records) == [f"{site.url}/a"]


def test_page_that_leads_to_the_home_page_is_not_the_home_page(site: Site) -> None:
    site.put("/", "Faculty")
    site.put("/old", b"", 301, Location="/")
    harvest = Harvest(site, urls=(f"{site.url}/old",))
    harvest.run()
    assert not harvest.records
    assert "leads to the home page" in harvest.broken[f"{site.url}/old"]


def test_page_that_comes_back_is_asked_for_in_full(site: Site) -> None:
    site.put("/a", "Who leads?", ETag='"1"')
    harvest = Harvest(site, urls=(f"{site.url}/a",))
    harvest.run()
    answer = site.answers.pop("/a")
    harvest.run()
    harvest.records.clear()
    site.answers["/a"] = answer
    harvest.run()
    assert list(harvest.records) == [f"{site.url}/a"]


@pytest.mark.parametrize("body", [b"", b"Not Found", b'{"error": 1}', b"<html><title>404</title></html>"])
def test_sitemap_that_is_none_is_no_empty_list(site: Site, body: bytes) -> None:
    site.put("/sitemap.xml", body)
    verdict = Harvest(site, sitemaps=(f"{site.url}/sitemap.xml",)).run()
    assert verdict is not None
    assert not verdict.complete


def test_sitemap_with_bare_ampersands_and_a_feed_with_other_links_are_read(site: Site) -> None:
    site.put("/a?x=1&y=2", "Who leads?")
    site.put("/b", "Who follows?")
    site.put("/sitemap.xml", f"<urlset><url><loc>{site.url}/a?x=1&y=2</loc></url></urlset>".encode())
    links = f'<link rel="edit" href="{site.url}/edit/1"/><link rel="alternate" href="{site.url}/b"/>'
    site.put("/feed", f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{links}</entry></feed>'.encode())
    harvest = Harvest(site, sitemaps=(f"{site.url}/sitemap.xml", f"{site.url}/feed"))
    harvest.run()
    assert list(harvest.records) == [f"{site.url}/a?x=1&y=2", f"{site.url}/b"]


@pytest.mark.parametrize(
    ("changed", "asked"), [(0, True), (1, True), (2, False)], ids=["today", "a day ago", "two days ago"]
)
def test_day_of_a_sitemap_may_be_that_of_another_zone(site: Site, changed: int, asked: bool) -> None:
    site.put("/a", "Who leads?", ETag='"1"')
    day = (datetime.now(UTC) - timedelta(days=changed)).date().isoformat()
    site.sitemap("/sitemap.xml", ("/a", day))
    harvest = Harvest(site, sitemaps=(f"{site.url}/sitemap.xml",))
    harvest.run()
    site.paths()
    harvest.run()
    assert ("/a" in site.paths()) is asked


@pytest.mark.parametrize(
    "rules",
    [
        "\ufeffUser-agent: *\nDisallow: /a",
        "User-agent: Evidence-Harvester/1.0\nDisallow: /a",
        "User-agent: *\rDisallow: /a",
    ],
)
def test_rules_in_other_forms_are_kept_to(site: Site, rules: str) -> None:
    site.put("/a", "Who leads?")
    site.put("/robots.txt", rules.encode())
    harvest = Harvest(site, urls=(f"{site.url}/a",))
    harvest.run()
    assert "robots.txt forbids it" in harvest.broken[f"{site.url}/a"]
