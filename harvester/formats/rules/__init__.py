"""The rules that crosswalk tables name.

A rule takes one value of a record, puts what it means into the draft, and returns that; None means that it found nothing
in the value, which then goes to ``extra``. Its name in a table is the name of a function in one of the modules below, with
hyphens; ``dates : date accepted`` calls ``date`` with ``accepted`` as its last argument. Nested formats have rules for a whole
element or object too, in the module of the format; see ``tree``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from sys import intern
from types import ModuleType
from typing import Any, TypeAlias

from harvester.formats.draft import Draft
from harvester.formats.rules import bags, cells, eprints, links, people, terms, theses, words
from harvester.record import Json

Rule: TypeAlias = Callable[[Draft, str], Json]
"""(draft, value as sent, stripped and not empty) -> what it became, or None."""

WholeRule: TypeAlias = Callable[[Draft, Any], Json]
"""(draft, element or object) -> what it became, or None."""

_MODULES = (words, people, links, terms, bags, cells, eprints, theses)
_WHOLES = ("node", "item")
"""What the second parameter of a rule for a whole is called: an element of XML, an object of JSON."""


@cache
def bind(name: str, argument: str = "", own: tuple[str, ...] = ()) -> Any:
    """The rule of a name, its argument filled in. KeyError where there is none.

    ``own``: modules of ``formats`` that come first: those of the format, and of one whose rules it shares.

    >>> bind("date", "accepted").keywords
    {'kind': 'accepted'}
    """
    plain = name.replace("-", "_")
    for module in (*_own(own), *_MODULES):
        space = vars(module)
        rule = space.get(f"{plain}_", space.get(plain))  # type_: `type` would hide Python's own
        if callable(rule) and rule.__module__ == module.__name__:
            taken = [name for name in rule.__annotations__ if name != "return"]
            if taken[:1] == ["draft"] and taken[1:2] and taken[1] in ("sent", *_WHOLES) and _texts(rule, taken[2:]):
                return partial(rule, **{taken[2]: intern(argument)}) if argument else rule
    raise KeyError(f"no rule is called {name!r}")


def _texts(rule: Callable[..., Any], names: list[str]) -> bool:
    return all(rule.__annotations__[name] == "str" for name in names)


@cache
def _own(names: tuple[str, ...]) -> tuple[ModuleType, ...]:
    """Modules of formats: rules that no other format needs stand beside their reader, ``marc.names`` in its package."""
    return tuple([import_module(path) for name in names if (path := _module(name))])


def _module(name: str) -> str:
    """The path of a module of this room, '' where there is none."""
    package = __name__.rpartition(".")[0]
    path = f"{package}.{name}"
    if not all(part.isidentifier() for part in name.split(".")):
        return ""
    above = path.rpartition(".")[0]
    return path if (above == package or _module(above.removeprefix(f"{package}."))) and find_spec(path) else ""


def takes_whole(rule: Any) -> bool:
    plain = rule.func if isinstance(rule, partial) else rule
    return any(name in plain.__annotations__ for name in _WHOLES)


def known(name: str, own: tuple[str, ...] = ()) -> bool:
    try:
        bind(name, "", own)
    except KeyError:
        return False
    return True
