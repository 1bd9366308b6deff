"""What each key of a Crossref item contributed to its record, for ``harvester explain``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from harvester.formats.crossref.decode import as_text, loads
from harvester.formats.crossref.item import KEYS
from harvester.formats.crossref.table import table
from harvester.record import Json, Step

Elements = Callable[[dict[str, Json]], dict[str, Any]]
"""An untyped item -> the elements of its record."""


def steps(payload: bytes, elements: Elements) -> Iterator[Step]:
    """What each key of the item contributed: the item is read again with that key alone beside its DOI and type."""
    sent, _ = loads(payload)
    rules: dict[str, str] = table("fields")
    base_keys = {"DOI": sent.get("DOI"), "type": sent.get("type")}
    base = elements(base_keys)
    for key, value in sent.items():
        shown = as_text(value)
        if key not in KEYS:
            yield Step(key, shown, "extra", "unmapped", None)
        elif key not in rules:
            yield Step(key, shown, "", f"ignored: {table('ignored')[key]}", None)
        elif key in base_keys:
            for element in ("identifiers", "url") if key == "DOI" else ("type", "type_raw"):
                yield Step(key, shown, element, rules[key], base.get(element))
        else:
            found = {e: v for e, v in elements({**base_keys, key: value}).items() if base.get(e) != v}
            if not found:
                yield Step(key, shown, "", rules[key], None)
            for element, got in found.items():
                before = base.get(element)
                if isinstance(got, list) and isinstance(before, list):
                    got = [one for one in got if one not in before]
                yield Step(key, shown, element, rules[key], got)
