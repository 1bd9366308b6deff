"""News as text, and as a message for the mail (RFC 5322) that ``sendmail -t`` takes. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from itertools import groupby
from typing import Final

from msgspec import structs

from harvester import updates
from harvester.news import Item
from harvester.record import CURATOR

WIDTH: Final = 72
"""Columns of a mail: quoted once or twice, it still fits a terminal (RFC 3676, 4.2)."""
_LONGEST_LINE: Final = 900
"""Characters; RFC 5322, 2.1.1 ends lines at 998 bytes."""


def lines(item: Item) -> Iterator[str]:
    """An item: what it is about, where that is, and what happened, by whom."""
    status = {"new": item.after, "listed": item.before}.get(item.what, "")
    known = updates.vocabulary().get(status)
    mark = f"  [{known.label if known else status}]" if status else ""
    gone = "  (no longer in the index)" if not item.present else "" if item.holds else "  (no longer so)"
    yield f"{item.title or item.key}{mark}{gone}"
    yield item.url or item.key
    if item.what == "copy":
        yield f"{item.after or 'a file'}, open; before: {item.before or 'none'}"
        return
    if item.what == "listed":
        yield f"in {item.after}"
        return
    if item.what == "status" and item.before:
        yield f"before: {item.before}" + (f", now: {item.after}" if item.after else "")
    if item.what == "update" and item.before:
        yield f"still: {item.before}"
    who = f"by {' and '.join(item.sources)}" if item.what != "new" and item.basis else ""
    if item.basis == "title":
        who += ", in the title alone" if who else "in the title alone"
    if said := ", ".join(v for v in (item.date, item.notice, who) if v):
        yield said
    if item.notice_title:
        yield f"notice: {item.notice_title}"


def parts(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    """By their headings, in their order."""
    return [(heading, list(group)) for heading, group in groupby(items, key=lambda item: item.heading)]


def of_listing(items: Iterable[Item], name: str) -> list[Item]:
    """What is news of the works that stand in a listing; of those that came into another one it is none."""
    return [i for i in items if name in i.listings and (i.what != "listed" or name in i.after.split("; "))]


def counts(items: Iterable[Item]) -> str:
    """``retracted 1, new works 14``."""
    return ", ".join(f"{heading.lower()} {len(group)}" for heading, group in parts(items))


def message(
    groups: Sequence[tuple[str, list[Item]]],
    *,
    title: str,
    home: str,
    since: str,
    sender: str,
    to: Sequence[str],
    limit: int,
    date: datetime,
) -> bytes:
    """A mail with the news of several listings: (title, news) of each.

    ``title``, ``home``: of the evidence base, and where it is ('': nowhere); ``since``: the moment, in words; ``limit``: of each
    kind of news so many.
    """
    mail = EmailMessage(policy=default.clone(max_line_length=78))
    mail["From"] = Address(_one_line(title), addr_spec=sender)
    mail["To"] = [Address(addr_spec=address) for address in to]
    mail["Subject"] = _subject(title, groups)
    mail["Date"] = date
    mail["Auto-Submitted"] = "auto-generated"  # so that nobody's machine answers (RFC 3834)
    body = "\n".join(_body(groups, since, home, limit)) + "\n"
    plain = body.isascii() and all(len(line) <= _LONGEST_LINE for line in body.split("\n"))
    mail.set_content(body, cte="7bit" if plain else "quoted-printable")
    return mail.as_bytes()


def _subject(title: str, groups: Iterable[tuple[str, list[Item]]]) -> str:
    """``Evidence base: retracted 1, new works 14``; what stands in several listings counts once."""
    seen: dict[tuple[str, str, str, str], Item] = {}
    for _, items in groups:
        for item in items:
            what = "new" if item.what == "listed" else item.what
            seen.setdefault((item.key, what, item.at, item.after if what != "new" else ""), item)
    tally: dict[tuple[int, str], int] = {}
    for item in seen.values():
        place = (item.gravity, item.heading) if item.what not in ("new", "listed") else (1000, "new")
        tally[place] = tally.get(place, 0) + 1
    told = ", ".join(f"{heading.lower()} {number}" for (_, heading), number in sorted(tally.items()))
    return f"{_one_line(title)}: {told or 'nothing new'}"


def _body(groups: Sequence[tuple[str, list[Item]]], since: str, home: str, limit: int) -> Iterator[str]:
    anything = any(items for _, items in groups)
    yield from _wrapped(f"{'What is new' if anything else 'Nothing is new'} since {since}.")
    if home:
        yield home
    for title, items in groups:
        if not items:
            continue
        yield ""
        yield ""
        heading = _wrapped(_one_line(title))
        yield from heading
        yield "=" * max(map(len, heading), default=0)
        for name, group in parts(items):
            yield ""
            yield f"{name} ({len(group)})"
            for item in group[:limit]:
                yield ""
                first, *rest = lines(_for_readers(item))
                yield from _wrapped(first, "* ", "  ")
                for line in rest:
                    yield from _wrapped(line, "  ", "  ")
            if len(group) > limit:
                yield ""
                yield f"  ... and {len(group) - limit} more"


def _for_readers(item: Item) -> Item:
    """As a reading list has it; without the names of people who decided something, who are nobody's business outside."""
    sources = dict.fromkeys("an editor" if source.startswith(CURATOR) else source for source in item.sources)
    cited = item.citation.removesuffix(item.url).strip()
    return structs.replace(item, sources=tuple(sources), title=cited or item.title)


def _wrapped(text: str, first: str = "", others: str = "") -> list[str]:
    """Text on lines of 72 columns; an address stays whole, however long."""
    return textwrap.wrap(
        _one_line(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _one_line(text: str) -> str:
    """Without line breaks and control characters: what a header would take for another one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
