"""The rows of a curated file as they stand in it, with the line and cure of every mistake."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from harvester.clean import dates, identifiers, types
from harvester.errors import ConfigError
from harvester.formats.curated import Entry
from harvester.lines import line_of, lines, parsed
from harvester.wording import did_you_mean, shown

_LARGEST = 64 * 1024 * 1024
_MANY = frozenset(f.name for f in msgspec.structs.fields(Entry) if f.type == list[str])
_COLUMNS = tuple(Entry.__struct_fields__)


class Row(msgspec.Struct):
    """One entry as it stands in the file, with what is wrong with it."""

    line: int
    values: dict[str, Any]
    faults: list[tuple[str, str]]
    """(key, fault; cure)"""
    alone: bool
    """Whether its faults cost this entry alone."""
    key_lines: dict[str, int]

    def key_line(self, key: str) -> int:
        return self.key_lines.get(key, self.line)


def content_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; write it, or change `path` of its source") from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: is a folder; name the file in it") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; see to its permissions") from error
    if len(data) > _LARGEST:
        raise ConfigError(f"{path}: is larger than {_LARGEST >> 20} MB; is this the right file?")
    if not data.strip():
        raise ConfigError(f"{path}: is empty; entries that it held are kept until it can be read again")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: is not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8)") from None


def toml_rows(path: Path, content: str) -> list[Row]:
    data = parsed(content, path)
    entries = data.pop("entry", [])
    listing = data.pop("listing", "")
    found = lines(content)
    mistakes = [
        f"{path}:{line_of(found, (key,))}: {key}: is not known here; entries stand under [[entry]]"
        f"{did_you_mean(key, ('entry', 'listing'))}"
        for key in data
    ]
    if not isinstance(listing, str):
        mistakes.append(f"{path}:{line_of(found, ('listing',))}: listing: must be text in quotes, not {shown(listing)}")
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        mistakes.append(f"{path}:{line_of(found, ('entry',))}: entry: must be tables; write [[entry]] above each")
    if mistakes:
        raise ConfigError(*mistakes)
    rows = []
    for number, entry in enumerate(entries):
        place = ("entry", str(number))
        key_lines = {key: line_of(found, (*place, key)) for key in entry}
        values: dict[str, Any] = {}
        faults: list[tuple[str, str]] = []
        for key, value in entry.items():
            if key not in _COLUMNS:
                faults.append((key, f"is not known{did_you_mean(key, _COLUMNS)}"))
            elif (fitted := _fitted(key, value)) is None:
                faults.append((key, f"must be {_wanted(key)}, not {shown(value)}"))
            else:
                values[key] = fitted
        faults += _faults(values, entry)
        if values.get("section"):
            values.setdefault("listing", listing)
        rows.append(Row(line_of(found, place), values, faults, False, key_lines))
    return rows


def csv_rows(path: Path, content: str) -> list[Row]:
    if "\x00" in content:
        raise ConfigError(f"{path}: has NUL characters; is this a CSV file?")
    first = content.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)  # Excel writes ; where the comma is the decimal sign
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        header = next(reader, [])
        columns = [c.strip().lower().replace(" ", "_").replace("-", "_") for c in header]
        _check_header(path, header, columns)
        line = reader.line_num + 1
        for cells in reader:
            if any(c.strip() for c in cells):
                rows.append(_csv_row(line, columns, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ConfigError(
            f"{path}:{reader.line_num}: is not valid CSV: {error}; look for a quote that is not closed"
        ) from None
    return rows


def _check_header(path: Path, header: list[str], columns: list[str]) -> None:
    mistakes = [
        f"{path}:1: {sent.strip()}: is not a column{did_you_mean(column, _COLUMNS)}"
        for sent, column in zip(header, columns, strict=True)
        if column and column not in _COLUMNS
    ]
    mistakes += [f"{path}:1: {c}: stands twice; join the columns" for c in _COLUMNS if columns.count(c) > 1]
    if "title" not in columns:
        mistakes.append(f"{path}:1: title: is missing; the first row names the columns: {', '.join(_COLUMNS[:8])} ...")
    if mistakes:
        raise ConfigError(*mistakes)


def _csv_row(line: int, columns: list[str], cells: list[str]) -> Row:
    values: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    if any(c.strip() for c in cells[len(columns) :]):
        faults.append(
            ("row", f"has {len(cells)} cells under {len(columns)} columns; put quotes around a cell with a comma")
        )
    for column, cell in zip(columns, cells, strict=False):
        value = cell.strip()
        if not column or not value:
            continue
        if column in _MANY:
            values[column] = [part.strip() for part in value.split(";") if part.strip()]
        elif column == "position":
            if value.isascii() and value.isdigit() and len(value) < 10:
                values[column] = int(value)
            else:
                faults.append((column, f"must be a whole number, not {shown(value)}"))
        else:
            values[column] = value
    return Row(line, values, [*faults, *_faults(values, values)], True, {})


def _fitted(key: str, value: Any) -> Any:
    """A value of TOML as the field wants it; None where it cannot be."""
    if key == "position":
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None
    if key in _MANY:
        values = value if isinstance(value, list) else [value]
        return values if all(isinstance(v, str) for v in values) else None
    if hasattr(value, "isoformat"):  # TOML has dates of its own
        return value.isoformat()
    if (
        key in {"date", "period", "volume", "issue", "pages", "edition"}
        and isinstance(value, int)
        and not isinstance(value, bool)
    ):
        return str(value)
    return value if isinstance(value, str) else None


def _wanted(key: str) -> str:
    return (
        "a whole number"
        if key == "position"
        else 'a list of texts, such as ["..."]'
        if key in _MANY
        else "text in quotes"
    )


def _faults(values: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with values of the right shape; ``given`` also has those that were not."""
    if not str(given.get("title") or "").strip():
        yield "title", "is missing; an entry needs one"
    if (sent := values.get("type")) and types.resource_type(sent) is None:
        yield "type", f"{sent!r} is not a type of work{did_you_mean(sent, types.IDS)}"
    for key, clean, example in (
        ("url", identifiers.url, "https://www.example.org/page"),
        ("doi", identifiers.doi, "10.1136/leader-2020-000228"),
        ("handle", identifiers.handle, "10044/1/85584"),
        ("isbn", identifiers.isbn, "9780521877237"),
        ("issn", identifiers.issn, "2398-631X"),
        ("date", dates.date, "2021-01-29"),
        ("period", dates.date, "2019-11/2024-10"),
    ):
        if (sent := values.get(key)) and clean(sent) is None:
            noun = {"url": "link", "doi": "DOI", "isbn": "ISBN", "issn": "ISSN"}.get(key, key)
            yield key, f"{shown(sent)} cannot be read as a {noun}; one looks like {example}"
    for key in ("position", "note", "listing"):
        if values.get(key) not in (None, "") and not values.get("section"):
            yield key, "has no meaning without a section; name the section of the listing"
