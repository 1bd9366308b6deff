"""A work as data for everybody: all that is known of it, without the names of those who decided something about it."""

from __future__ import annotations

from typing import Any

import msgspec

from harvester.record import CURATOR, Json, Work


def public(work: Work) -> dict[str, Any]:
    """What ``jsonl`` exports, less what only the house should know."""
    known: dict[str, Any] = msgspec.to_builtins(work)
    known.pop("pins", None)
    record = known["record"]
    record["findings"] = [f for f in record.get("findings", ()) if f.get("code") != "decision-conflict"]
    found: dict[str, Any] = _unnamed(known)
    return found


def _unnamed(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _unnamed(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_unnamed(each) for each in value]
    return CURATOR.rstrip(": ") if isinstance(value, str) and value.startswith(CURATOR) else value
