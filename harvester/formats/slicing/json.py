"""JSON files of records: an array, an answer of an API that holds one, JSON lines, or a single object; cut, not parsed.

What holds the records is an array at the root, or one under a key of ``_ARRAYS`` not deeper than two levels. An item ends with
its line, or where the next one begins as another one did, if what is before that is sound JSON: that is found at the speed of
a search. Else its brackets are counted. So a file may be larger than memory, and an item that no parser takes costs that item
only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from harvester.errors import RecordError
from harvester.formats.encodings import Readable
from harvester.formats.slicing import LARGEST, Identify, Slice, Window

_ARRAYS: Final = frozenset([b'"items"', b'"data"', b'"records"', b'"results"', b'"hits"'])
"""Keys of arrays of records: Crossref's, DataCite's, those of Zenodo and of other APIs."""
_WRAPPERS: Final = ("message", "data")
"""Keys under which Crossref and DataCite answer with one record."""
_OF_RECORDS: Final = frozenset(["DOI", "doi", "id", "title", "titles", "key"])
"""An object that has one of these is a record itself."""
_HOLDERS: Final = frozenset(["items", "data", "records", "results", "hits", "message"])
_BRACKET: Final = re.compile(rb'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+(?P<sign>[\[\]{}])', re.DOTALL)
"""Up to the next bracket that is not in a string."""
_KEY: Final = re.compile(rb'("[^"\\]{1,40}")\s{0,20}:\s{0,20}\[\Z')
_BETWEEN: Final = re.compile(rb"[\s,\x1e]*+")
"""What stands between two items; RS is that of RFC 7464."""
_SCALAR: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[^\s,\[\]{}]++|.', re.DOTALL)
_FIRST_KEY: Final = re.compile(rb'\{\s*+("[^"\\]{1,100}")\s*+:')
_BEFORE: Final = 200
"""Bytes before the first key of an item, from the end of the item before on."""
_OPENING: Final = re.compile(rb"(?:\}[\s,\x1e]*+|[\r\n][ \t]*+)(\{)\s*+\Z")
_COLON: Final = re.compile(rb"\s*+:")
_LOOKED_AHEAD: Final = 1 << 18
"""Bytes in which the next item should begin."""
_DEEPEST: Final = 10_000
_KEYS: Final = 8
_GUESSES: Final = 20
"""After so many in vain, one after the other, none is made."""
_BLANK: Final = b" \t\r\n,\x1e"

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def identified(found: Slice, identify: Identify) -> Slice:
    """An object with what it says that it is, or with what is wrong with it."""
    try:
        item: Any = msgspec.json.decode(found.payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return msgspec.structs.replace(found, fault=f"is not sound JSON: {error}")
    if not isinstance(item, dict):
        return msgspec.structs.replace(found, fault=f"is not a JSON object but {type(item).__name__}")
    identifier, unique = identify(item)
    return msgspec.structs.replace(found, identifier=identifier, unique=unique)


def objects(file: Readable) -> Iterator[Slice]:
    """The objects that are records, as they stand there. RecordError where the file ends in the midst of one.

    >>> import io
    >>> [found.payload for found in objects(io.BytesIO(b'{"status": "ok", "message": {"items": [{"DOI": "10.1/a"}, {}]}}'))]
    [b'{"DOI": "10.1/a"}', b'{}']
    """
    return _Cutter(file).values()


class _Cutter(Window):
    def __init__(self, file: Readable) -> None:
        super().__init__(file)
        self.keys: dict[bool, dict[bytes, None]] = {True: {}, False: {}}
        """First keys of what stands at the root, and of items of an array."""
        self.guesses = _GUESSES

    def values(self) -> Iterator[Slice]:
        """What stands at the root: one document, or JSON lines."""
        while self._next() is not None:
            yield from self._value(root=True)

    def _items(self) -> Iterator[Slice]:
        """The items of an array, up to its end."""
        begun = self.line_at(self.at)
        while (sign := self._next()) is not None:
            if sign == b"]":
                self.at += 1
                return
            yield from self._value(root=False)
        raise RecordError(f"ends before the records do that begin in line {begun}")

    def _value(self, *, root: bool) -> Iterator[Slice]:
        sign = self.buffer[self.at : self.at + 1]
        self.start = self.at
        if sign == b"{":
            found = self._guessed(root=root)
            if found is not None:
                yield found
            else:
                yield from self._by_brackets(root=root)
        elif sign == b"[" and root:
            self.at += 1
            yield from self._items()
        elif sign == b"[":
            yield from self._by_brackets(root=False)
        else:
            scalar = _SCALAR.match(self.buffer, self.at)
            assert scalar is not None  # its last branch takes any byte
            self.at = scalar.end()
            yield Slice(payload=scalar[0], line=self.line_at(self.start), fault="is not a JSON object")

    # --- where an item ends --------------------------------------------------------------------------------------------

    def _guessed(self, *, root: bool) -> Slice | None:
        """The item up to the end of its line, or up to where one begins as another one did; None where neither is sure."""
        while (first := _FIRST_KEY.match(self.buffer, self.start)) is None and len(self.buffer) - self.start < 1024:
            if not self.more():
                return None
        if first is None or self.guesses == 0:
            return None
        keys = self.keys[root]
        if len(keys) < _KEYS:
            keys[first[1]] = None
        while (end := self.buffer.find(b"\n", self.start)) < 0 and len(self.buffer) - self.start < _LOOKED_AHEAD:
            if not self.more():
                end = len(self.buffer)
                break
        if end >= 0:
            payload = self.buffer[self.start : end].rstrip(_BLANK)
            if (held := _held(payload)) is not None:
                return None if root and _holds_records(held) else self._taken(payload)
            following = _FIRST_KEY.match(self.buffer, end + 1)
            if following is not None and following[1] in keys and (root or payload.endswith(b"}")):
                return self._taken(payload)  # a line that is not sound
        begin = self.start + len(first[0])
        brace = min([found for key in keys if (found := self._following(key, begin)) is not None], default=None)
        payload = self.buffer[self.start : brace].rstrip(_BLANK)
        if brace is None or (held := _held(payload)) is None or (root and _holds_records(held)):
            self.guesses -= 1
            return None
        return self._taken(payload)

    def _taken(self, payload: bytes) -> Slice:
        self.guesses = _GUESSES
        self.at = self.start + len(payload)
        return Slice(payload=payload, line=self.line_at(self.start))

    def _following(self, key: bytes, begin: int) -> int | None:
        """Where behind ``begin`` an object begins with a key, after the end of another one or at the beginning of a line."""
        end = begin + _LOOKED_AHEAD
        while (found := self.buffer.find(key, begin, end)) >= 0:
            before = max(begin, found - _BEFORE)
            begin = found + len(key)
            if (opening := _OPENING.search(self.buffer[before:found])) and _COLON.match(self.buffer, begin):
                return before + opening.start(1)
        return None

    def _by_brackets(self, *, root: bool) -> Iterator[Slice]:
        """The item by its brackets. At the root, an array in it may hold the records instead."""
        line = self.line_at(self.start)
        depth, held = 0, False
        while (bracket := self._bracket()) is not None:
            sign = bracket["sign"]
            if sign in b"]}":
                depth -= 1
                if not depth:
                    break
                continue
            depth += 1
            if depth > _DEEPEST:
                raise RecordError(f"nests {_DEEPEST} brackets and more in line {self.line_at(self.at)}")
            if root and depth <= 3 and _array(bracket[0]) in _ARRAYS and self._next() in (b"{", b"]"):
                yield from self._items()
                depth, held = depth - 1, True
        if depth:
            if not held:
                fault = "is not whole: the file ends in the midst of it"
                yield Slice(payload=self.buffer[self.start : self.start + LARGEST], line=line, fault=fault)
            raise RecordError(f"ends in the midst of what begins in line {line}")
        if not held:
            found = Slice(payload=self.buffer[self.start : self.at], line=line)
            yield _unwrapped(found) if root else found

    # --- the stream ----------------------------------------------------------------------------------------------------

    def _next(self) -> bytes | None:
        """The next sign that is not a blank or a comma, to which it goes; None at the end."""
        while True:
            blank = _BETWEEN.match(self.buffer, self.at)
            assert blank is not None  # it may be empty
            self.at = blank.end()
            if self.at < len(self.buffer):
                return self.buffer[self.at : self.at + 1]
            self.start = self.at if self.start == blank.start() else self.start
            if not self.more():
                return None

    def _bracket(self) -> re.Match[bytes] | None:
        """The next bracket, behind which it goes; None at the end."""
        while (found := _BRACKET.match(self.buffer, self.at)) is None:
            if not self.more():
                return None
        self.at = found.end()
        return found


def _array(before: bytes) -> bytes:
    """The key of the array that begins at the end of this, '' where it has none, or where none begins."""
    key = _KEY.search(before, max(0, len(before) - 100))
    return key[1] if key else b""


def _held(payload: bytes) -> dict[str, msgspec.Raw] | None:
    """What an object holds, unparsed; None where it is no sound object."""
    try:
        return _members.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _holds_records(held: dict[str, msgspec.Raw]) -> bool:
    return not _OF_RECORDS & held.keys() and bool(_HOLDERS & held.keys())


def _unwrapped(found: Slice) -> Slice:
    """The one record that an answer of an API holds, else the object itself."""
    held = _held(found.payload)
    if held is None or not _holds_records(held):
        return found
    inner = next((bytes(held[key]) for key in _WRAPPERS if key in held and bytes(held[key]).startswith(b"{")), None)
    return found if inner is None else msgspec.structs.replace(found, payload=inner)
