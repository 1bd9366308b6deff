"""Rule for the note that says what happened to a work after it was published, as our own writers write it."""

from __future__ import annotations

from harvester.formats import exported
from harvester.formats.draft import Draft
from harvester.record import Json, Relation


def mark(draft: Draft, sent: str) -> Json:
    """``Retracted 2010-02-06: https://doi.org/10.5555/notice``; None for any other note."""
    found = exported.read_mark(sent)
    if found is None:
        return None
    status, date, targets = found
    draft.set("update_status", status)
    for scheme, target in targets:
        known = next((r for r in draft.relations if r.target == target and r.type == exported.MARKS[status][1]), None)
        if known is not None:
            draft.relations.remove(known)
        draft.put(draft.relations, Relation(exported.MARKS[status][1], scheme, target, date=date))
    return status
