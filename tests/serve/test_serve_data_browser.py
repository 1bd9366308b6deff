"""Datasette's own pages in a real browser, under our headers: nothing of them is kept from working."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from harvester.config import Config
from tests.serve.conftest import served, settings_of
from tests.serve.test_serve_browser import browser, opened  # noqa: F401 - a fixture


@pytest.fixture(scope="module")
def address(config: Config) -> Iterator[str]:
    with served(settings_of(config, data=True)) as (host, port):
        yield f"http://{host}:{port}/data"


@pytest.mark.parametrize("path", ["", "/index", "/index/works?_facet=type", "/index/works/1", "/index/new_works"])
def test_the_browser_refuses_nothing_of_a_page(browser: Browser, address: str, path: str) -> None:  # noqa: F811
    page = opened(browser, address + path)  # it has looked at the console
    assert page.evaluate("getComputedStyle(document.querySelector('footer')).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_sql_is_typed_and_answered(browser: Browser, address: str) -> None:  # noqa: F811
    page = opened(browser, f"{address}/index")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("select count(*) as how_many from works")
    page.get_by_role("button", name="Run SQL").click()
    expect(page.locator("table.rows-and-columns th")).to_have_text("how_many")
    page.get_by_role("button", name="Format SQL").click()
    expect(page.locator(".CodeMirror")).to_contain_text("FROM", ignore_case=True)


def test_a_column_has_its_menu(browser: Browser, address: str) -> None:  # noqa: F811
    page = opened(browser, f"{address}/index/works?_col=type")
    page.locator("th[data-column=type] svg").click()
    menu = page.locator(".dropdown-menu")
    expect(menu).to_contain_text("Facet by this")
    expect(menu).to_contain_text("schemas/vocabularies/types.toml")
