"""Endpoints that are pages of their own: home, listings with their files, about; and what crawlers ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harvester import query
from harvester.formats import encoded
from harvester.listing import Listing, markdown
from harvester.listing.entries import entries
from harvester.listing.page import built, load, moment, sources
from harvester.pages import feeds, html, sitemap
from harvester.pages.downloads import of_many
from harvester.serve.calls import Answer, Call, Refused

_NEWEST: Final = 10
"""Works on the first page."""
FILES: Final = (
    "feed.atom",
    "feed.json",
    "fragment.html",
    "listing.md",
    *(f"listing.{d.ending}" for d in of_many().values()),
)
"""What stands beside a listing."""


def home(call: Call) -> Answer:
    (works,) = call.db.execute("select count(*) from works").fetchone()
    newest = [id_ for (id_,) in call.db.execute("select id from works order by id desc limit ?", (_NEWEST,))]
    counts = dict(call.db.execute("select listing, count(*) from listing_items group by listing"))
    listings = [
        (name, listing.title, listing.language, f"{counts.get(name, 0):,} entries")
        for name, listing in call.site.listings.items()
    ]
    return call.page(
        "home.html",
        here="home",
        works=works,
        listings=listings,
        newest=entries(call.db, newest).values(),
        sources=list(sources(call.db)),
        built=moment(built(call.db)),
    )


def about(call: Call) -> Answer:
    return call.page(
        "about.html",
        here="about",
        has_oai=call.settings.provider is not None and call.settings.provider.enabled,
        has_data=call.settings.data,
        sources=list(sources(call.db)),
        built=moment(built(call.db)),
    )


def listing(call: Call) -> Answer:
    name, known = _listing(call)
    page = load(call.db, name, known)
    return Answer(body=html.listing(page, name, call.site, call.to).encode())


def listing_file(call: Call) -> Answer:
    name, known = _listing(call)
    file = call.path["file"]
    if file == "listing.md":
        text = markdown.render(load(call.db, name, known))
        return Answer(body=text.encode(), media_type="text/markdown; charset=utf-8")
    if file == "fragment.html":
        return Answer(body=html.fragment(load(call.db, name, known), call.site, call.to).encode())
    ids = [
        id_
        for (id_,) in call.db.execute(
            "select work_id from listing_items where listing = ? order by section_position, position", (name,)
        )
    ]
    if file in ("feed.atom", "feed.json"):
        own = call.to.whole(call.to.listing(name, file))
        feed = feeds.of_listings(call.db, [name], known.title, call.to.whole(call.to.listing(name)), ids)
        return feed_answer(call, file, feed, own)
    return download(call, file.partition(".")[2], ids, name)


def feed(call: Call) -> Answer:
    """What is new in all listings together; where there are none, in the index."""
    ending = call.path["ending"]
    if ending not in ("atom", "json"):
        raise Refused(404, "There is no such feed", "There are feed.atom and feed.json.")
    ids = None
    if not call.site.listings:
        ids = [id_ for (id_,) in call.db.execute("select id from works order by id desc limit ?", (feeds.LONGEST,))]
    found = feeds.of_listings(call.db, list(call.site.listings), call.site.title, call.to.whole(call.to.home()), ids)
    return feed_answer(call, f"feed.{ending}", found, call.to.whole(call.to.feed(ending)))


def feed_answer(call: Call, file: str, feed: feeds.Feed, own: str) -> Answer:
    if file.endswith(".atom"):
        return Answer(body=feeds.atom(feed, own, call.to), media_type="application/atom+xml; charset=utf-8")
    return Answer(body=feeds.json_feed(feed, own, call.to), media_type="application/feed+json")


def download(call: Call, ending: str, ids: list[int], name: str) -> Answer:
    """Works in an export format, sent as they are written."""
    chosen = next((d for d in of_many().values() if d.ending == ending), None)
    if chosen is None:
        raise Refused(
            404, "There is no such file", f"Works can be had as {', '.join(d.ending for d in of_many().values())}."
        )
    return Answer(
        body=encoded(chosen.writer, query.works(call.db, ids=ids)),
        media_type=f"{chosen.media_type}; charset=utf-8"
        if chosen.media_type.startswith("text/")
        else chosen.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"', "X-Robots-Tag": "noindex"},
    )


def _listing(call: Call) -> tuple[str, Listing]:
    name = call.path["name"]
    known = call.site.listings.get(name)
    if known is None:
        raise Refused(
            404, "There is no such listing", "It may have been renamed. The first page leads to all listings."
        )
    return name, known


def opensearch(call: Call) -> Answer:
    """https://github.com/dewitt/opensearch"""
    from lxml import etree

    from harvester.formats.exported import xml_text

    namespace = "http://a9.com/-/spec/opensearch/1.1/"
    root = etree.Element(f"{{{namespace}}}OpenSearchDescription", nsmap={None: namespace})  # type: ignore[dict-item]
    title = xml_text(call.site.title)
    for name, text in (("ShortName", title[:16]), ("Description", title), ("InputEncoding", "UTF-8")):
        etree.SubElement(root, f"{{{namespace}}}{name}").text = text
    address = call.to.whole(call.to.search()) + "?q={searchTerms}"
    etree.SubElement(root, f"{{{namespace}}}Url", {"type": "text/html", "template": address})
    body = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Answer(body=body, media_type="application/opensearchdescription+xml")


def robots(call: Call) -> Answer:
    kept_out = [call.to.to(path) for path in ("search", "record/", "api/", "data")]
    return Answer(body=sitemap.robots(call.to.base, kept_out).encode(), media_type="text/plain; charset=utf-8")


def sitemap_file(call: Call) -> Answer:
    """All works, fifty thousand a file, by the ranges of their ids: no file needs those before it."""
    number = call.path.get("number")
    (highest,) = call.db.execute("select coalesce(max(id), 0) from works").fetchone()
    parts = max(1, -(-highest // sitemap.MOST))
    if number is None and parts > 1:
        text = sitemap.index(call.to.whole(f"sitemap-{n}.xml") for n in range(1, parts + 1))
    elif number is not None and not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= parts):
        raise Refused(404, "There is no such part", "The sitemap leads to all of its parts.")
    else:
        first = (int(number) - 1 if number else 0) * sitemap.MOST
        rows = call.db.execute(
            "select key from works where id > ? and id <= ? order by id", (first, first + sitemap.MOST)
        )
        text = sitemap.part([*_fixed(call, first), *(call.to.whole(call.to.work(key)) for (key,) in rows)])
    return Answer(body=text.encode(), media_type="application/xml")


def _fixed(call: Call, first: int) -> Iterator[str]:
    """The pages that are no works stand in the first part: it has one address less for each than the protocol allows."""
    if first == 0:
        yield call.to.whole(call.to.home())
        for name in call.site.listings:
            yield call.to.whole(call.to.listing(name))


def static(call: Call) -> Answer:
    name = call.path["file"]
    if name not in html.STATIC:
        raise Refused(404, "There is no such file", "It may be one of an older version of these pages.")
    keep = {"Cache-Control": "public, max-age=604800"}
    return Answer(body=html.static(name), media_type=html.STATIC[name], headers=keep)
