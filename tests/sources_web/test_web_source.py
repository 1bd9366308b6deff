"""Pages of web sites as a source: what is asked for, what is kept, and what is said of the rest."""

from __future__ import annotations

import gzip
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
