"""Spreadsheets as CSV, by a mapping in the config: each row is a record, and what its columns mean goes with it.

The payload of a row is ``{"columns": {name: row of a crosswalk}, "row": {name: cells}}``: so that it can be read again, without
the config, for as long as it is kept; see ``formats.csv``.
"""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import chain, islice
from typing import Final

import msgspec

from harvester import schemas
from harvester.clean import identifiers
from harvester.errors import RecordError
from harvester.formats import rules
from harvester.formats.encodings import Readable
from harvester.formats.slicing import LARGEST, Line, lines
from harvester.record import Broken, RawRecord
from harvester.sources.files.cutting import Found
from harvester.sources.files.settings import Settings
from harvester.wording import did_you_mean

DELIMITERS: Final = ",;\t|"
_LINES: Final = 100
"""Of one row: an abstract in paragraphs has some ten."""
_HEAD: Final = 20
"""Lines among which the header is looked for: above it may stand a title, or nothing."""


def crosswalk(columns: Mapping[str, str]) -> dict[str, str]:
    """The mapping with a rule for each column: where it names only an element, the usual one."""
    usual = schemas.table("files")["columns"]
    return {
        name: said if ":" in said or said.strip() not in usual else f"{said.strip()} : {usual[said.strip()]}"
        for name, said in columns.items()
    }


def faults(columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Mistakes in a mapping: (column, fault; cure)."""
    known = schemas.table("elements")
    usual = schemas.table("files")["columns"]
    for name, said in columns.items():
        element, colon, rule = (part.strip() for part in said.partition(":"))
        if element not in known:
            yield name, f"{element!r} is no element{did_you_mean(element, usual)}"
        elif colon and (fault := _rule_fault(rule)):
            yield name, fault
        elif not colon and element not in usual:
            yield name, f"{element!r} has no usual rule; write '{element} : RULE'"


def _rule_fault(said: str) -> str:
    name, _, argument = said.partition(" ")
    try:
        rule = rules.bind(name, argument.strip())
    except KeyError:
        return f"no rule is called {name!r}"
    if rules.takes_whole(rule):
        return f"{name!r} reads a whole element, and a cell is a text"
    return ""


def rows(source: str, settings: Settings, stream: Readable) -> Iterator[Found]:
    """The rows of a spreadsheet as records. RecordError where it has no header that the mapping fits."""
    mapping = crosswalk(settings.columns)
    if not mapping:
        table = f"[source.{source}.columns]"
        raise RecordError(f'is a spreadsheet whose columns nobody has explained; add {table} with "Column" = "element"')
    numbered = lines(stream)
    head = list(islice(numbered, _HEAD))
    delimiter = settings.delimiter or _delimiter(head, mapping)
    reader = _Rows(chain(head, numbered), delimiter)
    names = _header(reader, mapping, settings.id_column)
    for row in reader.rows():
        if row.fault:
            yield Found(
                Broken(identifier="", format="csv", reason=row.fault, payload=row.text.encode(errors="replace")),
                row.line,
            )
        elif any(cell.strip() for cell in row.cells):
            yield _found(source, settings, mapping, names, row)


class _Row(msgspec.Struct):
    line: int
    cells: list[str]
    text: str
    repairs: tuple[str, ...] = ()
    fault: str = ""


class _Rows:
    """Rows with the lines that they stand in. A quote that is not closed costs the line that it opens in, not what follows."""

    def __init__(self, numbered: Iterator[Line], delimiter: str) -> None:
        self.numbered = numbered
        self.delimiter = delimiter
        self.taken: list[Line] = []
        self.again: deque[Line] = deque()
        """Lines that a quote took with it, to be read once more."""

    def rows(self) -> Iterator[_Row]:
        csv.field_size_limit(LARGEST)
        reader = self._reader()
        while True:
            self.taken = []
            try:
                cells, fault = next(reader), ""
            except StopIteration:
                return
            except csv.Error as error:
                cells, fault = [], f"is not valid CSV: {error}; look for a quote that is not closed"
                self.again.extendleft(reversed(self.taken[1:]))
                del self.taken[1:]
                reader = self._reader()
            repairs = dict.fromkeys([note for line in self.taken for note in line.repairs])
            text = "".join([line.text for line in self.taken])
            yield _Row(self.taken[0].number, cells, text, tuple(repairs), fault)

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._texts(), delimiter=self.delimiter, strict=True)

    def _texts(self) -> Iterator[str]:
        while (line := self.again.popleft() if self.again else next(self.numbered, None)) is not None:
            self.taken.append(line)
            if len(self.taken) > _LINES:
                raise csv.Error(f"a cell goes on for more than {_LINES} lines")
            yield line.text.replace("\0", "")


def _delimiter(head: list[Line], mapping: Mapping[str, str]) -> str:
    """The one by which most columns of the mapping are found; Excel writes ; where the comma is the decimal sign."""
    wanted = {_plain(name) for name in mapping}
    fits = {
        mark: max(
            (len(wanted & {_plain(cell.strip('"')) for cell in line.text.split(mark)}) for line in head), default=0
        )
        for mark in DELIMITERS
    }
    return max(DELIMITERS, key=fits.__getitem__)


def _header(reader: _Rows, mapping: Mapping[str, str], id_column: str) -> list[str]:
    """The names of the columns as the mapping has them, others as they stand there."""
    asked = {_plain(name): name for name in mapping} | ({_plain(id_column): id_column} if id_column else {})
    best: list[str] = []
    for row in islice(reader.rows(), _HEAD):
        names = [asked.get(_plain(cell), cell.strip()) for cell in row.cells]
        if set(asked.values()) <= set(names):
            twice = [name for name, count in Counter(names).items() if count > 1 and name in asked.values()]
            if twice:
                raise RecordError(f"has the column {twice[0]!r} twice; rename one of them")
            return names
        best = max(best, names, key=lambda found: (len(set(found) & set(asked.values())), len(found)))
    missing = next(name for name in asked.values() if name not in best)
    there = [name for name in best if name and name not in asked.values()]
    raise RecordError(f"has no column {missing!r}{did_you_mean(missing, there)}")


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _found(source: str, settings: Settings, mapping: Mapping[str, str], names: list[str], row: _Row) -> Found:
    extra = [cell for cell in row.cells[len(names) :] if cell.strip()]
    cells: dict[str, list[str]] = {}
    for name, cell in zip(names, row.cells, strict=False):
        if value := cell.strip():
            cells.setdefault(name, []).extend(_values(mapping.get(name, ""), value, settings.separator))
    payload = msgspec.json.encode({"columns": mapping, "row": cells})
    identifier = (
        " ".join(" ".join(cells.get(settings.id_column, [])).split()) if settings.id_column else _doi(mapping, cells)
    )
    fault = ""
    if extra:
        fault = (
            f"has {len(row.cells)} cells under {len(names)} columns; put quotes around a cell with a separator in it"
        )
    elif settings.id_column and not identifier:
        fault = f"{settings.id_column}: is empty; each row needs an identifier of its own"
    if fault:
        return Found(Broken(identifier=identifier, format="csv", reason=fault, payload=payload), row.line)
    digest = blake2b(payload, digest_size=16).digest()
    raw = RawRecord(
        source=source,
        identifier=identifier or f"content:{blake2b(msgspec.json.encode(cells), digest_size=16).hexdigest()}",
        format="csv",
        payload=payload,
        repairs=row.repairs,
        digest=digest,
    )
    return Found(raw, row.line, unique=not settings.id_column)


def _values(said: str, value: str, separator: str) -> list[str]:
    """The values of a cell; only elements that a record may have several of are divided."""
    element = said.partition(":")[0].strip()
    if not separator or not schemas.table("elements").get(element, {"repeatable": False})["repeatable"]:
        return [value]
    return [part.strip() for part in value.split(separator) if part.strip()]


def _doi(mapping: Mapping[str, str], cells: Mapping[str, list[str]]) -> str:
    """The DOI of a row, where a column holds identifiers and this is one; '' where none does."""
    columns = [name for name, said in mapping.items() if said.startswith("identifiers")]
    sent = [value for name in columns for value in cells.get(name, ())]
    return next((doi for value in sent if (doi := identifiers.doi(value))), "")
