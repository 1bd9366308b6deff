"""What can be said about the formats: names, prefixes, and the rows of their crosswalks. For the shell and for the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from msgspec import Struct

from harvester import formats, schemas

_SHARED: Final = {"marc21": "marcxml", "datacite_json": "datacite"}
"""Formats that are another in another dress, and have no table of their own -> the table that reads them."""


class Format(Struct, frozen=True):
    name: str
    """Ours, as in ``config.toml``: ``oai_dc``, ``csl_json``."""
    what: str
    read: bool
    export: str
    """As ``harvester export --format`` calls it: ``csl-json``; empty where it is not written."""
    prefixes: tuple[str, ...] = ()
    """metadataPrefixes under which repositories offer it, beside its name."""
    namespaces: tuple[str, ...] = ()
    """Of its root element."""
    table: str = ""
    """Its crosswalk: ``schemas/crosswalks/<table>.toml``; empty where a module alone knows it."""


class Row(Struct, frozen=True, omit_defaults=True):
    """One row of a crosswalk."""

    path: str
    element: str
    """What it fills; empty for what is left out on purpose."""
    rule: str = ""
    """The rule that reads it, with its argument; or the reason why it is left out."""
    reads: str = ""
    """What the rule reads itself, as paths below; ``*`` for everything, ``?`` for all that it has a place for."""
    dialect: str = ""
    """The platform for which alone the row holds."""


@cache
def all_formats() -> tuple[Format, ...]:
    """Every format that is read or written, by name."""
    read, written = set(formats.readable()), {*formats.WRITERS, *formats.BINARY_WRITERS}
    return tuple([_format(name, name in read, name in written) for name in sorted(read | written)])


def _format(name: str, read: bool, written: bool) -> Format:
    named = formats.named_in_table(name, "prefixes") if read else []
    prefixes = tuple(sorted({p for p in named if p != name}))
    namespaces = tuple(sorted(formats.namespaces(name))) if read else ()
    export = name.replace("_", "-") if written else ""
    return Format(name, _what(name), read, export, prefixes, namespaces, table_of(name))


def table_of(name: str) -> str:
    """The table that reads a format, by its name without ending; '' where there is none.

    >>> table_of("mods"), table_of("xoai"), table_of("curated")
    ('mods', 'dspace', '')
    """
    tables = schemas.folder() / "crosswalks"
    if (tables / f"{name}.toml").is_file():
        return name
    sharing = [
        p.stem for p in sorted(tables.glob("*.toml")) if name in schemas.table(f"crosswalks/{p.stem}").get("names", {})
    ]
    return sharing[0] if sharing else _SHARED.get(name, "")


def _what(name: str) -> str:
    """The title of its table, or the first line of its module."""
    table = schemas.table(f"crosswalks/{name}") if table_of(name) == name else {}
    if "title" in table:
        return str(table["title"])
    if find_spec(f"{formats.__name__}.{name}") is None:
        return ""
    line = (import_module(f"{formats.__name__}.{name}").__doc__ or "").strip().partition("\n")[0]
    return line.removeprefix(f"{name}: ").replace("``", "").rstrip(".")


def rows(table: str) -> list[Row]:
    """All rows of a crosswalk: its fields, those of its dialects, and what is left out on purpose."""
    found = schemas.table(f"crosswalks/{table}")
    return [*_rows(found, ""), *(row for name, own in found.get("dialect", {}).items() for row in _rows(own, name))]


def _rows(table: Mapping[str, Any], dialect: str) -> Iterator[Row]:
    for path, said in table.get("fields", {}).items():
        row, _, reads = str(said).partition(" | ")
        element, _, rule = row.partition(" : ")
        yield Row(path, element.strip(), rule.strip(), reads.strip(), dialect)
    for path, why in table.get("ignored", {}).items():
        yield Row(path, "", str(why), "", dialect)
    for path in table.get("unmapped", {}):
        yield Row(path, "extra", "", "", dialect)


def fillers(element: str) -> list[tuple[str, str]]:
    """(table, path) of each row that fills an element.

    >>> ("oai_dc", "creator") in fillers("contributors")
    True
    """
    tables = sorted(p.stem for p in (schemas.folder() / "crosswalks").glob("*.toml"))
    return [
        (table, row.path)
        for table in tables
        for row in rows(table)
        if not row.dialect
        and (row.element == element or row.element.startswith((f"{element}.", f"{element} (", f"{element},")))
    ]
