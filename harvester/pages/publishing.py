"""The pages as a folder of files: listings, items, feeds, exports, for any web server or none."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from harvester import query
from harvester.formats import encoded
from harvester.listing import Listing, markdown
from harvester.listing.page import Page, built, load, moment, sources
from harvester.pages import Site, feeds, html
from harvester.pages import item as items
from harvester.pages.addresses import Files
from harvester.pages.downloads import of_many
from harvester.pages.folder import Folder
from harvester.pages.item import Item
from harvester.pages.sitemap import robots, sitemaps


class Published(Struct, frozen=True):
    files: tuple[Path, ...]
    """The pages of listings, the entrance first."""
    works: int
    """Pages of works."""
    changed: int
    """Files that were written because they are new or other than before."""
    removed: int
    """Files of an earlier site that are not part of this one."""


def publish(db: sqlite3.Connection, site: Site, folder: Path, *, generated: datetime | None = None) -> Published:
    """Write the site.

    One listing is ``index.html``; of several each has a folder of its name, below an ``index.html`` that leads to them.
    The pages depend on nothing but the index and the settings (no clock, unless ``generated`` is given), and a file whose
    bytes would not change is not touched. What an earlier call wrote and this one did not is removed; other files in the
    folder are left alone. StoreError where the folder cannot be written.
    """
    time = generated.isoformat(timespec="seconds") if generated else ""
    target = Folder(folder)
    maker = _Maker(db, site, time)
    for path, content, made_of in maker.works(target):
        target.write(path, content, durable=False, made_of=made_of)
    for path, content in maker.pages():
        target.write(path, content)
    done = target.finish()
    return Published(tuple(folder / path for path in maker.entrances), len(maker.keys), done.written, done.removed)


class _Maker:
    """Makes the pages, those first that others lead to: no reader meets a link to a page that is not there yet."""

    def __init__(self, db: sqlite3.Connection, site: Site, time: str) -> None:
        self.db, self.site, self.time = db, site, time
        self.one = len(site.listings) < 2
        self.root = self._at("")
        self.listed = {name: load(db, name, listing) for name, listing in site.listings.items()}
        self.keys: dict[int, str] = dict(db.execute(_WORKS[site.works])) if site.listings else {}
        self.entrances: list[str] = []

    def _at(self, path: str) -> Files:
        return Files(path.count("/"), self.site.base_url, one_listing=self.one)

    def pages(self) -> Iterator[tuple[str, bytes]]:
        if not self.listed:
            return
        for name in self.listed:
            yield from self._listing(name, self.site.listings[name], self.listed[name])
        about = {
            "sources": list(sources(self.db)),
            "built": moment(built(self.db)),
            "has_oai": False,
            "has_data": False,
            "here": "about",
        }
        yield self.root.about(), html.render("about.html", self.site, self.root, **about).encode()
        if not self.one:
            yield "index.html", self._home().encode()
            if self.site.base_url:
                yield from self._feeds()
            self.entrances.insert(0, "index.html")
        yield from self._for_crawlers()

    def works(self, folder: Folder) -> Iterator[tuple[str, bytes, str]]:
        """(path, page, what it was made of) of the works whose page is not there yet as it should be."""
        there = set(self.keys.values())
        for id_, key in self.keys.items() if self.listed else ():
            path = self.root.work(key)
            found = items.load(self.db, id_)
            made_of = self._digest(found, there)
            if not folder.kept(path, made_of):
                yield path, html.item(found, self.site, self._at(path), there.__contains__).encode(), made_of

    def _digest(self, found: Item, there: set[str]) -> str:
        """Of all that a page depends on: to read a work takes a tenth of the time of making its page."""
        related = [other.key for other in found.related if other.key in there]
        digest = hashlib.blake2b(html.version().encode(), digest_size=12)
        digest.update(msgspec.json.encode([found, self.site, self.one, related]))
        return digest.hexdigest()

    def _listing(self, name: str, listing: Listing, page: Page) -> Iterator[tuple[str, bytes]]:
        def at(file: str) -> str:
            return self.root.listing(name, file)

        to = self._at(at("index.html"))
        ids = [
            id_
            for (id_,) in self.db.execute(
                "select work_id from listing_items where listing = ? order by section_position, position", (name,)
            )
        ]
        for download in of_many().values():
            yield at(f"listing.{download.ending}"), b"".join(encoded(download.writer, query.works(self.db, ids=ids)))
        if self.site.base_url:
            feed = feeds.of_listings(self.db, [name], listing.title, to.whole(to.listing(name)), ids)
            yield at("feed.atom"), feeds.atom(feed, to.whole(at("feed.atom")), to)
            yield at("feed.json"), feeds.json_feed(feed, to.whole(at("feed.json")), to)
        has_items = self.site.works != "none"
        yield at("fragment.html"), html.fragment(page, self.site, to, has_items=has_items).encode()
        yield at("listing.md"), markdown.render(page, self.time).encode()
        text = html.listing(page, name, self.site, to, generated=self.time, has_items=has_items)
        yield at("index.html"), text.encode()
        self.entrances += [at("index.html"), at("listing.md")]

    def _home(self) -> str:
        shown = [(name, page.title, page.language, page.summary) for name, page in self.listed.items()]
        facts = {"listings": shown, "newest": (), "sources": list(sources(self.db)), "built": moment(built(self.db))}
        return html.render("home.html", self.site, self.root, **facts, here="home")

    def _feeds(self) -> Iterator[tuple[str, bytes]]:
        """What is new in all listings together."""
        feed = feeds.of_listings(self.db, list(self.listed), self.site.title, self.root.whole(""))
        for ending, written in (("atom", feeds.atom), ("json", feeds.json_feed)):
            path = self.root.feed(ending)
            yield path, written(feed, self.root.whole(path), self.root)

    def _for_crawlers(self) -> Iterator[tuple[str, bytes]]:
        if self.site.base_url:
            for file, text in sitemaps(self._addresses(), self.site.base_url):
                yield file, text.encode()
            yield "robots.txt", robots(self.site.base_url).encode()

    def _addresses(self) -> Iterable[str]:
        yield self.root.whole("")
        yield self.root.whole(self.root.about())
        for name in self.listed if not self.one else ():
            yield self.root.whole(self.root.listing(name))
        for key in self.keys.values():
            yield self.root.whole(self.root.work(key))


_WORKS = {
    "listed": "select id, key from works where id in (select work_id from listing_items) order by id",
    "all": "select id, key from works order by id",
    "none": "select id, key from works where 0",
}
