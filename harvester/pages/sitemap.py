"""All pages by their address, for search engines: https://www.sitemaps.org/protocol.html. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final
from xml.sax.saxutils import escape

MOST: Final = 49_000
"""Addresses in one file: 50,000 are allowed, and some pages are no works."""
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XMLNS: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemaps(addresses: Iterable[str], base: str, most: int = MOST) -> Iterator[tuple[str, str]]:
    """(file name, text): the parts first, and ``sitemap.xml`` last; that is the only one where they fit into it."""
    remaining = iter(addresses)
    parts = 0
    batch = list(islice(remaining, most))
    rest = list(islice(remaining, most))
    if not rest:
        yield "sitemap.xml", part(batch)
        return
    while batch:
        parts += 1
        yield f"sitemap-{parts}.xml", part(batch)
        batch, rest = rest, list(islice(remaining, most))
    yield "sitemap.xml", index(f"{base}/sitemap-{number}.xml" for number in range(1, parts + 1))


def part(addresses: Iterable[str]) -> str:
    rows = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return f'{_HEAD}<urlset xmlns="{_XMLNS}">\n{rows}</urlset>\n'


def index(addresses: Iterable[str]) -> str:
    rows = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    return f'{_HEAD}<sitemapindex xmlns="{_XMLNS}">\n{rows}</sitemapindex>\n'


def robots(base: str, kept_out: Iterable[str] = ()) -> str:
    """``kept_out``: paths of pages that crawlers could follow for ever."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in kept_out), "Allow: /"]
    return "\n".join([*lines, f"Sitemap: {base}/sitemap.xml", ""] if base else [*lines, ""])
