"""What people typed, and what they may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that was most likely meant. Hyphens, underscores and capitals make no difference."""
    known = {_plain(choice): choice for choice in choices}
    close = difflib.get_close_matches(_plain(word[:100]), known, n=1, cutoff=0.6)
    return known[close[0]] if close else None


def did_you_mean(word: str, choices: Iterable[str], otherwise: str = "") -> str:
    """The end of a message about a word that is not known: the nearest one that is, or else what there is.

    ``otherwise`` stands in for a list that would be too long.

    >>> did_you_mean("timout", ["timeout", "retries"]), did_you_mean("Pace", ["retries", "timeout"])
    ("; did you mean 'timeout'?", '; there are retries, timeout')
    """
    choices = sorted(choices)
    close = nearest(word, choices)
    if close is not None:
        return f"; did you mean {close!r}?"
    return otherwise or (f"; there are {', '.join(choices)}" if choices else "; there are none")


def shown(value: object, most: int = 60) -> str:
    """A value of a file in a message: text in quotes and cut short, tables and lists by their kind.

    >>> shown("https://example.org"), shown([1, [2]]), shown({"a": 1}), shown(True)
    ("'https://example.org'", 'a list', 'a table', 'true')
    """
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) >= 10**18:
        return "so large a number"
    text = repr(value if isinstance(value, str | int | float) else str(value))
    return text if len(text) <= most else f"{text[: most - 4]}...{text[-1]}"


def _plain(word: str) -> str:
    return word.strip().casefold().replace("_", "-")
