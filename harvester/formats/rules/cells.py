"""Rules for cells of spreadsheets, where a column asks a question and a cell answers it. See the package for what a rule is."""

from __future__ import annotations

from harvester import schemas
from harvester.formats.draft import Draft
from harvester.record import Json


def yes_no(draft: Draft, sent: str, element: str = "peer_reviewed") -> Json:
    """An answer into an element that is true or false, by ``files.toml``."""
    answers = schemas.table("files")["answers"]
    said = sent.strip().casefold()
    if said not in answers["yes"] and said not in answers["no"]:
        return None
    return draft.set(element, said in answers["yes"])
