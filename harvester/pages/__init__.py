"""The pages that readers see: listings, items, search, feeds, exports. The app and the published site render the same ones.

What a page says is gathered as facts (``listing.page``, ``item``, ``results``), templates make HTML 5 of it, and
``addresses`` knows where pages are: in the app, or in a folder of files. Pages work without script and without style.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from harvester import schemas
from harvester.listing import Listing
from harvester.wording import did_you_mean


class Web(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[web]``: the pages for readers, as ``harvester serve`` answers with them and ``harvester publish`` writes them."""

    title: str = ""
    """Name of the site [default: the title of its first listing]."""
    base_url: str = ""
    """Where the public finds it: https://library.example.org/evidence. Feeds, sitemap and citation tags need whole addresses."""
    works: str = "listed"
    """Which works have a page of their own in the published site: listed, all or none. The app has one for each."""
    styles: tuple[str, ...] = ("bmj", "vancouver", "harvard", "apa")
    """Citation styles on pages of works in the published site (files of schemas/styles): each takes some milliseconds a page. The
    app has all."""
    contact: str = ""
    """E-mail address for readers who meet a barrier or a mistake; stands in the accessibility statement."""
    data: bool = False
    """Whether the app has the index as tables and SQL too, at `/data`: needs the extra `datasette`."""


WORKS: Final = ("listed", "all", "none")


def check(web: Web) -> Iterator[tuple[str, str]]:
    """(key, fault) of each mistake in the settings."""
    if web.base_url and not is_base_url(web.base_url):
        yield "base_url", f"{web.base_url!r} is no address of a site; write https://library.example.org/evidence"
    if web.works not in WORKS:
        yield "works", f"{web.works!r} is none of {', '.join(WORKS)}"
    known = schemas.styles()
    for name in web.styles:
        if name not in known:
            yield "styles", f"{name!r} is no citation style{did_you_mean(name, known)}"
    if web.contact and not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+", web.contact):
        yield "contact", f"{web.contact!r} is no e-mail address"


def is_base_url(text: str) -> bool:
    """Whether pages can stand below this address: http or https, a host, plain segments, and nothing after them."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and re.fullmatch(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:[0-9]{1,5})?", parts.netloc)
        is not None
        and re.fullmatch(r"(/[A-Za-z0-9._~-]+)*/?", parts.path) is not None
        and not parts.query + parts.fragment
        and not re.search(r"/\.\.?(/|$)", parts.path)
    )


class Site(Struct, frozen=True, kw_only=True):
    """What all pages of one installation share."""

    title: str
    listings: dict[str, Listing]
    base_url: str = ""
    """Without a slash at its end; '' where nobody said it."""
    contact: str = ""
    works: str = "listed"
    styles: tuple[str, ...] = ()


def site(web: Web, listings: dict[str, Listing]) -> Site:
    title = web.title or next((listing.title for listing in listings.values()), "") or "Evidence base"
    return Site(
        title=title,
        listings=listings,
        base_url=web.base_url.rstrip("/"),
        contact=web.contact,
        works=web.works,
        styles=web.styles,
    )


def root(site: Site) -> str:
    """The path at which the app has its first page."""
    from harvester.pages.addresses import root_of

    return root_of(site.base_url)
