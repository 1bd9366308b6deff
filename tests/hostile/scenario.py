"""A misbehaving server is a folder of answers with a description: ``scenarios/GROUP/NAME/scenario.toml``.

A scenario says what the server does (``[server]``, ``[record.N]``, ``[[fault]]``), what is run against it (``[[run]]``), and
what must be true afterwards where that is not the best that one can hope for: everything is stored, exit code 0.
``[variation.NAME]`` tables lie over the rest of the file, and each is a scenario of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from hostile.faults import Fault
from hostile.items import Item
from hostile.repository import Manner

FOLDER = Path(__file__).parent / "scenarios"


class Run(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command, and what must be true after it."""

    command: str = "harvest"
    # --- what happens at the repository before it
    change: str = ""
    delete: str = ""
    restore: str = ""
    forget: str = ""
    """Numbers of records, ``"1-3 5"``; what is forgotten has no tombstone."""
    add: dict[str, Item] = {}
    days: float = 2.0
    """How much later it is than the run before."""
    skew_days: float | None = None
    """The repository's clock is so far ahead from now on."""
    # --- what must be true after it
    exit: int = 0
    complete: bool | None = None
    """Whether *complete through* is the repository's time in this run; None: where the exit code is 0."""
    stored: str | None = None
    """Live records in the store; None: all that the repository has."""
    deleted: str | None = None
    """Tombstones in the store; None: all that the repository has."""
    quarantined: str = ""
    """Numbers, or ``nameless``: what waits in quarantine."""
    altered: str = ""
    """Records whose title is not as the repository meant it: what was lost in mending is said in the repairs."""
    titles: dict[str, str] = {}
    """Record -> its title, where it is not the repository's own."""
    repairs: dict[str, str] = {}
    """Record -> a text among the repairs that are noted with it. Records that are not named here have none."""
    verdict: str = ""
    """A text of the source's verdict."""
    says: str = ""
    """A text among what is said on stderr."""
    requests: int = 80
    """At most so many are sent."""
    waits: float | None = None
    """So many seconds are waited, all together, at least."""
    waits_at_most: float = 700.0


class Scenario(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    what: str
    """What goes wrong, in a sentence."""
    seen: str = ""
    """Where in public."""
    why: str = ""
    """Why it should end as it does, where one might expect something else."""
    server: Manner = Manner()
    record: dict[str, Item] = {}
    fault: tuple[Fault, ...] = ()
    source: dict[str, Any] = {}
    """Settings of the source."""
    http: dict[str, Any] = {}
    run: tuple[Run, ...] = (Run(),)
    heals: bool | Literal["full"] = True
    """When the faults are gone, the next harvest brings everything, whatever happened before; or a full one does."""
    untold: bool = False
    """What is missing is missing because of what the repository said, and nothing that it said could tell."""
    name: str = ""
    folder: Path = FOLDER


def scenarios() -> Iterator[Scenario]:
    """All of them, by name."""
    for path in sorted(FOLDER.glob("*/*/scenario.toml")):
        name = path.parent.relative_to(FOLDER).as_posix()
        try:
            table = tomllib.loads(path.read_text())
            variations = {"": {}, **table.pop("variation", {})}
            for key, variation in variations.items():
                full = {**_over(table, variation), "name": f"{name}/{key}".rstrip("/"), "folder": str(path.parent)}
                yield msgspec.convert(full, Scenario, dec_hook=lambda kind, value: kind(value))
        except ValueError as error:  # of TOML, or of what it means
            raise ValueError(f"{path}: {error}") from error


def _over(base: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged; a table over a list of tables changes each of them; anything else is put in its place."""
    merged = deepcopy(dict(base))
    for key in ("fault", "run"):
        if isinstance(merged.get(key), dict):
            merged[key] = [merged[key]]
    for key, value in upper.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _over(below, value)
        elif isinstance(value, dict) and isinstance(below, list):
            merged[key] = [_over(item, value) for item in below]
        else:
            merged[key] = [value] if key in ("fault", "run") and isinstance(value, dict) else deepcopy(value)
    return merged
