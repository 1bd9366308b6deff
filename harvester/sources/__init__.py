"""Kinds of source: one module a kind, found by its name. Left of the store there is network and nothing else.

A kind is a module with ``Settings`` (a frozen msgspec Struct: what may stand in its ``[source.NAME]`` table) and
``connect(name, settings, session, quirks) -> Source``. Nothing is registered: ``kind = "oai_pmh"`` in config.toml loads
``harvester.sources.oai_pmh``. Installed packages may add a kind by an entry point in the group ``harvester.sources``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Protocol

from msgspec import Struct

from harvester.record import Json, Page


class Cursor(Struct, frozen=True):
    """What the store remembers of a list."""

    place: dict[str, Json] | None = None
    """Where an unfinished list goes on; None: start anew."""
    complete_through: str | None = None
    """The server's time at the start of the last complete list."""
    seen: int = 0
    """Records received so far in the unfinished list."""


class Window(Struct, frozen=True):
    """What the operator asked for, over what the cursor would choose."""

    full: bool = False
    """From the start of the list, whatever was seen before; an unfinished list is given up."""
    since: str | None = None
    until: str | None = None

    @property
    def explicit(self) -> bool:
        """An explicit window never moves *complete through*."""
        return self.since is not None or self.until is not None


class Source(Protocol):
    """One configured source."""

    @property
    def lists(self) -> list[str]:
        """What is asked for, one name each: ``xoai``, ``xoai#com_1``. Each has its own cursor."""

    def pages(self, name: str, cursor: Cursor, window: Window) -> Iterator[Page]:
        """The pages of a list from where the cursor stands; the last one carries the verdict.

        Raises SourceUnavailable (the same place will be tried again by the next run) or ProtocolError (it will not help).
        A generator that is closed early has saved nothing that was not yielded.
        """


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every kind of source has in config.toml."""

    kind: str
    """What kind of source it is: oai_pmh, crossref, files."""
    title: str = ""
    """What people call it; the name of the table where empty."""
    rank: int = 50
    """Precedence when sources disagree: 1 is believed first."""
    enabled: bool = True
    """False: harvested only when named on the command line."""
    pace: float | None = None
    """Seconds between two requests; None: as ``[http]`` says."""
    headers: dict[str, str] = {}
    """Sent with each request."""
    verify: bool | str = True
    """False: TLS certificates are not checked (say so loudly); text: a file with the certificates to trust."""


def kinds() -> dict[str, str]:
    """Kind -> module path."""
    found = {m.name: f"{__name__}.{m.name}" for m in iter_modules(__path__)}
    found.update({e.name: e.value for e in entry_points(group="harvester.sources")})
    return found


def kind(name: str) -> ModuleType:
    """The module of a kind; KeyError where there is none."""
    return import_module(kinds()[name])


Quirks = MutableMapping[str, str]
"""What was learned about one source and is kept by the store: read and written by the source."""

__all__ = ["Cursor", "Mapping", "Quirks", "Settings", "Source", "Window", "kind", "kinds"]
