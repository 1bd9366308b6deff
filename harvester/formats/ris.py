"""Works as RIS, for reference managers. Lines end in CR LF, as the format's specification has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harvester.formats import exported
from harvester.record import Contributor, Work

_DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d\d))?")


def write(works: Iterable[Work]) -> Iterator[str]:
    """One record a work, from ``TY`` to ``ER``, with an empty line after it."""
    for work in works:
        lines = [(tag, exported.one_line(value)) for tag, value in tags(work)]
        yield "".join([f"{tag}  - {value}\r\n" for tag, value in lines if value or tag == "ER"]) + "\r\n"


def tags(work: Work) -> Iterator[tuple[str, str]]:
    """(tag, value) in the order of the record."""
    record = work.record
    container = record.container
    yield "TY", exported.names("ris").get(record.type, "GEN")
    yield "ID", work.key
    yield "TI", exported.title(work)
    for tag, roles in (("AU", ("author",)), ("A2", ("editor",)), ("A4", ("translator",))):
        for contributor in exported.people(record, *roles):
            yield tag, _name(contributor)
    pairs: list[tuple[str, str | None]] = [
        ("T2", container.title if container else None),
        ("J2", container.short_title if container else None),
        ("PY", exported.year(record)),
        ("DA", _date(record.issued)),
        ("VL", record.volume),
        ("IS", record.issue),
        ("SP", record.start_page or record.pages),
        ("EP", record.end_page),
        ("C7", record.article_number),
        ("ET", record.edition),
        ("PB", record.publisher),
        ("CY", record.place),
        *(("SN", number) for number in exported.numbers(record, "isbn", "issn", "eissn")),
        ("DO", exported.identifier(record, "doi")),
        ("UR", exported.link(record)),
        ("LA", record.language[0] if record.language else None),
        ("M3", next(iter(record.type_raw), None)),
        ("AB", exported.abstract(record)),
        *(("KW", term) for term in dict.fromkeys([s.term for s in record.subjects])),
        ("N1", exported.mark(record)),
    ]
    yield from ((tag, value) for tag, value in pairs if value)
    yield "ER", ""


def _name(contributor: Contributor) -> str:
    """``Family, Given, Suffix``."""
    c = contributor
    if c.kind == "organisation" or not c.family:
        return c.name
    return ", ".join([part for part in (c.family, c.given, c.suffix) if part])


def _date(edtf: str | None) -> str | None:
    """``2020/09/28/``, with empty parts for what is not known; None where there is no more than a year."""
    found = _DATE.fullmatch(edtf or "")
    return f"{found[1]}/{found[2]}/{found[3] or ''}/" if found else None
