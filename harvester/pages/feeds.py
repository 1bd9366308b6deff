"""What is new in a listing or a search, for feed readers: Atom (RFC 4287) and JSON Feed 1.1 (https://www.jsonfeed.org).

Nothing in a feed depends on when it was asked for: the same index gives the same bytes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from lxml import etree
from msgspec import Struct

from harvester.formats.exported import xml_text
from harvester.listing.entries import Entry, entries
from harvester.pages.addresses import Addresses

LONGEST: Final = 50
"""Entries of a feed: the newest."""
_ATOM: Final = "http://www.w3.org/2005/Atom"
_EPOCH: Final = "1970-01-01T00:00:00Z"


class News(Struct, frozen=True):
    """One entry of a feed."""

    entry: Entry
    added: str
    """When its first record was stored; RFC 3339."""
    updated: str
    """The same, or when a notice about it was published, where that is later."""
    abstract: str

    @property
    def title(self) -> str:
        """With what a reader must be warned of."""
        warnings = "".join(f"[{mark.word}] " for mark in self.entry.marks[:1])
        return f"{warnings}{self.entry.citation.title}"


class Feed(Struct, frozen=True):
    title: str
    page: str
    """Whole address of the page that it is a feed of."""
    news: tuple[News, ...]

    @property
    def updated(self) -> str:
        return max((news.updated for news in self.news), default=_EPOCH)


def newest(db: sqlite3.Connection, ids: Sequence[int]) -> tuple[News, ...]:
    """The works that were added last, of these."""
    rows: list[tuple[str, int]] = []
    for start in range(0, len(ids), 500):
        within = ", ".join(str(int(i)) for i in ids[start : start + 500])
        rows += db.execute(f"select added, id from works where id in ({within})").fetchall()
        rows = sorted(rows, key=lambda row: (row[0], row[1]), reverse=True)[:LONGEST]
    return news(db, [id_ for _, id_ in rows])


def news(db: sqlite3.Connection, ids: Sequence[int]) -> tuple[News, ...]:
    """These works as entries of a feed, in this order."""
    shown = entries(db, ids)
    within = ", ".join(str(int(i)) for i in ids)
    said = {
        id_: (added, abstract or "")
        for id_, added, abstract in db.execute(f"select id, added, abstract from works where id in ({within})")
    }
    noticed = dict(
        db.execute(
            f"select work_id, max(date) from work_updates where work_id in ({within}) and holds and length(date) = 10"
            " and date not glob '*[^0-9-]*' group by work_id"
        )
    )
    found = []
    for id_, entry in shown.items():
        added = _instant(said[id_][0])
        notice = f"{noticed[id_]}T00:00:00Z" if id_ in noticed else ""
        found.append(News(entry, added, max(added, notice), said[id_][1]))
    return tuple(found)


def _instant(stamp: str) -> str:
    """A stored time as RFC 3339 wants it."""
    return stamp.replace("+00:00", "Z").replace(" ", "T") if len(stamp) >= 19 else f"{stamp[:10]}T00:00:00Z"


def atom(feed: Feed, own: str, to: Addresses) -> bytes:
    """``own``: the whole address of the feed itself."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]

    def add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
        element = etree.SubElement(parent, f"{{{_ATOM}}}{name}", {k: xml_text(v) for k, v in attributes.items()})
        element.text = xml_text(text) or None
        return element

    add(root, "id", own)
    add(root, "title", feed.title)
    add(root, "updated", feed.updated)
    add(root, "link", rel="self", type="application/atom+xml", href=own)
    add(root, "link", rel="alternate", type="text/html", href=feed.page)
    add(add(root, "author"), "name", feed.title)
    for news in feed.news:
        entry = add(root, "entry")
        address = to.whole(to.work(news.entry.key))
        add(entry, "id", address)
        add(entry, "title", news.title)
        add(entry, "published", news.added)
        add(entry, "updated", news.updated)
        add(entry, "link", rel="alternate", type="text/html", href=address)
        if news.entry.citation.link:
            add(entry, "link", rel="related", href=news.entry.citation.link)
        for author in news.entry.place.authors[:20]:
            add(add(entry, "author"), "name", author.name or "?")
        add(entry, "summary", _text(news), type="text")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def json_feed(feed: Feed, own: str, to: Addresses) -> bytes:
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.page,
            "feed_url": own,
            "items": [
                {
                    "id": (address := to.whole(to.work(news.entry.key))),
                    "url": address,
                    **({"external_url": news.entry.citation.link} if news.entry.citation.link else {}),
                    "title": news.title,
                    "content_text": _text(news),
                    "date_published": news.added,
                    "date_modified": news.updated,
                    "authors": [{"name": author.name} for author in news.entry.place.authors[:20]],
                }
                for news in feed.news
            ],
        }
    )


def _text(news: News) -> str:
    """The warnings in full, the citation, the beginning of the abstract."""
    return "\n\n".join(
        [*_warnings(news.entry), str(news.entry.citation), *([news.abstract[:2000]] if news.abstract else [])]
    )


def _warnings(entry: Entry) -> Iterable[str]:
    for mark in entry.marks:
        yield f"{mark.word}." + (f" See the {mark.notice}: {mark.link}" if mark.link else "")
