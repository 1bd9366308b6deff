"""Endpoints about a search: its page, a report to hand in, its feed, and all that it finds in a format."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from msgspec import structs

from harvester.citation import date_text, web_link
from harvester.listing.entries import entries
from harvester.listing.page import built, moment
from harvester.masking import masked
from harvester.pages import feeds, results
from harvester.pages.downloads import of_many
from harvester.pages.item import source_titles as names
from harvester.query.results import all_ids, find, lines
from harvester.query.state import MAX_SIZE, query_string
from harvester.serve.browsing import download, feed_answer
from harvester.serve.calls import Answer, Call, redirect

FILES: Final = ("feed.atom", "feed.json", "report", *(f"works.{d.ending}" for d in of_many().values()))
"""What stands beside a search."""
_REPORTED: Final = MAX_SIZE
"""Works that a report lists."""
_FOLLOWED: Final = 20_000
"""Works of a search, the latest published, among which its feed looks for what is new."""


def search(call: Call) -> Answer:
    """A pasted identifier leads to its work, unless more is asked for than that; a page beyond the end to the last one."""
    found = find(call.db, call.search)
    if found.total and not found.hits and call.search.page > 1:
        last = structs.replace(found.search, page=-(-found.total // found.search.size))
        return redirect(call.to.to(call.to.search(query_string(last))))
    if found.goes_to and not (found.search.chosen or found.search.years != (None, None)):
        return redirect(call.to.to(call.to.work(found.goes_to)))
    shown = entries(call.db, [hit.work_id for hit in found.hits])
    page = results.page(found, shown, names(call.db), call.site, call.to)
    robots = {"X-Robots-Tag": "noindex, follow"}
    return call.page("search.html", here="search", headers=robots, page=page, built=moment(built(call.db)))


def search_file(call: Call) -> Answer:
    file = call.path["file"]
    wanted = structs.replace(call.search, page=1, after="", size=MAX_SIZE)
    if file == "report":
        return _report(call)
    if file in ("feed.atom", "feed.json"):
        found = find(call.db, structs.replace(wanted, size=1))
        # What came last, whenever it was published: that is what a feed is for.
        ids = all_ids(call.db, structs.replace(wanted, sort="newest"))[:_FOLLOWED]
        address = query_string(structs.replace(call.search, page=1, after=""))
        own = call.to.whole(call.to.search(address, file))
        title = f"{call.site.title}: {results.in_words(found)}"
        feed = feeds.Feed(title, call.to.whole(call.to.search(address)), feeds.newest(call.db, ids))
        return feed_answer(call, file, feed, own)
    return download(call, file.partition(".")[2], all_ids(call.db, wanted), "works")


def _report(call: Call) -> Answer:
    """What was asked, when, of what, and how much was found: what a systematic review prints in its appendix."""
    found = find(call.db, structs.replace(call.search, page=1, after="", size=_REPORTED))
    shown = entries(call.db, [hit.work_id for hit in found.hits])
    page = results.page(found, shown, names(call.db), call.site, call.to)
    now = datetime.now(UTC)
    return call.page(
        "report.html",
        page=page,
        strategy=results.strategy(found, lines(call.db, found.search)),
        when=f"{date_text(now.strftime('%Y-%m-%d'))}, {now:%H:%M} UTC",
        built=moment(built(call.db)),
        sources=[
            (title or name, masked(url) if web_link(url) else "", records)
            for title, name, url, records in call.db.execute(
                "select s.title, s.name, s.url, (select count(*) from records where source = s.name) from sources s"
                " order by s.rank, s.name"
            )
        ],
        headers={"X-Robots-Tag": "noindex"},
    )
