"""Works as JSON lines: the whole work, its member records as each source said them, and where each value came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from harvester.errors import RecordError
from harvester.record import Json, RawRecord, Record, Step, Work

_LINE_ENDS: Final = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""JSON leaves these as they are, but many programs take them for the end of a line."""


class _Line(msgspec.Struct):
    """What is read of a work: what it says, not who said it."""

    record: Record


class _Elements(msgspec.Struct):
    record: dict[str, msgspec.Raw]


_decoder: Final = msgspec.json.Decoder(_Line)
_elements: Final = msgspec.json.Decoder(_Elements)


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:  # noqa: ARG001 (a Reader's signature)
    """The merged record of a work that was exported. RecordError where the payload is no such line.

    Elements that only a later version of this program has go to ``extra``.
    """
    try:
        record = _decoder.decode(raw.payload).record
        sent = _elements.decode(raw.payload).record
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"is no work as `harvester export --format jsonl` writes it: {error}") from error
    unknown = {f"record.{name}": [bytes(value).decode()] for name, value in sent.items() if name not in _KNOWN}
    if unknown:
        record = msgspec.structs.replace(record, extra=record.extra | unknown)
    if trace is not None:
        for element, value in sent.items():
            known = element if element in _KNOWN else "extra"
            trace.append(
                Step(f"record.{element}", bytes(value).decode(), known, "as it is", msgspec.json.decode(value))
            )
    return record


_KNOWN: Final = frozenset(Record.__struct_fields__)


def identify(item: dict[str, Json]) -> tuple[str, bool]:
    """The key of the work."""
    key = item.get("key")
    return (key, True) if isinstance(key, str) else ("", True)


def write(works: Iterable[Work]) -> Iterator[str]:
    """One line a work; ``msgspec.json.decode(line, type=Work)`` gives it back."""
    encoder = msgspec.json.Encoder()
    for work in works:
        line = encoder.encode(work).decode()
        if not line.isascii():
            for char, escaped in _LINE_ENDS.items():
                line = line.replace(char, escaped)
        yield line + "\n"
