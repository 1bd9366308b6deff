"""The evidence-base listing: what stands in which section, in what order, and how it is shown.

A listing is a page with sections. A work gets into a section because a rule of the section takes it, because a curated
entry names listing and section, or because the section includes it by name. It stands once in each listing: where it is
included, else where a curated entry puts it, else in the first section whose rule takes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from harvester import schemas
from harvester.listing.dates import span
from harvester.wording import did_you_mean

READING_LIST: Final = "reading-list"
"""Our own form of an entry; all others are of the Citation Style Language."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """``[[listing.NAME.section]]``. All conditions that are given must hold; of the values of one, any."""

    title: str
    """Heading; the name that curated entries give."""
    introduction: str = ""
    """Plain text above the entries; an empty line begins a paragraph, web addresses become links."""
    source: tuple[str, ...] = ()
    """Works of which one of these sources has a record."""
    type: tuple[str, ...] = ()
    """Types of ``schemas/vocabularies/types.toml``."""
    subject: tuple[str, ...] = ()
    """Whole subject terms; capitals do not matter."""
    query: str = ""
    """What ``harvester search`` would find."""
    since: str = ""
    """Issued from this date on: 2020, 2020-09 or 2020-09-28. A work that may or may not lie within, because its date is
    less exact, is taken; one without a date is not."""
    until: str = ""
    """Issued up to and including this date."""
    include: tuple[str, ...] = ()
    """Works that stand here whatever the rule says: work keys, DOIs, handles, links."""
    exclude: tuple[str, ...] = ()
    """Works that do not stand here whatever else says so."""
    limit: int | None = None
    """At most so many entries by rule, the newest; included and curated ones are always shown, and count."""
    curated: bool = True
    """Whether curated entries may ask to stand here."""

    @property
    def has_rule(self) -> bool:
        """Without a rule there are only curated and included works."""
        return bool(self.source or self.type or self.subject or self.query or self.since or self.until)


class Listing(Struct, frozen=True, forbid_unknown_fields=True, rename={"sections": "section"}):
    """``[listing.NAME]``: one page."""

    title: str
    """Heading of the page."""
    introduction: str = ""
    """Plain text below it."""
    sections: tuple[Section, ...] = ()
    """``[[listing.NAME.section]]``, in the order of the page."""
    language: str = "en"
    """BCP 47, of the titles and introductions of the page; its own few words are English."""
    style: str = "reading-list"
    """How its entries are cited: ``reading-list`` (Jones, L. *Title*. 12 September 2022. Link), or a style of ``schemas/styles``:
    bmj, vancouver, harvard, apa."""
    curation: str = ""
    """The file of what people say of its works: pinned, hidden, moved, annotated [default: ``listings/NAME.toml``].
    Paths start at the folder of the config file."""


def check(listing: Listing) -> Iterator[tuple[str, str]]:
    """(key, fault) of each mistake in the settings; keys such as ``section.2.since``."""
    if not listing.title.strip():
        yield "title", "is empty"
    if not _LANGUAGE.fullmatch(listing.language):
        yield "language", f"{listing.language!r} is not a language tag; write 'en' or 'fr-CA'"
    if listing.style not in (known := {READING_LIST, *schemas.styles()}):
        yield "style", f"{listing.style!r} is no citation style{did_you_mean(listing.style, known)}"
    seen: set[str] = set()
    for number, section in enumerate(listing.sections):
        key = f"section.{number}"
        if not section.title.strip():
            yield f"{key}.title", "is empty"
        elif section.title.casefold() in seen:
            yield f"{key}.title", f"{section.title!r} is the title of another section of this listing"
        seen.add(section.title.casefold())
        for name in ("since", "until"):
            value = getattr(section, name)
            if value and span(value) is None:
                yield f"{key}.{name}", f"{value!r} is not a date; write 2020, 2020-09 or 2020-09-28"
        for type_ in section.type:
            if type_ not in (types := schemas.table("vocabularies/types")):
                yield f"{key}.type", f"{type_!r} is no type of work{did_you_mean(type_, types)}"
        if section.limit is not None and section.limit < 1:
            yield f"{key}.limit", "must be at least 1"
