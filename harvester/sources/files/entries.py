"""A TOML or CSV file of entries that a librarian keeps. The file is the whole truth: what is not in it is gone.

TOML holds one ``[[entry]]`` table an entry, and perhaps a ``listing`` above them for those that name none. CSV holds one row an
entry under a header row, several values in a cell divided by ``;``. Keys and columns are the fields of
``harvester.formats.curated.Entry``. In TOML each mistake is a ConfigError, all at once: a half-read file would withdraw
entries. In a spreadsheet a bad row costs that row alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from harvester.clean import identifiers, text
from harvester.errors import ConfigError
from harvester.formats.curated import Entry
from harvester.record import Broken, Extent, Page, RawRecord, Verdict
from harvester.sources import Cursor, Window
from harvester.sources.files.rows import Row, content_of, csv_rows, toml_rows
from harvester.sources.files.settings import Settings

PAGE: Final = 500
"""Entries a page."""


class Entries:
    """One file of entries."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.settings = settings
        self.lists = ["entries"]

    def pages(self, name: str, cursor: Cursor, window: Window) -> Iterator[Page]:  # noqa: ARG002 (always read whole)
        """The whole file, some hundred entries a page. ConfigError where the file cannot be used."""
        path = Path(self.settings.path)
        content = content_of(path)
        kind = self.settings.format if self.settings.format != "auto" else path.suffix.lower().lstrip(".")
        rows = csv_rows(path, content) if kind == "csv" else toml_rows(path, content)
        records, broken = self._records(path, rows)
        # A row that names nothing may be any of the entries that were there before: then none is known to be gone.
        extent = Extent() if all(b.identifier for b in broken) else None
        starts = range(0, max(len(records), 1), PAGE)
        for start in starts:
            last = start == starts[-1]
            yield Page(
                records=records[start : start + PAGE],
                broken=tuple(broken) if last else (),
                place=None if last else {"next": start + PAGE},
                verdict=Verdict(complete=True) if last else None,
                announced=len(records) + len(broken),
                extent=extent,
            )

    def fetch(self, name: str, identifiers: Sequence[str]) -> Iterator[Page]:  # noqa: ARG002 (read whole, and nothing else)
        """Nothing: what the file no longer names is gone."""
        return iter(())

    def _records(self, path: Path, rows: list[Row]) -> tuple[list[RawRecord], list[Broken]]:
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
                        reason="; ".join([words for _, words in said]),
                        element=faults[0][0],
                        payload=msgspec.json.encode(row.values),
                    )
                )
            else:
                mistakes += said
        if mistakes:
            raise ConfigError(*(words for _, words in sorted(mistakes)))
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
