"""Whatever is served of a listing follows what an editor says of its works; in each style, and in a browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace
from starlette.testclient import TestClient

from harvester import jobs, query
from harvester.config import Config, load
from harvester.listing import READING_LIST, Listing, Section
from harvester.pages import feeds
from harvester.pages.addresses import Addresses
from harvester.styles import styles
from tests.serve.conftest import client_of, served, settings_of
from tests.serve.test_serve_routes import MERGED

RETRACTED = "doi:10.5555/leader-2019-900007"
STYLES = (READING_LIST, *styles())


@pytest.fixture
def curated(copied: Path, command_line: Callable[..., tuple[int, bytes, bytes]]) -> Config:
    for said in (
        ("hide", "evidence-base", MERGED, "--reason", "a reason for nobody else", "--by", "Ada Lovelace"),
        ("pin", "evidence-base", RETRACTED, "--by", "Ada Lovelace"),
        ("note", "evidence-base", RETRACTED, "Kept as a warning: https://example.org/why"),
    ):
        assert command_line("-c", str(copied / "config.toml"), "list", *said)[0] == 0
    return load(copied / "config.toml")


@pytest.fixture
def client(curated: Config) -> Iterator[TestClient]:
    with client_of(settings_of(curated)) as client:
        yield client


def styled(config: Config, style: str) -> Config:
    return replace(config, listings={name: replace(known, style=style) for name, known in config.listings.items()})


FILES = (
    "",
    "/fragment.html",
    "/listing.md",
    "/feed.atom",
    "/feed.json",
    "/listing.ris",
    "/listing.bib",
    "/listing.csl.json",
    "/listing.csv",
)


@pytest.mark.parametrize("file", FILES)
def test_what_is_hidden_is_in_nothing_that_is_served(client: TestClient, file: str) -> None:
    answer = client.get(f"/listing/evidence-base{file}")
    assert answer.status_code == 200
    said = answer.text.replace("\n ", "")
    assert "leader-2020-000228" not in said
    assert "a reason for nobody else" not in said
    assert "Ada Lovelace" not in said
    if file in ("", "/fragment.html", "/listing.md"):
        section = said[said.index("Journals, reviews and articles") if file else said.index('<h2 id="journals') :]
        assert (
            section.index("leader-2019-900007")
            < section.index("Kept as a warning")
            < section.index("leader-2025-900051")
        )


def test_all_listings_together_too_and_the_work_itself_stays(client: TestClient) -> None:
    atom = client.get("/feed.atom")
    assert atom.headers["content-type"].startswith("application/atom+xml")
    assert "leader-2020-000228" not in atom.text
    found = json.loads(client.get("/feed.json").text)
    assert found["feed_url"].endswith("/feed.json")
    assert found["home_page_url"].endswith("/")
    assert len(found["items"]) == 50
    assert client.get("/feed.rss").status_code == 404
    assert client.get(f"/work/{MERGED}").status_code == 200
    page = client.get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=listing:evidence-base").content
    headers = etree.fromstring(page).findall(".//{*}header")
    status = {str(header.findtext("{*}identifier")).partition(":doi:")[2]: header.get("status") for header in headers}
    assert status["10.1136/leader-2020-000228"] == "deleted", "harvesters of the set are told that it has left"
    assert status["10.5555/leader-2019-900007"] is None


@pytest.mark.parametrize("style", STYLES)
def test_a_listing_in_each_style(curated: Config, style: str) -> None:
    with client_of(settings_of(styled(curated, style))) as client:
        page = client.get("/listing/evidence-base").text
        text = client.get("/listing/evidence-base/listing.md").text
    assert page.count('<p class="citation">') == text.count("\n- ") - 4  # the sources stand in it as well
    assert "Its findings are not to be relied on." in page


@pytest.mark.slow
def test_no_barrier_and_no_error_in_any_style(curated: Config, tmp_path: Path) -> None:
    browsing = pytest.importorskip("tests.serve.test_serve_browser", exc_type=pytest.skip.Exception)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
    with browsing.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsing.CHROMIUM, args=flags)
        for style in STYLES:
            config = styled(curated, style)
            jobs.publish(config, tmp_path / style)
            with served(settings_of(config)) as (host, port):
                page = browsing.opened(browser, f"http://{host}:{port}/listing/evidence-base")
                assert browsing.barriers(page) == [], style
                page.emulate_media(color_scheme="dark")
                assert browsing.barriers(page) == [], style
                page.set_viewport_size({"width": 320, "height": 640})
                assert page.evaluate("document.documentElement.scrollWidth") <= 320, style
                page.context.close()
        browser.close()
    jar = Path(os.environ.get("VNU_JAR", "node_modules/vnu-jar/build/dist/vnu.jar"))
    if jar.is_file() and shutil.which("java"):
        pages = [tmp_path / style / "index.html" for style in STYLES]
        done = subprocess.run(
            ["java", "-jar", str(jar), "--errors-only", *map(str, pages)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


def test_a_note_is_read_in_the_feeds_of_its_listing(curated: Config) -> None:
    to = Addresses("/", "http://evidence.example.org")
    with query.open_index(curated.index) as db:
        (id_,) = db.execute("select id from works where key = ?", (RETRACTED,)).fetchone()
        theirs = feeds.of_listings(db, ["nowhere", "evidence-base"], "T", "http://evidence.example.org", [id_])
        of_search = feeds.Feed("T", "http://evidence.example.org", feeds.newest(db, [id_]))
    for write in (feeds.atom, feeds.json_feed):
        assert (
            write(theirs, "http://evidence.example.org/feed", to).count(b"Kept as a warning: https://example.org/why")
            == 1
        )
        assert b"Kept as a warning" not in write(of_search, "http://evidence.example.org/feed", to)


def test_a_section_with_a_limit_leads_to_all_that_its_rule_takes(curated: Config) -> None:
    rule = {"source": ("bmj-leader",), "type": ("article",), "query": "leadership", "since": "2019-03"}
    sections = tuple(Section(title, **rule, limit=limit) for title, limit in (("All", 100), ("Few", 2)))
    listings = {"l": Listing("L", sections=sections[1:]), "whole": Listing("W", sections=sections[:1])}
    config = replace(curated, listings=listings)
    jobs.update(config)
    with client_of(settings_of(config)) as client:
        assert "in the search" not in client.get("/listing/whole").text
        page = etree.HTML(client.get("/listing/l").text)
        (link,) = page.xpath("//a[text()='All of “Few” in the search']/@href")
        assert link == "/search?q=leadership&type=article&source=bmj-leader&from=2019"
        assert len(etree.HTML(client.get(link).text).xpath("//ol[@class='entries']/li")) > 2
        fragment = etree.HTML(client.get("/listing/l/fragment.html").text)
        assert fragment.xpath("//a[@class='title']")
        addresses = [*fragment.xpath("//a[@class='title']/@href"), *fragment.xpath("//p[@class='note']/a/@href")]
        assert not [a for a in addresses if not a.startswith("http://evidence.example.org/")], (
            "on another site they are no links"
        )
