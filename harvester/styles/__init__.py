"""How a work is cited, in the styles of ``schemas/styles``: BMJ, Vancouver, Harvard, APA.

A style is a file of the Citation Style Language (https://docs.citationstyles.org/en/stable/specification.html); whoever wants
another puts it beside these. Entries stand alone: without a number, and without what tells one entry of a list from another.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from html import escape
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from harvester import schemas
from harvester.formats import csl_json
from harvester.record import Work

if TYPE_CHECKING:
    from harvester.styles.engine import Style

log = logging.getLogger(__name__)

LANGUAGE: Final = "en-GB"
"""Of the words that a style puts between: edited by, available at."""
_LABELS: Final = {"bmj": "BMJ", "vancouver": "Vancouver", "harvard": "Harvard", "apa": "APA"}
_ARTICLES: Final = frozenset({"article-journal", "article-magazine", "article-newspaper"})
"""Whose editors are those who handled them, as Crossref has them: they are not cited beside the authors."""
_ONE_AT_A_TIME: Final = Lock()
"""A style keeps in itself what it is just writing."""


@cache
def styles() -> Mapping[str, str]:
    """Name of each style -> what readers call it."""
    found = schemas.styles()
    known = {name: label for name, label in _LABELS.items() if name in found}
    return MappingProxyType(known | {name: name for name in sorted(found - known.keys())})


class CannotCiteError(Exception):
    """A style, or the program that applies it, gives up on an item."""


def cited(work: Work, style: str, *, otherwise: str, markup: bool = False, item: dict[str, Any] | None = None) -> str:
    """A work as an entry of a list of references; KeyError where there is no such style.

    ``otherwise``: plain text for a work that the style gives up on; one odd work keeps no site from being published.
    ``markup``: as text of HTML, with ``<i>`` and ``<b>``; else plain text. ``item``: the work as CSL-JSON, where it is at hand.
    """
    try:
        return entry(item or csl_json.item(work), style, markup=markup)
    except CannotCiteError as error:
        log.warning("%s: cannot be cited in the style %s: %s", work.key, style, error)
        return escape(otherwise, quote=False) if markup else otherwise


def entry(item: dict[str, Any], style: str, *, markup: bool = False) -> str:
    """As ``cited``, of an item of CSL-JSON. CannotCiteError where the style gives up on it."""
    if style not in styles():
        raise KeyError(style)
    with _ONE_AT_A_TIME:
        if item.get("type") in _ARTICLES and "author" in item:
            item = {name: value for name, value in item.items() if name != "editor"}
        try:
            return _style(style).entry(_escaped(item) if markup else item, markup=markup)
        except Exception as error:  # whatever somebody's style makes of what somebody sent
            raise CannotCiteError(repr(error)) from error


@cache
def _style(name: str) -> Style:
    from harvester.styles.engine import Style  # citeproc-py takes a tenth of a second

    return Style(schemas.folder() / "styles" / f"{name}.csl", LANGUAGE)


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return escape(value, quote=False)
    if isinstance(value, list):
        return [_escaped(part) for part in value]
    if isinstance(value, dict):
        return {name: _escaped(part) for name, part in value.items()}
    return value
