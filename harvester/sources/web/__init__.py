"""Kind ``web``: pages of web sites, one record a page. For what has no DOI and is in no repository: opinion pieces, projects.

    [source.fmlm-opinion]
    kind = "web"
    sitemaps = ["https://www.fmlm.ac.uk/sitemap.xml"]
    include = ["*/news-opinion/*"]

Pages are named one by one (``urls``, or a file of them) or by the sitemaps of a site. What robots.txt forbids is not asked for.
A page that has not changed costs one conditional request, and none where the sitemap says when it changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harvester import sources
from harvester.clean.urls import is_web_address
from harvester.sources import Quirks, Source

if TYPE_CHECKING:
    from harvester.http import Session


class Settings(sources.Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[source.NAME]`` of kind ``web``."""

    urls: tuple[str, ...] = ()
    """Pages, each by its address."""
    path: str | None = None
    """A file with one address a line; what stands after # is for people. Relative to the folder of config.toml."""
    sitemaps: tuple[str, ...] = ()
    """Addresses of sitemaps, packed or not; one that lists others stands for them all."""
    include: tuple[str, ...] = ()
    """Of the addresses in sitemaps only those that one of these patterns fits: ``*/news-opinion/*``. * stands for anything."""
    exclude: tuple[str, ...] = ()
    """And none that one of these fits."""
    max_pages: int = 1000
    """At most so many; where there are more, the list is incomplete and says so."""
    pace: float | None = 1.0
    """Seconds between two requests; longer where robots.txt asks for it."""
    max_unseen: float = 0.5
    """Share of the pages that may no longer be listed; with more, nothing is marked without ``--force``."""


def check(settings: Settings) -> Iterator[tuple[str, str]]:
    """Mistakes that types cannot tell: (key, fault; cure)."""
    if not (settings.urls or settings.path or settings.sitemaps):
        yield "urls", "is missing: name pages in urls, a file of addresses in path, or sitemaps"
    for key in ("urls", "sitemaps"):
        for url in getattr(settings, key):
            if not is_web_address(url):
                yield key, f"{url!r} is not an address that begins with https:// or http://"
    for key in ("include", "exclude"):
        if any(not pattern.strip() for pattern in getattr(settings, key)):
            yield key, "has an empty pattern; take it out"
        elif getattr(settings, key) and not settings.sitemaps:
            yield key, "has no meaning without sitemaps: pages that are named one by one are all wanted"
    if not 1 <= settings.max_pages <= 100_000:
        yield "max_pages", f"must be between 1 and 100000, not {settings.max_pages}"


def connect(name: str, settings: Settings, session: Session, quirks: Quirks) -> Source:
    from harvester.sources.web.site import Pages

    return Pages(name, settings, session, quirks)
