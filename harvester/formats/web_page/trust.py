"""What of a page is not what it seems: an error in a work's place, a day that is only a year, or is that of a deposit."""

from __future__ import annotations

from collections import Counter
from typing import Final

from msgspec import structs

from harvester import schemas
from harvester.clean import dates as edtf
from harvester.clean import text
from harvester.errors import RecordError
from harvester.formats.draft import Draft
from harvester.formats.web_page.html import WebPage
from harvester.formats.web_page.site import bare_title, is_wall
from harvester.record import Contributor, Date, File

BIBLIOGRAPHIC: Final = ("citation", "eprints", "dc", "prism")


def refuse_walls(found: WebPage, drafts: dict[str, Draft], sites: list[str]) -> None:
    """RecordError for a page in a work's place. Systems tag their error pages too, but name nobody and no identifier there."""
    tagged = [drafts[name] for name in BIBLIOGRAPHIC if name in drafts]
    if any(draft.titles and (draft.contributors or draft.identifiers) for draft in tagged):
        return
    titles = [bare_title(t, sites) for t in (found.title, *found.headings[:1]) if t]
    titles += [title.title for draft in tagged for title in draft.titles[:1]]
    for title in titles[:1] if titles and not is_wall(titles[0]) and found.first("og:title") else titles:
        if is_wall(title):
            raise RecordError(f"says {title!r}: that is no page of a work but stands in its place", element="title")
    if found.shell and drafts.keys() <= {"plain"}:
        raise RecordError("has nothing in it: it is filled by a program that runs in a browser")
    if not titles and not found.first("og:title"):
        if found.moves_on:
            raise RecordError("only sends on to another page")
        if not drafts and not found.objects:
            raise RecordError("has no title and says nothing about itself")


# --- dates -----------------------------------------------------------------------------------------------------------


def republished(draft: Draft) -> None:
    """A content system that gives one moment for publication and another before it for its change has published anew."""
    issued = next((d for d in draft.dates if d.type == "issued" and d.value), None)
    updated = next((d for d in draft.dates if d.type == "updated" and d.value), None)
    if issued is None or updated is None or issued.value is None or updated.value is None:
        return
    if edtf.sort_key(updated.value) < edtf.sort_key(issued.value)[: len(edtf.sort_key(updated.value))]:
        draft.dates = [Date("unknown", d.value, d.raw) if d is issued else d for d in draft.dates]


def fill_days(drafts: dict[str, Draft]) -> None:
    """Highwire fills a year up to its first day (``2020/01/01``): another day of that year in such tags is the day."""
    tagged = [drafts[name] for name in BIBLIOGRAPHIC if name in drafts]
    days = {
        date.value: date
        for draft in tagged
        for date in (*draft.dates, *draft.loose_dates)
        if date.type in ("issued", "") and date.value and len(date.value) == 10 and not date.value.endswith("-01-01")
    }
    for draft in tagged:
        for place, date in enumerate(draft.dates):
            if date.type == "issued" and date.value and date.value.endswith("-01-01"):
                day = next((found for value, found in days.items() if value[:4] == date.value[:4]), date)
                draft.dates[place] = structs.replace(day, type="issued")


def deposited(draft: Draft) -> None:
    """What came online after it was published came into this place then, as a copy or a new version, and is no older for it."""
    published = [d.value for d in draft.dates if d.type == "issued" and d.value]
    if not published:
        return
    last = max(map(edtf.sort_key, published))
    draft.dates = [
        Date("available", d.value, d.raw)
        if d.type == "online" and d.value and edtf.sort_key(d.value)[: len(last)] > last[: len(edtf.sort_key(d.value))]
        else d
        for d in draft.dates
    ]


# --- people, kinds, files --------------------------------------------------------------------------------------------


def authors(drafts: dict[str, Draft]) -> None:
    """Highwire and Emerald name authors in ``DC.Contributor`` and nobody in ``DC.Creator``: an article is by somebody."""
    draft = drafts.get("dc")
    if (
        draft is None
        or "citation" not in drafts
        or any(c.role != "other" for d in drafts.values() for c in d.contributors)
    ):
        return
    draft.contributors = [structs.replace(c, role="author") for c in draft.contributors]


def united(known: list[Contributor], others: list[Contributor]) -> list[Contributor]:
    """The people of one vocabulary, with what another one says of the same: ORCID iDs and affiliations."""
    own, named = Counter(_who(person) for person in known), Counter(_who(person) for person in others)
    told = {_who(person): person for person in others if person.given and named[_who(person)] == 1}
    return [
        structs.replace(person, orcid=person.orcid or same.orcid, affiliations=person.affiliations or same.affiliations)
        if own[_who(person)] == 1 and (same := told.get(_who(person)))
        else person
        for person in known
    ]


def _who(person: Contributor) -> tuple[str, str]:
    return person.name, person.role


def preprint(draft: Draft) -> None:
    """Servers of preprints name themselves as the journal."""
    servers: list[str] = schemas.table("crosswalks/web_page")["preprints"]["servers"]
    title = text.title_key(draft.container.get("title", ""))
    arxiv = any(scheme == "arxiv" for scheme, _ in draft.identifiers) and not title
    if arxiv or title in {text.title_key(server) for server in servers}:
        draft.types = [(2, "preprint")]
        if title:
            draft.container["type"] = "repository"


def files(known: list[File], others: list[File]) -> list[File]:
    """Each file once; what a tag calls a PDF may be said to be something else by those who tell media types."""
    found = {file.url: file for file in known}
    for file in others:
        old = found.get(file.url)
        found[file.url] = (
            file
            if old is None
            else structs.replace(
                old,
                mime=file.mime or old.mime,
                name=old.name or file.name,
                size_label=old.size_label or file.size_label,
            )
        )
    return list(found.values())
