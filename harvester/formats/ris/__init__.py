"""RIS, for reference managers: read by type and tag from whatever program wrote it, and written.

Lines that are written end in CR LF, as the format's specification has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from harvester import schemas
from harvester.clean import dates, types
from harvester.clean.edtf import SEASONS
from harvester.errors import RecordError
from harvester.formats import exported
from harvester.formats.crosswalk import Crosswalk, crosswalk, row, take
from harvester.formats.draft import Draft, begin
from harvester.formats.encodings import decode
from harvester.formats.ris.days import plain_date
from harvester.formats.ris.lines import fields_of, slices
from harvester.formats.rules.preprints import settle_preprint
from harvester.record import Contributor, RawRecord, Record, Step, Work

__all__ = ["read", "slices", "write"]

# --- in --------------------------------------------------------------------------------------------------------------

_DATES = ("PY", "Y1", "DA")
_PAGES = ("SP", "EP")
_IN_ORDER = ("C3", "T2", "BT", "JF", "JO", "JA", "J1", "J2", "AB", "N2", "IS", "M1", "C1", "CY", "AD", "AI", "M2")
"""Tags of which one decides what the next means, in this order; the others come as they stand."""
_OF_A_PART = frozenset({"T2", "C3", "SP"})
"""What a SER has that is a part of a serial and not the serial itself (Scopus)."""
_MEDLINE = re.compile(r"pubmed|medline|nlm\b", re.IGNORECASE)


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    """One record, from ``TY`` to ``ER``. The dialect is the group of its type."""
    fields = [(tag, value) for tag, value in fields_of(decode(raw.payload)[0]) if value]
    if not fields:
        raise RecordError("is no record of RIS: no tag in it has a value")
    said = dict(reversed(fields))
    kind = said.get("TY", "").upper()
    table = crosswalk("ris", _group(kind))
    if kind in schemas.table("crosswalks/ris")["day_of_access"]:
        said.pop("DA", None)
    if "T2" in said and _group(kind) == "journal":
        said.pop("C3", None)
    draft = begin(raw, dialect, trace)
    if kind:
        draft.type_raw.append(kind)
        found = types.named("ris", kind)
        if found is not None and found != "other" and not (kind == "SER" and said.keys() & _OF_A_PART):
            draft.types.append((1, found))
    _when(draft, table, said)
    _where(draft, table, said)
    for tag, value in sorted(fields, key=lambda field: _IN_ORDER.index(field[0]) if field[0] in _IN_ORDER else -1):
        if tag not in said:
            take(draft, None, tag, value, None)
        elif tag in _DATES:
            if value != said[tag]:
                _further_date(draft, tag, value)
        elif tag not in _PAGES:
            path = _path(table, tag, value, kind, said.get("DB", ""))
            take(draft, table.field(path), path, value, None)
    if "title" not in draft.container and "short_title" in draft.container:
        draft.container["title"] = draft.container["short_title"]
    settle_preprint(draft)
    return draft.finish()


def _path(table: Crosswalk, tag: str, value: str, kind: str, database: str) -> str:
    """The row for a tag: that of one type or one database, where there is such a row (``AU.EDBOOK``, ``M3.scopus``)."""
    if tag == "AN" and value.isdigit() and _MEDLINE.search(database):
        return "AN.pubmed"
    return next((path for path in (f"{tag}.{kind}", f"{tag}.{database.lower()}") if path in table.fields), tag)


def _group(kind: str) -> str:
    groups: dict[str, list[str]] = schemas.table("crosswalks/ris")["kinds"]
    return next((name for name, known in groups.items() if kind in known), "")


def _when(draft: Draft, table: Crosswalk, said: dict[str, str]) -> None:
    """The day of DA with the year of PY where they agree, or where DA has none (``Sep 28``); else PY is the date of issue."""
    year = said.get("PY") or said.get("Y1") or ""
    day = said.get("DA") or (said.get("Y1") or "" if year != said.get("Y1") else "")
    if "DA" not in said and day and (conference := table.field("Y1")) is not None:
        take(draft, conference, "Y1", day, None)
        day = ""
    value, more = (dates.date(plain_date(sent)) if sent else None for sent in (year, day))
    issue = table.field("PY-DA")
    if not year or not day:
        sent = year or day
        if sent:
            take(draft, issue, "PY-DA", sent, None)
    elif (
        more is None
        and value is not None
        and (whole := dates.date(f"{day} {value[:4]}"))
        and whole.startswith(value[:4])
    ):
        take(draft, issue, "PY-DA", f"{day} {value[:4]}", None)
    elif value is None or (more is not None and more.startswith(value)):
        take(draft, issue, "PY-DA", day, None)
    else:
        take(draft, issue, "PY-DA", year, None)
        if more is not None and not value.startswith(more):
            take(draft, table.field("DA"), "DA", plain_date(day), None)


_HISTORY: Final = ("received", "accepted")
"""What stands behind the dates of PubMed Central: ``2013/02/15/received``."""


def _further_date(draft: Draft, tag: str, value: str) -> None:
    """A second PY, Y1 or DA is none of publication."""
    day, _, said = value.rpartition("/")
    if (kind := said.lower()) in _HISTORY:
        take(draft, row(f"dates : date {kind}"), tag, plain_date(day), None)
    else:
        take(draft, None, tag, value, None)


def _where(draft: Draft, table: Crosswalk, said: dict[str, str]) -> None:
    """SP with EP; either may hold the whole range."""
    start, end = (said.get(tag, "") for tag in _PAGES)
    sent = (
        start
        if start == end or not end or re.search(r"\d\s*[-\u2013]\s*\w", start)
        else f"{start}-{end}"
        if start
        else end
    )
    if sent:
        take(draft, table.field("SP-EP"), "SP-EP", sent, None)


# --- out -------------------------------------------------------------------------------------------------------------

_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")
_EDITORS = {"book": "A3"} | dict.fromkeys(("journal", "news", "section", "conference", "report"), "A2")
"""Where editors are, for EndNote and Zotero: A2 of a book are those of its series, and of other types anybody; those have ED."""
_TRANSLATED = frozenset({"journal", "news", "book", "section"})
"""Where A4 is a translator; elsewhere it is somebody else, or a department."""


def write(works: Iterable[Work]) -> Iterator[str]:
    """One record a work, from ``TY`` to ``ER``, with an empty line after it."""
    for work in works:
        lines = [(tag, exported.one_line(value)) for tag, value in tags(work)]
        yield "".join([f"{tag}  - {value}\r\n" for tag, value in lines if value or tag == "ER"]) + "\r\n"


def tags(work: Work) -> Iterator[tuple[str, str]]:
    """(tag, value) in the order of the record."""
    record = work.record
    kind = exported.names("ris").get(record.type, "GEN")
    group = _group(kind)
    yield "TY", kind
    yield "ID", work.key
    if title := exported.title(record):
        yield "TI", title
    for other in record.titles:
        if other.type in ("translated", "short"):
            yield "TT" if other.type == "translated" else "ST", other.title
    yield from _people(record, kind, group)
    pairs: list[tuple[str, str | None]] = [
        *_holders(record, group),
        ("PY", exported.year(record)),
        ("DA", _date(record.issued)),
        ("ET", _online(record) if group == "journal" else record.edition),
        ("VL", record.degree.name if group == "thesis" and record.degree else record.volume),
        ("IS", record.issue),
        *_pages(record, group),
        ("C7", record.article_number),
        ("SE", record.part if group != "journal" or not re.search(r"\d", record.part or "") else None),
        ("PB", _publisher(record, group)),
        *_places(record, group),
        *(("SN", number) for number in exported.numbers(record, "isbn", "issn", "eissn")),
        ("SN", exported.identifier(record, "report-number") if group == "report" else None),
        ("DO", exported.identifier(record, "doi")),
        ("AN", f"PMID: {pmid}" if (pmid := exported.identifier(record, "pmid")) else None),
        ("C2", exported.identifier(record, "pmcid")),
        *(("UR", link) for link in exported.links(record)),
        *(("L1", file.url) for file in record.files if file.url and file.url.startswith("http")),
        ("LA", record.language[0] if record.language else None),
        ("M3", _kind(record)),
        ("AB", exported.abstract(record)),
        *(("KW", term) for term in dict.fromkeys([s.term for s in record.subjects])),
        *(("N1", d.text) for d in record.descriptions if d.type == "note"),
        ("N1", exported.mark(record)),
    ]
    yield from ((tag, value) for tag, value in pairs if value)
    yield "ER", ""


def _people(record: Record, kind: str, group: str) -> Iterator[tuple[str, str]]:
    editors = "ED" if kind == "GOVDOC" else _EDITORS.get(group, "ED")  # whose A2 is a department
    roles = [("AU", "author"), ("A3", "advisor") if group == "thesis" else (editors, "editor")]
    if group in _TRANSLATED:
        roles.append(("A4", "translator"))
    for tag, role in roles:
        yield from [(tag, _name(contributor)) for contributor in exported.people(record, role)]
    authors = exported.people(record, "author")
    if len(authors) == 1:
        yield from [("AD", a.name) for a in authors[0].affiliations if a.name]


def _name(contributor: Contributor) -> str:
    """``Family, Given, Suffix``; a body whose name has a comma ends with one, so that no program takes it for a person."""
    c = contributor
    if c.kind == "organisation" or not c.family:
        return f"{c.name}," if "," in c.name else c.name
    return ", ".join([part for part in (c.family, c.given, c.suffix) if part])


def _holders(record: Record, group: str) -> Iterator[tuple[str, str | None]]:
    """The journal, book, series, proceedings or conference; a thesis has its department there."""
    container, event = record.container, record.event
    title = container.title if container else None
    if group == "thesis":
        yield "T2", next((i.department for i in record.institutions if i.role == "awarding" and i.department), None)
    elif group == "conference" and event is not None and event.name:
        yield "C3", title
        yield "T2", event.name
    else:
        yield "T2", title
    yield "J2", container.short_title if container else None


def _pages(record: Record, group: str) -> Iterator[tuple[str, str | None]]:
    if record.start_page and record.end_page and record.pages == f"{record.start_page}-{record.end_page}":
        yield "SP", record.start_page
        yield "EP", record.end_page
    elif record.pages or group not in ("book", "thesis", "report"):
        yield "SP", record.pages
    else:
        yield "SP", exported.pages_counted(record)


def _places(record: Record, group: str) -> Iterator[tuple[str, str | None]]:
    """Of the publisher; of a conference paper C1 is that, and CY where the conference was (EndNote, Zotero).

    Many programs write CY for both: it is only written where C1, or C3 beside T2, shows which of the two it is.
    """
    if group == "conference":
        event, container = record.event, record.container
        yield "C1", record.place
        told = record.place or (container is not None and container.title and event is not None and event.name)
        yield "CY", event.place if event is not None and told else None
    else:
        yield "CY", record.place


def _publisher(record: Record, group: str) -> str | None:
    return (group == "thesis" and exported.awarding(record)) or record.publisher


def _kind(record: Record) -> str | None:
    """The type in words: as sent, or ours where that of RIS says less."""
    words = [raw for raw in record.type_raw if raw[:1].isupper() and not raw.isupper()]  # not JOUR, not inproceedings
    sent = next((raw for raw in words if types.resource_type(raw) == record.type), None)
    broader = types.named("ris", exported.names("ris").get(record.type, "GEN")) != record.type
    return sent or (types.label(record.type) if broader and record.type != "other" else None)


def _online(record: Record) -> str | None:
    """ET of an article is when it was published online."""
    found = exported.day(record, "online")
    return found if found and re.fullmatch(r"\d{4}(?:-\d\d){0,2}", found) else None


def _date(edtf: str | None) -> str | None:
    """``2020/09/28/``, ``2020///Spring``, with empty parts for what is not known; None where there is no more than a year."""
    found = _DATE.fullmatch(edtf or "")
    if found is None:
        return None
    if season := SEASONS.get(found[2]):
        return f"{found[1]}///{season}"
    return f"{found[1]}/{found[2]}/{found[3] or ''}/" if "01" <= found[2] <= "12" else None
