"""The facts of one item page, and which of them a record of that item has right, has not, or has wrong.

The item is https://hdl.handle.net/10044/1/85584, as Spiral (DSpace, Imperial College London) showed it: each labelled field of
the page is a fact, and each cell of the row about its file. (The collections are no fact of a format: they stand in the header.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from harvester.normalise import normalise
from harvester.record import RawRecord, Record

OAI_IDENTIFIER = "oai:spiral.imperial.ac.uk:10044/1/85584"
DOI = "10.1136/leader-2020-000228"
SPONSORS = (
    "Imperial College Healthcare NHS Trust- BRC Funding",
    "National Institute of Health Research",
    "National Institute for Health Research",
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
REPOSITORY = frozenset({"available", "deposited", "exposed", "updated", "unknown", "embargo-end"})
"""Dates of which the page says nothing: events of the repository itself."""


class Count(Struct, frozen=True):
    right: tuple[str, ...]
    absent: tuple[str, ...]
    wrong: tuple[str, ...]
    """``Date of acceptance: 2020-12-21``."""


Said = Callable[[Record], Iterable[str | None]]


def _one(element: str) -> Said:
    return lambda record: [getattr(record, element)]


def _dates(kind: str) -> Said:
    return lambda record: [d.value for d in record.dates if d.type == kind]


def _own(scheme: str) -> Said:
    return lambda record: [i.value for i in record.identifiers if i.scheme == scheme and i.relation == "self"]


def _sponsors(record: Record) -> Iterable[str | None]:
    return [f.funder_name for f in record.funding]


def _statement(record: Record) -> Iterable[str | None]:
    return [right for right in record.rights if "©" in right]


def _abstract(record: Record) -> Iterable[str | None]:
    return [d.text[:40] for d in record.descriptions]


FACTS: dict[str, tuple[Said, frozenset[str]]] = {
    "Title": (
        lambda record: [record.title and record.title[:40]],
        frozenset({"Sharing leadership: current attitudes, b"}),
    ),
    "Authors": (
        lambda record: ["; ".join(c.name for c in record.contributors if c.role == "author")],
        frozenset({"Aufegger, L; Alabi, M; Darzi, A; Bicknell, C"}),
    ),
    "Item type": (lambda record: [record.type if record.type != "other" else None], frozenset({"article"})),
    "Abstract": (_abstract, frozenset({"Background As systems become more comple"})),
    "Issue date": (_dates("issued"), frozenset({"2020-09-28"})),
    "Date of acceptance": (_dates("accepted"), frozenset({"2020-04-28"})),
    "Online publication date": (_dates("online"), frozenset({"2020-05-13"})),
    "URI": (_own("handle"), frozenset({"10044/1/85584"})),
    "DOI": (_own("doi"), frozenset({DOI})),
    "ISSN": (
        lambda record: [record.container.issn or record.container.eissn if record.container else None],
        frozenset({"2398-631X"}),
    ),
    "Publisher": (_one("publisher"), frozenset({"BMJ Publishing Group"})),
    "Journal": (lambda record: [record.container.title if record.container else None], frozenset({"BMJ Leader"})),
    "Volume": (_one("volume"), frozenset({"4"})),
    "Issue": (_one("issue"), frozenset({"3"})),
    "Start page": (_one("start_page"), frozenset({"128"})),
    "End page": (_one("end_page"), frozenset({"134"})),
    "Copyright statement": (
        _statement,
        frozenset(
            {
                "© Author(s) (or their employer(s)) 2020. No commercial re-use. See rights and permissions. Published by BMJ."
            }
        ),
    ),
    "Sponsors": (_sponsors, frozenset(SPONSORS)),
    "Grant number": (lambda record: [f.award_number for f in record.funding], frozenset({"RDB04"})),
    "Publication status": (_one("publication_status"), frozenset({"published"})),
    "File: name": (
        lambda record: [f.name for f in record.files],
        frozenset({"SL in ICS_revisions01_ Symplectic.docx"}),
    ),
    "File: description": (lambda record: [f.version for f in record.files], frozenset({"AM"})),
    "File: size": (lambda record: [str(f.size or f.size_label or "") for f in record.files], frozenset({"95130"})),
    "File: format": (lambda record: [*[f.mime for f in record.files], *record.media_types], frozenset({WORD})),
    "File: address": (
        lambda record: [f.url for f in record.files],
        frozenset({"https://spiral.example/bitstreams/uuid/download"}),
    ),
}


def read(path: Path) -> Record:
    """The item in the format that the name of the file says: ``spiral.mods.xml``."""
    raw = RawRecord(
        source="spiral",
        identifier=OAI_IDENTIFIER,
        format=path.name.split(".")[1],
        payload=path.read_bytes(),
        datestamp="2020-12-21T14:03:55Z",
    )
    return normalise(raw, "dspace")


def count(record: Record) -> Count:
    """A fact is right where all that the record says of it is true, and it says something; a part of a list is no lie."""
    right, absent, wrong = [], [], []
    for label, (said, expected) in FACTS.items():
        values = {value for value in said(record) if value}
        if not values:
            absent.append(label)
        elif values <= expected:
            right.append(label)
        else:
            wrong.append(f"{label}: {', '.join(sorted(values - expected))}")
    return Count(tuple(right), tuple(absent), (*wrong, *_lies(record)))


def _lies(record: Record) -> Iterable[str]:
    """What the page does not say, and no part of the record may."""
    for date in record.dates:
        if date.type not in REPOSITORY | {"issued", "accepted", "online"}:
            yield f"date {date.type}: {date.value}"
    for relation in record.relations:
        if DOI in relation.target or "10044/1/85584" in relation.target:
            yield f"relation {relation.type}: {relation.target}"
    for person in record.contributors:
        if person.role != "author" and person.name not in SPONSORS:
            yield f"{person.role}: {person.name}"
    for element in ("license", "degree", "event", "edition", "article_number", "version"):
        if getattr(record, element, None) and (element != "version" or record.version != "AM"):
            yield f"{element}: {getattr(record, element)}"
    yield from (f"licence: {one.url or one.spdx}" for one in record.licenses)
    yield from (f"extent: {one}" for one in record.extent)
    yield from (f"institution: {one.name}" for one in record.institutions if one.role == "awarding")
