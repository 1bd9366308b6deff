"""The parts of a file: of a plain one itself, of an archive its members; unpacked as they are read, never to the disk.

What a file is packed with is told by its first bytes, not by its name: a ``.json.gz`` that a browser has unpacked is still
read. Every fault of a packing becomes a RecordError, raised when what came before it was read.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, cast

import zstandard
from msgspec import Struct

from harvester.errors import RecordError

_FAULTS: Final = (
    OSError,  # BadGzipFile is one
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
    tarfile.TarError,
    zipfile.BadZipFile,
    NotImplementedError,  # a zip with a packing that Python does not know
    RuntimeError,  # a zip with a password
)
_HEAD: Final = 1 << 16
_PIECE: Final = 1 << 16
_DEEPEST: Final = 4
"""Packings within packings."""
_NOISE: Final = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


class Stream:
    """Bytes of a part: ``read(n)`` gives n of them, fewer at the end only. RecordError where the packing is damaged."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._ahead = b""
        self._fault: RecordError | None = None

    def head(self, size: int = _HEAD) -> bytes:
        """The bytes that ``read`` will give first. RecordError where the packing is damaged before them."""
        if len(self._ahead) < size:
            self._ahead += self._bytes(size - len(self._ahead))
        if self._fault is not None and not self._ahead:
            raise self._fault
        return self._ahead[:size]

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        found, self._ahead = self._ahead[:size], self._ahead[size:]
        if len(found) < size:
            found += self._bytes(size - len(found))
        if self._fault is not None and not found and size:
            raise self._fault
        return found

    def _bytes(self, size: int) -> bytes:
        """So many bytes as there are; a fault is kept until they were read."""
        pieces: list[bytes] = []
        while size and self._fault is None:
            try:
                piece = self._read(min(size, _PIECE))
            except _FAULTS as error:
                self._fault = RecordError(f"is damaged, or not whole: {_said(error)}")
                self._fault.__cause__ = error
                break
            if not piece:
                break
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)


class Part(Struct):
    name: str
    """Path within archives, with ``:`` from one to the next; '' for the file itself."""
    stream: Stream


def parts(path: Path) -> Iterator[Part]:
    """The parts of a file, in its order; each is read before the next one is asked for.

    RecordError where the rest of an archive cannot be had. OSError where the file itself cannot be opened.
    """
    with path.open("rb") as file:
        yield from _parts("", path.name, Stream(file.read1), 0, file)


def _parts(name: str, label: str, stream: Stream, depth: int, file: IO[bytes] | None) -> Iterator[Part]:
    """``file``: what can be sought in, where the stream is the file itself."""
    try:
        head = stream.head()
    except RecordError:
        yield Part(name, stream)  # it says so again to whoever reads it, and then its name is known
        return
    packing = next((opener for magic, opener in _PACKINGS if head.startswith(magic)), None)
    if depth > _DEEPEST:
        raise RecordError(f"is packed more than {_DEEPEST} times")
    if packing is not None:
        yield from _parts(name, _without_ending(label), Stream(packing(stream)), depth + 1, None)
    elif head.startswith(b"PK\x03\x04"):
        yield from _zip(name, head, file, depth)
    elif head[257:262] == b"ustar" or (label.lower().endswith(".tar") and head):
        yield from _tar(name, stream, depth, file)
    else:
        yield Part(name, stream)


def _tar(name: str, stream: Stream, depth: int, file: IO[bytes] | None) -> Iterator[Part]:
    try:
        if file is not None:
            file.seek(0)
            archive = tarfile.open(fileobj=file, mode="r:", tarinfo=_Member)  # noqa: SIM115 (closed below)
        else:
            archive = tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|", tarinfo=_Member)  # noqa: SIM115
    except tarfile.TarError as error:
        raise RecordError(f"is damaged, or no tar: {error}") from error
    with archive:
        while (member := _next(archive)) is not None:
            held = archive.extractfile(member) if member.isreg() else None
            if held is not None and not noise(member.name):
                inner = f"{name}:{member.name}" if name else member.name
                yield from _parts(inner, member.name, Stream(_patient(held)), depth + 1, None)


def _patient(member: IO[bytes]) -> Callable[[int], bytes]:
    """Of a member that is cut, Python gives nothing where not all that is asked for is there: less is asked for then."""

    def read(size: int) -> bytes:
        try:
            return member.read(size)
        except tarfile.ReadError:
            if size == 1 or not member.seekable():
                raise
            return read(size // 2)

    return read


class _Member(tarfile.TarInfo):
    """A tar ends with blocks of zeros; Python takes one that was cut between two members for whole."""

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> _Member:
        try:
            return super().fromtarfile(tarfile_)
        except tarfile.EmptyHeaderError as error:  # type: ignore[attr-defined]
            raise tarfile.ReadError("the end of the archive is missing") from error


def _next(archive: tarfile.TarFile) -> tarfile.TarInfo | None:
    try:
        member = archive.next()
    except _FAULTS as error:
        raise RecordError(f"is damaged, or not whole: {_said(error)}") from error
    archive.members = []  # type: ignore[attr-defined]  # it keeps them all, and a dump has three hundred thousand
    return member


def _zip(name: str, head: bytes, file: IO[bytes] | None, depth: int) -> Iterator[Part]:
    if b"[Content_Types].xml" in head[:100] or b"xl/workbook.xml" in head:
        raise RecordError("is an Excel workbook; save it as CSV UTF-8")
    if file is None:
        raise RecordError("is a zip within another archive, which cannot be read without unpacking it; unpack it")
    try:
        file.seek(0)
        archive = zipfile.ZipFile(file)
    except _FAULTS as error:
        raise RecordError(f"is damaged, or not whole: {_said(error)}") from error
    with archive:
        for member in archive.infolist():
            if member.is_dir() or noise(member.filename):
                continue
            inner = f"{name}:{member.filename}" if name else member.filename
            try:
                held = archive.open(member)
            except _FAULTS as error:
                raise RecordError(f"{member.filename}: cannot be unpacked: {_said(error)}") from error
            with held:
                yield from _parts(inner, member.filename, Stream(cast("Any", held).read1), depth + 1, None)


def noise(name: str) -> bool:
    """Files that systems leave behind in folders and archives.

    >>> noise("dump/._0.json"), noise("__MACOSX/0.json"), noise("dump/0.json")
    (True, True, False)
    """
    steps = PurePosixPath(name).parts
    return any(step in _NOISE or (step.startswith(".") and step not in (".", "..")) for step in steps)


def _gz(stream: Stream) -> Callable[[int], bytes]:
    return gzip.GzipFile(fileobj=cast("IO[bytes]", stream)).read1


def _bz2(stream: Stream) -> Callable[[int], bytes]:
    return bz2.BZ2File(cast("IO[bytes]", stream)).read1


def _xz(stream: Stream) -> Callable[[int], bytes]:
    return lzma.LZMAFile(cast("IO[bytes]", stream)).read1


def _zst(stream: Stream) -> Callable[[int], bytes]:
    """``stream_reader`` takes a cut file for a whole one (https://github.com/urllib3/urllib3/pull/2624)."""
    return _Frames(stream).read


class _Frames:
    """One zstd frame after another, each up to its end."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        self._frame: Any = None
        self._rest = b""
        """Packed bytes behind a frame."""
        self._ready = b""

    def read(self, size: int) -> bytes:
        while not self._ready:
            packed = self._rest or self._stream.read(1 << 12)  # little: it may become thousands of times as much
            self._rest = b""
            if not packed:
                if self._frame is not None:
                    raise EOFError("the last frame is not whole")
                return b""
            if self._frame is None:
                self._frame = self._decompressor.decompressobj()
            self._ready = self._frame.decompress(packed)
            if self._frame.eof:
                self._rest, self._frame = self._frame.unused_data, None
        found, self._ready = self._ready[:size], self._ready[size:]
        return found


_PACKINGS: Final[tuple[tuple[bytes, Callable[[Stream], Callable[[int], bytes]]], ...]] = (
    (b"\x1f\x8b", _gz),
    (b"BZh", _bz2),
    (b"\xfd7zXZ\x00", _xz),
    (b"\x28\xb5\x2f\xfd", _zst),
)


def _without_ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    ending = ending.lower()
    return f"{stem}.tar" if dot and ending in ("tgz", "tbz", "tbz2", "txz", "tzst") else stem or name


def _said(error: BaseException) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
