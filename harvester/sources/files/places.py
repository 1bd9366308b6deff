"""Which files a source has, in which order, and whether they are as they were."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Final

from msgspec import Struct

from harvester.errors import ConfigError
from harvester.sources.files.unpacking import noise

_WILD: Final = re.compile(r"[*?\[]")
_SETTLED: Final = 2 * 10**9
"""Nanoseconds. A file that was changed so shortly before it is read may change again at the same time of its clock."""


class Place(Struct, frozen=True):
    """One file, as it was when it was looked at."""

    path: Path
    name: str
    """From the folder on that the setting names."""
    state: str
    """Changes with the file: its size, its times, its number on the disk."""
    changed: int
    """When it last changed, in nanoseconds."""

    def now(self) -> str:
        """Its state now, '' where it is gone."""
        try:
            return _state(self.path.stat())
        except OSError:
            return ""

    def settled(self, started: int) -> bool:
        return self.changed < started - _SETTLED


def found(path: str) -> list[Place]:
    """The files that a path, a folder or a pattern names; numbers in names count as numbers. ConfigError where there are none."""
    try:
        places = sorted(_found(path), key=lambda place: (_natural(place.name), place.name))
    except PermissionError as error:
        raise ConfigError(f"{error.filename}: cannot be read: {error.strerror}; see to its permissions") from error
    if not places:
        raise ConfigError(f"{path}: names no file; entries that came from it are kept until there is one again")
    return places


def _found(path: str) -> Iterator[Place]:
    if _WILD.search(path) and not os.path.lexists(path):
        fixed = _WILD.split(path, maxsplit=1)[0]
        root = Path(fixed[: fixed.rfind("/") + 1])
        if not root.is_dir():
            return
        os.scandir(root).close()  # `glob` takes a folder that it may not look into for an empty one
        candidates: Iterator[Path] = root.glob(path[fixed.rfind("/") + 1 :])
    else:
        root = Path(path)
        if not root.exists():
            raise ConfigError(f"{path}: there is no such file; write it, or change `path` of its source")
        if root.is_file():
            yield _place(root, root.name)
            return
        candidates = _below(root)
    for each in candidates:
        name = str(each.relative_to(root))
        if not noise(name) and (each.is_file() or not each.exists()):
            yield _place(each, name)


def _below(folder: Path) -> Iterator[Path]:
    """The files in a folder and those below it. PermissionError where one may not be looked into: it is not empty for that."""

    def refused(error: OSError) -> None:
        raise error

    for parent, _, names in os.walk(folder, onerror=refused):
        yield from (Path(parent, name) for name in names)


def _place(path: Path, name: str) -> Place:
    try:
        stat = path.stat()
    except OSError:  # a link that leads nowhere; who opens it says so
        return Place(path, name, "", 0)
    return Place(path, name, _state(stat), max(stat.st_mtime_ns, stat.st_ctime_ns))


def _state(stat: os.stat_result) -> str:
    """Times of change cannot be set back by a copy that keeps those of its original: ``st_ctime`` is the disk's own."""
    said = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
    return blake2b(repr(said).encode(), digest_size=8).hexdigest()


def marks(places: list[Place], asked: object, *, each: bool) -> list[str]:
    """What changes with any of the files, or with what is asked for: one mark for all, or one for each."""
    said = [f"{place.name}\0{place.state}" for place in places]
    return [
        blake2b(f"{asked!r}\0{text}".encode(errors="surrogateescape"), digest_size=8).hexdigest()
        for text in (said if each else ["\0".join(said)])
    ]


def _natural(name: str) -> list[tuple[int, int | str]]:
    """
    >>> sorted(["10.json", "9.json", "a.json"], key=_natural)
    ['9.json', '10.json', 'a.json']
    """
    parts = re.split(r"([0-9]{1,18})", name)
    return [(0, int(part)) if part.isascii() and part.isdigit() else (1, part) for part in parts if part]
