"""The file of what people say of works, as text: what they wrote in it stays as it is, comments too. Pure.

Entries are added behind what stands there; of one that is changed only the lines of that key are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final

from harvester.errors import ConfigError
from harvester.lines import lines, parsed, quoted
from harvester.listing.curation import KEYS, Choice

HEAD: Final = """\
# What people say of the works in the listing {name}. Each entry begins with [[entry]] and names a work by its key, DOI or link:
#
#   work = "10.1136/leader-2020-000228"
#   pin = 1              at the top of its section: 1, then 2 ...
#   section = "Title"    in this section, whatever the rules say
#   order = 3            the third of its section, below what is pinned
#   note = "Text."       printed with it
#   hide = "why"         not in this listing
"""
_SEPARATOR: Final = "# === Listed now. What says nothing more below is left out when this is saved. ==="
_NAMED: Final = "# What these name:"


def prefilled(text: str, name: str, listed: Iterable[tuple[str, str, str]], known: Mapping[str, str]) -> str:
    """The text to edit: the file, then each work that is listed and has no entry in it yet: (section, key, citation).

    ``known``: work as the file names it -> its citation, where whoever reads it does not see what a key is.
    """
    made = [text.rstrip("\n") if text.strip() else HEAD.format(name=name).rstrip("\n")]
    if known:
        made.append("\n".join([_NAMED, *(f"#   {_line(work)}: {_line(said)}" for work, said in known.items())]))
    made.append(_SEPARATOR)
    for section, works in groupby(listed, key=lambda work: work[0]):
        made.append(f"# --- {_line(section)} ---")
        made += [f"# {_line(citation)}\n[[entry]]\nwork = {quoted(key)}" for _, key, citation in works]
    return "\n\n".join(made) + "\n"


def kept(text: str) -> str:
    """Of an edited text what goes into the file: all but the entries that were only offered."""
    own, separator, offered = text.partition(f"{_SEPARATOR}\n")
    own = re.sub(rf"\n{_NAMED}\n(#   .*\n)*", "\n", own).rstrip("\n") + "\n"
    if not separator:
        return own
    entries = tomllib.loads(offered).get("entry", [])
    found = _blocks(offered)
    said = [
        _without_heading(offered.split("\n")[start:end])
        for entry, (start, _, end) in zip(entries, found, strict=True)
        if set(entry) - {"work"}
    ]
    return "\n\n".join([own.rstrip("\n"), *said]) + "\n"


def _without_heading(rows: list[str]) -> str:
    """An entry without the heading of the section that begins after it."""
    while rows and (not rows[-1].strip() or rows[-1].startswith("# --- ")):
        rows.pop()
    return "\n".join(rows)


def with_entry(text: str, path: object, choice: Choice, citation: str, name: str) -> str:
    """The file with one entry more. ConfigError where it cannot be."""
    if parsed(text, path).get("entry"):
        _block(text, path, 0)
    values = ((key, getattr(choice, key)) for key in KEYS)
    said = "\n".join(f"{key} = {quoted(v) if isinstance(v, str) else v}" for key, v in values if v)
    before = text.rstrip("\n") if text.strip() else HEAD.format(name=name).rstrip("\n")
    return f"{before}\n\n# {_line(citation)}\n[[entry]]\n{said}\n"


def with_value(text: str, path: object, number: int, key: str, value: str | int | None) -> str:
    """The file with one key of an entry changed; taken out where ``value`` is None. ConfigError where it cannot be."""
    found = lines(text)
    _, head, end = _block(text, path, number)
    rows = text.split("\n")
    new = [] if value is None else [f"{key} = {quoted(value) if isinstance(value, str) else value}"]
    at = found.get(("entry", str(number), key))
    if at is None:
        work = found.get(("entry", str(number), "work"), head + 1)
        rows[work:work] = new
    else:
        rows[at - 1 : _end_of(rows, at - 1, end)] = new
    changed = "\n".join(rows)
    parsed(changed, path)
    return changed


def without(text: str, path: object, number: int) -> str:
    """The file without an entry and the comment above it."""
    start, _, end = _block(text, path, number)
    rows = text.split("\n")
    return "\n".join([*rows[:start], *rows[end:]]).rstrip("\n") + "\n"


def bare(text: str) -> set[int]:
    """The numbers of the entries that have no comment above them."""
    return {number for number, (start, head, _) in enumerate(_blocks(text)) if start == head}


def _block(text: str, path: object, number: int) -> tuple[int, int, int]:
    blocks = _blocks(text)
    if number >= len(blocks):
        raise ConfigError(
            f"{path}: entry: is not written as tables; write [[entry]] above each, or edit the file by hand"
        )
    return blocks[number]


def _blocks(text: str) -> list[tuple[int, int, int]]:
    """(first line of the comment above, header, line after the end) of each ``[[entry]]``; lines from 0."""
    found = lines(text)
    heads: list[int] = []
    while (line := found.get(("entry", str(len(heads))))) is not None:
        heads.append(line - 1)
    rows = text.split("\n")
    starts = []
    for head in heads:
        start = head
        while start and rows[start - 1].startswith("#"):
            start -= 1
        starts.append(start)
    return list(zip(starts, heads, [*starts, len(rows)][1:], strict=True))


def _end_of(rows: list[str], start: int, end: int) -> int:
    """The line after a statement: the first few lines that are one by themselves."""
    for stop in range(start + 1, end):
        try:
            tomllib.loads("\n".join(rows[start:stop]))
        except tomllib.TOMLDecodeError:
            continue
        return stop
    return end


def _line(text: str) -> str:
    """Text as a comment: on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
