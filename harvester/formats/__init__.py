"""Metadata formats: one module or one crosswalk table a format. Pure: bytes in, records out.

A nested format is a module here with ``read(raw, dialect, trace) -> Record`` and/or ``write(works) -> Iterator[str]``.
A flat format is a table ``schemas/crosswalks/<prefix>.toml`` alone; ``flat.py`` reads it. The folder is the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TypeAlias

from harvester import schemas
from harvester.record import RawRecord, Record, Step, Work

Reader: TypeAlias = Callable[[RawRecord, str, "list[Step] | None"], Record]
"""(raw record, dialect, trace) -> Record. Raises RecordError where the bytes cannot be read as this format. ``dialect`` is
the platform of the source (``dspace``, ``eprints`` ...; '' when unknown). When ``trace`` is a list, one Step is appended for
each value on its way, for ``harvester explain``."""

Writer: TypeAlias = Callable[[Iterable[Work]], Iterator[str]]
"""Works -> chunks of text."""

WRITERS = ("csv", "jsonl", "csl_json", "bibtex", "ris")
"""Export formats; on the command line ``csl_json`` is spelled ``csl-json``."""


@cache
def reader(name: str) -> Reader | None:
    """The reader of a format by its metadataPrefix; None where there is none."""
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
