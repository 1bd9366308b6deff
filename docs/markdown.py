"""Pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table. None is an empty cell; a bar in a cell would divide it, and is escaped."""
    lines = [headers, ["---"] * len(headers), *([_cell(c) for c in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).split()).replace("|", "\\|")


def code(value: object) -> str:
    """As code. Backticks inside of a value need two around it."""
    text = str(value)
    return "" if value is None or text == "" else f"`` {text} ``" if "`" in text else f"`{text}`"


def codes(values: Iterable[object]) -> str:
    return ", ".join(code(value) for value in values)


def prose(text: str) -> str:
    """A docstring's reStructuredText as Markdown."""
    return text.replace("``", "`")
