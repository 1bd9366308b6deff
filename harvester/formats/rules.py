"""The rules that crosswalk tables name.

A rule takes one value of a record, puts what it means into the draft, and returns that; None means that it found nothing
in the value, which then goes to ``extra``. Its name in a table is the name of a function in one of the modules below, with
hyphens; ``dates : date accepted`` calls ``date`` with ``accepted`` as its last argument.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from sys import intern
from typing import TypeAlias

from harvester.formats import bags, eprints, links, people, terms, words
from harvester.formats.draft import Draft
from harvester.record import Json

Rule: TypeAlias = Callable[[Draft, str], Json]
"""(draft, value as sent, stripped and not empty) -> what it became, or None."""

_MODULES = (words, people, links, terms, bags, eprints)


@cache
def bind(name: str, argument: str = "") -> Rule:
    """The rule of a name, its argument filled in. KeyError where there is none.

    >>> bind("date", "accepted").keywords
    {'kind': 'accepted'}
    """
    for module in _MODULES:
        space = vars(module)
        plain = name.replace("-", "_")
        rule = space.get(f"{plain}_", space.get(plain))  # type_: `type` would hide Python's own
        if callable(rule) and rule.__module__ == module.__name__:
            taken = [name for name in rule.__annotations__ if name != "return"]
            if taken[:2] == ["draft", "sent"] and all(rule.__annotations__[name] == "str" for name in taken[1:]):
                return partial(rule, **{taken[2]: intern(argument)}) if argument else rule
    raise KeyError(f"no rule is called {name!r}")


def known(name: str) -> bool:
    try:
        bind(name)
    except KeyError:
        return False
    return True
