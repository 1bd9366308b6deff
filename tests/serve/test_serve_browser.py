"""In a real browser, Debian's Chromium: barriers that axe finds, keyboard, narrow screens, dark mode, no script."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harvester import jobs
from harvester.config import load
from tests.serve.test_serve_routes import MERGED, MORE_PAGES, PAGES

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("needs Chromium (apt-get install chromium), which is not here", allow_module_level=True)
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_SHORT = (f"/work/{MERGED}", "/search?q=leadership&type=article&from=2019")
EVERY = (*PAGES, *MORE_PAGES, "/nowhere", "/work/doi:10.9999/nothing")

BY_DEFAULT = [path if path in _SHORT else pytest.param(path, marks=pytest.mark.slow) for path in EVERY]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


def opened(browser: Browser, address: str, **how: Any) -> Page:
    page = browser.new_context(**how).new_page()
    page.set_default_timeout(20_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    answer = page.goto(address)
    assert not [text for text in said if "404" not in text], said
    assert answer is not None
    return page


def barriers(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": LEVELS}})
    return [f"{v['id']}: {[node['html'][:120] for node in v['nodes']]}" for v in found.response["violations"]]


@pytest.mark.parametrize("path", BY_DEFAULT)
def test_no_barrier_on_any_kind_of_page(browser: Browser, live: str, path: str) -> None:
    page = opened(browser, live + path)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert barriers(page) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page) == []
    page.context.close()


@pytest.mark.parametrize("path", BY_DEFAULT)
def test_nothing_is_cut_off_at_320_pixels(browser: Browser, live: str, path: str) -> None:
    page = opened(browser, live + path, viewport={"width": 320, "height": 640})
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()


def test_search_and_narrow_without_script(browser: Browser, live: str) -> None:
    page = opened(browser, live, java_script_enabled=False)
    page.get_by_role("searchbox").fill("leadership")
    page.get_by_role("button", name="Search").click()
    total = _count(page)
    box = page.locator(".facets fieldset > ul input[name=type]").last
    chosen = box.get_attribute("value")
    box.check()
    page.get_by_role("button", name="Apply").last.click()
    narrowed = _count(page)
    assert 0 < narrowed < total
    assert f"type={chosen}" in page.url
    page.locator(".chips a").click()
    assert _count(page) == total
    page.locator("#sort").select_option("oldest")
    page.get_by_role("button", name="Apply").first.click()
    assert "sort=oldest" in page.url
    page.locator("ol.entries a.title").first.click()
    expect(page.locator("h1")).to_have_count(1)
    summary = page.locator(".facts summary").first
    summary.click()
    expect(page.locator(".facts details[open] li").first).to_be_visible()
    page.context.close()


def _count(page: Page) -> int:
    found = re.search(r"([\d,]+) work", page.locator("#results").inner_text())
    assert found
    return int(found[1].replace(",", ""))


@pytest.mark.slow
def test_keyboard_alone(browser: Browser, live: str) -> None:
    page = opened(browser, f"{live}/search?q=leadership")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("Skip to the results")
    assert skip.bounding_box() is not None
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName + ' ' + (document.activeElement.name ?? '')"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert "INPUT q" in reached
    page.locator("#q").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("is:retracted")
    page.keyboard.press("Enter")
    expect(page.locator(".mark.grave").first).to_be_visible()
    assert "is%3Aretracted" in page.url
    page.context.close()


def test_a_citation_is_copied(browser: Browser, live: str) -> None:
    page = opened(browser, f"{live}/work/{MERGED}", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy Reading list").click()
    expect(page.get_by_role("button", name="Copy Reading list")).to_have_text("Copied")
    assert "Sharing leadership" in page.evaluate("navigator.clipboard.readText()")
    page.context.close()


@pytest.mark.slow
def test_the_published_site_in_a_browser_without_a_server(browser: Browser, installed: Path, tmp_path: Path) -> None:
    jobs.publish(load(installed / "config.toml"), tmp_path)
    page = opened(browser, (tmp_path / "index.html").as_uri())
    assert barriers(page) == []
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "it has its style"
    page.locator("a.title").first.click()
    expect(page.locator("#facts")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("link", name="About").click()
    assert barriers(page) == []
    page.context.close()


@pytest.mark.slow
def test_pages_of_html_have_no_errors(live: str, installed: Path, tmp_path: Path) -> None:
    """By the Nu HTML checker, where it is: `npm install vnu-jar` puts it below ``node_modules``."""
    import os
    import urllib.error
    import urllib.request

    jar = Path(os.environ.get("VNU_JAR", "node_modules/vnu-jar/build/dist/vnu.jar"))
    if not jar.is_file() or shutil.which("java") is None:
        pytest.skip("needs the Nu HTML checker: Java, and VNU_JAR or node_modules/vnu-jar, which are not here")
    for number, path in enumerate(EVERY):
        try:
            content = urllib.request.urlopen(live + path).read()
        except urllib.error.HTTPError as error:
            content = error.read()
        (tmp_path / f"{number}.html").write_bytes(content)
    jobs.publish(load(installed / "config.toml"), tmp_path / "site")
    pages = [path for path in tmp_path.rglob("*.html") if path.name != "fragment.html"]  # which is no page by itself
    assert len(pages) > len(EVERY) + 5
    done = subprocess.run(["java", "-jar", str(jar), "--errors-only", *map(str, pages)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
