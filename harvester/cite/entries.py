"""What was read and found out, as entries of a curated file: added behind what stands there, which is never touched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from harvester.cite.resolve import Outcome
from harvester.clean import dates, identifiers, text
from harvester.clean.organisations import unaccented
from harvester.formats.curated import Entry
from harvester.lines import quoted
from harvester.sources.files.entries import entry_id
from harvester.sources.files.rows import content_of, toml_rows

_SLUG_WORDS = 5


class Shelf(Struct, frozen=True):
    """Where the entries are to stand in a listing."""

    listing: str = ""
    section: str = ""
    type: str = ""
    """Of what was not matched."""


class Known:
    """What a curated file holds: by id, DOI, address and title."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._keys: set[str] = set()
        self._titles: dict[str, set[str]] = {}
        """Key of a title -> years."""

    @classmethod
    def of(cls, path: Path) -> Known:
        """ConfigError where the file cannot be read as one of entries: then nothing is added to it."""
        known = cls()
        for row in toml_rows(path, content_of(path)):
            values = {k: v for k, v in row.values.items() if k in Entry.__struct_fields__}
            entry = msgspec.convert(values, Entry, strict=False)
            entry.id = entry_id(values)
            known.add(entry)
        return known

    def add(self, entry: Entry) -> None:
        self._ids.add(entry.id)
        self._keys.update(_keys(entry))
        self._titles.setdefault(_title(entry), set()).add(_year(entry))

    def has(self, entry: Entry) -> bool:
        """By DOI or address, else by its title and its year: one that has no year is that of any."""
        if not self._keys.isdisjoint(_keys(entry)):
            return True
        years = self._titles.get(_title(entry), set())
        return bool(years) and (_year(entry) in years or "" in years or not _year(entry))

    def free(self, name: str) -> str:
        number = 2
        found = name
        while found in self._ids:
            found, number = f"{name}-{number}", number + 1
        return found


def entries(
    outcomes: Iterable[Outcome], shelf: Shelf, known: Known | None = None
) -> list[tuple[Outcome, Entry | None]]:
    """An entry for each line; None for what ``known`` has already."""
    known = known or Known()
    found: list[tuple[Outcome, Entry | None]] = []
    for outcome in outcomes:
        entry = _entry(outcome, shelf)
        if known.has(entry):
            found.append((outcome, None))
            continue
        entry.id = known.free(entry.id)
        known.add(entry)
        found.append((outcome, entry))
    return found


def _entry(outcome: Outcome, shelf: Shelf) -> Entry:
    sent = outcome.reference
    people = [a.name for a in sent.authors if a.kind != "organisation"] + (["et al."] if sent.et_al else [])
    return Entry(
        id=_slug(outcome),
        type=outcome.type if outcome.type and outcome.type != "other" else sent.type or shelf.type,
        title=sent.title,
        edition=sent.edition or "",
        authors=[] if sent.edited else people,
        editors=people if sent.edited else [],
        organisations=[a.name for a in sent.authors if a.kind == "organisation"],
        date=sent.date or "",
        url=sent.url or "",
        doi=outcome.doi or "",
        published_in=sent.container or "",
        volume=sent.volume or "",
        issue=sent.issue or "",
        pages=sent.pages or "",
        listing=shelf.listing if shelf.section else "",
        section=shelf.section,
    )


def _slug(outcome: Outcome) -> str:
    """``kirkpatrick-2021-unfinished-business-the-development``: by the line alone, so that it stays when a DOI is found later."""
    sent = outcome.reference
    first = sent.authors[0].family or sent.authors[0].name if sent.authors else ""
    words = re.findall(r"[a-z0-9]+", unaccented(sent.title).replace("'", "").replace("’", ""))[:_SLUG_WORDS]
    parts = [*re.findall(r"[a-z0-9]+", unaccented(first))[:3], str(sent.year or ""), *words]
    return "-".join([part for part in parts if part])[:80] or text.title_key(sent.title)[:80]


def _keys(entry: Entry) -> set[str]:
    doi, url = identifiers.doi(entry.doi), identifiers.url(entry.url) if entry.url else None
    return {f"doi {doi}" if doi else "", f"url {identifiers.url_key(url)}" if url else ""} - {""}


def _title(entry: Entry) -> str:
    """A short title counts with the surname of the first author."""
    key = text.title_key(entry.title)
    first = next(iter([*entry.authors, *entry.editors, *entry.organisations]), "")
    return key if len(key) > 20 else f"{key} by {text.title_key(first.partition(',')[0])}"


def _year(entry: Entry) -> str:
    value = dates.date(entry.date) if entry.date else None
    return value[:4] if value else ""


# --- writing ---------------------------------------------------------------------------------------------------------


def render(made: Iterable[tuple[Outcome, Entry | None]]) -> str:
    """``[[entry]]`` tables, each under the line that it was made from."""
    return "\n".join([_table(outcome, entry) for outcome, entry in made if entry is not None])


def _table(outcome: Outcome, entry: Entry) -> str:
    lines = [f"# {outcome.reference.raw}", f"# {outcome}", "[[entry]]"]
    for name in entry.__struct_fields__:
        value = getattr(entry, name)
        if isinstance(value, list) and value:
            lines.append(f"{name} = [{', '.join(map(quoted, value))}]")
        elif isinstance(value, str) and value:
            lines.append(f"{name} = {quoted(value)}")
    return "\n".join([*(_printable(line) if line.startswith("#") else line for line in lines), ""])


def _printable(line: str) -> str:
    return "".join(c if c == "\t" or c.isprintable() else " " for c in line)


def append(path: Path, added: str) -> bytes:
    """The whole file with the entries behind what it holds; a new one where there is none."""
    if not path.exists():
        return added.encode()
    content = path.read_bytes()
    gap = b"" if content.endswith(b"\n\n") else b"\n" if content.endswith(b"\n") else b"\n\n"
    return content + gap + added.encode()
