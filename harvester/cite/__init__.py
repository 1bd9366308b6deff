"""Reference lines, such as a listing on a web page has them, to curated entries: ``harvester cite``.

``lines`` cuts a text into references, ``reference`` reads one, ``resolve`` looks each up in Crossref and believes only what is
certain, ``entries`` writes what may be appended to a curated file.
"""

from __future__ import annotations

from pathlib import Path

from harvester.cite.entries import Known, Shelf, append, entries, render
from harvester.cite.lines import Reading, reading
from harvester.cite.reference import Reference, reference
from harvester.cite.resolve import Outcome, offline, resolve

__all__ = [
    "Outcome", "Reading", "Reference", "Shelf", "append", "entries", "known", "offline", "reading", "reference", "render",
    "resolve",
]  # fmt: skip


def known(path: Path) -> Known:
    """What a curated file holds already; nothing where there is no such file. ConfigError where it has mistakes."""
    return Known.of(path) if path.exists() else Known()
