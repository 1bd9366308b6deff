"""Works as Parquet, for data frames and query engines: one row a work, lists as lists. Needs the extra ``parquet``.

Written row group by row group, so that a hundred thousand works take the memory of a few. The column ``record`` has all elements
as JSON; the others are those that people ask for.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import msgspec

from harvester.errors import ConfigError
from harvester.formats import exported
from harvester.formats.csv import COLUMNS, Cell
from harvester.record import Work

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP: Final = 5_000
"""Works that are held at once."""


def _names(*roles: str) -> Cell:
    return lambda _, r: [c.name for c in exported.people(r, *roles)]


_STRINGS: Final[dict[str, Cell]] = {
    name: COLUMNS[name]
    for name in (
        "key", "title", "type", "published_in", "volume", "issue", "pages", "article_number", "edition", "publisher",
        "place", "date", "doi", "handle", "pmid", "pmcid", "link", "abstract", "access", "embargo_until", "version",
        "update_status", "update_note",
    )
}  # fmt: skip
"""The columns of a spreadsheet that hold one text."""
_LISTS: Final[dict[str, Cell]] = {
    "authors": _names("author"),
    "editors": _names("editor"),
    "issn": lambda _, r: exported.numbers(r, "issn", "eissn"),
    "isbn": lambda _, r: exported.numbers(r, "isbn"),
    "language": lambda _, r: list(r.language),
    "subjects": lambda _, r: list(dict.fromkeys([s.term for s in r.subjects])),
    "licences": lambda _, r: list(dict.fromkeys([x for i in r.licenses if (x := i.spdx or i.url)])),
    "rights": lambda _, r: list(r.rights),
    "files": lambda _, r: [f.url for f in r.files if f.url],
    "sources": lambda w, _: list(dict.fromkeys([m.source for m in w.members])),
}
_TABLES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "contributors": ("contributors", ("name", "role", "kind", "family", "given", "suffix", "orcid", "ror")),
    "identifiers": ("identifiers", ("scheme", "value", "relation")),
    "dates": ("dates", ("type", "value")),
    "funding": ("funding", ("funder_name", "funder_id", "award_number", "award_title")),
    "relations": ("relations", ("type", "scheme", "target")),
}
"""Column -> element of the record, and which of its parts."""


def write(works: Iterable[Work]) -> Iterator[bytes]:
    """Pieces of one file. ConfigError where the package that writes it is not installed."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise ConfigError(
            "parquet: needs the package pyarrow, which is not installed; `pip install 'evidence-harvester[parquet]'`"
        ) from error
    schema = _schema(pa)
    sink = _Sink()
    waiting = iter(works)
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        while rows := [row(work) for work in islice(waiting, ROW_GROUP)]:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
            yield sink.taken()
    yield sink.taken()


def row(work: Work) -> dict[str, Any]:
    """One work as a row."""
    record = work.record
    found: dict[str, Any] = {name: cell(work, record) for name, cell in (_STRINGS | _LISTS).items()}
    found["year"] = int(year) if (year := exported.year(record)) else None
    for name, (element, parts) in _TABLES.items():
        found[name] = [{part: getattr(one, part) for part in parts} for one in getattr(record, element)]
    return found | {"record": msgspec.json.encode(record).decode()}


def _schema(pa: Any) -> pa.Schema:
    text = pa.string()
    return pa.schema(
        [
            *((name, text) for name in _STRINGS),
            ("year", pa.int32()),
            *((name, pa.list_(text)) for name in _LISTS),
            *((name, pa.list_(pa.struct([(part, text) for part in parts]))) for name, (_, parts) in _TABLES.items()),
            ("record", text),
        ]
    )


class _Sink(io.RawIOBase):
    """A file that hands over what has been written to it, and forgets it."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def taken(self) -> bytes:
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found
