"""Text for a terminal and JSON for a script."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()) -> None:
    """Print aligned columns; columns named in ``right`` are numbers."""
    cells = [["" if cell is None else _one_line(str(cell)) for cell in row] for row in rows]
    widths = [max([len(h), *(len(row[i]) for row in cells)]) for i, h in enumerate(headers)]
    numbers = {i for i, h in enumerate(headers) if h in set(right)}
    for line in [list(headers), ["-" * w for w in widths], *cells]:
        text = [
            cell.rjust(w) if i in numbers else cell.ljust(w)
            for i, (cell, w) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(text).rstrip())


def json_lines(items: Iterable[Any]) -> None:
    """Print one JSON document a line."""
    import msgspec

    for item in items:
        sys.stdout.write(msgspec.json.encode(item).decode() + "\n")


def _one_line(text: str) -> str:
    """Without the control characters that could move the cursor of a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def safe(text: str) -> str:
    """Text of strangers for a terminal: line breaks stay, other control characters go."""
    return "".join(c for c in text if c.isprintable() or c == "\n")
