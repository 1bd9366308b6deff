"""TOML files with the line of every key: tomllib does not say, and a message without a line is half a message."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from harvester.errors import ConfigError

Key = tuple[str, ...]

_TOKEN = re.compile(
    r'''
      (?P<text>"""(?:\\.|[^\\])*?"{3,5} | \'\'\'.*?\'{3,5} | "(?:\\.|[^"\\\n])*" | \'[^\'\n]*\')
    | (?P<skip>\#[^\n]* | [ \t\r\f\v]+)
    | (?P<sign>[\[\]{}=.,\n])
    | (?P<bare>[^\s"'\#\[\]{}=.,]+)
    | (?P<other>.)
    ''',
    re.VERBOSE | re.DOTALL,
)


def parsed(text: str, path: object) -> dict[str, Any]:
    """What a TOML file says. ConfigError where it is none: ``path:line: is not valid TOML: fault``."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_not_toml(path, text, str(error))) from None
    except ValueError:
        found = re.search(r"\d{4000}", text)  # Python converts no numbers that long
        line = text.count("\n", 0, found.start()) + 1 if found else 1
        raise ConfigError(f"{path}:{line}: is not valid TOML: so long a number") from None
    except RecursionError:
        raise ConfigError(f"{path}:1: tables or lists are nested too deeply") from None


def _not_toml(path: object, text: str, said: str) -> str:
    where = re.search(r"at line (\d+)", said)
    line = int(where[1]) if where else text.rstrip().count("\n") + 1
    fault = re.sub(r" \(at .*\)$", "", said)
    twice = "Cannot declare" in fault or "Cannot overwrite" in fault
    cure = "; it stands there twice: keep one of them" if twice else ""
    return f"{path}:{line}: is not valid TOML: {fault}{cure}"


def quoted(text: str) -> str:
    r"""Text as TOML writes it: JSON's strings, but for DEL (https://toml.io/en/v1.0.0#string).

    >>> quoted('a "b"\n')
    '"a \\"b\\"\\n"'
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def line_of(found: Mapping[Key, int], key: Key) -> int:
    """The line of a key, or of what it would stand in."""
    return next((found[key[:n]] for n in range(len(key), 0, -1) if key[:n] in found), 1)


def lines(text: str) -> dict[Key, int]:
    """Line of every table and key of a file that tomllib could read.

    >>> lines('[http]\\n"retries" = 3\\n[[a.b]]\\nc = 1\\n')
    {('http',): 1, ('http', 'retries'): 2, ('a',): 3, ('a', 'b'): 3, ('a', 'b', '0'): 3, ('a', 'b', '0', 'c'): 4}
    """
    found: dict[Key, int] = {}
    counts: dict[Key, int] = {}
    table: Key = ()
    for number, statement in _statements(text):
        header = statement[0] == "["
        if header:
            array = statement[:2] == ["[", "["]
            table = _counted(_keys(statement, "]"), counts)
            if array:
                counts[table] = counts.get(table, -1) + 1
                _note(found, table, number)
                table = (*table, str(counts[table]))
            _note(found, table, number)
        else:
            _note(found, (*table, *_keys(statement, "=")), number)
    return found


def _note(found: dict[Key, int], path: Key, number: int) -> None:
    """The line of a key, and of the tables that it makes by standing in them."""
    for end in range(1, min(len(path), 32) + 1):
        found.setdefault(path[:end], number)


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, tokens) of each statement; of a value, at whatever length, its first token at most."""
    line = start = 1
    depth = 0
    statement: list[str] = []
    value = False
    for token in _TOKEN.finditer(text):
        sign = token["sign"]
        if sign == "\n" and not (value and depth):
            if statement:
                yield start, statement
            statement, value, depth = [], False, 0
        elif value:
            depth += (sign in ("[", "{")) - (sign in ("]", "}")) if sign else 0
        elif not token["skip"] and sign != "\n":
            if not statement:
                start = line
            statement.append(token[0])
            value = sign == "=" and statement[0] != "["
        line += token[0].count("\n")
    if statement:
        yield start, statement


def _keys(statement: list[str], end: str) -> Key:
    keys = []
    for token in statement:
        if token == end:
            break
        if token not in ("[", "."):
            keys.append(tomllib.loads(f"key = {token}")["key"] if token[0] in "\"'" else token)
    return tuple(keys)


def _counted(keys: Key, counts: dict[Key, int]) -> Key:
    """A header's path, with the number of the element where it goes through an array of tables."""
    path: Key = ()
    for position, key in enumerate(keys, start=1):
        path = (*path, key)
        if position < len(keys) and path in counts:
            path = (*path, str(counts[path]))
    return path
