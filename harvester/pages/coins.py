"""Entries of a list for reference managers: ContextObjects in Spans, which Zotero offers to take one by one or all. Pure.

OpenURL (ANSI/NISO Z39.88-2004) has formats for what stands in journals and books, and for theses. All else is in Dublin Core, and
says its type as Zotero calls it: so Zotero itself writes it, and in the format for books it would lose the title. COinS stand
on lists only: on an item's page Zotero would prefer them to the tags, which say more.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import quote_plus

from harvester.clean import types
from harvester.listing.entries import Entry
from harvester.pages.tags import DATE, inverted, slashed

_MOST: Final = 100
"""Authors: some papers have thousands."""


class _Form(NamedTuple):
    """A format, and what it calls the title of the work, of what it stands in, and who published it."""

    format: str
    genre: str
    title: str
    container: str
    publisher: str
    author: str = "rft.au"


_FORMS: Final = {
    "journalArticle": _Form("journal", "article", "rft.atitle", "rft.jtitle", ""),
    "preprint": _Form("journal", "preprint", "rft.atitle", "rft.jtitle", ""),
    "book": _Form("book", "book", "rft.btitle", "rft.series", "rft.pub"),
    "bookSection": _Form("book", "bookitem", "rft.atitle", "rft.btitle", "rft.pub"),
    "conferencePaper": _Form("book", "proceeding", "rft.atitle", "rft.btitle", "rft.pub"),
    "report": _Form("book", "report", "rft.btitle", "rft.series", "rft.pub"),
    "thesis": _Form("dissertation", "", "rft.title", "", "rft.inst"),
}
"""By the types of Zotero; '' for what a format does not say."""
_OTHER: Final = _Form("dc", "", "rft.title", "rft.source", "rft.publisher", "rft.creator")


def coins(entry: Entry) -> str:
    """The ``title`` of a ``span`` of class ``Z3988``."""
    place = entry.place
    kind = types.name_in("zotero", place.type) or "document"
    form = _FORMS.get(kind, _OTHER)
    first, _, last = place.pages.partition("-")
    said = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form.format}"),
        ("rft.genre", form.genre),
        (form.title, entry.citation.title),
        ("rft.type", kind if form is _OTHER else ""),
        (form.container, place.container),
        (form.publisher, place.publisher),
        ("rft.volume", place.volume),
        ("rft.issue", place.issue),
        ("rft.spage", first),
        ("rft.epage", last),
        ("rft.issn", place.issn),
        ("rft.isbn", place.isbn if form.format == "book" else ""),
        ("rft.date", entry.issued if DATE.fullmatch(entry.issued) else slashed(entry.issued)),
        ("rft_id", f"info:doi/{place.doi}" if place.doi else entry.citation.link),
    ]
    authors = place.authors[:_MOST]
    if authors and form is not _OTHER and authors[0].kind != "organisation":
        said += [("rft.aulast", authors[0].family or ""), ("rft.aufirst", authors[0].given or "")]
    for person in authors:
        # Zotero would cut the name of an organisation in two, and brings what stands in ``aucorp`` out of its place.
        said.append(("rft.aulast" if person.kind == "organisation" else form.author, inverted(person)))
    return "&".join([f"{name}={quote_plus(value, errors='replace')}" for name, value in said if name and value])
