"""What people and scripts type and read: text as it was typed, tables for a terminal, JSON for a script."""

from __future__ import annotations

import os
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
    """Print one JSON document a line, in UTF-8 whatever the locale says (RFC 8259, 8.1)."""
    import msgspec

    out = sys.stdout.buffer
    for item in items:
        out.write(msgspec.json.encode(item) + b"\n")
    out.flush()


def size(count: int) -> str:
    """A number of bytes, as people read it.

    >>> size(0), size(1023), size(1024), size(5 << 20)
    ('0 bytes', '1023 bytes', '1.0 KiB', '5.0 MiB')
    """
    power = min(max(count.bit_length() - 1, 0) // 10, 3)
    return f"{count / 1024**power:.{min(power, 1)}f} {('bytes', 'KiB', 'MiB', 'GiB')[power]}"


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "work"), counted(0, "entry"), counted(1200, "entry")
    ('1 work', '0 entries', '1200 entries')
    """
    several = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else several}"


def cut(text: str, width: int) -> str:
    """Text in no more than so many characters; what is cut says so.

    >>> cut("Sharing leadership", 18), cut("Sharing leadership", 10)
    ('Sharing leadership', 'Sharing...')
    """
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _one_line(text: str) -> str:
    """Without the control characters that could move the cursor of a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def safe(text: str) -> str:
    """Text of strangers for a terminal: line breaks stay, other control characters go."""
    return "".join(c for c in text if c.isprintable() or c == "\n")


def text(typed: str) -> str:
    """What was typed, as UTF-8: Python leaves bytes that the locale cannot decode as lone surrogates (PEP 383)."""
    return os.fsencode(typed).decode("utf-8", "replace")
