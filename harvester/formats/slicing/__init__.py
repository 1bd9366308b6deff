"""Files of records: where one record ends and the next begins. A stream of bytes in, slices out; nothing is understood yet.

A format whose files hold many records has ``slices(file) -> Iterator[Slice]`` beside its ``read``; JSON formats have
``identify(item) -> (identifier, unique)`` alone, and XML formats need neither. Slices are cut as they come, so that a file may
be larger than memory. RecordError means that from there on nothing can be cut any more: what came before counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from msgspec import Struct

from harvester.errors import RecordError
from harvester.formats.encodings import Readable, decode, pieces
from harvester.record import Json

LARGEST: Final = 32 << 20
"""Bytes of one record. The largest works of Crossref have some megabytes of references."""


class Slice(Struct, frozen=True, kw_only=True):
    """One record as it stands in a file."""

    payload: bytes
    line: int = 0
    """Its first line, from 1; 0 where a file has none."""
    identifier: str = ""
    """What the record itself says that it is; '' where it does not."""
    unique: bool = True
    """Whether nobody else has this identifier: a DOI. A citation key is good within its file only, and may stand there for
    two works."""
    fault: str = ""
    """Why it cannot be read, in plain words: it goes to quarantine, and the rest of the file is read."""
    repairs: tuple[str, ...] = ()
    """What had to be mended to cut it."""
    datestamp: str = ""
    """When the record says that it was changed."""
    deleted: bool = False
    context: str = ""
    """XML: the namespaces in scope where it stood, as attributes of a start tag."""
    hint: str = ""
    """XML: the metadataPrefix that was asked for, where the document says it."""


Slices: TypeAlias = Callable[[Readable], Iterator[Slice]]
Identify: TypeAlias = Callable[[dict[str, Json]], tuple[str, bool]]


class Window:
    """What was read of a stream and is still needed, and how far it is understood. What is cut moves ``start`` and ``at``."""

    def __init__(self, file: Readable) -> None:
        self.source = pieces(file)
        self.buffer = b""
        self.start = 0
        """Where the record begins: what stands before it may go."""
        self.at = 0
        """Up to here the buffer is understood."""
        self.ended = False
        self._line, self._counted = 1, 0
        """The line of a place in the buffer up to which lines were counted."""

    def more(self) -> bool:
        """Read as much again as is kept, so that a long record is looked at twice and not a thousand times. False at the
        end. All positions move with ``start``. RecordError where the record is endless."""
        if self.ended:
            return False
        kept = self.buffer[self.start :]
        if len(kept) > LARGEST:
            raise RecordError(f"has no end of a record within {LARGEST >> 20} MB of line {self.line_at(self.start)}")
        self.line_at(self.start)
        self._counted -= self.start
        self.at -= self.start
        self.start = 0
        read: list[bytes] = []
        size = 0
        for piece in self.source:
            read.append(piece)
            size += len(piece)
            if size >= len(kept):
                break
        self.buffer = b"".join([kept, *read])
        self.ended = not read
        return not self.ended

    def line_at(self, position: int) -> int:
        """The line of a place; those before ``start`` are forgotten."""
        if position >= self._counted:
            self._line += self.buffer.count(b"\n", self._counted, position)
        else:
            self._line -= self.buffer.count(b"\n", position, self._counted)
        self._counted = position
        return self._line


class Line(Struct, frozen=True):
    number: int
    text: str
    """With its end."""
    repairs: tuple[str, ...] = ()


def lines(file: Readable) -> Iterator[Line]:
    """The lines of a text file, whatever its encoding and line ends. RecordError where one is endless.

    >>> import io
    >>> [(line.number, line.text) for line in lines(io.BytesIO(b"\\xef\\xbb\\xbfTY  - JOUR\\rAU  - Darzi, A\\r\\nER  -"))]
    [(1, 'TY  - JOUR\\r'), (2, 'AU  - Darzi, A\\r\\n'), (3, 'ER  -')]
    """
    for number, found in enumerate(byte_lines(file), 1):
        text, notes = decode(found)
        yield Line(number, text, tuple(notes))


def byte_lines(file: Readable) -> Iterator[bytes]:
    """The lines of a text file with their ends, in UTF-8 as far as they are text at all. RecordError where one is endless."""
    kept: list[bytes] = []
    size = 0
    for piece in pieces(file):
        kept.append(piece)
        if b"\n" not in piece and b"\r" not in piece:
            size += len(piece)
            if size > LARGEST:
                raise RecordError(f"has a line of more than {LARGEST >> 20} MB")
            continue
        found = b"".join(kept).splitlines(keepends=True)
        rest = b"" if found[-1].endswith(b"\n") else found.pop()  # an \r at the end may be half of a line's end
        yield from found
        kept, size = [rest], len(rest)
    if rest := b"".join(kept):
        yield from rest.splitlines(keepends=True)
