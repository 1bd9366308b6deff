"""``${NAME}`` in settings: secrets stay out of config.toml, and so out of backups, tickets and version control.

What is read from the file keeps its ``${NAME}``; only who is about to send a request asks for the value. Values that may be
secret are hidden from everything that is printed (``masking``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from harvester.errors import ConfigError
from harvester.masking import hide

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_URL = re.compile(r"(?P<scheme>[^:/?#]*://)?(?P<login>[^/?#]*@)?(?P<place>[^?#]*)(?P<query>.*)", re.DOTALL)


def resolved(text: str, key: str) -> str:
    """The text with the values of its variables, which are hidden from now on.

    ``key`` is where it stands in the config file, for the message. ConfigError where a variable is not set.
    """
    return _replaced(text, key, _hidden)


def resolved_url(text: str, key: str) -> str:
    """An address with the values of its variables. In login and query they are percent-encoded: a password may hold
    any character. An address that is one variable (``"${URL}"``) is taken as the variable has it."""
    if _VARIABLE.fullmatch(text):
        return _replaced(text, key, str)
    parts = _URL.fullmatch(text)
    assert parts is not None  # every part may be empty
    login, query = (_replaced(parts[part] or "", key, _encoded) for part in ("login", "query"))
    return (parts["scheme"] or "") + login + _replaced(parts["place"], key, str) + query


def unset(url: str, headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(key, variable) of what a source's ``url`` and ``headers`` ask for and the environment does not have."""
    for key, text in {"url": url, **{f"headers.{name}": value for name, value in headers.items()}}.items():
        for name in _VARIABLE.findall(text):
            if not os.environ.get(name, "").strip():
                yield key, name


def _replaced(text: str, key: str, use: Callable[[str], str]) -> str:
    def value(found: re.Match[str]) -> str:
        value = os.environ.get(found[1], "").strip()
        if not value:
            raise ConfigError(
                f"{key}: the environment variable {found[1]} is not set; export it, or name a file that sets it in the"
                " timer's unit (EnvironmentFile=)"
            )
        return use(value)

    return _VARIABLE.sub(value, text)


def _hidden(value: str) -> str:
    hide(value)
    return value


def _encoded(value: str) -> str:
    hide(value)
    return quote(value, safe="")
