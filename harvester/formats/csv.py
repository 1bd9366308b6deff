"""CSV in: rows of a spreadsheet by a mapping. CSV out: one row a work. UTF-8, commas, RFC 4180 line ends; columns in ``COLUMNS``.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, so a title like ``=HYPERLINK(...)`` stays a
title (https://owasp.org/www-community/attacks/CSV_Injection). ``meant`` takes it away again; ``write_raw`` puts none.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from harvester.errors import RecordError
from harvester.formats import exported
from harvester.formats.crosswalk import row, take
from harvester.formats.draft import begin
from harvester.record import RawRecord, Record, Step, Work


class _Row(msgspec.Struct):
    """A row of somebody's spreadsheet, with what its columns mean: the config that says it may change, and records stay."""

    columns: dict[str, str]
    """Name -> row of a crosswalk, ``element : rule``."""
    row: dict[str, list[str]]
    """Name -> values."""


_decoder: Final = msgspec.json.Decoder(_Row)


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    """The record of one row, by the mapping that came with it. RecordError where the payload is no such row."""
    try:
        sent = _decoder.decode(raw.payload)
        fields = {name: row(said) for name, said in sent.columns.items()}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"is no row of a spreadsheet: {error}") from error
    except KeyError as error:
        raise RecordError(f"the mapping of its columns cannot be used: {error.args[0]}", element="columns") from error
    draft = begin(raw, dialect, trace)
    for name, values in sent.row.items():
        for value in values:
            if text := value.strip():
                take(draft, fields.get(name), name, text, None)
    return draft.finish()


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


_FORMULA: Final = re.compile(r"'*(?:\s*[=+@＝＋－＠-]|[\t\r\n])")
"""What is executed, also after spaces and in the wide forms of East Asian text; and what already looks like our answer to
it, so that exactly one apostrophe can be taken away again."""


def write(works: Iterable[Work]) -> Iterator[str]:
    """The header, then a row a work; no cell is a formula."""
    return _rows(works, _defused)


def write_raw(works: Iterable[Work]) -> Iterator[str]:
    """The same with every value as it is: for programs, never for a spreadsheet."""
    return _rows(works, str)


def meant(cell: str) -> str:
    """What a cell of ``write`` stands for.

    >>> meant("'=1+1"), meant("'tis"), meant("''=1+1")
    ('=1+1', "'tis", "'=1+1")
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def _defused(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _rows(works: Iterable[Work], cell: Callable[[str], str]) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for work in works:
        yield _taken(buffer)
        values = (value(work, work.record) for value in COLUMNS.values())
        writer.writerow([cell("" if value is None else str(value).replace("\x00", "")) for value in values])
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
