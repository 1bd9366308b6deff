"""Settings as TOML, for people to read or to paste."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harvester.lines import quoted


def tables(settings: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """The lines of a table: what is plain first, then the tables in it. What is None is said in a comment.

    >>> list(tables({"http": {"pace": 1.5, "to do": None}}))
    ['[http]', 'pace = 1.5', '# to do: not set', '']
    """
    plain = {k: v for k, v in settings.items() if not isinstance(v, Mapping) and not _is_tables(v)}
    for name, value in plain.items():
        yield f"# {name}: not set" if value is None else f"{key(name)} = {text_of(value)}"
    if plain:
        yield ""
    for name, value in settings.items():
        path = f"{above}.{key(name)}" if above else key(name)
        if _is_tables(value):
            for table in value:
                yield f"[[{path}]]"
                yield from tables(table, path)
        elif isinstance(value, Mapping) and value:
            if not all(isinstance(v, Mapping) for v in value.values()):
                yield f"[{path}]"
            yield from tables(value, path)


def key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else text_of(name)


def text_of(value: object) -> str:
    """A value.

    >>> text_of(["a", 'b"', True, 1.5]), text_of({"a b": 1})
    ('["a", "b\\\\"", true, 1.5]', '{"a b" = 1}')
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key(k)} = {text_of(v)}' for k, v in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(text_of, value))}]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def _is_tables(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, Mapping) for item in value)
