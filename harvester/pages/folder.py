"""A folder of files that is written again and again: whole files, nothing that is not ours touched, nothing of ours left over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct

from harvester.errors import StoreError
from harvester.store.database import left_behind, workpiece

MANIFEST: Final = ".harvester-site"
"""Names the files that are ours, one a line, some with what they were made of: what else stands there is somebody else's."""


class Done(Struct, frozen=True):
    written: int
    removed: int


class Folder:
    """Files by their path below the folder. StoreError where one cannot be written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._earlier = dict(self._manifest())
        self._now: dict[str, str] = {}
        self._written = 0

    def kept(self, name: str, made_of: str) -> bool:
        """Whether a file is there that was made of the same; then it stays, and need not be made again."""
        if not made_of or self._earlier.get(name) != made_of or not (self._path / name).is_file():
            return False
        self._now[name] = made_of
        return True

    def write(self, name: str, content: bytes, *, durable: bool = True, made_of: str = "") -> None:
        """Whole or not at all: a reader never sees half a page. One that would not change is not touched.

        ``durable``: it also outlives a power cut. Where there are very many files that takes long, and what a power cut
        spoils is made anew by the next call.
        """
        self._now[name] = made_of
        path = self._path / name
        with _translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_file() and path.read_bytes() == content:
                return
            if name not in self._earlier:
                with (self._path / MANIFEST).open("a", encoding="utf-8") as manifest:
                    manifest.write(f"{name}\n")  # before it is there: after a kill the next call knows whose it is
            _write(path, content, durable=durable)
            self._written += 1

    def finish(self) -> Done:
        """Remove what was ours and is not written any more, at last: until then its readers have it.

        With it goes what a killed call left of a file of ours: each folder is looked through once, whatever it holds.
        """
        ours = self._earlier.keys() | self._now.keys()
        for folder in {self._path / PurePosixPath(name).parent for name in ours}:
            for name, left in left_behind(folder, "new"):
                if (folder / name).relative_to(self._path).as_posix() in ours:
                    with _translated(left, "cannot be removed"):
                        left.unlink(missing_ok=True)
        gone = [name for name in self._earlier if name not in self._now]
        removed = 0
        for name in gone:
            path = self._path / name
            with _translated(path):
                if path.is_file() or path.is_symlink():
                    path.unlink()
                    removed += 1
                for parent in PurePosixPath(name).parents[:-1]:
                    try:
                        (self._path / parent).rmdir()
                    except OSError:
                        break  # not empty, or not there
        if self._now or self._earlier:
            self._note()
        return Done(self._written, removed)

    def _note(self) -> None:
        lines = (f"{name}\t{made_of}".rstrip("\t") for name, made_of in sorted(self._now.items()))
        content = "".join(f"{line}\n" for line in lines).encode()
        path = self._path / MANIFEST
        with _translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_bytes() != content:
                _write(path, content)

    def _manifest(self) -> Iterator[tuple[str, str]]:
        path = self._path / MANIFEST
        if not path.is_file():
            return
        with _translated(path, "cannot be read"):
            lines = path.read_text("utf-8", "replace").splitlines()
        for line in lines:
            text, _, made_of = line.partition("\t")
            name = PurePosixPath(text)
            # Somebody may have edited it: nothing outside of the folder is ever removed.
            if text and not name.is_absolute() and ".." not in name.parts:
                yield text, made_of


def _write(path: Path, content: bytes, *, durable: bool = True) -> None:
    temporary = workpiece(path, "new")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _translated(path: Path, what: str = "cannot be written") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: {what}: {error.strerror or error}") from error
