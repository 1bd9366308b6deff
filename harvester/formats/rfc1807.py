"""RFC 1807. Crosswalk: ``crosswalks/rfc1807.toml``; OJS has its own mind about ``organization`` and ``other_access``."""

from __future__ import annotations

from harvester.clean import citations, text
from harvester.formats import tree
from harvester.formats.draft import Draft
from harvester.formats.rules import bags, links, terms, words
from harvester.record import Json

read = tree.reader("rfc1807")


def body(draft: Draft, sent: str) -> Json:
    """Who published it; OJS sends the journal first, then the journal with volume, issue and pages."""
    if (parsed := citations.citation(sent)) is not None:
        draft.citation = draft.citation or parsed
        return parsed
    found = text.plain(sent)
    return draft.set("publisher", found) if found else None


def other_access(draft: Draft, sent: str) -> Json:
    """``url:https://...``"""
    bare = sent.removeprefix("url:").strip()
    if not bare:
        return "an empty address"
    known = links.form(bare)
    if known is not None and known[0] != "url":
        return links.classified(draft, bare, known)
    return bags.file(draft, bare) if known and bags.is_file(bare) else links.landing(draft, bare)


def page_count(draft: Draft, sent: str) -> Json:
    """How many pages the work has."""
    return draft.put(draft.extent, f"{sent} pages" if sent.isdigit() else text.plain(sent))


def revised(draft: Draft, sent: str) -> Json:
    """A date, or ``2, FTP retrieval information added``, which is a note."""
    dated = any(c.isdigit() for c in sent[-4:]) and len(sent) < 40
    return terms.date(draft, sent, "updated") if dated else words.description(draft, sent, "note")
