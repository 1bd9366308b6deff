"""What of a page is not what it seems: an error in a work's place, a day that is only a year, or is that of a deposit."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from fnmatch import translate
from functools import cache
from typing import Final

from msgspec import structs

from harvester import schemas
from harvester.clean import dates as edtf
from harvester.clean import text, types
from harvester.errors import RecordError
from harvester.formats.draft import Draft
from harvester.formats.web_page.html import WebPage
from harvester.formats.web_page.site import bare_title, is_wall
from harvester.record import Contributor, Date, Description, File, Json, Record

BIBLIOGRAPHIC: Final = ("citation", "eprints", "dc", "prism")
_OF_THE_SYSTEM: Final = frozenset({"copyrighted", "updated", "unknown"})
_WAITING: Final = 92
"""Days that a post may wait for its publication."""
_AN_IDENTIFIER: Final = re.compile(r"(?:pmid|pmcid|doi|issn|isbn): ?\S+$", re.IGNORECASE)
_LABEL: Final = re.compile(r"Downloadable!? ?(?:\(with restrictions\)!?)? ?")
"""RePEc's, before abstracts."""
_OF_LIBRARIES: Final = ("citation_", "dc.", "dcterms.", "eprints.")
_MANY: Final = 100
"""Descriptions, of which one would have to be compared with each other."""
_ABOUT: Final = 120
_PART: Final = 40
"""Characters from which on one text that begins like another is the same, cut short."""
_BEGINNING: Final = 80
"""Two texts on one work that begin so are one, in two renderings."""


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


def _soon(written: str, published: str) -> bool:
    """WordPress has a post that waits for its day changed for the last time before it is published."""
    try:
        return (datetime.date.fromisoformat(published) - datetime.date.fromisoformat(written)).days <= _WAITING
    except ValueError:
        return False


def republished(draft: Draft) -> None:
    """A content system that gives one moment for publication and another long before it for its change has published anew."""
    issued = next((d for d in draft.dates if d.type == "issued" and d.value), None)
    updated = next((d for d in draft.dates if d.type == "updated" and d.value), None)
    if issued is None or updated is None or issued.value is None or updated.value is None:
        return
    if edtf.sort_key(updated.value) < edtf.sort_key(issued.value)[: len(edtf.sort_key(updated.value))] and not _soon(
        updated.value, issued.value
    ):
        draft.dates = [Date("unknown", d.value, d.raw) if d is issued else d for d in draft.dates]


def fill_days(drafts: dict[str, Draft]) -> None:
    """Highwire fills a year up to its first day (``2020/01/01``): another day of that year in such tags is the day.

    Springer Nature does so with the month on the cover (``2020/09/01`` beside ``2020/09``), which has no day.
    """
    tagged = [drafts[name] for name in BIBLIOGRAPHIC if name in drafts]
    short = {d.value for draft in tagged for d in draft.dates if d.type == "issued" and d.value and len(d.value) < 10}
    for draft in tagged:
        draft.dates = [
            Date(d.type, month, d.raw)
            if d.type == "print" and d.value and d.value.endswith("-01") and (month := d.value[:-3]) in short
            else d
            for d in draft.dates
        ]
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


def only_date(draft: Draft | None) -> None:
    """The one date of which nobody says what happened on it is that of issue, before what content systems say."""
    if draft is None or any(d.type == "issued" for d in draft.dates):
        return
    if len({d.value for d in draft.loose_dates}) == 1 and draft.loose_dates[0].value:
        draft.dates.append(structs.replace(draft.loose_dates[0], type="issued"))
        draft.loose_dates = []


def days(draft: Draft) -> None:
    """Each day once; of a year and a day in it the day, unless that is its first, which fills the year up."""
    dates = list({(d.type, d.value, d.raw if d.value is None else ""): d for d in draft.dates[::-1]}.values())[::-1]
    dates = _of_the_issue(draft, dates)
    said = {(d.type, d.value) for d in dates if d.value}
    wrong: set[tuple[str, str]] = set()
    for kind, value in said:
        for short in (value[:4], value[:7]):
            if short != value and (kind, short) in said:
                wrong.add((kind, value if value[len(short) :] in ("-01", "-01-01") else short))
    draft.dates = [d for d in dates if (d.type, d.value) not in wrong]


def _of_the_issue(draft: Draft, dates: list[Date]) -> list[Date]:
    """Of the year of an issue alone only what it adds: that the work is older than the day that its platform names."""
    issues = {d.value for d in dates if d.type == "print" and d.value and len(d.value) == 4}
    named = [d for d in dates if d.type == "issued" and d.value] or [d for d in draft.loose_dates if d.value]
    if not issues or not named:
        return dates
    if min(issues) >= min(d.value[:4] for d in named if d.value):
        return [d for d in dates if d.type != "print" or d.value not in issues]
    draft.loose_dates = []
    return [d for d in dates if d not in named] + [Date("online", d.value, d.raw) for d in named]


def undated(record: Record, on_the_web: frozenset[str], *, home: bool) -> Record:
    """A page of a site has no date of issue for the year of its copyright, nor a home page for the day it was made on."""
    made = _OF_THE_SYSTEM | {"created"} if home else _OF_THE_SYSTEM
    told = any(d.value and d.type not in made for d in record.dates)
    return record if told or record.type not in on_the_web else structs.replace(record, issued=None)


def deposited(draft: Draft) -> None:
    """What came online after it was published came into this place then, as a copy or a new version, and is no older for it."""
    published = [d.value for d in draft.dates if d.type == "issued" and d.value]
    if not published:
        return
    last = max(map(edtf.sort_key, published))
    draft.dates = list({(d.type, d.value, d.raw if d.value is None else ""): d for d in draft.dates[::-1]}.values())[
        ::-1
    ]
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
        or not ("citation" in drafts or any(scheme == "doi" for scheme, _ in draft.identifiers))
        or any(c.role != "other" for d in drafts.values() for c in d.contributors)
    ):
        return
    draft.contributors = [structs.replace(c, role="author") for c in draft.contributors]


def affiliations(draft: Draft | None) -> None:
    """Pure names all authors and then all institutions: they are not those of the last one."""
    if draft is None:
        return
    named = [c for c in draft.contributors if c.role == "author"]
    if len(named) < 2 or len(named[-1].affiliations) < 2 or any(c.affiliations for c in named[:-1]):
        return
    last = named[-1]
    draft.extra.setdefault("citation_author_institution", []).extend(a.name for a in last.affiliations if a.name)
    draft.contributors[draft.contributors.index(last)] = structs.replace(last, affiliations=())


def once(draft: Draft, known: int, named: dict[tuple[str, str], str], tag: str) -> None:
    """Drops of the people after ``known`` those whom another tag has named: ``citation_authors`` after ``citation_author``.

    One tag made for bibliographies may name two people of one name.
    """
    place = tag if tag.startswith(_OF_LIBRARIES) else f"{tag} {known}"
    new = [person for person in draft.contributors[known:] if named.setdefault(_who(person), place) == place]
    if len(new) < len(draft.contributors) - known:
        draft.contributors[known:] = new


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


# --- words -----------------------------------------------------------------------------------------------------------


@cache
def _empty_words() -> re.Pattern[str]:
    said = schemas.table("crosswalks/web_page")["boilerplate"]["descriptions"]
    return re.compile("|".join(translate(each) for each in said), re.IGNORECASE)


def boilerplate(draft: Draft, sites: list[str], of_sites: list[Json]) -> None:
    """Drops descriptions that say nothing of the work, and those that say what another one says."""
    names = [
        *sites,
        draft.container.get("title"),
        draft.values.get("publisher"),
        *(t.title for t in draft.titles if not t.type),
    ]
    taken = {text.title_key(name) for name in names if name}
    taken |= {text.title_key(said) for said in of_sites if isinstance(said, str)}
    if len(draft.descriptions) + len(draft.loose_descriptions) > _MANY:
        return
    kept: dict[str, tuple[bool, Description]] = {}
    for is_loose, found in _telling_first(draft):
        key = text.title_key(found.text)
        if key in taken or _empty_words().match(found.text) or _about_the_site(found, sites):
            draft.extra.setdefault("description", []).append(found.text)
        elif (known := next((known for known in kept if _same(key, known)), None)) is None:
            kept[key] = (is_loose, found)
        elif found.type == "abstract" and not is_loose and kept[known][0] and len(key) * 5 > len(known) * 4:
            del kept[known]  # the other one only has marks in it
            kept[key] = (is_loose, found)
    draft.descriptions = [d for d in draft.descriptions if (False, d) in kept.values()]
    draft.loose_descriptions = [d for is_loose, d in kept.values() if is_loose]
    draft.titles = [t for t in draft.titles if t.type != "alternative" or text.title_key(t.title) not in kept]


def _telling_first(draft: Draft) -> list[tuple[bool, Description]]:
    """(nobody said what it is, description): the longest first, and of the same ones that of which most is said."""
    loose = [(True, structs.replace(d, text=_LABEL.sub("", d.text))) for d in draft.loose_descriptions]
    named = [(False, d) for d in draft.descriptions]
    ranked = [each for each in named if each[1].type == "abstract"] + loose
    ranked += [each for each in named if each[1].type != "abstract"]
    return sorted(ranked, key=lambda each: -len(text.title_key(each[1].text)))


def _same(short: str, long: str) -> bool:
    return short == long or (len(short) >= _PART and long.startswith(short[:_BEGINNING]))


def _about_the_site(found: Description, sites: list[str]) -> bool:
    """``Baker Botts is an international law firm``."""
    begin = text.plain(found.text)[:_ABOUT]
    return found.type == "summary" and any(
        f"{name} {verb} " in begin
        for name in sites
        if len(name) > 2
        for verb in ("is a", "is an", "is the", "are a", "are the")
    )


def no_subjects(draft: Draft, sites: list[str]) -> None:
    """Keywords for search engines name authors, site and title, DSpace's the type; an identifier is no subject."""
    people = {_words(name) for c in draft.contributors if c.kind == "person" for name in (c.name, c.raw or c.name)}
    kinds = [said for said in draft.type_raw if types.resource_type(said) or types.named("schema_org", said)]
    named = {said.casefold() for said in (*kinds, *sites)}
    titles = [t.title.casefold() for t in draft.titles if not t.type and len(t.title) >= _PART // 2]
    wrong = [
        s
        for s in draft.subjects
        if s.term.casefold() in named
        or any(title in s.term.casefold() for title in titles)
        or _AN_IDENTIFIER.match(s.term)
        or (
            people
            and (_words(s.term) in people or ("," in s.term and {_words(part) for part in s.term.split(",")} <= people))
        )
    ]
    for subject in wrong:
        del draft.subjects[subject]
        draft.extra.setdefault("keywords", []).append(subject.term)


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.casefold()))


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
