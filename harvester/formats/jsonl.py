"""Works as JSON lines: the whole work, its member records as each source said them, and where each value came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from harvester.record import Work

_LINE_ENDS: Final = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""JSON leaves these as they are, but many programs take them for the end of a line."""


def write(works: Iterable[Work]) -> Iterator[str]:
    """One line a work; ``msgspec.json.decode(line, type=Work)`` gives it back."""
    encoder = msgspec.json.Encoder()
    for work in works:
        line = encoder.encode(work).decode()
        if not line.isascii():
            for char, escaped in _LINE_ENDS.items():
                line = line.replace(char, escaped)
        yield line + "\n"
