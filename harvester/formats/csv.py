"""Works as CSV: one row a work, for spreadsheets. UTF-8, commas, RFC 4180 line ends; columns in ``COLUMNS``."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from harvester.formats import exported
from harvester.record import Record, Work

Cell = Callable[[Work, Record], object]


def _names(*roles: str) -> Cell:
    return lambda _, r: "; ".join([c.name for c in exported.people(r, *roles)])


COLUMNS: Final[dict[str, Cell]] = {
    "key": lambda w, _: w.key,
    "title": lambda _, r: r.title,
    "authors": _names("author"),
    "editors": _names("editor"),
    "type": lambda _, r: r.type,
    "published_in": lambda _, r: r.container.title if r.container else None,
    "volume": lambda _, r: r.volume,
    "issue": lambda _, r: r.issue,
    "pages": lambda _, r: r.pages or r.article_number,
    "publisher": lambda _, r: r.publisher,
    "date": lambda _, r: r.issued,
    "year": lambda _, r: exported.year(r),
    "doi": lambda _, r: exported.identifier(r, "doi"),
    "handle": lambda _, r: exported.identifier(r, "handle"),
    "issn": lambda _, r: "; ".join(exported.numbers(r, "issn", "eissn")),
    "isbn": lambda _, r: "; ".join(exported.numbers(r, "isbn")),
    "link": lambda _, r: exported.link(r),
    "language": lambda _, r: "; ".join(r.language),
    "access": lambda _, r: r.access,
    "licence": lambda _, r: "; ".join(dict.fromkeys([x for i in r.licenses if (x := i.spdx or i.url)])),
    "update_status": lambda _, r: r.update_status,
    "update_note": lambda _, r: exported.mark(r),
    "subjects": lambda _, r: "; ".join(dict.fromkeys([s.term for s in r.subjects])),
    "abstract": lambda _, r: exported.abstract(r),
    "sources": lambda w, _: "; ".join(dict.fromkeys([m.source for m in w.members])),
}
"""Column -> what stands in it. Several values are divided by ``; ``."""


_STARTS_FORMULA: Final = frozenset("=+-@")
_STARTS_CELL: Final = frozenset("\t\r\n")


def write(works: Iterable[Work]) -> Iterator[str]:
    """The header, then a row a work."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for work in works:
        yield _taken(buffer)
        writer.writerow([_cell(value(work, work.record)) for value in COLUMNS.values()])
    yield _taken(buffer)


def _cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before what would start one
    (https://owasp.org/www-community/attacks/CSV_Injection)."""
    text = "" if value is None else str(value).replace("\x00", "")
    formula = text.lstrip()[:1] in _STARTS_FORMULA or text[:1] in _STARTS_CELL
    return f"'{text}" if formula else text


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
