"""Works as JSON lines: the whole work, its member records as each source said them, and where each value came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from harvester.record import Work


def write(works: Iterable[Work]) -> Iterator[str]:
    """One line a work; ``msgspec.json.decode(line, type=Work)`` gives it back."""
    encoder = msgspec.json.Encoder()
    for work in works:
        yield encoder.encode(work).decode() + "\n"
