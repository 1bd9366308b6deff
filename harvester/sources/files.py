"""Kind ``files``: a TOML or CSV file of entries that a librarian keeps. The file is the whole truth: what is not in it is gone.

TOML holds one ``[[entry]]`` table an entry, and perhaps a ``listing`` above them for those that name none. CSV holds one row an
entry under a header row, several values in a cell divided by ``;``. Keys and columns are the fields of
``harvester.formats.curated.Entry``. In TOML each mistake is a ConfigError, all at once: a half-read file would withdraw
entries. In a spreadsheet a bad row costs that row alone.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from harvester import sources
from harvester.clean import dates, identifiers, text, types
from harvester.errors import ConfigError
from harvester.formats.curated import Entry
from harvester.record import Broken, Page, RawRecord, Verdict
from harvester.sources import Cursor, Quirks, Window

FORMATS: Final = ("auto", "toml", "csv")
PAGE: Final = 500
"""Entries a page."""
_LARGEST = 64 * 1024 * 1024
_MANY = frozenset(f.name for f in msgspec.structs.fields(Entry) if f.type == list[str])
_COLUMNS = tuple(Entry.__struct_fields__)


class Settings(sources.Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[source.NAME]`` of kind ``files``."""

    path: str
    """Relative to the folder of config.toml."""
    format: str = "auto"
    """auto (by the ending of the file's name), toml or csv."""
    listing: str = ""
    """Listing of the entries that name none."""


def check(settings: Settings) -> Iterator[tuple[str, str]]:
    """Mistakes that types cannot tell: (key, fault; cure)."""
    if settings.format not in FORMATS:
        yield "format", f"{settings.format!r} is none of {', '.join(FORMATS)}{_did_you_mean(settings.format, FORMATS)}"
    elif settings.format == "auto" and Path(settings.path).suffix.lower() not in {".toml", ".csv"}:
        yield "format", "cannot be told from the name of the file; say toml or csv"


def connect(name: str, settings: Settings, session: object, quirks: Quirks) -> Entries:  # noqa: ARG001 (a file needs neither)
    return Entries(name, settings)


class Entries:
    """One file of entries."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.settings = settings
        self.lists = ["entries"]

    def pages(self, name: str, cursor: Cursor, window: Window) -> Iterator[Page]:  # noqa: ARG002 (always read whole)
        """The whole file, some hundred entries a page. ConfigError where the file cannot be used."""
        path = Path(self.settings.path)
        content = _content(path)
        kind = self.settings.format if self.settings.format != "auto" else path.suffix.lower().lstrip(".")
        rows = _csv_rows(path, content) if kind == "csv" else _toml_rows(path, content)
        records, broken = self._records(path, rows)
        # A row that names nothing may be any of the entries that were there before: then none is known to be gone.
        exhaustive = all(b.identifier for b in broken)
        starts = range(0, max(len(records), 1), PAGE)
        for start in starts:
            last = start == starts[-1]
            yield Page(
                records=records[start : start + PAGE],
                broken=tuple(broken) if last else (),
                place=None if last else {"next": start + PAGE},
                verdict=Verdict(complete=True) if last else None,
                announced=len(records) + len(broken),
                exhaustive=exhaustive,
            )

    def _records(self, path: Path, rows: list[_Row]) -> tuple[list[RawRecord], list[Broken]]:
        records: dict[str, RawRecord] = {}
        lines: dict[str, int] = {}
        broken: list[Broken] = []
        mistakes: list[tuple[int, str]] = []
        for row in rows:
            identifier = entry_id(row.values)
            faults = list(row.faults)
            first = lines.setdefault(identifier, row.line) if identifier else row.line
            if first != row.line:
                fault = f"{identifier} stands in line {first} already; give one of them another id"
                faults.append(("id", fault))
            if not faults:
                entry = msgspec.convert(row.values, Entry)
                entry.id = identifier
                entry.listing = entry.listing or (self.settings.listing if entry.section else "")
                payload = msgspec.json.encode(entry)
                records[identifier] = RawRecord(
                    source=self.name,
                    identifier=identifier,
                    format="curated",
                    payload=payload,
                    digest=hashlib.blake2b(payload, digest_size=16).digest(),
                )
                continue
            said = [(row.key_line(key), f"{path}:{row.key_line(key)}: {key}: {fault}") for key, fault in faults]
            if row.alone:
                broken.append(
                    Broken(
                        identifier=identifier if first == row.line else "",
                        format="curated",
                        reason="; ".join([text for _, text in said]),
                        element=faults[0][0],
                        payload=msgspec.json.encode(row.values),
                    )
                )
            else:
                mistakes += said
        if mistakes:
            raise ConfigError(*(text for _, text in sorted(mistakes)))
        return list(records.values()), broken


def entry_id(values: Mapping[str, Any]) -> str:
    """The id of an entry: its own, or one that stays the same as long as its DOI, link or title does. '' where it has none.

    >>> entry_id({"title": "Does the separation of research and care hold back healthcare improvement?"})
    'title:doestheseparationofresearchandcareholdbackhealthcareimprovement'
    """
    given = {k: str(values.get(k) or "").strip() for k in ("id", "doi", "url", "title")}
    if given["id"]:
        return given["id"]
    if doi := identifiers.doi(given["doi"]):
        return f"doi:{doi}"
    if given["url"] and (url := identifiers.url(given["url"])):
        return f"url:{identifiers.url_key(url)}"
    key = text.title_key(given["title"])
    return f"title:{key[:100]}" if key else ""


# --- reading ---------------------------------------------------------------------------------------------------------


class _Row(msgspec.Struct):
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


def _content(path: Path) -> str:
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


def _toml_rows(path: Path, content: str) -> list[_Row]:
    try:
        data = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        fault = re.sub(r" \(at .*\)$", "", str(error))
        line = found[1] if found else str(content.count("\n") + 1)
        raise ConfigError(f"{path}:{line}: is not valid TOML: {fault}") from None
    except RecursionError:
        raise ConfigError(f"{path}: is nested too deeply; an entry is a flat table") from None
    entries = data.pop("entry", [])
    listing = data.pop("listing", "")
    lines = _entry_lines(content)
    mistakes = [
        f"{path}:{_line_of(content, key)}: {key}: is not known here; entries stand under [[entry]]"
        f"{_did_you_mean(key, ('entry', 'listing'))}"
        for key in data
    ]
    if not isinstance(listing, str):
        mistakes.append(
            f"{path}:{_line_of(content, 'listing')}: listing: must be text in quotes, not {_shown(listing)}"
        )
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        mistakes.append(f"{path}:{_line_of(content, 'entry')}: entry: must be tables; write [[entry]] above each")
    if mistakes:
        raise ConfigError(*mistakes)
    rows = []
    for number, entry in enumerate(entries):
        line, key_lines = lines[number] if number < len(lines) else (1, {})
        values: dict[str, Any] = {}
        faults: list[tuple[str, str]] = []
        for key, value in entry.items():
            if key not in _COLUMNS:
                faults.append((key, f"is not known{_did_you_mean(key, _COLUMNS)}"))
            elif (fitted := _fitted(key, value)) is None:
                faults.append((key, f"must be {_wanted(key)}, not {_shown(value)}"))
            else:
                values[key] = fitted
        faults += _faults(values, entry)
        if values.get("section"):
            values.setdefault("listing", listing)
        rows.append(_Row(line, values, faults, False, key_lines))
    return rows


def _csv_rows(path: Path, content: str) -> list[_Row]:
    if "\x00" in content:
        raise ConfigError(f"{path}: has NUL characters; is this a CSV file?")
    first = content.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)  # Excel writes ; where the comma is the decimal sign
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    rows: list[_Row] = []
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
        f"{path}:1: {sent.strip()}: is not a column{_did_you_mean(column, _COLUMNS)}"
        for sent, column in zip(header, columns, strict=True)
        if column and column not in _COLUMNS
    ]
    mistakes += [f"{path}:1: {c}: stands twice; join the columns" for c in _COLUMNS if columns.count(c) > 1]
    if "title" not in columns:
        mistakes.append(f"{path}:1: title: is missing; the first row names the columns: {', '.join(_COLUMNS[:8])} ...")
    if mistakes:
        raise ConfigError(*mistakes)


def _csv_row(line: int, columns: list[str], cells: list[str]) -> _Row:
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
                faults.append((column, f"must be a whole number, not {_shown(value)}"))
        else:
            values[column] = value
    return _Row(line, values, [*faults, *_faults(values, values)], True, {})


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
        yield "type", f"{sent!r} is not a type of work{_did_you_mean(sent, types.IDS)}"
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
            yield key, f"{_shown(sent)} cannot be read as a {noun}; one looks like {example}"
    for key in ("position", "note", "listing"):
        if values.get(key) not in (None, "") and not values.get("section"):
            yield key, "has no meaning without a section; name the section of the listing"


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _did_you_mean(word: str, choices: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word.lower().replace("-", "_"), choices, n=1, cutoff=0.6)
    close = close or difflib.get_close_matches(word.lower(), choices, n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(choices)}"


def _entry_lines(content: str) -> list[tuple[int, dict[str, int]]]:
    """(line, line of each key) of every ``[[entry]]``, for messages."""
    found: list[tuple[int, dict[str, int]]] = []
    for number, line in enumerate(content.splitlines(), start=1):
        if re.match(r"\s*\[\[\s*[\"']?entry[\"']?\s*\]\]", line):
            found.append((number, {}))
        elif found and (key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line)):
            found[-1][1].setdefault(key[1], number)
    return found


def _line_of(content: str, key: str) -> int:
    match = re.search(rf"^\s*\[*\s*[\"']?{re.escape(key)}\b", content, re.MULTILINE)
    return content.count("\n", 0, match.start(0)) + 1 + content[match.start() : match.end()].count("\n") if match else 1
