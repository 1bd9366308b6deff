"""CSV: rows of a spreadsheet are read by a mapping of its columns, and works are written, one a row.

UTF-8, commas, line ends of RFC 4180; what is written stands in ``COLUMNS``. A cell that a spreadsheet would take for a formula
gets an apostrophe in front, so a title like ``=HYPERLINK(...)`` stays a title
(https://owasp.org/www-community/attacks/CSV_Injection). ``meant`` takes it away again; ``write_raw`` puts none.
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
    return lambda _, r: "; ".join([exported.in_full(c) for c in exported.people(r, *roles)])


def _each(values: Iterable[object]) -> str:
    """Values that there are, each once."""
    return "; ".join(dict.fromkeys([str(value) for value in values if value not in (None, "")]))


def _date(kind: str) -> Cell:
    return lambda _, r: next((d.value for d in r.dates if d.type == kind), None)


def _identifier(scheme: str) -> Cell:
    return lambda _, r: exported.identifier(r, scheme)


COLUMNS: Final[dict[str, Cell]] = {
    "key": lambda w, _: w.key,
    "title": lambda _, r: r.title,
    "other_titles": lambda _, r: _each(t.title for t in r.titles if t.type != "markup"),
    "authors": _names("author"),
    "orcids": lambda _, r: _each(c.orcid for c in r.contributors),
    "editors": _names("editor"),
    "other_contributors": lambda _, r: _each(
        f"{exported.in_full(c)} ({c.role})" for c in r.contributors if c.role not in ("author", "editor")
    ),
    "type": lambda _, r: r.type,
    "published_in": lambda _, r: r.container.title if r.container else None,
    "volume": lambda _, r: r.volume,
    "issue": lambda _, r: r.issue,
    "pages": lambda _, r: r.pages,
    "article_number": lambda _, r: r.article_number,
    "edition": lambda _, r: r.edition,
    "publisher": lambda _, r: r.publisher,
    "place": lambda _, r: r.place,
    "date": lambda _, r: r.issued,
    "year": lambda _, r: exported.year(r),
    "accepted": _date("accepted"),
    "online": _date("online"),
    "doi": _identifier("doi"),
    "handle": _identifier("handle"),
    "pmid": _identifier("pmid"),
    "pmcid": _identifier("pmcid"),
    "arxiv": _identifier("arxiv"),
    "report_number": _identifier("report-number"),
    "issn": lambda _, r: "; ".join(exported.numbers(r, "issn", "eissn")),
    "isbn": lambda _, r: "; ".join(exported.numbers(r, "isbn")),
    "link": lambda _, r: exported.link(r),
    "files": lambda _, r: _each(f.url for f in r.files),
    "language": lambda _, r: "; ".join(r.language),
    "status": lambda _, r: r.publication_status,
    "peer_reviewed": lambda _, r: {True: "yes", False: "no", None: None}[r.peer_reviewed],
    "version": lambda _, r: r.version,
    "access": lambda _, r: r.access,
    "embargo_until": lambda _, r: r.embargo_until,
    "licence": lambda _, r: "; ".join(dict.fromkeys([x for i in r.licenses if (x := i.spdx or i.url)])),
    "rights": lambda _, r: _each(r.rights),
    "funders": lambda _, r: _each(f.funder_name for f in r.funding),
    "grants": lambda _, r: _each(f.award_number for f in r.funding),
    "degree": lambda _, r: r.degree.name or r.degree.level if r.degree else None,
    "institutions": lambda _, r: _each(i.name for i in r.institutions),
    "event": lambda _, r: r.event.name if r.event else None,
    "collections": lambda _, r: _each(c.name for c in r.collections),
    "update_status": lambda _, r: r.update_status,
    "update_note": lambda _, r: exported.mark(r),
    "subjects": lambda _, r: "; ".join(dict.fromkeys([s.term for s in r.subjects])),
    "audience": lambda _, r: _each(r.audience),
    "coverage": lambda _, r: _each(r.coverage),
    "cited_by": lambda _, r: r.cited_by_count,
    "abstract": lambda _, r: exported.abstract(r),
    "sources": lambda w, _: "; ".join(dict.fromkeys([m.source for m in w.members])),
}
"""Column -> what stands in it. Several values are divided by ``; ``."""


_FORMULA: Final = re.compile(r"'*(?:\s*[=+@＝＋－＠-]|[\t\r\n])")
"""What is executed, also after spaces and in the wide forms of East Asian text; and what already looks like our answer to
it, so that exactly one apostrophe can be taken away again."""


def write(works: Iterable[Work]) -> Iterator[str]:
    """The header, then a row a work; no cell is a formula."""
    return _rows(works, defused)


def write_raw(works: Iterable[Work]) -> Iterator[str]:
    """The same with every value as it is: for programs, never for a spreadsheet."""
    return _rows(works, str)


def meant(cell: str) -> str:
    """What a cell of ``write`` stands for.

    >>> meant("'=1+1"), meant("'tis"), meant("''=1+1")
    ('=1+1', "'tis", "'=1+1")
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def defused(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; ``meant`` takes the apostrophe away again."""
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
