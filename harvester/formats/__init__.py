"""Metadata formats: one module or one crosswalk table a format. Pure: bytes in, records out.

A format is a module here with ``read(raw, dialect, trace) -> Record`` and/or ``write(works) -> Iterator[str]``. A flat format
is a table ``schemas/crosswalks/<name>.toml`` alone; ``flat.py`` reads it. The folders are the registry. Repositories give
formats names of their own: ``prefixes`` and ``schemas`` of a table say which metadataPrefixes and namespaces mean it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import TypeAlias

from harvester import schemas
from harvester.record import RawRecord, Record, Step, Work

Reader: TypeAlias = Callable[[RawRecord, str, "list[Step] | None"], Record]
"""(raw record, dialect, trace) -> Record. Raises RecordError where the bytes cannot be read as this format. ``dialect`` is
the platform of the source (``dspace``, ``eprints`` ...; '' when unknown). When ``trace`` is a list, one Step is appended for
each value on its way, for ``harvester explain``."""

Writer: TypeAlias = Callable[[Iterable[Work]], Iterator[str]]
"""Works -> chunks of text."""

WRITERS = (
    "csv",
    "jsonl",
    "csl_json",
    "bibtex",
    "bibtex_latex",
    "ris",
    "oai_dc",
    "mods",
    "marcxml",
    "datacite",
    "datacite_json",
    "schema_org",
    "work",
)
"""Export formats; on the command line ``csl_json`` is spelled ``csl-json``."""

BINARY_WRITERS = ("parquet",)
"""Export formats that are no text: their ``write`` yields bytes."""


@cache
def reader(name: str, namespace: str = "") -> Reader | None:
    """The reader of a format by its name, by a metadataPrefix, or else by the namespace of its root; None where there is none."""
    known = named(name, namespace)
    return _reader(known) if known else None


@cache
def named(prefix: str, namespace: str = "") -> str:
    """Our name of the format that a repository calls ``prefix``, or whose root has this namespace; '' where none is known.

    >>> named("xoai"), named("oai_mods"), named("x", "http://www.loc.gov/mods/v3"), named("nonesuch")
    ('xoai', 'mods', 'mods', '')
    """
    if _reader(prefix) is not None:
        return prefix
    aliases = _aliases()
    return aliases.get(prefix.lower()) or aliases.get(namespace) or ""


@cache
def namespaces(name: str) -> frozenset[str]:
    """The namespaces of the roots of a format, as far as its table names them."""
    return frozenset(named_in_table(name, "schemas"))


@cache
def readable() -> tuple[str, ...]:
    """The formats that are read, by our names."""
    tables = {p.stem for p in (schemas.folder() / "crosswalks").glob("*.toml")}
    return tuple(
        sorted(name for name in tables | {m.name for m in iter_modules(__path__)} if _reader(name) is not None)
    )


@cache
def _aliases() -> dict[str, str]:
    """metadataPrefix in small letters, or namespace -> format. By the tables alone: no reader is loaded for the question."""
    found: dict[str, str] = {}
    for path in sorted((schemas.folder() / "crosswalks").glob("*.toml")):
        for name in (path.stem, *schemas.table(f"crosswalks/{path.stem}").get("names", ())):
            found |= dict.fromkeys((*named_in_table(name, "prefixes"), *namespaces(name)), name)
    return found


def named_in_table(name: str, key: str) -> list[str]:
    """What the table of a format says under a key; of formats that share one it says so for each: ``[names.dim]``."""
    for table in (name, "dspace"):
        if (schemas.folder() / "crosswalks" / f"{table}.toml").is_file():
            rows = schemas.table(f"crosswalks/{table}")
            return list((rows if table == name else rows["names"].get(name, {})).get(key, ()))
    return []


@cache
def _reader(name: str) -> Reader | None:
    if name.isidentifier() and find_spec(f"{__name__}.{name}"):
        read = getattr(import_module(f"{__name__}.{name}"), "read", None)
        if read is not None:
            return read  # type: ignore[no-any-return]
    if name.replace("_", "").isalnum() and (schemas.folder() / "crosswalks" / f"{name}.toml").is_file():
        from harvester.formats import flat

        return flat.reader(name)
    return None


@cache
def writer(name: str, *, raw: bool = False) -> Writer:
    """The writer of an export format; with ``raw`` the one that leaves every value as it is, for programs (csv only: in the
    others nothing is ever executed). KeyError where there is none."""
    if name.replace("-", "_") not in WRITERS:
        raise KeyError(name)
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    write: Writer = getattr(module, "write_raw", module.write) if raw else module.write
    return write


def encoded(name: str, works: Iterable[Work], *, raw: bool = False) -> Iterator[bytes]:
    """Works in an export format as bytes, text in UTF-8. KeyError where there is no such format."""
    if name.replace("-", "_") in BINARY_WRITERS:
        yield from import_module(f"{__name__}.{name.replace('-', '_')}").write(works)
    else:
        for chunk in writer(name, raw=raw)(works):
            yield chunk.encode()


def written() -> list[tuple[str, str]]:
    """The export formats as they are called on the command line, each with what it is."""
    modules = ((name.replace("_", "-"), import_module(f"{__name__}.{name}")) for name in (*WRITERS, *BINARY_WRITERS))
    return [(name, (module.__doc__ or "").strip().partition("\n")[0]) for name, module in modules]
