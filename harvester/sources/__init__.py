"""Kinds of source: one module a kind, found by its name. Left of the store there is network and nothing else.

A kind is a module with ``Settings`` (a frozen msgspec Struct: what may stand in its ``[source.NAME]`` table) and
``connect(name, settings, session, quirks) -> Source``. Nothing is registered: ``kind = "oai_pmh"`` in config.toml loads
``harvester.sources.oai_pmh``. Installed packages may add a kind by an entry point in the group ``harvester.sources``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from functools import cache
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
    named: Callable[[], Iterable[str]] = tuple
    """The identifiers that the unfinished list has named so far, as far as they were written down."""


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

    def fetch(self, name: str, identifiers: Sequence[str]) -> Iterator[Page]:
        """Records of a list, each asked for by itself: what has vanished from it, or what is in quarantine.

        Pages without place and verdict. ``records``: what it still has; ``gone``: what it says that it does not have;
        ``broken``: what it could not give. What is in none of them was not asked for: it cannot be fetched by itself.
        Raises like ``pages``.
        """


class Expect(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[source.NAME.expect]``: where it is not so, the index stays as it is (exit code 5)."""

    min_records: int = 0
    """At least so many live records are held."""
    max_deleted: int | None = None
    """At most so many were deleted since the index was last written."""
    max_quarantined: int | None = None
    """At most so many are in quarantine."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every kind of source has in config.toml."""

    kind: str
    """What kind of source it is: oai_pmh, crossref, files, web."""
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
    every: str = ""
    """How often it is due: "1 day", "6 hours"; empty: each time."""
    full_every: str = ""
    """How often a harvest starts from the beginning of each list, so that what has vanished is found: "30 days"."""
    max_unseen: float = 0.1
    """Share of the records that a whole list may no longer name; with more, nothing is marked without ``--force``."""
    expect: Expect = Expect()
    """What must be true before its records change the index."""
    hosts: tuple[str, ...] = ()
    """Other hosts to which its redirects may lead."""
    quirks: dict[str, str] = {}
    """What would be learned about it, set by hand: ``token = "verbatim"``. What stands here is not learned again."""
    verify: bool | str = True
    """False: TLS certificates are not checked (say so loudly); text: a file with the certificates to trust."""


@cache
def kinds() -> Mapping[str, str]:
    """Kind -> module path. What is installed does not change while we run, and to look takes milliseconds."""
    found = {m.name: f"{__name__}.{m.name}" for m in iter_modules(__path__)}
    found.update({e.name: e.value for e in entry_points(group="harvester.sources")})
    return found


def kind(name: str) -> ModuleType:
    """The module of a kind; KeyError where there is none."""
    return import_module(kinds()[name])


Quirks = MutableMapping[str, str]
"""What was learned about one source and is kept by the store: read and written by the source."""

__all__ = ["Cursor", "Mapping", "Quirks", "Settings", "Source", "Window", "kind", "kinds"]
