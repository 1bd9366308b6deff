"""How a work is cited, style by style."""

from __future__ import annotations

from collections.abc import Iterable

from harvester import styles
from harvester.citation import plain
from harvester.formats import csl_json
from harvester.pages.item import Item


def cited(item: Item, names: Iterable[str]) -> list[tuple[str, str]]:
    """(name of the style, text), our own first."""
    known = csl_json.item(item.work)
    own = plain(item.work.record, item.title)
    others = [
        (label, styles.cited(item.work, name, otherwise=own, item=known))
        for name, label in styles.styles().items()
        if name in names
    ]
    return [("Reading list", own), *others]
