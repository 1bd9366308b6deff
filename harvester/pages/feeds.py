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
    """When its first record was stored, or when it came into the listing; RFC 3339."""
    updated: str
    """The same, or when it was last noticed that it was corrected, retracted, reinstated, or can be read now."""
    abstract: str
    note: str = ""
    """What an editor says of it in the listings that the feed is of."""

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


def of_listings(
    db: sqlite3.Connection, names: Sequence[str], title: str, page: str, ids: Sequence[int] | None = None
) -> Feed:
    """What is new in listings, in one or all of them together: what came into them, and what became of it."""
    if ids is None:
        marks = ", ".join("?" * len(names))
        rows = db.execute(
            f"select distinct work_id from listing_items where listing in ({marks}) order by 1", tuple(names)
        )
        ids = [id_ for (id_,) in rows]
    return Feed(title, page, newest(db, ids, names))


def newest(db: sqlite3.Connection, ids: Sequence[int], listings: Sequence[str] = ()) -> tuple[News, ...]:
    """Of these works what is new, or was corrected, retracted or reinstated last. ``listings``: new is what came into them."""
    rows: list[tuple[str, str, int]] = []
    for start in range(0, len(ids), 500):
        batch = ids[start : start + 500]
        rows += [(max(times), times[0], id_) for id_, times in _times(db, batch, listings).items()]
        rows = sorted(rows, reverse=True)[:LONGEST]
    return news(db, [id_ for *_, id_ in rows], listings)


def news(db: sqlite3.Connection, ids: Sequence[int], listings: Sequence[str] = ()) -> tuple[News, ...]:
    """These works as entries of a feed, in this order."""
    shown = entries(db, ids)
    within = ", ".join(str(int(i)) for i in ids)
    abstracts = dict(db.execute(f"select id, abstract from works where id in ({within})"))
    times, notes = _times(db, ids, listings), _notes(db, ids, listings)
    return tuple(
        News(entry, times[id_][0], max(times[id_]), abstracts[id_] or "", "\n\n".join(notes.get(id_, ())))
        for id_, entry in shown.items()
    )


def _notes(db: sqlite3.Connection, ids: Sequence[int], listings: Sequence[str]) -> dict[int, dict[str, None]]:
    """Notes of these works in listings, each once, in the order of the listings."""
    found: dict[int, dict[str, None]] = {}
    within = ", ".join(str(int(i)) for i in ids)
    sql = f"select work_id, note from listing_items where listing = ? and work_id in ({within}) and note is not null"
    for listing in listings:
        for work_id, note in db.execute(sql, (listing,)):
            found.setdefault(work_id, {})[note] = None
    return found


def _times(db: sqlite3.Connection, ids: Sequence[int], listings: Sequence[str]) -> dict[int, tuple[str, str]]:
    """When a work was added, and when something that became of it was last noticed ('' for never)."""
    within = ", ".join(str(int(i)) for i in ids)
    noticed = dict(db.execute(f"select work_id, max(at) from news where work_id in ({within}) group by work_id"))
    added = dict(db.execute(f"select id, added from works where id in ({within})"))
    came = f"select work_id, min(since) from listed_since where work_id in ({within}) and listing in"
    added |= dict(db.execute(f"{came} ({', '.join('?' * len(listings))}) group by work_id", tuple(listings)))
    return {id_: (_instant(stamp), _instant(noticed[id_]) if id_ in noticed else "") for id_, stamp in added.items()}


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
    """The warnings in full, the citation, the note, where it can be read, the beginning of the abstract."""
    copies = "\n".join(
        f"{copy.label} in {copy.source}{f', {copy.condition}' if copy.condition else ''}: {copy.link}"
        for copy in news.entry.copies
    )
    parts = (
        *_warnings(news.entry),
        str(news.entry.citation),
        news.entry.about,
        news.note,
        copies,
        news.abstract[:2000],
    )
    return "\n\n".join(part for part in parts if part)


def _warnings(entry: Entry) -> Iterable[str]:
    for mark in entry.marks:
        notice = f"See the {mark.notice}: {mark.link}" if mark.link else ""
        yield " ".join(part for part in (f"{mark.word}.", mark.advice, notice) if part)
